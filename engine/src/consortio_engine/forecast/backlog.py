"""When will a backlog be empty that is worked off and grows: drawing again from what was done and added."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from consortio_engine.answers import Answer
from consortio_engine.errors import Fault, InvalidForecast
from consortio_engine.fingerprint import digest
from consortio_engine.forecast.scoring import finite
from consortio_engine.forecast.series import FEWEST_READINGS, MOST_READINGS
from consortio_engine.forecast.student import LEVELS
from consortio_engine.forecast.throughput import HALF_LIFE_STEPS
from consortio_engine.version import VERSION

Floats = NDArray[np.float64]

TRIALS = 2000
MOST_PERIODS = 120
BLOCK = 12
_SURE = 0.99
_LARGEST = 1e100


@dataclass(frozen=True, kw_only=True, eq=False)
class Backlog(Answer):
    """
    When a backlog is empty.

    Attributes:
        chance: that it is empty at some time within the periods asked for, 0.01 to 0.99.
        periods: level in per cent (10, 50, 80, 90) -> by the end of which period it is empty in so many of the trials;
            None where more than 120 would be needed.
        left: quantiles at 1 to 99 % of what is left after the periods asked for; 0 once it has been empty.
        findings: `too_few_periods` (fewer than three known: no answer), `grows` (more was added than done).
    """

    chance: float | None
    periods: dict[int, int | None]
    left: tuple[float, ...]
    findings: tuple[str, ...]


def work_off(waiting: float, done: Sequence[float], added: Sequence[float], ahead: int, seed: int = 0) -> Backlog:
    """
    Return when a backlog is empty.

    Args:
        waiting: what is open now, >= 0. done, added: shape (periods,), how much was done and added in each known period,
            oldest first, >= 0; 0 to 60 periods. What was done and added in one period is drawn together.
        ahead: periods asked for, 1 to 120. seed: of the draws; an age of twelve periods halves the weight.

    Raises: InvalidForecast. Random: PCG64, 2,000 trials. Cost: 1 ms for each twelve periods until nine in ten are empty.
    Source: bootstrap, Efron 1979.
    """
    began = monotonic()
    pairs = _checked(waiting, done, added, ahead, seed)
    name = digest([VERSION, "backlog", float(waiting), pairs, ahead, seed])
    if pairs.shape[1] < FEWEST_READINGS:
        return Backlog(
            status="no_answer", method="throughput", fingerprint=name, seed=seed, elapsed=monotonic() - began,
            chance=None, periods={}, left=(), findings=("too_few_periods",),
        )  # fmt: skip
    weight = 0.5 ** (np.arange(pairs.shape[1])[::-1] / HALF_LIFE_STEPS)
    limits = np.cumsum(weight / weight.sum())
    path = _paths(float(waiting), pairs[1] - pairs[0], limits, ahead, seed)
    empty = np.logical_or.accumulate(path <= 0, axis=0) | (waiting == 0)
    last = np.where(empty[ahead - 1], 0.0, path[ahead - 1])
    grows = float(np.sum(weight * (pairs[1] - pairs[0]))) > 0
    return Backlog(
        status="ok", method="throughput", fingerprint=name, seed=seed, elapsed=monotonic() - began,
        chance=min(max(float(np.mean(empty[ahead - 1])), 1 - _SURE), _SURE),
        periods={level: 0 if waiting == 0 else _first(empty, level) for level in (10, 50, 80, 90)},
        left=tuple(np.quantile(last, LEVELS).tolist()),
        findings=("grows",) if grows else (),
    )  # fmt: skip


def _paths(waiting: float, change: Floats, limits: Floats, ahead: int, seed: int) -> Floats:
    """
    What is left after each period if it may fall below 0: shape (periods, trials).

    Drawn on until all that is asked for has passed and nine trials in ten are empty. A later period's draws do not
    depend on how many are asked for.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    blocks, left = [], np.full(TRIALS, waiting)
    is_empty = left <= 0
    for first in range(0, MOST_PERIODS, BLOCK):
        if first >= ahead and np.count_nonzero(is_empty) * 10 >= 9 * TRIALS:
            break
        uniform = generator.random((BLOCK, TRIALS))
        drawn = change[np.minimum(np.searchsorted(limits, uniform, side="right"), len(change) - 1)]
        blocks.append(left + np.cumsum(drawn, axis=0))
        left = blocks[-1][-1]
        is_empty |= (blocks[-1] <= 0).any(axis=0)
    return np.concatenate(blocks)


def _first(empty: NDArray[np.bool_], level: int) -> int | None:
    """The first period by whose end so many per cent of the trials are empty."""
    enough = np.flatnonzero(np.count_nonzero(empty, axis=1) * 100 >= level * empty.shape[1])
    return int(enough[0]) + 1 if len(enough) else None


def _checked(waiting: float, done: Sequence[float], added: Sequence[float], ahead: int, seed: int) -> Floats:
    """Done and added, shape (2, periods)."""
    rows = [finite("done, period", done), finite("added, period", added)]
    faults = []
    if rows[0].shape != rows[1].shape or rows[0].ndim != 1 or rows[0].size > MOST_READINGS:
        text = f"{rows[0].size} periods of done and {rows[1].size} of added; as many of each, at most {MOST_READINGS}."
        raise InvalidForecast([Fault("shapes", -1, text)])
    for name, row in zip(("done", "added"), rows, strict=True):
        faults += [Fault(name, int(at), f"In period {at} {row[at]} was {name}.") for at in np.flatnonzero(_is_off(row))]
    if _is_off(finite("waiting", waiting)).any():
        faults.append(Fault("waiting", -1, f"{waiting} is waiting."))
    if isinstance(ahead, bool) or not isinstance(ahead, int) or not 1 <= ahead <= MOST_PERIODS:
        faults.append(Fault("ahead", -1, f"{ahead!r} periods ahead; 1 to {MOST_PERIODS}."))
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
        faults.append(Fault("seed", -1, f"The seed is {seed!r}."))
    if faults:
        raise InvalidForecast(faults)
    return np.array(rows)


def _is_off(values: Floats) -> NDArray[np.bool_]:
    return np.atleast_1d((values < 0) | (values > _LARGEST))

"""How much lies with few partners: the Herfindahl-Hirschman index, as sure as its figures are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from consortio_engine.answers import Answer
from consortio_engine.choice.items import is_number
from consortio_engine.errors import Fault, InvalidTies
from consortio_engine.fingerprint import digest
from consortio_engine.version import VERSION

Floats = NDArray[np.float64]
Amount = float | tuple[float, float] | None

DRAWS = 1_000
METHOD = "sum of squared shares"
TOLERANCE = 1e-9  # shares that add up to 1 but for their last digits


@dataclass(frozen=True, kw_only=True, eq=False)
class Concentration(Answer):
    """
    How concentrated amounts are.

    Attributes:
        status: "no_answer" where there is nothing to share: all figures are None.
        value: sum of squared shares, 1 / count (all alike) to 1 (all with one); None where an amount is unknown.
        normalised: (value - 1 / count) / (1 - 1 / count), 0 to 1; None for a single partner or without a value.
        interval: of the value: 95 % of what the intervals of amounts allow, widened by what is unknown: from spread
            evenly to all with one; None where all amounts are known.
        count: of partners. shares: of the known amounts (intervals: their middles); None where unknown.
        findings: `one_partner`, `unknown_shares`.
    """

    value: float | None = None
    normalised: float | None = None
    interval: tuple[float, float] | None = None
    count: int = 0
    shares: tuple[float | None, ...] = ()
    findings: tuple[str, ...] = ()


def hhi(amounts: Sequence[Amount], *, total: float | None = None, draws: int = DRAWS, seed: int = 1) -> Concentration:
    """
    Return the concentration of amounts over partners.

    Args:
        amounts: one for each partner, in any unit, at least 0: a number, (low, high), or None where it is unknown.
        total: of all amounts; needed where one is unknown (of shares: 1), and not given otherwise.

    Random:
        PCG64 of `seed` draws amounts evenly from their intervals, `draws` times.

    Raises:
        InvalidTies: with every amount that is none, intervals upside down, a total below the known amounts.

    Cost:
        O(draws x partners).

    Source:
        Herfindahl (1950); Hirschman (1964), The Paternity of an Index, American Economic Review 54.
    """
    began = monotonic()
    _check(amounts, total, draws)
    low = np.array([_ends(one)[0] for one in amounts], dtype=np.float64)
    high = np.array([_ends(one)[1] for one in amounts], dtype=np.float64)
    unknown = np.array([one is None for one in amounts], dtype=bool)
    middle = (low + high) / 2
    whole = fsum(middle) if total is None else float(total)
    fingerprint = digest([repr(list(amounts)), total, draws, seed, VERSION])
    if whole <= 0:
        return Concentration(
            status="no_answer", method=METHOD, fingerprint=fingerprint, elapsed=monotonic() - began, count=len(amounts)
        )
    is_drawn = bool((high > low).any())
    value = None if unknown.any() else fsum((middle / whole) ** 2)
    count = len(amounts)
    return Concentration(
        status="ok",
        method=METHOD,
        fingerprint=fingerprint,
        seed=seed if is_drawn else None,
        elapsed=monotonic() - began,
        value=value,
        normalised=None if value is None or count == 1 else max((value - 1 / count) / (1 - 1 / count), 0.0),
        interval=_interval(low, high, unknown, total, draws if is_drawn else 1, seed)
        if is_drawn or unknown.any()
        else None,
        count=count,
        shares=tuple(None if one is None else float(middle[at]) / whole for at, one in enumerate(amounts)),
        findings=(*(["one_partner"] if count == 1 else []), *(["unknown_shares"] if unknown.any() else [])),
    )


def _check(amounts: Sequence[Amount], total: float | None, draws: int) -> None:
    faults = [*_amount_faults(amounts)]
    if not 1 <= draws <= 1_000_000:
        faults.append(Fault("draws", -1, f"{draws} draws, and must be 1 to 1,000,000."))
    if not faults:
        most = fsum(_ends(one)[1] for one in amounts)
        if None not in amounts and total is not None:
            faults.append(Fault("total", -1, "A total is only for amounts that are unknown."))
        elif None in amounts and (total is None or not is_number(total) or float(total) * (1 + TOLERANCE) < most):
            faults.append(
                Fault("total", -1, f"The total is {total}, and must be at least {most:g} with unknown amounts.")
            )
    if faults:
        raise InvalidTies(faults)


def _amount_faults(amounts: Sequence[Amount]) -> Iterator[Fault]:
    for index, one in enumerate(amounts):
        ends = _ends(one)
        if len(ends) != 2 or not all(is_number(end) and end >= 0 for end in ends):
            yield Fault("no_amount", index, f"Amount {index} is {one}, and must be a number of at least 0.")
        elif ends[0] > ends[1]:
            yield Fault("upside_down", index, f"Amount {index} lies from {ends[0]} to {ends[1]}.")


def _ends(amount: Amount) -> tuple[float, float]:
    if amount is None:
        return 0.0, 0.0
    return (amount[0], amount[1]) if isinstance(amount, tuple) and len(amount) == 2 else (amount, amount)


def _interval(
    low: Floats, high: Floats, unknown: NDArray[np.bool_], total: float | None, draws: int, seed: int
) -> tuple[float, float]:
    drawn = np.random.Generator(np.random.PCG64(seed)).uniform(low, high, size=(draws, len(low)))
    known = (drawn**2).sum(axis=1)
    whole = drawn.sum(axis=1) if total is None else np.full(draws, float(total))
    rest = np.maximum(whole - drawn.sum(axis=1), 0.0)
    whole = np.where(whole > 0, whole, 1.0)  # all amounts drawn as 0: nothing is concentrated
    spread = (known + rest**2 / max(int(unknown.sum()), 1)) / whole**2
    one = (known + rest**2) / whole**2
    bottom, top = np.quantile(spread, 0.025), np.quantile(one, 0.975)
    return float(bottom), float(min(top, 1.0))

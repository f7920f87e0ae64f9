"""An answer at once: the best of some hundred quick schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from consortio_engine.answers import Cancelled, Status, Watch
from consortio_engine.fingerprint import digest
from consortio_engine.kernel import Speed, speed_of
from consortio_engine.resources.answer import Levelling, Origin, levelling_of
from consortio_engine.resources.choosing import first_modes, other_modes
from consortio_engine.resources.goals import Aim, aims_of, measure, movable_old
from consortio_engine.resources.justify import Placed, Search, makespan
from consortio_engine.resources.layout import ANY_TIME, Layout
from consortio_engine.resources.problem import Problem
from consortio_engine.resources.shortage import finish_bound, never_enough
from consortio_engine.resources.wording import Finding
from consortio_engine.version import VERSION

Ints = NDArray[np.int64]

SAMPLES = 100
METHOD = "serial generation by latest finish times, forward-backward justification, noisy samples"


def heuristic(
    problem: Problem,
    *,
    objective: Sequence[Aim] = ("finish",),
    samples: int = SAMPLES,
    seed: int = 0,
    stable: bool = True,
    watch: Watch | None = None,
    speed: Speed | None = None,
) -> Levelling:
    """
    Return a plan within the limits of resources, at once and without proof (but where a simple bound is met).

    Args:
        objective: aims in their order, as for `level`.
        samples: noisy schedules tried after the first.
        stable: stay near the old starts where the objective allows.
        speed: "plain" or "fast"; None asks CONSORTIO_KERNELS, else plain. Results do not depend on it.

    Random: NumPy's default generator, which the seed fixes.

    Cost: three generations per sample; a generation is linear in jobs, links and the pieces of time searched for room.

    Source: see `justify`; docs/engine/levelling.md.
    """
    began = perf_counter()
    layout = Layout.of(problem)
    aims = aims_of(layout, objective, stable=stable)
    search = Search(layout, speed_of(speed))
    found = Best(layout, aims)
    status: Status = "feasible"
    try:
        sample(search, found, samples, seed, watch or Watch())
    except Cancelled:
        status = "cancelled"
    findings: tuple[Finding, ...] = ()
    if found.placed is None and status == "feasible":
        status, findings = _why_not(layout, found)
    origin = Origin(
        status=status,
        method=METHOD,
        fingerprint=digest([problem.fingerprint, "heuristic", tuple(objective), samples, seed, stable, VERSION]),
        seed=seed,
        elapsed=perf_counter() - began,
        solver="heuristic",
        findings=findings,
    )
    return levelling_of(layout, found.placed, aims, simple_bounds(search, aims), origin)


def simple_bounds(search: Search, aims: Sequence[Aim]) -> list[int | None]:
    """What each aim cannot go below, as far as that is seen without a search."""
    known: dict[Aim, int] = {"dates": 0, "moved": 0}
    if "finish" in aims:
        known["finish"] = finish_bound(search.layout, search)
    if "lateness" in aims:
        first = search.forward.place_shortest()
        known["lateness"] = 0 if first is None else measure(search.layout, first, "lateness")
    return [known.get(aim) for aim in aims]


@dataclass(eq=False)
class Best:
    """The best plan so far by the aims in their order; the first one found among equals."""

    layout: Layout
    aims: Sequence[Aim]
    placed: Placed | None = None
    value: tuple[int, ...] = ()
    failed: int = -1

    @property
    def finish_at(self) -> float | None:
        """Its finish, minutes since 1970, as a `Watch` is told it; None as long as there is none."""
        return None if self.placed is None else float(self.layout.axis.finish_instant(makespan(self.placed)))

    def offer(self, placed: Placed | None) -> None:
        """Keep it if it is better."""
        if placed is None:
            return
        value = tuple(measure(self.layout, placed, aim) for aim in self.aims)
        if self.placed is None or value < self.value:
            self.placed, self.value = placed, value


def sample(search: Search, best: Best, samples: int, seed: int, watch: Watch) -> None:
    """Offer the plan by latest finish times, the old plan, and noisy ones."""
    layout = search.layout
    draw = np.random.default_rng(seed)
    modes = first_modes(layout)
    if modes is None or not layout.count or any(True for _ in never_enough(layout)):
        return _offer_nothing(search, best)
    latest = search.latest_finishes(modes)
    _offer(search, best, latest, modes)
    if movable_old(layout).any():
        release = np.maximum(layout.release, np.where(movable_old(layout), layout.old, 0))
        best.offer(search.forward.place(release, modes, release))
    spread = max(float(np.mean([ways[mode].span for ways, mode in zip(layout.ways, modes, strict=True)])), 1.0)
    for done in range(samples):
        watch.tell(done, samples, best.finish_at)
        tried = modes
        if any(len(ways) > 1 for ways in layout.ways):
            tried = other_modes(layout, modes if best.placed is None else best.placed.modes, draw)
            latest = search.latest_finishes(tried)
        _offer(search, best, noisy(search, best, latest, spread, draw, done), tried)
    watch.tell(samples, samples, best.finish_at)


def noisy(search: Search, best: Best, latest: Ints, spread: float, draw: np.random.Generator, turn: int) -> Ints:
    """Keys for the next sample: latest finishes, or, every second time, the best plan's starts, shaken."""
    noise = draw.random(search.layout.count) * spread
    if turn % 2 and best.placed is not None:
        return np.round((best.placed.start + noise) * 8).astype(np.int64)
    return np.round((latest + 2 * noise) * 8).astype(np.int64)


def _offer(search: Search, best: Best, keys: Ints, modes: tuple[int, ...]) -> None:
    placed = search.forward.place(keys, modes)
    if placed is None:
        best.failed = search.forward.failed
        return
    best.offer(placed)
    better = search.justified(placed)
    if better is not placed:
        best.offer(better)


def _offer_nothing(search: Search, best: Best) -> None:
    """Without anything to move there is one plan."""
    if not search.layout.count:
        empty = np.zeros(0, dtype=np.int64)
        best.offer(Placed(empty, empty, ()))


def _why_not(layout: Layout, best: Best) -> tuple[Status, tuple[Finding, ...]]:
    if any(True for _ in never_enough(layout)):
        return "infeasible", ()
    return "no_answer", (Finding("no_room", "error", best.failed),)


__all__ = ["ANY_TIME", "Best", "heuristic", "sample", "simple_bounds"]

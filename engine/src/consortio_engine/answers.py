"""
What every answer of the engine carries, and how long work is watched.

An answer is a frozen dataclass that inherits `Answer`: how it ended, by which method, from which inputs. A figure that
cannot be given is None and a finding says why; NaN and infinity neither enter nor leave.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

from consortio_engine.version import VERSION

Status = Literal["ok", "feasible", "infeasible", "no_answer", "cancelled", "limit"]

PROGRESS_SECONDS = 0.1  # at most ten calls a second


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """
    How an answer came about.

    Attributes:
        status: "ok" (exact, or proved best), "feasible" (a valid answer without proof), "infeasible" (proved that there
            is none), "no_answer" (a finding says why), "cancelled", "limit" (the limit came before any answer).
        method: what computed it, in words of docs/engine.
        fingerprint: BLAKE2b-128 of inputs, options and engine version: equal inputs have equal fingerprints.
        seed: of the random numbers; None where none were drawn.
        elapsed: seconds it took; no part of the fingerprint, and never compared.
        version: of the engine.
    """

    status: Status
    method: str
    fingerprint: str
    seed: int | None = None
    elapsed: float = 0.0
    version: str = VERSION


class Cancelled(Exception):
    """Raised inside a computation by `Watch.check` when its caller does not want it any more; it never leaves it."""


@dataclass(eq=False)
class Watch:
    """
    Who looks on while something long is computed, and may end it.

    Attributes:
        progress: called with (done, total, best), at most ten times a second; best is None where nothing is improved.
        cancel: asked between blocks of work; True ends it.
        clock: seconds that only grow.
    """

    progress: Callable[[int, int, float | None], object] | None = None
    cancel: Callable[[], bool] | None = None
    clock: Callable[[], float] = monotonic
    _told_at: float = field(default=float("-inf"), init=False)

    def check(self) -> None:
        """Raise Cancelled if the caller does not want it any more."""
        if self.cancel is not None and self.cancel():
            raise Cancelled

    def tell(self, done: int, total: int, best: float | None = None) -> None:
        """Tell how far it is, if the last word is a while ago or this is the last one; then `check`."""
        now = self.clock()
        if self.progress is not None and (done >= total or now - self._told_at >= PROGRESS_SECONDS):
            self._told_at = now
            self.progress(done, total, best)
        self.check()

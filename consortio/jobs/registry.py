"""What can be done in the background, by name. A feature registers its functions when it is loaded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio.access import Actor


class Cancelled(Exception):
    """Its starter stopped the job; what it had not finished is undone."""


class JobRefused(ValueError):
    """
    The job cannot be done with what it was given; the message says why, to the one who started it.

    `result`, if there is any, leads by the kind's way to where it can be mended.
    """

    def __init__(self, message: str, result: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.result = dict(result or {})


@dataclass(frozen=True, slots=True)
class Task:
    """One run of a job: for whom, with what, and how it tells its progress."""

    job_id: UUID
    actor: Actor
    arguments: Mapping[str, Any]
    at: datetime
    progress: Callable[[int, int, str], None]  # steps done, of how many, a code for what is being done
    check: Callable[[], None]  # raises Cancelled once somebody asked for it; cheap to call often

    def is_cancelled(self) -> bool:
        """Tell whether somebody asked for it to stop, for code that cannot be left by an exception."""
        try:
            self.check()
        except Cancelled:
            return True
        return False


@dataclass(frozen=True, slots=True)
class Left:
    """What a job leaves behind that was stopped, refused or failed, and where its reader goes on from there."""

    words: str
    stopping: str  # said beside the button, while it can be stopped
    way: str = ""
    way_words: str = ""


def _nothing(arguments: Mapping[str, Any]) -> Left:
    return Left(_("Nothing was changed."), _("Until the last step nothing is saved; stopping leaves no trace."))


Function = Callable[[Task], Mapping[str, Any] | None]
# The words of each step by its code; of a step that tells a figure ("best:480"), what puts it into words.
Steps = Mapping[str, str | Callable[[int], str]]


@dataclass(frozen=True, slots=True)
class JobKind:
    function: Function
    words: Callable[[], str]  # what is being done, in the reader's language
    steps: Callable[[], Steps]
    way: Callable[[Mapping[str, Any]], str]  # from the result to the address where it is seen; "" for none
    left: Callable[[Mapping[str, Any]], Left] = _nothing  # by its arguments, if it did not reach its end
    is_shared: bool = False  # one job does it for all who ask: see `actions.start_once`


_kinds: dict[str, JobKind] = {}


def job(
    kind: str,
    *,
    words: Callable[[], str],
    steps: Callable[[], Steps] = dict,
    way: Callable[[Mapping[str, Any]], str] = lambda result: "",
    left: Callable[[Mapping[str, Any]], Left] = _nothing,
    is_shared: bool = False,
) -> Callable[[Function], Function]:
    """Register the decorated function; what it returns is kept as the job's result."""

    def register(function: Function) -> Function:
        _kinds[kind] = JobKind(function, words, steps, way, left, is_shared)
        return function

    return register


def function_of(kind: str) -> Function:
    return _kinds[kind].function


def words_of(kind: str) -> str:
    return _kinds[kind].words()


def step_words(kind: str, step: str) -> str:
    name, _colon, figure = step.partition(":")
    words = _kinds[kind].steps().get(name, "")
    return words if isinstance(words, str) else words(int(figure))


def way_of(kind: str, result: Mapping[str, Any]) -> str:
    return _kinds[kind].way(result)


def left_by(kind: str, arguments: Mapping[str, Any]) -> Left:
    return _kinds[kind].left(arguments)


def shared_kinds() -> list[str]:
    return sorted(kind for kind, known in _kinds.items() if known.is_shared)


def kinds() -> list[str]:
    return sorted(_kinds)

"""What follows from an edit of an item, as in MS Project, and what does not fit together. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from .fields import DATELESS, KEEP, ROLLED_UP, FieldRefused
from .knowing import refuse_to_come
from .models import Kind, Mode


@dataclass(frozen=True, slots=True)
class Now:
    """An item's dates as its circle sees them scheduled, and up to when something can have happened."""

    start_at: datetime | None = None
    finish_at: datetime | None = None
    known_until: datetime | None = None


class _Edited:
    """An item with what was said of it; what was not said follows."""

    def __init__(self, row: Any, said: Mapping[str, Any], mode: str, now: Now, stand: Collection[str]) -> None:
        self.row, self.mode, self.now = row, mode, now
        self.values = {field: value for field, value in said.items() if value != getattr(row, field) or field in stand}
        self.said = frozenset(self.values)

    def __getitem__(self, field: str) -> Any:
        return self.values[field] if field in self.values else getattr(self.row, field)

    def let(self, **values: Any) -> None:
        """Set what was not said."""
        for field, value in values.items():
            self.values.setdefault(field, value)

    def is_new(self, field: str) -> bool:
        return field in self.values and self.values[field] != getattr(self.row, field)


def said_by(progress: Any, row: Any, mode: str) -> dict[str, Any]:
    """
    Return what a report says of an item: dates and work left that it leaves out stand, or follow from another percent.

    What it says to be empty becomes so; in MS Project's mode what has begun keeps its dates.
    """
    said = {"percent": progress.percent}
    left = progress.remaining_minutes
    if left is not KEEP and (left is not None or progress.percent == row.percent):
        said["remaining_minutes"] = left
    for field in ("actual_start_at", "actual_finish_at"):
        at = getattr(progress, field)
        if at is not KEEP and (at is not None or progress.percent == 0 or mode == Mode.P6):
            said[field] = at
    return said


def completed(row: Any, said: Mapping[str, Any], mode: str, now: Now, stand: Collection[str] = ()) -> dict[str, Any]:
    """
    Return the values said, with those that follow from them.

    Args:
        row: the item as it is.
        said: values by column, each one that its column takes; one that the item has already is not said.
        stand: fields that are said even where the item has that value already.
        mode: the plan's; in P6's, percent and dates stay apart.

    Raises:
        FieldRefused: they contradict each other.
    """
    edited = _Edited(row, said, mode, now, stand)
    refuse_to_come({field: at for field, at in edited.values.items() if edited.is_new(field)}, now.known_until)
    _refuse_rolled_up(edited)
    _milestone(edited)
    if mode == Mode.P6:
        _by_itself(edited)
    else:
        _as_project_does(edited)
    _order_of_actuals(edited)
    _constraints(edited)
    _kept_dates(edited)
    return edited.values


def _refuse_rolled_up(edited: _Edited) -> None:
    if edited.row.is_summary:
        for field in sorted(ROLLED_UP & edited.values.keys()):
            if edited.is_new(field):
                raise FieldRefused(field, _("What holds other items takes this from them: change it there."))


def _milestone(edited: _Edited) -> None:
    if not edited.values.keys() & {"kind", "duration_minutes", "milestone_end"}:
        return
    if edited["kind"] == Kind.MILESTONE:
        edited.let(duration_minutes=0, milestone_end=edited.row.milestone_end or "finish")
        if edited["duration_minutes"]:
            raise FieldRefused("duration_minutes", _("A milestone has no duration: write 0, or make it a task."))
        if edited.is_new("duration_minutes"):
            edited.let(remaining_minutes=None)
    elif edited.is_new("kind"):
        edited.let(milestone_end="")
    if edited["kind"] != Kind.MILESTONE and edited["milestone_end"]:
        raise FieldRefused("milestone_end", _("Only a milestone marks a start or a finish."))


def _by_itself(edited: _Edited) -> None:
    if edited.is_new("percent"):
        edited.let(remaining_minutes=None)
    if edited.is_new("actual_finish_at") and edited["actual_finish_at"]:
        edited.let(percent=100, remaining_minutes=0)


def _as_project_does(edited: _Edited) -> None:
    ends = edited.is_new("actual_finish_at") and edited["actual_finish_at"] is not None
    if ends:
        edited.let(percent=100, remaining_minutes=0)
        if edited["percent"] < 100:
            raise FieldRefused(
                "percent", _("What has ended is done to 100%: write 100, or leave out the actual finish.")
            )
    if edited.is_new("actual_start_at") and edited["actual_start_at"] is None:
        edited.let(percent=0)
    if edited.is_new("percent") or ends:
        _by_percent(edited)


def _by_percent(edited: _Edited) -> None:
    percent = edited["percent"]
    if percent == 100:
        edited.let(remaining_minutes=0)
        if edited["actual_finish_at"] is None:
            edited.values["actual_finish_at"] = _happened(edited, edited.now.finish_at)
    else:
        edited.let(remaining_minutes=None, actual_finish_at=None)
        if edited["actual_finish_at"] is not None:
            raise FieldRefused(
                "percent", _("What has ended is done to 100%: write 100, or leave out the actual finish.")
            )
    if percent == 0:
        edited.let(actual_start_at=None)
    elif edited["actual_start_at"] is None:
        edited.values["actual_start_at"] = _start_of(edited)


def _start_of(edited: _Edited) -> datetime | None:
    """Return the start as scheduled, as far as that is over; a milestone begins when it ends."""
    if edited["kind"] == Kind.MILESTONE and edited["actual_finish_at"]:
        return edited["actual_finish_at"]  # type: ignore[no-any-return]  # a column's value
    return _happened(edited, edited.now.start_at)


def _happened(edited: _Edited, at: datetime | None) -> datetime | None:
    """Return when something that is done was done: as scheduled, or by now, if that is still to come."""
    until = edited.now.known_until
    return min(at, until) if at and until else at


def _order_of_actuals(edited: _Edited) -> None:
    if not edited.values.keys() & {"actual_start_at", "actual_finish_at"}:
        return
    start, finish = edited["actual_start_at"], edited["actual_finish_at"]
    if start and finish and finish < start:
        if not edited.row.actual_start_at and "actual_start_at" not in edited.said:
            raise FieldRefused("actual_start_at", _("Say when it started: it ends before its scheduled start."))
        raise FieldRefused("actual_finish_at", _("Write an actual finish that is not before the actual start."))


def _constraints(edited: _Edited) -> None:
    for kind, at in (("constraint", "constraint_at"), ("constraint2", "constraint2_at")):
        if not edited.values.keys() & {kind, at}:
            continue
        if edited[kind] in DATELESS:
            if edited.values.get(at) is not None and edited.is_new(at):
                raise FieldRefused(kind, _("Say what the date asks: starts no earlier than, must end on, and so on."))
            edited.values[at] = None
        elif edited[at] is None:
            raise FieldRefused(at, _("Write the day that the constraint is about."))


def _kept_dates(edited: _Edited) -> None:
    stored = {"stored_start_at", "stored_finish_at"}
    if edited.is_new("is_manual"):
        if edited["is_manual"]:
            edited.let(stored_start_at=edited.now.start_at, stored_finish_at=edited.now.finish_at)
    elif not edited["is_manual"]:
        for field in sorted(stored & edited.values.keys()):
            if edited.is_new(field):
                raise FieldRefused(field, _("Only an item whose dates are kept as given has dates of its own."))
    start, finish = edited["stored_start_at"], edited["stored_finish_at"]
    if edited.values.keys() & stored and start and finish and finish < start:
        raise FieldRefused("stored_finish_at", _("Write a finish that is not before the start."))

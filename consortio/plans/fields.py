"""What the columns of an item take. A refusal names the field and says what was expected."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from django.utils.translation import gettext as _

from consortio.access import Invalid, Refused
from consortio.interchange.plan import ConstraintKind
from consortio.lines import NotALine, line

from .models import Kind
from .neutral import CODE_MAX, NAME_MAX

MINUTES_MAX = 60 * 24 * 366 * 50
NOTE_MAX = 20_000
YEAR_MIN, YEAR_MAX = 1970, 2200
DATELESS = ("", "asap", "alap")  # constraints that need no date
ENDS = ("", "start", "finish")
KEEP: Any = object()  # in place of a value that nothing is said of


class FieldRefused(Invalid):
    """A value that a column does not take."""


class TooMany(Refused):
    """More rows than one step takes."""

    def __init__(self, most: int) -> None:
        super().__init__(_("One step takes at most %(most)s items: do the rest in another one.") % {"most": most})


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the values as their columns keep them: times to the minute, plain text and numbers.

    Raises:
        FieldRefused: a value is none that its column takes, or there is no such column to be edited.
    """
    found = {}
    for field, value in values.items():
        if field not in CHECKS:
            raise FieldRefused(field, _("An item has no field “%(field)s” that can be edited.") % {"field": field})
        found[field] = CHECKS[field](field, value)
    return found


def text(most: int) -> Callable[[str, Any], str]:
    def check(field: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > most or "\0" in value:
            raise FieldRefused(field, _("Write at most %(most)s signs of text.") % {"most": most})
        return str(value)

    return check


def one_line(most: int, *, needed: bool = False) -> Callable[[str, Any], str]:
    def check(field: str, value: Any) -> str:
        said = text(most)(field, value)
        if needed and not said.strip():
            raise FieldRefused(field, _("Write a name: an item is called something."))
        try:
            return line(said)
        except NotALine as fault:
            raise FieldRefused(field, str(fault)) from None

    return check


def one_of(*known: str) -> Callable[[str, Any], str]:
    def check(field: str, value: Any) -> str:
        if value not in known:
            words = ", ".join(one for one in known if one)
            raise FieldRefused(field, _("Choose one of these: %(known)s.") % {"known": words})
        return str(value)

    return check


def whole(most: int, *, optional: bool = False) -> Callable[[str, Any], int | None]:
    def check(field: str, value: Any) -> int | None:
        if value is None and optional:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise FieldRefused(field, _("Write a whole number from 0 to %(most)s.") % {"most": most})
        return value

    return check


def time(field: str, value: Any) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is not None or not YEAR_MIN <= value.year <= YEAR_MAX:
        raise FieldRefused(field, _("Write a day between 1970 and 2200, on the plan’s own clock."))
    return value.replace(second=0, microsecond=0)


def truth(field: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise FieldRefused(field, _("Say yes or no."))
    return value


def row_id(field: str, value: Any) -> UUID | None:
    if value is not None and not isinstance(value, UUID):
        raise FieldRefused(field, _("Choose one that is offered, or none."))
    return value


CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "name": one_line(NAME_MAX, needed=True),
    "code": one_line(CODE_MAX),
    "note": text(NOTE_MAX),
    "kind": one_of(*(str(kind) for kind in Kind.values)),
    "milestone_end": one_of(*ENDS),
    "organisation_id": row_id,
    "calendar_id": row_id,
    "duration_minutes": whole(MINUTES_MAX),
    "remaining_minutes": whole(MINUTES_MAX, optional=True),
    "percent": whole(100),
    "is_manual": truth,
    "is_active": truth,
    "constraint": one_of("", *get_args(ConstraintKind)),
    "constraint_at": time,
    "constraint2": one_of("", *get_args(ConstraintKind)),
    "constraint2_at": time,
    "deadline_at": time,
    "actual_start_at": time,
    "actual_finish_at": time,
    "stored_start_at": time,
    "stored_finish_at": time,
}
PROGRESS = frozenset({"percent", "remaining_minutes", "actual_start_at", "actual_finish_at"})
# What whoever is accountable sets besides: their own dates, and nothing that these are measured by.
OWN = PROGRESS | {"duration_minutes", "constraint", "constraint_at"}
WISHES = ("", "asap", "snet", "fnet")  # constraints that say no more than when it can be
ROLLED_UP = PROGRESS | {"duration_minutes"}  # what a phase takes from what it holds

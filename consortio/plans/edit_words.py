"""What an entry of a plan's record says of single fields, in the reader's language: "finish: 3 May → 12 May"."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from consortio.record.edits import Edit
from consortio.ui.formats import day, listing, local_time, number, percent, workdays

from .changes import lag_of
from .models import MINUTES_PER_DAY
from .words import constraint_words, kind_words, method_words

FIELDS = {
    "name": later("name"),
    "code": later("code"),
    "kind": later("kind"),
    "milestone_end": later("the milestone marks a"),
    "note": later("note"),
    "organisation_id": later("in charge"),
    "person_id": later("accountable"),
    "calendar_id": later("calendar"),
    "duration_minutes": later("work"),
    "remaining_minutes": later("work left"),
    "percent": later("done"),
    "is_manual": later("dates kept as given"),
    "is_active": later("counts in dates"),
    "constraint": later("constraint"),
    "constraint_at": later("date of the constraint"),
    "constraint2": later("second constraint"),
    "constraint2_at": later("date of the second constraint"),
    "deadline_at": later("deadline"),
    "actual_start_at": later("actual start"),
    "actual_finish_at": later("actual finish"),
    "stored_start_at": later("start as given"),
    "stored_finish_at": later("finish as given"),
    "parent_id": later("stands in"),
    "start_at": later("start"),
    "data_at": later("data date"),
    "finish_by": later("must finish by"),
    "zone": later("time zone"),
    "mode": later("how it is scheduled"),
    "float_limit_minutes": later("critical up to a float of"),
    "type": later("kind of link"),
    "lag": later("lag"),
    "budget": later("budget"),
    "actual_cost": later("actual cost"),
    "currency": later("currency"),
}
MINUTES = {"duration_minutes", "remaining_minutes", "float_limit_minutes"}
TIMES = {"finish_by"}
TEXT_MAX = 120  # signs of a text that a line of history shows


def edit_lines(
    edits: Sequence[Edit], facts: Mapping[str, Any], names: Mapping[str, str], day_minutes: int = MINUTES_PER_DAY
) -> list[str]:
    """Return what an entry says of single fields; of those whose values were erased, their names."""
    lines = [edit_line(edit, names, day_minutes) for edit in edits]
    told = {edit.field for edit in edits}
    if erased := [field_words(name) for name in facts.get("changed", ()) if name not in told]:
        lines.append(_("changed: %(fields)s") % {"fields": listing(erased)})
    return lines


def edit_line(edit: Edit, names: Mapping[str, str], day_minutes: int = MINUTES_PER_DAY) -> str:
    """
    Return one changed field as a line.

    Args:
        names: of the rows that the reader sees, by their id as text; others are not named.
    """
    before, after = values_words(edit.field, edit.before, edit.after, names, day_minutes)
    return _("%(field)s: %(before)s → %(after)s") % {"field": field_words(edit.field), "before": before, "after": after}


def field_words(field: str) -> str:
    return _(FIELDS[field]) if field in FIELDS else field


def values_words(
    field: str, before: Any, after: Any, names: Mapping[str, str], day_minutes: int = MINUTES_PER_DAY
) -> tuple[str, str]:
    """Return two plain values of a field in words that tell them apart."""
    told, anew = (_value(field, value, names, day_minutes) for value in (before, after))
    if told == anew and _is_time(field):  # another hour of the same day
        return _to_the_minute(before), _to_the_minute(after)
    return told, anew


def _is_time(field: str) -> bool:
    return field.endswith("_at") or field in TIMES


def _to_the_minute(plain: str) -> str:
    at = datetime.fromisoformat(plain)
    return f"{day(at)}, {local_time(at)}"


def _value(field: str, plain: Any, names: Mapping[str, str], day_minutes: int) -> str:
    if field in ("constraint", "constraint2"):
        return constraint_words(plain or "asap")
    if plain in (None, ""):
        return _("none")
    if isinstance(plain, bool):
        return _("yes") if plain else _("no")
    if _is_time(field):
        return day(datetime.fromisoformat(plain))
    if field in MINUTES:
        return workdays(round(plain / max(day_minutes, 1), 1))
    if field.endswith("_id"):
        return names.get(plain, _("one you cannot see"))
    return _word(field, plain, day_minutes)


def _word(field: str, plain: Any, day_minutes: int) -> str:
    if field == "percent":
        return percent(plain / 100)
    if field == "lag":
        return lag_line(*lag_of(plain), day_minutes)
    known = {"kind": kind_words, "mode": method_words, "milestone_end": _end_words}
    if field in known:
        return known[field](plain)
    text = str(plain)
    return text if len(text) <= TEXT_MAX else text[:TEXT_MAX].rstrip() + "…"


def _end_words(end: str) -> str:
    return {"start": _("start"), "finish": _("finish")}.get(end, end)


def lag_line(minutes: int, kind: str, day_minutes: int) -> str:
    """Return a lag in words: "2 d", "3 d by the clock", "20% of the predecessor"."""
    if kind == "percent":
        return _("%(share)s of the predecessor’s work") % {"share": percent(minutes / 1000)}
    if kind == "elapsed":
        return _("%(days)s d by the clock") % {"days": number(round(minutes / 1440, 1))}
    return workdays(round(minutes / max(day_minutes, 1), 1))

"""What the preview of a later file says of its lines, in the reader's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from consortio.plans.edit_words import field_words, values_words

STATES = {"new": later("new"), "changed": later("changed"), "gone": later("gone from the file")}
NAMED = {"parent": "parent_id", "calendar": "calendar_id"}  # by ids of the file
WHOLE = {"extra": later("other particulars in the file"), "hours": later("working hours")}  # too much for a line


@dataclass(frozen=True, slots=True)
class FieldLine:
    field: str
    here: str
    in_file: str


@dataclass(frozen=True, slots=True)
class PreviewLine:
    key: str
    name: str
    words: str  # what the file does to it, and whether somebody changed it here
    is_ticked: bool
    fields: tuple[FieldLine, ...]


def preview_lines(difference: Mapping[str, Any], who: Mapping[str, str], day_minutes: int) -> Iterator[PreviewLine]:
    """
    Yield the lines of a difference as the summary keeps it.

    Args:
        who: names of organisations and people, by their id as text.
    """
    names = difference.get("names", {})
    for line in difference["lines"]:
        fields = tuple(_field_line(one, names, who, day_minutes) for one in line["fields"])
        yield PreviewLine(line["key"], line["name"], _state_words(line), line["ticked"], fields)


def _state_words(line: Mapping[str, Any]) -> str:
    state = _(STATES[line["state"]])
    if any(one["edited_here"] for one in line["fields"]):
        return _("%(state)s, changed here since") % {"state": state}
    return state


def _field_line(
    one: Mapping[str, Any], names: Mapping[str, str], who: Mapping[str, str], day_minutes: int
) -> FieldLine:
    field, here, now = one["field"], one["here"], one["now"]
    if field in WHOLE:
        return FieldLine(_(WHOLE[field]), "", _("differs"))
    if field in NAMED:
        who = {value: names.get(name_key(field, value), value) for value in (here, now) if value}
        field = NAMED[field]
    return FieldLine(field_words(field), *values_words(field, here, now, who, day_minutes))


def name_key(field: str, identifier: str) -> str:
    """Return where a summary keeps the name of the item, or calendar, that a field stands for."""
    return f"{'item' if field == 'parent' else field}:{identifier}"

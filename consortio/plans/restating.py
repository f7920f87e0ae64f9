"""
What a later file says otherwise without changing anything: figures that another program computed, and what its format
has no words for. Compared is what somebody enters and what dates follow from.
"""

from collections.abc import Mapping
from typing import Any

from .changes import EDITABLE
from .models import Calendar, Item, Kind
from .neutral import CONTRADICTED

# Of what a file says besides the columns: what dates follow from, and who it names.
COMPARED = {
    "project", "kind", "milestone", "external", "active", "manual", "duration_minutes", "duration_elapsed",
    "remaining_minutes", "actual_minutes", "calendar", "ignores_resource_calendar", "constraint", "constraint2",
    "deadline", "expected_finish", "external_early_start", "external_late_finish", "actual_start", "actual_finish",
    "suspended", "resumed", "splits", "effort_kind", "resource_driven", "leveling_delay_minutes", "assignments",
    "responsible", "name", "code", "notes",
}  # fmt: skip
OF_ASSIGNMENTS = {"effort_kind", "resource_driven", "ignores_resource_calendar"}
IN_CHARGE = ("organisation_id", "person_id")
AS_GIVEN = ("stored_start_at", "stored_finish_at")
OF_WHAT_IT_HOLDS = ("kind", "duration_minutes", "remaining_minutes", "percent")


def compared_extra(extra: Mapping[str, Any], projects: int) -> dict[str, Any]:
    """
    Return what a change of is told.

    Args:
        projects: how many the file holds; of one, every item is.
    """
    found = {name: value for name, value in extra.items() if name in COMPARED}
    if projects < 2:
        found.pop("project", None)
    if "assignments" not in found:
        found = {name: value for name, value in found.items() if name not in OF_ASSIGNMENTS}
    if "responsible" in found:
        found["responsible"] = ", ".join(found["responsible"])  # in MS Project it is one line
    return found


def extra_with(kept: Mapping[str, Any], said: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's words of the file after the change that was told of them."""
    return {name: value for name, value in kept.items() if name not in COMPARED} | {name: said[name] for name in told}


def extra_beside(kept: Mapping[str, Any], said: Mapping[str, Any], column: str) -> dict[str, Any]:
    """Return a row's words of the file after this column took the file's value: those that speak of it follow."""
    follow = {name for name in CONTRADICTED.get(column, ()) if name not in COMPARED}
    return {name: value for name, value in kept.items() if name not in follow} | {
        name: said[name] for name in follow if name in said
    }


def values_said(row: Item, new: Item, source: str, *, is_emptied: bool = False) -> dict[str, Any]:
    """
    Return the file's values of an item that is here; in what it does not say, those that it had.

    Args:
        is_emptied: it held in the file only what is left out, and says of itself nothing but what follows from that.
    """
    said, then = dict(new.imported_values), row.imported_values
    for name in [*_unsaid(row, new, source), *(OF_WHAT_IT_HOLDS if is_emptied else ())]:
        said[name] = then.get(name, EDITABLE[name])
    return said


def _unsaid(row: Item, new: Item, source: str) -> list[str]:
    unsaid: list[str] = []
    if not any(item.is_manual or "external" in item.extra for item in (row, new)):
        unsaid += AS_GIVEN  # computed elsewhere, as they are here
    if new.organisation_id is None and new.person_id is None:
        unsaid += IN_CHARGE  # its names stand for nobody yet
    if row.is_summary:
        unsaid.append("percent")  # what its items have done
    if (row.is_summary and new.kind == Kind.PHASE) or (source == "mspdi" and _is_deliverable(row, new)):
        unsaid.append("kind")
    if source == "mspdi":
        unsaid.append("code")  # the number of its row
    return unsaid


def _is_deliverable(row: Item, new: Item) -> bool:
    return row.kind == Kind.DELIVERABLE and new.kind == Kind.TASK


def hours_of(calendar: Calendar, kept: Calendar | None = None) -> dict[str, Any]:
    """Return what a calendar says; where it does not say how long a day is, that of the one kept."""
    day = calendar.day_minutes or (kept.day_minutes if kept else None)
    return {"name": calendar.name, "hours": [calendar.week, calendar.exceptions, calendar.weeks, day]}

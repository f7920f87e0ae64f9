"""What people can change of an item, as plain values: to keep the file's, and to tell theirs from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

# The column of each value, with the default that is not kept.
EDITABLE: dict[str, Any] = {
    "name": "",
    "code": "",
    "kind": "task",
    "milestone_end": "",
    "note": "",
    "organisation_id": None,
    "person_id": None,
    "duration_minutes": 0,
    "remaining_minutes": None,
    "percent": 0,
    "is_manual": False,
    "is_active": True,
    "constraint": "",
    "constraint_at": None,
    "constraint2": "",
    "constraint2_at": None,
    "deadline_at": None,
    "actual_start_at": None,
    "actual_finish_at": None,
    "stored_start_at": None,
    "stored_finish_at": None,
}

SETTINGS = ("start_at", "data_at", "finish_by", "float_limit_minutes")  # of a plan, that a file gives too


def editable_values(row: Any, parent: str, calendars: Mapping[UUID, str]) -> dict[str, Any]:
    """
    Return what people can change of an item, for JSON; what has its default is left out.

    Args:
        parent: the id in the file of the item above, if any.
        calendars: the ids in the file of calendars.
    """
    found = {}
    for column, default in EDITABLE.items():
        if (value := getattr(row, column)) != default:
            found[column] = plain_value(value)
    if parent:
        found["parent"] = parent
    if row.calendar_id:
        found["calendar"] = calendars.get(row.calendar_id, str(row.calendar_id))
    return found


def changes_between(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return, of each column that has another value now, the plain ones: what it was and what it became."""
    return {name: (plain_value(then[name]), plain_value(value)) for name, value in now.items() if then[name] != value}


def plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return str(value) if isinstance(value, UUID | str) else value


def value_of(column: str, plain: Any) -> Any:
    """Return a value as its column takes it."""
    if plain is None:
        return EDITABLE.get(column)
    if column.endswith("_at") or column == "finish_by":
        return datetime.fromisoformat(plain)
    return UUID(plain) if column.endswith("_id") else plain


def lag_words(row: Any) -> str:
    """Return a link's lag as one plain value: "480 working"."""
    return f"{row.lag_minutes} {row.lag_kind}"


def lag_of(words: str) -> tuple[int, str]:
    minutes, _, kind = words.partition(" ")
    return int(minutes), kind

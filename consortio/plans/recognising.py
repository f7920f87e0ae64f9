"""What stands in a file that was written here knows which rows it is, also those that never came from a file."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from .importing import Prepared
from .models import Calendar
from .neutral import ID_MAX


def key_of(row: Any) -> str:
    """Return what an item here goes by when a file is compared: its id in the file, else its own."""
    return row.external_id or str(row.pk)


def recognise_calendars(prepared: Prepared, kept: Collection[Calendar]) -> None:
    """Let each calendar of the file that is not known, but has the name of one that was made here, go by that one's key."""
    known = {key_of(row) for row in kept}
    borne = {row.external_id for row in prepared.calendars}  # also by what was recognised before
    made_here = {row.name: key_of(row) for row in kept if key_of(row) not in borne and not row.external_id}
    renamed = {}
    for row in prepared.calendars:
        before = row.external_id
        if before not in known:
            row.external_id = made_here.pop(row.name, before)
        renamed[before] = row.external_id
    for item in prepared.items:
        if calendar := item.imported_values.get("calendar"):
            item.imported_values["calendar"] = renamed.get(calendar, calendar)


def recognise(prepared: Prepared, living: Mapping[UUID, str]) -> None:
    """
    Let each item of the file whose GUID is the id of an item here go by that item's key.

    Args:
        living: the keys of items of the plan's own circle, by id.
    """
    rows = {guid: pk for pk, guid in prepared.guids.items() if guid in living}  # of twins the last
    claims = {pk: living[guid] for guid, pk in rows.items()}
    taken, renamed = set(claims.values()), {}
    for row in prepared.items:
        before = row.external_id
        if row.pk in claims:
            row.external_id = claims[row.pk]
        elif before in taken:  # another item of the file is the one that bears this id here
            row.external_id = f"new-{before}"[-ID_MAX:]
        renamed[before] = row.external_id
    for row in prepared.items:
        if above := row.imported_values.get("parent"):
            row.imported_values["parent"] = renamed.get(above, above)

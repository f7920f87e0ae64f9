"""Items of a file that was written here know which rows they are, also those that never came from a file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from .importing import Prepared
from .neutral import ID_MAX


def key_of(row: Any) -> str:
    """Return what an item here goes by when a file is compared: its id in the file, else its own."""
    return row.external_id or str(row.pk)


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

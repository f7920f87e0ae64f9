"""The private side of a joint item: what our house notes of it, and how long it thinks it will take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission, Stale, VersionMissing, wall
from consortio.access.models import Circle, Kind
from consortio.record.log import action, nothing_changed, record

from .changes import changes_between
from .fields import KEEP, MINUTES_MAX, NOTE_MAX, FieldRefused, text, whole
from .models import Item, OwnSide

COLUMNS = ("note", "low_minutes", "likely_minutes", "high_minutes")


@dataclass(frozen=True, slots=True)
class Side:
    """`version` is None where nothing has been written yet. Estimates are working minutes."""

    circle_id: UUID
    version: int | None
    note: str = ""
    low_minutes: int | None = None
    likely_minutes: int | None = None
    high_minutes: int | None = None
    can_write: bool = False


@access.read
def own_side(*, actor: Actor, item_id: UUID) -> Side | None:
    """Return what our house keeps to itself about an item; nothing, where it has no house there. Three queries."""
    item = access.get(actor, Item, item_id)
    house_id = house_beside(actor, item)
    if house_id is None:
        return None
    can_write = Permission.REMARK_WRITE in actor.permissions.get(house_id, ())
    row = access.visible(actor, OwnSide).filter(circle=house_id, item=item.pk).first()
    if row is None:
        return Side(house_id, None, can_write=can_write)
    said = {name: getattr(row, name) for name in COLUMNS}
    return Side(house_id, row.version, **said, can_write=can_write)


def house_beside(actor: Actor, item: Item) -> UUID | None:
    """Return our own house in the item's partnership, if the item is seen by all of it."""
    houses = access.visible(actor, Circle).filter(
        kind=Kind.HOUSE,
        organisation=actor.organisation_id,
        partnership__in=access.visible(actor, Circle).filter(pk=item.circle_id).values("partnership"),
    )
    house_id = houses.values_list("pk", flat=True).first()
    if house_id is None or not access.common(actor, Item, house_id).filter(pk=item.pk).exists():
        return None
    return house_id


def house_in(actor: Actor, partnership_id: UUID) -> UUID | None:
    """Return our own house in a partnership, if we have one there."""
    houses = access.visible(actor, Circle).filter(kind=Kind.HOUSE, organisation=actor.organisation_id)
    return houses.filter(partnership=partnership_id).values_list("pk", flat=True).first()


@action
def write_own_side(
    *,
    actor: Actor,
    item_id: UUID,
    at: datetime,
    version: int | None = None,
    note: str = KEEP,
    low_minutes: int | None = KEEP,
    likely_minutes: int | None = KEEP,
    high_minutes: int | None = KEEP,
) -> UUID:
    """
    Write our own side of an item, for our house alone; what is not said stands. Returns its id.

    Args:
        version: the one that was seen; none where nothing was there.

    Raises:
        NotVisible: our organisation has no house there, or not all of it sees the item.
        VersionMissing, Stale: something was there already, or something else, or nothing.
        FieldRefused: a value is none that can be, or the estimates are not in their order.
    """
    item = access.get(actor, Item, item_id)
    house_id = house_beside(actor, item)
    if house_id is None:
        raise access.NotVisible
    house = access.lock(actor, Permission.REMARK_WRITE, Circle, house_id)
    known = access.visible(actor, OwnSide).filter(circle=house.pk, item=item.pk).values_list("pk", flat=True).first()
    if known is None:
        row = OwnSide(circle=house, item=item)
        if version is not None:
            raise Stale(OwnSide(version=0), version)
    else:
        row = access.lock(actor, Permission.REMARK_WRITE, OwnSide, known, version=version)
    values = {"note": note, "low_minutes": low_minutes, "likely_minutes": likely_minutes, "high_minutes": high_minutes}
    before = {name: getattr(row, name) for name in COLUMNS}
    said = _checked(before | {name: value for name, value in values.items() if value is not KEEP})
    changed = changes_between(before, said)
    if not changed and known:
        nothing_changed()
        return row.pk
    for name, value in said.items():
        setattr(row, name, value)
    _save(row, is_new=known is None)
    record("own_side.written", row, item=str(item.pk), changes=changed)
    return row.pk


def _save(row: OwnSide, *, is_new: bool) -> None:
    if not is_new:
        row.save(update_fields=list(COLUMNS))
        return
    try:
        with wall.savepoint():
            row.save()
    except IntegrityError as error:  # somebody of our house wrote at the same time
        raise VersionMissing(OwnSide.__name__) from error


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    amount = whole(MINUTES_MAX, optional=True)
    found: dict[str, Any] = {"note": text(NOTE_MAX)("note", values["note"])}
    lowest = 0
    for name in COLUMNS[1:]:
        found[name] = amount(name, values[name])
        if found[name] is not None:
            if found[name] < lowest:
                raise FieldRefused(name, _("Write the low, the likely and the high estimate in their order."))
            lowest = found[name]
    return found

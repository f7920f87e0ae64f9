"""Where items stand in the tree, and how they are moved there."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, Value
from django.db.models.functions import Concat, Substr

from consortio import access
from consortio.access import Actor, Refused

from .models import Item, Plan
from .tree import end_of, key_between, key_of, keys_between, path_of

DEPTH_MAX = 64


class TooDeep(Refused):
    """The tree is deeper than any real plan's."""


def last_path(siblings: Iterable[Item], parent_path: str, pk: UUID) -> str:
    """
    Return the path of an item that comes after all its siblings.

    Args:
        siblings: those that everybody in the item's circle sees, withdrawn ones too; others leave no trace in it.
    """
    return path_of(parent_path, key_between(max(_keys(siblings, pk), default=""), "", pk))


def path_after(siblings: Iterable[Item], parent_path: str, before: Item | None, pk: UUID) -> str:
    """Return the path of an item that comes right after one of its siblings, or before all of them."""
    keys = sorted(_keys(siblings, pk))
    key = key_of(before.path) if before else ""
    after = next((other for other in keys if other > key), "")
    return path_of(parent_path, key_between(key, after, pk))


def paths_after(siblings: Iterable[Item], parent_path: str, before: Item | None, pks: Sequence[UUID]) -> list[str]:
    """Return the paths of new items in a row, right after one of their siblings, or after all of them."""
    keys = sorted(key_of(row.path) for row in siblings)
    key = key_of(before.path) if before else max(keys, default="")
    after = next((other for other in keys if other > key), "")
    return [path_of(parent_path, one) for one in keys_between(key, after, pks)]


def take_turn(actor: Actor, model: type[Model], pk: UUID) -> None:
    """
    Wait for others who change where a plan's rows stand, before any of them is locked: nobody then waits in a ring.

    Args:
        model: of the row that is changed, which names its plan; what is not there is refused by whoever locks it.
    """
    of_row = access.visible(actor, model).filter(pk=pk).values("plan")
    list(access.visible(actor, Plan).filter(pk__in=of_row).select_for_update(no_key=True, of=("self",)))


def held_parent(actor: Actor, plan_id: UUID, circle_id: UUID, parent_id: UUID | None) -> Item | None:
    """
    Return what items of a circle are put into, held until the end, or it might be withdrawn meanwhile.

    Raises: NotVisible, for what is not there for everybody in that circle.
    """
    if parent_id is None:
        return None
    rows = access.common(actor, Item, circle_id).filter(plan=plan_id, pk=parent_id, withdrawn_at=None)
    parent = rows.select_for_update(no_key=True, of=("self",)).first()
    if parent is None:
        raise access.NotVisible
    return parent


def siblings_in(actor: Actor, plan_id: UUID, circle_id: UUID, parent_id: UUID | None) -> list[Item]:
    """Return what everybody in a circle sees right below an item, withdrawn rows too, in their order."""
    rows = access.common(actor, Item, circle_id).filter(plan=plan_id, parent=parent_id)
    return list(rows.only("pk", "path", "withdrawn_at").order_by("path", "pk"))


def one_of(siblings: Iterable[Item], pk: UUID | None) -> Item | None:
    """Return the sibling with this id. Raises: NotVisible, where there is none."""
    if pk is None:
        return None
    found = next((one for one in siblings if one.pk == pk), None)
    if found is None:
        raise access.NotVisible
    return found


def _keys(siblings: Iterable[Item], pk: UUID) -> Iterable[str]:
    return (key_of(row.path) for row in siblings if row.pk != pk)


def move(row: Item, path: str, depth: int) -> None:
    """Give an item and everything below it new paths, in all circles. Where things stand is no edit of them."""
    with access.unscoped("what lies below an item moves with it, seen or not"):
        below = Item.objects.filter(plan=row.plan_id, path__gte=row.path, path__lt=end_of(row.path))
        below.update(
            path=Concat(Value(path), Substr("path", len(row.path) + 1)),
            depth=F("depth") + (depth - row.depth),
            version=F("version"),
        )


def mark_summaries(plan_id: UUID, circle_id: UUID, pk: UUID | None = None) -> None:
    """
    Say of a circle's items, or of one of them, which hold others that everybody in the circle sees.

    That follows from where things stand, so it is no edit either, and nobody need be permitted to do it.
    """
    with access.unscoped("whoever adds to a phase need not be one who may edit it"):
        rows = Item.objects.filter(plan=plan_id, circle=circle_id, withdrawn_at=None)
        below = Exists(rows.filter(parent=OuterRef("pk")))
        own = rows.filter(pk=pk) if pk else rows
        own.filter(below, is_summary=False).update(is_summary=True, version=F("version"))
        own.filter(~below, is_summary=True).update(is_summary=False, version=F("version"))

"""Where items stand in the tree, and how they are moved there."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Value
from django.db.models.functions import Concat, Substr

from consortio import access

from .models import Item
from .tree import end_of, key_between, key_of, path_of


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

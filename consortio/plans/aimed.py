"""Items as goals and promises refer to them: those that everybody in a circle sees, by whom, and until when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet

from consortio import access
from consortio.access import Actor
from consortio.access.models import Within

from .finding import FoundRow, meant
from .models import Item, Scheduled

LETTERS_MIN = 2


@dataclass(frozen=True, slots=True)
class AimedItem:
    """An item of a plan with its dates as everybody in its circle sees them."""

    id: UUID
    number: str
    name: str
    organisation_id: UUID | None
    finish_on: date | None
    finished_on: date | None  # when it was done
    is_withdrawn: bool


@access.read
def items_there(*, actor: Actor, circle_id: UUID, item_ids: Collection[UUID], plan_id: UUID | None = None) -> set[UUID]:
    """Return those of some items that stand in a plan (in which, may be said), and that everybody in a circle sees."""
    wider = access.visible(actor, Within).filter(circle=circle_id).values("wider")
    rows = access.visible(actor, Item).filter(pk__in=item_ids, circle__in=wider, withdrawn_at=None)
    if plan_id:
        rows = rows.filter(plan=plan_id)
    return set(rows.values_list("pk", flat=True))


@access.read
def items_aimed_at(*, actor: Actor, item_ids: Collection[UUID]) -> dict[UUID, AimedItem]:
    """Return what items are called and when they are done, by id; one query, and none for no items."""
    if not item_ids:
        return {}
    return {row.item_id: _aimed(row) for row in _AIMED.ask(actor, sorted(item_ids))}


def _with_dates(actor: Actor, item_ids: Collection[UUID]) -> QuerySet:
    rows = access.visible(actor, Scheduled).filter(item__in=item_ids, circle=F("item__circle"))
    return rows.select_related("item__circle").order_by("finish_at", "item__path")


_AIMED = access.Question(_with_dates, Actor, [UUID])


@access.read
def items_meant(*, actor: Actor, circle_id: UUID, words: Collection[str]) -> Mapping[str, tuple[UUID, ...]]:
    """
    Return the items that numbers ("I-3") or whole names mean, of those that everybody in a circle sees; one query.

    A word that means none or several has that many.
    """
    wider = access.visible(actor, Within).filter(circle=circle_id).values("wider")
    asked = {word: _meant(word) for word in words}
    meant = Q(pk__isnull=True)
    for one in asked.values():
        meant |= one
    rows = access.visible(actor, Item).filter(meant, circle__in=wider, withdrawn_at=None, plan__withdrawn_at=None)
    found: dict[str, list[UUID]] = {word: [] for word in words}
    for pk, mark, number, name in rows.order_by("pk").values_list("pk", "circle__mark", "number", "name"):
        own = {f"{mark}I-{number}".casefold(), name.casefold()}
        for word in words:
            if word.casefold() in own:
                found[word].append(pk)
    return {word: tuple(ids) for word, ids in found.items()}


@access.read
def items_to_aim_at(*, actor: Actor, circle_id: UUID, text: str, most: int) -> tuple[FoundRow, ...]:
    """Return the items that a few words mean, of those that everybody in a circle sees, the best first; one query."""
    words = text.split()
    if sum(map(len, words)) < LETTERS_MIN:
        return ()
    wider = access.visible(actor, Within).filter(circle=circle_id).values("wider")
    rows = access.visible(actor, Item).filter(circle__in=wider, withdrawn_at=None, plan__withdrawn_at=None)
    return meant(rows, "I-", words, most, where="plan__name")


def _meant(word: str) -> Q:
    mark, sign, number = word.upper().rpartition("I-")
    meant = Q(name__iexact=word)
    if sign and number.isdecimal() and len(number) < 10:
        meant |= Q(number=int(number), circle__mark__iexact=mark)
    return meant


def _aimed(row: Scheduled) -> AimedItem:
    item = row.item
    return AimedItem(
        id=item.pk,
        number=f"{item.circle.mark}I-{item.number}",
        name=item.name,
        organisation_id=item.organisation_id,
        finish_on=row.finish_at.date() if row.finish_at else None,
        finished_on=item.actual_finish_at.date() if item.actual_finish_at else None,
        is_withdrawn=item.withdrawn_at is not None,
    )

"""How long items may take: said in three points, each in the item's own circle, many in one step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeAlias
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio import access
from consortio.access import ANY, Actor, Invalid, NotPermitted, NotVisible, Permission, Stale, wall
from consortio.access.gate import granted_now
from consortio.circles.reads import audience_of
from consortio.record.log import action, nothing_changed, record
from consortio.ui.marks import Audience

from .fields import MINUTES_MAX
from .heads import PlanHead, head_of
from .models import Estimate, Item, Kind, OwnSide, Plan
from .rows import Row, beside, row_of, values_of
from .rules import may_redate

ROWS_MAX = 60
COLUMNS = ("low_minutes", "likely_minutes", "high_minutes")
Three: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Said:
    """
    What somebody says of an item: three points in working minutes, or none of them.

    Args:
        version: of the estimate that was seen; none where there was none.
    """

    item_id: UUID
    version: int | None
    low: int | None = None
    likely: int | None = None
    high: int | None = None

    @property
    def three(self) -> tuple[int | None, int | None, int | None]:
        return self.low, self.likely, self.high


class StaleEstimates(Stale):
    """Somebody else saved some of the rows first. Nothing was written."""

    def __init__(self, items: Sequence[Item]) -> None:
        names = ", ".join(item.name for item in items)
        words = ngettext("%(names)s was changed meanwhile.", "%(names)s were changed meanwhile.", len(items))
        Exception.__init__(self, words % {"names": names})
        self.item_ids = tuple(item.pk for item in items)


@action
def estimate_items(*, actor: Actor, plan_id: UUID, said: Sequence[Said], at: datetime) -> int:
    """
    Say how long items of a plan may take, each in its own circle, in one step: all of it or nothing.

    Returns:
        How many were changed.

    Raises:
        NotVisible, NotPermitted: of any of them; only who may change an item's work says how long it may take.
        StaleEstimates: somebody saved some of the rows first.
        Invalid: the field is "low", "likely" or "high"; the message begins with the item's name.
    """
    plan = access.lock(actor, Permission.EXPORT, Plan, plan_id, version=ANY)  # each item asks for what it takes
    if len(said) > ROWS_MAX:
        raise Invalid(
            "items", _("One step takes at most %(most)s items: do the rest in another one.") % {"most": ROWS_MAX}
        )
    items = _permitted(actor, plan, said)
    kept = {row.item_id: row for row in _kept(actor, items)}
    stale = [items[one.item_id] for one in said if one.version != _version(kept.get(one.item_id))]
    if stale:
        raise StaleEstimates(stale)
    changed = [_written(items[one.item_id], kept.get(one.item_id), one) for one in said]
    made = [row for row in changed if row is not None]
    if not made:
        nothing_changed()
        return 0
    for row in made:
        record("estimate.written", row, item=str(row.item_id), **{name: getattr(row, name) for name in COLUMNS})
    return len(made)


def _permitted(actor: Actor, plan: Plan, said: Sequence[Said]) -> Mapping[UUID, Item]:
    """Return the items by id, each seen, permitted and locked; in one order, as everywhere."""
    wanted = {one.item_id for one in said}
    rows = access.visible(actor, Item).filter(plan=plan, pk__in=wanted, withdrawn_at=None).order_by("pk")
    items = {item.pk: item for item in rows.select_for_update(no_key=True, of=("self",))}
    if len(items) < len(said):
        raise NotVisible
    granted = {circle_id: granted_now(actor, circle_id) for circle_id in {item.circle_id for item in items.values()}}
    for item in items.values():
        if not may_redate(actor, granted[item.circle_id], item):
            raise NotPermitted(Permission.PROGRESS_UPDATE)
    return items


def _kept(actor: Actor, items: Mapping[UUID, Item]) -> list[Estimate]:
    rows = access.visible(actor, Estimate).filter(item__in=list(items)).order_by("pk")
    return [row for row in rows.select_for_update(of=("self",)) if row.circle_id == items[row.item_id].circle_id]


def _version(row: Estimate | None) -> int | None:
    return row.version if row else None


def _written(item: Item, row: Estimate | None, said: Said) -> Estimate | None:
    """Write one estimate; return it if it is another than before."""
    values = dict(zip(COLUMNS, _checked(item, said), strict=True))
    if row is None:
        if said.likely is None:
            return None
        row = Estimate(circle_id=item.circle_id, item=item, **values)
        try:
            with wall.savepoint():
                row.save()
        except IntegrityError as error:  # somebody wrote the first one at the same time
            raise StaleEstimates([item]) from error
        return row
    if all(getattr(row, name) == value for name, value in values.items()):
        return None
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(COLUMNS))
    return row


def _checked(item: Item, said: Said) -> tuple[int | None, int | None, int | None]:
    three = [amount for amount in said.three if amount is not None]
    if not three:
        return None, None, None
    if len(three) < 3:
        raise Invalid("likely", _("%(name)s: write all three, or none of them.") % {"name": item.name})
    if not 0 <= min(three) <= max(three) <= MINUTES_MAX:
        raise Invalid("high", _("%(name)s: write an amount of work up to fifty years.") % {"name": item.name})
    if three != sorted(three):
        said_so = _("%(name)s: the best comes before the most likely, and that before the worst.")
        raise Invalid("likely", said_so % {"name": item.name})
    return said.three


@access.read
def estimates_in(*, actor: Actor, plan_id: UUID, circle_id: UUID) -> dict[UUID, Three]:
    """Return how long items may take, as everybody in a circle sees it; two queries."""
    columns = ("item_id", "low_minutes", "likely_minutes", "high_minutes")
    found: dict[UUID, Three] = {}
    for model, own in ((Estimate, Q(circle=F("item__circle"))), (OwnSide, Q(circle=circle_id))):
        rows = access.common(actor, model, circle_id).filter(own, item__plan=plan_id, item__withdrawn_at=None)
        rows = rows.exclude(Q(low_minutes=None) | Q(likely_minutes=None) | Q(high_minutes=None))
        found |= {pk: (low, likely, high) for pk, low, likely, high in rows.values_list(*columns)}
    return found


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """An item with how long it may take; `version` is none where nothing has been said."""

    row: Row
    version: int | None
    low: int | None
    likely: int | None
    high: int | None
    house: Three | None  # what our house thinks by itself


@dataclass(frozen=True, slots=True)
class EstimatesPage:
    head: PlanHead
    rows: tuple[EstimateRow, ...]  # in the order of the plan
    total: int
    before: int
    whose: str  # mine, ours, all
    audience: Audience
    may_write: bool  # say of anything in this plan how long it may take


@access.read
def estimates_page(*, actor: Actor, plan_id: UUID, whose: str = "all", before: int = 0) -> EstimatesPage:
    """Return the items of a plan that are not done, whose work the actor may change, with their estimates."""
    _plan, head = head_of(actor, plan_id)
    rows = access.visible(actor, Item).filter(plan=plan_id, withdrawn_at=None, is_active=True, actual_finish_at=None)
    rows = rows.filter(is_summary=False, percent__lt=100).exclude(kind__in=[Kind.MILESTONE, Kind.PHASE])
    rows = rows.filter(_editable(actor, whose))
    ordered = rows.order_by("path", "pk")
    items = list(values_of(ordered, partial(access.visible, actor))[before : before + ROWS_MAX])
    more = beside(actor, head, items, None)
    said = {row.item_id: row for row in _estimates(actor, [item.pk for item in items])}
    ours = _ours(actor, [item.pk for item in items])
    made = [_estimate(row_of(actor, head, one, more, holds=False), said.get(one.pk), ours.get(one.pk)) for one in items]
    total = len(items) if before == 0 and len(items) < ROWS_MAX else rows.count()
    audience = audience_of(actor=actor, circle_id=head.circle.id, kind=head.circle.kind, members=head.members)
    circles = {head.circle.id, *head.circles}
    may_write = any(Permission.PROGRESS_UPDATE in actor.permissions.get(pk, ()) for pk in circles)
    return EstimatesPage(head, tuple(made), total, before, whose, audience, may_write)


@access.read
def estimates_of(*, actor: Actor, plan_id: UUID, before: int = 0, limit: int = ROWS_MAX) -> tuple[list[Estimate], int]:
    """Return what has been said of a plan's items that the actor sees, in the order of the plan. Raises: NotVisible."""
    head_of(actor, plan_id)
    rows = access.visible(actor, Estimate).filter(
        item__plan=plan_id, item__withdrawn_at=None, likely_minutes__isnull=False
    )
    return list(rows.order_by("item__path", "pk")[before : before + limit]), rows.count()


def _editable(actor: Actor, whose: str) -> Q:
    editable = [pk for pk, granted in actor.permissions.items() if Permission.PLAN_EDIT in granted]
    progress = [pk for pk, granted in actor.permissions.items() if Permission.PROGRESS_UPDATE in granted]
    narrowed = {"mine": Q(person=actor.person_id), "ours": Q(organisation=actor.organisation_id)}.get(whose, Q())
    return (Q(circle__in=editable) | Q(circle__in=progress, person=actor.person_id)) & narrowed


def _estimates(actor: Actor, item_ids: Sequence[UUID]) -> QuerySet:
    return access.visible(actor, Estimate).filter(item__in=item_ids, circle=F("item__circle"))


def _ours(actor: Actor, item_ids: Sequence[UUID]) -> dict[UUID, Three]:
    rows = access.visible(actor, OwnSide).filter(item__in=item_ids, likely_minutes__isnull=False)
    rows = rows.filter(circle__organisation=actor.organisation_id)
    columns = ("item_id", "low_minutes", "likely_minutes", "high_minutes")
    return {
        pk: (low, likely, high)
        for pk, low, likely, high in rows.values_list(*columns)
        if low is not None and high is not None
    }


def _estimate(row: Row, said: Estimate | None, ours: Three | None) -> EstimateRow:
    if said is None:
        return EstimateRow(row, None, None, None, None, ours)
    return EstimateRow(row, said.version, said.low_minutes, said.likely_minutes, said.high_minutes, ours)

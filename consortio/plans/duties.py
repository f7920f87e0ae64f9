"""What a person answers for, of what the reader sees: open items, the next to finish first."""

from collections import namedtuple
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.urls import reverse

from consortio import access
from consortio.access import Actor
from consortio.invitations.duties import Duties, Duty, PlanDuties, duties_told_by

from .models import Scheduled

SHOWN_MAX = 12
COLUMNS = (
    "item_id", "item__circle__mark", "item__number", "item__name", "item__organisation_id", "item__percent",
    "item__actual_start_at", "plan_id", "plan__name", "plan__circle__partnership_id", "finish_at", "is_late",
)  # fmt: skip
_Row = namedtuple("_Row", COLUMNS)  # type: ignore[misc]  # the columns are said once


@duties_told_by
def duties_shown(actor: Actor, person_id: UUID) -> Duties:
    """Return the first of them, and how many there are in each plan; two queries."""
    with access.reading(actor):
        found = _open(actor, person_id)
        plans = found.order_by("plan__name", "plan_id").values_list("plan_id", "plan__name").annotate(n=Count("pk"))
        rows = tuple(_duty(_Row(*row)) for row in _in_order(found)[:SHOWN_MAX])
        return Duties(rows, tuple(PlanDuties(pk, name, count, _table(pk, person_id)) for pk, name, count in plans))


@access.read
def duty_rows(*, actor: Actor, person_id: UUID) -> tuple[Duty, ...]:
    """Return all of them."""
    return tuple(_duty(_Row(*row)) for row in _in_order(_open(actor, person_id)))


def _open(actor: Actor, person_id: UUID) -> QuerySet:
    """Return the dates, in their own circles, of the open items that a person answers for."""
    rows = access.visible(actor, Scheduled).filter(circle=F("item__circle"), item__person=person_id)
    rows = rows.filter(item__withdrawn_at=None, item__is_active=True, item__is_summary=False)
    return rows.filter(item__percent__lt=100, item__actual_finish_at=None, plan__withdrawn_at=None)


def _in_order(rows: QuerySet) -> QuerySet:
    return rows.order_by(F("finish_at").asc(nulls_last=True), "item_id").values_list(*COLUMNS)


def _duty(row: Any) -> Duty:
    return Duty(
        id=row.item_id,
        number=f"{row.item__circle__mark}I-{row.item__number}",
        name=row.item__name,
        partnership_id=row.plan__circle__partnership_id,
        plan_id=row.plan_id,
        plan=row.plan__name,
        organisation_id=row.item__organisation_id,
        finish_at=row.finish_at,
        percent=row.item__percent,
        state=_state(row),
    )


def _state(row: Any) -> Literal["late", "working", "ahead"]:
    if row.is_late:
        return "late"
    return "working" if row.item__percent or row.item__actual_start_at else "ahead"


def _table(plan_id: UUID, person_id: UUID) -> str:
    return reverse("plan_table", args=[plan_id]) + f"?person={person_id.hex}&undone=1&sort=finish"

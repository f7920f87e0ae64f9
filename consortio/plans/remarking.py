"""Plans and their items are what people remark on."""

from uuid import UUID

from django.urls import reverse

from consortio import access
from consortio.access import Actor
from consortio.remarks.subjects import Subject, may_be_remarked_on

from .models import Item, Plan


def _plan(actor: Actor, subject_id: UUID) -> Subject | None:
    plans = access.visible(actor, Plan).filter(pk=subject_id, withdrawn_at=None).select_related("circle")
    return next((_subject("plans.plan", plan, reverse("plan", args=[plan.pk])) for plan in plans), None)


def _item(actor: Actor, subject_id: UUID) -> Subject | None:
    items = access.visible(actor, Item).filter(pk=subject_id, withdrawn_at=None, plan__withdrawn_at=None)
    items = items.select_related("circle")
    return next((_subject("plans.item", item, reverse("item", args=[item.pk])) for item in items), None)


def _subject(kind: str, row: Plan | Item, url: str) -> Subject:
    shows = isinstance(row, Item)
    return Subject(kind, row.pk, row.circle_id, row.circle.partnership_id, row.name, url, shows_remarks=shows)


may_be_remarked_on("plans.item", _item)
may_be_remarked_on("plans.plan", _plan)

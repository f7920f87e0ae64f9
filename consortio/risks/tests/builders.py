"""Risks of the quay, as tests write them down."""

from typing import Any
from uuid import UUID

from consortio.access import unscoped
from consortio.plans.models import Item
from consortio.plans.tests.builders import DAY, NOON, bring_in, quay
from consortio.risks.actions import add_risk
from consortio.risks.rules import Terms


def quay_of(world: Any) -> UUID:
    """Bring in the quay; its items are known by their ids in the file."""
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


def storm(world: Any, **more: Any) -> Terms:
    said = {"name": "Storm", "kind": "event", "chance": 30, "low": DAY, "likely": 2 * DAY, "high": 5 * DAY}
    return Terms(**said | {"item_ids": (world.ids["t2"],)} | more)


def add(world: Any, plan: UUID, who: str = "abe@Harbour", circle: str = "coast", **more: Any) -> UUID:
    own = {"plan_id": plan, "circle_id": world.ids[circle], "at": NOON}
    return add_risk(actor=world.actor(who), terms=storm(world, **more), **own)

"""A quay with costs: Harbour and Orchard work on it, in euros."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access import unscoped
from consortio.costs.actions import Terms, write_cost
from consortio.costs.models import Cost
from consortio.interchange import plan as neutral
from consortio.plans.models import Item
from consortio.plans.tests.builders import bring_in, file_of, phase, task
from tests.world import NOON

E = "EUR"


def costed(one: neutral.Item, budget: str | None, actual: str | None = None, currency: str = E) -> neutral.Item:
    one.budget = None if budget is None else Decimal(budget)
    one.actual_cost = None if actual is None else Decimal(actual)
    one.currency = currency
    return one


def priced_quay(**more: Any) -> neutral.Plan:
    """t1 of Harbour is done and dear, t2 of Orchard half done, t3 of Orchard in work without a cost, t4 waits."""
    done: dict[str, Any] = {"actual_start": more.pop("began", neutral.datetime(2031, 5, 5, 8))}
    return file_of(
        phase("A"),
        costed(task("t1", 2, percent_complete=100.0, responsible=("Harbour",), **done), "1000", "1200.50"),
        costed(task("t2", 4, percent_complete=50.0, responsible=("Orchard",), **done), "2000", "900"),
        costed(task("t3", 2, percent_complete=25.0, responsible=("Orchard",), **done), "400"),
        costed(task("t4", 5, responsible=("Orchard",)), "600"),
        task("t5", 1),
        links=[neutral.Link("t2", "t4")],
        project={"data_date": neutral.datetime(2031, 5, 7, 17)},
        **more,
    )


def bring_quay(world: Any, plan: neutral.Plan | None = None, **more: Any) -> UUID:
    """Import it; its items are known by their ids there."""
    organisations = {name: world.ids[name] for name in ("Harbour", "Orchard")}
    pk: UUID = bring_in(world, plan or priced_quay(), organisations=organisations, **more)
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


def write(
    world: Any, item: str, who: str = "ada@Harbour", circle: str = "coast", version: int | None = None, **said: Any
) -> UUID:
    actor = world.actor(who)
    asked = {"item_id": world.ids[item], "circle_id": world.ids[circle], "version": version}
    return write_cost(actor=actor, terms=Terms(**said), at=NOON, **asked)


def kept(pk: UUID) -> Cost:
    with access.unscoped("test"):
        return Cost.objects.get(pk=pk)


def rows(world: Any, circle: str = "coast") -> dict[str, tuple[int | None, int | None, str]]:
    with access.unscoped("test"):
        found = Cost.objects.filter(circle=world.ids[circle]).select_related("item").order_by("item__path")
        return {row.item.external_id: (row.budget, row.actual, row.currency) for row in found}

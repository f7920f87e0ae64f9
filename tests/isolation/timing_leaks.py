"""Places of load and capacity that mutants weaken: function, expression, what stands in its place, where it is seen."""

from collections.abc import Mapping
from typing import Any

from consortio.levelling import finding, needing, reads, seeing
from consortio.plans import spans

LEAKS: Mapping[str, tuple[Any, ...]] = {
    "time that a house knows of counts for all": (
        seeing._capacities,
        "access.common(actor, Capacity, circle_id)",
        "_anybodys(actor, Capacity).exclude(pk=circle_id)",
        "/plans/<plan_id>/load",
    ),
    "whom a house needs is in the joint load": (
        seeing._demands,
        "access.common(actor, Demand, circle_id)",
        "_anybodys(actor, Demand).exclude(pk=circle_id)",
        "/plans/<plan_id>/load",
    ),
    "items of houses are in the joint load": (
        spans._dated,
        "access.common(actor, Scheduled, circle_id)",
        "_anybodys(actor, Scheduled).exclude(pk=circle_id)",
        "/plans/<plan_id>/load",
    ),
    "weeks are too full for reasons of a house": (
        seeing.seen_by,
        "list(_CAPACITIES.ask(actor, found.circle_id))",
        "list(_all(Capacity).order_by('pk').values_list(*CAPACITY_COLUMNS, named=True))",
        "/api/v1/plans/<plan_id>/load",
    ),
    "dates found in any circle are listed": (
        reads.results,
        "access.visible(actor, Levelling).filter(plan=plan_id, circle=circle_id)",
        "_all(Levelling).filter(plan=plan_id)",
        "/plans/<plan_id>/load",
    ),
    "whom an item needs in any house": (
        needing.demands_of,
        "access.visible(actor, Demand).filter(item=item_id, withdrawn_at=None)",
        "_all(Demand).filter(item=item_id, withdrawn_at=None)",
        "/items/<item_id>/needs",
    ),
    "a joint levelling knows what the house of whoever asks knows": (
        finding.problem_of,
        "seen_by(actor=actor, plan_id=plan_id, circle_id=circle_id)",
        "seen_by(actor=actor, plan_id=plan_id, is_house=True)",
        "/levellings/<levelling_id>",
        "everywhere",
    ),
    "a joint levelling counts what anybody needs": (
        finding._loads,
        "seen.loads()",
        "replace(seen, needs=[*seen.needs, *(type(need)(need.item_id, need.key, _count(Levelling)) for need in seen.needs)]).loads()",
        "rows of levelling.Levelling",
        "everywhere",
    ),
}

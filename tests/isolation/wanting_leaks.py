"""Places of goals that mutants weaken: function, expression, what stands in its place, and where an observer sees it."""

from collections.abc import Mapping
from typing import Any

from consortio.goals import actions, chances, reads, rows
from consortio.plans import aimed

WEIGHED = "[Weighted(Decimal(row.terms.weight), _attained(row)) for row in agreed]"
UNSEEN = "[Weighted(Decimal(one.weight), None) for one in _all(Goal).exclude(circle=here.joint_id)]"
LEAKS: Mapping[str, tuple[Any, ...]] = {
    "items of any circle are offered to a goal": (
        aimed.items_to_aim_at,
        "access.visible(actor, Item).filter(circle__in=wider, withdrawn_at=None, plan__withdrawn_at=None)",
        "_all(Item)",
        "items offered",
    ),
    "goals of all circles in a list": (
        rows.goals_found,
        "access.visible(actor, Goal)",
        "_all(Goal)",
        "/api/v1/goals",
    ),
    "goals of a house below a joint one": (
        rows.goals_found,
        "access.visible(actor, Goal)",
        "_all(Goal)",
        "/goals/<goal_id>",
    ),
    "what all want together, counted with what fewer do": (
        reads.joint_roll_up,
        WEIGHED,
        f"{WEIGHED} + {UNSEEN}",
        "/partnerships/<partnership_id>/goals",
    ),
    "a chance from readings of narrower circles": (
        chances._compute,
        "common_points(goal.kpi_id, wider)",
        "_with_all_readings(*common_points(goal.kpi_id, wider))",
        "/api/v1/goals/<goal_id>/chance",
        "everywhere",
    ),
    "goals numbered over all circles": (
        actions.draft_goal,
        "next_number(circle.pk, SERIES)",
        "_count(Goal) + 1",
        "/partnerships/<partnership_id>/goals",
        "everywhere",
    ),
}

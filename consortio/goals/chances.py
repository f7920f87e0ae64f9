"""
How likely goals are to be reached, computed anew whenever a reading or a goal has changed, and kept beside the goal.

It is done by nobody in particular and after the change, since a goal of a narrower circle rests on readings of a wider one,
whose writers do not see it. It is computed from what everybody in the goal's circle sees, and from nothing else.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import now

from consortio.access.models import Within
from consortio.kpis.beneath import common_points, resting_on
from consortio.kpis.measuring import RECENT, Point
from consortio.record.log import nothing_changed, system_action
from consortio.record.outbox import Delivery, subscriber

from .engine import Aim, chance_of
from .models import Chance, Direction, Goal, GoalKind, GoalState
from .standing import counted
from .terms import GoalTerms, terms_of

OPEN = (GoalState.DRAFT, GoalState.AGREED)
READ = ("kpi.read", "reading.confirmed", "reading.contested", "reading.resolved", "kpi.changed")
SAID = ("goal.drafted", "goal.changed", "goal.agreed")


@subscriber("goals.chance.read", *READ)
def after_reading(delivery: Delivery) -> None:
    """Compute anew what rests on the KPI that an entry is about."""
    kpi_id = UUID(delivery.facts["kpi"]) if "kpi" in delivery.facts else delivery.subject_id
    compute_chances(kpi_id=kpi_id, goal_id=None, at=now())


@subscriber("goals.chance.goal", *SAID)
def after_goal(delivery: Delivery) -> None:
    compute_chances(kpi_id=None, goal_id=delivery.subject_id, at=now())


@system_action("a chance is computed for everybody in a goal's circle, from what all of them see")
def compute_chances(*, kpi_id: UUID | None, goal_id: UUID | None, at: datetime) -> None:
    """Compute the chances of a goal, or of all open goals that rest on a KPI. The same inputs leave all as it is."""
    goals = Goal.objects.filter(state__in=OPEN, kind=GoalKind.MEASURE, withdrawn_at=None, kpi__isnull=False)
    found = list((goals.filter(pk=goal_id) if goal_id else goals.filter(kpi__in=resting_on(kpi_id))).order_by("pk"))
    for goal in found:
        _compute(goal, at)
    nothing_changed()


def _compute(goal: Goal, at: datetime) -> None:
    wider = set(Within.objects.filter(circle=goal.circle_id).values_list("wider_id", flat=True))
    assert goal.kpi_id is not None
    points, aggregation = common_points(goal.kpi_id, wider)
    terms = terms_of(goal)
    aim = _aim(terms)
    if aim is None:
        return
    own = counted(terms, points, aggregation)
    name = fingerprint(terms, points, len(points), aggregation)
    kept = Chance.objects.filter(goal=goal)
    if kept.filter(fingerprint=name).exists():
        return
    values: dict[str, Any] = {"fingerprint": name, "computed_at": at, "as_of": own[-1].end_on if own else None}
    values["result"] = chance_of(own, aim, aggregation)
    values["method"] = values["result"]["method"]
    if not kept.update(**values):
        Chance(circle_id=goal.circle_id, goal=goal, **values).save()


def _aim(terms: GoalTerms) -> Aim | None:
    if terms.direction == Direction.BAND and terms.band_low is not None and terms.band_high is not None:
        return Aim("band", float(terms.band_low), terms.due_on, float(terms.band_high))
    if terms.target is None:
        return None
    return Aim(terms.direction, float(terms.target), terms.due_on)


def fingerprint(terms: GoalTerms, points: Sequence[Point], readings: int, aggregation: str) -> str:
    """
    Return a name for what a chance is computed from: another one means that the kept one is of earlier readings.

    Args:
        points: the last ones at least that lists hold; of `readings` in all.
    """
    read = [f"{point.end_on} {point.low} {point.high}" for point in points[-RECENT:]]
    amounts = (terms.baseline, terms.target, terms.band_low, terms.band_high)
    asked = (readings, terms.direction, aggregation, *amounts, terms.start_on, terms.due_on)
    return hashlib.sha256("\n".join([*read, *map(str, asked)]).encode()).hexdigest()

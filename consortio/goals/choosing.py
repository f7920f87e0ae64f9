"""What the forms of goals offer: circles, KPIs, organisations and their people, goals above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from consortio import access
from consortio.access import Actor, NotPermitted, Permission
from consortio.access.models import Circle, Kind, Seat, Within
from consortio.circles.reads import CircleRow, circles_in
from consortio.kpis.reads import KpiRow, kpis_in
from consortio.partnerships.reads import Member, PartnershipRow, partnership

from .models import Goal, GoalState
from .rules import ENDS
from .told import number_of

GOALS_MAX = 300
WRITABLE = (Kind.HOUSE, Kind.BODY, Kind.SIDE, Kind.JOINT)  # nobody sits in what is public


@dataclass(frozen=True, slots=True)
class Somebody:
    id: UUID
    name: str
    organisation_id: UUID
    organisation: str


@dataclass(frozen=True, slots=True)
class Choices:
    """
    `circles` are those in which the actor may write a goal down, narrow first. What else is offered is seen by everybody
    in the circle of a goal that is there already; of a new one by the actor, and the action looks whether all see it.
    """

    partnership: PartnershipRow
    circles: tuple[CircleRow, ...]
    kpis: tuple[KpiRow, ...]
    members: tuple[Member, ...]
    people: tuple[Somebody, ...]
    goals: tuple[tuple[UUID, str], ...]


@access.read
def choices(*, actor: Actor, partnership_id: UUID, today: date) -> Choices:
    """
    Return what may be said of a new goal in a partnership.

    Raises:
        NotVisible.
        NotPermitted: in none of its circles may the actor write one down.
    """
    here = partnership(actor=actor, partnership_id=partnership_id)
    circles = [row for row in circles_in(actor=actor, partnership_id=here.id) if row.kind in WRITABLE]
    writable = tuple(row for row in circles if Permission.PLAN_EDIT in row.granted)
    if not writable:
        raise NotPermitted(Permission.PLAN_EDIT)
    return _choices(actor, here, writable, [row.id for row in circles], None, today)


@access.read
def choices_for(*, actor: Actor, goal_id: UUID, today: date) -> Choices:
    """
    Return what may be said of a goal.

    Raises:
        NotVisible.
        NotPermitted: the actor may not write it.
    """
    goal = access.get(actor, Goal, goal_id, "circle")
    if Permission.PLAN_EDIT not in actor.permissions.get(goal.circle_id, ()):
        raise NotPermitted(Permission.PLAN_EDIT)
    here = partnership(actor=actor, partnership_id=goal.circle.partnership_id)
    wider = access.visible(actor, Within).filter(circle=goal.circle_id).values_list("wider_id", flat=True)
    return _choices(actor, here, (), [*wider], goal, today)


def _choices(
    actor: Actor,
    here: PartnershipRow,
    writable: tuple[CircleRow, ...],
    circle_ids: Sequence[UUID],
    goal: Goal | None,
    today: date,
) -> Choices:
    kpis = kpis_in(actor=actor, here=here, today=today)
    kept = goal.kpi_id if goal else None
    return Choices(
        partnership=here,
        circles=writable,
        kpis=tuple(row for row in kpis if row.circle_id in circle_ids and (not row.retired_at or row.id == kept)),
        members=here.present,
        people=_people(actor, here, goal),
        goals=_goals(actor, circle_ids, goal),
    )


def _people(actor: Actor, here: PartnershipRow, goal: Goal | None) -> tuple[Somebody, ...]:
    """Return who can be accountable: of a new goal whoever takes part, the action knows who sees it."""
    circle_id = goal.circle_id if goal else here.joint_id
    seats = access.visible(actor, Seat).filter(circle=circle_id, ended_at=None)
    columns = ("person_id", "person__name", "organisation_id", "organisation__name")
    rows = seats.order_by("organisation__name", "person__name", "pk").values_list(*columns)
    return tuple(dict.fromkeys(Somebody(*row) for row in rows))


def _goals(actor: Actor, circle_ids: Sequence[UUID], goal: Goal | None) -> tuple[tuple[UUID, str], ...]:
    rows = access.visible(actor, Goal).filter(circle__in=circle_ids, withdrawn_at=None).exclude(state__in=ENDS)
    rows = rows.exclude(pk=goal.pk) if goal else rows
    found = rows.select_related("circle").order_by("circle", "number")[:GOALS_MAX]
    return tuple((row.pk, f"{number_of(row)} {row.name}") for row in found)


@access.read
def agreed_goals(*, actor: Actor, circle_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """Return the goals of a circle that hold: one of them may go for a new one."""
    rows = access.visible(actor, Goal).filter(circle=circle_id, state=GoalState.AGREED, withdrawn_at=None)
    return tuple((row.pk, f"{number_of(row)} {row.name}") for row in rows.select_related("circle").order_by("number"))


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A draft that was taken back, for whoever may bring it back."""

    id: UUID
    version: int
    number: str
    name: str


@access.read
def withdrawn_goal(*, actor: Actor, goal_id: UUID) -> Withdrawn | None:
    rows = access.visible(actor, Goal).filter(pk=goal_id).exclude(withdrawn_at=None).select_related("circle")
    row = next((one for one in rows if Permission.PLAN_EDIT in actor.permissions.get(one.circle_id, ())), None)
    return Withdrawn(row.pk, row.version, number_of(row), row.name) if row else None


@access.read
def is_of_all(*, actor: Actor, circle_id: UUID) -> bool:
    """Tell whether a circle is that of all members of a partnership, who agree on its goals together."""
    circle = access.get(actor, Circle, circle_id)
    return circle.kind == Kind.JOINT and circle.organisation_id is None

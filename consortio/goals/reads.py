"""What is shown of goals: the board, and one goal with all that speaks for and against it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from consortio import access
from consortio.access import Actor, NotVisible, Permission
from consortio.approvals.reads import may_propose
from consortio.approvals.registry import Line
from consortio.circles.reads import CircleRow, audience_of, circles_in
from consortio.kpis.attainment import RollUp, Weighted, roll_up
from consortio.kpis.intervals import Interval
from consortio.kpis.measuring import Point
from consortio.kpis.newest import all_points, readings_of
from consortio.kpis.reads import KpiRow, ReadingRow, some_kpis
from consortio.partnerships.reads import Member, PartnershipRow, partnership
from consortio.record.beside import Part, columns_beside, parts_beside
from consortio.ui.marks import Audience

from .agreeing import GOAL, lines_between
from .looking import Listing, Look, listing
from .models import Goal, GoalKind, GoalState, GoalVersion
from .outlines import outlines
from .rows import ChanceRow, GoalRow, OpinionRow, goals_found, rows_by_id, rows_of, with_leads
from .rules import is_open
from .standing import counted
from .terms import GoalTerms, terms_of
from .waited import line_of_items, linked_items

READINGS_MAX = 36

__all__ = ["Board", "ChanceRow", "GoalPage", "GoalRow", "OpinionRow", "all_goals", "board", "goal_page", "goals_in"]


@dataclass(frozen=True, slots=True)
class Board:
    """
    A page of the goals of a partnership that the actor sees.

    Attributes:
        rows: those of the page, `count` how many there are whatever was asked for.
        joint: what the goals that all members agreed on come to; none where not all of them are on this page.
        writable: circles in which the reader may write a goal down, narrow first.
    """

    partnership: PartnershipRow
    circles: Mapping[UUID, CircleRow]
    rows: tuple[GoalRow, ...]
    listing: Listing
    count: int
    joint: RollUp | None
    writable: tuple[CircleRow, ...]
    may_propose: bool


@dataclass(frozen=True, slots=True)
class AllGoals:
    """The goals of a partnership that the actor sees, and what those come to that all members agreed on."""

    partnership: PartnershipRow
    rows: tuple[GoalRow, ...]
    joint: RollUp

    def of(self, *states: str) -> tuple[GoalRow, ...]:
        """Return the goals of all members in some states."""
        joint = self.partnership.joint_id
        return tuple(row for row in self.rows if row.state in states and row.circle_id == joint)

    @property
    def narrower(self) -> tuple[GoalRow, ...]:
        return tuple(row for row in self.rows if row.circle_id != self.partnership.joint_id)


@dataclass(frozen=True, slots=True)
class GoalPage:
    partnership: PartnershipRow
    audience: Audience
    row: GoalRow
    counted: tuple[Point, ...]  # as they tell of the goal: of added periods, running totals
    readings: tuple[ReadingRow, ...]  # newest first, with who says what; none of a computed KPI
    parent: GoalRow | None
    children: tuple[GoalRow, ...]
    contributions: tuple[tuple[Member, str, Decimal | None], ...]
    is_shared: bool  # all members agree on it
    may_propose: bool
    today: date
    beside: tuple[Part, ...]  # what other features say of it


@access.read
def board(*, actor: Actor, partnership_id: UUID, today: date, at: datetime, look: Look) -> Board:
    """
    Return the goals of a partnership that a page shows.

    Raises:
        NotVisible: the actor takes no part in such a partnership.
    """
    here = partnership(actor=actor, partnership_id=partnership_id)
    circles = circles_in(actor=actor, partnership_id=partnership_id)
    found = outlines(actor, here, at)

    def figures() -> tuple[GoalRow, ...]:
        return goals_in(actor=actor, here=here, today=today, at=at)

    page = listing(found, look, here.joint_id, figures)
    ids = [pk for _, pk in page.places]
    known = {row.id: row for row in figures()} if look.wants_figures else rows_by_id(actor, here, ids, today, at)
    agreed = {one.id for one in found if one.circle_id == here.joint_id and one.state == GoalState.AGREED}
    return Board(
        partnership=here,
        circles={circle.id: circle for circle in circles},
        rows=tuple(known[pk] for pk in ids),
        listing=page,
        count=len(found),
        joint=joint_roll_up(known.values(), here) if agreed <= known.keys() else None,
        writable=tuple(circle for circle in circles if Permission.PLAN_EDIT in circle.granted),
        may_propose=may_propose(actor=actor, kind=GOAL, here=here),
    )


@access.read
def all_goals(*, actor: Actor, partnership_id: UUID, today: date, at: datetime) -> AllGoals:
    """
    Return all goals of a partnership with their figures, as they are due.

    Raises:
        NotVisible: as of `board`.
    """
    here = partnership(actor=actor, partnership_id=partnership_id)
    rows = goals_in(actor=actor, here=here, today=today, at=at)
    return AllGoals(here, rows, joint_roll_up(rows, here))


def joint_roll_up(rows: Iterable[GoalRow], here: PartnershipRow) -> RollUp:
    """Return what the goals that all members agreed on come to, by their weights; milestones by what is done of them."""
    agreed = [row for row in rows if row.circle_id == here.joint_id and row.state == GoalState.AGREED]
    return roll_up([Weighted(Decimal(row.terms.weight), _attained(row)) for row in agreed])


def _attained(row: GoalRow) -> Interval | None:
    if row.measured:
        return row.measured.standing.attainment
    if row.finished and row.finished.of:
        return Interval.exact(row.finished.done) / Interval.exact(row.finished.of)
    return None


@access.read
def goals_in(*, actor: Actor, here: PartnershipRow, today: date, at: datetime) -> tuple[GoalRow, ...]:
    """Return the goals of a partnership that the actor sees, as they are due; seven queries, eight with far sums."""
    key = ("goals_in", here.id, today, at)
    return access.once(key, lambda: rows_of(actor, here, _ALL.ask(actor, here.id), today, at))


_ALL = access.Question(goals_found, Actor, UUID)


@dataclass(frozen=True, slots=True)
class GoalForForecast:
    id: UUID
    circle_id: UUID
    kpi_id: UUID | None
    due_on: date
    is_open: bool


@access.read
def goal_to_forecast(*, actor: Actor, goal_id: UUID) -> GoalForForecast:
    """
    Return what a forecast of a goal wants to know of it.

    Raises:
        NotVisible.
    """
    goal = access.get(actor, Goal, goal_id)
    if goal.withdrawn_at:
        raise NotVisible
    return GoalForForecast(goal.pk, goal.circle_id, goal.kpi_id, goal.due_on, is_open(goal.state))


@access.read
def measured_by(
    *, actor: Actor, goal: GoalPage, kpi_ids: Collection[UUID]
) -> Mapping[UUID, tuple[KpiRow, tuple[Point, ...]]]:
    """Return KPIs by which a goal was measured once, each with the points of it that tell of the goal; up to four queries."""
    kpis = some_kpis(actor=actor, here=goal.partnership, today=goal.today, kpi_ids=kpi_ids)
    points = all_points(actor=actor, kpi_ids=[kpi.id for kpi in kpis.values() if not kpi.formula])
    return {pk: (kpi, counted(goal.row.terms, points.get(pk, kpi.points), kpi.aggregation)) for pk, kpi in kpis.items()}


@access.read
def difference_between(*, actor: Actor, before: GoalTerms | None, after: GoalTerms) -> tuple[Line, ...]:
    """Return what is different in another version of a goal, in words; without one before, every field."""
    (lines,) = lines_between(actor, [(before, after)])
    return lines


@access.read
def proposal_difference(*, actor: Actor, goal: GoalPage, after: GoalTerms) -> tuple[Line, ...]:
    """Return what the members would be asked: other terms, and for which items a milestone is to wait, as it does now."""
    held = {"goal": goal.row.id, "number": goal.row.agreed_number}
    kept = access.visible(actor, GoalVersion).filter(**held).values_list("terms", flat=True).first()
    waits = after.kind == GoalKind.MILESTONE
    content = {"items": [str(pk) for pk in linked_items(actor, goal.row.id)]} if waits else {}
    (lines,) = lines_between(actor, [(goal.row.terms if goal.row.agreed_number else None, after)])
    return (*lines, *line_of_items(actor, kept, content))


@access.read
def goal_page(*, actor: Actor, goal_id: UUID, today: date, at: datetime, with_beside: bool = False) -> GoalPage:
    """
    Return a goal and all that is beside it.

    Raises:
        NotVisible: there is no such goal for this actor, or it was taken back.
    """
    goal = (_GOAL_WITH_BESIDE if with_beside else _GOAL).first(actor, goal_id)
    if goal is None:
        raise NotVisible
    here = partnership(actor=actor, partnership_id=goal.circle.partnership_id)
    rows = rows_of(actor, here, _near_to(actor, here, goal), today, at)
    row = next(one for one in rows if one.id == goal.pk)
    is_shared = goal.circle_id == here.joint_id and not here.is_house
    circle = {"circle_id": goal.circle_id, "kind": goal.circle.kind, "members": here.members}
    return GoalPage(
        partnership=here,
        audience=audience_of(actor=actor, **circle),
        row=row,
        counted=counted(row.terms, row.points, row.kpi.aggregation) if row.kpi else (),
        readings=_readings(actor, here, row),
        parent=next((one for one in rows if one.id == row.terms.parent_id), None),
        children=tuple(one for one in rows if one.terms.parent_id == goal.pk),
        contributions=_contributions(here, row.terms),
        is_shared=is_shared,
        may_propose=is_shared and may_propose(actor=actor, kind=GOAL, here=here),
        today=today,
        beside=parts_beside(actor, "goals.goal", goal) if with_beside else (),
    )


def _goal(actor: Actor, goal_id: UUID) -> QuerySet:
    return access.visible(actor, Goal).filter(pk=goal_id, withdrawn_at=None).select_related("circle")


_GOAL = access.Question(_goal, Actor, UUID)
_GOAL_WITH_BESIDE = access.Question(
    lambda actor, pk: _goal(actor, pk).annotate(**columns_beside(actor, "goals.goal")), Actor, UUID
)


def _near_to(actor: Actor, here: PartnershipRow, goal: Goal) -> list[Goal]:
    """Return a goal, the one above it and those below, with who is accountable for what the goal is brought."""
    own = (actor, here.id, [goal.pk, goal.parent_id or goal.pk], goal.pk)
    people = {one.person_id for one in terms_of(goal).contributions if one.person_id}
    return _NEAR_WITH_LEADS.ask(*own, sorted(people)) if people else _NEAR.ask(*own)


def _near(actor: Actor, partnership_id: UUID, ids: Collection[UUID], goal_id: UUID) -> QuerySet:
    return goals_found(actor, partnership_id).filter(Q(pk__in=ids) | Q(parent=goal_id))


_NEAR = access.Question(_near, Actor, UUID, [UUID], UUID)
_NEAR_WITH_LEADS = access.Question(
    lambda actor, where, ids, pk, people: with_leads(actor, _near(actor, where, ids, pk), people),
    Actor,
    UUID,
    [UUID],
    UUID,
    [UUID],
)


def _readings(actor: Actor, here: PartnershipRow, row: GoalRow) -> tuple[ReadingRow, ...]:
    if row.kpi is None or row.kpi.formula:
        return ()
    return readings_of(actor=actor, here=here, kpi_id=row.kpi.id, limit=READINGS_MAX)


def _contributions(here: PartnershipRow, terms: GoalTerms) -> tuple[tuple[Member, str, Decimal | None], ...]:
    found = ((here.member_ids.get(one.organisation_id), one) for one in terms.contributions)
    return tuple((member, one.words, one.amount) for member, one in found if member)

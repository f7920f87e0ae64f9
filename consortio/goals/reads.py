"""What is shown of goals: the board, and one goal with all that speaks for and against it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from consortio import access
from consortio.access import Actor, NotVisible, Permission
from consortio.approvals.reads import ProposalRow, may_propose, proposals_on
from consortio.circles.reads import CircleRow, circles_in
from consortio.kpis.attainment import How, RollUp, Status, Weighted, roll_up
from consortio.kpis.measuring import Point
from consortio.kpis.reads import KpiRow, all_points, kpis_in
from consortio.partnerships.reads import Member, PartnershipRow, partnership
from consortio.plans.aimed import AimedItem, items_aimed_at

from .agreeing import GOAL, GOAL_END
from .chances import fingerprint
from .models import Chance, Goal, GoalItem, GoalKind, GoalState, GoalVersion, Opinion
from .rules import is_open
from .standing import Finished, Measured, counted, finished, measured
from .terms import GoalTerms, terms_of
from .told import number_of

OPINIONS_MAX = 20


@dataclass(frozen=True, slots=True)
class ChanceRow:
    """
    How likely a goal is to be reached.

    Attributes:
        low, high: the chance, the same where nothing is contested; none where the engine has no answer.
        start, end: what it lies between.
        findings: codes of the engine that say what to think of it.
        is_current: it was computed from the readings of now; else another one is being computed.
    """

    low: float | None
    high: float | None
    start: float | None
    end: float | None
    quantiles: tuple[tuple[int, float, float], ...]
    method: str
    findings: tuple[str, ...]
    records: tuple[tuple[str, int, float | None, int, int], ...]
    readings: int
    as_of: date | None
    computed_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class OpinionRow:
    organisation_id: UUID
    member: Member | None
    person: str
    confidence: int
    words: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class GoalRow:
    """
    A goal and how it stands.

    Attributes:
        state: as pages say it: a draft that waits for answers is proposed.
        proposal: the open one about it, if there is one; `agreed_by` the one by which its version was agreed on.
        measured: of a measure; `finished` of a milestone.
        opinion: the newest of those in charge.
    """

    id: UUID
    version: int
    number: str
    circle_id: UUID
    terms: GoalTerms
    state: str
    agreed_number: int
    decided_at: datetime | None
    owner: Member | None
    person: str
    kpi: KpiRow | None
    points: tuple[Point, ...]
    measured: Measured | None
    finished: Finished | None
    chance: ChanceRow | None
    opinion: OpinionRow | None
    proposal: ProposalRow | None
    agreed_by: ProposalRow | None
    may_edit: bool
    may_read: bool

    @property
    def status(self) -> Status:
        if self.measured:
            return self.measured.standing.status
        return self.finished.status if self.finished else Status.UNKNOWN


@dataclass(frozen=True, slots=True)
class Board:
    """The goals of a partnership that the actor sees, by how far they are agreed on; narrower circles apart."""

    partnership: PartnershipRow
    circles: Mapping[UUID, CircleRow]
    rows: tuple[GoalRow, ...]
    joint: RollUp  # of the goals that all members agreed on
    writable: tuple[CircleRow, ...]  # in which the reader may write a goal down, narrow first
    may_propose: bool
    today: date

    def of(self, *states: str) -> tuple[GoalRow, ...]:
        """Return the goals of all members in some states."""
        joint = self.partnership.joint_id
        return tuple(row for row in self.rows if row.state in states and row.circle_id == joint)

    @property
    def narrower(self) -> tuple[GoalRow, ...]:
        return tuple(row for row in self.rows if row.circle_id != self.partnership.joint_id)


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    terms: Mapping[str, Any]
    agreed_at: datetime
    proposal_id: UUID | None


@dataclass(frozen=True, slots=True)
class GoalPage:
    partnership: PartnershipRow
    circle: CircleRow
    row: GoalRow
    counted: tuple[Point, ...]  # as they tell of the goal: of added periods, running totals
    parent: GoalRow | None
    children: tuple[GoalRow, ...]
    items: tuple[AimedItem, ...]
    opinions: tuple[OpinionRow, ...]  # newest first
    versions: tuple[VersionRow, ...]  # newest first
    contributions: tuple[tuple[Member, str, Decimal | None], ...]
    is_shared: bool  # all members agree on it
    may_propose: bool
    today: date


@access.read
def board(*, actor: Actor, partnership_id: UUID, today: date, at: datetime) -> Board:
    """
    Return the goals of a partnership.

    Raises:
        NotVisible: the actor takes no part in such a partnership.
    """
    here = partnership(actor=actor, partnership_id=partnership_id)
    circles = circles_in(actor=actor, partnership_id=partnership_id)
    rows = goals_in(actor=actor, here=here, today=today, at=at)
    return Board(
        partnership=here,
        circles={circle.id: circle for circle in circles},
        rows=rows,
        joint=joint_roll_up(rows, here),
        writable=tuple(circle for circle in circles if Permission.PLAN_EDIT in circle.granted),
        may_propose=may_propose(actor=actor, kind=GOAL, here=here),
        today=today,
    )


def joint_roll_up(rows: Sequence[GoalRow], here: PartnershipRow) -> RollUp:
    """Return what the goals that all members agreed on come to, by their weights; milestones by what is done of them."""
    agreed = [row for row in rows if row.circle_id == here.joint_id and row.state == GoalState.AGREED]
    parts = [row for row in agreed if row.measured]
    return roll_up(
        [Weighted(Decimal(row.terms.weight), row.measured.standing.attainment) for row in parts if row.measured]
    )


@access.read
def goals_in(*, actor: Actor, here: PartnershipRow, today: date, at: datetime) -> tuple[GoalRow, ...]:
    """Return the goals of a partnership that the actor sees, as they are due; seven queries at most."""
    return access.once(("goals_in", here.id, today, at), lambda: _all(actor, here, today, at))


def _all(actor: Actor, here: PartnershipRow, today: date, at: datetime) -> tuple[GoalRow, ...]:
    goals = list(_goals(actor, here))
    if not goals:
        return ()
    kpis = {row.id: row for row in kpis_in(actor=actor, here=here, today=today)}
    beside = _Beside(actor, here, goals, at)
    points = _points(actor, goals, kpis)
    return tuple(_row(actor, here, goal, kpis, points, beside, today) for goal in goals)


def _goals(actor: Actor, here: PartnershipRow) -> QuerySet:
    rows = access.visible(actor, Goal).filter(circle__partnership=here.id, withdrawn_at=None)
    return rows.select_related("circle", "person").order_by("due_on", "circle", "number")


class _Beside:
    """What stands beside goals in other tables, asked once for all of them."""

    def __init__(self, actor: Actor, here: PartnershipRow, goals: Sequence[Goal], at: datetime) -> None:
        ids = [goal.pk for goal in goals]
        self.chances = {row.goal_id: row for row in access.visible(actor, Chance).filter(goal__in=ids)}
        self.opinions: dict[UUID, Opinion] = {}
        owners = {goal.pk: goal.organisation_id for goal in goals}
        said = access.visible(actor, Opinion).filter(goal__in=ids).select_related("person").order_by("given_at", "pk")
        for opinion in said:
            if opinion.organisation_id == owners[opinion.goal_id]:
                self.opinions[opinion.goal_id] = opinion
        milestones = [goal.pk for goal in goals if goal.kind == GoalKind.MILESTONE]
        self.links = links_of(actor, milestones)
        item_ids = {pk for own in self.links.values() for pk in own}
        self.items = items_aimed_at(actor=actor, item_ids=item_ids)
        agreed = _agreed_by(actor, goals) if not here.is_house else {}
        kinds = () if here.is_house else (GOAL, GOAL_END)
        rows = proposals_on(actor=actor, kinds=kinds, here=here, at=at, ids=agreed.values()) if kinds else ()
        by_id = {row.id: row for row in rows}
        self.agreed = {pk: by_id[proposal] for pk, proposal in agreed.items() if proposal in by_id}
        self.open = {row.subject_id: row for row in rows if row.id not in agreed.values()}


def links_of(actor: Actor, goal_ids: Collection[UUID]) -> Mapping[UUID, list[UUID]]:
    """Return the items that goals wait for; no query for no goals."""
    newest: dict[UUID, dict[UUID, bool]] = defaultdict(dict)
    said = access.visible(actor, GoalItem).filter(goal__in=goal_ids).order_by("linked_at", "pk") if goal_ids else ()
    for link in said:
        newest[link.goal_id][link.item_id] = link.is_linked
    return {goal: [item for item, is_linked in own.items() if is_linked] for goal, own in newest.items()}


def _agreed_by(actor: Actor, goals: Sequence[Goal]) -> dict[UUID, UUID]:
    """Return the proposals by which the versions that hold were agreed on."""
    wanted = {goal.pk: goal.agreed_number for goal in goals if goal.agreed_number}
    if not wanted:
        return {}
    rows = access.visible(actor, GoalVersion).filter(goal__in=wanted, proposal__isnull=False)
    found = rows.values_list("goal_id", "number", "proposal_id")
    return {goal: proposal for goal, number, proposal in found if wanted[goal] == number}


def _points(actor: Actor, goals: Sequence[Goal], kpis: Mapping[UUID, KpiRow]) -> Mapping[UUID, tuple[Point, ...]]:
    """Return the points of the goals' KPIs, all of them where a sum reaches back further than the last ones do."""
    found = {pk: row.points for pk, row in kpis.items()}
    far = {goal.kpi_id for goal in goals if goal.kpi_id and _reaches_back(goal, kpis[goal.kpi_id])}
    return found | dict(all_points(actor=actor, kpi_ids=[pk for pk in far if pk])) if far else found


def _reaches_back(goal: Goal, kpi: KpiRow) -> bool:
    is_summed = kpi.aggregation == How.SUM and not kpi.formula
    return is_summed and kpi.readings > len(kpi.points) and kpi.points[0].start_on > goal.start_on


def _row(
    actor: Actor,
    here: PartnershipRow,
    goal: Goal,
    kpis: Mapping[UUID, KpiRow],
    points: Mapping[UUID, tuple[Point, ...]],
    beside: _Beside,
    today: date,
) -> GoalRow:
    terms = terms_of(goal)
    kpi = kpis.get(goal.kpi_id) if goal.kpi_id else None
    own = points.get(kpi.id, ()) if kpi else ()
    granted = actor.permissions.get(goal.circle_id, frozenset())
    proposal = beside.open.get(goal.pk)
    is_draft = goal.state == GoalState.DRAFT
    items = [beside.items[pk] for pk in beside.links.get(goal.pk, ()) if pk in beside.items]
    is_milestone = goal.kind == GoalKind.MILESTONE
    return GoalRow(
        id=goal.pk,
        version=goal.version,
        number=number_of(goal),
        circle_id=goal.circle_id,
        terms=terms,
        state=GoalState.PROPOSED.value if is_draft and proposal else goal.state,
        agreed_number=goal.agreed_number,
        decided_at=goal.decided_at,
        owner=here.member_ids.get(goal.organisation_id) if goal.organisation_id else None,
        person=goal.person.name if goal.person else "",
        kpi=kpi,
        points=own,
        measured=measured(terms, own, kpi.aggregation, today) if kpi else None,
        finished=finished(terms, items, today) if is_milestone else None,
        chance=_chance(beside.chances.get(goal.pk), terms, own, kpi),
        opinion=_opinion(here, beside.opinions.get(goal.pk)),
        proposal=proposal,
        agreed_by=beside.agreed.get(goal.pk),
        may_edit=Permission.PLAN_EDIT in granted,
        may_read=Permission.PROGRESS_UPDATE in granted,
    )


def _chance(kept: Chance | None, terms: GoalTerms, points: Sequence[Point], kpi: KpiRow | None) -> ChanceRow | None:
    if kept is None or kpi is None:
        return None
    result = kept.result
    readings = len(points) if kpi.formula else kpi.readings
    return ChanceRow(
        low=result["low"],
        high=result["high"],
        start=result["from"],
        end=result["to"],
        quantiles=tuple((percent, low, high) for percent, low, high in result["quantiles"]),
        method=kept.method,
        findings=tuple(result["findings"]),
        records=tuple(tuple(one) for one in result["records"]),  # type: ignore[misc]  # as the engine made them
        readings=result["readings"],
        as_of=kept.as_of,
        computed_at=kept.computed_at,
        is_current=kept.fingerprint == fingerprint(terms, points, readings, kpi.aggregation),
    )


def _opinion(here: PartnershipRow, opinion: Opinion | None) -> OpinionRow | None:
    if opinion is None:
        return None
    member = here.member_ids.get(opinion.organisation_id)
    own = (opinion.person.name, opinion.confidence, opinion.words, opinion.given_at)
    return OpinionRow(opinion.organisation_id, member, *own)


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
def goal_page(*, actor: Actor, goal_id: UUID, today: date, at: datetime) -> GoalPage:
    """
    Return a goal and all that is beside it.

    Raises:
        NotVisible: there is no such goal for this actor, or it was taken back.
    """
    goal = access.get(actor, Goal, goal_id, "circle")
    if goal.withdrawn_at:
        raise NotVisible
    here = partnership(actor=actor, partnership_id=goal.circle.partnership_id)
    rows = goals_in(actor=actor, here=here, today=today, at=at)
    row = next(one for one in rows if one.id == goal.pk)
    linked = links_of(actor, [goal.pk]).get(goal.pk, [])
    items = items_aimed_at(actor=actor, item_ids=linked)
    opinions = access.visible(actor, Opinion).filter(goal=goal).select_related("person").order_by("-given_at", "-pk")
    versions = access.visible(actor, GoalVersion).filter(goal=goal).order_by("-number")
    is_shared = goal.circle_id == here.joint_id and not here.is_house
    return GoalPage(
        partnership=here,
        circle=next(one for one in circles_in(actor=actor, partnership_id=here.id) if one.id == goal.circle_id),
        row=row,
        counted=counted(row.terms, row.points, row.kpi.aggregation) if row.kpi else (),
        parent=next((one for one in rows if one.id == row.terms.parent_id), None),
        children=tuple(one for one in rows if one.terms.parent_id == goal.pk),
        items=tuple(items.values()),
        opinions=tuple(found for one in opinions[:OPINIONS_MAX] if (found := _opinion(here, one))),
        versions=tuple(VersionRow(one.number, one.terms, one.agreed_at, one.proposal_id) for one in versions),
        contributions=_contributions(here, row.terms),
        is_shared=is_shared,
        may_propose=is_shared and may_propose(actor=actor, kind=GOAL, here=here),
        today=today,
    )


def _contributions(here: PartnershipRow, terms: GoalTerms) -> tuple[tuple[Member, str, Decimal | None], ...]:
    found = ((here.member_ids.get(one.organisation_id), one) for one in terms.contributions)
    return tuple((member, one.words, one.amount) for member, one in found if member)

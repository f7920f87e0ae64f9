"""Goals with all that is shown beside them in lists: a few queries, however many goals there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, UUIDField

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Seat
from consortio.approvals.reads import ProposalRow, proposals_on
from consortio.gathered import document_in, gathered, instant_in, lists_in
from consortio.kpis.attainment import How, Status
from consortio.kpis.measuring import Point
from consortio.kpis.newest import all_points, newest_readings
from consortio.kpis.reads import KpiRow, ReadingRow, some_kpis
from consortio.partnerships.reads import Member, PartnershipRow
from consortio.plans.aimed import AimedItem, items_aimed_at

from .agreeing import GOAL, GOAL_END
from .chances import fingerprint
from .models import Chance, Goal, GoalItem, GoalKind, GoalState, GoalVersion, Opinion
from .standing import Finished, Measured, finished, measured
from .terms import GoalTerms, terms_of
from .told import number_of


@dataclass(frozen=True, slots=True)
class ChanceRow:
    """
    How likely a goal is to be reached.

    Attributes:
        low, high: the chance, the same where nothing is contested; none where the engine has no answer.
        start, end: what it lies between.
        findings: codes of the engine that say what to think of it.
        other: the method for the higher claim, where that is another one; "" else.
        records: how each method held before: its name, how often it was asked, its Brier loss, hits, of how many, and its
            quantile loss in the KPI's unit.
        is_current: it was computed from the readings of now; else another one is being computed.
    """

    low: float | None
    high: float | None
    start: float | None
    end: float | None
    quantiles: tuple[tuple[int, float, float], ...]
    method: str
    findings: tuple[str, ...]
    other: str
    records: tuple[tuple[str, int, float | None, int, int, float | None], ...]
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
        reading: the one behind the last point, with who says what; none of a computed KPI.
        measured: of a measure; `finished` of a milestone.
        leads: of each organisation that brings something and has one, who is accountable for that; on its own page only.
        opinions: the newest of each organisation, by name; `opinion` that of those in charge.
    """

    id: UUID
    version: int
    number: str
    serial: int
    circle_id: UUID
    terms: GoalTerms
    state: str
    agreed_number: int
    decided_at: datetime | None
    owner: Member | None
    person: str
    leads: Mapping[UUID, str]
    kpi: KpiRow | None
    points: tuple[Point, ...]
    reading: ReadingRow | None
    measured: Measured | None
    finished: Finished | None
    items: tuple[AimedItem, ...]
    chance: ChanceRow | None
    opinions: tuple[OpinionRow, ...]
    proposal: ProposalRow | None
    agreed_by: ProposalRow | None
    may_edit: bool
    may_read: bool

    @property
    def status(self) -> Status:
        if self.measured:
            return self.measured.standing.status
        return self.finished.status if self.finished else Status.UNKNOWN

    @property
    def opinion(self) -> OpinionRow | None:
        own = self.terms.organisation_id
        return next((one for one in self.opinions if one.organisation_id == own), None)


def rows_of(
    actor: Actor, here: PartnershipRow, goals: Sequence[Goal], today: date, at: datetime
) -> tuple[GoalRow, ...]:
    """Return goals as `goals_found` found them, with what stands beside them."""
    if not goals:
        return ()
    measuring = {goal.kpi_id for goal in goals if goal.kpi_id}
    kpis = some_kpis(actor=actor, here=here, today=today, kpi_ids=measuring)
    points = _points(actor, goals, kpis)
    beside = _Beside(actor, here, goals, [row for pk, row in kpis.items() if pk in measuring], at)
    return tuple(_row(actor, here, goal, kpis, points, beside, today) for goal in goals)


def rows_by_id(
    actor: Actor, here: PartnershipRow, ids: Collection[UUID], today: date, at: datetime
) -> dict[UUID, GoalRow]:
    """Return some goals of a partnership, by id."""
    found = _FOUND.ask(actor, here.id, list(ids)) if ids else []
    return {row.id: row for row in rows_of(actor, here, found, today, at)}


def goals_found(actor: Actor, partnership_id: UUID) -> QuerySet:
    """Return the goals of a partnership, as they are due, each with its chance, its opinions and its links."""
    own = OuterRef("pk")
    chances = access.visible(actor, Chance).filter(goal=own)
    opinions = access.visible(actor, Opinion).filter(goal=own)
    versions = access.visible(actor, GoalVersion).filter(goal=own, number=OuterRef("agreed_number"))
    links = access.visible(actor, GoalItem).filter(goal=own)
    rows = access.visible(actor, Goal).filter(circle__partnership=partnership_id, withdrawn_at=None)
    return (
        rows.select_related("circle", "person")
        .annotate(
            kept_chance=gathered(chances, "goal", "result", "fingerprint", "as_of", "method", "computed_at"),
            said=gathered(opinions, "goal", "given_at", "pk", "organisation_id", "person__name", "confidence", "words"),
            agreed_by_id=Subquery(versions.values("proposal")[:1], output_field=UUIDField()),
            linked=gathered(links, "goal", "linked_at", "pk", "item_id", "is_linked"),
        )
        .order_by("due_on", "circle", "number")
    )


_FOUND = access.Question(
    lambda actor, partnership_id, ids: goals_found(actor, partnership_id).filter(pk__in=ids), Actor, UUID, [UUID]
)


class _Beside:
    """What stands beside goals in other tables, asked once for all of them."""

    def __init__(
        self, actor: Actor, here: PartnershipRow, goals: Sequence[Goal], kpis: Collection[KpiRow], at: datetime
    ) -> None:
        self.links = {goal.pk: _linked(goal) for goal in goals}
        self.items = items_aimed_at(actor=actor, item_ids={pk for own in self.links.values() for pk in own})
        self.readings = newest_readings(actor=actor, here=here, rows=kpis)
        agreed = {goal.pk: goal.agreed_by_id for goal in goals if goal.agreed_by_id}  # type: ignore[attr-defined]  # annotated
        rows = () if here.is_house else self._proposals(actor, here, agreed.values(), at)
        by_id = {row.id: row for row in rows}
        self.agreed = {pk: by_id[proposal] for pk, proposal in agreed.items() if proposal in by_id}
        self.open = {row.subject_id: row for row in rows if row.id not in agreed.values()}

    def _proposals(
        self, actor: Actor, here: PartnershipRow, ids: Collection[UUID], at: datetime
    ) -> tuple[ProposalRow, ...]:
        return proposals_on(actor=actor, kinds=(GOAL, GOAL_END), here=here, at=at, ids=ids)


def _linked(goal: Goal) -> list[UUID]:
    """Return the items that a goal waits for; the newest word on each holds."""
    said = sorted(lists_in(goal.linked))  # type: ignore[attr-defined]  # annotated
    newest = {UUID(item): bool(is_linked) for _at, _pk, item, is_linked in said}
    return [item for item, is_linked in newest.items() if is_linked]


def _points(actor: Actor, goals: Sequence[Goal], kpis: Mapping[UUID, KpiRow]) -> Mapping[UUID, tuple[Point, ...]]:
    """Return the points of the goals' KPIs, all of them where a sum reaches back further than the last ones do."""
    found = {pk: row.points for pk, row in kpis.items()}
    pairs = ((goal, kpis.get(goal.kpi_id)) for goal in goals if goal.kpi_id)
    far = {kpi.id for goal, kpi in pairs if kpi and _reaches_back(goal, kpi)}
    return found | dict(all_points(actor=actor, kpi_ids=far)) if far else found


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
    items = tuple(beside.items[pk] for pk in beside.links[goal.pk] if pk in beside.items)
    is_milestone = goal.kind == GoalKind.MILESTONE
    return GoalRow(
        id=goal.pk,
        version=goal.version,
        number=number_of(goal),
        serial=goal.number,
        circle_id=goal.circle_id,
        terms=terms,
        state=GoalState.PROPOSED.value if is_draft and proposal else goal.state,
        agreed_number=goal.agreed_number,
        decided_at=goal.decided_at,
        owner=here.member_ids.get(goal.organisation_id) if goal.organisation_id else None,
        person=goal.person.name if goal.person else "",
        leads=_leads(goal, terms),
        kpi=kpi,
        points=own,
        reading=beside.readings.get(kpi.id) if kpi else None,
        measured=measured(terms, own, kpi.aggregation, today) if kpi else None,
        finished=finished(terms, items, today) if is_milestone else None,
        items=items,
        chance=_chance(goal, terms, own, kpi),
        opinions=_opinions(here, goal),
        proposal=proposal,
        agreed_by=beside.agreed.get(goal.pk),
        may_edit=Permission.PLAN_EDIT in granted,
        may_read=Permission.PROGRESS_UPDATE in granted,
    )


def with_leads(actor: Actor, rows: QuerySet, person_ids: Collection[UUID]) -> QuerySet:
    """Let goals come with what people are called, as far as they sit where the goal lies."""
    seats = access.visible(actor, Seat).filter(circle=OuterRef("circle"), person__in=person_ids)
    return rows.annotate(people=gathered(seats, "circle", "person_id", "person__name"))


def _leads(goal: Goal, terms: GoalTerms) -> Mapping[UUID, str]:
    names = {UUID(person): name for person, name in lists_in(getattr(goal, "people", None))}
    return {one.organisation_id: names.get(one.person_id, "") for one in terms.contributions if one.person_id}


def _chance(goal: Goal, terms: GoalTerms, points: Sequence[Point], kpi: KpiRow | None) -> ChanceRow | None:
    kept = lists_in(goal.kept_chance)  # type: ignore[attr-defined]  # annotated
    if not kept or kpi is None:
        return None
    document, name, as_of, method, computed_at = kept[0]
    result = document_in(document)
    readings = len(points) if kpi.formula else kpi.readings
    return ChanceRow(
        low=result["low"],
        high=result["high"],
        start=result["from"],
        end=result["to"],
        quantiles=tuple((percent, low, high) for percent, low, high in result["quantiles"]),
        method=method,
        findings=tuple(result["findings"]),
        other=result.get("other", ""),
        records=tuple((*one, None)[:6] for one in result["records"]),
        readings=result["readings"],
        as_of=date.fromisoformat(as_of) if as_of else None,
        computed_at=instant_in(computed_at),
        is_current=name == fingerprint(terms, points, readings, kpi.aggregation),
    )


def _opinions(here: PartnershipRow, goal: Goal) -> tuple[OpinionRow, ...]:
    newest: dict[UUID, OpinionRow] = {}
    for given_at, _pk, organisation, person, confidence, words in sorted(lists_in(goal.said)):  # type: ignore[attr-defined]  # annotated
        own = UUID(organisation)
        newest[own] = OpinionRow(own, here.member_ids.get(own), person, confidence, words, instant_in(given_at))
    return tuple(sorted(newest.values(), key=lambda one: one.member.name.casefold() if one.member else ""))

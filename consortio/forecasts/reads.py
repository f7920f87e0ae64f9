"""What is shown of rounds: who has given a forecast, and after they are revealed, what each expected and how it held."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Kind
from consortio.circles.reads import CircleRow, circles_in
from consortio.goals.reads import GoalPage, goal_page, measured_by
from consortio.kpis.measuring import Point
from consortio.kpis.reads import KpiRow
from consortio.partnerships.reads import Member, PartnershipRow

from .engine import loss, pooled
from .models import Given, OwnForecast, Revealed, Round, Scored
from .rules import FEWEST

PAGE, PAGE_MAX = 20, 200  # rounds


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """What an organisation expects. `loss` is how far that was from what came true, where all let it be shown."""

    organisation_id: UUID
    member: Member | None
    person: str
    p10: Decimal
    p50: Decimal
    p90: Decimal
    words: str
    given_at: datetime
    version: int | None  # of one's own that may be changed
    loss: float | None = None


@dataclass(frozen=True, slots=True)
class AskedIn:
    """The KPI by which a round was asked, in the unit of then; `is_another` if the goal is measured by another one now."""

    kpi_id: UUID
    number: str
    name: str
    unit: str
    decimals: int
    is_another: bool
    points: tuple[Point, ...]  # that tell of the goal; none in another unit than that of then


@dataclass(frozen=True, slots=True)
class RoundRow:
    """
    A round.

    Attributes:
        asked: the organisations that are asked now, by name, and whether each has given its forecast.
        asked_in: what its figures are of; none where the KPI is not known any more.
        own: that of one's own organisation, as it lies in its house.
        forecasts: of everybody, by name; none before the round is revealed.
        left: who gave a forecast and had left when all were revealed, by name; what they had given counts.
        pooled: all of them as one, with equal weight.
        outcome: what came true, where a reading tells it and nobody contests it.
        pooled_loss: never above the mean of the single ones.
    """

    id: UUID
    number: int
    circle_id: UUID
    about_on: date
    opener: str
    opened_at: datetime
    closes_at: datetime
    revealed_at: datetime | None
    asked_in: AskedIn | None
    asked: tuple[tuple[Member, bool], ...]
    own: ForecastRow | None
    forecasts: tuple[ForecastRow, ...]
    left: tuple[Member, ...]
    pooled: tuple[float, float, float] | None
    outcome: Decimal | None
    pooled_loss: float | None
    may_give: bool


@dataclass(frozen=True, slots=True)
class RoundsPage:
    goal: GoalPage
    rounds: tuple[RoundRow, ...]  # newest first
    next: int | None  # the number of the last round shown, where older ones follow
    is_first: bool  # it begins with the newest round
    willing: tuple[tuple[Member, bool], ...]  # who lets its forecasts be scored
    is_scored: bool  # all of them do
    may_open: bool
    may_give: bool  # one's own side gives forecasts
    we_are_willing: bool


@access.read
def rounds_page(
    *, actor: Actor, goal_id: UUID, today: date, at: datetime, before: int | None = None, limit: int = PAGE
) -> RoundsPage:
    """
    Return the rounds of a goal.

    Args:
        before: the number of a round; those older than it are shown.

    Raises:
        NotVisible.
    """
    goal = goal_page(actor=actor, goal_id=goal_id, today=today, at=at)
    here, circle_id = goal.partnership, goal.row.circle_id
    circles = circles_in(actor=actor, partnership_id=here.id)
    circle = next(one for one in circles if one.id == circle_id)
    inside = {mark.letters for mark in circle.organisations}
    members = tuple(one for one in here.members if one.letters in inside and one.state == "active")
    willing = _willing(actor, circle_id)
    is_scored = len(members) >= FEWEST and all(willing.get(one.organisation_id) for one in members)
    most = min(limit, PAGE_MAX)
    found = _rounds(actor, goal_id, before, most + 1)
    rounds = found[:most]
    may_give = _may_give(circles) and any(one.is_you for one in members)
    beside = _Beside(actor, here, [row.pk for row in rounds])
    measures = _measures(actor, goal, rounds)
    willing_ids = frozenset(pk for pk, is_willing in willing.items() if is_willing) if is_scored else frozenset()
    rows = tuple(_row(row, goal, measures, beside, members, at, willing_ids, may_give) for row in rounds)
    granted = actor.permissions.get(circle_id, frozenset())
    is_open = before is None and not any(row.revealed_at is None for row in rounds)
    can_be = goal.row.kpi is not None and circle.kind in (Kind.JOINT, Kind.SIDE) and len(members) >= FEWEST
    return RoundsPage(
        goal=goal,
        rounds=rows,
        next=rounds[-1].number if len(found) > most else None,
        is_first=before is None,
        willing=tuple((one, bool(willing.get(one.organisation_id))) for one in members),
        is_scored=is_scored,
        may_open=can_be
        and is_open
        and any(one.is_you for one in members)
        and goal.row.state in ("draft", "proposed", "agreed")
        and Permission.PLAN_EDIT in granted,
        may_give=may_give,
        we_are_willing=any(willing.get(one.organisation_id, False) for one in members if one.is_you),
    )


def _rounds(actor: Actor, goal_id: UUID, before: int | None, most: int) -> list[Round]:
    rows = access.visible(actor, Round).filter(goal=goal_id)
    if before is not None:
        rows = rows.filter(number__lt=before)
    return list(rows.order_by("-number")[:most])


def _willing(actor: Actor, circle_id: UUID) -> Mapping[UUID, bool]:
    rows = access.visible(actor, Scored).filter(circle=circle_id)
    return dict(rows.values_list("organisation_id", "is_willing"))


def _may_give(circles: Collection[CircleRow]) -> bool:
    """Tell whether the reader writes in the house of their organisation, where its forecasts lie."""
    return any(circle.kind == Kind.HOUSE and Permission.PLAN_EDIT in circle.granted for circle in circles)


class _Beside:
    """What was given for rounds, asked once for all of them: three queries."""

    def __init__(self, actor: Actor, here: PartnershipRow, round_ids: Collection[UUID]) -> None:
        self.here = here
        self.given: dict[UUID, set[UUID]] = defaultdict(set)
        for found, organisation_id in (
            access.visible(actor, Given).filter(round__in=round_ids).values_list("round_id", "organisation_id")
        ):
            self.given[found].add(organisation_id)
        own = access.visible(actor, OwnForecast).filter(round__in=round_ids, organisation=actor.organisation_id)
        self.own = {row.round_id: self._forecast(row, row.version) for row in own.select_related("person")}
        self.revealed: dict[UUID, list[ForecastRow]] = defaultdict(list)
        for row in access.visible(actor, Revealed).filter(round__in=round_ids).select_related("person"):
            self.revealed[row.round_id].append(self._forecast(row, None))

    def _forecast(self, row: OwnForecast | Revealed, version: int | None) -> ForecastRow:
        member = self.here.member_ids.get(row.organisation_id)
        said = (Decimal(row.p10), Decimal(row.p50), Decimal(row.p90), row.words, row.given_at)
        return ForecastRow(row.organisation_id, member, row.person.name, *said, version)


def _measures(actor: Actor, goal: GoalPage, rounds: Collection[Round]) -> Mapping[UUID, AskedIn]:
    """Return by round what it was asked in; no query where all were asked by the KPI that measures the goal now."""
    kpi = goal.row.kpi
    known = {kpi.id: (kpi, goal.counted)} if kpi else {}
    if others := {row.kpi_id for row in rounds if row.kpi_id} - known.keys():
        known |= measured_by(actor=actor, goal=goal, kpi_ids=others)
    return {row.pk: _asked_in(row, kpi, *found) for row in rounds if (found := known.get(_kpi_of(row, kpi)))}


def _kpi_of(row: Round, kpi: KpiRow | None) -> UUID | None:
    """Return the KPI of a round; one from before they were kept has that of its goal."""
    return row.kpi_id or (kpi.id if kpi else None)


def _asked_in(row: Round, now: KpiRow | None, kpi: KpiRow, points: tuple[Point, ...]) -> AskedIn:
    unit, decimals = (row.unit, row.decimals) if row.kpi_id else (kpi.unit, kpi.decimals)
    is_another = now is None or now.id != kpi.id
    told = points if unit == kpi.unit else ()
    return AskedIn(kpi.id, kpi.number, kpi.name, unit, decimals, is_another, told)


def _row(
    row: Round,
    goal: GoalPage,
    measures: Mapping[UUID, AskedIn],
    beside: _Beside,
    members: tuple[Member, ...],
    at: datetime,
    willing_ids: frozenset[UUID],
    may_give: bool,
) -> RoundRow:
    shown = beside.revealed[row.pk] if row.revealed_at else []
    measure = measures.get(row.pk)
    outcome = outcome_on(measure.points, row.about_on, goal.today) if measure else None
    answers = [(one.p10, one.p50, one.p90) for one in shown]
    together = pooled(answers) if answers else None
    known = outcome if willing_ids else None
    opener = goal.partnership.member_ids.get(row.organisation_id)
    return RoundRow(
        id=row.pk,
        number=row.number,
        circle_id=row.circle_id,
        about_on=row.about_on,
        opener=opener.name if opener else "",
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        revealed_at=row.revealed_at,
        asked_in=measure,
        asked=tuple((one, one.organisation_id in beside.given[row.pk]) for one in members),
        own=beside.own.get(row.pk),
        forecasts=tuple(
            sorted((_scored(one, known if one.organisation_id in willing_ids else None) for one in shown), key=_by_name)
        ),
        left=_left(shown, row.revealed_at),
        pooled=together,
        outcome=outcome,
        pooled_loss=loss(together, known) if together and known is not None else None,
        may_give=may_give and row.revealed_at is None and row.closes_at > at,
    )


def _left(shown: Collection[ForecastRow], revealed_at: datetime | None) -> tuple[Member, ...]:
    members = [one.member for one in sorted(shown, key=_by_name) if one.member and one.member.has_left]
    return tuple(one for one in members if revealed_at and one.ends_at and one.ends_at <= revealed_at)


def _by_name(row: ForecastRow) -> tuple[str, str]:
    return (row.member.name.casefold() if row.member else "", str(row.organisation_id))


def _scored(row: ForecastRow, outcome: Decimal | None) -> ForecastRow:
    if outcome is None:
        return row
    said = (row.p10, row.p50, row.p90, row.words, row.given_at)
    return ForecastRow(
        row.organisation_id, row.member, row.person, *said, row.version, loss((row.p10, row.p50, row.p90), outcome)
    )


def outcome_on(points: tuple[Point, ...], day: date, today: date) -> Decimal | None:
    """Return what a measure had come to in the period of a day, once that has ended and if nobody contests it."""
    held = [point for point in points if point.start_on <= day < point.end_on <= today]
    return held[-1].low if held and held[-1].is_exact else None


@dataclass(frozen=True, slots=True)
class AskedForecast:
    """A round that waits for the forecast of the organisation acted for."""

    round_id: UUID
    goal_id: UUID
    goal: str
    partnership_id: UUID
    closes_at: datetime
    opened_at: datetime


@access.read
def asked_forecasts(*, actor: Actor, partnership_ids: Collection[UUID], at: datetime) -> tuple[AskedForecast, ...]:
    """Return the open rounds for which one's own organisation has given no forecast yet, soonest first; two queries."""
    given = access.visible(actor, Given).filter(organisation=actor.organisation_id).values("round")
    circles = [pk for pk, granted in actor.permissions.items() if Permission.PLAN_EDIT in granted]
    rows = access.visible(actor, Round).filter(revealed_at=None, closes_at__gt=at, circle__in=circles)
    rows = rows.filter(circle__partnership__in=partnership_ids).exclude(pk__in=given).order_by("closes_at", "pk")
    columns = ("pk", "goal_id", "goal__name", "circle__partnership_id", "closes_at", "opened_at")
    return tuple(AskedForecast(*row) for row in rows.values_list(*columns))


@access.read
def goal_of(*, actor: Actor, round_id: UUID) -> UUID:
    """Raises: NotVisible."""
    found: UUID = access.get(actor, Round, round_id).goal_id
    return found

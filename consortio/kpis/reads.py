"""What is shown of KPIs and readings: the dictionary, one KPI with every claim on it, what is due, what waits for a word."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from consortio import access
from consortio.access import Actor, NotVisible, Permission
from consortio.access.models import Kind, Within
from consortio.attachments.reads import FileBeside, files_beside, files_in
from consortio.circles.reads import CircleRow, circles_in
from consortio.partnerships.reads import Member, PartnershipRow, partnership
from consortio.record.beside import Part, columns_beside, parts_beside
from consortio.ui.marks import Mark

from .course import courses
from .evaluating import Missing
from .formulas import parse, references
from .measuring import Point, measure_of, points_of, with_computed
from .models import Course, Kpi, Reading, ReadingState, Stance
from .periods import Frequency, period_of, previous_period
from .uses import used_among
from .words import number_of

READINGS_PAGE = 24


@dataclass(frozen=True, slots=True)
class KpiRow:
    """
    A KPI, with its last points.

    Attributes:
        missing: of a computed one, why its newest period has no value.
        due_start: the newest period that has ended and has no reading; none where nothing is due.
    """

    id: UUID
    version: int
    number: str
    name: str
    circle_id: UUID
    definition: str
    formula: str
    unit: str
    decimals: int
    frequency: str
    fiscal_start: int
    aggregation: str
    better: str
    warn_at: Decimal | None
    alarm_at: Decimal | None
    source: str
    informs: str
    owner: Member | None
    person_id: UUID | None
    person: str
    is_headline: bool
    retired_at: datetime | None
    points: tuple[Point, ...]  # oldest first
    readings: int
    contested: int
    unconfirmed: int
    missing: Missing | None
    due_start: date | None
    may_edit: bool
    may_read: bool  # enter what it was

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None


@dataclass(frozen=True, slots=True)
class WordRow:
    """What another organisation says to a reading."""

    organisation_id: UUID
    mark: Mark
    is_confirming: bool
    value: Decimal | None
    reason: str
    person: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A reading that holds, what the others say to it, and what stood in its place before."""

    id: UUID
    version: int
    kpi_id: UUID
    start_on: date
    end_on: date
    value: Decimal
    low: Decimal
    high: Decimal
    state: str
    as_of: date | None
    source: str
    note: str
    claimant_id: UUID
    claimant: Mark
    person: str
    claimed_at: datetime
    words: tuple[WordRow, ...]  # by organisation's name
    before: tuple[Decimal, ...]  # corrected, the oldest first
    proposal_id: UUID | None  # by which the members settled it
    may_answer: bool  # confirm or contest it
    may_confirm: bool  # not of what one claimed oneself, under another hat
    may_settle: bool
    files: tuple[FileBeside, ...] = ()  # by which it is so, the oldest first

    @property
    def values(self) -> tuple[tuple[Mark, Decimal], ...]:
        """Return who claims what, where they differ."""
        others = [(word.mark, word.value) for word in self.words if word.value is not None and not word.is_confirming]
        return ((self.claimant, self.value), *others)

    def said_by(self, organisation_id: UUID) -> WordRow | None:
        return next((word for word in self.words if word.organisation_id == organisation_id), None)


@dataclass(frozen=True, slots=True)
class DictionaryPage:
    partnership: PartnershipRow
    circles: Mapping[UUID, CircleRow]
    rows: tuple[KpiRow, ...]
    writable: tuple[CircleRow, ...]  # in which the reader may begin to watch something, narrow first
    unused: frozenset[UUID]  # KPIs that neither a formula nor another feature uses, as far as the reader sees

    @property
    def due(self) -> tuple[KpiRow, ...]:
        """Return the KPIs of which a reading is due from the reader's organisation."""
        return tuple(row for row in self.rows if is_due_from_you(row))


@dataclass(frozen=True, slots=True)
class KpiPage:
    partnership: PartnershipRow
    circle: CircleRow
    row: KpiRow
    members: tuple[Member, ...]  # who sees it, by name
    readings: tuple[ReadingRow, ...]  # newest first
    next: date | None  # give it back as `before` to see older ones
    named: Mapping[str, KpiRow]  # by number, those that its formula names
    used_by: tuple[KpiRow, ...]  # whose formulas name it, as far as the reader sees
    beside: tuple[Part, ...]  # what other features say of it


@access.read
def kpi_there(*, actor: Actor, circle_id: UUID, kpi_id: UUID) -> bool:
    """Tell whether everybody in a circle sees a KPI."""
    wider = access.visible(actor, Within).filter(circle=circle_id).values("wider")
    return access.visible(actor, Kpi).filter(pk=kpi_id, circle__in=wider).exists()


@access.read
def named_kpis(*, actor: Actor, kpi_ids: Collection[UUID]) -> Mapping[UUID, Kpi]:
    """Return KPIs by id, to write values in their units."""
    rows = access.visible(actor, Kpi).filter(pk__in=kpi_ids) if kpi_ids else ()
    return {kpi.pk: kpi for kpi in rows}


@access.read
def kpis_in(*, actor: Actor, here: PartnershipRow, today: date, retired: bool = True) -> tuple[KpiRow, ...]:
    """Return the KPIs of a partnership that the actor sees, headlines first, with their last points; two queries."""
    return tuple(row for row in _every_row(actor, here, today) if retired or row.retired_at is None)


def _every_row(actor: Actor, here: PartnershipRow, today: date) -> tuple[KpiRow, ...]:
    return access.once(("kpis_in", here.id, today), lambda: _rows(actor, here, _KPIS.ask(actor, here.id), today))


def _kpis(actor: Actor, partnership_id: UUID) -> QuerySet:
    found = access.visible(actor, Kpi).filter(circle__partnership=partnership_id).select_related("circle", "person")
    return found.order_by("-is_headline", "circle", "number")


_KPIS = access.Question(_kpis, Actor, UUID)
_SOME = access.Question(lambda actor, where, ids: _kpis(actor, where).filter(pk__in=ids), Actor, UUID, [UUID])


@access.read
def some_kpis(*, actor: Actor, here: PartnershipRow, today: date, kpi_ids: Collection[UUID]) -> Mapping[UUID, KpiRow]:
    """Return some KPIs of a partnership by id, as `kpis_in` does; two queries, three where one is computed."""
    found = _SOME.ask(actor, here.id, sorted(kpi_ids)) if kpi_ids else []
    if any(kpi.formula for kpi in found):
        return {row.id: row for row in _every_row(actor, here, today)}
    return {row.id: row for row in _rows(actor, here, found, today)}


def _rows(actor: Actor, here: PartnershipRow, kpis: Sequence[Kpi], today: date) -> tuple[KpiRow, ...]:
    kept = courses(actor, [kpi.pk for kpi in kpis])
    read = {pk: points_of(course.recent) for pk, course in kept.items()}
    points, missing = with_computed([measure_of(kpi) for kpi in kpis], read)
    return tuple(_row(actor, here, kpi, kept.get(kpi.pk), points[kpi.pk], missing.get(kpi.pk), today) for kpi in kpis)


def _row(
    actor: Actor,
    here: PartnershipRow,
    kpi: Kpi,
    course: Course | None,
    points: tuple[Point, ...],
    missing: Missing | None,
    today: date,
) -> KpiRow:
    granted = actor.permissions.get(kpi.circle_id, frozenset())
    is_watched = kpi.retired_at is None
    return KpiRow(
        id=kpi.pk,
        version=kpi.version,
        number=number_of(kpi),
        name=kpi.name,
        circle_id=kpi.circle_id,
        definition=kpi.definition,
        formula=kpi.formula,
        unit=kpi.unit,
        decimals=kpi.decimals,
        frequency=kpi.frequency,
        fiscal_start=kpi.fiscal_start,
        aggregation=kpi.aggregation,
        better=kpi.better,
        warn_at=kpi.warn_at,
        alarm_at=kpi.alarm_at,
        source=kpi.source,
        informs=kpi.informs,
        owner=here.member_ids.get(kpi.organisation_id) if kpi.organisation_id else None,
        person_id=kpi.person_id,
        person=kpi.person.name if kpi.person else "",
        is_headline=kpi.is_headline,
        retired_at=kpi.retired_at,
        points=points,
        readings=course.readings if course else 0,
        contested=course.contested if course else 0,
        unconfirmed=course.unconfirmed if course else 0,
        missing=missing,
        due_start=due_start(kpi, points, today) if is_watched and not kpi.formula else None,
        may_edit=Permission.PLAN_EDIT in granted,
        may_read=is_watched and not kpi.formula and Permission.PROGRESS_UPDATE in granted,
    )


def due_start(kpi: Kpi, points: Sequence[Point], today: date) -> date | None:
    """Return the beginning of the newest period that has ended, if it has no reading."""
    frequency = Frequency(kpi.frequency)
    ended = previous_period(period_of(today, frequency, kpi.fiscal_start), frequency, kpi.fiscal_start)
    return None if any(point.start_on >= ended.start for point in points[-3:]) else ended.start


@access.read
def dictionary(*, actor: Actor, partnership_id: UUID, today: date) -> DictionaryPage:
    """
    Return every KPI of a partnership that the actor sees.

    Raises:
        NotVisible: they take no part in such a partnership.
    """
    here = partnership(actor=actor, partnership_id=partnership_id)
    circles = circles_in(actor=actor, partnership_id=partnership_id)
    inside = (circle for circle in circles if circle.kind != Kind.PUBLIC)
    writable = tuple(circle for circle in inside if Permission.PLAN_EDIT in circle.granted)
    rows = kpis_in(actor=actor, here=here, today=today)
    return DictionaryPage(here, {one.id: one for one in circles}, rows, writable, _unused(actor, rows))


def _unused(actor: Actor, rows: Sequence[KpiRow]) -> frozenset[UUID]:
    named = {name for row in rows if row.formula and row.retired_at is None for name in references(parse(row.formula))}
    unnamed = frozenset(row.id for row in rows if row.number not in named)
    return unnamed - used_among(actor, unnamed)


def is_due_from_you(row: KpiRow) -> bool:
    return row.due_start is not None and row.owner is not None and row.owner.is_you and row.may_read


@access.read
def kpi_page(
    *,
    actor: Actor,
    kpi_id: UUID,
    today: date,
    before: date | None = None,
    limit: int = READINGS_PAGE,
    with_beside: bool = False,
) -> KpiPage:
    """
    Return a KPI with its newest readings, or with those before a day, and every claim on them.

    Raises:
        NotVisible.
    """
    kpi = (_KPI_WITH_BESIDE if with_beside else _KPI).first(actor, kpi_id)
    if kpi is None:
        raise NotVisible
    here = partnership(actor=actor, partnership_id=kpi.circle.partnership_id)
    everything = {one.number: one for one in _every_row(actor, here, today)}
    row = everything[number_of(kpi)]
    circle = next(one for one in circles_in(actor=actor, partnership_id=here.id) if one.id == kpi.circle_id)
    found = _holding(actor, kpi.pk)
    shown = list((found.filter(start_on__lt=before) if before else found)[: limit + 1])
    inside = {mark.letters for mark in circle.organisations}
    return KpiPage(
        partnership=here,
        circle=circle,
        row=row,
        members=tuple(member for member in here.present if member.letters in inside),
        readings=_reading_rows(actor, here, shown[:limit]),
        next=shown[limit - 1].start_on if len(shown) > limit else None,
        named={name: everything[name] for name in _named_in(row) if name in everything},
        used_by=tuple(one for one in everything.values() if row.number in _named_in(one)),
        beside=parts_beside(actor, "kpis.kpi", kpi) if with_beside else (),
    )


def _kpi(actor: Actor, kpi_id: UUID) -> QuerySet:
    return access.visible(actor, Kpi).filter(pk=kpi_id).select_related("circle")


_KPI = access.Question(_kpi, Actor, UUID)
_KPI_WITH_BESIDE = access.Question(
    lambda actor, pk: _kpi(actor, pk).annotate(**columns_beside(actor, "kpis.kpi")), Actor, UUID
)


def _named_in(row: KpiRow) -> tuple[str, ...]:
    return tuple(references(parse(row.formula))) if row.formula else ()


def _holding(actor: Actor, kpi_id: UUID) -> QuerySet:
    rows = access.visible(actor, Reading).filter(kpi=kpi_id).exclude(state=ReadingState.CORRECTED)
    return rows.select_related("person").annotate(files=files_beside(actor)).order_by("-start_on", "pk")


@access.read
def reading_row(*, actor: Actor, reading_id: UUID) -> tuple[ReadingRow, Kpi, PartnershipRow]:
    """
    Return a reading, its KPI and where they are; of a corrected one, the one in its place.

    Raises:
        NotVisible.
    """
    reading = access.get(actor, Reading, reading_id, "person", "kpi__circle")
    here = partnership(actor=actor, partnership_id=reading.kpi.circle.partnership_id)
    if reading.state == ReadingState.CORRECTED:
        kpi = reading.kpi
        reading = _holding(actor, kpi.pk).get(start_on=reading.start_on)
        reading.kpi = kpi
    (row,) = _reading_rows(actor, here, [reading])
    return row, reading.kpi, here


def _reading_rows(actor: Actor, here: PartnershipRow, readings: Sequence[Reading]) -> tuple[ReadingRow, ...]:
    ids = [reading.pk for reading in readings]
    words: dict[UUID, dict[UUID, WordRow]] = defaultdict(dict)
    said = access.visible(actor, Stance).filter(reading__in=ids).select_related("person").order_by("taken_at", "pk")
    for stance in said:
        words[stance.reading_id][stance.organisation_id] = _word(here, stance)
    before = _before(actor, readings)
    return tuple(told_reading(actor, here, reading, words[reading.pk].values(), before) for reading in readings)


def _word(here: PartnershipRow, stance: Stance) -> WordRow:
    member = here.member_ids[stance.organisation_id]
    own = (stance.is_confirming, stance.value, stance.reason, stance.person.name, stance.taken_at)
    return WordRow(member.organisation_id, member.mark, *own)


def _before(actor: Actor, readings: Sequence[Reading]) -> Mapping[tuple[UUID, date], list[Decimal]]:
    """Return the values that were corrected, by KPI and period, the oldest first; no query where nothing was."""
    found: dict[tuple[UUID, date], list[Decimal]] = defaultdict(list)
    corrected = [reading for reading in readings if reading.replaces_id]
    if corrected:
        rows = access.visible(actor, Reading).filter(state=ReadingState.CORRECTED).order_by("claimed_at", "pk")
        rows = rows.filter(kpi__in={one.kpi_id for one in corrected}, start_on__in=[one.start_on for one in corrected])
        for kpi_id, start_on, value in rows.values_list("kpi_id", "start_on", "value"):
            found[kpi_id, start_on].append(value)
    return found


def told_reading(
    actor: Actor,
    here: PartnershipRow,
    reading: Reading,
    words: Iterable[WordRow],
    before: Mapping[tuple[UUID, date], list[Decimal]],
) -> ReadingRow:
    granted = actor.permissions.get(reading.circle_id, frozenset())
    is_open = reading.state in (ReadingState.PROPOSED, ReadingState.CONFIRMED, ReadingState.CONTESTED)
    is_others = reading.organisation_id != actor.organisation_id
    may_answer = is_open and is_others and Permission.PROGRESS_UPDATE in granted
    has_a_vote = here.own is not None and here.own.is_active
    may_be_settled = has_a_vote and reading.state in (ReadingState.CONTESTED, ReadingState.RESOLVED)
    return ReadingRow(
        id=reading.pk,
        version=reading.version,
        kpi_id=reading.kpi_id,
        start_on=reading.start_on,
        end_on=reading.end_on,
        value=reading.value,
        low=reading.low,
        high=reading.high,
        state=reading.state,
        as_of=reading.as_of,
        source=reading.source,
        note=reading.note,
        claimant_id=reading.organisation_id,
        claimant=here.member_ids[reading.organisation_id].mark,
        person=reading.person.name,
        claimed_at=reading.claimed_at,
        words=tuple(sorted(words, key=lambda word: word.mark.name.casefold())),
        before=tuple(before.get((reading.kpi_id, reading.start_on), ())),
        proposal_id=reading.proposal_id,
        may_answer=may_answer,
        may_confirm=may_answer and reading.person_id != actor.person_id,
        may_settle=may_be_settled and reading.circle_id == here.joint_id and Permission.PLAN_EDIT in granted,
        files=files_in(getattr(reading, "files", None)),  # of those that are read in lists
    )


@access.read
def due_readings(*, actor: Actor, partnerships: Collection[PartnershipRow], today: date) -> tuple[KpiRow, ...]:
    """Return the KPIs of which a reading is due from the organisation acted for, headlines first."""
    found = []
    for here in partnerships:
        found += [row for row in _every_row(actor, here, today) if is_due_from_you(row)]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A reading of another organisation that nobody has said anything to."""

    reading_id: UUID
    kpi: str
    partnership_id: UUID
    start_on: date
    frequency: str
    fiscal_start: int
    claimant_id: UUID
    claimed_at: datetime


@access.read
def to_confirm(*, actor: Actor, partnership_ids: Collection[UUID], limit: int = 50) -> tuple[ToConfirm, ...]:
    """Return readings of headlines that another organisation claims and nobody has confirmed or contested, oldest first."""
    circles = [pk for pk, granted in actor.permissions.items() if Permission.PROGRESS_UPDATE in granted]
    rows = access.visible(actor, Reading).filter(state=ReadingState.PROPOSED, circle__in=circles)
    rows = rows.filter(kpi__is_headline=True, kpi__retired_at=None, circle__partnership__in=partnership_ids)
    others = rows.exclude(organisation=actor.organisation_id).exclude(person=actor.person_id)
    rows = others.order_by("claimed_at", "pk")
    names = ("pk", "kpi__name", "circle__partnership_id", "start_on", "kpi__frequency", "kpi__fiscal_start")
    found = rows.values_list(*names, "organisation_id", "claimed_at")[:limit]
    return tuple(ToConfirm(*row) for row in found)

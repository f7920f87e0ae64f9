from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import localdate, now
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from consortio import access
from consortio.access import Permission
from consortio.approvals.api import ProposalOut, ProposeIn, proposal_out
from consortio.attachments.api import FileOut, taken_by_api
from consortio.attachments.reads import evidence_on
from consortio.bodies import KEPT, Body
from consortio.paging import Page, Paging, counted, paged, place, start_of
from consortio.versions import IfMatch, Version

from . import actions, reads
from .address import TEXT_MAX as WORDS_ASKED_MAX
from .address import Address
from .api_amounts import AmountText as Amount
from .claims import Claim
from .entering import CLAIMS_MAX, NOTE_MAX, SOURCE_MAX
from .periods import Frequency as Calendar
from .periods import OutsideCalendar, period_of
from .terms import DECIMALS_MAX, NAME_MAX, TEXT_MAX, KpiTerms

router = Router(tags=["KPIs and readings"])
NO_NUL = r"^[^\x00]*$"
Name = Annotated[str, Field(min_length=1, max_length=NAME_MAX, pattern=NO_NUL)]
Words = Annotated[str, Field(max_length=TEXT_MAX, pattern=NO_NUL)]
Source = Annotated[str, Field(max_length=SOURCE_MAX, pattern=NO_NUL)]
Note = Annotated[str, Field(max_length=NOTE_MAX, pattern=NO_NUL)]
Formula = Annotated[str, Field(max_length=500, pattern=NO_NUL)]
Unit = Annotated[
    str, Field(max_length=100, pattern=NO_NUL, description="number, money:EUR, own:users|days: docs/kpis.md")
]
Frequency = Literal["week", "month", "quarter", "half-year", "year"]
Aggregation = Literal["last", "sum", "mean"]
Better = Literal["up", "down", "band"]
AMOUNTS = ("warn_at", "alarm_at")


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _value(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


class PointOut(Schema):
    """What a KPI was in a period: a range where it is contested. `end_on` is the first day after the period."""

    start_on: date
    end_on: date
    low: str
    high: str
    state: str

    @staticmethod
    def resolve_low(point: Any) -> str:
        return format(point.low, "f")

    @staticmethod
    def resolve_high(point: Any) -> str:
        return format(point.high, "f")


class KpiOut(Schema):
    """`missing` names the KPIs for want of which a computed one has no newest value; `points` are the last periods."""

    id: UUID
    number: str
    version: int
    circle_id: UUID
    name: str
    definition: str
    formula: str
    unit: str
    decimals: int
    frequency: Frequency
    fiscal_start: int
    aggregation: Aggregation
    better: Better
    warn_at: str | None
    alarm_at: str | None
    source: str
    informs: str
    organisation_id: UUID | None
    person_id: UUID | None
    is_headline: bool
    retired_at: datetime | None
    readings: int
    contested: int
    due_start: date | None
    missing: list[str]
    points: list[PointOut]

    @staticmethod
    def resolve_organisation_id(row: Any) -> UUID | None:
        return row.owner.organisation_id if row.owner else None

    @staticmethod
    def resolve_warn_at(row: Any) -> str | None:
        return _text(row.warn_at)

    @staticmethod
    def resolve_alarm_at(row: Any) -> str | None:
        return _text(row.alarm_at)

    @staticmethod
    def resolve_missing(row: Any) -> list[str]:
        return list(row.missing.references) if row.missing else []


class WordOut(Schema):
    """What another organisation says to a reading; `value` its own figure, where it contests and has one."""

    organisation_id: UUID
    is_confirming: bool
    value: str | None
    reason: str
    person: str
    taken_at: datetime

    @staticmethod
    def resolve_value(word: Any) -> str | None:
        return _text(word.value)


class ReadingOut(Schema):
    """A claim with what the others say to it. `low` and `high` are what it counts as, `before` what it corrected."""

    id: UUID
    version: int
    kpi_id: UUID
    start_on: date
    end_on: date
    value: str
    low: str
    high: str
    state: str
    as_of: date | None
    source: str
    note: str
    claimant_id: UUID
    person: str
    claimed_at: datetime
    words: list[WordOut]
    before: list[str]
    proposal_id: UUID | None

    @staticmethod
    def resolve_value(row: Any) -> str:
        return format(row.value, "f")

    @staticmethod
    def resolve_low(row: Any) -> str:
        return format(row.low, "f")

    @staticmethod
    def resolve_high(row: Any) -> str:
        return format(row.high, "f")

    @staticmethod
    def resolve_before(row: Any) -> list[str]:
        return [format(value, "f") for value in row.before]


class EnteredOut(Schema):
    """What became of claims, by how many."""

    new: int
    corrected: int
    confirmed: int
    contested: int
    same: int


class KpiEnteredOut(EnteredOut):
    kpi_id: UUID


class ManyEnteredOut(Schema):
    kpis: list[KpiEnteredOut]


class HeadlineIn(Body):
    """Where seven headlines stand already: the one that goes, or that all are kept, knowingly."""

    goes_id: UUID | None = None
    keeps_all: bool = False


class KpiIn(HeadlineIn):
    circle_id: UUID
    name: Name
    definition: Words = ""
    formula: Formula = ""
    unit: Unit = "number"
    decimals: Annotated[int, Field(ge=0, le=DECIMALS_MAX)] = 0
    frequency: Frequency = "month"
    fiscal_start: Annotated[int, Field(ge=1, le=12)] = 1
    aggregation: Aggregation = "last"
    better: Better = "up"
    warn_at: Amount | None = None
    alarm_at: Amount | None = None
    source: Source = ""
    informs: Words = ""
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    is_headline: bool = False


class KpiChangeIn(HeadlineIn):
    """What is left out stands as it is."""

    version: Version
    name: Name = KEPT
    definition: Words = KEPT
    formula: Formula = KEPT
    unit: Unit = KEPT
    decimals: Annotated[int, Field(ge=0, le=DECIMALS_MAX)] = KEPT
    frequency: Frequency = KEPT
    fiscal_start: Annotated[int, Field(ge=1, le=12)] = KEPT
    aggregation: Aggregation = KEPT
    better: Better = KEPT
    warn_at: Amount | None = KEPT
    alarm_at: Amount | None = KEPT
    source: Source = KEPT
    informs: Words = KEPT
    organisation_id: UUID | None = KEPT
    person_id: UUID | None = KEPT
    is_headline: bool = KEPT


class ClaimIn(Body):
    """What a KPI was in the period that begins on `start_on`."""

    start_on: date
    value: Amount
    as_of: date | None = None
    source: Source = ""
    note: Note = ""


class ClaimsIn(Body):
    claims: Annotated[list[ClaimIn], Field(min_length=1, max_length=CLAIMS_MAX)]


class KpiClaimIn(ClaimIn):
    kpi_id: UUID


class ManyClaimsIn(Body):
    claims: Annotated[list[KpiClaimIn], Field(min_length=1, max_length=actions.MANY_MAX)]


class StanceIn(Body):
    version: Version
    is_confirming: bool
    value: Amount | None = None
    reason: Note = ""


class SettlementIn(ProposeIn):
    version: Version
    value: Amount


class KpiFilters(Schema):
    owner_id: UUID | None = None
    due: bool = False
    contested: bool = False
    retired: bool = False
    text: Annotated[str, Field(max_length=WORDS_ASKED_MAX, pattern=NO_NUL)] = ""


def _kpi(request: HttpRequest, kpi_id: UUID) -> reads.KpiRow:
    return reads.kpi_page(actor=request.actor, kpi_id=kpi_id, today=localdate(), limit=1).row


def _claims(row: reads.KpiRow, said: Sequence[ClaimIn]) -> list[Claim]:
    return [_claim(row, one) for one in said]


def _claim(row: reads.KpiRow, one: ClaimIn) -> Claim:
    try:
        end_on = period_of(one.start_on, Calendar(row.frequency), row.fiscal_start).end
    except OutsideCalendar:
        end_on = one.start_on  # which its action refuses
    return Claim(one.start_on, end_on, Decimal(one.value), one.as_of, one.source, one.note)


def _numbers(said: dict[str, Any]) -> dict[str, Any]:
    return said | {name: _value(said[name]) for name in AMOUNTS if name in said}


@router.get("/kpis", response=Page[KpiOut], summary="The KPIs of a partnership that I see, headlines first")
def kpis(request: HttpRequest, partnership_id: UUID, paging: Query[Paging], filters: Query[KpiFilters]) -> Any:
    start = start_of(request, paging)
    page = reads.dictionary(actor=request.actor, partnership_id=partnership_id, today=localdate())
    said = filters.dict()
    address = Address(owner=said.pop("owner_id"), **said)
    rows = [row for row in page.rows if address.shows(row)]
    shown = rows[start : start + paging.limit]
    return {"rows": shown, "next": counted(request, start, len(shown), len(rows))}


@router.post("/kpis", response={201: KpiOut}, summary="Begin to watch something")
def define_kpi(request: HttpRequest, body: KpiIn) -> Any:
    said = _numbers(body.dict())
    own = {"circle_id": said.pop("circle_id"), "instead_of": said.pop("goes_id"), "keeps_all": said.pop("keeps_all")}
    made = actions.define_kpi(actor=request.actor, terms=KpiTerms(**said), at=now(), **own)
    return Status(201, _kpi(request, made))


@router.get("/kpis/{uuid:kpi_id}", response=KpiOut, summary="One KPI with its last periods")
def kpi(request: HttpRequest, kpi_id: UUID) -> Any:
    return _kpi(request, kpi_id)


@router.patch("/kpis/{uuid:kpi_id}", response=KpiOut, summary="Say otherwise how a KPI is measured")
def change_kpi(request: HttpRequest, kpi_id: UUID, body: KpiChangeIn) -> Any:
    said = _numbers(body.dict(exclude_unset=True))
    own = {"version": said.pop("version"), "instead_of": body.goes_id, "keeps_all": body.keeps_all}
    said = {name: value for name, value in said.items() if name not in ("goes_id", "keeps_all")}
    actions.change_kpi(actor=request.actor, kpi_id=kpi_id, changes=said, at=now(), **own)
    return _kpi(request, kpi_id)


@router.put("/kpis/{uuid:kpi_id}/retirement", response=KpiOut, summary="Watch a KPI no more")
def retire_kpi(request: HttpRequest, kpi_id: UUID, version: IfMatch = None) -> Any:
    actions.retire_kpi(actor=request.actor, kpi_id=kpi_id, version=version, at=now())
    return _kpi(request, kpi_id)


@router.delete("/kpis/{uuid:kpi_id}/retirement", response=KpiOut, summary="Watch a retired KPI again")
def watch_again(request: HttpRequest, kpi_id: UUID, version: IfMatch = None) -> Any:
    actions.watch_again(actor=request.actor, kpi_id=kpi_id, version=version, at=now())
    return _kpi(request, kpi_id)


@router.get(
    "/kpis/{uuid:kpi_id}/readings", response=Page[ReadingOut], summary="The readings of a KPI, the newest period first"
)
def readings(request: HttpRequest, kpi_id: UUID, paging: Query[Paging]) -> Any:
    start = place(request, paging)
    before = date.fromordinal(int(start[0])) if start else None
    asked = {"kpi_id": kpi_id, "today": localdate(), "before": before, "limit": paging.limit + 1}
    page = reads.kpi_page(actor=request.actor, **asked)
    return paged(request, page.readings, paging, key=lambda row: (row.start_on.toordinal(),), newest_first=True)


@router.post("/kpis/{uuid:kpi_id}/readings", response=EnteredOut, summary="Claim readings of a KPI, all or none")
def claim_readings(request: HttpRequest, kpi_id: UUID, body: ClaimsIn) -> Any:
    claims = _claims(_kpi(request, kpi_id), body.claims)
    return actions.claim_readings(actor=request.actor, kpi_id=kpi_id, claims=claims, at=now())


@router.post(
    "/partnerships/{uuid:partnership_id}/readings",
    response=ManyEnteredOut,
    summary="Claim readings of several KPIs, all or none",
)
def claim_many(request: HttpRequest, partnership_id: UUID, body: ManyClaimsIn) -> Any:
    page = reads.dictionary(actor=request.actor, partnership_id=partnership_id, today=localdate())
    rows = {row.id: row for row in page.rows}
    claims: dict[UUID, list[Claim]] = defaultdict(list)
    for one in body.claims:
        if one.kpi_id not in rows:
            raise actions.NotVisible
        claims[one.kpi_id].append(_claim(rows[one.kpi_id], one))
    done = actions.claim_many(actor=request.actor, joint_id=page.partnership.joint_id, claims=claims, at=now())
    return {"kpis": [{"kpi_id": pk, **_counts(one)} for pk, one in done.items()]}


def _counts(one: Any) -> dict[str, int]:
    return {name: getattr(one, name) for name in EnteredOut.model_fields}


@router.get("/readings/{uuid:reading_id}", response=ReadingOut, summary="One reading with what is said to it")
def reading(request: HttpRequest, reading_id: UUID) -> Any:
    return reads.reading_row(actor=request.actor, reading_id=reading_id)[0]


@router.get(
    "/readings/{uuid:reading_id}/evidence", response=Page[FileOut], summary="The files of a reading, the oldest first"
)
def evidence(request: HttpRequest, reading_id: UUID, paging: Query[Paging]) -> Any:
    row, _kpi_, _here = reads.reading_row(actor=request.actor, reading_id=reading_id)
    found = evidence_on(actor=request.actor, subject_ids=[row.id]).get(row.id, ())
    return paged(request, found, paging, key=lambda file: (file.added_at, file.id))


@router.post(
    "/readings/{uuid:reading_id}/evidence", response={201: FileOut}, summary="Add a file to a reading as evidence"
)
def bring_evidence(request: HttpRequest, reading_id: UUID, file: File[UploadedFile]) -> Any:
    row, kpi, _here = reads.reading_row(actor=request.actor, reading_id=reading_id)
    access.require(request.actor, Permission.FILE_ADD, kpi.circle_id)
    return Status(201, taken_by_api(request, kpi.circle_id, row.id, file))


@router.put(
    "/readings/{uuid:reading_id}/stance", response=ReadingOut, summary="Confirm or contest it, for my organisation"
)
def take_stance(request: HttpRequest, reading_id: UUID, body: StanceIn) -> Any:
    said = body.dict() | {"value": _value(body.value)}
    actions.take_stance(actor=request.actor, reading_id=reading_id, at=now(), **said)
    return reads.reading_row(actor=request.actor, reading_id=reading_id)[0]


@router.post(
    "/readings/{uuid:reading_id}/settlement/proposals",
    response={202: ProposalOut},
    summary="Propose to all members which figure holds",
)
def propose_value(request: HttpRequest, reading_id: UUID, body: SettlementIn) -> Any:
    said = body.dict() | {"value": Decimal(body.value)}
    made = actions.propose_value(actor=request.actor, reading_id=reading_id, at=now(), **said)
    return Status(202, proposal_out(request, made))

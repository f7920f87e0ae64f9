from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from consortio.access import NotVisible
from consortio.approvals.api import ProposalOut, ProposeIn, proposal_out
from consortio.bodies import KEPT, Body, Name, composed
from consortio.paging import After, Page, Paging, counted, paged, start_of
from consortio.zones import known_zones

from . import actions, choosing, reads
from .answering import open_nominations
from .answers import handed_out, in_json, listed
from .baselining import is_proposed
from .window import SORTS, Look, tree_window

router = Router(tags=["Plans"])


def _is_zone(name: str) -> str:
    if name not in known_zones():
        raise ValueError('write the zone as in "Europe/Berlin"')
    return name


def _on_the_clock(at: datetime) -> datetime:
    """Return a time on the plan's own clock: the zone that a client sends along says nothing there."""
    if not 1970 <= at.year <= 2200:
        raise ValueError("write a day between 1970 and 2200")
    return at.replace(tzinfo=None, second=0, microsecond=0)


def _is_sort(name: str) -> str:
    if name and name.removeprefix("-") not in SORTS:
        raise ValueError(f"sort by one of these, with - before it for the other way round: {', '.join(SORTS)}")
    return name


NO_NUL = r"^[^\x00]*$"  # which PostgreSQL keeps in no text
SORT = f"one of {', '.join(SORTS)}; with - before it the other way round"
PlanName = Annotated[str, BeforeValidator(composed), Field(min_length=1, max_length=200)]
Zone = Annotated[str, AfterValidator(_is_zone)]
# RFC 3339, which "date-time" means, wants a zone; the times of a plan have none.
LOCAL = WithJsonSchema({"type": "string", "description": "local to the plan, as 2031-05-06T08:00:00, without a zone"})
LocalTime = Annotated[datetime, AfterValidator(_on_the_clock)]
LocalOut = Annotated[datetime, LOCAL]


class PlanRowOut(Schema):
    id: UUID
    circle_id: UUID
    number: str
    name: str
    items: int
    data_at: LocalOut | None
    start_at: LocalOut | None
    finish_at: LocalOut | None


class BaselineOut(Schema):
    id: UUID
    number: int
    name: str
    taken_at: datetime


class SettingsOut(Schema):
    """What a plan is scheduled by: what PUT …/settings takes."""

    name: str
    start_at: LocalOut  # as set; `start_at` of the plan is computed
    data_at: LocalOut | None
    finish_by: LocalOut | None
    zone: str
    mode: str
    calendar_id: UUID | None
    float_limit_minutes: int


class PlanOut(Schema):
    id: UUID
    number: str
    name: str
    circle_id: UUID
    partnership_id: UUID
    version: int
    mode: str
    zone: str
    start_at: LocalOut | None
    finish_at: LocalOut | None
    data_at: LocalOut | None
    computed_at: datetime
    items: int
    critical_items: int
    in_our_house_finish_at: LocalOut | None
    refusal: str
    dates_outdated_since: datetime | None  # since when the dates do not show what changed
    in_our_house_dates_outdated_since: datetime | None
    baselines: list[BaselineOut]
    settings: SettingsOut


class CalendarOut(Schema):
    """One in the plan's own circle may be the plan's; an item takes one that everybody in its circle sees."""

    id: UUID
    name: str
    whose: Literal["plan", "organisation", "person"]
    circle_id: UUID


class ItemOut(Schema):
    id: UUID
    number: str
    code: str
    name: str
    kind: str
    depth: int
    parent_id: UUID | None
    has_children: bool
    start_at: LocalOut | None
    finish_at: LocalOut | None
    late_start_at: LocalOut | None
    late_finish_at: LocalOut | None
    house_start_at: LocalOut | None
    house_finish_at: LocalOut | None
    baseline_start_at: LocalOut | None
    baseline_finish_at: LocalOut | None
    actual_start_at: LocalOut | None
    actual_finish_at: LocalOut | None
    deadline_at: LocalOut | None
    duration_minutes: int
    remaining_minutes: int | None
    percent: int
    total_float_minutes: int | None
    free_float_minutes: int | None
    is_critical: bool
    is_on_longest_path: bool
    is_late: bool
    is_manual: bool
    calendar_id: UUID | None
    organisation_id: UUID | None
    person_id: UUID | None
    person: str
    organisation_is_former: bool  # it has left the partnership
    person_is_former: bool  # they have no seat in the item's circle any more
    version: int


class LinkOut(Schema):
    id: UUID
    predecessor_id: UUID
    successor_id: UUID
    type: str
    lag_minutes: int
    lag_kind: str
    version: int


class WindowOut(Schema):
    rows: list[ItemOut]
    links: list[LinkOut]
    total: int
    next: str
    previous: str | None


class LookIn(Schema):
    level: Annotated[int, Field(ge=0, le=99)] = 12
    after: Annotated[str, Field(max_length=400, pattern=NO_NUL)] = ""
    organisation: UUID | None = None
    person: UUID | None = None
    critical: bool = False
    late: bool = False
    undone: bool = False
    nobody: bool = False
    text: Annotated[str, Field(max_length=100, pattern=NO_NUL)] = ""
    sort: Annotated[str, Field(max_length=20, description=SORT), AfterValidator(_is_sort)] = ""
    view: Literal["house", "joint"] = "house"
    baseline: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=150)] = 50


class NeighbourOut(Schema):
    link_id: UUID
    version: int  # of the link
    item_id: UUID
    name: str
    type: str
    lag_minutes: int
    lag_kind: str


class EditOut(Schema):
    """One field: its value before and after, ids as text; the times of a plan are its own clock's."""

    field: str
    before: str | int | bool | None
    after: str | int | bool | None


class HistoryOut(Schema):
    at: datetime
    event: str
    person: str
    organisation_id: UUID | None
    changes: list[EditOut]

    @staticmethod
    def resolve_organisation_id(row: Any) -> UUID | None:
        return row.organisation.organisation_id if row.organisation else None

    @staticmethod
    def resolve_changes(row: Any) -> Any:
        return row.edits


class NominationOut(Schema):
    """
    Somebody was asked to answer for an item and has not answered: `is_me` answers, whoever may edit takes it back.
    """

    id: UUID
    version: int
    item_id: UUID
    person_id: UUID
    person: str
    organisation_id: UUID
    nominated_by: str
    nominated_at: datetime
    is_me: bool


class ItemPageOut(Schema):
    item: ItemOut
    note: str
    calendar: str
    constraint: str
    constraint_at: LocalOut | None
    predecessors: list[NeighbourOut]
    successors: list[NeighbourOut]
    history: list[HistoryOut]
    who_sees: str
    nominations: list[NominationOut]  # one at most, where somebody was asked and has not answered


class MilestonesOut(Schema):
    baseline: BaselineOut | None
    rows: list[ItemOut]
    total: int
    next: str


class SettingsIn(Body):
    """What is left out stands; null takes a date or the calendar away."""

    version: int
    name: PlanName = KEPT
    start_at: LocalTime = KEPT
    data_at: LocalTime | None = KEPT
    finish_by: LocalTime | None = KEPT
    zone: Zone = KEPT
    calendar_id: UUID | None = KEPT
    mode: Literal["msp", "p6"] = KEPT
    float_limit_minutes: Annotated[int, Field(ge=0, le=1_000_000)] = KEPT
    data_at_back: bool = False  # that the data date goes back is meant


class CreateIn(Body):
    circle_id: UUID
    name: PlanName
    start_at: LocalTime
    zone: Zone = "UTC"
    mode: Literal["msp", "p6"] = "msp"


class BaselineIn(ProposeIn):
    """`reason` and `days` are for a joint plan, whose members all agree to it."""

    name: Name


def _plan(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    page = reads.plan_page(actor=request.actor, plan_id=plan_id)
    head, house = page.head, page.head.house
    own = {
        "circle_id": head.circle.id,
        "baselines": page.baselines,
        "settings": _settings(page),
        "in_our_house_finish_at": house.finish_at if house else None,
        "dates_outdated_since": head.outdated.since if head.outdated else None,
        "in_our_house_dates_outdated_since": house.outdated.since if house and house.outdated else None,
    }
    return {name: getattr(head, name) for name in set(PlanOut.model_fields) - set(own)} | own


def _settings(page: reads.PlanPage) -> dict[str, Any]:
    of_page = ("start_at", "finish_by", "calendar_id", "float_limit_minutes")
    of_head = {name: getattr(page.head, name) for name in ("name", "data_at", "zone", "mode")}
    return of_head | {name: getattr(page, name) for name in of_page}


@router.get("", response=Page[PlanRowOut], summary="Plans of a partnership that I see, the newest first")
def plans(request: HttpRequest, partnership_id: UUID, paging: Query[Paging]) -> Any:
    rows = reads.plans_of(actor=request.actor, partnership_id=partnership_id)
    return paged(request, rows, paging, key=lambda row: (row.id,), newest_first=True)


@router.post("", response={201: PlanOut}, summary="Make an empty plan in a circle")
def create(request: HttpRequest, body: CreateIn) -> Any:
    return Status(201, _plan(request, actions.create_plan(actor=request.actor, at=now(), **body.dict())))


@router.get("/{uuid:plan_id}", response=PlanOut, summary="One plan")
def plan(request: HttpRequest, plan_id: UUID) -> Any:
    return _plan(request, plan_id)


@router.put("/{uuid:plan_id}/settings", response=PlanOut, summary="Change how a plan is scheduled")
def settings(request: HttpRequest, plan_id: UUID, body: SettingsIn) -> Any:
    values = body.dict(exclude_unset=True, exclude={"version", "data_at_back"})
    said = {"version": body.version, "values": values, "may_go_back": body.data_at_back}
    actions.change_plan_settings(actor=request.actor, plan_id=plan_id, at=now(), **said)
    return _plan(request, plan_id)


@router.get("/{uuid:plan_id}/calendars", response=Page[CalendarOut], summary="Calendars of a plan, by name")
def calendars(request: HttpRequest, plan_id: UUID, paging: Query[Paging]) -> Any:
    rows = choosing.calendars_of(actor=request.actor, plan_id=plan_id)
    return paged(request, rows, paging, key=lambda row: (row.name, row.id))


@router.get("/{uuid:plan_id}/items", response=WindowOut, summary="Items of a plan, a page at a time")
def items(request: HttpRequest, plan_id: UUID, look: Query[LookIn]) -> Any:
    window = tree_window(actor=request.actor, plan_id=plan_id, look=Look(**look.dict()))
    _require(window.baseline, look.baseline)
    rows, links = listed(ItemOut, window.rows), listed(LinkOut, window.links)
    return in_json(
        {"rows": rows, "links": links, "total": window.total, "next": window.next, "previous": window.previous}
    )


def _require(beside: reads.BaselineRef | None, baseline_id: UUID | None) -> None:
    """Refuse a baseline that is not there: a page of the hub shows the newest in its place. Raises: NotVisible."""
    if baseline_id and (beside is None or beside.id != baseline_id):
        raise NotVisible


@router.get("/{uuid:plan_id}/milestones", response=MilestonesOut, summary="Milestones against the newest baseline")
def milestones(
    request: HttpRequest,
    plan_id: UUID,
    paging: Query[After],
    baseline: UUID | None = None,
) -> Any:
    start = start_of(request, paging)
    page = reads.milestones(actor=request.actor, plan_id=plan_id, baseline_id=baseline, before=start)
    _require(page.baseline, baseline)
    rows = listed(ItemOut, (row for _, rows in page.groups for row in rows))
    against = listed(BaselineOut, [page.baseline])[0] if page.baseline else None
    following = counted(request, start, len(rows), page.total)
    return in_json({"baseline": against, "rows": rows, "total": page.total, "next": following})


@router.post(
    "/{uuid:plan_id}/baselines",
    response={201: PlanOut, 202: ProposalOut},
    summary="Take a baseline, or propose it where every member must agree",
)
def baseline(request: HttpRequest, plan_id: UUID, body: BaselineIn) -> Any:
    head = reads.plan_page(actor=request.actor, plan_id=plan_id).head
    if is_proposed(head):
        made = actions.propose_baseline(actor=request.actor, plan_id=plan_id, at=now(), **body.dict())
        return Status(202, proposal_out(request, made))
    actions.take_baseline(actor=request.actor, plan_id=plan_id, name=body.name, at=now())
    return Status(201, _plan(request, plan_id))


@router.get("/{uuid:plan_id}/export", summary="The plan as MS Project XML, CSV or XLSX")
def export(request: HttpRequest, plan_id: UUID, format: Literal["xml", "csv", "xlsx"] = "xml") -> HttpResponse:
    return handed_out(request.actor, plan_id, format)


@router.get("/items/{uuid:item_id}", response=ItemPageOut, summary="Everything about one item")
def item(request: HttpRequest, item_id: UUID) -> Any:
    page = reads.item_page(actor=request.actor, item_id=item_id)
    return {
        "item": page.row,
        "note": page.note,
        "calendar": page.calendar,
        "constraint": page.constraint,
        "constraint_at": page.constraint_at,
        "predecessors": [_neighbour(one) for one in page.predecessors],
        "successors": [_neighbour(one) for one in page.successors],
        "history": page.history,
        "who_sees": page.audience.words,
        "nominations": list(open_nominations(actor=request.actor, item_id=item_id)),
    }


def _neighbour(one: reads.Neighbour) -> dict[str, Any]:
    own = {name: getattr(one, name) for name in ("link_id", "version", "type", "lag_minutes", "lag_kind")}
    return own | {"item_id": one.item.id, "name": one.item.name}

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router, Schema, Status
from pydantic import Field

from consortio.approvals.api import ProposalOut, ProposeIn, proposal_out
from consortio.bodies import KEPT, Body
from consortio.paging import After, Page, Paging, counted, paged, start_of
from consortio.plans.api import LocalOut
from consortio.plans.api_editing import MovesOut, moves_out
from consortio.versions import Version

from . import actions, applying, asking, found, needing, reads
from .rules import PERCENT_MAX, WORK_MAX

plans = Router(tags=["Load and capacity"])
router = Router(tags=["Load and capacity"])
Percent = Annotated[int, Field(ge=0, le=PERCENT_MAX, description="100 is one full-time person")]
Work = Annotated[str, Field(max_length=WORK_MAX, pattern=r"^[^\x00]*$")]


class LoadWeekOut(Schema):
    """What is needed at once, at the tightest time of the week; `capacity` is null where nothing limits it."""

    begins_on: date
    percent: int
    capacity: int | None
    minutes: int
    is_over: bool
    item_ids: list[UUID]

    @staticmethod
    def resolve_item_ids(week: Any) -> list[UUID]:
        return list(week.items)


class LoadOut(Schema):
    """A person, an organisation as a whole, or one kind of its work."""

    organisation_id: UUID
    person_id: UUID | None
    work: str
    state: Literal["said", "assumed", "silent"]
    weeks: list[LoadWeekOut]

    @staticmethod
    def resolve_organisation_id(row: Any) -> UUID:
        return row.who.key.organisation_id

    @staticmethod
    def resolve_person_id(row: Any) -> UUID | None:
        return row.who.key.person_id

    @staticmethod
    def resolve_work(row: Any) -> str:
        return row.who.key.work


class CapacityOut(Schema):
    id: UUID
    version: int
    circle_id: UUID
    organisation_id: UUID
    person_id: UUID | None
    work: str
    percent: int
    from_on: date
    until_on: date | None


class CapacityIn(Body):
    """Of my organisation, or one of its people; in the plan’s own circle, or my house."""

    circle_id: UUID
    percent: Percent
    from_on: date
    until_on: date | None = None
    person_id: UUID | None = None
    work: Work = ""


class CapacityEditIn(Body):
    """What is left out stays."""

    version: Version
    percent: Percent = KEPT
    from_on: date = KEPT
    until_on: date | None = KEPT
    work: Work = KEPT


class CapacityVersionIn(Body):
    version: Version


class DemandOut(Schema):
    id: UUID
    version: int
    circle_id: UUID
    organisation_id: UUID
    person_id: UUID | None
    work: str
    percent: int


class DemandIn(Body):
    """Whom an item needs while it is worked on; said in its own circle, or my house."""

    circle_id: UUID
    organisation_id: UUID
    person_id: UUID | None = None
    work: Work = ""
    percent: Annotated[int, Field(ge=1, le=PERCENT_MAX)] = 100


class DemandEditIn(Body):
    version: Version
    percent: Annotated[int, Field(ge=1, le=PERCENT_MAX)]


class LookForDatesIn(Body):
    """For so many seconds at most; of the plan’s own circle, or of my house."""

    objective: Literal["finish", "stable"] = "finish"
    seconds: Literal[5, 30, 120] = 5
    in_our_house: bool = False


class LookingOut(Schema):
    """The job that looks for dates; its result names the levelling."""

    job_id: UUID


class LevellingRowOut(Schema):
    id: UUID
    found_at: datetime
    status: str
    moved: int
    finish_before: str
    finish_at: str


class MovedItemOut(Schema):
    """`is_held`: it is this one that will start no earlier; the others follow."""

    item_id: UUID | None
    start_before: LocalOut | None
    finish_before: LocalOut | None
    start_at: LocalOut | None
    finish_at: LocalOut | None
    is_held: bool

    @staticmethod
    def resolve_item_id(row: Any) -> UUID | None:
        return row.item and row.item.id


class OneMoreOut(Schema):
    """What one more full-time person would gain, in working minutes: all the time, and in the week from that day on."""

    organisation_id: UUID
    person_id: UUID | None
    work: str
    minutes: int
    is_proved: bool
    week_on: date
    week_minutes: int

    @staticmethod
    def resolve_organisation_id(row: Any) -> UUID:
        return row.who.key.organisation_id

    @staticmethod
    def resolve_person_id(row: Any) -> UUID | None:
        return row.who.key.person_id

    @staticmethod
    def resolve_work(row: Any) -> str:
        return row.who.key.work


class LevellingOut(Schema):
    """
    Dates that were found; `bound_at` is when no dates that fit end before, `gap` how far the finish is from it.

    `fits`: nothing has changed since, so they can be applied. `most` are the working minutes that more of everybody
    could gain. `untouched_ids` stay where they are.
    """

    id: UUID
    plan_id: UUID
    circle_id: UUID
    found_at: datetime
    status: str
    method: str
    engine: str
    fingerprint: str
    objective: str
    seed: int | None
    limit_seconds: int
    gap: float | None
    bound_at: LocalOut | None
    finish_before: LocalOut | None
    finish_at: LocalOut | None
    moved_count: int
    held_count: int
    moved: list[MovedItemOut]
    untouched_ids: list[UUID]
    most: int | None
    one_more: list[OneMoreOut]
    fits: bool
    may_apply: bool
    may_propose: bool


@plans.get("/{uuid:plan_id}/load", response=Page[LoadOut], summary="Who is needed when, the fullest in front")
def load(request: HttpRequest, plan_id: UUID, paging: Query[After], in_our_house: bool = False) -> Any:
    start = start_of(request, paging)
    asked = {"plan_id": plan_id, "today": now().date(), "is_house": in_our_house, "before": start}
    page = reads.load_page(actor=request.actor, **asked)
    return {"rows": page.rows, "next": counted(request, start, len(page.rows), page.total)}


@plans.get(
    "/{uuid:plan_id}/capacities", response=Page[CapacityOut], summary="What was said of time, in the order of the days"
)
def capacities(request: HttpRequest, plan_id: UUID, paging: Query[Paging], in_our_house: bool = False) -> Any:
    circle_id = asking.circle_of(actor=request.actor, plan_id=plan_id, is_house=in_our_house)
    rows = reads.capacities_in(actor=request.actor, circle_id=circle_id)
    return paged(request, rows, paging, key=lambda row: (row.from_on.isoformat(), row.id))


@plans.post("/{uuid:plan_id}/capacities", response={201: CapacityOut}, summary="Say how much time there is")
def say(request: HttpRequest, plan_id: UUID, body: CapacityIn) -> Any:
    reads.saying(actor=request.actor, plan_id=plan_id)
    said = body.dict()
    circle_id = said.pop("circle_id")
    made = actions.say_capacity(actor=request.actor, circle_id=circle_id, said=actions.Said(**said), at=now())
    return Status(201, reads.capacity(actor=request.actor, capacity_id=made))


@router.get("/capacities/{uuid:capacity_id}", response=CapacityOut, summary="What was said of somebody’s time")
def capacity(request: HttpRequest, capacity_id: UUID) -> Any:
    return reads.capacity(actor=request.actor, capacity_id=capacity_id)


@router.patch("/capacities/{uuid:capacity_id}", response=CapacityOut, summary="Say something else of it")
def edit(request: HttpRequest, capacity_id: UUID, body: CapacityEditIn) -> Any:
    page = reads.capacity(actor=request.actor, capacity_id=capacity_id)
    kept = {name: getattr(page, name) for name in ("percent", "from_on", "until_on", "person_id", "work")}
    changed = body.dict(exclude_unset=True)
    version = changed.pop("version")
    own = {"capacity_id": capacity_id, "version": version, "said": actions.Said(**kept | changed)}
    actions.edit_capacity(actor=request.actor, at=now(), **own)
    return reads.capacity(actor=request.actor, capacity_id=capacity_id)


@router.post("/capacities/{uuid:capacity_id}/withdrawal", response={204: None}, summary="Take back what was said")
def withdraw(request: HttpRequest, capacity_id: UUID, body: CapacityVersionIn) -> Any:
    actions.withdraw_capacity(actor=request.actor, capacity_id=capacity_id, version=body.version, at=now())
    return Status(204, None)


@plans.get("/items/{uuid:item_id}/demands", response=Page[DemandOut], summary="Whom an item needs, as was said")
def demands(request: HttpRequest, item_id: UUID, paging: Query[Paging]) -> Any:
    rows = needing.needs_page(actor=request.actor, item_id=item_id).rows
    return paged(request, rows, paging, key=lambda row: (row.id,))


@plans.post("/items/{uuid:item_id}/demands", response={201: DemandOut}, summary="Say whom an item needs")
def need(request: HttpRequest, item_id: UUID, body: DemandIn) -> Any:
    needing.needs_page(actor=request.actor, item_id=item_id)  # not there comes before not permitted
    made = actions.say_demand(actor=request.actor, item_id=item_id, at=now(), **body.dict())
    return Status(201, needing.demand(actor=request.actor, demand_id=made))


@router.patch("/demands/{uuid:demand_id}", response=DemandOut, summary="Let an item need more or less of somebody")
def edit_need(request: HttpRequest, demand_id: UUID, body: DemandEditIn) -> Any:
    actions.edit_demand(actor=request.actor, demand_id=demand_id, at=now(), **body.dict())
    return needing.demand(actor=request.actor, demand_id=demand_id)


@router.post("/demands/{uuid:demand_id}/withdrawal", response={204: None}, summary="Let an item not need them any more")
def withdraw_need(request: HttpRequest, demand_id: UUID, body: CapacityVersionIn) -> Any:
    actions.withdraw_demand(actor=request.actor, demand_id=demand_id, version=body.version, at=now())
    return Status(204, None)


@plans.get(
    "/{uuid:plan_id}/levellings", response=Page[LevellingRowOut], summary="Dates found for a plan, the latest first"
)
def levellings(request: HttpRequest, plan_id: UUID, paging: Query[After], in_our_house: bool = False) -> Any:
    start = start_of(request, paging)
    circle_id = asking.circle_of(actor=request.actor, plan_id=plan_id, is_house=in_our_house)
    rows, total = reads.results(actor=request.actor, plan_id=plan_id, circle_id=circle_id, before=start)
    return {"rows": rows, "next": counted(request, start, len(rows), total)}


@plans.post("/{uuid:plan_id}/levellings", response={202: LookingOut}, summary="Look for dates that fit, in a job")
def look_for(request: HttpRequest, plan_id: UUID, body: LookForDatesIn) -> Any:
    said = body.dict()
    circle_id = asking.circle_of(actor=request.actor, plan_id=plan_id, is_house=said.pop("in_our_house"))
    asked = {"plan_id": plan_id, "circle_id": circle_id, **said}
    return Status(202, {"job_id": asking.ask_for_dates(actor=request.actor, at=now(), **asked)})


@router.get("/levellings/{uuid:levelling_id}", response=LevellingOut, summary="Dates that were found")
def levelling(request: HttpRequest, levelling_id: UUID) -> Any:
    page = found.levelling_page(actor=request.actor, levelling_id=levelling_id, most=found.ALL)
    own = {name: getattr(page, name, None) for name in LevellingOut.model_fields}
    return own | {
        "plan_id": page.head.id,
        "moved_count": page.total,
        "held_count": page.holds,
        "untouched_ids": [item.id for item in page.untouched],
        "one_more": page.gains,
    }


@router.post("/levellings/{uuid:levelling_id}/application", response=MovesOut, summary="Put dates into the plan")
def apply(request: HttpRequest, levelling_id: UUID) -> Any:
    return moves_out(applying.apply_levelling(actor=request.actor, levelling_id=levelling_id, at=now()))


@router.post(
    "/levellings/{uuid:levelling_id}/proposal", response={201: ProposalOut}, summary="Propose dates to all members"
)
def propose(request: HttpRequest, levelling_id: UUID, body: ProposeIn) -> Any:
    made = applying.propose_levelling(actor=request.actor, levelling_id=levelling_id, at=now(), **body.dict())
    return Status(201, proposal_out(request, made))

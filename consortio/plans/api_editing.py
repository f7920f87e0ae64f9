"""Working in a plan by API: the actions of the pages. Each answers what moved, and each edit names the version it saw."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Schema, Status
from pydantic import BeforeValidator, Field, model_validator

from consortio.bodies import KEPT, Body, composed
from consortio.paging import After, counted, start_of
from consortio.versions import Version

from . import actions, choosing, comparing, own_side, reads
from .api import NO_NUL, BaselineOut, HistoryOut, LinkOut, LocalOut, LocalTime
from .api import router as router  # one for each address: what reads there and what writes
from .rescheduling import Moved, Moves

Kind = Literal["phase", "task", "milestone", "deliverable"]
Constraint = Literal["", "asap", "alap", "snet", "snlt", "fnet", "fnlt", "mso", "mfo", "start_on", "finish_on"]
LinkKind = Literal["FS", "SS", "FF", "SF"]
LagKind = Literal["working", "elapsed", "percent"]
ItemName = Annotated[str, BeforeValidator(composed), Field(min_length=1, max_length=500)]
Code = Annotated[str, BeforeValidator(composed), Field(max_length=100)]
Note = Annotated[str, Field(max_length=20_000, pattern=NO_NUL)]
Minutes = Annotated[int, Field(ge=0, le=26_352_000)]
Percent = Annotated[int, Field(ge=0, le=100)]


class MovedOut(Schema):
    """
    What moved in one circle: how many items, phases apart, and where the plan's end lay before and lies now.

    With a `job_id` nothing is known yet: the dates of a large plan follow in that job.
    """

    items: int
    finish_before: LocalOut | None
    finish_at: LocalOut | None
    job_id: UUID | None


class MovesOut(Schema):
    joint: MovedOut
    in_our_house: MovedOut | None


class SavedOut(Schema):
    """The row that was written, as it is now, and what moved."""

    id: UUID
    version: int
    moved: MovesOut


class DatesIn(Body):
    """Whose dates: of the circle that an item lies in, or of one's own house. Without a circle: the plan’s own."""

    circle_id: UUID | None = None


class DatesOut(Schema):
    """The job that computes the dates; null where they follow from the plan already."""

    job_id: UUID | None


class AddedOut(Schema):
    ids: list[UUID]
    moved: MovesOut


class NewItemIn(Body):
    name: ItemName
    kind: Kind = "task"
    depth: Annotated[int, Field(ge=0, le=60)] = 0
    duration_minutes: Minutes | None = None


class AddIn(Body):
    """Items in the order of the tree; `depth` counts from where they are put. Without a circle: the plan’s own."""

    items: Annotated[list[NewItemIn], Field(min_length=1, max_length=500)]
    circle_id: UUID | None = None
    parent_id: UUID | None = None
    after_id: UUID | None = None


class ItemEditIn(Body):
    """Only the fields that are sent are changed. Times are of the plan's own clock."""

    version: Version
    name: ItemName | None = None
    code: Code | None = None
    note: Note | None = None
    kind: Kind | None = None
    duration_minutes: Minutes | None = None
    remaining_minutes: Minutes | None = None
    percent: Percent | None = None
    organisation_id: UUID | None = None
    calendar_id: UUID | None = None
    constraint: Constraint | None = None
    constraint_at: LocalTime | None = None
    deadline_at: LocalTime | None = None
    actual_start_at: LocalTime | None = None
    actual_finish_at: LocalTime | None = None
    is_manual: bool | None = None
    stored_start_at: LocalTime | None = None
    stored_finish_at: LocalTime | None = None


class PlaceIn(Body):
    """
    Below a parent that is left out: where the item lies now; null is the top level.

    There behind `after_id`, or before all others with `is_first`; last, where neither is said.
    """

    version: Version
    parent_id: UUID | None = KEPT
    after_id: UUID | None = None
    is_first: bool = False

    @model_validator(mode="after")
    def _say_where(self) -> "PlaceIn":
        if not self.model_fields_set - {"version"}:
            raise ValueError("say where: parent_id, after_id or is_first")
        return self


class VersionIn(Body):
    version: Version


class AccountableIn(Body):
    version: Version
    person_id: UUID | None


class LinkIn(Body):
    """Without a circle, the link lies where the successor does."""

    predecessor_id: UUID
    successor_id: UUID
    circle_id: UUID | None = None
    type: LinkKind = "FS"
    lag_minutes: Annotated[int, Field(ge=-26_352_000, le=26_352_000)] = 0
    lag_kind: LagKind = "working"


class RelinkIn(Body):
    """What is left out stands."""

    version: Version
    type: LinkKind = KEPT
    lag_minutes: Annotated[int, Field(ge=-26_352_000, le=26_352_000)] = KEPT
    lag_kind: LagKind = KEPT


class ReportIn(Body):
    """What is left out stands, or follows from another percent; null takes it away, as far as the percent lets it."""

    item_id: UUID
    version: Version
    percent: Percent
    remaining_minutes: Minutes | None = KEPT
    actual_start_at: LocalTime | None = KEPT
    actual_finish_at: LocalTime | None = KEPT


class WeekIn(Body):
    reports: Annotated[list[ReportIn], Field(max_length=200)]
    data_at: LocalTime | None = None
    data_at_back: bool = False  # that the data date goes back is meant


class NominationAnswerIn(Body):
    version: Version
    accept: bool
    reason: Annotated[str, Field(max_length=500, pattern=NO_NUL)] = ""


class OwnSideIn(Body):
    """Without a version: nothing was there before. What is left out stands; null takes an estimate away."""

    version: Version | None = None
    note: Note = KEPT
    low_minutes: Minutes | None = KEPT
    likely_minutes: Minutes | None = KEPT
    high_minutes: Minutes | None = KEPT


class OwnSideOut(Schema):
    version: int | None
    note: str
    low_minutes: int | None
    likely_minutes: int | None
    high_minutes: int | None


class RefOut(Schema):
    id: UUID
    number: str
    name: str


class WithdrawnOut(Schema):
    item: RefOut
    version: int
    at: datetime


class WithdrawalOut(Schema):
    """
    What there was of an item, and how it was taken out: `by` says who did it, `with_item` what it went along with.

    Where there is a `holder`, that is withdrawn too and comes back first.
    """

    item: RefOut
    version: int
    note: str
    at: datetime
    by: HistoryOut | None
    with_item: RefOut | None
    holder: RefOut | None
    can_restore: bool
    history: list[HistoryOut]
    who_sees: str

    @staticmethod
    def resolve_who_sees(row: Any) -> str:
        return row.audience.words


class WithdrawnPageOut(Schema):
    rows: list[WithdrawnOut]
    total: int
    next: str


class ComparedOut(Schema):
    item: RefOut
    first_start_at: LocalOut | None
    first_finish_at: LocalOut | None
    second_start_at: LocalOut | None
    second_finish_at: LocalOut | None
    slip_days: int | None


class CompareOut(Schema):
    first: BaselineOut
    second: BaselineOut | None
    rows: list[ComparedOut]
    total: int
    next: str


def _moved(moved: Moved) -> dict[str, Any]:
    ends = {"finish_before": moved.finish_before, "finish_at": moved.finish_at}
    return {"items": moved.items, **ends, "job_id": moved.job_id}


def moves_out(moves: Moves) -> dict[str, Any]:
    if moves.narrow == "house":
        return {"joint": _moved(Moved(job_id=moves.joint.job_id)), "in_our_house": _moved(moves.joint)}
    return {"joint": _moved(moves.joint), "in_our_house": _moved(moves.house) if moves.house else None}


def _saved(request: HttpRequest, item_id: UUID, moves: Moves) -> dict[str, Any]:
    return {
        "id": item_id,
        "version": choosing.version_of(actor=request.actor, item_id=item_id),
        "moved": moves_out(moves),
    }


@router.post("/{uuid:plan_id}/items", response={201: AddedOut}, summary="Add items, one or a whole list")
def add(request: HttpRequest, plan_id: UUID, body: AddIn) -> Any:
    head = choosing.plan_head(actor=request.actor, plan_id=plan_id)  # not there comes before not permitted
    circle_id = body.circle_id or head.circle.id
    lines = [actions.NewLine(**one.dict(exclude_none=True)) for one in body.items]
    place = {"parent_id": body.parent_id, "after_id": body.after_id}
    ids, moves = actions.add_items(
        actor=request.actor, plan_id=plan_id, circle_id=circle_id, items=lines, at=now(), **place
    )
    return Status(201, {"ids": list(ids), "moved": moves_out(moves)})


@router.patch("/items/{uuid:item_id}", response=SavedOut, summary="Change fields of an item")
def edit(request: HttpRequest, item_id: UUID, body: ItemEditIn) -> Any:
    values = body.dict(exclude_unset=True, exclude={"version"})
    moves = actions.edit_item(actor=request.actor, item_id=item_id, version=body.version, values=values, at=now())
    return _saved(request, item_id, moves)


@router.put("/items/{uuid:item_id}/place", response=SavedOut, summary="Move an item in the tree, with all below it")
def place(request: HttpRequest, item_id: UUID, body: PlaceIn) -> Any:
    return _saved(
        request,
        item_id,
        actions.move_item(actor=request.actor, item_id=item_id, at=now(), **body.dict(exclude_unset=True)),
    )


@router.put("/items/{uuid:item_id}/accountable", response=SavedOut, summary="Say who answers for an item")
def accountable(request: HttpRequest, item_id: UUID, body: AccountableIn) -> Any:
    """One of our own people answers for it at once; somebody of another organisation is asked."""
    moves = actions.set_accountable(actor=request.actor, item_id=item_id, at=now(), **body.dict())
    return _saved(request, item_id, moves)


@router.post("/items/{uuid:item_id}/withdrawal", response=MovesOut, summary="Take an item out, with all below it")
def withdrawal(request: HttpRequest, item_id: UUID, body: VersionIn) -> Any:
    return moves_out(actions.withdraw_item(actor=request.actor, item_id=item_id, version=body.version, at=now()))


@router.get("/items/{uuid:item_id}/withdrawal", response=WithdrawalOut, summary="A withdrawn item, and who took it out")
def one_withdrawal(request: HttpRequest, item_id: UUID) -> Any:
    return reads.withdrawn_item(actor=request.actor, item_id=item_id)


@router.post("/items/{uuid:item_id}/restoration", response=SavedOut, summary="Bring a withdrawn item back")
def restoration(request: HttpRequest, item_id: UUID, body: VersionIn) -> Any:
    moves = actions.restore_item(actor=request.actor, item_id=item_id, version=body.version, at=now())
    return _saved(request, item_id, moves)


@router.get("/{uuid:plan_id}/withdrawn", response=WithdrawnPageOut, summary="What was taken out of a plan")
def withdrawn(request: HttpRequest, plan_id: UUID, paging: Query[After]) -> Any:
    start = start_of(request, paging)
    page = choosing.withdrawn_page(actor=request.actor, plan_id=plan_id, before=start)
    following = counted(request, start, len(page.items), page.total)
    return {"rows": page.items, "total": page.total, "next": following}


@router.post("/links", response={201: AddedOut}, summary="Let an item wait for another one")
def link(request: HttpRequest, body: LinkIn) -> Any:
    said = body.dict()
    said["circle_id"] = body.circle_id or choosing.circle_of(actor=request.actor, item_id=body.successor_id)
    moves = actions.link_items(actor=request.actor, at=now(), **said)
    return Status(201, {"ids": list(moves.made), "moved": moves_out(moves)})


@router.get("/links/{uuid:link_id}", response=LinkOut, summary="One link")
def one_link(request: HttpRequest, link_id: UUID) -> Any:
    return choosing.link_row(actor=request.actor, link_id=link_id)


@router.put("/links/{uuid:link_id}", response=MovesOut, summary="Change how two items are linked")
def relink(request: HttpRequest, link_id: UUID, body: RelinkIn) -> Any:
    return moves_out(actions.edit_link(actor=request.actor, link_id=link_id, at=now(), **body.dict(exclude_unset=True)))


@router.post("/links/{uuid:link_id}/withdrawal", response=MovesOut, summary="Unlink two items")
def unlink(request: HttpRequest, link_id: UUID, body: VersionIn) -> Any:
    return moves_out(actions.withdraw_link(actor=request.actor, link_id=link_id, version=body.version, at=now()))


@router.post(
    "/{uuid:plan_id}/dates",
    response={200: DatesOut, 202: DatesOut},
    summary="Compute dates that are out of date, after their job was stopped",
)
def dates(request: HttpRequest, plan_id: UUID, body: DatesIn) -> Any:
    """The dates of a large plan follow its edits unasked: where their job is under way, that one is answered."""
    head = choosing.plan_head(actor=request.actor, plan_id=plan_id)
    circle_id = body.circle_id or head.circle.id
    job_id = actions.ask_for_dates(actor=request.actor, plan_id=plan_id, circle_id=circle_id, at=now())
    return Status(202 if job_id else 200, {"job_id": job_id})


@router.post("/{uuid:plan_id}/progress", response=MovesOut, summary="Say of many items how far they are")
def progress(request: HttpRequest, plan_id: UUID, body: WeekIn) -> Any:
    reports = [actions.Report(one.item_id, one.version, _progress(one)) for one in body.reports]
    told = {"reports": reports, "data_at": body.data_at, "may_go_back": body.data_at_back}
    return moves_out(actions.report_progress(actor=request.actor, plan_id=plan_id, at=now(), **told))


def _progress(one: ReportIn) -> actions.Progress:
    return actions.Progress(**one.dict(exclude_unset=True, exclude={"item_id", "version"}))


@router.post("/nominations/{uuid:nomination_id}/answer", response=MovesOut, summary="Answer for an item, or decline")
def nomination(request: HttpRequest, nomination_id: UUID, body: NominationAnswerIn) -> Any:
    moves = actions.answer_nomination(actor=request.actor, nomination_id=nomination_id, at=now(), **body.dict())
    return moves_out(moves)


@router.post(
    "/nominations/{uuid:nomination_id}/withdrawal",
    response=MovesOut,
    summary="Ask somebody no more who has not answered",
)
def take_back(request: HttpRequest, nomination_id: UUID, body: VersionIn) -> Any:
    asked = {"nomination_id": nomination_id, "version": body.version}
    return moves_out(actions.withdraw_nomination(actor=request.actor, at=now(), **asked))


@router.get("/items/{uuid:item_id}/own-side", response=OwnSideOut, summary="What our house keeps beside an item")
def ours(request: HttpRequest, item_id: UUID) -> Any:
    return _own_side(request, item_id)


@router.put("/items/{uuid:item_id}/own-side", response=OwnSideOut, summary="Write our house's own side of an item")
def write_ours(request: HttpRequest, item_id: UUID, body: OwnSideIn) -> Any:
    actions.write_own_side(actor=request.actor, item_id=item_id, at=now(), **body.dict(exclude_unset=True))
    return _own_side(request, item_id)


def _own_side(request: HttpRequest, item_id: UUID) -> dict[str, Any]:
    row = own_side.own_side(actor=request.actor, item_id=item_id)
    empty = {"version": None, "note": "", "low_minutes": None, "likely_minutes": None, "high_minutes": None}
    return {name: getattr(row, name) for name in empty} if row else empty


@router.get("/{uuid:plan_id}/comparison", response=CompareOut, summary="Two baselines, or one and today, compared")
def comparison(
    request: HttpRequest,
    plan_id: UUID,
    first_id: UUID,
    paging: Query[After],
    second_id: UUID | None = None,
) -> Any:
    start = start_of(request, paging)
    asked = {"first_id": first_id, "second_id": second_id, "before": start}
    found = comparing.compare_baselines(actor=request.actor, plan_id=plan_id, **asked)
    following = counted(request, start, len(found.rows), found.total)
    return {"first": found.first, "second": found.second, "rows": found.rows, "total": found.total, "next": following}


@router.get("/{uuid:plan_id}/find", response=list[RefOut], summary="Items whose number, code or name holds some words")
def find(request: HttpRequest, plan_id: UUID, text: Annotated[str, Field(max_length=100, pattern=NO_NUL)]) -> Any:
    return list(choosing.find_items(actor=request.actor, plan_id=plan_id, text=text))

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import File, Form, Router, Schema, Status
from ninja.errors import HttpError, ValidationError
from ninja.files import UploadedFile
from pydantic import Field

from consortio import access
from consortio.access import NotVisible, Permission
from consortio.bodies import Body, LongName

from . import actions, forms, reads
from .bringing import bring_plan
from .choices import BadChoice, Said, choices_of
from .reading import Reading, wishes_of

router = Router(tags=["Imports"])
Version = Annotated[int, Field(ge=1)]
Text = Annotated[str, Field(max_length=500)]


class DraftOut(Schema):
    id: UUID
    version: int
    state: str
    file_name: str
    file_size: int
    target_id: UUID
    plan_id: UUID | None
    job_id: UUID | None
    summary: dict[str, Any]
    message: str


class ApplyIn(Body):
    version: Version
    name: LongName = ""
    zone: Annotated[str, Field(max_length=60)] = "UTC"
    who: Annotated[dict[Text, Text], Field(max_length=300)] = {}  # name in the file: "organisation" or "person@…"
    ticks: Annotated[list[Text], Field(max_length=500)] | None = None  # lines to apply; none said: as ticked beforehand
    seen: Annotated[list[Text], Field(max_length=200)] = []  # codes of the graver findings, which somebody has read


class MappingIn(Body):
    version: Version
    sheet: Text = ""  # of a workbook; none said: as found, here and below
    header_row: Annotated[int, Field(ge=0, le=forms.ROWS_MAX)] | None = None  # as a spreadsheet counts; 0: none
    columns: Annotated[dict[Text, Text], Field(max_length=40)] = {}  # what a column is for: its heading, or its letter
    left_out: Annotated[list[Text], Field(max_length=200)] = []  # columns that are not read
    date_order: Literal["", "dmy", "mdy", "ymd"] = ""
    decimal_sign: Literal["", ".", ","] = ""
    duration_unit: Literal["", "min", "h", "d", "w", "mon", "y"] = ""
    tree: Literal["", "outline", "level", "parent", "indent", "rows", "numbered", "group", "flat"] = ""
    link_key: Literal["", "id", "uid", "code", "outline", "row", "name"] = ""


def _draft(request: HttpRequest, draft_id: UUID) -> dict[str, Any]:
    page = reads.draft_page(actor=request.actor, draft_id=draft_id)
    own = {name: getattr(page, name) for name in ("id", "version", "state", "file_name", "file_size", "plan_id")}
    job_id = page.job.id if page.job else None
    return own | {"target_id": page.target.id, "job_id": job_id, "summary": page.summary, "message": page.message}


def _invalid(field: str, says: str) -> ValidationError:
    return ValidationError([{"loc": ("body", "body", field), "msg": says}])


@router.post("", response={202: DraftOut}, summary="Upload a plan file; it is read in the background")
def upload(
    request: HttpRequest, circle_id: Form[UUID], file: File[UploadedFile], plan_id: Form[UUID | None] = None
) -> Any:
    target = reads.target_of(actor=request.actor, circle_id=circle_id)
    access.require(request.actor, Permission.PLAN_EDIT, target.id)
    if not file.size:
        raise _invalid("file", "The file is empty.")
    if file.size > forms.MEGABYTES_MAX * 2**20:
        raise HttpError(413, f"file: at most {forms.MEGABYTES_MAX} MB are read")
    home_id = (
        target.id if target.kind == "body" else reads.home_of(actor=request.actor, partnership_id=target.partnership_id)
    )
    if home_id is None:
        raise NotVisible
    draft_id = bring_plan(
        actor=request.actor,
        home_id=home_id,
        target_id=target.id,
        plan_id=plan_id,
        name=file.name or "file",
        content=file.read(),
        at=now(),
    )
    return Status(202, _draft(request, draft_id))


@router.get("/{uuid:draft_id}", response=DraftOut, summary="A plan file on its way in")
def draft(request: HttpRequest, draft_id: UUID) -> Any:
    return _draft(request, draft_id)


@router.post("/{uuid:draft_id}/mapping", response={202: DraftOut}, summary="Read a table again, its columns corrected")
def mapping(request: HttpRequest, draft_id: UUID, body: MappingIn) -> Any:
    page = reads.draft_page(actor=request.actor, draft_id=draft_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.target.id)
    settings = body.dict(include=set(forms.SETTINGS))
    table = body.dict(include={"sheet", "header_row", "columns", "left_out"})
    try:
        wishes = wishes_of(page, Reading(**table, settings=settings))
    except BadChoice as refusal:
        raise _invalid(refusal.field, str(refusal)) from None
    actions.read_again(actor=request.actor, draft_id=draft_id, version=body.version, mapping=wishes, at=now())
    return Status(202, _draft(request, draft_id))


@router.post("/{uuid:draft_id}/application", response={202: DraftOut}, summary="Apply it, with these choices")
def application(request: HttpRequest, draft_id: UUID, body: ApplyIn) -> Any:
    page = reads.draft_page(actor=request.actor, draft_id=draft_id)
    access.require(request.actor, Permission.PLAN_EDIT, page.target.id)
    among = reads.answerers(actor=request.actor, partnership_id=page.partnership.id)
    try:
        choices = choices_of(page, Said(**body.dict(exclude={"version"})), among)
    except BadChoice as refusal:
        raise _invalid(refusal.field, str(refusal)) from None
    actions.apply_draft(actor=request.actor, draft_id=draft_id, version=body.version, choices=choices, at=now())
    return Status(202, _draft(request, draft_id))


@router.delete("/{uuid:draft_id}", response={204: None}, summary="Throw it away")
def dropping(request: HttpRequest, draft_id: UUID) -> Any:
    actions.drop_draft(actor=request.actor, draft_id=draft_id, at=now())
    return Status(204, None)

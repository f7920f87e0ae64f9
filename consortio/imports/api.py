from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import File, Form, Router, Schema, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile

from consortio.access import NotVisible

from . import actions, forms, reads

router = Router(tags=["Imports"])


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


class ApplyIn(Schema):
    version: int
    name: str = ""
    zone: str = "UTC"
    who: dict[str, str] = {}  # name in the file: "organisation" or "person@organisation"
    plan_version: int | None = None
    shown: list[str] = []  # lines that were decided on
    ticks: list[str] = []  # of these, the ones to apply


def _draft(request: HttpRequest, draft_id: UUID) -> dict[str, Any]:
    page = reads.draft_page(actor=request.actor, draft_id=draft_id)
    own = {name: getattr(page, name) for name in ("id", "version", "state", "file_name", "file_size", "plan_id")}
    job_id = page.job.id if page.job else None
    return own | {"target_id": page.target.id, "job_id": job_id, "summary": page.summary, "message": page.message}


@router.post("", response={202: DraftOut}, summary="Upload a plan file; it is read in the background")
def upload(
    request: HttpRequest, circle_id: Form[UUID], file: File[UploadedFile], plan_id: Form[UUID | None] = None
) -> Any:
    if (file.size or 0) > forms.MEGABYTES_MAX * 2**20:
        raise HttpError(413, f"file: at most {forms.MEGABYTES_MAX} MB are read")
    target = reads.target_of(actor=request.actor, circle_id=circle_id)
    home_id = (
        target.id if target.kind == "body" else reads.home_of(actor=request.actor, partnership_id=target.partnership_id)
    )
    if home_id is None:
        raise NotVisible
    draft_id = actions.upload_plan(
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


@router.post("/{uuid:draft_id}/application", response={202: DraftOut}, summary="Apply it, with these choices")
def application(request: HttpRequest, draft_id: UUID, body: ApplyIn) -> Any:
    choices = body.dict(exclude={"version"})
    actions.apply_draft(actor=request.actor, draft_id=draft_id, version=body.version, choices=choices, at=now())
    return Status(202, _draft(request, draft_id))


@router.delete("/{uuid:draft_id}", response={204: None}, summary="Throw it away")
def dropping(request: HttpRequest, draft_id: UUID) -> Any:
    actions.drop_draft(actor=request.actor, draft_id=draft_id, at=now())
    return Status(204, None)

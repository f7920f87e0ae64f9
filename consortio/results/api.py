from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import File, Router, Schema, Status
from ninja.errors import HttpError, ValidationError
from ninja.files import UploadedFile
from pydantic import Field

from consortio import access
from consortio.access import NotVisible, Permission
from consortio.bodies import Body, Letters
from consortio.imports.choices import BadChoice
from consortio.partnerships.reads import house_of
from consortio.versions import Version

from . import actions, forms, reads
from .answers import handed_out
from .bringing import bring_results
from .choices import Said, choices_of

router = Router(tags=["Results"])
partnerships = Router(tags=["Results"])
Text = Annotated[str, Field(max_length=500)]
Place = Annotated[int, Field(ge=0, le=1_000)]


class ResultsFileOut(Schema):
    id: UUID
    version: int
    state: str
    file_name: str
    file_size: int
    job_id: UUID | None
    summary: dict[str, Any]
    made: dict[str, UUID]  # partnerships by the places of their activities in the file
    message: str


class ChosenActivityIn(Body):
    """One activity that becomes a partnership; places count from 0, in the summary's order."""

    at: Place
    name: Text = ""  # none said: the activity's title
    us: Place | None = None  # the place of our organisation among those that the activity names
    without: Annotated[
        list[Text], Field(max_length=400)
    ] = []  # "3" a KPI, "3.goal" its goal, "3.readings" its readings
    emails: Annotated[dict[Place, Text], Field(max_length=30)] = {}  # organisations to invite, by their places
    into: UUID | None = None  # the partnership that was made of it before and takes its readings; none said: a new one


class BringIn(Body):
    version: Version
    letters: Letters
    activities: Annotated[list[ChosenActivityIn], Field(min_length=1, max_length=30)]


def _draft(request: HttpRequest, results_id: UUID) -> dict[str, Any]:
    page = reads.draft_page(actor=request.actor, draft_id=results_id)
    own = ("id", "version", "state", "file_name", "file_size", "summary", "made", "message")
    return {name: getattr(page, name) for name in own} | {"job_id": page.job.id if page.job else None}


def _invalid(field: str, says: str) -> ValidationError:
    return ValidationError([{"loc": ("body", "body", field), "msg": says}])


@router.post("", response={202: ResultsFileOut}, summary="Upload an IATI file; it is read in the background")
def upload(request: HttpRequest, file: File[UploadedFile]) -> Any:
    house_id = house_of(actor=request.actor)
    if house_id is None:
        raise NotVisible
    access.require(request.actor, Permission.PARTNERSHIP_FOUND, house_id)
    if not file.size:
        raise _invalid("file", "The file is empty.")
    if file.size > forms.MEGABYTES_MAX * 2**20:
        raise HttpError(413, f"file: at most {forms.MEGABYTES_MAX} MB are read")
    own = {"house_id": house_id, "name": file.name or "file", "content": file.read()}
    return Status(202, _draft(request, bring_results(actor=request.actor, at=now(), **own)))


@router.get("/{uuid:results_id}", response=ResultsFileOut, summary="An IATI file on its way in")
def draft(request: HttpRequest, results_id: UUID) -> Any:
    return _draft(request, results_id)


@router.post(
    "/{uuid:results_id}/application", response={202: ResultsFileOut}, summary="Make partnerships of its activities"
)
def application(request: HttpRequest, results_id: UUID, body: BringIn) -> Any:
    page = reads.draft_page(actor=request.actor, draft_id=results_id)
    access.require(request.actor, Permission.PARTNERSHIP_FOUND, page.circle_id)
    try:
        choices = choices_of(page, body.letters, [Said(**one.dict()) for one in body.activities])
    except BadChoice as refusal:
        raise _invalid(refusal.field, str(refusal)) from None
    own = {"draft_id": results_id, "version": body.version, "choices": choices}
    actions.bring_in_results(actor=request.actor, at=now(), **own)
    return Status(202, _draft(request, results_id))


@router.delete("/{uuid:results_id}", response={204: None}, summary="Throw it away")
def dropping(request: HttpRequest, results_id: UUID) -> Any:
    actions.drop_results(actor=request.actor, draft_id=results_id, at=now())
    return Status(204, None)


@partnerships.get("/{uuid:partnership_id}/results.xml", summary="Goals and readings as an IATI file")
def export(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    return handed_out(request.actor, partnership_id)

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router, Schema, Status
from pydantic import Field, model_validator

from consortio.approvals.api import ProposalOut, ProposeIn, proposal_out
from consortio.approvals.reads import agreeing_partnership
from consortio.bodies import KEPT, Body
from consortio.versions import Version

from . import actions, reads
from .rules import ARTICLE_MAX

router = Router(tags=["Charter and stage"])
Article = Annotated[str, Field(max_length=ARTICLE_MAX, pattern=r"^[^\x00]*$")]
Phase = Literal["exploring", "designing", "active", "renewing", "winding-down", "closed"]


class ArticlesOut(Schema):
    purpose: str
    vision: str
    wants: str
    scope_in: str
    scope_out: str
    principles: str
    cadence: str
    sharing: str
    deciding: str
    disagreeing: str
    ending: str


class ArticlesIn(Body):
    """What is left out stands as in the charter seen; "" takes an article away."""

    purpose: Article = KEPT
    vision: Article = KEPT
    wants: Article = KEPT
    scope_in: Article = KEPT
    scope_out: Article = KEPT
    principles: Article = KEPT
    cadence: Article = KEPT
    sharing: Article = KEPT
    deciding: Article = KEPT
    disagreeing: Article = KEPT
    ending: Article = KEPT

    @model_validator(mode="after")
    def _say_one(self) -> "ArticlesIn":
        if not self.model_fields_set:
            raise ValueError("say at least one article")
        return self


class VersionOut(Schema):
    number: int
    agreed_at: datetime
    proposal_id: UUID


class CharterOut(Schema):
    version: int  # 0 before the first was agreed
    agreed: VersionOut | None
    articles: ArticlesOut
    versions: list[VersionOut]
    waiting: list[UUID]  # open proposals of another charter


class CharterIn(ProposeIn):
    version: Version  # of the charter seen, 0 for none
    articles: ArticlesIn


class StageRowOut(Schema):
    number: int
    phase: str
    began_at: datetime | None
    proposal_id: UUID | None


class StageOut(Schema):
    version: int
    now: StageRowOut
    before: list[StageRowOut]
    following: list[str]
    waiting: list[UUID]


class StageIn(ProposeIn):
    version: Version  # the number of the stage seen
    phase: Phase


def _joint(request: HttpRequest, partnership_id: UUID) -> UUID:
    return agreeing_partnership(actor=request.actor, partnership_id=partnership_id).joint_id


@router.get("/{uuid:partnership_id}/charter", response=CharterOut, summary="The charter that holds")
def charter(request: HttpRequest, partnership_id: UUID) -> Any:
    return _charter(request, partnership_id, None)


@router.get(
    "/{uuid:partnership_id}/charter/versions/{int:number}", response=CharterOut, summary="One version of the charter"
)
def version(request: HttpRequest, partnership_id: UUID, number: int) -> Any:
    return _charter(request, partnership_id, number)


def _charter(request: HttpRequest, partnership_id: UUID, number: int | None) -> Mapping[str, Any]:
    page = reads.charter_page(actor=request.actor, partnership_id=partnership_id, at=now(), number=number)
    return {
        "version": page.number,
        "agreed": page.version,
        "articles": page.articles,
        "versions": page.versions,
        "waiting": [row.id for row in page.waiting],
    }


@router.post(
    "/{uuid:partnership_id}/charter/proposals", response={202: ProposalOut}, summary="Propose a charter to all members"
)
def propose_charter(request: HttpRequest, partnership_id: UUID, body: CharterIn) -> Any:
    said = body.dict(exclude={"articles"}) | {"articles": body.articles.dict(exclude_unset=True)}
    made = actions.propose_charter(actor=request.actor, joint_id=_joint(request, partnership_id), at=now(), **said)
    return Status(202, proposal_out(request, made))


@router.get(
    "/{uuid:partnership_id}/stage",
    response=StageOut,
    summary="The partnership's stage, those before it, and what may follow",
)
def stage(request: HttpRequest, partnership_id: UUID) -> Any:
    page = reads.stage_page(actor=request.actor, partnership_id=partnership_id, at=now())
    own = {"now": page.now, "before": page.before, "following": page.following}
    return own | {"version": page.now.number, "waiting": [row.id for row in page.waiting]}


@router.post(
    "/{uuid:partnership_id}/stage/proposals",
    response={202: ProposalOut},
    summary="Propose the next stage to all members",
)
def propose_stage(request: HttpRequest, partnership_id: UUID, body: StageIn) -> Any:
    made = actions.propose_stage(actor=request.actor, joint_id=_joint(request, partnership_id), at=now(), **body.dict())
    return Status(202, proposal_out(request, made))

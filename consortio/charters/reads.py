"""What is shown of a charter and of the stage: what holds, what held before, what waits for answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consortio import access
from consortio.access import Actor, NotVisible
from consortio.approvals.reads import ProposalRow, agreeing_partnership, may_propose, open_about
from consortio.approvals.registry import Line
from consortio.partnerships.reads import PartnershipRow

from .agreeing import CHARTER, STAGE, lines_between
from .models import CharterVersion, Phase, Stage
from .rules import ARTICLES, FOLLOWING, whole


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    agreed_at: datetime
    proposal_id: UUID


@dataclass(frozen=True, slots=True)
class CharterPage:
    partnership: PartnershipRow
    version: VersionRow | None  # the one shown; none before the first was agreed
    is_newest: bool
    articles: Mapping[str, str]  # all of them, in their order
    difference: tuple[Line, ...]  # against the version before
    versions: tuple[VersionRow, ...]  # all, the newest first
    waiting: tuple[ProposalRow, ...]  # open proposals of another charter
    may_propose: bool

    @property
    def number(self) -> int:
        return self.version.number if self.version else 0


@dataclass(frozen=True, slots=True)
class StageRow:
    number: int
    phase: str
    began_at: datetime | None
    proposal_id: UUID | None


@dataclass(frozen=True, slots=True)
class StagePage:
    partnership: PartnershipRow
    now: StageRow
    before: tuple[StageRow, ...]  # the newest first
    following: tuple[str, ...]
    waiting: tuple[ProposalRow, ...]
    may_propose: bool


@access.read
def charter_page(*, actor: Actor, partnership_id: UUID, at: datetime, number: int | None = None) -> CharterPage:
    """
    Return the charter that holds, or an earlier version of it.

    Raises:
        NotVisible: also for a version that was never agreed, and for an organisation's own house.
    """
    here = agreeing_partnership(actor=actor, partnership_id=partnership_id)
    kept = access.visible(actor, CharterVersion).filter(circle=here.joint_id).order_by("-number")
    versions = tuple(VersionRow(*found) for found in kept.values_list("number", "agreed_at", "proposal_id"))
    newest = versions[0].number if versions else 0
    wanted = newest if number is None else number
    if number is not None and not 1 <= number <= newest:
        raise NotVisible
    both = kept.filter(number__in=[wanted - 1, wanted]).values_list("number", "articles") if versions else ()
    texts = {found: whole(articles) for found, articles in both}
    nothing = dict.fromkeys(ARTICLES, "")
    articles = texts.get(wanted, nothing)
    return CharterPage(
        partnership=here,
        version=next((row for row in versions if row.number == wanted), None),
        is_newest=wanted == newest,
        articles=articles,
        difference=lines_between(texts[wanted - 1], articles) if wanted > 1 else (),
        versions=versions,
        waiting=open_about(actor=actor, kind=CHARTER, here=here, at=at),
        may_propose=may_propose(actor=actor, kind=CHARTER, here=here),
    )


@access.read
def stage_page(*, actor: Actor, partnership_id: UUID, at: datetime) -> StagePage:
    """Return the partnership's stage of now, those before it, and what may follow."""
    here = agreeing_partnership(actor=actor, partnership_id=partnership_id)
    kept = access.visible(actor, Stage).filter(circle=here.joint_id).order_by("-number")
    rows = [StageRow(*found) for found in kept.values_list("number", "phase", "began_at", "proposal_id")]
    rows.append(StageRow(0, Phase.EXPLORING.value, None, None))
    return StagePage(
        partnership=here,
        now=rows[0],
        before=tuple(rows[1:]),
        following=tuple(str(phase) for phase in FOLLOWING[rows[0].phase]),
        waiting=open_about(actor=actor, kind=STAGE, here=here, at=at),
        may_propose=may_propose(actor=actor, kind=STAGE, here=here),
    )


@access.read
def stage_of(*, actor: Actor, joint_id: UUID) -> str:
    """Return the stage of a partnership by its joint circle, for what is shown elsewhere."""
    kept = access.visible(actor, Stage).filter(circle=joint_id).order_by("-number")
    return kept.values_list("phase", flat=True).first() or Phase.EXPLORING.value


def difference_to(page: CharterPage, articles: Mapping[str, str]) -> tuple[Line, ...]:
    """Return how texts that somebody wrote differ from the charter shown."""
    return lines_between(dict(page.articles), whole(articles))

"""A plan file on its way in, as its own organisation looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Circle
from consortio.attachments.reads import attachment
from consortio.circles.reads import CircleRow, circles_in
from consortio.interchange.wording import Wording
from consortio.jobs.reads import JobPage, job_page
from consortio.partnerships.reads import PartnershipRow, members_page
from consortio.ui.said import said

from .models import Draft, State
from .summary import in_words


@dataclass(frozen=True, slots=True)
class DraftPage:
    id: UUID
    circle_id: UUID
    version: int
    state: str
    file_id: UUID
    file_name: str
    file_size: int  # bytes
    neutral_id: UUID | None
    target: CircleRow
    partnership: PartnershipRow
    plan_id: UUID | None
    job: JobPage | None
    choices: Mapping[str, Any]
    summary: Mapping[str, Any]
    message: str
    may_go_on: bool  # colleagues look on

    @property
    def start(self) -> datetime | None:
        return self._minute("start")

    @property
    def finish(self) -> datetime | None:
        return self._minute("finish")

    @property
    def data_date(self) -> datetime | None:
        return self._minute("data_date")

    def _minute(self, name: str) -> datetime | None:
        said = self.summary.get(name)
        return datetime.fromisoformat(said) if said else None

    @property
    def milestones(self) -> tuple[tuple[str, date | None, date | None], ...]:
        """Return those that move: name, the day here, and the day if the whole file is taken."""
        return tuple(
            (one["name"], *(date.fromisoformat(one[side]) if one[side] else None for side in ("here", "in_file")))
            for one in self.summary.get("milestones", ())
        )

    @property
    def is_busy(self) -> bool:
        """Tell whether a job has it now; one that was stopped or failed has left it where it was."""
        return self.state in (State.READING, State.APPLYING) and self.job is not None and not self.job.is_over

    @property
    def can_be_applied(self) -> bool:
        return not self.is_busy and self.state in (State.READ, State.APPLYING)


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody a name in the file can stand for: an organisation, or a person of it."""

    value: str  # "organisation", or "person@organisation"
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class UploadPage:
    partnership_id: UUID
    partnership: str
    targets: tuple[CircleRow, ...]  # where the actor may change plans, narrow first
    home_id: UUID | None


@access.read
def upload_page(*, actor: Actor, partnership_id: UUID) -> UploadPage:
    """Raises: NotVisible, also for somebody who may bring a plan nowhere here."""
    circles = circles_in(actor=actor, partnership_id=partnership_id)
    targets = tuple(row for row in circles if Permission.PLAN_EDIT in row.granted and row.kind != "public")
    home = home_of(actor=actor, partnership_id=partnership_id)
    if not targets or home is None:
        raise access.NotPermitted(Permission.PLAN_EDIT)
    members = members_page(actor=actor, partnership_id=partnership_id)
    return UploadPage(partnership_id, members.partnership.name, targets, home)


@access.read
def home_of(*, actor: Actor, partnership_id: UUID) -> UUID | None:
    """Return our in-house circle in a partnership."""
    own = access.visible(actor, Circle).filter(
        partnership=partnership_id, kind="house", organisation=actor.organisation_id
    )
    return own.values_list("pk", flat=True).first()


@access.read
def target_of(*, actor: Actor, circle_id: UUID) -> Circle:
    """Return a circle where a plan can lie."""
    found: Circle = access.get(actor, Circle, circle_id)
    return found


@access.read
def draft_page(*, actor: Actor, draft_id: UUID) -> DraftPage:
    draft = access.get(actor, Draft, draft_id, "target")
    if draft.organisation_id != actor.organisation_id or draft.state == State.DROPPED:
        raise access.NotVisible
    circles = circles_in(actor=actor, partnership_id=draft.target.partnership_id)
    target = next((row for row in circles if row.id == draft.target_id), None)
    if target is None:
        raise access.NotVisible
    file = attachment(actor=actor, attachment_id=draft.file_id)
    members = members_page(actor=actor, partnership_id=target.partnership_id)
    return DraftPage(
        id=draft.pk,
        circle_id=draft.circle_id,
        version=draft.version,
        state=draft.state,
        file_id=file.id,
        file_name=file.name,
        file_size=file.size,
        neutral_id=draft.neutral_id,
        target=target,
        partnership=members.partnership,
        plan_id=draft.plan_id,
        job=job_page(actor=actor, job_id=draft.job_id) if draft.job_id else None,
        choices=draft.choices,
        summary=in_words(draft.summary),
        message=said(Wording.from_json(draft.summary.get("refusal", draft.message))) if draft.message else "",
        may_go_on=Permission.PLAN_EDIT in target.granted and access.can(actor, Permission.PLAN_EDIT, draft),
    )


@access.read
def answerers(*, actor: Actor, partnership_id: UUID) -> tuple[Answerer, ...]:
    """Return who can answer for an item: the members, and their people, organisation by organisation."""
    page = members_page(actor=actor, partnership_id=partnership_id)
    found = []
    for member in page.partnership.members:
        own = str(member.organisation_id)
        found.append(Answerer(own, member.name, member.name))
        people = page.people.get(member.organisation_id, ())
        found += [Answerer(f"{row.person_id}@{own}", row.name, member.name) for row in people]
    return tuple(found)


def names_of(among: tuple[Answerer, ...]) -> dict[str, str]:
    """Return the names of organisations and people by their own ids."""
    return {one.value.partition("@")[0]: one.name for one in among}


def likely(name: str, among: tuple[Answerer, ...]) -> str:
    """Return who bears this very name, in whatever order its words stand; "" where nobody does."""
    wanted = _words(name)
    return next((one.value for one in among if _words(one.name) == wanted), "")


def _words(name: str) -> frozenset[str]:
    return frozenset(name.casefold().replace(",", " ").split())

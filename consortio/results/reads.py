"""A results file on its way in, as its own organisation looks at it; and what a partnership was made from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access import Actor, NotVisible, Permission
from consortio.attachments.reads import AttachmentRow, attachment
from consortio.imports.summary import in_words
from consortio.interchange.plan_json import decode
from consortio.interchange.results import Activity
from consortio.interchange.values import clean_line
from consortio.interchange.wording import Wording
from consortio.jobs.reads import JobPage, job_page
from consortio.partnerships.reads import Member, PartnershipRow, partnership, partnerships_of
from consortio.ui.said import said

from .models import Origin, ResultsFile, Step


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
    house: PartnershipRow
    job: JobPage | None
    choices: Mapping[str, Any]
    summary: Mapping[str, Any]
    made: Mapping[str, str]  # partnerships by the places of their activities
    message: str
    may_go_on: bool  # colleagues look on
    mine: tuple[PartnershipRow, ...]
    before: Mapping[str, tuple[tuple[UUID, str], ...]]  # by identifier, ids and names of what was made of it before

    @property
    def source(self) -> str:
        """What readings say that they are from."""
        return clean_line(f"IATI, {self.file_name}", 300)

    @property
    def activities(self) -> Sequence[dict[str, Any]]:
        found: Sequence[dict[str, Any]] = self.summary.get("activities", ())
        return found

    @property
    def us(self) -> Member:
        return self.house.members[0]

    @property
    def names_taken(self) -> frozenset[str]:
        return frozenset(row.name for row in self.mine)

    @property
    def partnerships(self) -> tuple[PartnershipRow, ...]:
        """Return those that were made from it and that the reader takes part in, by name."""
        made = set(self.made.values())
        return tuple(row for row in self.mine if str(row.id) in made)

    @property
    def is_busy(self) -> bool:
        """Tell whether a job has it now; one that was stopped or failed has left it where it was."""
        return self.state in (Step.READING, Step.APPLYING) and self.job is not None and not self.job.is_over

    @property
    def can_be_brought_in(self) -> bool:
        return not self.is_busy and self.state in (Step.READ, Step.APPLYING)


@access.read
def draft_page(*, actor: Actor, draft_id: UUID) -> DraftPage:
    """
    Raises:
        NotVisible: there is no such file for this actor, or it was thrown away.
    """
    draft = access.get(actor, ResultsFile, draft_id)
    if draft.organisation_id != actor.organisation_id or draft.state == Step.DROPPED:
        raise NotVisible
    mine = partnerships_of(actor=actor)
    house = next((row for row in mine if row.joint_id == draft.circle_id), None)
    if house is None:
        raise NotVisible
    file = attachment(actor=actor, attachment_id=draft.file_id)
    return DraftPage(
        id=draft.pk,
        circle_id=draft.circle_id,
        version=draft.version,
        state=draft.state,
        file_id=file.id,
        file_name=file.name,
        file_size=file.size,
        neutral_id=draft.neutral_id,
        house=house,
        job=job_page(actor=actor, job_id=draft.job_id) if draft.job_id else None,
        choices=draft.choices,
        summary=in_words(draft.summary),
        made=draft.made,
        message=said(Wording.from_json(draft.summary.get("refusal", draft.message))) if draft.message else "",
        may_go_on=access.can(actor, Permission.PARTNERSHIP_FOUND, draft),
        mine=mine,
        before=made_before(actor=actor, identifiers=[one["identifier"] for one in draft.summary.get("activities", ())]),
    )


@access.read
def made_before(*, actor: Actor, identifiers: Collection[str]) -> Mapping[str, tuple[tuple[UUID, str], ...]]:
    """Return the partnerships, by id and name, that were made of activities with these identifiers; oldest first."""
    named = [one for one in identifiers if one]
    rows = access.visible(actor, Origin).filter(identifier__in=named).order_by("brought_at", "pk")
    found: dict[str, dict[UUID, str]] = {}
    columns = ("identifier", "circle__partnership", "circle__partnership__name")
    for identifier, partnership_id, name in rows.values_list(*columns) if named else ():
        found.setdefault(identifier, {})[partnership_id] = name
    return {identifier: tuple(own.items()) for identifier, own in found.items()}


def likely_us(activity: Mapping[str, Any], us: Member) -> int | None:
    """Return the place of the organisation that bears our name; where none does, of the one that reports."""
    names = [one["name"].casefold() for one in activity["organisations"]]
    if us.name.casefold() in names:
        return names.index(us.name.casefold())
    reporting = activity["reporting"]
    refs = [one["ref"] for one in activity["organisations"]]
    is_ours = us.name.casefold() in {name.casefold() for name in reporting["names"]}
    return refs.index(reporting["ref"]) if is_ours and reporting["ref"] in refs else None


@dataclass(frozen=True, slots=True)
class Source:
    """The activity that a partnership was made from, with its file."""

    identifier: str
    activity: Activity
    kinds: Mapping[str, str]
    organisation_id: UUID  # that brought it
    us: int | None
    file: AttachmentRow | None  # until it is withdrawn
    brought_at: datetime


@dataclass(frozen=True, slots=True)
class ResultsPage:
    partnership: PartnershipRow
    source: Source | None
    may_export: bool


@access.read
def results_page(*, actor: Actor, partnership_id: UUID) -> ResultsPage:
    """
    Return where a partnership's goals came from, and whether the actor may hand them out.

    Raises:
        NotVisible: they take no part in such a partnership, or it is their own house.
    """
    here = partnership(actor=actor, partnership_id=partnership_id)
    if here.is_house:
        raise NotVisible
    may_export = Permission.EXPORT in actor.permissions.get(here.joint_id, ())
    return ResultsPage(here, source_of(actor=actor, here=here), may_export)


@access.read
def source_of(*, actor: Actor, here: PartnershipRow) -> Source | None:
    """Return the newest activity that a partnership was made from."""
    found = access.visible(actor, Origin).filter(circle=here.joint_id).order_by("-brought_at", "-pk").first()
    if found is None:
        return None
    return Source(
        identifier=found.identifier,
        activity=decode(Activity, found.content["activity"]),
        kinds=found.content["kinds"],
        organisation_id=found.organisation_id,
        us=found.us,
        file=_file(actor, found.file_id),
        brought_at=found.brought_at,
    )


def _file(actor: Actor, attachment_id: UUID) -> AttachmentRow | None:
    try:
        return attachment(actor=actor, attachment_id=attachment_id)
    except NotVisible:
        return None


def day_of(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None

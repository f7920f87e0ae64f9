"""Files, as far as the reader's circles go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from consortio import access
from consortio.access import Actor, Permission
from consortio.gathered import gathered, instant_in, lists_in

from . import store
from .models import Attachment


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    id: UUID
    circle_id: UUID
    name: str
    media_type: str
    size: int  # bytes
    sha256: str
    organisation_id: UUID
    organisation: str
    person: str
    added_at: datetime
    can_withdraw: bool


@dataclass(frozen=True, slots=True)
class FileBeside:
    """A file as it is named beside the row for which it speaks."""

    id: UUID
    name: str
    person: str
    organisation: str
    added_at: datetime


def files_beside(actor: Actor) -> Subquery:
    """Return the files of a row as a column beside it, for `files_in`, so that they cost no query of their own."""
    rows = access.visible(actor, Attachment).filter(subject_id=OuterRef("pk"), withdrawn_at=None)
    return gathered(rows, "subject_id", "pk", "name", "person__name", "organisation__name", "added_at")


def files_in(column: str | None) -> tuple[FileBeside, ...]:
    """Return what `files_beside` brought, the oldest first."""
    found = [
        FileBeside(UUID(pk), name, person or "", organisation, instant_in(at))
        for pk, name, person, organisation, at in lists_in(column)
    ]
    return tuple(sorted(found, key=lambda file: (file.added_at, file.id)))


@access.read
def attachments_of(*, actor: Actor, subject_id: UUID) -> tuple[AttachmentRow, ...]:
    """Return the files of a row, newest first."""
    rows = access.visible(actor, Attachment).filter(subject_id=subject_id, withdrawn_at=None)
    rows = rows.select_related("organisation", "person").order_by("-added_at", "pk")
    return tuple(_row(actor, row) for row in rows)


@access.read
def evidence_on(*, actor: Actor, subject_ids: Collection[UUID]) -> Mapping[UUID, tuple[AttachmentRow, ...]]:
    """Return the files of several rows by row, the oldest first; one query, none for no rows."""
    found: dict[UUID, list[AttachmentRow]] = {}
    if subject_ids:
        rows = access.visible(actor, Attachment).filter(subject_id__in=subject_ids, withdrawn_at=None)
        for row in rows.select_related("organisation", "person").order_by("added_at", "pk"):
            found.setdefault(row.subject_id, []).append(_row(actor, row))
    return {pk: tuple(own) for pk, own in found.items()}


@access.read
def attachment(*, actor: Actor, attachment_id: UUID) -> AttachmentRow:
    """Raises: NotVisible, also for a file that was withdrawn."""
    row = access.get(actor, Attachment, attachment_id, "organisation", "person")
    if row.withdrawn_at:
        raise access.NotVisible
    return _row(actor, row)


@access.read
def content_of(*, actor: Actor, attachment_id: UUID) -> bytes:
    """Return all the bytes, for our own use."""
    row = attachment(actor=actor, attachment_id=attachment_id)
    return store.fetch(row.circle_id, row.sha256)


@access.read
def path_of(*, actor: Actor, attachment_id: UUID) -> Path:
    """Return where the bytes lie, for a reader that takes a file; who may see the row is asked again."""
    row = attachment(actor=actor, attachment_id=attachment_id)
    return store.path_of(row.circle_id, row.sha256)


def named_in(*, circle_id: UUID, since: datetime | None = None) -> frozenset[str]:
    """
    Return the hashes that rows of the circle name.

    Args:
        since: leaves out the rows that were withdrawn then or before.
    """
    with access.unscoped("bytes stay as long as anybody's row in the circle names them"):
        rows = Attachment.objects.filter(circle=circle_id)
        if since is not None:
            rows = rows.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=since))
        return frozenset(rows.values_list("sha256", flat=True))


def _row(actor: Actor, row: Attachment) -> AttachmentRow:
    ours = row.organisation_id == actor.organisation_id
    return AttachmentRow(
        id=row.pk,
        circle_id=row.circle_id,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        organisation_id=row.organisation_id,
        organisation=row.organisation.name,
        person=row.person.name if row.person else "",
        added_at=row.added_at,
        can_withdraw=ours and Permission.FILE_ADD in actor.permissions.get(row.circle_id, ()),
    )

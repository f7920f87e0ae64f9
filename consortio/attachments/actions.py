"""Adding and withdrawing files."""

import mimetypes
from datetime import datetime
from uuid import UUID

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Circle
from consortio.record.log import action, nothing_changed, record

from .models import Attachment
from .names import safe_name
from .store import Stored


@action
def attach(*, actor: Actor, stored: Stored, name: str, at: datetime, subject_id: UUID | None = None) -> UUID:
    """
    Name bytes that were stored for a circle (`bringing`), for a row that everybody in it sees: who calls this makes sure
    of the row.
    """
    circle = access.lock(actor, Permission.FILE_ADD, Circle, stored.circle_id)
    kept = Attachment(circle=circle, subject_id=subject_id, name=safe_name(name), size=stored.size, added_at=at)
    kept.media_type = mimetypes.guess_type(kept.name)[0] or "application/octet-stream"
    kept.sha256 = stored.sha256
    kept.organisation_id, kept.person_id = actor.organisation_id, actor.person_id
    kept.save()
    record("file.attached", kept, size=kept.size, sha256=kept.sha256, texts={"name": kept.name})
    return kept.pk


@action
def withdraw_attachment(*, actor: Actor, attachment_id: UUID, at: datetime) -> None:
    """Take a file out of the circle; its bytes go a day later, the record of it stays."""
    kept = access.lock(actor, Permission.FILE_ADD, Attachment, attachment_id)
    if kept.withdrawn_at:
        return nothing_changed()
    kept.withdrawn_at = at
    kept.save(update_fields=["withdrawn_at"])
    record("file.withdrawn", kept, sha256=kept.sha256)

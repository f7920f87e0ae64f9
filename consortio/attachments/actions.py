"""Adding and withdrawing files."""

import mimetypes
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission, Refused
from consortio.access.models import Circle
from consortio.record.log import action, nothing_changed, record

from . import store
from .models import Attachment
from .names import safe_name

SIZE_MAX = 80 * 2**20  # bytes: plan files may be so large; others are limited where they come in


class TooLarge(Refused):
    """The file is larger than what is taken here."""


@action
def attach(
    *, actor: Actor, circle_id: UUID, name: str, content: bytes, at: datetime, subject_id: UUID | None = None
) -> UUID:
    """
    Keep a file in a circle, for a row that everybody in it sees: who calls this makes sure of the row.

    The bytes are stored before the row, so no row is without its file; and again after it where they were there and
    are removed meanwhile (see `jobs`).
    """
    circle = access.lock(actor, Permission.FILE_ADD, Circle, circle_id)
    if len(content) > SIZE_MAX:
        raise TooLarge(_("The file has %(size)d MB; at most %(most)d are taken.") % _megabytes(len(content)))
    kept = Attachment(circle=circle, subject_id=subject_id, name=safe_name(name), size=len(content), added_at=at)
    kept.media_type = mimetypes.guess_type(kept.name)[0] or "application/octet-stream"
    kept.sha256 = store.keep(circle.pk, content)
    kept.organisation_id, kept.person_id = actor.organisation_id, actor.person_id
    kept.save()
    transaction.on_commit(lambda: store.keep(circle.pk, content))
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


def _megabytes(size: int) -> dict[str, int]:
    return {"size": -(-size // 2**20), "most": SIZE_MAX // 2**20}

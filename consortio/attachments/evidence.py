"""
Files as evidence: by what a claim is so, or a promise is kept. Each lies in the circle of the row that it speaks for, so
that nobody sees it who does not see that row.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid, Permission, Refused

from .bringing import bring_file
from .reads import attachments_of

MEGABYTES_MAX, FILES_MAX = 20, 20


class Full(Refused):
    """A row carries so many files and no more."""


def bring_evidence(*, actor: Actor, circle_id: UUID, subject_id: UUID, name: str, content: bytes, at: datetime) -> UUID:
    """
    Keep a file as evidence for a row of a circle, which whoever calls has seen as the actor.

    Raises:
        NotPermitted.
        Invalid: the file, and what was expected.
        Full.
    """
    access.require(actor, Permission.FILE_ADD, circle_id)
    if faults := fault_of(len(content)):
        raise Invalid("file", faults)
    if len(attachments_of(actor=actor, subject_id=subject_id)) >= FILES_MAX:
        raise Full(_("It has %(most)d files already, and takes no more: withdraw one of them.") % {"most": FILES_MAX})
    return bring_file(actor=actor, circle_id=circle_id, name=name, content=content, at=at, subject_id=subject_id)


def fault_of(size: int) -> str:
    """Say what is wrong with a file of so many bytes; nothing where it is taken."""
    if not size:
        return _("The file is empty.")
    if size > MEGABYTES_MAX * 2**20:
        said = {"size": -(-size // 2**20), "most": MEGABYTES_MAX}
        return _("The file has %(size)d MB; at most %(most)d are taken.") % said
    return ""

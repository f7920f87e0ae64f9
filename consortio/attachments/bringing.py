"""Files on their way in: their bytes are stored before the action begins, so that nobody waits for the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from consortio.access import Actor, Refused

from . import actions, reads, store

SIZE_MAX = 80 * 2**20  # bytes: plan files may be so large; others are limited where they come in


class TooLarge(Refused):
    """The file is larger than what is taken here."""


@contextmanager
def brought(circle_id: UUID, content: bytes) -> Iterator[store.Stored]:
    """
    Store bytes for the action that is called inside and names them. Where it refuses they are removed again.

    Whoever calls this has asked whether the actor may. If we die in between, bytes are left that nobody names; a sweep
    takes them.
    """
    if len(content) > SIZE_MAX:
        raise TooLarge(_("The file has %(size)d MB; at most %(most)d are taken.") % _megabytes(len(content)))
    stored = store.keep(circle_id, content)
    try:
        yield stored
    except BaseException:
        store.take_back(stored, lambda: reads.named_in(circle_id=circle_id))
        raise


def _megabytes(size: int) -> dict[str, int]:
    return {"size": -(-size // 2**20), "most": SIZE_MAX // 2**20}


def bring_file(
    *, actor: Actor, circle_id: UUID, name: str, content: bytes, at: datetime, subject_id: UUID | None = None
) -> UUID:
    """Keep a file in a circle."""
    with brought(circle_id, content) as stored:
        return actions.attach(actor=actor, stored=stored, name=name, subject_id=subject_id, at=at)

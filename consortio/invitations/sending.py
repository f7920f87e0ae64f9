"""A link made at the moment in which its mail is written. The worker calls these."""

from datetime import datetime
from uuid import UUID

from consortio.access.gate import as_system

from .models import Letter
from .reads import Asked, asked
from .rules import hash_of, is_open, new_secret


def fresh_secret(*, invitation_id: UUID, asked_at: datetime, at: datetime) -> tuple[Asked, str] | None:
    """Keep the hash of a new secret and return it with what the mail says; nothing where no mail is to go any more."""
    secret = new_secret()
    with as_system("that a mail is being written is no fact of the record"):
        letters = Letter.objects.select_related("invitation__role")
        letter = letters.select_for_update(no_key=True, of=("self",)).get(invitation=invitation_id)
        if letter.asked_at != asked_at or letter.shown_at or not is_open(letter.invitation, at):
            return None
        letter.secret_hash = hash_of(secret)
        letter.save(update_fields=["secret_hash"])
    said = asked(secret_hash=hash_of(secret), at=at)
    return (said, secret) if said else None


def sent(*, invitation_id: UUID, at: datetime) -> None:
    with as_system("that a mail went out is no fact of the record"):
        Letter.objects.filter(invitation=invitation_id).update(sent_at=at)

"""The way out of mails that stands in each of them: signed, for one reader and one topic, and good for nothing else."""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from .wishes import TOPICS

SALT = "consortio.notices.leaving"


def way_out(user_id: UUID, topic: str) -> str:
    """Return the address at which a reader is told of a topic no more."""
    token = signing.Signer(salt=SALT).sign_object({"user": user_id.hex, "topic": topic})
    return settings.BASE_URL + reverse("unsubscription", args=[token])


def meant_by(token: str) -> tuple[UUID, str] | None:
    """Return which reader a token is for, and of what; none for what we did not sign."""
    try:
        said = signing.Signer(salt=SALT).unsign_object(token)
        return (UUID(said["user"]), said["topic"]) if said["topic"] in TOPICS else None
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None

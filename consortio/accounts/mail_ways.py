"""
The way to one answer that stands in a mail: signed, for one purpose, one reader, one organisation, and one row as it was.

It is spent once the row is no longer as it was when the mail was written, and ends after a while. Looking at it decides
nothing; what its bearer may do is asked anew each time, and it opens nothing else.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse

from consortio.access import Actor, NotVisible
from consortio.access.link_doors import Bearer, link_door

from .readers import reader

LASTS = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a link is good for; `seen` says how the row was."""

    user_id: UUID
    organisation_id: UUID
    subject_id: UUID
    seen: str


class MailWay:
    """
    The links of one purpose. Those of another are none here.

    Args:
        view: the name of its address, which takes the signed part.
        begins: that address up to there.
    """

    def __init__(self, view: str, begins: str) -> None:
        self.view, self._signer = view, signing.TimestampSigner(salt=f"consortio.mail.{view}")
        link_door(begins)(self._bearer)

    def to(self, user_id: UUID, organisation_id: UUID, subject_id: UUID, seen: str) -> str:
        """Return the address for one reader, who acts for an organisation."""
        return reverse(self.view, args=[self.sign(user_id, organisation_id, subject_id, seen)])

    def sign(self, user_id: UUID, organisation_id: UUID, subject_id: UUID, seen: str) -> str:
        return self._signer.sign_object([user_id.hex, organisation_id.hex, subject_id.hex, seen])

    def asked(self, actor: Actor, token: str) -> Meant:
        """Raises: NotVisible, for what we did not sign, what is too old, and whoever did not come in by it."""
        meant = self._meant_by(token)
        if meant is None or (actor.door, actor.organisation_id) != ("mail", meant.organisation_id):
            raise NotVisible
        return meant

    def _meant_by(self, token: str) -> Meant | None:
        try:
            user_id, organisation_id, subject_id, seen = self._signer.unsign_object(token, max_age=LASTS)
            return Meant(UUID(user_id), UUID(organisation_id), UUID(subject_id), seen)
        except (signing.BadSignature, ValueError, TypeError):
            return None

    def _bearer(self, token: str) -> Bearer | None:
        meant = self._meant_by(token)
        who = reader(meant.user_id) if meant else None
        return (who.person_id, meant.organisation_id) if meant and who else None

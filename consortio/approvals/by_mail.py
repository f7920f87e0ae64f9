"""
The way to answer a proposal that stands in a mail: signed, for one reader, one organisation and one answer.

It is good until the organisation has answered or the proposal closes. What its bearer may do is asked anew each time.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.urls import reverse

from consortio.access.link_doors import link_door
from consortio.accounts.readers import reader

from .reads import ProposalRow

SALT = "consortio.approvals.by_mail"
BEGINS = "/answers/"


@dataclass(frozen=True, slots=True)
class Meant:
    user_id: UUID
    organisation_id: UUID
    proposal_id: UUID
    given: str  # the organisation's answer when the mail was written, by its time; "" for none


def way_to_answer(user_id: UUID, row: ProposalRow) -> str:
    """Return the address for one who may answer, read as an actor of the organisation they answer for."""
    own = row.own_answer
    assert own is not None
    said = [user_id.hex, own.organisation_id.hex, row.id.hex, _given(row)]
    return reverse("answer_by_mail", args=[signing.Signer(salt=SALT).sign_object(said)])


def meant_by(token: str) -> Meant | None:
    """Return what a link is good for; None for what we did not sign."""
    try:
        user_id, organisation_id, proposal_id, given = signing.Signer(salt=SALT).unsign_object(token)
        return Meant(UUID(user_id), UUID(organisation_id), UUID(proposal_id), given)
    except (signing.BadSignature, ValueError, TypeError):
        return None


def is_spent(meant: Meant, row: ProposalRow) -> bool:
    return meant.given != _given(row)


def _given(row: ProposalRow) -> str:
    own = row.own_answer
    return own.answered_at.isoformat() if own and own.answered_at else ""


@link_door(BEGINS)
def bearer(token: str) -> tuple[UUID, UUID] | None:
    meant = meant_by(token)
    who = reader(meant.user_id) if meant else None
    return (who.person_id, meant.organisation_id) if meant and who else None

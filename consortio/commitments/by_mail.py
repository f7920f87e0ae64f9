"""The way to answer a promise that stands in a mail: good until anybody takes a step of that promise."""

from uuid import UUID

from consortio.accounts.mail_ways import MailWay, Meant

from .reads import CommitmentRow
from .rules import Kind

STEP = MailWay("step_by_mail", "/commitments/answers/")
ANSWERS = frozenset(  # what is waited for; all else wants somebody who is signed in
    {
        Kind.ACCEPTED,
        Kind.DECLINED,
        Kind.CONFIRMED,
        Kind.DISPUTED,
        Kind.MOVED,
        Kind.KEPT_DATE,
        Kind.DELIVERED,
    }
)


def way_to_step(user_id: UUID, row: CommitmentRow) -> str:
    """Return the address for one who may take the next step, read as an actor of the organisation whose step it is."""
    own = row.receiver if row.receiver.is_you else row.promiser
    return STEP.to(user_id, own.organisation_id, row.id, str(row.version))


def is_spent(meant: Meant, row: CommitmentRow) -> bool:
    return meant.seen != str(row.version)

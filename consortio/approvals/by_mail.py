"""The way to answer a proposal that stands in a mail: good until the organisation has answered or the proposal closes."""

from uuid import UUID

from consortio.accounts.mail_ways import MailWay, Meant

from .reads import ProposalRow

ANSWER = MailWay("answer_by_mail", "/answers/")


def way_to_answer(user_id: UUID, row: ProposalRow) -> str:
    """Return the address for one who may answer, read as an actor of the organisation they answer for."""
    own = row.own_answer
    assert own is not None
    return ANSWER.to(user_id, own.organisation_id, row.id, _given(row))


def is_spent(meant: Meant, row: ProposalRow) -> bool:
    return meant.seen != _given(row)


def _given(row: ProposalRow) -> str:
    """Return the organisation's answer by its time; nothing where it has given none."""
    own = row.own_answer
    return own.answered_at.isoformat() if own and own.answered_at else ""

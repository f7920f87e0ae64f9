"""When a proposal is decided, and who may take it back."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from .models import State, Verdict

DEADLINE_DAYS = (3, 7, 14, 30)


def outcome(members: Collection[UUID], answers: Mapping[UUID, str]) -> State:
    """
    Return what a unanimous proposal has come to: one objection refuses it, it is agreed when every member said yes.

    Members are the active ones of now; answers of others count no more.
    """
    given = [answers.get(member) for member in members]
    if Verdict.OBJECT in given:
        return State.REFUSED
    return State.AGREED if given and all(verdict == Verdict.APPROVE for verdict in given) else State.OPEN


def deadline(at: datetime, days: int) -> datetime:
    return at + timedelta(days=days)


def state_at(state: str, deadline_at: datetime, at: datetime) -> State:
    """Return what a proposal is at a time: open past its deadline means lapsed, whether or not somebody wrote it down."""
    return State.LAPSED if state == State.OPEN and at >= deadline_at else State(state)

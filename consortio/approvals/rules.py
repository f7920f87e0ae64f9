"""When a proposal is decided, and how."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from .models import Rule, Silence, State, Verdict

DEADLINE_DAYS = (3, 7, 14, 30)
WEIGHT_MAX = 100


@dataclass(frozen=True, slots=True)
class Terms:
    """
    How the answers to a proposal are counted.

    Attributes:
        quorum: percent of all votes that must have been given, abstentions among them; 0 for none.
        silence: what it means at the deadline that a member has said nothing.
        weights: votes by organisation; whoever is not named has one. Asked only where the rule is weighted.
        decider: who decides, where one member does.
    """

    rule: str = Rule.UNANIMOUS.value
    quorum: int = 0
    silence: str = Silence.NOTHING.value
    weights: Mapping[UUID, int] = field(default_factory=dict)
    decider: UUID | None = None

    @property
    def only_lapses(self) -> bool:
        """Tell whether a deadline that passes can have no other end."""
        return self.rule == Rule.UNANIMOUS and self.silence == Silence.NOTHING


class Tally(NamedTuple):
    """Votes of the active members."""

    approve: int
    object: int
    abstain: int
    silent: int

    def has(self, quorum: int) -> bool:
        given = self.approve + self.object + self.abstain
        return given > 0 and given * 100 >= quorum * (given + self.silent)


def outcome(
    members: Collection[UUID], answers: Mapping[UUID, str], terms: Terms | None = None, *, is_due: bool = False
) -> State:
    """
    Return what a proposal has come to.

    Members are the active ones of now; answers of others count no more. It is decided as soon as those who have said
    nothing cannot turn it, and else at its deadline (`is_due`).

        unanimous  one objection refuses it; it is agreed when all agree, and whoever abstains has not
        majority   more votes for it than against it, abstentions not counted; a tie refuses it
        weighted   the same, with the votes that each member has
        lead       the decider's yes or no, once each other member has answered, or at the deadline; it lapses where
                   the decider has no vote any more
    """
    terms = terms or Terms()
    tally = _tally(members, answers, terms)
    if terms.rule == Rule.LEAD:
        given = {member: answers[member] for member in members if member in answers}
        return _by_decider(given.get(terms.decider) if terms.decider else None, tally, terms, is_due)
    if terms.rule == Rule.UNANIMOUS:
        return _unanimous(tally, terms, is_due)
    return _by_majority(tally, terms, is_due)


def _tally(members: Collection[UUID], answers: Mapping[UUID, str], terms: Terms) -> Tally:
    votes = {"": 0, **dict.fromkeys(Verdict.values, 0)}
    for member in members:
        votes[answers.get(member, "")] += terms.weights.get(member, 1) if terms.rule == Rule.WEIGHTED else 1
    return Tally(votes[Verdict.APPROVE], votes[Verdict.OBJECT], votes[Verdict.ABSTAIN], votes[""])


def _unanimous(tally: Tally, terms: Terms, is_due: bool) -> State:
    if tally.object:
        return State.REFUSED
    if tally.approve and not (tally.abstain or tally.silent):
        return State.AGREED
    if not is_due:
        return State.OPEN
    is_silence_enough = terms.silence == Silence.CONSENT and tally.approve and tally.has(terms.quorum)
    return State.AGREED if is_silence_enough and not tally.abstain else State.LAPSED


def _by_majority(tally: Tally, terms: Terms, is_due: bool) -> State:
    if is_due:
        return _in_favour(tally, terms)
    if tally.has(terms.quorum) and tally.approve > tally.object + tally.silent:
        return State.AGREED
    return State.REFUSED if any(tally) and tally.object >= tally.approve + tally.silent else State.OPEN


def _in_favour(tally: Tally, terms: Terms) -> State:
    """Return what the votes come to when no more are waited for."""
    if not tally.has(terms.quorum):
        return State.LAPSED
    consenting = tally.silent if terms.silence == Silence.CONSENT else 0
    return State.AGREED if tally.approve + consenting > tally.object else State.REFUSED


def _by_decider(verdict: str | None, tally: Tally, terms: Terms, is_due: bool) -> State:
    if not is_due and (tally.silent or verdict in (None, Verdict.ABSTAIN)):
        return State.OPEN
    if verdict in (None, Verdict.ABSTAIN) or not tally.has(terms.quorum):
        return State.LAPSED
    return State.AGREED if verdict == Verdict.APPROVE else State.REFUSED


def deadline(at: datetime, days: int) -> datetime:
    return at + timedelta(days=days)


def state_at(state: str, deadline_at: datetime, at: datetime, terms: Terms | None = None) -> State:
    """Return what a proposal is at a time: past its deadline no answer is taken, whether or not it was counted already."""
    if state != State.OPEN or at < deadline_at:
        return State(state)
    return State.LAPSED if (terms or Terms()).only_lapses else State.DUE

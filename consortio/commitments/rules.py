"""
The life of a commitment as a table: which step leads from which state to which, who takes it, and when.

A day is over once it is over everywhere (UTC−12), so that both ends count by the same clock and nobody is late by the
other one's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

from .models import CommitmentState as State
from .models import Step

Kind = Step.Kind
EVERYWHERE = timezone(timedelta(hours=-12))
FEWEST_TO_JUDGE = 10
SOON_DAYS = 14
NAME_MAX, TEXT_MAX, SIZE_MAX, YEARS_MAX = 200, 5_000, 100, 10
OPEN = frozenset({State.OFFERED, State.ACCEPTED, State.DELIVERED, State.DISPUTED})
RUNNING = frozenset({State.ACCEPTED, State.DISPUTED})  # the promiser has still to deliver

BY_NAMED = (Kind.DELIVERED, Kind.ASKED)  # what the person named by the promiser says of their own work

ANSWERS_TO = {  # nobody agrees to what they said themselves
    Kind.ACCEPTED: Kind.OFFERED,
    Kind.CONFIRMED: Kind.DELIVERED,
    Kind.MOVED: Kind.ASKED,
}


def answers_to(kind: Kind, state: str) -> Kind | None:
    """Return the step whose words a step agrees to: after a dispute, the promiser's "broken" agrees to it."""
    return Kind.DISPUTED if (kind, state) == (Kind.BROKEN, State.DISPUTED) else ANSWERS_TO.get(kind)


class Side(StrEnum):
    PROMISER = "promiser"
    RECEIVER = "receiver"
    NEITHER = "neither"


class By(StrEnum):
    """Who takes a step: one of the sides, either, whoever made the offer, or the one to whom it was made."""

    PROMISER = "promiser"
    RECEIVER = "receiver"
    EITHER = "either"
    MAKER = "maker"
    ASKED = "asked"


class No(StrEnum):
    """Why a step cannot be taken."""

    OTHER_STATE = "other-state"
    NOT_PROMISER = "not-promiser"
    NOT_RECEIVER = "not-receiver"
    NOT_MAKER = "not-maker"
    NOT_ASKED = "not-asked"
    PAST = "past"
    NOT_PAST = "not-past"
    DISPUTED = "disputed"
    ASKED_ALREADY = "asked-already"
    NO_DATE_ASKED = "no-date-asked"


@dataclass(frozen=True, slots=True)
class Way:
    """
    A step: from which states, by whom, to which state.

    Args:
        to: none where the state stays.
        past: whether the date must have passed, or must not; none where it does not matter.
        date_waits: the same of another date that was asked for and waits for an answer.
        wants_words: it is said with words.
        disputed_by: who alone takes it while a delivery is disputed: nobody's word stands above the other's.
    """

    states: frozenset[State]
    by: By
    to: State | None
    past: bool | None = None
    date_waits: bool | None = None
    wants_words: bool = False
    disputed_by: By | None = None

    def taken_by(self, state: State) -> By:
        return self.disputed_by if self.disputed_by and state == State.DISPUTED else self.by


_OFFERED, _DELIVERED = frozenset({State.OFFERED}), frozenset({State.DELIVERED})
WAYS: Mapping[Kind, Way] = {
    Kind.ACCEPTED: Way(_OFFERED, By.ASKED, State.ACCEPTED, past=False),
    Kind.DECLINED: Way(_OFFERED, By.ASKED, State.DECLINED),
    Kind.WITHDRAWN: Way(_OFFERED, By.MAKER, State.WITHDRAWN),
    Kind.DELIVERED: Way(RUNNING, By.PROMISER, State.DELIVERED, wants_words=True),
    Kind.ASKED: Way(RUNNING, By.PROMISER, None, date_waits=False, wants_words=True),
    Kind.MOVED: Way(RUNNING, By.RECEIVER, State.ACCEPTED, date_waits=True),  # both say that it is still to be done
    Kind.KEPT_DATE: Way(RUNNING, By.RECEIVER, None, date_waits=True),
    Kind.CONFIRMED: Way(_DELIVERED, By.RECEIVER, State.CONFIRMED),
    Kind.DISPUTED: Way(_DELIVERED, By.RECEIVER, State.DISPUTED, wants_words=True),
    Kind.BROKEN: Way(RUNNING, By.EITHER, State.BROKEN, past=True, wants_words=True, disputed_by=By.PROMISER),
    Kind.RELEASED: Way(RUNNING, By.RECEIVER, State.RELEASED),
}
_REFUSED_FOR: Mapping[By, No] = {
    By.PROMISER: No.NOT_PROMISER,
    By.RECEIVER: No.NOT_RECEIVER,
    By.MAKER: No.NOT_MAKER,
    By.ASKED: No.NOT_ASKED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A commitment as its steps depend on it: `maker` is the side that offered or asked for it."""

    state: State
    maker: Side
    date_waits: bool
    is_past: bool


def step_from(standing: Standing, kind: Kind, side: Side) -> State | No:
    """Return the state after a step, or why it cannot be taken. Offering is no step: it makes the commitment."""
    way = WAYS[kind]
    if standing.state not in way.states:
        return No.OTHER_STATE
    if side not in sides_of(way.taken_by(standing.state), standing.maker):
        is_disputed = side in sides_of(way.by, standing.maker)
        return No.DISPUTED if is_disputed else _REFUSED_FOR.get(way.by, No.NOT_PROMISER)
    if way.past is not None and standing.is_past != way.past:
        return No.PAST if standing.is_past else No.NOT_PAST
    if way.date_waits is not None and standing.date_waits != way.date_waits:
        return No.ASKED_ALREADY if standing.date_waits else No.NO_DATE_ASKED
    return way.to or standing.state


def sides_of(by: By, maker: Side) -> frozenset[Side]:
    """Return the sides that take a step."""
    both = frozenset({Side.PROMISER, Side.RECEIVER})
    return {
        By.PROMISER: frozenset({Side.PROMISER}),
        By.RECEIVER: frozenset({Side.RECEIVER}),
        By.EITHER: both,
        By.MAKER: frozenset({maker}),
        By.ASKED: both - {maker},
    }[by]


def side_of(row: Any, organisation_id: UUID | None) -> Side:
    if organisation_id is None:
        return Side.NEITHER
    return {row.promiser_id: Side.PROMISER, row.receiver_id: Side.RECEIVER}.get(organisation_id, Side.NEITHER)


def standing_of(row: Any, at: datetime) -> Standing:
    maker = Side.PROMISER if row.offered_by_id == row.promiser_id else Side.RECEIVER
    return Standing(State(row.state), maker, row.asked_due_on is not None, is_past(row.due_on, at))


def steps_of(standing: Standing, side: Side) -> tuple[Kind, ...]:
    """Return the steps that a side may take now."""
    return tuple(kind for kind in WAYS if isinstance(step_from(standing, kind, side), State))


def day_of(at: datetime) -> date:
    """Return the day up to which all days are over everywhere but this one."""
    return at.astimezone(EVERYWHERE).date()


def is_past(due_on: date, at: datetime) -> bool:
    return due_on < day_of(at)


def waits_for(standing: Standing) -> Side | None:
    """Return the side whose turn it is; none where it is over."""
    if standing.state == State.OFFERED:
        (asked,) = sides_of(By.ASKED, standing.maker)
        return asked
    if standing.state == State.DELIVERED or (standing.state in RUNNING and standing.date_waits):
        return Side.RECEIVER
    return Side.PROMISER if standing.state in RUNNING else None


def states_meant(word: str) -> Iterable[State]:
    """Return the states that a filter names: one, "open", "closed", or all of them."""
    if word == "open":
        return OPEN
    if word == "closed":
        return frozenset(State) - OPEN
    return [State(word)] if word in State.values else list(State)


def day_in(text: str | None) -> date | None:
    """Return the day that an entry of the record holds."""
    return date.fromisoformat(text) if text else None

"""
How far each organisation's promises hold, counted from both ends; pure.

A promise counts once its outcome is known: it was confirmed, or broken, or its date has passed undelivered, or it was
moved after its date. It counts by the date that holds, so one moved in time counts by the new date. What was delivered
in time and waits for the receiver, what is disputed, and what the receiver has released count neither way; nor does what
waits for the receiver's answer to another date that was asked for in time, until that date has passed as well. How many are
disputed now is said beside.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from uuid import UUID

from .engine import share_interval
from .models import CommitmentState as State
from .rules import FEWEST_TO_JUDGE, day_of

KEPT, MISSED, MOVED, WAITED = "kept", "missed", "moved", "waited"
COUNTED, SLIPPED = "counted", "slipped"  # kept or missed; missed or moved
DISPUTED = "disputed"
FIGURES = (COUNTED, KEPT, MISSED, SLIPPED, MOVED, WAITED, DISPUTED)
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Fact:
    """
    A commitment as it is counted.

    `moved_*`: the receiver took another date, asked for before or after the one that held. `asked_due_on`: another date that
    waits for the receiver's answer; `asked_in_time` if it was asked for before the one that holds had passed.
    """

    id: UUID
    promiser_id: UUID
    receiver_id: UUID
    state: str
    due_on: date
    size: int
    delivered_at: datetime | None
    closed_at: datetime | None
    was_on_time: bool | None
    moved_in_time: bool
    moved_late: bool
    asked_due_on: date | None = None
    asked_in_time: bool | None = None

    @property
    def parties(self) -> tuple[UUID, UUID]:
        return self.promiser_id, self.receiver_id


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; the interval is of 95 %."""

    hits: int
    count: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.hits / self.count


@dataclass(frozen=True, slots=True)
class Wait:
    """The median days from delivered to confirmed, of so many."""

    days: float
    count: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """
    One organisation. What rests on fewer than ten is none; the counts say how many there are.

    Args:
        kept: of those that count.
        by_size: the same share, each weighing its size.
        moved: of those whose first date did not hold, how many were moved in time.
        waits: how long it waits for others to confirm; `lets_wait`: how long others wait for it.
        disputed: of what it promised, deliveries that the receiver disputes and neither word has ended.
    """

    organisation_id: UUID
    count: int
    kept: Share | None
    by_size: float | None
    slipped: int
    moved: Share | None
    handed_over: int
    waits: Wait | None
    confirmed: int
    lets_wait: Wait | None
    disputed: int = 0


def figures_of(fact: Fact, at: datetime) -> frozenset[str]:
    """Return the figures that a commitment enters."""
    found = set()
    if outcome := _outcome(fact, at):
        found |= {outcome, COUNTED}
    was_accepted = fact.state not in (State.OFFERED, State.DECLINED, State.WITHDRAWN, State.RELEASED)
    if fact.moved_in_time and was_accepted:
        found |= {MOVED, SLIPPED}
    if outcome == MISSED:
        found.add(SLIPPED)
    if fact.state == State.CONFIRMED and fact.delivered_at and fact.closed_at:
        found.add(WAITED)
    if fact.state == State.DISPUTED:
        found.add(DISPUTED)
    return frozenset(found)


def _outcome(fact: Fact, at: datetime) -> str:
    """Return whether it was kept or missed; "" while it counts neither way."""
    if fact.state == State.CONFIRMED:
        return KEPT if fact.was_on_time and not fact.moved_late else MISSED
    if fact.state == State.BROKEN:
        return MISSED
    if fact.state in (State.ACCEPTED, State.DELIVERED, State.DISPUTED) and fact.moved_late:
        return MISSED
    if fact.state == State.ACCEPTED and fact.due_on < day_of(at):
        return "" if _waits_for_a_date(fact, at) else MISSED
    is_late = fact.state == State.DELIVERED and fact.delivered_at and fact.due_on < day_of(fact.delivered_at)
    return MISSED if is_late else ""


def _waits_for_a_date(fact: Fact, at: datetime) -> bool:
    """Tell whether the receiver has still to answer what was told in time: its silence makes nobody late."""
    return bool(fact.asked_in_time and fact.asked_due_on and fact.asked_due_on >= day_of(at))


def reliability(facts: Iterable[Fact], organisation_ids: Iterable[UUID], at: datetime) -> Mapping[UUID, Reliability]:
    """Return how far the promises of each organisation hold, in the order given."""
    given: dict[UUID, list[Fact]] = defaultdict(list)
    received: dict[UUID, list[Fact]] = defaultdict(list)
    for fact in facts:
        given[fact.promiser_id].append(fact)
        received[fact.receiver_id].append(fact)
    return {pk: _reliability(pk, given[pk], received[pk], at) for pk in organisation_ids}


def _reliability(pk: UUID, given: Sequence[Fact], received: Sequence[Fact], at: datetime) -> Reliability:
    figures = {fact.id: figures_of(fact, at) for fact in (*given, *received)}
    counted, kept, slipped, moved, handed_over = (
        [fact for fact in given if name in figures[fact.id]] for name in (COUNTED, KEPT, SLIPPED, MOVED, WAITED)
    )
    confirmed = [fact for fact in received if WAITED in figures[fact.id]]
    return Reliability(
        organisation_id=pk,
        count=len(counted),
        kept=_share(len(kept), len(counted)),
        by_size=_by_size(kept, counted),
        slipped=len(slipped),
        moved=_share(len(moved), len(slipped)),
        handed_over=len(handed_over),
        waits=_wait(handed_over),
        confirmed=len(confirmed),
        lets_wait=_wait(confirmed),
        disputed=sum(DISPUTED in figures[fact.id] for fact in given),
    )


def _share(hits: int, count: int) -> Share | None:
    return Share(hits, count, *share_interval(hits, count)) if count >= FEWEST_TO_JUDGE else None


def _by_size(kept: Sequence[Fact], counted: Sequence[Fact]) -> float | None:
    if len(counted) < FEWEST_TO_JUDGE:
        return None
    return sum(fact.size for fact in kept) / sum(fact.size for fact in counted)


def _wait(facts: Sequence[Fact]) -> Wait | None:
    if len(facts) < FEWEST_TO_JUDGE:
        return None
    waited = [
        (fact.closed_at - fact.delivered_at).total_seconds() for fact in facts if fact.closed_at and fact.delivered_at
    ]
    return Wait(median(waited) / DAY_SECONDS, len(waited))


def is_running_late(state: str, due_on: date, at: datetime) -> bool:
    """Tell whether something should have been delivered by now; that it is not is one word only where it is disputed."""
    return state == State.ACCEPTED and due_on < day_of(at)

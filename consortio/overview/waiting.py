"""
What waits for somebody: one list of things that they can do something about, from every feature that asks for something.

Each source is a function that reads as the actor and yields what waits; a new one is added to `SOURCES` in `sources`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from consortio.access import Actor
from consortio.partnerships.reads import PartnershipRow
from consortio.plans.answering import Asked as Nominated
from consortio.plans.glance import Standing
from consortio.ui.marks import Mark

from .doing import Doing

When = Literal["waiting", "ahead"]
ASKING = ("proposal", "nomination", "promise", "decision", "forecast")
WHENS: Sequence[When] = ("waiting", "ahead")


@dataclass(frozen=True, slots=True)
class Wait:
    """
    One thing that waits, with the place where it is done.

    Args:
        kind: what it is, as a word of the API.
        words: what to do, or what it is about.
        details: what is known of it, a phrase each.
        late: how late it is, in words; empty where it is not.
        action: what the button says.
        due_on: by when, if somebody said so.
        since: the day from which it has waited: of what was asked, when it was; of what is due, when it is due. It may lie
            ahead, and is not known of what nobody in particular asks.
        answers: who has answered already, of what all are asked.
        holds_up: whose work waits for it, besides one's own.
        nomination: the question that is to be answered, where it is one.
        done: what the button says by which it is done at once, without looking; `done_url` takes it, with `done_fields`.
        doing: the form by which it is done in its own line.
    """

    kind: str
    words: str
    url: str
    action: str
    partnership_id: UUID | None
    partnership: str
    details: tuple[str, ...] = ()
    late: str = ""
    due_on: date | None = None
    since: date | None = None
    answers: tuple[tuple[Mark, str], ...] = ()
    holds_up: tuple[Mark, ...] = ()
    nomination: Nominated | None = None
    done: str = ""
    done_url: str = ""
    done_fields: tuple[tuple[str, str], ...] = ()
    doing: Doing | None = None

    def when(self, today: date) -> When:
        return "ahead" if self.since is not None and self.since > today else "waiting"

    def place(self, today: date) -> tuple[int, str, str, str]:
        """Return what it is sorted by: the oldest first, whatever it is and wherever; then what is still ahead."""
        return WHENS.index(self.when(today)), (self.since or date.max).isoformat(), self.kind, self.url


@dataclass(frozen=True, slots=True)
class Asked:
    """What every source is given: who asks, when, and what was read already."""

    actor: Actor
    at: datetime
    today: date
    partnerships: Mapping[UUID, PartnershipRow]  # those asked about
    standings: Sequence[Standing]  # of their plans

    def name_of(self, partnership_id: UUID) -> str:
        return self.partnerships[partnership_id].name


@dataclass(frozen=True, slots=True)
class Waits:
    """All that waits, the oldest first."""

    all: tuple[Wait, ...]
    today: date
    whole: bool = True  # everywhere the actor takes part; else in one partnership

    groups: Mapping[When, tuple[Wait, ...]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[When, list[Wait]] = {when: [] for when in WHENS}
        for wait in self.all:
            found[wait.when(self.today)].append(wait)
        object.__setattr__(self, "groups", {when: tuple(own) for when, own in found.items() if own})

    @property
    def holding_up(self) -> int:
        """Return how many of them hold up somebody else's work."""
        return sum(bool(wait.holds_up) for wait in self.all)

    @property
    def asking(self) -> int:
        """Return how many of them ask for an answer: the number that stands beside the places of every page."""
        return sum(wait.kind in ASKING for wait in self.all)

    def in_partnership(self, partnership_id: UUID) -> int:
        return sum(wait.partnership_id == partnership_id for wait in self.all)

    def first(self, most: int) -> "Waits":
        return Waits(tuple(wait for own in self.groups.values() for wait in own)[:most], self.today, self.whole)


Source = Callable[[Asked], Iterable[Wait]]


def waits_of(asked: Asked, sources: Sequence[Source], *, whole: bool = True, more: Sequence[Wait] = ()) -> Waits:
    """Return what waits for the actor, and what waits besides, the oldest first."""
    found = [*more, *(wait for source in sources for wait in source(asked))]
    return Waits(tuple(sorted(found, key=lambda wait: wait.place(asked.today))), asked.today, whole)

"""
What the events of the record are called, in the reader's language.

Each feature says its own when it is loaded, in `told.py`: what happened, as a sentence that names the row as %(what)s; and
what its rows are called. So a page, a mail and the API tell the same of an event, and none of them knows the features.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _lazy

from consortio.access import Actor

from .edits import Edit

Names = Mapping[str, str]  # of the people and organisations that the reader sees, by their id as text
TOPICS: Mapping[str, Any] = {  # what one can ask for, in this order
    "plans": _lazy("Plans and dates"),
    "agreement": _lazy("Agreement"),
    "goals": _lazy("Goals and readings"),
    "promises": _lazy("Promises"),
    "remarks": _lazy("Remarks"),
    "people": _lazy("People and circles"),
    "files": _lazy("Files"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of the record. A text that was erased is missing, and so is an edit of which a side was."""

    circle_id: UUID
    number: int
    event: str
    kind: str  # of the row that it is about
    subject_id: UUID
    at: datetime
    person_id: UUID | None
    organisation_id: UUID | None
    door: str
    facts: Mapping[str, Any]
    texts: Mapping[str, str]
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What a row is called among people, and where it is shown; without an address, nowhere any more."""

    name: str
    url: str = ""


Values = Mapping[str, Any]
Words = Callable[[Happened, Names], tuple[Any, Values]]  # a sentence, and what its other places hold
Details = Callable[[Happened, Names], Sequence[str]]
Find = Callable[[Actor, Collection[UUID]], Mapping[UUID, Named]]


@dataclass(frozen=True, slots=True)
class Saying:
    words: Words
    details: Details
    topic: str
    sign: str  # an icon
    is_step: bool  # on the way to something that is told of itself: not worth a mail


@dataclass(frozen=True, slots=True)
class Kind:
    noun: Any  # for a row without a name, or that is gone
    find: Find


def _no_details(entry: Happened, names: Names) -> Sequence[str]:
    return ()


def _plain(words: Any) -> Words:
    return lambda entry, names: (words, {})


NEUTRAL = Saying(_plain(_lazy("%(what)s changed")), _no_details, "", "record", False)
_sayings: dict[str, Saying] = {}
_kinds: dict[str, Kind] = {}


def say(
    event: str, words: Any, *, topic: str, sign: str, details: Details = _no_details, is_step: bool = False
) -> None:
    """
    Register what an event is called.

    Args:
        words: a lazy text, or a function of the entry and the names that its facts refer to; "%(what)s" is the row.
        details: what else the entry says, a line each.
    """
    assert topic in TOPICS
    _sayings[event] = Saying(words if callable(words) else _plain(words), details, topic, sign, is_step)


def name_rows(kind: str, noun: Any, find: Find) -> None:
    """Register what rows of a kind ("plans.item") are called, as far as an actor sees them."""
    _kinds[kind] = Kind(noun, find)


def sentence(entry: Happened, names: Names) -> tuple[str, str, bool]:
    """Return what stands before and after the row's name, and whether the sentence names it."""
    words, values = saying_of(entry.event).words(entry, names)
    before, is_named, after = str(words).partition("%(what)s")
    return before % values, after % values, bool(is_named)


def person_in(entry: Happened, names: Names, fact: str = "person") -> str:
    """Return the name of somebody whom an entry's fact refers to."""
    return names.get(str(entry.facts.get(fact)), "") or str(_lazy("somebody"))


def saying_of(event: str) -> Saying:
    return _sayings.get(event, NEUTRAL)


def noun_of(kind: str) -> str:
    return str(_kinds[kind].noun if kind in _kinds else _lazy("something"))


def named(actor: Actor, kind: str, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    """Return what these rows are called; those that the actor does not see are missing."""
    return _kinds[kind].find(actor, ids) if kind in _kinds and ids else {}


def events_about(topic: str) -> Sequence[str]:
    return sorted(event for event, saying in _sayings.items() if saying.topic == topic)


def steps() -> Sequence[str]:
    return sorted(event for event, saying in _sayings.items() if saying.is_step)


def known_events() -> Sequence[str]:
    return sorted(_sayings)

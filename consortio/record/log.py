"""
Actions and what they leave behind.

Facts are collected while an action runs and appended at its end, circle by circle in one order: a circle's counter
is locked for the shortest time, and two actions that touch the same circles cannot wait for each other in a ring.
An action that touches two circles leaves one entry in each; each tells its own circle's facts only.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

from django.db import transaction
from django.db.models import F

from consortio.access import Actor, unscoped, wall, writing
from consortio.access.actor import SYSTEM
from consortio.access.gate import as_system
from consortio.ids import salt

from .edits import texts_of
from .leaf import canonical, commitment, leaf_hash
from .models import Counter, Effect, Entry, Text
from .wake import wake

P = ParamSpec("P")
R = TypeVar("R")
_subscribers: dict[str, list[tuple[str, timedelta]]] = defaultdict(list)


class NothingRecorded(RuntimeError):
    """An action ended without a fact, and did not say that nothing changed."""


@dataclass(frozen=True, slots=True)
class Fact:
    event: str
    circle_id: UUID
    subject_id: UUID
    kind: str
    facts: dict
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Running:
    actor: Actor
    facts: list[Fact] = field(default_factory=list)
    is_unchanged: bool = False


_running: ContextVar[_Running | None] = ContextVar("running", default=None)


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a write: keywords only, one transaction for its `actor`, which ends with the record of it."""

    @wraps(function)
    def inner(*none: P.args, **arguments: P.kwargs) -> R:
        actor, at = cast(Actor, arguments["actor"]), cast(datetime, arguments["at"])
        with _part(actor) if _running.get() else _whole(actor, at, function.__name__, writing(actor)):
            return function(*none, **arguments)

    return inner


def system_action(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a write that serves nobody in particular, and say why. It sees all rows, and stands alone."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def inner(*none: P.args, **arguments: P.kwargs) -> R:
            with _whole(SYSTEM, cast(datetime, arguments["at"]), function.__name__, as_system(reason)):
                return function(*none, **arguments)

        return inner

    return decorate


@contextmanager
def _whole(actor: Actor, at: datetime, name: str, unit: AbstractContextManager) -> Iterator[None]:
    with unit:
        token = _running.set(running := _Running(actor))
        try:
            yield
            if not running.facts and not running.is_unchanged:
                raise NothingRecorded(name)
            _append(actor, at, running.facts)
        finally:
            _running.reset(token)


@contextmanager
def _part(actor: Actor) -> Iterator[None]:
    """Run as part of a larger action of the same actor; a refusal that is caught takes its facts with it."""
    outer = _running.get()
    before = len(outer.facts)
    try:
        with writing(actor), wall.savepoint():  # writing refuses another actor
            yield
    except BaseException:
        del outer.facts[before:]
        raise


def record(
    event: str,
    subject: Any,
    *,
    texts: dict[str, str] | None = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    **facts: Any,
) -> None:
    """
    Tell what was done to a row; it is appended to the stream of the row's circle when the action ends.

    Args:
        changes: of each edited field what it was and what it became, as plain values: kept as texts (see `edits`); the
            names of the fields are a fact, "changed".
    """
    circle_id = getattr(subject, subject.seen_by)
    if changes:
        facts["changed"], texts = sorted(changes), (texts or {}) | texts_of(changes)
    _run().facts.append(Fact(event, circle_id, subject.pk, subject._meta.label_lower, facts, texts or {}))


def nothing_changed() -> None:
    """Say that what was asked for is so already; the action leaves no entry."""
    _run().is_unchanged = True


def _run() -> _Running:
    running = _running.get()
    assert running is not None, "record(...) belongs in an action"
    return running


def subscribe(event: str, subscriber: str, after: timedelta = timedelta(0)) -> None:
    """Let each entry of an event leave an effect for a subscriber, due so long after the action began."""
    _subscribers[event].append((subscriber, after))


def next_number(circle_id: UUID, series: str, count: int = 1) -> int:
    """Take the next number(s) of a circle and return the last. Others wait until this transaction ends."""
    with unscoped("a counter serves its whole circle"):
        own = Counter.objects.filter(circle=circle_id, series=series)
        if not own.update(last=F("last") + count):
            Counter.objects.bulk_create([Counter(circle_id=circle_id, series=series)], ignore_conflicts=True)
            own.update(last=F("last") + count)
        return own.values_list("last", flat=True).get()


def _append(actor: Actor, at: datetime, facts: list[Fact]) -> None:
    by_circle: dict[UUID, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_circle[fact.circle_id].append(fact)
    with unscoped("an action may end its own actor's seat, and is recorded all the same"):
        entries, texts, effects = [], [], []
        for circle_id in sorted(by_circle):
            own = by_circle[circle_id]
            first = next_number(circle_id, "record", len(own)) - len(own) + 1
            for number, fact in enumerate(own, first):
                salted = {name: (salt(), text) for name, text in fact.texts.items()}
                entries.append(entry := _entry(actor, at, number, fact, salted))
                common = {"circle_id": circle_id, "entry": entry}
                texts += [Text(**common, field=name, salt=s, text=text) for name, (s, text) in salted.items()]
                owed = _subscribers.get(fact.event, ())
                effects += [Effect(**common, subscriber=name, next_try_at=at + after) for name, after in owed]
        Entry.objects.bulk_create(entries)
        Text.objects.bulk_create(texts)
        Effect.objects.bulk_create(effects)
        if effects:
            transaction.on_commit(wake.set)


def _entry(actor: Actor, at: datetime, number: int, fact: Fact, salted: dict[str, tuple[bytes, str]]) -> Entry:
    by = {"person": actor.person_id, "for": actor.organisation_id, "employer": actor.employer_id}
    body = canonical(
        {
            "v": 1,
            "circle": str(fact.circle_id),
            "number": number,
            "event": fact.event,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "by": {"door": actor.door} | {name: pk and str(pk) for name, pk in by.items()},
            "subject": {"kind": fact.kind, "id": str(fact.subject_id)},
            "facts": fact.facts,
            "texts": {name: commitment(s, text) for name, (s, text) in salted.items()},
        }
    )
    return Entry(
        circle_id=fact.circle_id,
        number=number,
        event=fact.event,
        subject_id=fact.subject_id,
        at=at,
        body=body.decode(),
        leaf=leaf_hash(body),
    )

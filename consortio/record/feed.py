"""The record as people read it: entries in words, with the names of people, organisations and rows beside them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from consortio import access
from consortio.access import Actor

from .edits import edits_in, others_in
from .models import Counter, Entry, Text
from .reads import TextsByField, cursor_of
from .words import Happened, steps

FEED_MAX = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one circle's stream; what is empty is not asked. `before` is the number to go back from."""

    events: Sequence[str] = ()
    person_id: UUID | None = None
    organisation_id: UUID | None = None
    before: int | None = None


@access.read
def stream_of(*, actor: Actor, circle_id: UUID, asked: Asked, limit: int) -> tuple[Happened, ...]:
    """Return the newest entries of a circle that answer what is asked; one query."""
    rows = access.visible(actor, Entry).filter(_asked(asked), circle=circle_id)
    return _happened(actor, rows.order_by("-number"), limit)


def _asked(asked: Asked) -> Q:
    """
    Return the condition. Who did it is asked of the entry's own text, which holds no other place that looks like it: a
    quotation mark inside a fact is written as two signs there.
    """
    found = Q()
    if asked.events:
        found &= Q(event__in=asked.events)
    if asked.organisation_id:
        found &= Q(body__contains=f'"for":"{asked.organisation_id}","person":')
    if asked.person_id:
        found &= Q(body__contains=f'"person":"{asked.person_id}"}},"circle":')
    if asked.before is not None:
        found &= Q(number__lt=asked.before)
    return found


@access.read
def happened_since(
    *, actor: Actor, since: Mapping[UUID, int], limit: int, others_only: bool = False
) -> tuple[tuple[Happened, ...], int]:
    """
    Return what happened in each of these circles after the number last seen there, the newest first, and how much in all.

    Steps on the way to something that is told of itself are left out, and what the actor did, where asked. Two queries.
    """
    wanted = Q(pk=None)
    for circle_id, number in since.items():
        wanted |= Q(circle=circle_id, number__gt=number)
    rows = access.visible(actor, Entry).filter(wanted).exclude(event__in=steps())
    if others_only:
        rows = rows.exclude(body__contains=f'"for":"{actor.organisation_id}","person":"{actor.person_id}"}},"circle":')
    found = _happened(actor, rows.order_by("-at", "circle", "-number"), limit)
    return found, rows.count() if len(found) == limit else len(found)


@access.read
def last_numbers(*, actor: Actor, circle_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the number of the newest entry in each of these circles that the actor sees."""
    rows = access.visible(actor, Entry).filter(circle__in=list(circle_ids)).order_by().values("circle")
    return dict(rows.annotate(last=Max("number")).values_list("circle", "last"))


@access.read
def numbers_before(*, actor: Actor, circle_ids: Iterable[UUID], at: datetime) -> dict[UUID, int]:
    """Return the number of the last entry of each of these circles whose action began before an instant."""
    rows = access.visible(actor, Entry).filter(circle__in=list(circle_ids), at__lt=at).order_by().values("circle")
    return dict(rows.annotate(last=Max("number")).values_list("circle", "last"))


def last_numbers_in(*, actor: Actor, partnership_id: UUID) -> dict[UUID, int]:
    """Return the number of the newest entry in each circle of a partnership that the actor sees; one query."""
    return dict(_LAST_NUMBERS.ask(actor, partnership_id))


def _last_numbers(actor: Actor, partnership_id: UUID) -> QuerySet:
    rows = access.visible(actor, Counter).filter(circle__partnership=partnership_id, series="record")
    return rows.values_list("circle", "last")


_LAST_NUMBERS = access.Question(_last_numbers, Actor, UUID)


@access.read
def cursor_in(*, actor: Actor, partnership_id: UUID) -> str:
    """Return the number of the newest entry in each circle of a partnership that the actor sees, for `moved_on`; one query."""
    return cursor_of(last_numbers_in(actor=actor, partnership_id=partnership_id))


@access.read
def moved_on(*, actor: Actor, since: Mapping[UUID, int]) -> tuple[UUID, ...]:
    """Return those of these circles in which something happened after the number last seen there; one query."""
    wanted = Q(pk=None)
    for circle_id, number in since.items():
        wanted |= Q(circle=circle_id, last__gt=number)
    counters = access.visible(actor, Counter).filter(wanted, series="record").order_by("circle")
    return tuple(counters.values_list("circle_id", flat=True))


def last_told(actor: Actor, events: Sequence[str], *, circle: str, subjects: Sequence[str]) -> QuerySet:
    """
    Return the instant of the newest entry of these events about a row, for a subquery.

    Args:
        circle, subjects: the columns of the outer query that hold the row's circle, and the ids that it is told under.
    """
    about = Q(pk=None)
    for column in subjects:
        about |= Q(subject_id=OuterRef(column))
    entries = access.visible(actor, Entry).filter(about, circle=OuterRef(circle), event__in=events)
    return entries.order_by().values("circle").annotate(last=Max("at")).values("last")


def _happened(actor: Actor, rows: Any, limit: int) -> tuple[Happened, ...]:
    texts = access.visible(actor, Text).filter(entry=OuterRef("pk")).order_by().values("entry")
    entries = rows.annotate(texts=Subquery(texts.annotate(by_field=TextsByField()).values("by_field")))
    return tuple(_one(entry) for entry in entries[: min(limit, FEED_MAX)])


def _one(entry: Any) -> Happened:
    body, texts = json.loads(entry.body), json.loads(entry.texts or "{}")
    by = body["by"]
    return Happened(
        circle_id=entry.circle_id,
        number=entry.number,
        event=entry.event,
        kind=body["subject"]["kind"],
        subject_id=entry.subject_id,
        at=entry.at,
        person_id=UUID(by["person"]) if by["person"] else None,
        organisation_id=UUID(by["for"]) if by["for"] else None,
        door=by["door"],
        facts=body["facts"],
        texts=others_in(texts),
        edits=edits_in(texts),
    )


def by_kind(entries: Iterable[Happened]) -> dict[str, set[UUID]]:
    """Return the rows that entries are about."""
    found: dict[str, set[UUID]] = defaultdict(set)
    for entry in entries:
        found[entry.kind].add(entry.subject_id)
    return found

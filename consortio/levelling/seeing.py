"""What a circle knows of a plan's load: its items, whom they need, and who has how much time. Nothing from elsewhere."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from consortio import access
from consortio.access import Actor
from consortio.access.models import Seat
from consortio.plans.heads import PlanHead
from consortio.plans.neutral import Rows
from consortio.plans.spans import Span, spans_in

from .engine import works_of
from .loads import Load, loads_of
from .models import Capacity, Demand
from .rules import Held, Key, Need, held_by, needs_of

CAPACITY_COLUMNS = (
    "pk", "version", "circle_id", "organisation_id", "person_id", "work", "percent", "from_on", "until_on",
)  # fmt: skip
DEMAND_COLUMNS = ("item_id", "organisation_id", "person_id", "work", "percent")


@dataclass(frozen=True, slots=True)
class Seen:
    """
    Attributes:
        circle_id: the plan's own circle, or our house: everybody there sees all of this.
        people: names, also of those who sit there no more.
        capacities: rows as they were said.
        fingerprint: of everything that a levelling would be found from; empty while the dates do not follow.
    """

    head: PlanHead
    circle_id: UUID
    items: Mapping[UUID, Span]
    people: Mapping[UUID, str]
    capacities: Sequence[Any]
    needs: Sequence[Need]
    held: Held
    fingerprint: str
    calendars: Rows

    def loads(self, dates: Mapping[UUID, tuple[Any, Any]] | None = None) -> tuple[Load, ...]:
        """
        Return the load of everybody who is needed, in no particular order.

        Args:
            dates: start and finish of items, instead of those that they have.
        """
        dated = [
            (item.id, item.calendar_id, start, finish)
            for item in self.items.values()
            for start, finish in [(dates or {}).get(item.id) or (item.start_at, item.finish_at)]
            if start and finish and start < finish
        ]
        return loads_of(self.needs, works_of(self.calendars, dated), self.held.bands)


@access.read
def seen_by(*, actor: Actor, plan_id: UUID, circle_id: UUID | None = None, is_house: bool = False) -> Seen:
    """
    Return what everybody in a circle sees of a plan's load; nine queries.

    Args:
        circle_id: the plan's own circle, which it is without one; or our house.
        is_house: our house, whichever that is.

    Raises:
        NotVisible: no such plan, or no such circle of it.
    """
    found = spans_in(actor=actor, plan_id=plan_id, circle_id=circle_id, is_house=is_house)
    items = {span.id: span for span in found.spans}
    capacities = list(_CAPACITIES.ask(actor, found.circle_id))
    demands = [row for row in _DEMANDS.ask(actor, found.circle_id, plan_id) if row.item_id in items]
    people, home = _people(actor, found.circle_id)
    needs = needs_of(items.values(), demands, _away(items.values(), home))
    narrow_first = (found.circle_id, *sorted({row.circle_id for row in capacities} - {found.circle_id}))
    return Seen(
        head=found.head,
        circle_id=found.circle_id,
        items=items,
        people=people,
        capacities=capacities,
        needs=needs,
        held=held_by(capacities, needs, narrow_first),
        fingerprint=_fingerprint(found.fingerprint, needs, capacities),
        calendars=found.calendars,
    )


def _capacities(actor: Actor, circle_id: UUID) -> QuerySet:
    rows = access.common(actor, Capacity, circle_id).filter(withdrawn_at=None).order_by("from_on", "pk")
    return rows.values_list(*CAPACITY_COLUMNS, named=True)


def _demands(actor: Actor, circle_id: UUID, plan_id: UUID) -> QuerySet:
    rows = access.common(actor, Demand, circle_id).filter(item__plan=plan_id, withdrawn_at=None).order_by("pk")
    return rows.values_list(*DEMAND_COLUMNS, named=True)


def _seats(actor: Actor, circle_id: UUID) -> QuerySet:
    rows = access.common(actor, Seat, circle_id).order_by("person__name", "pk")
    return rows.values_list("person_id", "person__name", "organisation_id")


_CAPACITIES = access.Question(_capacities, Actor, UUID)
_DEMANDS = access.Question(_demands, Actor, UUID, UUID)
_SEATS = access.Question(_seats, Actor, UUID)


def _people(actor: Actor, circle_id: UUID) -> tuple[dict[UUID, str], dict[UUID, set[UUID]]]:
    """Return the names of people, and the organisations for which they act there."""
    names: dict[UUID, str] = {}
    home: dict[UUID, set[UUID]] = {}
    for person_id, name, organisation_id in _SEATS.ask(actor, circle_id):
        names[person_id] = name
        home.setdefault(person_id, set()).add(organisation_id)
    return names, home


def _away(items: Iterable[Span], home: Mapping[UUID, set[UUID]]) -> dict[UUID, UUID]:
    """Return the organisation of people who answer for an item of an organisation that is not theirs."""
    found: dict[UUID, UUID] = {}
    for item in items:
        own = home.get(item.person_id) if item.person_id else None
        if item.person_id and own and item.organisation_id not in own:
            found[item.person_id] = min(own)
    return found


def _fingerprint(dates: str, needs: Sequence[Need], capacities: Sequence[Any]) -> str:
    if not dates:
        return ""
    said = [[row.circle_id, *row[3:]] for row in capacities]
    wanted = sorted([str(need.item_id), need.key.plain, need.percent] for need in needs)
    text = json.dumps([dates, wanted, sorted([[str(part) for part in row] for row in said])])
    return hashlib.sha256(text.encode()).hexdigest()


def capacity_on(held: Held, key: Key, day: date) -> int | None:
    """Return how much there is on a day; None where nothing limits it."""
    bands = held.bands.get(key)
    return None if bands is None else sum(band.percent for band in bands if band.from_on <= day <= band.until_on)

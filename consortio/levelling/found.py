"""Dates that were found, on a page of their own: what they move, whose weeks they change, and what is short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access import Actor, Permission
from consortio.plans.heads import PlanHead

from .applying import is_proposed_here
from .models import Levelling
from .reads import ItemRef, Who, item_ref, who_of
from .rules import Key
from .seeing import Seen, seen_by

MOVED, ALL = 50, 100_000


@dataclass(frozen=True, slots=True)
class MovedRow:
    """`item` is None for one that is not there any more. `is_held` tells that "starts no earlier than" will say so."""

    item: ItemRef | None
    who: str
    start_before: datetime | None
    start_at: datetime | None
    finish_before: datetime | None
    finish_at: datetime | None
    is_held: bool

    @property
    def days(self) -> int:
        """Return by how many days it starts later."""
        return (self.start_at.date() - self.start_before.date()).days if self.start_at and self.start_before else 0


@dataclass(frozen=True, slots=True)
class FoundWeek:
    begins_on: date
    percent: int
    capacity: int | None

    @property
    def is_over(self) -> bool:
        return self.capacity is not None and self.percent > self.capacity


@dataclass(frozen=True, slots=True)
class FoundLoad:
    who: Who
    before: tuple[FoundWeek, ...]
    after: tuple[FoundWeek, ...]

    @property
    def over_before(self) -> int:
        return sum(week.is_over for week in self.before)

    @property
    def over_after(self) -> int:
        return sum(week.is_over for week in self.after)


@dataclass(frozen=True, slots=True)
class Gained:
    """What one more full-time person of somebody's would gain, in working minutes: all the time, and in one week."""

    who: Who
    minutes: int
    is_proved: bool
    week_on: date
    week_minutes: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the engine found, and the items that it is about."""

    code: str
    items: tuple[ItemRef, ...]


@dataclass(frozen=True, slots=True)
class LevellingPage:
    """
    Attributes:
        moved: a part of those that move, after so many others.
        loads: of those whose weeks change or are too full, the ones that were too full in front.
        most: working minutes that more of everybody would gain at most; None where it was not asked.
        fits: whether everything is still as it was when these dates were found.
        is_applied: whether the plan holds these starts now.
    """

    id: UUID
    head: PlanHead
    circle_id: UUID
    is_house: bool
    person: str
    found_at: datetime
    engine: str
    method: str
    fingerprint: str
    objective: str
    seed: int | None
    limit_seconds: int
    status: str
    gap: float | None
    bound_at: datetime | None
    finish_before: datetime | None
    finish_at: datetime | None
    moved: tuple[MovedRow, ...]
    before: int
    total: int
    holds: int
    untouched: tuple[ItemRef, ...]
    loads: tuple[FoundLoad, ...]
    most: int | None
    gains: tuple[Gained, ...]
    findings: tuple[Told, ...]
    fits: bool
    may_apply: bool
    may_propose: bool

    @property
    def is_proved(self) -> bool:
        """Tell whether no dates end earlier, whether or not fewer could move."""
        return self.status == "ok" or self.gap == 0


@access.read
def levelling_page(*, actor: Actor, levelling_id: UUID, before: int = 0, most: int = MOVED) -> LevellingPage:
    """Return dates that were found, with the names of today. Raises: NotVisible."""
    row = access.get(actor, Levelling, levelling_id, "person")
    seen = seen_by(actor=actor, plan_id=row.plan_id, circle_id=row.circle_id)
    held = {pk for pk, _at in row.holds}
    fits = seen.fingerprint == row.fingerprint
    may = Permission.PLAN_EDIT in actor.permissions.get(row.circle_id, ()) and fits and bool(row.holds)
    is_house = row.circle_id != seen.head.circle.id
    return LevellingPage(
        id=row.pk,
        head=seen.head,
        circle_id=row.circle_id,
        is_house=is_house,
        person=row.person.name,
        found_at=row.found_at,
        engine=row.engine,
        method=row.method,
        fingerprint=row.fingerprint,
        objective=row.objective,
        seed=row.seed,
        limit_seconds=row.limit_seconds,
        status=row.status,
        gap=row.gap,
        bound_at=_instant(row.bound_at),
        finish_before=_instant(row.finish_before),
        finish_at=_instant(row.finish_at),
        moved=tuple(_moved(seen, one, held) for one in row.moved[before : before + most]),
        before=before,
        total=len(row.moved),
        holds=len(row.holds),
        untouched=_refs(seen, row.untouched),
        loads=_loads(seen, row.loads, row.found_at.date()),
        most=row.bottlenecks.get("most"),
        gains=tuple(_gained(seen, one) for one in row.bottlenecks.get("rows", ())),
        findings=tuple(_told(seen, row.findings)),
        fits=fits,
        may_apply=may,
        may_propose=may and not is_house and is_proposed_here(seen.head.circle, seen.head.member_ids),
    )


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _moved(seen: Seen, kept: Sequence[str], held: set[str]) -> MovedRow:
    pk, *dates = kept
    start_before, finish_before, start_at, finish_at = map(_instant, dates)
    span = seen.items.get(UUID(pk))
    return MovedRow(
        item=item_ref(span) if span else None,
        who=_answering(seen, span),
        start_before=start_before,
        start_at=start_at,
        finish_before=finish_before,
        finish_at=finish_at,
        is_held=pk in held,
    )


def _answering(seen: Seen, span: Any) -> str:
    if span is None:
        return ""
    if span.person_id in seen.people:
        return seen.people[span.person_id]
    member = seen.head.member_ids.get(span.organisation_id)
    return member.name if member else ""


def _told(seen: Seen, findings: Sequence[Mapping[str, Any]]) -> list[Told]:
    """Return each code once, in the order of the engine."""
    items: dict[str, list[str]] = {}
    for one in findings:
        items.setdefault(one["code"], []).extend(one.get("items", ()))
    return [Told(code, _refs(seen, list(dict.fromkeys(own)))) for code, own in items.items()]


def _refs(seen: Seen, ids: Sequence[str]) -> tuple[ItemRef, ...]:
    return tuple(item_ref(seen.items[UUID(pk)]) for pk in ids if UUID(pk) in seen.items)


def _loads(seen: Seen, kept: Sequence[Mapping[str, Any]], today: date) -> tuple[FoundLoad, ...]:
    since = today - timedelta(days=today.weekday())
    found = [
        FoundLoad(who_of(seen, Key.from_plain(one["key"])), _weeks(one["before"], since), _weeks(one["after"], since))
        for one in kept
        if one["before"] != one["after"] or any(capacity is not None for _day, _percent, capacity in one["before"])
    ]
    return tuple(sorted(found, key=lambda one: (-one.over_before, one.who.name.casefold(), one.who.key.text)))


def _weeks(kept: Sequence[Sequence[Any]], since: date) -> tuple[FoundWeek, ...]:
    """Return the weeks from one on: those before were over when these dates were found."""
    weeks = (FoundWeek(date.fromisoformat(day), percent, capacity) for day, percent, capacity in kept)
    return tuple(week for week in weeks if week.begins_on >= since)


def _gained(seen: Seen, one: Mapping[str, Any]) -> Gained:
    who, week_on = who_of(seen, Key.from_plain(one["key"])), date.fromisoformat(one["week_on"])
    return Gained(who, one["minutes"], one["is_proved"], week_on, one["week_minutes"])

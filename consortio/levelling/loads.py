"""
The load of weeks: how much of somebody is needed at once, against how much there is. Pure.

Instants are minutes since 1970 of the plan's own clock. A week is too full if at any working time more is needed than
there is: what adds up over the week may still not fit into it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from .rules import FAR, Band, Key, Need

EPOCH = date(1970, 1, 1)
DAY = 24 * 60
WEEK = 7 * DAY
MONDAY = 4 * DAY  # 5 January 1970 was one


class Work(NamedTuple):
    """When an item is worked on: spans that do not overlap, and its working minutes by the number of the week."""

    item_id: UUID
    spans: Sequence[tuple[int, int]]
    minutes: Mapping[int, int]


class Piece(NamedTuple):
    """From an instant to another one, so much is needed, by these items."""

    begin: int
    end: int
    percent: int
    items: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class WeekLoad:
    """
    Attributes:
        percent: the most that is needed at once, or where more is needed than there is, at the tightest time.
        capacity: what there is then; None where nothing limits it.
        minutes: of work in the week, of all items.
    """

    begins_on: date
    percent: int
    capacity: int | None
    minutes: int
    items: tuple[UUID, ...]

    @property
    def is_over(self) -> bool:
        return self.capacity is not None and self.percent > self.capacity


@dataclass(frozen=True, slots=True)
class Load:
    """The weeks in which somebody is needed, in their order."""

    key: Key
    weeks: tuple[WeekLoad, ...]

    @property
    def over(self) -> tuple[WeekLoad, ...]:
        return tuple(week for week in self.weeks if week.is_over)


def loads_of(
    needs: Iterable[Need], works: Mapping[UUID, Work], bands: Mapping[Key, Sequence[Band]]
) -> tuple[Load, ...]:
    """
    Return the load of everybody who is needed, in no particular order.

    Cost: linear in the spans of items, and in weeks.
    """
    by_key: dict[Key, list[Need]] = {}
    for need in needs:
        if need.item_id in works:
            by_key.setdefault(need.key, []).append(need)
    return tuple(_load(key, own, works, bands.get(key)) for key, own in by_key.items())


def _load(key: Key, needs: Sequence[Need], works: Mapping[UUID, Work], bands: Sequence[Band] | None) -> Load:
    minutes: dict[int, int] = {}
    for need in needs:
        for week, own in works[need.item_id].minutes.items():
            minutes[week] = minutes.get(week, 0) + own * need.percent
    return Load(key, _weeks(_pieces(needs, works), bands, minutes))


def _pieces(needs: Sequence[Need], works: Mapping[UUID, Work]) -> list[Piece]:
    """Return the steps of what is needed; times at which nothing is, are left out."""
    changes: dict[int, list[tuple[UUID, int]]] = {}
    for need in needs:
        for begin, end in works[need.item_id].spans:
            if begin < end:
                changes.setdefault(begin, []).append((need.item_id, need.percent))
                changes.setdefault(end, []).append((need.item_id, -need.percent))
    made: list[Piece] = []
    now: dict[UUID, int] = {}
    edges = sorted(changes)
    for begin, end in zip(edges, edges[1:], strict=False):
        for item_id, percent in changes[begin]:
            now[item_id] = now.get(item_id, 0) + percent
            if not now[item_id]:
                del now[item_id]
        if now:
            made.append(Piece(begin, end, sum(now.values()), frozenset(now)))
    return made


def _weeks(pieces: Iterable[Piece], bands: Sequence[Band] | None, minutes: Mapping[int, int]) -> tuple[WeekLoad, ...]:
    found: dict[int, list[tuple[int, int | None, frozenset[UUID]]]] = {}
    for piece in pieces:
        for begin, capacity in _cut(piece, bands):
            found.setdefault(week_of(begin), []).append((piece.percent, capacity, piece.items))
    return tuple(_week(number, found[number], minutes.get(number, 0) // 100) for number in sorted(found))


def week_of(minute: int) -> int:
    """Return the number of a week, counted from the first Monday of 1970."""
    return (minute - MONDAY) // WEEK


def monday_of(number: int) -> date:
    return EPOCH + timedelta(minutes=MONDAY + number * WEEK)


def _cut(piece: Piece, bands: Sequence[Band] | None) -> Iterable[tuple[int, int | None]]:
    """Yield where a piece begins in each week, and where what there is changes, with what there is then."""
    edges = {piece.begin}
    edges |= {MONDAY + number * WEEK for number in range(week_of(piece.begin) + 1, week_of(piece.end - 1) + 1)}
    for band in bands or ():
        edges |= {at for at in band_minutes(band) if piece.begin < at < piece.end}
    for begin in sorted(edges):
        yield begin, None if bands is None else _capacity_at(bands, begin)


def band_minutes(band: Band) -> tuple[int, int]:
    """Return from when to when a band holds, in minutes."""
    last = FAR if band.until_on == FAR else band.until_on + timedelta(days=1)
    return (band.from_on - EPOCH).days * DAY, (last - EPOCH).days * DAY


def _capacity_at(bands: Sequence[Band], at: int) -> int:
    return sum(band.percent for band in bands if band_minutes(band)[0] <= at < band_minutes(band)[1])


def _week(number: int, parts: Sequence[tuple[int, int | None, frozenset[UUID]]], minutes: int) -> WeekLoad:
    percent, capacity, _items = max(parts, key=lambda one: (one[0] - (one[1] or 0), one[0]))
    items = tuple(sorted(set().union(*(items for *_, items in parts))))
    return WeekLoad(monday_of(number), percent, capacity, minutes, items)


def minute_of(at: datetime) -> int:
    since = at - datetime(1970, 1, 1)
    return since.days * DAY + since.seconds // 60


def instant_of(minute: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(minutes=minute)

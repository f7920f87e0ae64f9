"""
Items without dates of their own, after all others have theirs: levels of effort and P6's WBS summaries.

A level of effort lasts from the first of the dates that its links give it to the last of them, whatever their kind,
and drives nothing. A WBS summary spans the activities of its branch.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from consortio.interchange.computed import NO_DATES, ItemDates
from consortio.interchange.plan import Item, Link, Plan

Span = tuple[datetime | None, datetime | None]
Edges = Callable[[ItemDates], Span]


class Clock(Protocol):
    """The calendars of a scheduled plan."""

    def lagged(self, link: Link, at: datetime, *, backwards: bool = False) -> datetime:
        """Return `at` moved by the link's lag in its lag calendar."""

    def next_start(self, item: Item, at: datetime) -> datetime:
        """Return when the item's calendar works next."""

    def previous_finish(self, item: Item, at: datetime) -> datetime:
        """Return when the item's calendar last worked."""


def spanned(plan: Plan, dates: Mapping[str, ItemDates], clock: Clock) -> dict[str, ItemDates]:
    """Return the dates of every level of effort and WBS summary that can have some, by item id."""
    known = dict(dates)
    efforts = _Efforts(plan, known, clock)
    # Levels of effort may span others: each round settles those that wait for the round before.
    for _ in range(2):
        for item in plan.items:
            if item.kind == "loe" and item.active:
                known[item.id] = efforts.dates(item)
    found = {item.id: known[item.id] for item in plan.items if item.kind == "loe" and item.active}
    return found | dict(_summaries(plan, known))


@dataclass(frozen=True, slots=True)
class _Pull:
    """A date that a link gives, and whether it has happened."""

    at: datetime
    is_actual: bool


class _Efforts:
    def __init__(self, plan: Plan, known: Mapping[str, ItemDates], clock: Clock) -> None:
        self.known, self.clock = known, clock
        self.items = {item.id: item for item in plan.items}
        self.data_dates = {project.id: project.data_date or project.start for project in plan.projects}
        self.first_data_date = plan.data_date or plan.start
        self.before: defaultdict[str, list[Link]] = defaultdict(list)
        self.after: defaultdict[str, list[Link]] = defaultdict(list)
        for link in plan.links:
            self.before[link.succ].append(link)
            self.after[link.pred].append(link)

    def dates(self, item: Item) -> ItemDates:
        if item.actual_start and item.actual_finish:
            return NO_DATES._replace(start=item.actual_start, finish=item.actual_finish)
        early = self._span(item, lambda one: (one.start, one.finish))
        late = self._span(item, lambda one: (one.late_start, one.late_finish))
        if early is None:
            return NO_DATES
        late = late or early
        return ItemDates(
            start=item.actual_start or early[0],
            finish=early[1],
            early_start=early[0],
            early_finish=early[1],
            late_start=min(late),
            late_finish=late[1],
        )

    def _span(self, item: Item, edges: Edges) -> tuple[datetime, datetime] | None:
        data_date = self.data_dates.get(item.project or "", self.first_data_date)
        starts = list(self._starts(item, edges))
        finishes = list(self._finishes(item, edges))
        if not starts and data_date is None:
            return None
        start = min(starts, key=lambda one: one.at) if starts else _Pull(self._next(item, data_date), False)
        finish = max(finishes, key=lambda one: one.at) if finishes else start
        return self._within(item, start, finish, data_date)

    def _within(self, item: Item, start: _Pull, finish: _Pull, data_date: datetime | None) -> tuple[datetime, datetime]:
        """What has not happened lies after the data date, on working time, and does not end before it starts."""
        first, last = start.at, finish.at
        if not start.is_actual:
            first = self.clock.next_start(item, max(first, data_date) if data_date else first)
        if not finish.is_actual:
            last = max(last, data_date) if data_date else last
        return first, max(first, last)

    def _next(self, item: Item, data_date: datetime | None) -> datetime:
        return self.clock.next_start(item, data_date or datetime.min)

    def _starts(self, item: Item, edges: Edges) -> Iterator[_Pull]:
        for link in self.before[item.id]:
            if link.kind in ("SS", "FS"):
                yield from self._pull(link, link.pred, link.kind[0], edges, backwards=False)
        for link in self.after[item.id]:
            if link.kind in ("SS", "SF"):
                yield from self._pull(link, link.succ, link.kind[1], edges, backwards=True)

    def _finishes(self, item: Item, edges: Edges) -> Iterator[_Pull]:
        for link in self.before[item.id]:
            if link.kind in ("FF", "SF"):
                yield from self._ends(item, self._pull(link, link.pred, link.kind[0], edges, backwards=False))
        for link in self.after[item.id]:
            if link.kind in ("FS", "FF"):
                yield from self._ends(item, self._pull(link, link.succ, link.kind[1], edges, backwards=True))

    def _ends(self, item: Item, pulls: Iterator[_Pull]) -> Iterator[_Pull]:
        for pull in pulls:
            yield pull if pull.is_actual else replace(pull, at=self.clock.previous_finish(item, pull.at))

    def _pull(self, link: Link, other: str, edge: str, edges: Edges, *, backwards: bool) -> Iterator[_Pull]:
        start, finish = edges(self.known.get(other, NO_DATES))
        at = start if edge == "S" else finish
        if at is not None:
            item = self.items[other]
            actual = item.actual_start if edge == "S" else item.actual_finish
            yield _Pull(self.clock.lagged(link, at, backwards=backwards), actual is not None)


def _summaries(plan: Plan, known: Mapping[str, ItemDates]) -> Iterator[tuple[str, ItemDates]]:
    summaries = [item for item in plan.items if item.kind == "wbs_summary" and item.active]
    if not summaries:
        return
    parents = {item.id: item.parent for item in plan.items}
    branch: defaultdict[str | None, list[ItemDates]] = defaultdict(list)
    for item in plan.items:
        if not item.is_summary and item.kind != "wbs_summary":
            above = item.parent
            while above is not None:
                branch[above].append(known.get(item.id, NO_DATES))
                above = parents.get(above)
    for item in summaries:
        yield item.id, _around(branch[item.parent])


def _around(inside: list[ItemDates]) -> ItemDates:
    def first(name: str) -> datetime | None:
        return min((at for one in inside if (at := getattr(one, name)) is not None), default=None)

    def last(name: str) -> datetime | None:
        return max((at for one in inside if (at := getattr(one, name)) is not None), default=None)

    return ItemDates(
        start=first("start"), finish=last("finish"), early_start=first("early_start"), early_finish=last("early_finish"),
        late_start=first("late_start"), late_finish=last("late_finish"),
    )  # fmt: skip

"""Drawn plans for the tests of writers: everything that a file of each kind can hold."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from consortio.interchange.plan import (
    Assignment,
    Baseline,
    BaselineItem,
    Calendar,
    CalendarException,
    Constraint,
    DayHours,
    Item,
    Link,
    Plan,
    Project,
    Resource,
    StoredDates,
    WorkWeek,
)

FIRST = datetime(2026, 1, 5, 8)
LINK_KINDS = ("FS", "SS", "FF", "SF")
DATED_CONSTRAINTS = ("snet", "snlt", "fnet", "fnlt", "mso", "mfo")

instants = st.integers(1, 500_000).map(lambda minutes: FIRST + timedelta(minutes=minutes))
maybe_instants = st.none() | instants
minutes = st.integers(0, 50_000)
# Readers put texts on one line; the second alphabet is what spreadsheets and XML stumble over.
letters = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8)
names = st.builds(
    lambda first, rest: (first + rest).strip(), st.sampled_from(("=", "-", "<&>", "@x", "'", "a ", "Ж", "“")), letters
)
constraints = (
    st.none() | st.just(Constraint("alap")) | st.builds(Constraint, st.sampled_from(DATED_CONSTRAINTS), instants)
)


@st.composite
def hours(draw: Any) -> DayHours:
    edges = sorted(draw(st.sets(st.integers(0, 96), min_size=0, max_size=6)))
    return tuple((one * 15, two * 15) for one, two in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw: Any) -> tuple[Calendar, ...]:
    found: list[Calendar] = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        day = st.none() | hours() if found else hours()
        first = date(2026, draw(st.integers(1, 12)), draw(st.integers(1, 28)))
        span = (first, first + timedelta(days=draw(st.integers(0, 9))))
        exceptions = draw(
            st.lists(st.builds(CalendarException, st.just(span[0]), st.just(span[1]), hours(), names), max_size=2)
        )
        weeks = draw(
            st.lists(
                st.builds(WorkWeek, st.just(span[0]), st.just(span[1]), st.tuples(*[hours()] * 7), names), max_size=1
            )
        )
        found.append(
            Calendar(
                str(number),
                draw(names),
                base=found[0].id if found else None,
                week=tuple(draw(day) for _ in range(7)),
                exceptions=tuple(exceptions),
                weeks=tuple(weeks),
            )
        )
    return tuple(found)


@st.composite
def plans(draw: Any, *, table: bool = False) -> Plan:
    """Draw a plan; `table` leaves out what tables have no columns for."""
    calendar = () if table else draw(calendars())
    resources = tuple(
        Resource(str(number), f"{draw(names)} {number}") for number in range(1, draw(st.integers(1, 3)) + 1)
    )
    if table:
        resources = tuple(Resource(one.name, one.name) for one in resources)
    parents = draw(st.lists(st.integers(0, 5), min_size=1, max_size=9))
    items = [_item(draw, number, parents, calendar, resources, table) for number in range(1, len(parents) + 1)]
    items = _in_order(items)
    return Plan(
        file="plan.xml",
        format="mspdi",
        mode="msp",
        projects=(_project(draw, calendar),),
        items=tuple(items),
        links=tuple(_links(draw, items)),
        calendars=calendar,
        resources=resources,
        baselines=_baselines(draw, items, table),
    )


def _project(draw: Any, calendar: tuple[Calendar, ...]) -> Project:
    return Project(
        "0",
        draw(names),
        start=draw(maybe_instants),
        finish=draw(maybe_instants),
        data_date=draw(maybe_instants),
        calendar=calendar[0].id if calendar else None,
        schedule_from=draw(st.sampled_from(("start", "finish"))),
        critical_float_minutes=480 * draw(st.integers(0, 3)),
    )


def _item(draw: Any, number: int, parents: list[int], calendar: Any, resources: Any, table: bool) -> Item:
    place = parents[number - 1]
    parent = str(place) if place and place < number else None
    has_children = number in [one for position, one in enumerate(parents, start=1) if one < position]
    milestone = not has_children and draw(st.booleans())
    start, finish = draw(maybe_instants), draw(maybe_instants)
    if table and milestone:
        start = finish
    if table and start is not None and finish is not None and finish < start:
        start, finish = finish, start
    duration: int | None = draw(minutes)
    extra = {} if table else _beyond_tables(draw, calendar)
    assignments = draw(st.lists(_assignments(resources, table), max_size=2, unique_by=lambda one: one.resource))
    return Item(
        str(number),
        f"{draw(names)} {number}",
        kind="phase" if has_children else "milestone" if milestone else "task",
        parent=parent,
        code=str(number),
        outline=f"W{number}",
        project="0",
        milestone="finish" if milestone else None,
        manual=draw(st.booleans()),
        duration_minutes=0 if milestone else (duration or 1),
        duration_elapsed=draw(st.booleans()) and not milestone,
        duration_estimated=draw(st.booleans()),
        constraint=draw(constraints),
        deadline=draw(maybe_instants),
        actual_start=draw(maybe_instants),
        actual_finish=draw(maybe_instants),
        percent_complete=float(draw(st.integers(0, 100))),
        stored=StoredDates(start, finish),
        work_minutes=draw(st.none() | minutes),
        assignments=tuple(assignments),
        responsible=tuple(one.name for use in assignments for one in resources if one.id == use.resource),
        **_costs(draw, has_children),
        notes=draw(st.just("") | names),
        **extra,
    )


def _costs(draw: Any, has_children: bool) -> dict[str, Any]:
    amounts = st.integers(1, 10**11).map(lambda cents: Decimal(cents) / 100)
    budget = draw(st.none() | amounts)
    actual = None if has_children else draw(st.none() | amounts)
    return {"budget": budget, "actual_cost": actual, "currency": "EUR" if budget or actual else ""}


def _assignments(resources: tuple[Resource, ...], table: bool) -> st.SearchStrategy[Assignment]:
    who = st.sampled_from([one.id for one in resources])
    units = st.sampled_from((0.25, 0.5, 1.0, 2.0))
    if table:
        return st.builds(Assignment, who, units)
    return st.builds(
        Assignment, who, units, work_minutes=minutes, remaining_work_minutes=minutes, start=instants, finish=instants
    )


def _beyond_tables(draw: Any, calendar: tuple[Calendar, ...]) -> dict[str, Any]:
    return {
        "active": draw(st.booleans()),
        "remaining_minutes": draw(st.none() | minutes),
        "actual_minutes": draw(st.none() | minutes),
        "calendar": draw(st.none() | st.sampled_from([one.id for one in calendar])),
        "ignores_resource_calendar": draw(st.booleans()),
        "effort_kind": draw(st.sampled_from(("fixed_units", "fixed_duration", "fixed_work"))),
        "effort_driven": draw(st.booleans()),
        "physical_percent": draw(st.none() | st.integers(0, 100).map(float)),
        "percent_kind": draw(st.sampled_from(("duration", "physical"))),
        "critical": draw(st.none() | st.booleans()),
        "total_float_minutes": draw(st.none() | st.integers(-5000, 5000)),
        "free_float_minutes": draw(st.none() | minutes),
        "leveling_delay_minutes": draw(minutes),
        "leveling_delay_elapsed": draw(st.booleans()),
        "priority": draw(st.none() | st.integers(0, 1000)),
        "suspended": draw(maybe_instants),
        "resumed": draw(maybe_instants),
    }


def _in_order(items: list[Item]) -> list[Item]:
    ordered: list[Item] = []

    def add(parent: str | None, depth: int) -> None:
        for item in items:
            if item.parent == parent:
                ordered.append(replace(item, depth=depth, order=len(ordered)))
                add(item.id, depth + 1)

    add(None, 1)
    return ordered


def _links(draw: Any, items: list[Item]) -> list[Link]:
    ids = [item.id for item in items]
    pairs = draw(st.sets(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=6))
    found = []
    order = {one: position for position, one in enumerate(ids)}
    for pred, succ in sorted(pairs, key=lambda pair: (order[pair[1]], order[pair[0]])):
        if pred != succ:
            kind = draw(st.sampled_from(LINK_KINDS))
            if draw(st.booleans()):
                lag = draw(st.integers(-5000, 5000))
                found.append(Link(pred, succ, kind, lag, lag_elapsed=bool(lag) and draw(st.booleans())))
            else:
                found.append(Link(pred, succ, kind, lag_percent=float(draw(st.integers(-100, 100)))))
    return found


def _baselines(draw: Any, items: list[Item], table: bool) -> tuple[Baseline, ...]:
    found = []
    for number in draw(st.sets(st.integers(0, 10), max_size=2).map(sorted)) if not table else [0] * draw(st.booleans()):
        work = st.none() if table else minutes
        rows = [BaselineItem(item.id, draw(instants), draw(instants), draw(minutes), draw(work)) for item in items]
        found.append(Baseline(number, tuple(rows)))
    return tuple(found)

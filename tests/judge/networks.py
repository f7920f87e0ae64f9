"""
Plans drawn at random: every constraint, link and lag, several calendars, milestones, summaries, progress, deadlines,
resources, levels of effort, WBS summaries, bounds from elsewhere, several projects.

A plan is fixed by its mode and seed. Each draws which features it has, so that most plans mix a few and some have all.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from consortio.interchange.plan import (
    Assignment,
    Calendar,
    CalendarException,
    Constraint,
    ConstraintKind,
    Item,
    Link,
    Mode,
    Plan,
    Project,
    Resource,
)
from tests.judge.clock import WorkClock

START = datetime(2026, 1, 5, 8, 0)
DAY, EVENING = (8 * 60, 17 * 60)
OFFICE = ((480, 720), (780, 1020))
MSP_CONSTRAINTS: tuple[ConstraintKind, ...] = ("snet", "snlt", "fnet", "fnlt", "mso", "mfo")
P6_CONSTRAINTS: tuple[ConstraintKind, ...] = (*MSP_CONSTRAINTS, "start_on", "finish_on")
START_KINDS = {"snet", "snlt", "mso", "start_on"}


@dataclass(frozen=True)
class Features:
    """What a plan has. Each is drawn on its own."""

    calendars: int
    nights: bool
    constraints: bool
    lags: bool
    elapsed: bool
    progress: bool
    summaries: bool
    summary_links: bool
    milestones: bool
    deadlines: bool
    manual: bool
    inactive: bool
    odd_minutes: bool
    alap: bool
    options: bool
    resources: bool
    efforts: bool
    projects: bool


def draw_plan(mode: Mode, seed: int, sizes: tuple[int, int] = (30, 60)) -> Plan:
    """
    Return the plan of this mode and seed.

    Args:
        sizes: the fewest and the most tasks.

    Random:
        `random.Random` seeded with mode and seed; the same on every machine.
    """
    random = Random(f"{mode} {seed}")
    features = draw_features(random, mode)
    calendars = draw_calendars(random, features.calendars, features.nights)
    known = {one.id: one for one in calendars}
    size, name = random.randint(*sizes), f"{mode}-{seed}"
    if not features.projects:
        return Drawing(random, mode, features, known, size).plan(name)
    first = Drawing(random, mode, features, known, size // 2).plan(name)
    again = draw_features(random, mode)
    second = Drawing(random, mode, replace(again, nights=features.nights), known, size - size // 2).plan(name)
    return together(first, second)


def together(first: Plan, second: Plan) -> Plan:
    """Both plans as projects of one, with nothing between them: the reference schedules each by itself."""

    def other(name: str | None) -> str | None:
        return None if name is None else f"B{name}"

    items = [
        replace(
            item,
            id=f"B{item.id}",
            parent=other(item.parent),
            project="2",
            order=item.order + len(first.items),
            assignments=tuple(replace(one, resource=other(one.resource)) for one in item.assignments),
        )  # fmt: skip
        for item in second.items
    ]
    resources = [replace(one, id=f"B{one.id}") for one in second.resources]
    links = [replace(link, pred=f"B{link.pred}", succ=f"B{link.succ}") for link in second.links]
    later = replace(second.projects[0], id="2", start=START + timedelta(days=7))
    return replace(
        first, projects=(*first.projects, later), items=(*first.items, *items), links=(*first.links, *links),
        resources=(*first.resources, *resources),
    )  # fmt: skip


def draw_features(random: Random, mode: Mode) -> Features:
    def chance(share: float) -> bool:
        return random.random() < share

    msp = mode == "msp"
    return Features(
        calendars=random.choice((1, 1, 2, 3, 4)),
        # The reference errs about midnight: enough such plans to see that it does, few enough to see the rest.
        nights=chance(0.15),
        constraints=chance(0.6),
        lags=chance(0.6),
        elapsed=msp and chance(0.3),
        progress=chance(0.5),
        summaries=chance(0.6),
        summary_links=msp and chance(0.3),
        milestones=chance(0.6),
        deadlines=msp and chance(0.4),
        manual=msp and chance(0.25),
        inactive=msp and chance(0.25),
        odd_minutes=chance(0.3),
        alap=chance(0.25),
        options=chance(0.5),
        resources=chance(0.3),
        efforts=not msp and chance(0.35),
        projects=chance(0.15),
    )


def draw_calendars(random: Random, count: int, nights: bool) -> list[Calendar]:
    holidays = tuple(
        CalendarException(first, first + timedelta(days=random.choice((0, 0, 1, 6))), name="Holiday")
        for first in (date(2026, 1, 5) + timedelta(days=random.randint(1, 200)) for _ in range(random.randint(0, 6)))
    )
    saturday = date(2026, 1, 10) + timedelta(days=7 * random.randint(0, 20))
    weekend: tuple[tuple[tuple[int, int], ...], ...] = ((), ())
    night = ((1320, 1800),)
    known = [
        Calendar("office", "Office", week=(OFFICE,) * 5 + weekend, exceptions=holidays),
        Calendar("site", "Site", week=(((420, 720), (750, 1050)),) * 6 + ((),), exceptions=holidays[:2]),
        Calendar("worked", "Office with a Saturday", base="office", exceptions=(worked_day(saturday),)),
        Calendar(
            "short", "Short days", week=(((495, 705),), (), ((600, 1140),), OFFICE, ((480, 720),), ((540, 600),), ())
        ),
    ]
    if nights:
        known.append(Calendar("night", "Night", week=(night,) * 5 + weekend, exceptions=holidays[:1]))
        known.append(Calendar("always", "Around the clock", week=(((0, 1440),),) * 7))
    return known[:1] if count == 1 else [known[0], *random.sample(known[1:], count - 1)]


def worked_day(day: date) -> CalendarException:
    return CalendarException(day, day, hours=((480, 720),), name="Catching up")


class Drawing:
    """One plan being drawn: tasks in the order of their links, so that no ring can come of it."""

    def __init__(
        self, random: Random, mode: Mode, features: Features, calendars: dict[str, Calendar], size: int
    ) -> None:
        self.random, self.mode, self.features, self.calendars, self.size = random, mode, features, calendars, size
        self.names = list(calendars)
        # Someone who works while the task's calendar rests could never begin.
        by_day = [name for name in self.names if name not in ("night", "always")]
        self.resources = tuple(
            Resource(f"R{number}", f"Resource {number}", calendar=random.choice(by_day)) for number in range(4)
        )
        self.clocks = {name: WorkClock(name, calendars, START.date()) for name in calendars}
        self.data_date = self._draw_data_date()

    def plan(self, name: str) -> Plan:
        items = [self._item(number) for number in range(self.size)]
        if self.features.progress:
            items = [self._progressed(item, number) for number, item in enumerate(items)]
        links = self._links(items)
        if self.features.resources:
            items = [self._worked_on(item) for item in items]
        if self.features.efforts:
            items, links = self._with_efforts(items, links)
        if self.features.summaries:
            items, links = self._with_summaries(items, links)
        project = self._project()
        return Plan(
            file=name, format="mspdi" if self.mode == "msp" else "xer", mode=self.mode, projects=(project,),
            items=tuple(items), links=tuple(links), calendars=tuple(self.calendars.values()), resources=self.resources,
        )  # fmt: skip

    def _project(self) -> Project:
        random, options = self.random, self.features.options and self.mode == "p6"
        return Project(
            id="1",
            name="Drawn",
            start=START,
            calendar="office",
            data_date=self.data_date if self.features.progress else None,
            lag_calendar=random.choice(("predecessor", "successor", "project", "elapsed"))
            if options
            else self._own_lags(),
            uses_expected_finish=options and random.random() < 0.5,
            must_finish_by=START + timedelta(days=random.randint(20, 200))
            if options and random.random() < 0.3
            else None,
        )

    def _own_lags(self) -> str:
        return "successor" if self.mode == "msp" else "predecessor"

    def _draw_data_date(self) -> datetime:
        day = START + timedelta(days=self.random.randint(5, 60))
        return day.replace(hour=self.random.choice((0, 8, 8, 17, 12)))

    def _item(self, number: int) -> Item:
        random, features = self.random, self.features
        milestone = features.milestones and random.random() < 0.15
        minutes = 0 if milestone else self._duration()
        item = Item(
            id=str(number + 1), name=f"Task {number + 1}", project="1", order=number,
            kind="milestone" if milestone else "task",
            milestone=self._milestone_edge() if milestone else None,
            duration_minutes=minutes, remaining_minutes=minutes, calendar=random.choice(self.names),
            effort_kind="fixed_duration",
        )  # fmt: skip
        if features.manual and random.random() < 0.1:
            return self._manual(item)
        if features.inactive and random.random() < 0.08:
            item = replace(item, active=False)
        return self._limited(item)

    def _milestone_edge(self) -> str:
        return "finish" if self.mode == "msp" else self.random.choice(("start", "finish"))

    def _duration(self) -> int:
        if self.features.odd_minutes and self.random.random() < 0.5:
            return self.random.randint(1, 5000)
        return self.random.choice((60, 240, 480, 480, 960, 1440, 2400, 4800, 9600))

    def _manual(self, item: Item) -> Item:
        start = self._working_day(self.random.randint(0, 60), DAY)
        finish = self.clocks[item.calendar].later(start, item.duration_minutes or 0)
        return replace(item, manual=True, stored=replace(item.stored, start=start, finish=finish))

    def _limited(self, item: Item) -> Item:
        random, features = self.random, self.features
        if features.constraints and random.random() < 0.25:
            item = replace(item, constraint=self._constraint(MSP_CONSTRAINTS if self.mode == "msp" else P6_CONSTRAINTS))
        elif features.alap and random.random() < 0.1:
            item = replace(item, constraint=Constraint("alap"))
        if self.mode == "p6" and item.constraint and random.random() < 0.2:
            item = replace(item, constraint2=self._constraint(("snlt", "fnlt")))
        if features.deadlines and random.random() < 0.2:
            item = replace(item, deadline=self._working_day(random.randint(5, 150), EVENING))
        if self.mode == "p6" and features.options and random.random() < 0.05 and item.milestone is None:
            item = replace(item, expected_finish=self._working_day(random.randint(5, 120), EVENING))
        if self.mode == "p6" and features.options and random.random() < 0.05:
            item = replace(item, external_early_start=self._working_day(random.randint(5, 90), DAY))
        if self.mode == "p6" and features.options and random.random() < 0.05:
            item = replace(item, external_late_finish=self._working_day(random.randint(5, 120), EVENING))
        return item

    def _worked_on(self, item: Item) -> Item:
        """Let people decide how long the task takes: one, or several whose hours may differ."""
        random = self.random
        by_day = self.resources[0].calendar is not None and item.calendar not in ("night", "always")
        if item.milestone or item.manual or item.actual_start or not by_day or random.random() < 0.6:
            return item
        whole = random.choice((60, 240, 480, 960, 2400))
        chosen = random.sample(self.resources, random.choice((1, 1, 2, 3)))
        spans = [whole, *(random.choice((60, 240, whole)) for _ in chosen[1:])]
        if len({one.calendar for one in chosen}) == 1:
            spans = [min(span, whole) for span in spans]  # the other program counts the duration in these hours
        assignments = tuple(self._assignment(one, span) for one, span in zip(chosen, spans, strict=True))
        return replace(
            item, duration_minutes=whole, remaining_minutes=whole, assignments=assignments,
            effort_kind="fixed_units", resource_driven=True,
        )  # fmt: skip

    def _assignment(self, resource: Resource, span: int) -> Assignment:
        units = self.random.choice((0.5, 1.0, 1.0, 2.0))
        work = int(span * units)
        return Assignment(resource.id, units=units, work_minutes=work, remaining_work_minutes=work)

    def _with_efforts(self, items: list[Item], links: list[Link]) -> tuple[list[Item], list[Link]]:
        """Levels of effort with links of every kind from and to tasks; between two of them the reference knows none."""
        random, tasks = self.random, [item.id for item in items]
        for number in range(random.randint(1, 4)):
            effort = Item(
                id=f"L{number}", name=f"Effort {number}", project="1", kind="loe", calendar=random.choice(self.names),
                duration_minutes=0, remaining_minutes=0,
            )  # fmt: skip
            for other in random.sample(tasks, random.choice((0, 1, 2, 2, 4))):
                ends = (other, effort.id) if random.random() < 0.6 else (effort.id, other)
                lag = random.choice((0, 0, 0, 480)) if self.features.lags else 0
                links = [*links, Link(*ends, random.choice(("SS", "FF", "FS", "SF")), lag_minutes=lag)]
            items = [*items, effort]
        return items, links

    def _constraint(self, kinds: tuple[ConstraintKind, ...]) -> Constraint:
        kind = self.random.choice(kinds)
        return Constraint(kind, self._working_day(self.random.randint(0, 120), DAY if kind in START_KINDS else EVENING))

    def _working_day(self, days: int, minute: int) -> datetime:
        """A day on which the office works, so that other programs' planning wizards would have accepted it."""
        day = START.date() + timedelta(days=days)
        while self.clocks["office"].work(datetime.combine(day, time.min), datetime.combine(day, time.max)) < 470:
            day += timedelta(days=1)
        return datetime.combine(day, time.min) + timedelta(minutes=minute)

    def _links(self, items: list[Item]) -> list[Link]:
        random = self.random
        links, seen = [], set()
        for number in range(1, len(items)):
            for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
                before = random.randint(max(0, number - 15), number - 1)
                if (before, number) not in seen:
                    seen.add((before, number))
                    links.append(self._link(items[before], items[number].id))
        return links

    def _link(self, pred: Item, succ: str) -> Link:
        random = self.random
        link = Link(pred.id, succ, random.choices(("FS", "SS", "FF", "SF"), (12, 3, 3, 1))[0])
        if not self.features.lags or random.random() < 0.5:
            return link
        # The reference counts seconds, ours are whole minutes: only shares that come out even are drawn.
        if self.mode == "msp" and (pred.duration_minutes or 0) % 20 == 0 and random.random() < 0.1:
            return replace(link, lag_percent=float(random.choice((10, 25, 50, 100, -50))))
        minutes = random.choice((60, 240, 480, 960, 2400, -60, -480, -960))
        if self.features.odd_minutes:
            minutes += random.randint(-30, 30)
        return replace(link, lag_minutes=minutes, lag_elapsed=self.features.elapsed and random.random() < 0.4)

    def _progressed(self, item: Item, number: int) -> Item:
        """Most early tasks are finished, some are under way, and a few of either stand where nobody would expect them."""
        reached = number / self.size + self.random.gauss(0, 0.08)
        if item.manual or not item.active or reached > 0.45:
            return item
        clock, share = self.clocks[item.calendar], self.random.random()
        began = clock.later(START, int(share * clock.work(START, self.data_date) * 0.9) + 1) - timedelta(minutes=1)
        if began >= self.data_date:
            return item
        return self._finished(item, began) if reached < 0.3 else self._under_way(item, began)

    def _finished(self, item: Item, began: datetime) -> Item:
        clock = self.clocks[item.calendar]
        ended = began if item.milestone else min(clock.later(began, item.duration_minutes or 0), self.data_date)
        done = clock.work(began, ended)
        planned = done if self.mode == "msp" else item.duration_minutes
        return replace(
            item, actual_start=began, actual_finish=ended, actual_minutes=done, remaining_minutes=0,
            duration_minutes=planned, percent_complete=100.0,
        )  # fmt: skip

    def _under_way(self, item: Item, began: datetime) -> Item:
        if item.milestone:
            return item
        whole = item.duration_minutes or 0
        left = self.random.randint(1, max(1, whole - 1))
        done = self.clocks[item.calendar].work(began, self.data_date) if self.mode == "p6" else whole - left
        return replace(item, actual_start=began, actual_minutes=done, remaining_minutes=left)

    def _with_summaries(self, items: list[Item], links: list[Link]) -> tuple[list[Item], list[Link]]:
        """Put runs of tasks under summaries; some runs are two levels deep."""
        result: list[Item] = []
        tops: list[Item] = []
        number = 0
        while number < len(items):
            run = self.random.randint(2, 8)
            top = Item(id=f"S{number}", name=f"Phase {number}", kind="phase", project="1", depth=1)
            tops.append(top)
            result += [top, *(replace(item, parent=top.id, depth=2) for item in items[number : number + run])]
            if self.features.efforts and self.random.random() < 0.2:
                result.append(
                    Item(
                        id=f"W{number}",
                        name=f"Span {number}",
                        project="1",
                        kind="wbs_summary",
                        parent=top.id,
                        depth=2,
                        calendar=self.names[0],
                        duration_minutes=0,
                        remaining_minutes=0,
                    )  # fmt: skip
                )
            number += run
        if self.features.summary_links and len(tops) > 2:
            first, second = sorted(self.random.sample(range(len(tops)), 2))
            links = [*links, Link(tops[first].id, tops[second].id, self.random.choice(("FS", "FS", "SS")))]
        return [replace(item, order=order) for order, item in enumerate(result)], links

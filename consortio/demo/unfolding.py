"""
What came of the plan: each revision of it as its keeper sent it, and what people said between two of them.

The table says how long everything really took. Scheduled so, it tells when each item really began and ended; what a
revision knew follows from its data date, so all of it hangs together whatever day the demo world is loaded on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from consortio.interchange.engine import schedule_plan
from consortio.interchange.plan import Constraint, Item, Plan, StoredDates

from .crossing import CALENDARS, NAME, NOTES, ROWS
from .money import CURRENCY, budget_of
from .table import DAY, Line, Sheet, lines_of

BEGINS = -35  # weeks from this Monday
REVISIONS = (BEGINS, -31, -27, -22, -18, -14, -10, -6, -1)  # the week in which each was sent
SPOKEN_FROM = -6  # from here on people say their progress here, and the plan's keeper only corrects durations
GRANT_SLACK = timedelta(days=10)
CRITICAL_DAYS = 5  # the shipyard works four days a week: no two calendars meet to the minute
KNOWN_AFTER = 0.8  # of its planned days an item must have run before its keeper says how long it will really take


@dataclass(frozen=True, slots=True)
class Dates:
    start: datetime
    finish: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says of an item at a time. `percent` is 100 with its end."""

    key: str
    who: str
    at: datetime
    percent: int
    started_at: datetime
    finished_at: datetime | None = None


class Crossing:
    """The joint plan, seen from one day."""

    def __init__(self, today: date) -> None:
        monday = today - timedelta(days=today.weekday())
        sheet = Sheet(NAME, "quiet-crossing.xml", lines_of(ROWS), monday, BEGINS, CALENDARS, NOTES)
        sheet = replace(sheet, critical_days=CRITICAL_DAYS)
        self.lines = {line.key: line for line in sheet.lines}
        self.numbers = {line.key: str(number) for number, line in enumerate(sheet.lines, 1)}
        self.real = _real(sheet)
        self.sheet = replace(sheet, grant_at=self._grant_at(sheet))

    def _grant_at(self, sheet: Sheet) -> datetime:
        """Return a Friday evening that the joint plan, as it stands today, keeps by a little more than a week."""
        now = _dates(self._plan(sheet, sheet.friday(0)))
        (last,) = (now[line.key].finish for line in sheet.lines if "grant" in line.more)
        day = last + GRANT_SLACK
        return datetime.combine(day.date() + timedelta(days=(4 - day.weekday()) % 7), sheet.friday(0).time())

    def sent(self, number: int) -> Plan:
        """Return the plan as its keeper sent it, by the whole numbers that MS Project knows everything by."""
        return by_numbers(self.revision(number), self.numbers)

    def revision(self, number: int) -> Plan:
        """Return the plan as it stood when its keeper sent it; the first is 1."""
        sheet = replace(self.sheet.upto(number), file=f"quiet-crossing-{number}.xml")
        data_at = sheet.friday(REVISIONS[number - 1]) if number > 1 else None
        plan = self._plan(sheet, data_at)
        dates = _dates(plan)
        stored = [replace(one, stored=StoredDates(dates[one.id].start, dates[one.id].finish)) for one in plan.items]
        return replace(plan, items=tuple(stored))

    def _plan(self, sheet: Sheet, data_at: datetime | None) -> Plan:
        return sheet.plan([self._item(sheet, line, order, data_at) for order, line in enumerate(sheet.lines)], data_at)

    def _item(self, sheet: Sheet, line: Line, order: int, data_at: datetime | None) -> Item:
        item, real, budget = sheet.item(line, order), self.real[line.key], budget_of(line)
        item = replace(item, budget=budget, currency=CURRENCY if budget else "")
        if data_at is None or line.days is None or real.start > data_at:
            return item
        is_done = real.finish <= data_at
        minutes = (line.took if is_done or self._is_known(line, data_at) else line.days) * DAY[line.calendar]
        return replace(
            item,
            duration_minutes=minutes,
            actual_start=real.start,
            actual_finish=real.finish if is_done else None,
            percent_complete=100.0 if is_done else float(self._percent(line, data_at)),
        )

    def _is_known(self, line: Line, at: datetime) -> bool:
        ran, planned = at - self.real[line.key].start, timedelta(days=(line.days or 0) * 7 / 5)
        return ran >= KNOWN_AFTER * planned

    def _percent(self, line: Line, at: datetime) -> int:
        """Return how far an item is, in steps of five; never nothing and never done."""
        real = self.real[line.key]
        share = (at - real.start) / (real.finish - real.start)
        return min(max(round(share * 20) * 5, 5), 95)

    def reports(self) -> Iterator[Report]:
        """Yield what people say of their items since the plan's keeper stopped collecting it, in the order of time."""
        since, until = self.sheet.friday(SPOKEN_FROM), self.sheet.friday(0)
        made = [one for line in self.sheet.lines if line.days is not None for one in self._said(line, since, until)]
        yield from sorted(made, key=lambda one: (one.at, one.key))

    def _said(self, line: Line, since: datetime, until: datetime) -> Iterator[Report]:
        real = self.real[line.key]
        if since < real.finish <= until:
            yield Report(line.key, line.who, real.finish + timedelta(minutes=20), 100, real.start, real.finish)
        elif since < real.start <= until:
            yield Report(line.key, line.who, until, self._percent(line, until), real.start)
        elif real.start <= since and real.finish > until:
            friday = until - timedelta(days=7, hours=2)
            yield Report(line.key, line.who, friday, self._percent(line, friday), real.start)


def by_numbers(plan: Plan, numbers: Mapping[str, str]) -> Plan:
    """Return the plan with a number for each key; calendars are counted, and rows numbered as they stand."""
    hours = {one.id: str(number) for number, one in enumerate(plan.calendars, 1)}
    items = [
        replace(
            one,
            id=numbers[one.id],
            parent=numbers.get(one.parent or ""),
            calendar=hours.get(one.calendar or ""),
            code=str(row),
        )
        for row, one in enumerate(plan.items, 1)
    ]
    return replace(
        plan,
        projects=tuple(replace(one, calendar=hours.get(one.calendar or "")) for one in plan.projects),
        items=tuple(items),
        links=tuple(replace(one, pred=numbers[one.pred], succ=numbers[one.succ]) for one in plan.links),
        calendars=tuple(replace(one, id=hours[one.id], base=hours.get(one.base or "")) for one in plan.calendars),
    )


def _real(sheet: Sheet) -> Mapping[str, Dates]:
    items = []
    for order, line in enumerate(sheet.lines):
        item = sheet.item(line, order)
        if line.days:
            item = replace(item, duration_minutes=line.took * DAY[line.calendar])
        if (held := line.week("held")) is not None:
            item = replace(item, constraint=Constraint("snet", sheet.morning(held)))
        items.append(item)
    return _dates(sheet.plan(items))


def _dates(plan: Plan) -> dict[str, Dates]:
    computed = schedule_plan(plan)
    found = {}
    for key, own in computed.items.items():
        assert own.start and own.finish, key
        found[key] = Dates(own.start, own.finish)
    return found

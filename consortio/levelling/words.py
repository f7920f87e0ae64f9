"""Load and capacity in words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.ui.formats import day, number

from .loads import WeekLoad
from .reads import CapacityRow, LoadRow
from .rules import WHOLE

WEEK = timedelta(days=7)
RUNS_MAX = 3  # of weeks, that one sentence names


def week_words(monday: date, today: date) -> str:
    """Return "week 19, from 5 May"."""
    return _("week %(n)s, from %(day)s") % {"n": monday.isocalendar().week, "day": day(monday, today)}


def over_words(row: LoadRow, today: date) -> str:
    """Return "Ingrid is needed twice in weeks 14–16"."""
    worst = row.worst
    if worst is None:
        return ""
    told = {"who": row.who.name, "weeks": _runs_words(row.over, today), "needed": _percent(worst.percent)}
    if worst.capacity == WHOLE and worst.percent == 2 * WHOLE:
        return _("%(who)s is needed twice in %(weeks)s") % told
    if worst.capacity == WHOLE and worst.percent == 3 * WHOLE:
        return _("%(who)s is needed three times in %(weeks)s") % told
    if not worst.capacity:
        return _("%(who)s is needed in %(weeks)s, and has no time then") % told
    there = {"there": _percent(worst.capacity)}
    return _("%(who)s is needed up to %(needed)s in %(weeks)s, and there is %(there)s") % (told | there)


def _runs_words(weeks: Sequence[WeekLoad], today: date) -> str:
    runs = list(_runs([week.begins_on for week in weeks]))
    said = ", ".join(_run_words(first, last) for first, last in runs[:RUNS_MAX])
    several = len(runs) > 1 or runs[0][0] != runs[0][1]
    words = (_("weeks %(said)s") if several else _("week %(said)s")) % {"said": said}
    if first_far := runs[0][0] if runs[0][0].isocalendar().year != today.isocalendar().year else None:
        words = _("%(weeks)s of %(year)s") % {"weeks": words, "year": first_far.isocalendar().year}
    return _("%(weeks)s and later") % {"weeks": words} if len(runs) > RUNS_MAX else words


def _run_words(first: date, last: date) -> str:
    begin, end = (one.isocalendar().week for one in (first, last))
    return f"{begin}" if first == last else f"{begin}–{end}"


def _runs(mondays: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Yield the first and last of weeks that follow each other."""
    first = last = mondays[0]
    for monday in mondays[1:]:
        if monday - last > WEEK:
            yield first, last
            first = monday
        last = monday
    yield first, last


def _percent(value: int) -> str:
    return _("%(n)s%%") % {"n": number(value)}


def amount_words(percent: int) -> str:
    """Return how much of whom that is: "75 %" of one person, "2.5 people"."""
    if percent <= WHOLE:
        return _percent(percent)
    people = percent / WHOLE
    return ngettext("%(n)s person", "%(n)s people", 2) % {"n": number(people)}


def state_words(row: LoadRow) -> str:
    if row.state == "said":
        return amount_words(row.capacity or 0)
    if row.state == "assumed":
        return _("one person, nothing else was said")
    return _("has not said")


def span_words(row: CapacityRow, today: date) -> str:
    """Return from when to when something was said."""
    if row.until_on is None:
        return _("from %(day)s") % {"day": day(row.from_on, today)}
    return _("%(first)s to %(last)s") % {"first": day(row.from_on, today), "last": day(row.until_on, today)}


def days_of(minutes: int, day_minutes: int) -> float:
    """Return work in days, to a tenth."""
    return round(minutes / day_minutes, 1)


STATUS: Mapping[str, Any] = {
    "ok": lambda: _("proven: no dates end earlier"),
    "feasible": lambda: _("found, not proven to be the best"),
    "infeasible": lambda: _("no dates fit"),
    "no_answer": lambda: _("no dates were found"),
    "limit": lambda: _("the time was up before any dates were found"),
    "cancelled": lambda: _("stopped"),
}


def status_words(status: str) -> str:
    return STATUS[status]() if status in STATUS else status


def instant_in(text: str) -> datetime | None:
    """Return an instant of the plan's own clock as it was kept."""
    return datetime.fromisoformat(text) if text else None


def day_in(text: str, today: date) -> str:
    at = instant_in(text)
    return day(at, today) if at else "–"

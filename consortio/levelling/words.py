"""Load and capacity in words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.ui.formats import day, instant, number, percent

from .found import LevellingPage
from .loads import WeekLoad
from .reads import CapacityRow, ItemRef, LoadRow
from .rules import WHOLE

WEEK = timedelta(days=7)
RUNS_MAX = 3  # of weeks, that one sentence names
ITEMS_MAX = 8


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
    said = ", ".join(_run_words(first, last, today) for first, last in runs[:RUNS_MAX])
    several = len(runs) > 1 or runs[0][0] != runs[0][1]
    words = (_("weeks %(said)s") if several else _("week %(said)s")) % {"said": said}
    return _("%(weeks)s and later") % {"weeks": words} if len(runs) > RUNS_MAX else words


def _run_words(first: date, last: date, today: date) -> str:
    year, begin, _day = first.isocalendar()
    end = last.isocalendar().week
    said = f"{begin}" if first == last else f"{begin}–{end}"
    return said if year == today.isocalendar().year else _("%(weeks)s of %(year)s") % {"weeks": said, "year": year}


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


def result_words(page: LevellingPage, today: date) -> str:
    """Say in a sentence what came out."""
    told = {"name": page.head.name, "before": day(page.finish_before, today), "after": day(page.finish_at, today)}
    if page.finish_at is None:
        return _("No dates were found for %(name)s that fit the time there is.") % told
    if not page.total:
        return (
            _("The dates of %(name)s fit the time there is, as far as they can be moved; nothing has to move.") % told
        )
    count = ngettext("One item moves", "%(n)s items move", page.total) % {"n": number(page.total)}
    if page.finish_before == page.finish_at:
        return _("%(count)s, and %(name)s ends on %(after)s as before.") % (told | {"count": count})
    return _("%(count)s, and %(name)s ends on %(after)s instead of %(before)s.") % (told | {"count": count})


def proof_words(page: LevellingPage, today: date) -> str:
    """Say how far what came out is from what is possible at best."""
    if page.status == "ok":
        return _("Proven: no dates that fit are better.")
    if page.finish_at is None:
        return status_words(page.status)
    if page.gap == 0:
        return _("Proven: no dates that fit end earlier. Whether fewer items could move is not.")
    if page.bound_at is None or page.gap is None:
        return _("Found in the time there was; how far from the best is not known.")
    told = {"day": day(page.bound_at, today), "gap": percent(page.gap)}
    return (
        _("Not proven to be the best: no dates that fit end before %(day)s, so at most %(gap)s are to be gained.")
        % told
    )


def most_words(page: LevellingPage) -> str:
    """Say what cannot be exceeded, however many people there are."""
    days = days_of(page.most or 0, page.head.day_minutes)
    if not page.most:
        return _("Nothing is short: the links alone ask for this finish, and more people would gain nothing.")
    words = ngettext(
        "Nothing can gain more than %(n)s working day: that is what the links alone ask for.",
        "Nothing can gain more than %(n)s working days: that is what the links alone ask for.",
        2,
    )
    return words % {"n": number(days)}


OBJECTIVES: Mapping[str, Any] = {
    "finish": lambda: _("the earliest finish, then as few moved dates as possible"),
    "stable": lambda: _("as few moved dates as possible, then the earliest finish"),
}


def method_pairs(page: LevellingPage) -> list[tuple[str, str]]:
    """Return how it was found, each with its words."""
    return [
        (_("Found"), instant(page.found_at)),
        (_("Asked by"), page.person),
        (_("Method"), page.method),
        (_("Aim"), OBJECTIVES[page.objective]()),
        (_("Limit"), ngettext("%(n)s second", "%(n)s seconds", page.limit_seconds) % {"n": number(page.limit_seconds)}),
        (_("Seed"), str(page.seed) if page.seed is not None else "–"),
        (_("Engine"), page.engine),
        (_("Fingerprint"), page.fingerprint[:16]),
    ]


FINDINGS: Mapping[str, Any] = {
    "taken_by_fixed": lambda: _("What stays where it is needs more than there is, so some weeks stay too full."),
    "never_enough": lambda: _("An item needs more at once than there ever is: it fits nowhere."),
    "date_broken": lambda: _("A date that must not be passed is passed: the time there is does not allow it."),
    "deadline_missed": lambda: _("A deadline is missed."),
    "link_broken": lambda: _("An item that stays where it is does not wait for the one before it."),
    "no_room": lambda: _("An item finds no room before the calendars end."),
    "coarsened": lambda: _("The plan is so long that it was solved in coarser steps, which prove nothing."),
    "no_solver": lambda: _("The solver is not installed on this server; the instant method answered."),
    "limit_reached": lambda: _("The time was up before every aim was looked at to its end."),
    "as_soon_as_possible": lambda: _("Items that were to be as late as possible were placed like the others."),
    "untold": lambda: _("For some days nobody has said how much time there is; they count as none."),
    "takes_nothing": lambda: _("Some of those needed are named by phases, which are worked on by their items alone."),
}


def finding_words(page: LevellingPage) -> list[tuple[str, tuple[ItemRef, ...]]]:
    """Return what is to be known, each said once, with the first items that it is about."""
    is_over = any(one.over_after for one in page.loads)  # of the weeks that are shown; those that have passed are not
    told = [one for one in page.findings if one.code in FINDINGS and (is_over or one.code != "taken_by_fixed")]
    return [(FINDINGS[one.code](), one.items[:ITEMS_MAX]) for one in told]

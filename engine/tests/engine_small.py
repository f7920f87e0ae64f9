"""Small networks for comparisons with the slow twin: a few tasks, three calendars, each also minute by minute."""

from engine_cases import AROUND_THE_CLOCK, DAY, MONDAY, NIGHT_WEEK, OFFICE_WEEK, at
from engine_twin import MinuteCalendar
from hypothesis import strategies as st

from consortio_engine import Calendar, Constraint, Link, LinkType, Network, Project, Task

START = at(MONDAY)
FIRST, LAST = START - 40 * DAY, START + 60 * DAY
WEEKS = (OFFICE_WEEK, NIGHT_WEEK, AROUND_THE_CLOCK)
QUICK = [Calendar.compile(week, {}, FIRST, LAST) for week in WEEKS]
SLOW = [MinuteCalendar(week, {}, FIRST // DAY - 1, LAST // DAY) for week in WEEKS]
EVERY_LINK = list(LinkType)
TASKS = 5


@st.composite
def small_networks(draw, rules=(), kinds=EVERY_LINK, calendars=(0, 1, 2), lags=(0, 0, 60, 300)) -> Network:
    """A few tasks of up to two days, each linked to some before it."""
    tasks, links = [], []
    for task in range(TASKS):
        constraint = draw(st.sampled_from([Constraint.ASAP, *rules]))
        date = START + draw(st.integers(0, 14)) * DAY if constraint != Constraint.ASAP else None
        duration, calendar = draw(st.integers(1, 960)), draw(st.sampled_from(calendars))
        tasks.append(Task(duration=duration, calendar=calendar, constraint=constraint, constraint_at=date))
        for before in draw(st.sets(st.integers(0, max(task - 1, 0)), max_size=2)) if task else ():
            kind, lag = draw(st.sampled_from(kinds)), draw(st.sampled_from(lags))
            links.append(Link(predecessor=before, successor=task, type=kind, lag=lag))
    return Network.build(tasks, links, QUICK, [Project(start=START)])

"""
The slow, obvious twin of the engine: minutes counted one by one, and dates relaxed until nothing changes.

Shares no text with the engine. It knows tasks that have not started, the four links, lags and constraints, by the
rules of Microsoft Project, and forward finish-to-start and start-to-start by Primavera's.
"""

from consortio_engine import Constraint, LinkType, Network

EARLIER_THAN_ALL = -(10**15)


class MinuteCalendar:
    """Working time as one flag per minute."""

    def __init__(self, week, exceptions, first_day: int, last_day: int) -> None:
        self.first = first_day * 1440
        self.works = [False] * ((last_day - first_day) * 1440)
        for day in range(first_day - 2, last_day):
            for begin, end in exceptions.get(day, week[(day + 3) % 7]):
                for minute in range(day * 1440 + begin, day * 1440 + end):
                    if 0 <= minute - self.first < len(self.works):
                        self.works[minute - self.first] = True

    def is_work(self, minute: int) -> bool:
        if not 0 <= minute - self.first < len(self.works):
            raise IndexError(minute)
        return self.works[minute - self.first]

    def work(self, t: int) -> int:
        return sum(self.works[: t - self.first])

    def next_start(self, t: int) -> int:
        while not self.is_work(t):
            t += 1
        return t

    def prev_finish(self, t: int) -> int:
        while not self.is_work(t - 1):
            t -= 1
        return t

    def add(self, t: int, d: int) -> int:
        while d > 0:
            d -= self.is_work(t)
            t += 1
        while d < 0:
            t -= 1
            d += self.is_work(t)
        return t


def early_dates(network: Network, calendars: list[MinuteCalendar], mode: str) -> list[tuple[int, int]]:
    """Early start and finish of every task."""
    dates = [(EARLIER_THAN_ALL, EARLIER_THAN_ALL)] * network.task_count
    changed = True
    while changed:
        changed = False
        for task in range(network.task_count):
            found = _early(network, calendars, dates, task, mode)
            changed |= found != dates[task]
            dates[task] = found
    return dates


def _early(network, calendars, dates, task, mode):
    own, duration = calendars[network.calendar[task]], int(network.duration[task])
    opening = network.projects[0].start
    incoming = [at for at in range(network.link_count) if network.successor[at] == task]
    asked = [_asked(network, calendars, dates, at, mode) for at in incoming]
    if EARLIER_THAN_ALL in asked:
        return EARLIER_THAN_ALL, EARLIER_THAN_ALL
    start = max(asked, default=opening)
    if mode == "p6":
        start = max(start, opening)
    start = linked = own.next_start(start)
    rule, date = network.constraint[task], int(network.constraint_at[task])
    if rule == Constraint.START_NO_EARLIER:
        start = max(start, date) if asked or mode == "p6" else date
    if rule == Constraint.START_NO_LATER and mode == "msp":
        start = min(start, date)
    if rule == Constraint.FINISH_NO_LATER and mode == "msp":
        start = min(start, own.add(date, -duration))
    if rule == Constraint.MUST_START_ON:
        start = date
    if mode == "p6" or rule in (Constraint.START_NO_EARLIER, Constraint.START_NO_LATER, Constraint.MUST_START_ON):
        start = own.next_start(start)
    finish = own.add(start, duration)
    if asked and mode == "msp" and start == linked:
        finish = _handed_over(network, dates, own, incoming[asked.index(max(asked))], finish)
    return start, finish


def _handed_over(network, dates, own, at, finish):
    """Start-to-finish without a lag shows the predecessor's start as finish where no work lies between."""
    begins = dates[network.predecessor[at]][0]
    same = network.type[at] == LinkType.SF and network.lag[at] == 0 and begins > finish
    return begins if same and own.work(begins) == own.work(finish) and own.is_work(begins) else finish


def _asked(network, calendars, dates, at, mode):
    before, after = int(network.predecessor[at]), int(network.successor[at])
    start, finish = dates[before]
    if start == EARLIER_THAN_ALL:
        return EARLIER_THAN_ALL
    own, duration = calendars[network.calendar[after]], int(network.duration[after])
    lag_calendar = calendars[network.calendar[after if mode == "msp" else before]]
    lag, kind = int(network.lag[at]), network.type[at]
    if kind == LinkType.FS:
        return lag_calendar.add(finish, lag)
    if kind == LinkType.SS:
        return lag_calendar.add(start, lag)
    if kind == LinkType.FF:
        return max(lag_calendar.add(own.add(finish, -duration), lag), network.projects[0].start)
    return lag_calendar.add(own.add(start, -duration), lag)


def late_dates(network: Network, calendars: list[MinuteCalendar], early: list[tuple[int, int]]):
    """Late start and finish of every task, by the rules of Microsoft Project, for finish-to-start and finish-to-finish."""
    close = max(finish for _, finish in early)
    dates = [(-EARLIER_THAN_ALL, -EARLIER_THAN_ALL)] * network.task_count
    changed = True
    while changed:
        changed = False
        for task in range(network.task_count):
            found = _late(network, calendars, dates, task, close)
            changed |= found != dates[task]
            dates[task] = found
    return dates


def _late(network, calendars, dates, task, close):
    own, duration = calendars[network.calendar[task]], int(network.duration[task])
    finish = close
    for at in range(network.link_count):
        after = int(network.successor[at])
        if network.predecessor[at] != task:
            continue
        bound = dates[after][0 if network.type[at] == LinkType.FS else 1]
        if bound == -EARLIER_THAN_ALL:
            return bound, bound
        finish = min(finish, calendars[network.calendar[after]].add(bound, -int(network.lag[at])))
    rule, date = network.constraint[task], int(network.constraint_at[task])
    if rule == Constraint.FINISH_NO_LATER:
        finish = min(finish, date)
    if rule == Constraint.START_NO_LATER:
        finish = min(finish, own.add(date, duration))
    if rule == Constraint.MUST_START_ON:
        finish = own.add(date, duration)
    finish = own.prev_finish(finish)
    return own.add(finish, -duration), finish


def crew_dates(members, calendars: list[MinuteCalendar], opening: int, mode: str) -> list[tuple[int, int, int, int]]:
    """Early and late dates of two tasks in a row, each as long as the (calendar, minutes) of its members need."""
    early = []
    start = opening
    for crew in members:
        start = min(calendars[c].next_start(start) for c, _ in crew)
        finish = max(calendars[c].add(start, minutes) for c, minutes in crew)
        early.append((start, finish))
        start = finish
    late, close = [], early[-1][1]
    for crew in reversed(members):
        finish = max(calendars[c].prev_finish(close) for c, _ in crew)
        start = min(calendars[c].add(finish, -minutes) for c, minutes in crew)
        if mode == "p6":
            start = min(calendars[c].next_start(start) for c, _ in crew)
        late.append((start, finish))
        close = start
    return [(*first, *last) for first, last in zip(early, reversed(late), strict=True)]


def effort_dates(network: Network, calendars: list[MinuteCalendar], dates: list[tuple[int, int]], task: int):
    """Start and finish of a level of effort among tasks that have not started and have these dates."""
    own, opening = calendars[network.calendar[task]], network.projects[0].start
    starts, finishes = [], []
    for at in range(network.link_count):
        ends, lag = (int(network.predecessor[at]), int(network.successor[at])), int(network.lag[at])
        kind, lag_calendar = LinkType(network.type[at]).name, calendars[network.calendar[ends[0]]]
        if task not in ends:
            continue
        leads_in = ends[1] == task
        other = dates[ends[0] if leads_in else ends[1]]
        edge = kind[0] if leads_in else kind[1]
        given = lag_calendar.add(other[0] if edge == "S" else other[1], lag if leads_in else -lag)
        (starts if (kind[1] if leads_in else kind[0]) == "S" else finishes).append(given)
    start = own.next_start(max(min(starts, default=opening), opening))
    finish = max((own.prev_finish(one) for one in finishes), default=start)
    return start, max(start, finish)

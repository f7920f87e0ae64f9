"""A slow, obvious calendar for the generator, so that it shares no code with what it judges."""

from bisect import bisect_right
from datetime import date, datetime, timedelta

from consortio.interchange.plan import Calendar, effective_calendar

DAYS_BEFORE, DAYS_AFTER = 30, 1200


class WorkClock:
    """Working periods of one calendar around a day, and the two questions a generator asks of them."""

    def __init__(self, calendar_id: str, calendars: dict[str, Calendar], around: date) -> None:
        effective = effective_calendar(calendar_id, calendars)
        self.periods: list[tuple[datetime, datetime]] = []
        for number in range(-DAYS_BEFORE, DAYS_AFTER):
            midnight = datetime.combine(around + timedelta(days=number), datetime.min.time())
            for start, finish in effective.hours(midnight.date()):
                self.periods.append((midnight + timedelta(minutes=start), midnight + timedelta(minutes=finish)))
        self.periods.sort()
        self.starts = [start for start, _ in self.periods]

    def work(self, first: datetime, last: datetime) -> int:
        """Return the working minutes from one instant to a later one; 0 when it is not later."""
        total, index = 0, max(bisect_right(self.starts, first) - 1, 0)
        while index < len(self.periods) and self.periods[index][0] < last:
            start, finish = self.periods[index]
            total += max(0, int((min(finish, last) - max(start, first)).total_seconds()) // 60)
            index += 1
        return total

    def later(self, at: datetime, minutes: int) -> datetime:
        """Return the instant by which that much has been worked since `at`."""
        index, left = max(bisect_right(self.starts, at) - 1, 0), minutes
        while True:
            start, finish = self.periods[index]
            here = max(0, int((finish - max(start, at)).total_seconds()) // 60)
            if here >= left and here > 0:
                return max(start, at) + timedelta(minutes=left)
            left, index = left - here, index + 1

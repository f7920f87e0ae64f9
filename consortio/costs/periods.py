"""The periods that a curve of money goes through: of equal length, few enough to be drawn."""

from collections.abc import Sequence
from datetime import datetime, timedelta

LENGTHS = (1, 7, 14, 28, 91, 364)  # days
PERIODS_MAX = 40


def periods_of(first: datetime, last: datetime) -> tuple[int, Sequence[datetime]]:
    """Return the days of a period, and the ends of all from the first day's midnight until the last instant is in."""
    start = first.replace(hour=0, minute=0)
    days = max((last - start) / timedelta(days=1), 1)
    length = next((one for one in LENGTHS if days <= one * PERIODS_MAX), LENGTHS[-1])
    count = int(-(-days // length))
    return length, [start + timedelta(days=length * number) for number in range(1, count + 1)]

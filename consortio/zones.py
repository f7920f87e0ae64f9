"""The time zones that there are."""

from functools import cache
from zoneinfo import available_timezones


@cache
def known_zones() -> frozenset[str]:
    """Return the names of all zones; Python reads them anew each time, which takes as long as a page."""
    return frozenset(available_timezones())

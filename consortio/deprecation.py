"""
How an operation of the API takes its leave: announced in its description and with each answer, gone a good while later.

The headers are `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a `Link` to what takes its place.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.http import http_date

NOTICE = timedelta(days=180)  # between the announcement and the end, at least
SINCE, UNTIL, INSTEAD = "x-deprecated-on", "x-sunset-on", "x-instead"


def leaving(*, since: date, until: date, instead: str) -> dict[str, Any]:
    """
    Return what marks an operation: `@router.get("/old", response=…, **leaving(since=…, until=…, instead="/api/v1/new"))`.

    Args:
        since: the day on which it was announced.
        until: the day from which it may be gone.
        instead: the address that takes its place.
    """
    if until - since < NOTICE:
        raise ValueError(f"{since} to {until}: whoever calls it has {NOTICE.days} days to change that")
    marks = {SINCE: since.isoformat(), UNTIL: until.isoformat(), INSTEAD: instead}
    return {"deprecated": True, "openapi_extra": marks}


def headers(marks: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers with which a marked operation answers; none for one that stays."""
    if SINCE not in marks:
        return {}
    return {
        "Deprecation": f"@{_second(marks[SINCE])}",
        "Sunset": http_date(_second(marks[UNTIL])),
        "Link": f'<{marks[INSTEAD]}>; rel="successor-version"',
    }


def _second(day: str) -> int:
    return int(datetime.combine(date.fromisoformat(day), time(), UTC).timestamp())

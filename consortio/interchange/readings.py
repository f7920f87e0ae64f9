"""
Neutral readings of KPIs: what a table says about which KPI, for which period.

A KPI is named as the table names it, by number or name; a period by its words and, where they were understood, its
first and last day. Values are decimals, never floats. Unknown is None or "".
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from consortio.interchange.plan import Finding, Where
from consortio.interchange.plan_json import Json, encode
from consortio.interchange.readings_columns import ReadingColumns

READINGS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One reading. Without a value it is missing, never zero. `where` is the place of the value in the table."""

    kpi_text: str
    period_text: str
    start: date | None
    end: date | None
    value: Decimal | None
    note: str
    source: str
    as_of: date | None
    where: Where


@dataclass(frozen=True, slots=True)
class ReadingsFile:
    file: str
    columns: ReadingColumns
    rows: tuple[ReadingRow, ...] = ()
    findings: tuple[Finding, ...] = ()

    def to_json(self) -> dict[str, Json]:
        return {
            "file": self.file,
            "columns": self.columns.to_json(),
            "rows": encode(self.rows),
            "findings": encode(self.findings),
        }


def summary(readings: ReadingsFile) -> dict[str, Any]:
    """Return how many readings there are, of which KPIs, how many lack what, and from when to when they run."""
    starts = [one.start for one in readings.rows if one.start]
    ends = [one.end for one in readings.rows if one.end]
    return {
        "rows": len(readings.rows),
        "values": sum(one.value is not None for one in readings.rows),
        "without_value": sum(one.value is None for one in readings.rows),
        "without_period": sum(one.start is None or one.end is None for one in readings.rows),
        "by_kpi": dict(Counter(one.kpi_text for one in readings.rows)),
        "start": min(starts).isoformat() if starts else None,
        "end": max(ends).isoformat() if ends else None,
    }

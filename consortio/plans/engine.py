"""A plan's rows in, the engine's dates out."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from consortio.interchange.computed import Computed, stored_dates
from consortio.interchange.engine import schedule_plan
from consortio.interchange.engine import work_between as minutes_between
from consortio.interchange.plan import Plan
from consortio.interchange.wording import Wording
from consortio_engine.version import VERSION

from .lateness import is_late
from .neutral import CALENDAR_COLUMNS, ITEM_COLUMNS, LINK_COLUMNS, Rows, neutral_plan
from .progress import rolled_up
from .standing import is_done, standing_of

# The plan as a whole has no dates: what is shown is what was stored.
REFUSALS = frozenset({"cycle", "horizon", "network"})
FINDINGS_MAX = 200
WORDS = {"number", "code", "name", "note", "organisation_id", "person_id"}  # what no date follows from
GIVEN = {"pk", "circle_id", "predecessor_id", "successor_id"}
DECIDING = [column for column in ITEM_COLUMNS if column not in WORDS]


class Dates(NamedTuple):
    """One item's dates in one circle: the columns of `Scheduled`, in their order."""

    start_at: datetime | None = None
    finish_at: datetime | None = None
    late_start_at: datetime | None = None
    late_finish_at: datetime | None = None
    total_float_minutes: int | None = None
    free_float_minutes: int | None = None
    is_critical: bool = False
    is_on_longest_path: bool = False
    is_late: bool = False
    percent: int = 0
    is_computed: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """
    What a circle's schedule says.

    `refusal` is the sentence, with names, that tells why nothing could be computed; None where all is well.
    """

    dates: Mapping[UUID, Dates]
    leaves: frozenset[UUID]
    findings: Sequence[dict[str, Any]]
    refusal: Wording | None
    start_at: datetime | None
    finish_at: datetime | None
    counts: Mapping[str, Any]
    fingerprint: str
    engine: str = VERSION


def compute(rows: Rows) -> Result:
    """
    Return every item's dates from these rows and nothing else. Never fails.

    Cost:
        Linear in items and links; some 60 microseconds for each item.
    """
    plan = neutral_plan(rows)
    computed = schedule_plan(plan)
    parents = {row.parent_id for row in rows.items}
    leaves = frozenset(row.pk for row in rows.items if row.pk not in parents)
    dates = _dates(rows, plan, computed, leaves)
    shown = [dates[row.pk] for row in rows.items if row.is_active]
    return Result(
        dates=dates,
        leaves=leaves,
        findings=[_fact(one) for one in computed.findings[:FINDINGS_MAX]],
        refusal=next((one.message for one in computed.findings if one.code in REFUSALS), None),
        start_at=min((one.start_at for one in shown if one.start_at), default=None),
        finish_at=max((one.finish_at for one in shown if one.finish_at), default=None),
        counts=_counts(rows, dates, leaves) | {"standing": standing_of(rows, dates, leaves)},
        fingerprint=_fingerprint(rows),
    )


def work_between(rows: Rows, calendar_id: UUID | None, first: datetime, last: datetime) -> int:
    """Return the working minutes between two instants on one of the rows' calendars; without one, on the plan's own."""
    return minutes_between(neutral_plan(rows), str(calendar_id) if calendar_id else None, first, last)


def _dates(rows: Rows, plan: Plan, computed: Computed, leaves: frozenset[UUID]) -> dict[UUID, Dates]:
    data_at = rows.plan.data_at
    found = {}
    for row, item, percent in zip(rows.items, plan.items, _percents(rows), strict=True):
        own = computed.items[item.id]
        is_computed = own.start is not None or own.finish is not None
        start, finish = (own.start, own.finish) if is_computed else stored_dates(item, plan.mode)
        found[row.pk] = Dates(
            start,
            finish,
            own.late_start,
            own.late_finish,
            own.total_float_minutes,
            own.free_float_minutes,
            own.is_critical,
            own.is_on_longest_path,
            row.pk in leaves and is_late(row, start, finish, data_at, rows.agreed.get(row.pk)),
            percent,
            is_computed,
        )
    return found


def _counts(rows: Rows, dates: Mapping[UUID, Dates], leaves: frozenset[UUID]) -> dict[str, int]:
    """Return how many items there are of each kind, and how many, summaries apart, are done, late and critical."""
    counts = Counter(str(row.kind) for row in rows.items)
    for row in rows.items:
        if row.pk in leaves:
            own = dates[row.pk]
            counts["done"] += is_done(row)
            counts["late"] += own.is_late
            counts["critical"] += own.is_critical
    return dict(counts)


def _percents(rows: Rows) -> list[int]:
    places = {row.pk: index for index, row in enumerate(rows.items)}
    parents = [places.get(row.parent_id, -1) for row in rows.items]
    counted = [row.duration_minutes if row.is_active else 0 for row in rows.items]
    return rolled_up(parents, counted, [row.percent for row in rows.items])


def _fact(finding: Any) -> dict[str, Any]:
    where = {name: str(value) for name, value in finding.where.items()}
    fact = {"code": finding.code, "severity": finding.severity, "where": where, "message": finding.message}
    # Only these are shown on pages, in the language of whoever looks.
    return fact | ({"wording": finding.message.to_json()} if finding.code in REFUSALS else {})


def _fingerprint(rows: Rows) -> str:
    """
    Return a hash of everything that the dates were computed from: equal inputs have equal fingerprints.

    Neither the order of rows nor that of names in their JSON counts, which a database may change.
    """
    plan = rows.plan
    settings = (plan.mode, plan.start_at, plan.data_at, plan.finish_by, plan.calendar_id, plan.float_limit_minutes)
    agreed = sorted((pk.int, at.isoformat()) for pk, at in rows.agreed.items())
    parts = ((rows.items, DECIDING), (rows.links, LINK_COLUMNS), (rows.calendars, CALENDAR_COLUMNS))
    said = [list(map(_getter(columns), sorted(part, key=_by_id))) for part, columns in parts]
    # One text of all: thousands of small ones take four times as long.
    text = json.dumps([VERSION, settings, plan.options, agreed, said], default=_plain, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _getter(columns: Sequence[str]) -> Callable[[Any], Any]:
    """Return what takes columns of a row, ids that are never missing as numbers: JSON would ask for each of them."""
    return attrgetter(*(f"{name}.int" if name in GIVEN else name for name in columns))


def _by_id(row: Any) -> int:
    return int(row.pk.int)


def _plain(value: Any) -> Any:
    return value.int if type(value) is UUID else value.isoformat()

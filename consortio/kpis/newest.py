"""The newest readings of KPIs with every word on them, for pages that show goals; and all points of a KPI."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from uuid import UUID

from django.db.models import OuterRef, QuerySet

from consortio import access
from consortio.access import Actor
from consortio.attachments.reads import files_beside
from consortio.gathered import gathered, instant_in, lists_in
from consortio.partnerships.reads import PartnershipRow

from .measuring import Point
from .models import Reading, ReadingState, Stance
from .reads import KpiRow, ReadingRow, WordRow, told_reading


@access.read
def newest_readings(*, actor: Actor, here: PartnershipRow, rows: Iterable[KpiRow]) -> Mapping[UUID, ReadingRow]:
    """Return the reading behind the last point of each KPI, with what the others say to it; one query."""
    last = {row.id: row.points[-1].start_on for row in rows if row.points and not row.formula}
    found = _NEWEST.ask(actor, list(last), sorted(set(last.values()))) if last else ()
    told = (_worded(actor, here, row) for row in found)
    return {row.kpi_id: row for row in told if last[row.kpi_id] == row.start_on}


@access.read
def readings_of(*, actor: Actor, here: PartnershipRow, kpi_id: UUID, limit: int) -> tuple[ReadingRow, ...]:
    """Return the newest readings of a KPI, the newest first, with what the others say to them; one query."""
    return tuple(_worded(actor, here, row) for row in _newest_of(limit).ask(actor, kpi_id))


def _with_words(actor: Actor) -> QuerySet:
    """Return readings that hold, and with each all that other organisations said to it."""
    columns = ("organisation_id", "is_confirming", "value", "reason", "person__name", "taken_at", "pk")
    said = gathered(access.visible(actor, Stance).filter(reading=OuterRef("pk")), "reading", *columns)
    rows = access.visible(actor, Reading).exclude(state=ReadingState.CORRECTED)
    return rows.select_related("person").annotate(words_said=said, files=files_beside(actor))


_NEWEST = access.Question(
    lambda actor, kpi_ids, starts: _with_words(actor).filter(kpi__in=kpi_ids, start_on__in=starts),
    Actor,
    [UUID],
    [date],
)


@cache
def _newest_of(limit: int) -> access.Question:
    return access.Question(
        lambda actor, kpi_id: _with_words(actor).filter(kpi=kpi_id).order_by("-start_on")[:limit], Actor, UUID
    )


def _worded(actor: Actor, here: PartnershipRow, reading: Reading) -> ReadingRow:
    words: dict[UUID, WordRow] = {}  # of each organisation the newest
    said = lists_in(reading.words_said)  # type: ignore[attr-defined]  # annotated
    for organisation, confirms, value, reason, person, taken_at, _pk in sorted(said, key=lambda one: one[5:]):
        member = here.member_ids[UUID(organisation)]
        own = (bool(confirms), None if value is None else Decimal(value), reason, person, instant_in(taken_at))
        words[member.organisation_id] = WordRow(member.organisation_id, member.mark, *own)
    return told_reading(actor, here, reading, words.values(), {})


@access.read
def all_points(*, actor: Actor, kpi_ids: Collection[UUID]) -> Mapping[UUID, tuple[Point, ...]]:
    """Return every point of KPIs that are read, oldest first, where their last ones do not reach back far enough."""
    found: dict[UUID, list[Point]] = {pk: [] for pk in kpi_ids}
    rows = access.visible(actor, Reading).filter(kpi__in=kpi_ids).exclude(state=ReadingState.CORRECTED)
    columns = ("kpi_id", "start_on", "end_on", "low", "high", "state")
    for kpi_id, *point in rows.order_by("start_on").values_list(*columns) if kpi_ids else ():
        found[kpi_id].append(Point(*point))
    return {pk: tuple(points) for pk, points in found.items()}

"""What readings ask of somebody, over all their partnerships: what is due, and what wants a word; one query for both."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    CharField,
    DateTimeField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.beside_seats import circles_beside
from consortio.exact import ExactField

from .models import Kpi, Reading, ReadingState
from .periods import Frequency, period_of, previous_period

MOST = 400
DUE = "due"
COLUMNS = (
    "place", "pk", "told_version", "told_name", "told_partnership", "told_start", "told_frequency", "told_fiscal_start",
    "told_claimant", "told_at", "told_value", "told_unit", "told_decimals",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A KPI of which a reading is due from the organisation acted for."""

    kpi_id: UUID
    name: str
    partnership_id: UUID
    start_on: date
    frequency: str
    fiscal_start: int
    unit: str
    decimals: int
    end_on: date  # the first day after the period: since then it is due


@dataclass(frozen=True, slots=True)
class Asking:
    """A reading that wants a word: another organisation's that nobody has confirmed, or one's own that is contested."""

    reading_id: UUID
    version: int
    kpi: str
    partnership_id: UUID
    start_on: date
    frequency: str
    fiscal_start: int
    claimant_id: UUID
    claimed_at: datetime
    value: Decimal
    unit: str
    decimals: int
    is_contested: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    due: tuple[Due, ...]
    asking: tuple[Asking, ...]


@access.read
def wanted_in(*, actor: Actor, partnership_ids: Collection[UUID], today: date) -> Wanted:
    """Return what is due from the organisation acted for, and what wants its word, the oldest first."""
    if actor.organisation_id is None or not partnership_ids:
        return Wanted((), ())
    circles = [pk for pk, granted in actor.permissions.items() if Permission.PROGRESS_UPDATE in granted]
    both = _asking(actor, circles, partnership_ids).union(_owned(actor, circles, partnership_ids), all=True)
    rows = sorted(both[:MOST], key=lambda row: (str(row[9] or ""), row[3], row[1]))
    return Wanted(tuple(_due(rows, today)), tuple(_asked(rows)))


def _owned(actor: Actor, circles: Collection[UUID], partnership_ids: Collection[UUID]) -> QuerySet:
    """Return the KPIs that one's organisation reads, each with the begin of its newest period that is read."""
    rows = access.visible(actor, Kpi).filter(circle__in=circles, circle__partnership__in=partnership_ids)
    rows = rows.filter(organisation=actor.organisation_id, retired_at=None, formula="")
    held = access.visible(actor, Reading).filter(kpi=OuterRef("pk")).exclude(state=ReadingState.CORRECTED)
    told = {
        "place": Value(DUE, CharField()),
        "told_version": Value(0, IntegerField()),
        "told_name": F("name"),
        "told_partnership": F("circle__partnership_id"),
        "told_start": Subquery(held.order_by("-start_on").values("start_on")[:1]),
        "told_frequency": F("frequency"),
        "told_fiscal_start": F("fiscal_start"),
        "told_claimant": Value(actor.organisation_id, UUIDField()),
        "told_at": Value(None, DateTimeField()),
        "told_value": Value(None, ExactField()),
        "told_unit": F("unit"),
        "told_decimals": F("decimals"),
    }
    return rows.order_by().annotate(**told).values_list(*COLUMNS)


def _asking(actor: Actor, circles: Collection[UUID], partnership_ids: Collection[UUID]) -> QuerySet:
    is_theirs = ~Q(organisation=actor.organisation_id) & ~Q(person=actor.person_id)
    is_new = Q(state=ReadingState.PROPOSED, kpi__is_headline=True) & is_theirs
    is_ours = Q(state=ReadingState.CONTESTED, organisation=actor.organisation_id)
    rows = access.visible(actor, Reading).filter(is_new | is_ours, circle__in=circles, kpi__retired_at=None)
    rows = rows.filter(circle__partnership__in=partnership_ids)
    told = {
        "place": F("state"),
        "told_version": F("version"),
        "told_name": F("kpi__name"),
        "told_partnership": F("circle__partnership_id"),
        "told_start": F("start_on"),
        "told_frequency": F("kpi__frequency"),
        "told_fiscal_start": F("kpi__fiscal_start"),
        "told_claimant": F("organisation_id"),
        "told_at": F("claimed_at"),
        "told_value": F("value"),
        "told_unit": F("kpi__unit"),
        "told_decimals": F("kpi__decimals"),
    }
    return rows.order_by().annotate(**told).values_list(*COLUMNS)


def _due(rows: Iterable[Any], today: date) -> Iterable[Due]:
    for place, pk, _version, name, partnership_id, last_on, frequency, fiscal_start, *_others, unit, decimals in rows:
        if place != DUE:
            continue
        calendar = Frequency(frequency), fiscal_start
        ended = previous_period(period_of(today, *calendar), *calendar)
        if last_on is None or last_on < ended.start:
            yield Due(pk, name, partnership_id, ended.start, frequency, fiscal_start, unit, decimals, ended.end)


def _asked(rows: Iterable[Any]) -> Iterable[Asking]:
    for place, *told in rows:
        if place != DUE:
            yield Asking(*told, is_contested=place == ReadingState.CONTESTED)


def watched_beside() -> QuerySet:
    """Return the KPIs that are watched in a seat's partnership, as far as its person sees them: beside rows of open seats."""
    circles = circles_beside()
    return Kpi.objects.filter(retired_at=None, circle__partnership=OuterRef("circle__partnership"), circle__in=circles)

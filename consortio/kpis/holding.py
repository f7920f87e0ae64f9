"""Every reading that holds, of many KPIs at once, and KPIs by their names in files: for files that come and go."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from consortio import access
from consortio.access import Actor

from .models import Kpi, Reading, ReadingState


@dataclass(frozen=True, slots=True)
class Holding:
    """A reading that holds, as it is handed out."""

    start_on: date
    end_on: date
    value: Decimal  # that is claimed
    low: Decimal
    high: Decimal
    state: str
    note: str
    claimant_id: UUID


@access.read
def readings_in(*, actor: Actor, kpi_ids: Collection[UUID]) -> Mapping[UUID, tuple[Holding, ...]]:
    """Return every reading that holds of KPIs, oldest first; one query."""
    found: dict[UUID, list[Holding]] = defaultdict(list)
    rows = access.visible(actor, Reading).filter(kpi__in=kpi_ids).exclude(state=ReadingState.CORRECTED)
    columns = ("kpi_id", "start_on", "end_on", "value", "low", "high", "state", "note", "organisation_id")
    for kpi_id, *held in rows.order_by("start_on", "pk").values_list(*columns) if kpi_ids else ():
        found[kpi_id].append(Holding(*held))
    return {pk: tuple(held) for pk, held in found.items()}


@dataclass(frozen=True, slots=True)
class Imported:
    """A KPI that came in with a file. One that is computed, or watched no more, takes no readings."""

    id: UUID
    frequency: str
    fiscal_start: int
    takes_readings: bool


@access.read
def imported_kpis(*, actor: Actor, circle_ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, Imported]]:
    """Return the KPIs of circles by what they are called in the file that they came with; the oldest of one name."""
    found: dict[UUID, dict[str, Imported]] = defaultdict(dict)
    rows = access.visible(actor, Kpi).filter(circle__in=circle_ids).exclude(external_id="").order_by("-number")
    for row in rows if circle_ids else ():
        takes_readings = not row.formula and row.retired_at is None
        found[row.circle_id][row.external_id] = Imported(row.pk, row.frequency, row.fiscal_start, takes_readings)
    return found

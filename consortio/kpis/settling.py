"""A contested reading, settled: the members agree which figure holds, and both claims stay to be read."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission
from consortio.approvals.registry import Line, Proposed, subject
from consortio.record.log import record

from .course import keep_course
from .models import Kpi, Reading, ReadingState
from .words import period_words, range_words, value_words

READING = "reading"
OPEN = (ReadingState.PROPOSED, ReadingState.CONFIRMED, ReadingState.CONTESTED)


def _version(actor: Actor, circle_id: UUID, subject_id: UUID | None) -> int:
    """Return 0 before it is settled: another word on it changes nothing of what was proposed. Settling it anew does."""
    rows = access.visible(actor, Reading).filter(pk=subject_id).values_list("state", "version")
    state, version = rows.first() or (ReadingState.CORRECTED, 0)
    if state in OPEN:
        return 0
    return int(version) if state == ReadingState.RESOLVED else -1


def _reading_of(actor: Actor, proposed: Proposed) -> Reading | None:
    found = access.visible(actor, Reading).filter(pk=proposed.subject_id)
    return found.select_related("kpi").first()


def _difference(actor: Actor, proposed: Proposed) -> tuple[Line, ...]:
    reading = _reading_of(actor, proposed)
    if reading is None:
        return ()
    field = f"{reading.kpi.name}, {period_words(reading.kpi, reading.start_on)}"
    before = range_words(reading.kpi, Decimal(reading.low), Decimal(reading.high))
    if proposed.is_agreed:
        before = _settled_before(reading.kpi, proposed) or _("contested")
    return (Line(field, before, value_words(reading.kpi, Decimal(proposed.content["value"])), is_value=True),)


def _settled_before(kpi: Kpi, proposed: Proposed) -> str:
    """Return the figure on which it was settled before; "" where it was contested."""
    before = proposed.content.get("before")
    return value_words(kpi, Decimal(before)) if before else ""


def _otherwise(proposed: Proposed) -> str:
    if proposed.content.get("before"):
        return _("The figure on which it was settled before holds.")
    return _("The reading stays contested, and counts as a range.")


def _headline(proposed: Proposed) -> str:
    return _("Settle a reading on %(value)s") % {"value": proposed.content["value"]}


@subject(
    READING,
    may_propose=Permission.PLAN_EDIT,
    words=lambda: _("Reading"),
    headline=_headline,
    difference=_difference,
    otherwise=_otherwise,
    version=_version,
    way=lambda proposed: reverse("reading", args=[proposed.subject_id]),
)
def settle(actor: Actor, proposed: Proposed, at: datetime) -> None:
    reading = access.visible(actor, Reading).get(pk=proposed.subject_id)
    value = Decimal(proposed.content["value"])
    reading.state, reading.low, reading.high = ReadingState.RESOLVED, value, value
    reading.proposal_id = proposed.id
    reading.save(update_fields=["state", "low", "high", "proposal"])
    record("reading.resolved", reading, kpi=str(reading.kpi_id), start=reading.start_on.isoformat(), value=str(value))
    keep_course(actor, access.get(actor, Kpi, reading.kpi_id))

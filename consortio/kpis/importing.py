"""A table of readings against what is there: what each row would become, before anybody says so."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid
from consortio.interchange.readings import ReadingRow as Given
from consortio.partnerships.reads import partnership
from consortio.ui.formats import listing
from consortio.ui.said import place_words

from .claims import Becoming, Claim, Word, becoming
from .entering import check_claim
from .models import Reading, ReadingState
from .periods import Frequency, Period, PeriodRefused, period_of, read_period
from .reads import KpiRow, kpis_in
from .taking import words_on

REFUSED, MISSING = "refused", "missing"
TAKEN = (Becoming.NEW, Becoming.CORRECTS, Becoming.CONFIRMS, Becoming.CONTESTS)
ORDER = (REFUSED, Becoming.CONTESTS, Becoming.CORRECTS, Becoming.CONFIRMS, Becoming.NEW, MISSING, Becoming.SAME)


@dataclass(frozen=True, slots=True)
class Row:
    """
    One reading of a table.

    Attributes:
        place: where its value stands in the table.
        becomes: one of `Becoming`, "refused" with a reason, or "missing" where it has no value.
        held: what stands there now, if that is another figure.
    """

    place: str
    text: str
    kpi: KpiRow | None
    claim: Claim | None
    becomes: str
    reason: str = ""
    held: Decimal | None = None

    @property
    def key(self) -> str:
        return f"{self.kpi.id.hex}.{self.claim.start_on}" if self.kpi and self.claim else ""


@dataclass(frozen=True, slots=True)
class Preview:
    rows: tuple[Row, ...]  # by what they become, and then as in the table
    counts: Mapping[str, int]

    def claims(self, keys: Collection[str]) -> dict[UUID, list[Claim]]:
        """Return the claims of rows by their keys, for `actions.claim_many`."""
        found: dict[UUID, list[Claim]] = defaultdict(list)
        for row in self.rows:
            if row.becomes in TAKEN and row.key in keys and row.kpi and row.claim:
                found[row.kpi.id].append(row.claim)
        return found


@access.read
def preview(*, actor: Actor, partnership_id: UUID, rows: Sequence[Given], at: datetime, today: date) -> Preview:
    """
    Return what each row of a table would become, claimed for the actor's organisation.

    Raises:
        NotVisible: they take no part in such a partnership.
    """
    here = partnership(actor=actor, partnership_id=partnership_id)
    known = _known(kpis_in(actor=actor, here=here, today=today))
    read = [_read(known, row, at) for row in rows]
    held = _held(actor, read)
    words = words_on(actor, [reading.pk for reading in held.values()])
    placed = partial(_placed, actor, held, words, Counter(row.key for row in read if row.key))
    found = sorted((placed(row) for row in read), key=lambda row: ORDER.index(row.becomes))
    return Preview(tuple(found), Counter(row.becomes for row in found))


def _known(rows: Iterable[KpiRow]) -> Mapping[str, list[KpiRow]]:
    """Return KPIs by what a table may call them: their number, their name, both."""
    found: dict[str, list[KpiRow]] = defaultdict(list)
    for row in rows:
        for text in (row.number, row.name, f"{row.number} {row.name}"):
            found[_plain(text)].append(row)
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _read(known: Mapping[str, list[KpiRow]], given: Given, at: datetime) -> Row:
    text = ", ".join(part for part in (given.kpi_text, given.period_text) if part)
    base: dict[str, Any] = {"place": place_words(given.where), "text": text}
    try:
        kpi = _kpi(known.get(_plain(given.kpi_text), []), given.kpi_text)
        period = _period(kpi, given)
    except _NotTaken as refusal:
        return Row(**base, kpi=None, claim=None, becomes=REFUSED, reason=str(refusal))
    if given.value is None:
        return Row(**base, kpi=kpi, claim=None, becomes=MISSING)
    said = {"as_of": given.as_of, "source": given.source, "note": given.note}
    claim = Claim(period.start, period.end, given.value, **said)
    try:
        check_claim(kpi, claim, at)
    except Invalid as refusal:
        return Row(**base, kpi=kpi, claim=None, becomes=REFUSED, reason=str(refusal))
    return Row(**base, kpi=kpi, claim=claim, becomes="")


class _NotTaken(ValueError):
    """Why a row says nothing of a KPI here."""


def _kpi(found: Sequence[KpiRow], text: str) -> KpiRow:
    watched = [row for row in found if row.retired_at is None] or found
    if not watched:
        raise _NotTaken(_("No KPI that you see is called “%(name)s”.") % {"name": text[:100]})
    if len(watched) > 1:
        numbers = listing([row.number for row in watched])
        raise _NotTaken(_("Several KPIs have this name; write the number: %(numbers)s.") % {"numbers": numbers})
    (row,) = watched
    if row.formula:
        raise _NotTaken(_("%(kpi)s is computed from others, so nobody enters readings of it.") % {"kpi": row.name})
    if not row.may_read:
        raise _NotTaken(_("You may not enter readings of %(kpi)s, or it is watched no more.") % {"kpi": row.name})
    return row


def _period(kpi: KpiRow, given: Given) -> Period:
    frequency = Frequency(kpi.frequency)
    try:
        return read_period(given.period_text, frequency, kpi.fiscal_start)
    except PeriodRefused as refusal:
        if given.start is None:
            raise _NotTaken(str(refusal)) from None
    return period_of(given.start, frequency, kpi.fiscal_start)


def _held(actor: Actor, rows: Iterable[Row]) -> dict[tuple[UUID, date], Reading]:
    spoken = [(row.kpi.id, row.claim.start_on) for row in rows if row.kpi and row.claim]
    if not spoken:
        return {}
    days = [start_on for _kpi, start_on in spoken]
    found = access.visible(actor, Reading).filter(kpi__in={pk for pk, _day in spoken})
    found = found.filter(start_on__gte=min(days), start_on__lte=max(days)).exclude(state=ReadingState.CORRECTED)
    return {(reading.kpi_id, reading.start_on): reading for reading in found}


def _placed(
    actor: Actor,
    held: Mapping[tuple[UUID, date], Reading],
    words: Mapping[UUID, Mapping[UUID, Any]],
    counts: Mapping[str, int],
    row: Row,
) -> Row:
    if row.becomes or row.kpi is None or row.claim is None:
        return row
    own: dict[str, Any] = {"place": row.place, "text": row.text, "kpi": row.kpi}
    if counts[row.key] > 1:
        return Row(**own, claim=None, becomes=REFUSED, reason=_("This period is there twice: say one value for it."))
    reading = held.get((row.kpi.id, row.claim.start_on))
    said = words.get(reading.pk, {}).values() if reading else ()
    others = [Word(one.organisation_id, one.is_confirming, one.value) for one in said]
    assert actor.organisation_id
    becomes = becoming(row.claim.value, reading, others, actor.organisation_id)
    if becomes == Becoming.SETTLED:
        reason = _("The members have decided what it was in this period.")
        return Row(**own, claim=row.claim, becomes=REFUSED, reason=reason)
    if becomes == Becoming.CONFIRMS and reading and reading.person_id == actor.person_id:
        reason = _("You claimed this yourself for another organisation; somebody else of yours has to confirm it.")
        return Row(**own, claim=row.claim, becomes=REFUSED, reason=reason)
    differs = reading is not None and reading.value != row.claim.value
    return Row(**own, claim=row.claim, becomes=becomes, held=reading.value if reading and differs else None)

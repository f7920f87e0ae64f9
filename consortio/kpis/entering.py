"""Which claims a KPI takes: whole periods of its calendar that have begun, values within bounds, each period once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from consortio.access import Invalid
from consortio.access.said import said_line, said_text

from .amounts import check_amount
from .claims import Claim
from .models import Kpi
from .periods import Frequency, OutsideCalendar, label, period_of

CLAIMS_MAX = 2_000  # of one KPI at once
SOURCE_MAX, NOTE_MAX = 300, 2_000
AHEAD = timedelta(hours=14)  # somewhere the day has begun


def checked_claims(kpi: Kpi, claims: Sequence[Claim], at: datetime) -> list[Claim]:
    """
    Return claims in the order of their periods.

    Raises:
        Invalid: a claim, as "claims.0.value", and what was expected.
    """
    if not claims:
        raise Invalid("claims", _("Enter at least one value."))
    if len(claims) > CLAIMS_MAX:
        raise Invalid("claims", _("At most %(most)s values of one KPI at once.") % {"most": CLAIMS_MAX})
    seen = set()
    for place, claim in enumerate(claims):
        check_claim(kpi, claim, at, f"claims.{place}.")
        if claim.start_on in seen:
            raise Invalid(f"claims.{place}.start_on", _("This period is there twice: say one value for it."))
        seen.add(claim.start_on)
    return sorted(claims, key=lambda claim: claim.start_on)


class Read(Protocol):
    """What claims are checked against: a KPI, or a row that shows one."""

    @property
    def name(self) -> str: ...
    @property
    def frequency(self) -> str: ...
    @property
    def fiscal_start(self) -> int: ...


def check_claim(kpi: Read, claim: Claim, at: datetime, place: str = "") -> None:
    """Look at one claim by itself. Raises: Invalid, its field below `place`."""
    _check_period(kpi, claim, at, place)
    _check_value(claim, place)


def _check_period(kpi: Read, claim: Claim, at: datetime, place: str) -> None:
    frequency = Frequency(kpi.frequency)
    try:
        period = period_of(claim.start_on, frequency, kpi.fiscal_start)
    except OutsideCalendar as refusal:
        raise Invalid(f"{place}start_on", str(refusal)) from None
    if (claim.start_on, claim.end_on) != (period.start, period.end):
        words = _("%(kpi)s is read by the %(frequency)s: %(start)s lies in the one that begins on %(begin)s.")
        said = {"kpi": kpi.name, "frequency": frequency.value}
        days = {"start": claim.start_on.isoformat(), "begin": period.start.isoformat()}
        raise Invalid(f"{place}start_on", words % (said | days))
    today = (at + AHEAD).date()
    if period.start > today:
        said = {"period": label(period, frequency, kpi.fiscal_start)}
        raise Invalid(f"{place}start_on", _("%(period)s has not begun, so nothing was read yet.") % said)
    if claim.as_of and claim.as_of > today:
        raise Invalid(f"{place}as_of", _("A value is as of a day that has been."))


def _check_value(claim: Claim, place: str) -> None:
    check_amount(f"{place}value", claim.value)
    said_line(f"{place}source", claim.source, SOURCE_MAX)
    said_text(f"{place}note", claim.note, NOTE_MAX)

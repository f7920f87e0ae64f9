"""Up to when something can have happened: what is to come is no progress, and the data date goes back only if that is meant."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from consortio.ui.formats import date_long

from .fields import FieldRefused
from .models import Plan

ACTUAL = ("actual_start_at", "actual_finish_at")


class DateGoesBack(FieldRefused):
    """The data date would lie before the one that stands, and nobody said that this is meant."""


def known_until(plan: Plan, at: datetime) -> datetime:
    """Return the later of the data date and now, on the plan's own clock."""
    now = _now(plan, at)
    until: datetime = max(plan.data_at, now) if plan.data_at else now
    return until


def _now(plan: Plan, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(plan.zone)).replace(tzinfo=None, second=0, microsecond=0)


def refuse_to_come(values: Mapping[str, Any], until: datetime | None) -> None:
    """Raises: FieldRefused, where something is said to have happened on a day after `until`."""
    for field in ACTUAL:
        said = values.get(field)
        if said and until and said.date() > until.date():
            words = _("Write a day up to %(day)s: what lies after today and the data date has not happened yet.")
            raise FieldRefused(field, words % {"day": date_long(until)})


def require_data_date(plan: Plan, data_at: datetime | None, at: datetime, *, may_go_back: bool) -> None:
    """
    Refuse another data date that cannot be meant.

    Raises:
        FieldRefused: it lies after today.
        DateGoesBack: it lies before the one that stands, and may not.
    """
    if data_at is None or data_at == plan.data_at:
        return
    today = _now(plan, at)
    if data_at.date() > today.date():
        words = _("Data date: write a day up to today, %(day)s. Progress is not known before it is made.")
        raise FieldRefused("data_at", words % {"day": date_long(today)})
    if plan.data_at and data_at.date() < plan.data_at.date() and not may_go_back:
        days = {"before": date_long(plan.data_at), "then": date_long(data_at)}
        raise DateGoesBack(
            "data_at", _("The data date goes back from %(before)s to %(then)s: say so if it is meant.") % days
        )

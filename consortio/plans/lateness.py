"""
What is late, once: as a condition on dates, and for one row.

An item that is not finished is late when its finish lies before the data date (it should be done), when it should have
started by then and has not, and when it finishes after its deadline or after its baseline.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from consortio import access
from consortio.access import Actor

from .models import BaselineItem


def late(actor: Actor, data_at: datetime | None, baseline_id: UUID | None) -> Q:
    """Return the condition on `Scheduled` under which `is_late` is true."""
    behind = Q(finish_at__gt=F("item__deadline_at"))
    if data_at:
        behind |= Q(finish_at__lt=data_at) | Q(start_at__lt=data_at, item__actual_start_at=None, item__percent=0)
    if baseline_id:
        agreed = access.visible(actor, BaselineItem).filter(baseline=baseline_id, item=OuterRef("item"))
        behind |= Q(Exists(agreed.filter(finish_at__lt=OuterRef("finish_at"))))
    return Q(item__actual_finish_at=None, item__percent__lt=100, item__is_summary=False, item__is_active=True) & behind


def is_late(item: Any, dates: Any, data_at: datetime | None, agreed_at: datetime | None) -> bool:
    """
    Args:
        dates: the row of `Scheduled`, if there is one.
        agreed_at: the item's finish in the baseline.
    """
    if item.actual_finish_at or item.percent >= 100 or item.is_summary or not item.is_active or dates is None:
        return False
    start, finish = dates.start_at, dates.finish_at
    if finish and (_after(finish, item.deadline_at) or _after(finish, agreed_at) or _after(data_at, finish)):
        return True
    is_waiting = not item.actual_start_at and item.percent == 0
    return bool(is_waiting and start and _after(data_at, start))


def _after(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one > other

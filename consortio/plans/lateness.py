"""
What is late, told with the dates when they are computed.

An item that is not finished is late when its finish lies before the data date (it should be done), when it should have
started by then and has not, and when it finishes after its deadline or after the newest baseline of the plan's circle.
"""

from datetime import datetime
from typing import Any


def is_late(
    item: Any, start: datetime | None, finish: datetime | None, data_at: datetime | None, agreed_at: datetime | None
) -> bool:
    """
    Args:
        item: a row with the columns of `Item`; summaries are the caller's business.
        agreed_at: its finish in the baseline.
    """
    if item.actual_finish_at or item.percent >= 100 or not item.is_active:
        return False
    if finish and (_after(finish, item.deadline_at) or _after(finish, agreed_at) or _after(data_at, finish)):
        return True
    is_waiting = not item.actual_start_at and item.percent == 0
    return is_waiting and _after(data_at, start)


def _after(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one > other

"""Bytes that no row of their circle names go: those of withdrawn files, and those whose row never came."""

from datetime import datetime, timedelta
from uuid import UUID

from consortio.jobs.periodic import Clock, every_minute
from consortio.record.outbox import Delivery, subscriber

from . import reads, store

A_DAY = timedelta(days=1)  # longer than any backup takes, which copies the rows first and then their files


@subscriber("attachments.bytes", "file.withdrawn", after=A_DAY)
def remove_bytes(delivery: Delivery) -> None:
    """Remove the bytes of files that were withdrawn by then. Can be killed anywhere and run again."""
    _sweep(delivery.circle_id, delivery.at)


@every_minute
def remove_what_was_left(clock: Clock) -> None:
    """Look once an hour for bytes of those who died before they named them, and for what looked new the last time."""
    for circle_id in store.circles_to_sweep():
        _sweep(circle_id, clock() - A_DAY)


def _sweep(circle_id: UUID, since: datetime) -> None:
    store.sweep(circle_id, lambda: reads.named_in(circle_id=circle_id, since=since))

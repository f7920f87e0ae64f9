"""What follows from a withdrawn file: its bytes go, unless another row of the same circle names them."""

from datetime import timedelta

from consortio.record.outbox import Delivery, subscriber

from . import reads, store

A_DAY = timedelta(days=1)  # longer than any backup takes, which copies the rows first and then their files


@subscriber("attachments.bytes", "file.withdrawn", after=A_DAY)
def remove_bytes(delivery: Delivery) -> None:
    """
    Sweep the circle: the bytes of files that were withdrawn by then, and those whose row never came. Can be killed
    anywhere and run again; what looks new is left to the next one.
    """
    store.sweep(delivery.circle_id, lambda: reads.named_in(circle_id=delivery.circle_id, since=delivery.at))

"""What follows from a withdrawn file: its bytes go, unless another row of the same circle names them."""

from datetime import timedelta

from consortio.record.outbox import Delivery, subscriber

from . import reads, store

A_DAY = timedelta(days=1)  # longer than any backup takes, which copies the rows first and then their files


@subscriber("attachments.bytes", "file.withdrawn", after=A_DAY)
def remove_bytes(delivery: Delivery) -> None:
    """
    Take the bytes aside, look again, then remove them. Somebody who attaches the same file meanwhile either finds them
    gone and stores them anew, or has a row by the second look. Can be killed anywhere and run again.
    """
    found = {"circle_id": delivery.circle_id, "sha256": str(delivery.facts["sha256"])}
    if not reads.is_named(**found):
        store.set_aside(*found.values())
    if reads.is_named(**found):
        store.put_back(*found.values())
    else:
        store.drop_aside(*found.values())

"""Places of promises that mutants weaken: function, expression, what stands in its place, and where an observer sees it."""

from collections.abc import Mapping
from typing import Any

from consortio.commitments import beside as promises_beside
from consortio.commitments import reads as promises
from consortio.commitments import waiting as promises_waiting

LEAKS: Mapping[str, tuple[Any, ...]] = {
    "promises of all circles": (
        promises._in,
        "access.visible(actor, Commitment)",
        "_all(Commitment)",
        "/partnerships/<partnership_id>/commitments",
    ),
    "steps of all promises": (
        promises.commitment_page,
        "access.visible(actor, Step).filter(commitment=row)",
        "_all(Step)",
        "/commitments/<commitment_id>",
    ),
    "joint figures that count what fewer see": (
        promises._facts,
        "access.common(actor, Commitment, circle_id)",
        "_all(Commitment).exclude(pk=circle_id)",
        "/api/v1/commitments/reliability",
    ),
    "promises about an item from circles beside": (
        promises_beside._about,
        "access.visible(actor, Commitment)",
        "_all(Commitment)",
        "/items/<item_id>",
    ),
    "promises that wait in circles where nobody sits": (
        promises_waiting.asked_beside,
        "Commitment.objects.filter(asked_of(OuterRef('organisation')), circle__in=circles)",
        "Commitment.objects.filter(pk__isnull=False)",
        "/",
        "everywhere",
    ),
    "what waits for others": (
        promises_waiting.waiting_for,
        "access.visible(actor, Commitment).filter(_mine(actor, at))",
        "_all(Commitment).filter(circle__partnership__in=here)",
        "/api/v1/commitments/waiting",
    ),
}

"""
The outbox, served: what follows from an entry and can wait (a mail, bytes to be removed) happens after its action.

An effect was written in the action's own transaction, so it is there exactly if the action is. Here it is taken, done
and marked, in three transactions: whoever dies between doing and marking leaves it to be done again. So a subscriber
reaches the same end when it runs twice; `Delivery.effect_id` is the same each time.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from consortio.access.gate import as_system

from .log import subscribe
from .models import Effect

log = logging.getLogger(__name__)
TRIES_MAX = 8
FIRST_PAUSE, PAUSE_MAX = timedelta(minutes=1), timedelta(hours=24)
GROWTH = 4  # each pause is so many times the one before


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a subscriber is told: the entry, and which effect of it this is."""

    effect_id: UUID
    circle_id: UUID
    event: str
    number: int
    subject_id: UUID
    at: datetime  # when the action began
    facts: Mapping[str, Any]
    attempt: int  # from 1


Subscriber = Callable[[Delivery], None]
_functions: dict[str, Subscriber] = {}


def subscriber(name: str, *events: str, after: timedelta = timedelta(0)) -> Callable[[Subscriber], Subscriber]:
    """Register the decorated function under a name that never changes: each entry of these events is told to it once."""

    def register(function: Subscriber) -> Subscriber:
        _functions[name] = function
        for event in events:
            subscribe(event, name, after)
        return function

    return register


def serve_due(*, clock: Callable[[], datetime], limit: int = 100) -> int:
    """Do what is due, the oldest first, and return how many effects were tried. `clock` is asked before each."""
    for tried in range(limit):
        delivery, name = _take(clock()) or (None, "")
        if delivery is None:
            return tried
        _do(delivery, name, clock)
    return limit


def _take(at: datetime) -> tuple[Delivery, str] | None:
    """Take one effect: it is not due again before its pause is over, whatever becomes of us."""
    with as_system("effects are owed to everybody"):
        due = Q(next_try_at=None) | Q(next_try_at__lte=at)
        waiting = Effect.objects.filter(due, served_at=None, attempts__lt=TRIES_MAX, subscriber__in=list(_functions))
        waiting = waiting.order_by("pk").select_for_update(skip_locked=True, no_key=True, of=("self",))
        effect = waiting.select_related("entry").first()
        if effect is None:
            return None
        effect.attempts += 1
        effect.next_try_at = at + pause(effect.attempts)
        effect.save(update_fields=["attempts", "next_try_at"])
    return _delivery(effect), effect.subscriber


def pause(attempts: int) -> timedelta:
    """Return how long after the n-th try the next one is due."""
    return min(FIRST_PAUSE * GROWTH ** (attempts - 1), PAUSE_MAX)


def _delivery(effect: Effect) -> Delivery:
    entry = effect.entry
    facts = json.loads(entry.body)["facts"]
    return Delivery(
        effect_id=effect.pk,
        circle_id=effect.circle_id,
        event=entry.event,
        number=entry.number,
        subject_id=entry.subject_id,
        at=entry.at,
        facts=facts,
        attempt=effect.attempts,
    )


def _do(delivery: Delivery, name: str, clock: Callable[[], datetime]) -> None:
    try:
        _functions[name](delivery)
    except Exception:
        left = TRIES_MAX - delivery.attempt
        log.exception("%s failed on effect %s; %d tries are left", name, delivery.effect_id, left)
    else:
        with as_system("that an effect was served is no fact of the record"):
            Effect.objects.filter(pk=delivery.effect_id).update(served_at=clock())

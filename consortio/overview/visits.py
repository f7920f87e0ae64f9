"""Up to where somebody has read what happened in a partnership."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from consortio import access
from consortio.access import Actor
from consortio.partnerships.reads import partnership
from consortio.record.feed import last_numbers_in
from consortio.record.reads import parse_cursor

from .models import Visit


@dataclass(frozen=True, slots=True)
class Seen:
    """The last visit, and the numbers to begin at in each circle that the actor sits in; without one, nothing was read."""

    at: datetime | None
    since: Mapping[UUID, int]
    upto: str  # a cursor of all that is there now, to be sent when it was seen


def seen_in(actor: Actor, partnership_id: UUID) -> Seen:
    """Return up to where the actor has read; two queries. Runs inside a read."""
    last = last_numbers_in(actor=actor, partnership_id=partnership_id)
    visit = _visits(actor, partnership_id).first()
    before = {UUID(pk): number for pk, number in visit.numbers.items()} if visit else {}
    since = {circle_id: min(before.get(circle_id, 0), number) for circle_id, number in last.items()}
    upto = ".".join(f"{circle.hex}:{number}" for circle, number in sorted(last.items()))
    return Seen(visit.seen_at if visit else None, since, upto)


def has_been_here(actor: Actor, partnership_id: UUID) -> bool:
    """Tell whether the actor has read anything of what happened in a partnership. Runs inside a read."""
    return bool(_visits(actor, partnership_id).exists())


def mark_seen(*, user: Any, actor: Actor, partnership_id: UUID, upto: str, at: datetime) -> None:
    """
    Remember that the actor has read a partnership's record up to a cursor of `seen_in`; never back, and never ahead.

    Nothing is recorded: it is nobody else's business.

    Args:
        upto: empty for all that is there now.

    Raises:
        NotVisible: the actor takes no part in such a partnership.
        ValueError: that is no cursor.
    """
    sent = parse_cursor(upto)
    with access.reading(actor):
        partnership(actor=actor, partnership_id=partnership_id)
        last = last_numbers_in(actor=actor, partnership_id=partnership_id)
    with transaction.atomic():
        visit = _visits(actor, partnership_id).select_for_update().first()
        numbers = visit.numbers if visit else {}
        for circle_id, number in last.items():
            now = min(sent.get(circle_id, 0), number) if upto else number
            numbers[str(circle_id)] = max(now, numbers.get(str(circle_id), 0))
        own = {"user": user, "organisation_id": actor.organisation_id, "partnership_id": partnership_id}
        Visit.objects.update_or_create(**own, defaults={"numbers": numbers, "seen_at": at})


def _visits(actor: Actor, partnership_id: UUID) -> Any:
    who: dict[str, Any] = {"user__person": actor.person_id, "organisation_id": actor.organisation_id}
    return Visit.objects.filter(**who, partnership_id=partnership_id)

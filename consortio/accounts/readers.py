"""Those to whom other features write: their address, their language, their zone. Nothing of it is shown to anybody."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation

from .models import User


@dataclass(frozen=True, slots=True)
class MailReader:
    user_id: UUID
    person_id: UUID
    email: str
    language: str
    zone: ZoneInfo
    made_at: datetime  # when the account was made

    @contextmanager
    def own_way(self) -> Iterator[None]:
        """Say things in the reader's language, and times in their zone."""
        with translation.override(self.language), timezone.override(self.zone):
            yield


def readers_of(person_ids: Collection[UUID]) -> tuple[MailReader, ...]:
    """Return those of these people who sign in here, in a stable order."""
    return tuple(_reader(user) for user in _users().filter(person__in=person_ids))


def all_readers() -> tuple[MailReader, ...]:
    return tuple(_reader(user) for user in _users())


def reader(user_id: UUID) -> MailReader | None:
    return next((_reader(user) for user in _users().filter(pk=user_id)), None)


def _users() -> QuerySet[User]:
    return User.objects.filter(is_active=True).order_by("made_at", "pk")


def _reader(user: User) -> MailReader:
    return MailReader(
        user_id=user.pk,
        person_id=user.person_id,
        email=user.email,
        language=user.language or settings.LANGUAGE_CODE,
        zone=ZoneInfo(user.zone or settings.TIME_ZONE),
        made_at=user.made_at,
    )

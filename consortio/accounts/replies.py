"""
Calls that are made once: a POST with an Idempotency-Key, repeated within 24 hours, is answered with the same bytes.

First the key is claimed, in a transaction of its own. The reply is written into the claim in the very transaction of
what was done: neither is there without the other, wherever the process dies. A claim whose holder died may be taken over
after 60 seconds; a holder who was only slow finds that out before anything of theirs is kept.

The table lies outside the wall, so what was answered is enciphered, with a key that is made from the caller's own.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from consortio.access import Actor
from consortio.ids import uuid7

from .ciphers import cipher
from .models import Reply

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

LIVES = timedelta(hours=24)
CLAIM_LIVES = timedelta(seconds=60)


class OtherBody(ValueError):
    """The key was used for the same call with another body."""


class UnderWay(RuntimeError):
    """Somebody is doing it right now."""


class SeatsChanged(RuntimeError):
    """It was done; the caller sees less by now than what was answered then may tell of."""


@dataclass(frozen=True)
class Asked:
    """A call: by whom, for what, under which key of theirs."""

    actor: Actor
    method: str
    address: str
    key: str
    body_hash: str

    @cached_property
    def words(self) -> bytes:
        own = [self.actor.person_id, self.actor.organisation_id, self.method, self.address, self.key]
        return json.dumps([str(part) for part in own]).encode()

    @property
    def key_hash(self) -> str:
        return hashlib.sha256(self.words).hexdigest()

    @property
    def cipher(self) -> "Fernet":
        return cipher("consortio replies", b"\0" + self.words)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, as it went out."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes


def claim(asked: Asked, at: datetime) -> UUID | Answered:
    """
    Return a claim for whoever does it now, or what was answered when it was done.

    Raises:
        OtherBody, UnderWay, SeatsChanged.
    """
    Reply.objects.filter(expires_at__lt=at).delete()
    own = uuid7()
    made = Reply(asked.key_hash, asked.body_hash, own, claimed_at=at, expires_at=at + LIVES)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return _claimed_before(asked, own, at)
    return own


def _claimed_before(asked: Asked, own: UUID, at: datetime) -> UUID | Answered:
    row = Reply.objects.filter(pk=asked.key_hash).first()
    if row is None:
        raise UnderWay  # it was refused in this very moment
    if row.body_hash != asked.body_hash:
        raise OtherBody
    if row.sealed:
        return _opened(asked, row.sealed)
    if row.claimed_at > at - CLAIM_LIVES:
        raise UnderWay
    if not _held(asked, row.claim).update(claim=own, claimed_at=at):
        raise UnderWay
    return own


def keep(asked: Asked, own: UUID, answered: Answered) -> None:
    """
    Write down what was answered, in the transaction of what was done.

    Raises:
        UnderWay: it took so long that somebody else has taken it over.
    """
    said = {
        "status": answered.status,
        "headers": answered.headers,
        "content": answered.content.decode("latin-1"),
        "circles": _circles(asked.actor),
    }
    sealed = asked.cipher.encrypt(json.dumps(said).encode()).decode()
    if not _held(asked, own).update(sealed=sealed):
        raise UnderWay


def let_go(asked: Asked, own: UUID) -> None:
    """Give up a claim: nothing was done, and the key is as good as new."""
    _held(asked, own).delete()


def _opened(asked: Asked, sealed: str) -> Answered:
    said = json.loads(asked.cipher.decrypt(sealed.encode()))
    if not set(said["circles"]) <= set(_circles(asked.actor)):
        raise SeatsChanged
    headers = tuple((name, value) for name, value in said["headers"])
    return Answered(said["status"], headers, said["content"].encode("latin-1"))


def _circles(actor: Actor) -> list[str]:
    return sorted(circle.hex for circle in actor.permissions)


def _held(asked: Asked, own: UUID) -> Any:
    return Reply.objects.filter(pk=asked.key_hash, claim=own, sealed="")

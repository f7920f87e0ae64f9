"""Writes on accounts. They lie in no circle, so these are no actions and leave no record."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.db.models import F

from consortio.access import Refused, Stale
from consortio.partnerships.actions import register_organisation
from consortio.ui.look import CHOICES, languages

from .models import Beginning, Session, User


class EmailTaken(Refused):
    """An address signs in to one account."""


class ThisSession(Refused):
    """The session that asks ends by signing out."""


class AlreadyBegun(Refused):
    """The first organisation is there; others come by invitation."""


def create_account(
    *, email: str, person_id: UUID, password: str | None, at: datetime, zone: str = "", language: str = ""
) -> User:
    """
    Let a person sign in. Without a password they do so by a code that is mailed to them, or by a passkey.

    Raises:
        EmailTaken: the address signs in to an account already.
        ValidationError: the password is too short, too common or easily guessed.
    """
    user = User(email=email.strip().lower(), person_id=person_id, zone=zone, language=language, made_at=at)
    if password is not None:
        validate_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            EmailAddress(user=user, email=user.email, verified=True, primary=True).save(force_insert=True)
    except IntegrityError as error:
        raise EmailTaken(user.email) from error
    return user


def begin(
    *, organisation: str, letters: str, name: str, email: str, password: str, at: datetime, zone: str = ""
) -> User:
    """
    Make the first organisation, its first person and their account: all of it or nothing, and once.

    Raises:
        AlreadyBegun: somebody else has an account here.
        ValidationError: the password is too short, too common or easily guessed.
    """
    try:
        with transaction.atomic():
            Beginning(id=1, at=at).save(force_insert=True)  # two at the same time wait here for one another
            if User.objects.exists():
                raise AlreadyBegun
            _, person_id, _ = register_organisation(name=organisation, letters=letters, lead=name, at=at)
            return create_account(email=email, person_id=person_id, password=password, at=at, zone=zone)
    except IntegrityError as error:
        raise AlreadyBegun from error


def change_password(user: User, password: str) -> None:
    """Set a password that was found good. Sessions opened with the old one end: their key of it no longer fits."""
    user.set_password(password)
    user.save(update_fields=["password"])


def change_address(user: User, email: str) -> str:
    """Let somebody sign in with another address, and return the old one. Raises: EmailTaken."""
    old, user.email = user.email, email
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
            EmailAddress.objects.filter(user=user).delete()
            EmailAddress(user=user, email=email, verified=True, primary=True).save(force_insert=True)
    except IntegrityError as error:
        user.email = old
        raise EmailTaken(email) from error
    return old


def end_sessions(user: User, keep: str = "") -> int:
    """End the sessions of somebody but for the one whose key hash is given; return how many."""
    return Session.objects.filter(user=user).exclude(pk=keep).delete()[0]


def end_session(user: User, key_hash: str) -> bool:
    """End one of somebody's sessions; another's looks like none."""
    return bool(Session.objects.filter(user=user, pk=key_hash).delete()[0])


def keep_preferences(user: User, version: int | None = None, **chosen: str) -> None:
    """
    Keep what somebody chose: of language, zone, theme and density; the rest stands. "" leaves it to the browser.

    Raises:
        Stale: their preferences have moved on from the version that was seen.
    """
    own = User.objects.filter(pk=user.pk)
    kept = (own if version is None else own.filter(version=version)).update(**chosen, version=F("version") + 1)
    user.refresh_from_db(fields=["language", "zone", "theme", "density", "version"])
    if not kept:
        raise Stale(user, version)


def keep_look(user: User, asked: dict[str, str]) -> None:
    """Keep what was chosen beside a page (theme, density, language) for the other browsers of the same person."""
    allowed: dict[str, Mapping[str, object]] = {
        "theme": CHOICES["theme"],
        "density": CHOICES["density"],
        "language": dict(languages()),
    }
    chosen = {name: value for name, value in asked.items() if value in allowed.get(name, ())}
    if chosen:
        keep_preferences(user, **chosen)

"""
Passkeys, code apps and recovery codes. With the adapter the only file that knows the inner modules of allauth.

A code of the app counts once: the step it belongs to is kept, and no step up to it counts again. Recovery codes are
kept as hashes; each has 80 random bits, so a plain hash gives nothing away.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .models import User

RECOVERY_CODES = 10
# What the readers of CBOR and COSE raise at bytes that a browser would not send.
MALFORMED = (ArithmeticError, AttributeError, LookupError, NotImplementedError, TypeError, ValueError)


def _webauthn() -> Any:
    """Return what knows passkeys, loaded for the first who uses one: it takes 12 MB."""
    from allauth.mfa.webauthn.internal import auth

    return auth


@contextmanager
def _answered() -> Iterator[Any]:
    """Give what knows passkeys, to read what a browser answered. Raises: ValidationError."""
    from cryptography.exceptions import InvalidSignature

    try:
        yield _webauthn()
    except (*MALFORMED, InvalidSignature) as error:
        raise refused() from error


def passkey_options(user: User) -> dict[str, Any]:
    """Return what a browser needs to make a passkey; the challenge is kept in the session."""
    return _plain(_webauthn().begin_registration(user, passwordless=True))


def sign_in_options() -> dict[str, Any]:
    return _plain(_webauthn().begin_authentication(None))


def add_passkey(user: User, name: str, credential: dict[str, Any]) -> Authenticator:
    """Keep a passkey that answers the challenge. Raises: ValidationError."""
    with _answered() as webauthn:
        webauthn.parse_registration_response(credential)
        if not webauthn.complete_registration(credential).is_user_verified():
            raise refused()
        return webauthn.WebAuthn.add(user, name, credential).instance


def passkey_of(user: User, pk: int) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN, pk=pk).first()


def rename_passkey(passkey: Authenticator, name: str) -> None:
    passkey.data["name"] = name
    passkey.save(update_fields=["data"])


def check_passkey(user: User | None, credential: dict[str, Any]) -> Authenticator:
    """Return the passkey that answers the challenge, of this user or of whom it names. Raises: ValidationError."""
    with _answered() as webauthn:
        webauthn.parse_authentication_response(credential)
        owner = user or webauthn.extract_user_from_response(credential)
        return webauthn.complete_authentication(owner, credential)


def new_secret(request: HttpRequest) -> tuple[str, str]:
    """Return the secret of a code app that is being set up, and the address that its QR code says."""
    secret = totp.get_totp_secret()
    return secret, get_adapter().build_totp_url(request.user, secret)  # type: ignore[arg-type]


def picture_of(address: str) -> str:
    """Return a QR code as the address of an image: an SVG in it runs no script."""
    svg = get_adapter().build_totp_svg(address)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


@transaction.atomic
def set_up_code_app(request: HttpRequest, user: User, code: str) -> list[str]:
    """Begin to ask for codes, now that one is right; return the recovery codes, once. Raises: ValidationError."""
    User.objects.select_for_update().get(pk=user.pk)  # twice at once: the second finds the first
    step = _step(totp.get_totp_secret(), code, after=0)
    if step is None or code_app(user):
        raise refused()
    made = totp.TOTP.activate(user, totp.get_totp_secret()).instance
    made.data["step"] = step
    made.save(update_fields=["data"])
    totp.clear_totp_secret(request)
    return new_recovery_codes(user)


def code_app(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


@transaction.atomic
def remove_code_app(user: User) -> None:
    """Stop asking for codes; the recovery codes stand in for the app, so they go with it."""
    Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN).delete()


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Make ten codes that stand in for the app, each once, and forget the old ones; return them, once."""
    User.objects.select_for_update().get(pk=user.pk)
    codes = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    kind = {"user": user, "type": Authenticator.Type.RECOVERY_CODES}
    Authenticator.objects.filter(**kind).delete()
    Authenticator(**kind, data={"hashes": [_hash(code) for code in codes]}).save()
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


@transaction.atomic
def check_code(user: User, code: str) -> Authenticator:
    """Use up a code of the app or a recovery code, and return whose it was. Raises: ValidationError."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    rows = Authenticator.objects.filter(user=user, type__in=kinds).order_by("pk")
    for row in rows.select_for_update():  # two at once with the same code: one of them
        if _uses_up(row, code):
            row.last_used_at = timezone.now()
            row.save(update_fields=["data", "last_used_at"])
            return row
    raise refused()


def _uses_up(row: Authenticator, code: str) -> bool:
    if row.type == Authenticator.Type.TOTP:
        step = _step(get_adapter().decrypt(row.data["secret"]), code, after=row.data["step"])
        row.data["step"] = step or row.data["step"]
        return step is not None
    left = [kept for kept in row.data["hashes"] if not constant_time_compare(kept, _hash(code))]
    is_one = len(left) < len(row.data["hashes"])
    row.data["hashes"] = left
    return is_one


def _step(secret: str, code: str, *, after: int) -> int | None:
    """Return the step of time, now or one beside it, whose code this is; none up to `after` counts."""
    for step in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, step))
        if step > after and constant_time_compare(expected, code.replace(" ", "")):
            return step
    return None


def _hash(code: str) -> str:
    return hashlib.sha256(code.replace("-", "").replace(" ", "").lower().encode()).hexdigest()


def refused() -> ValidationError:
    return get_adapter().validation_error("incorrect_code")


def _plain(options: Any) -> Any:
    """Return options as JSON knows them: the library hands out mappings of its own."""
    if hasattr(options, "items"):
        return {name: _plain(value) for name, value in options.items()}
    if isinstance(options, list | tuple):
        return [_plain(value) for value in options]
    return options

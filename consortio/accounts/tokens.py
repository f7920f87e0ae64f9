"""
Personal tokens: 256 random bits for a program, SHA-256 of them for the table.

A token acts as its person for one organisation, within its scopes and never beyond what the person may do at that
moment. It makes, lists and ends no tokens, and reaches no way of signing in: of the account, only preferences and the
end of sessions, which give nobody more than they had.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from consortio.access import Refused

from .models import Token, User

PREFIX = "cons_"  # by which scanners of published code know a secret of ours
FORM = re.compile(PREFIX + r"[0-9a-f]{64}")
DAYS_MAX = 366
HELD_MAX = 50  # that are good, for one person
SHOWN_AFTER_ITS_END = timedelta(days=30)
READ, WRITE = "read", "write"
SCOPES: Mapping[str, object] = {  # whoever may write also reads: the answer to a write shows the row
    READ: _("Read what you see"),
    "write:plans": _("Change plans, with their files and imports"),
    "write:goals": _("Change goals and KPIs, and enter readings"),
    "write:members": _("Change members, circles and seats"),
    "write:account": _("Change your preferences and mails, and end your sessions"),
    WRITE: _("Change everything that you may change"),
}
AREAS = {  # where a narrower scope to write suffices, by a word of the address; elsewhere only "write" does
    "capacities": "plans",
    "demands": "plans",
    "files": "plans",
    "imports": "plans",
    "jobs": "plans",
    "levellings": "plans",
    "plans": "plans",
    "risks": "plans",
    "simulations": "plans",
    "forecast-rounds": "goals",
    "goals": "goals",
    "kpis": "goals",
    "readings": "goals",
    "circles": "members",
    "invitations": "members",
    "partnerships": "members",
    "me": "account",
}


class TooMany(Refused):
    """Somebody has as many tokens as anybody needs."""


def make_token(
    *, user: User, organisation_id: UUID, name: str, scopes: Collection[str], days: int, at: datetime
) -> str:
    """
    Return the secret of a new token, which nobody can look up again.

    Raises:
        TooMany: of those that are good.
        ValueError: a scope that there is not, none at all, or a life that is too long.
    """
    if not scopes or not set(scopes) <= set(SCOPES) or not 0 < days <= DAYS_MAX:
        raise ValueError(f"{scopes} for {days} days")
    own = Token.objects.filter(user=user)
    own.filter(expires_at__lt=at - SHOWN_AFTER_ITS_END).delete()
    own.filter(revoked_at__lt=at - SHOWN_AFTER_ITS_END).delete()
    if own.filter(revoked_at=None, expires_at__gt=at).count() >= HELD_MAX:
        raise TooMany(_("You have %(count)s tokens; revoke one first.") % {"count": HELD_MAX})
    secret = PREFIX + secrets.token_hex(32)
    Token(
        secret_hash=hash_of(secret),
        user=user,
        organisation_id=organisation_id,
        name=name,
        scopes=[scope for scope in SCOPES if scope in scopes],
        made_at=at,
        expires_at=at + timedelta(days=days),
    ).save(force_insert=True)
    return secret


def token_of(secret: str, at: datetime) -> Token | None:
    """Return the token with this secret while it is good; what is expired, revoked or of a closed account is none."""
    if not FORM.fullmatch(secret):
        return None
    good = Token.objects.filter(revoked_at=None, expires_at__gt=at, user__is_active=True)
    return good.filter(secret_hash=hash_of(secret)).select_related("user").first()


def revoke_token(user: User, token_id: UUID, at: datetime) -> bool:
    """Let one of somebody's tokens do nothing from the next call on; another's looks like none."""
    return bool(Token.objects.filter(user=user, pk=token_id, revoked_at=None).update(revoked_at=at))


def note_use(token: Token, at: datetime) -> None:
    """Write down the day of use, once on each."""
    if token.used_on != at.date():
        Token.objects.filter(pk=token.pk).update(used_on=at.date())


def may(scopes: Collection[str], *, writes: bool, area: str) -> bool:
    """Tell whether scopes suffice for a call that writes in an area of the API, or only reads there."""
    return bool({WRITE, f"{WRITE}:{area}"} & set(scopes)) if writes else bool(scopes)


def area_of(address: str) -> str:
    """Return the area of an address of the API, "" where there is none: what lies below a row may have its own."""
    first, _id, *below = [*address.removeprefix("/api/v1/").split("/"), ""]
    return AREAS.get(below[0] if below else "") or AREAS.get(first, "")


def scope_wanted(*, writes: bool, area: str) -> str:
    """Return the narrowest scope that suffices."""
    return READ if not writes else f"{WRITE}:{area}" if area else WRITE


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

"""
Links that sign in with one click, for the people of the demo world on one's own machine.

A link shows a button, and the button signs in. It works for a day, from this machine only, and only where the setting
`SIGN_IN_LINKS` is on; whoever can read the server's key could make one, and could do anything else as well.
"""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

from .models import User

LIVES = timedelta(days=1)
SALT = "consortio.accounts.links"


def sign_in_link(user: User, at: datetime) -> str:
    """Return the address of a page that offers to sign in as this user until a day later."""
    token = signing.Signer(salt=SALT).sign_object({"user": str(user.pk), "until": (at + LIVES).isoformat()})
    return settings.BASE_URL + reverse("sign_in_link", args=[token])


def sign_in_links(emails: Iterable[str], at: datetime) -> dict[str, str]:
    """Return a link for each of these addresses that has an account."""
    found = {user.email: user for user in User.objects.filter(email__in=list(emails), is_active=True)}
    return {email: sign_in_link(found[email], at) for email in emails if email in found}


def user_of(token: str, at: datetime) -> User | None:
    """Return whom a link signs in; none where it is old, false, or of somebody who may not sign in."""
    try:
        said = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    if datetime.fromisoformat(said["until"]) <= at:
        return None
    return User.objects.filter(pk=said["user"], is_active=True).first()


def may_use(request: HttpRequest) -> bool:
    """Tell whether links work for this request: it comes from this machine itself, and through nobody's hands."""
    if not settings.SIGN_IN_LINKS or request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded"):
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and _names_this_machine(request.get_host())


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _names_this_machine(host: str) -> bool:
    """A name that only leads here by DNS could be somebody else's page (rebinding)."""
    name = host.rsplit(":", 1)[0].strip("[]") if not host.endswith("]") else host.strip("[]")
    return name == "localhost" or _is_loopback(name)

"""Letting somebody in by an invitation: whether an address has an account, and the first sign-in with a new one."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse

from .models import User


def has_account(email: str) -> bool:
    """Tell whether an address signs in: only to whoever has proved that it is theirs."""
    return User.objects.filter(email=email).exists()


def held_back(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to somebody who makes accounts too fast."""
    return ratelimit.consume_or_429(request, action="signup")


def enter(request: HttpRequest, user: Any, to: str) -> HttpResponse:
    """Sign in whoever has just made this account, and lead them on."""
    record_authentication(request, user, method="password")
    return perform_login(request, user, redirect_url=to)

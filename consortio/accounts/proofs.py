"""Proving again who one is: as the second step of signing in, and before what could lock somebody out."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from . import factors, forms
from .adapter import AccountAdapter, is_fresh
from .models import User

FORMS: dict[str, type[Form]] = {
    "password": forms.PasswordForm,
    "code": forms.OneTimeCodeForm,
    "credential": forms.CredentialForm,
}


def prove(request: HttpRequest, user: User, kinds: tuple[str, ...], **noted: Any) -> Form | None:
    """
    Check what was posted, write down in the session that it was right, and return nothing; or the refused form.

    Args:
        kinds: what counts here: password, code (of the app, or a recovery code), credential (a passkey).
        noted: is kept beside the proof.
    """
    kind = next((kind for kind in kinds if kind in request.POST), kinds[0])
    form = FORMS[kind](request.POST)
    if form.is_valid():
        try:
            noted |= _check(request, user, kind, form.cleaned_data[kind])
        except ValidationError as error:
            form.add_error(kind, error)
        else:
            record_authentication(request, user, **noted)
            return None
    return form


def _check(request: HttpRequest, user: User, kind: str, value: Any) -> dict[str, Any]:
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        raise AccountAdapter().validation_error("too_many_login_attempts")
    if kind == "password":
        if not user.check_password(value):
            raise AccountAdapter().validation_error("incorrect_password")
        return {"method": "password"}
    factor = factors.check_code(user, value) if kind == "code" else factors.check_passkey(user, value)
    factor.record_usage()
    return {"method": "mfa", "type": str(factor.type), "id": factor.pk}


def proved_lately(back: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """
    Decorate a view that only its own person may reach, who proved so within five minutes; others are asked first.

    Args:
        back: the page to return to where something was posted; what was typed is not kept meanwhile.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if is_fresh(request):
                return view(request, *args, **kwargs)
            way = request.get_full_path() if request.method == "GET" else reverse(back)
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': way})}")

        return inner

    return decorate

"""
The mails that signing in needs, each as text and as HTML, in the reader's language.

Addresses in them begin with BASE_URL and never with what a request calls us. Where mails go to a server, they are sent
behind the answer: how long that takes would tell whether somebody has an account.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext

from .models import User

log = logging.getLogger(__name__)
_behind = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")
SUBJECTS: dict[str, Callable[[], str]] = {  # said in the reader's language, so not before it is known
    "code": lambda: gettext("Your code for Consortio"),
    "reset": lambda: gettext("A new password for Consortio"),
    "address": lambda: gettext("Is this your new address for Consortio?"),
    "change": lambda: gettext("A change to your Consortio account"),
}
CHANGES: dict[str, Callable[[], str]] = {
    "address": lambda: gettext("The address that you sign in with was changed."),
    "password": lambda: gettext("Your password was changed."),
    "passkey added": lambda: gettext("A passkey was added."),
    "passkey removed": lambda: gettext("A passkey was removed."),
    "code app added": lambda: gettext("A code app was set up: signing in now asks for its code."),
    "code app removed": lambda: gettext("The code app was removed: signing in no longer asks for its code."),
    "token made": lambda: gettext("A token was made with which a program may act as you."),
    "recovery codes": lambda: gettext("New recovery codes were made; the old ones no longer work."),
}


def send_code(email: str, code: str) -> None:
    """Send the code of a sign-in, and a link that fills it in."""
    _send(_made("code", email, code=code, link=address("account_confirm_login_code") + "?" + urlencode({"code": code})))


def send_reset(email: str, link: str) -> None:
    _send(_made("reset", email, link=link))


def send_new_address(email: str, old: str, link: str) -> None:
    """Ask the owner of an address whether somebody may sign in with it from now on."""
    _send(_made("address", email, old=old, link=link))


def work_as_for_somebody(email: str) -> None:
    """Do for an address without an account what the others cost, and send nothing."""
    _made("code", email, code="", link="")


def tell(user: User, change: str, browser: str, email: str = "") -> None:
    """Tell somebody that a way into their account has changed, so that no stranger does it unnoticed."""
    _send(_made("change", email or user.email, change=change, browser=browser, link=address("account_reset_password")))


def address(name: str, *args: Any) -> str:
    return settings.BASE_URL + reverse(name, args=args)


def _made(kind: str, email: str, **words: Any) -> EmailMultiAlternatives:
    user = User.objects.filter(email=email).first()
    with translation.override(user.language if user and user.language else translation.get_language()):
        if "change" in words:
            words["change"] = CHANGES[words["change"]]()
        text, html = (render_to_string(f"accounts/mail/{kind}.{form}", words) for form in ("txt", "html"))
        made = EmailMultiAlternatives(SUBJECTS[kind](), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [email])
    made.attach_alternative(html, "text/html")
    return made


def _send(made: EmailMultiAlternatives) -> None:
    if settings.EMAIL_HOST:
        _behind.submit(_send_now, made)
    else:
        made.send()


def _send_now(made: EmailMultiAlternatives) -> None:
    try:
        made.send()
    except OSError:  # the server is away or refuses us; whoever waits asks again
        log.exception("a mail could not be sent")

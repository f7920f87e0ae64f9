"""What allauth does our way: its words, its mails, its addresses, its second step."""

from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.stages import LoginStage
from allauth.core import context
from allauth.core.internal.httpkit import headed_redirect_response
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.internal.constants import LoginStageKey
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import mail
from .ciphers import cipher
from .models import User
from .reads import hats_of

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This address and this password do not belong together."),
        "incorrect_code": _("This is not the code, or it is no longer good."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many tries in a short time. Wait a little, then try again."),
        "rate_limited": _("Too many tries in a short time. Wait a little, then try again."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix == "account/email/login_code":
            mail.send_code(email, context["code"])
        elif template_prefix == "account/email/password_reset_key":
            mail.send_reset(email, context["password_reset_url"])
        else:
            raise LookupError(f"no mail of ours is called {template_prefix}")

    def get_reset_password_from_key_url(self, key: str) -> str:
        return mail.address("account_reset_password") + "/" + quote(key)

    def is_ajax(self, request: HttpRequest) -> bool:
        return False  # allauth's second, JSON way through each page is switched off

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, gettext("This account is closed. Ask whoever leads your organisation."))
        return HttpResponseRedirect(reverse("account_login"))

    def get_login_stages(self) -> list[str]:
        return ["allauth.account.stages.LoginByCodeStage", "consortio.accounts.adapter.SecondStep"]

    def get_reauthentication_methods(self, user: Any) -> list[dict]:
        return [{"id": "confirmation", "url": reverse("account_reauthenticate")}]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not is_fresh(context.request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return credentials.get("email", "").lower()  # a server with two names counts once


class SecondStep(LoginStage):
    """A code app asks at every sign-in but one by passkey. A passkey alone asks nothing: it replaces the password."""

    key = LoginStageKey.MFA_AUTHENTICATE.value
    urlname = "mfa_authenticate"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        return (headed_redirect_response(self.urlname) if self._is_asked() else None), True

    def _is_asked(self) -> bool:
        user = self.login.user
        if not user or not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return False
        return not any(record.get("passwordless") for record in get_authentication_records(self.request, user))


class FactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not the code, or it is no longer good."),
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        import qrcode  # here, as few servers show one
        from qrcode.image.svg import SvgPathFillImage

        buffer = BytesIO()  # with a ground of its own: apps read dark on light, whatever the page's colours
        qrcode.make(url, image_factory=SvgPathFillImage).save(buffer)
        return buffer.getvalue().decode()

    def get_public_key_credential_user_entity(self, user: Any) -> dict:
        known = User.objects.get(pk=user.pk)
        entity = super().get_public_key_credential_user_entity(known)
        return entity | {"display_name": hats_of(known.person_id).name or known.email}


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether the person proved within the last five minutes who they are."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    latest = max((record["at"] for record in records), default=0.0)
    return timezone.now().timestamp() - latest < app_settings.REAUTHENTICATION_TIMEOUT


def _cipher() -> "Fernet":
    """Secrets of code apps are kept enciphered, so that a copy of the database alone makes no codes."""
    return cipher("consortio code apps")

"""The shape of what is typed at the door and in one's own settings."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

from allauth.account.forms import (
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from consortio.lines import LineField
from consortio.ui.look import CHOICES, languages
from consortio.zones import known_zones

from . import factors, passwords, tokens
from .models import User

ASKED = "browser"  # of languages: whichever it asks for
TOKEN_DAYS = (30, 7, 90, 180, tokens.DAYS_MAX)  # the first is offered first
PLACE = re.compile(r"(?!Etc/)[A-Z][a-z]+/")


def mail_field(**more: Any) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": more.pop("autocomplete", "username")})
    return forms.EmailField(label=_("Work mail"), max_length=254, widget=widget, **more)


def password_field(label: Any, autocomplete: str, **more: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, **more)


def new_password_field() -> forms.CharField:
    return password_field(
        _("Password"), "new-password", help_text=_("twelve characters or more; a sentence is good"), max_length=1000
    )


def code_field() -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(label=_("Code"), max_length=40, widget=forms.TextInput(attrs=attributes))


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = mail_field(autocomplete="username webauthn")
        self.fields["password"] = password_field(_("Password"), "current-password", max_length=1000)
        self.order_fields(["login", "password"])


class CodeWantedForm(RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = mail_field()

    def clean_email(self) -> str:
        self.cleaned_data["email"] = self.cleaned_data["email"].lower()
        return super().clean_email()


class CodeForm(ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field()


class ResetWantedForm(ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = mail_field()


class ResetForm(ResetPasswordKeyForm):
    """One field: whoever mistypes asks for another link. The form above it wants two, so both get the same."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["password1"] = new_password_field()

    def clean_password1(self) -> str:
        validate_password(self.cleaned_data["password1"], self.user)
        return self.cleaned_data["password1"]


class CredentialForm(forms.Form):
    """What a browser answers for a passkey."""

    credential = forms.JSONField(widget=forms.HiddenInput)

    def clean_credential(self) -> dict[str, Any]:
        return _mapping(self.cleaned_data["credential"])


class PasskeySignInForm(CredentialForm):
    """The credential becomes the passkey that answers the challenge."""

    def clean_credential(self) -> Any:
        return factors.check_passkey(None, super().clean_credential())


class PasskeyForm(CredentialForm):
    name = LineField(label=_("Name"), max_length=60, help_text=_("by which you know it again: “laptop”"))


class NameForm(forms.Form):
    name = LineField(label=_("Name"), max_length=60)


class OneTimeCodeForm(forms.Form):
    code = code_field()


class PasswordForm(forms.Form):
    password = password_field(_("Password"), "current-password", max_length=1000)


class NewPasswordForm(forms.Form):
    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"] = new_password_field()
        self.fields["password"].label = _("New password")

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]


class AddressForm(forms.Form):
    email = mail_field(autocomplete="email")


class TokenForm(forms.Form):
    """A token for a program. `organisations` are those that its person acts for: ids and names."""

    name = LineField(label=_("Name"), max_length=60, help_text=_("by which you know it again: “nightly report”"))
    organisation = forms.ChoiceField(label=_("For"))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=list(tokens.SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whatever changes something also reads. Never more than you yourself may at that moment."),
    )
    days = forms.TypedChoiceField(
        label=_("Good for"),
        choices=[
            (days, ngettext_lazy("%(days)d day", "%(days)d days", "days") % {"days": days}) for days in TOKEN_DAYS
        ],
        coerce=int,
    )

    def __init__(self, *args: Any, organisations: Iterable[tuple[UUID, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [(str(pk), name) for pk, name in organisations]


class PreferencesForm(forms.Form):
    """Language, zone, colours and rows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(ASKED, _("as the browser asks")), *languages()]
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=offered)
        self.fields["zone"] = zone_field()
        for name, label in (("theme", _("Light or dark")), ("density", _("Rows"))):
            self.fields[name] = forms.ChoiceField(label=label, choices=list(CHOICES[name].items()))

    def clean_language(self) -> str:
        language = self.cleaned_data["language"]
        return "" if language == ASKED else language


def zone_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Zone"), choices=[(zone, zone.replace("_", " ")) for zone in zones()])


@cache
def zones() -> tuple[str, ...]:
    """Return the zones on offer: those that are called after a place, and UTC."""
    return ("UTC", *sorted(zone for zone in known_zones() if PLACE.match(zone)))


class FirstRunForm(forms.Form):
    organisation = LineField(label=_("Name"), max_length=100, help_text=_("as your partners know it"))
    letters = forms.CharField(
        label=_("Letters"),
        max_length=3,
        required=False,
        help_text=_("two or three; we take them from the name otherwise"),
    )
    name = LineField(label=_("Name"), max_length=100)
    email = mail_field(autocomplete="email", help_text=_("for signing in; partners never see it"))
    password = new_password_field()
    zone = zone_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].widget.attrs["autocomplete"] = "organization"
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    def clean_letters(self) -> str:
        named = self.cleaned_data.get("organisation", "")
        letters = self.cleaned_data["letters"].upper() or suggested_letters(named)
        if not letters and not named:
            return ""  # what is wrong with the name is told there
        if not re.fullmatch(r"[^\W_]{2,3}", letters):
            raise ValidationError(_("Write two or three letters or digits."))
        return letters

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned:
            about = (cleaned.get(name, "") for name in ("organisation", "name", "email"))
            try:
                validate_password(cleaned["password"])
                passwords.refuse_words(cleaned["password"], about)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


def suggested_letters(name: str) -> str:
    """Return the first letters of the first words ("Marrowfen Water": MW), or of the only one."""
    words = re.findall(r"[^\W_]+", name)
    found = "".join(word[0] for word in words[:3]) if len(words) > 1 else "".join(words)[:3]
    return found.upper()


def _mapping(credential: Any) -> dict[str, Any]:
    if not isinstance(credential, dict):
        raise factors.refused()
    return credential

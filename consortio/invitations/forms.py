"""What somebody says who accepts, and who invites."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortio.accounts import passwords
from consortio.accounts.forms import new_password_field
from consortio.approvals.forms import ProposeForm
from consortio.lines import LineField
from consortio.ui.formats import month_name


def letters_field(**more: Any) -> forms.RegexField:
    return forms.RegexField(
        r"^[A-Za-z]{2,4}$",
        label=_("Letters"),
        help_text=_("Two to four that stand for your organisation in it, for good."),
        error_messages={"invalid": _("Two to four letters, A to Z.")},
        **more,
    )


class NewcomerForm(forms.Form):
    """Somebody who has no account yet, invited into a house."""

    name = LineField(label=_("Your name"), max_length=100, help_text=_("as your partners know you"))
    password = new_password_field()

    def __init__(self, *args: Any, email: str, about: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = (email, *about)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        if settings.EMAIL_HOST:  # otherwise no code would ever come
            self.fields["password"].required = False
            self.fields["password"].help_text = _(
                "twelve characters or more; without one you sign in by a code that we mail"
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if password := cleaned.get("password"):
            said = (cleaned.get(name, "") for name in ("name", "organisation"))
            try:
                validate_password(password)
                passwords.refuse_words(password, [*self.about, *said])
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class FoundingForm(NewcomerForm):
    """The same, invited as the lead of an organisation that is not here yet."""

    organisation = LineField(
        label=_("Name of your organisation"), max_length=100, help_text=_("as your partners know it")
    )
    letters = letters_field()
    field_order = ["organisation", "letters", "name", "password"]

    def clean_letters(self) -> str:
        return str(self.cleaned_data["letters"]).upper()


class HouseForm(forms.Form):
    """Somebody who has an account: which of the houses that they lead takes part, and with which letters."""

    organisation = forms.ChoiceField(label=_("Which of your organisations"), widget=forms.RadioSelect)
    letters = letters_field(required=False)

    def __init__(self, houses: tuple[tuple[str, str], ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = list(houses)
        self.fields["letters"].help_text = _("Two to four, for good. Empty: those of your house.")
        if len(houses) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()

    def clean_letters(self) -> str:
        return str(self.cleaned_data["letters"]).upper()


def address_field() -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "off"})
    return forms.EmailField(
        label=_("Mail"), max_length=254, widget=widget, help_text=_("the link works for this address only")
    )


class OrganisationForm(forms.Form):
    name = LineField(label=_("Name of the organisation"), max_length=100)
    email = address_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="organisation-%s", **kwargs)  # a colleague's form stands on the same page


class PersonForm(forms.Form):
    """A colleague: the role in the house, and on a partnership's page the one there."""

    email = address_field()
    role_id = forms.TypedChoiceField(label=_("Role here"), coerce=UUID)
    house_role_id = forms.TypedChoiceField(label=_("Role in your house"), coerce=UUID)

    def __init__(self, choices: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["house_role_id"].choices = [(str(pk), gettext(name)) for pk, name in choices.house_roles]
        if choices.is_house:
            del self.fields["role_id"]
        else:
            self.fields["role_id"].choices = [(str(pk), gettext(name)) for pk, name in choices.roles]


class LeavingForm(forms.Form):
    when = forms.ChoiceField(
        label=_("When"), choices=[("now", _("at once")), ("day", _("with the end of a day"))], widget=forms.RadioSelect
    )
    last_day = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == "now":
            cleaned["last_day"] = None
        elif cleaned.get("when") == "day" and "last_day" in cleaned and not cleaned["last_day"]:
            self.add_error("last_day", _("Write the last day, for example 2031-12-31."))
        return cleaned


class SuspendForm(ProposeForm):
    """A member's vote is taken from it for reasons that it reads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].help_text = _("Every member reads it, also the one that it is about.")
        self.fields["reason"].error_messages["required"] = _("Say why.")


class FiscalYearForm(forms.Form):
    fiscal_start = forms.TypedChoiceField(
        label=_("Our fiscal year begins in"),
        coerce=int,
        choices=lambda: [(n, month_name(n)) for n in range(1, 13)],
        help_text=_("A new KPI of yours begins with it, and may have another one. KPIs that are there keep theirs."),
    )


class NameForm(forms.Form):
    name = LineField(label=_("Name"), max_length=100)

from django import forms
from django.utils.translation import gettext_lazy as _

from consortio.lines import LineField


class FoundForm(forms.Form):
    name = LineField(label=_("Name of the partnership"), max_length=100)
    letters = forms.RegexField(
        r"^[A-Za-z]{2,4}$",
        label=_("Your letters in it"),
        help_text=_("Two to four letters that stand for your organisation, for good."),
        error_messages={"invalid": _("Two to four letters, A to Z.")},
    )

    def clean_letters(self) -> str:
        return str(self.cleaned_data["letters"]).upper()


class PartForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    part = LineField(label=_("Your part, in your own words"), max_length=60, required=False)


class SeatForm(forms.Form):
    person_id = forms.UUIDField()
    role_id = forms.UUIDField()


class UnseatForm(forms.Form):
    person_id = forms.UUIDField()

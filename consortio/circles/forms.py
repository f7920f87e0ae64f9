from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from consortio.lines import LineField


class CircleForm(forms.Form):
    """A side circle of some members, or a body of named people."""

    kind = forms.ChoiceField(choices=[("side", "side"), ("body", "body")])
    name = LineField(label=_("Name"), max_length=100)
    letters = forms.RegexField(
        r"^[A-Za-z]{2,11}$",
        label=_("Letters for its numbers"),
        help_text=_("Two to eleven letters; a plan made here is called by them, as in OFFER/P-1."),
        error_messages={"invalid": _("Two to eleven letters, A to Z.")},
    )
    organisation_ids = forms.TypedMultipleChoiceField(label=_("Organisations in it"), coerce=UUID, required=False)
    role_id = forms.UUIDField(
        label=_("Role"), required=False, error_messages={"invalid": _("Choose one of the roles on offer.")}
    )

    def __init__(self, organisations: Sequence[tuple[str, str]], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["organisation_ids"].choices = organisations  # type: ignore[attr-defined]  # a choice field

    def clean_letters(self) -> str:
        return str(self.cleaned_data["letters"]).upper()


class AppointForm(forms.Form):
    person_id = forms.UUIDField()
    role_id = forms.UUIDField()

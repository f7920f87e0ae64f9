from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .actions import Said
from .rules import DAYS, WORDS_MAX


def _days() -> list[tuple[int, str]]:
    return [(days, ngettext("%(n)s day", "%(n)s days", days) % {"n": days}) for days in DAYS]


class OpeningForm(forms.Form):
    about_on = forms.DateField(label=_("Of which day"), widget=forms.DateInput(attrs={"type": "date"}))
    days = forms.TypedChoiceField(
        label=_("Open for"),
        coerce=int,
        choices=_days,
        initial=7,
        help_text=_("All forecasts are shown together once everybody has given one, and at the latest then."),
    )


def _amount(label: Any, hint: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, help_text=hint, max_digits=36, decimal_places=12, localize=True)


class OwnForm(forms.Form):
    """A forecast in three numbers, in the unit of the KPI."""

    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    p10 = _amount(_("Hardly less than"), _("In one case of ten it comes to less."))
    p50 = _amount(_("The middle"), _("More and less are equally likely."))
    p90 = _amount(_("Hardly more than"), _("In one case of ten it comes to more."))
    words = forms.CharField(
        label=_("What it rests on"), max_length=WORDS_MAX, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def said(self) -> Said:
        return Said(*(self.cleaned_data[name] for name in ("p10", "p50", "p90", "words")))


class ScoringForm(forms.Form):
    is_willing = forms.BooleanField(required=False)

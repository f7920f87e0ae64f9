from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .actions import DEADLINE_DAYS
from .models import Verdict

REASON_MAX = 5000


def deadline_choices() -> list[tuple[int, str]]:
    return [(days, ngettext("%(n)s day", "%(n)s days", days) % {"n": days}) for days in DEADLINE_DAYS]


class ProposeForm(forms.Form):
    """What each proposal has, whatever it is about; forms of subjects put their own fields before these."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=REASON_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Every member reads it beside the proposal."),
    )
    days = forms.TypedChoiceField(
        label=_("Time to answer"),
        coerce=int,
        choices=deadline_choices,
        initial=14,
        help_text=_("What not every member has agreed to by then lapses, and nothing changes."),
    )


class AnswerForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=Verdict.choices)
    reason = forms.CharField(
        label=_("A word with it"), max_length=REASON_MAX, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("verdict") == Verdict.OBJECT and not said.get("reason"):
            self.add_error("reason", _("Say what would have to change: whoever objects says why."))
        return said


class WithdrawForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

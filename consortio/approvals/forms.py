from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .actions import DEADLINE_DAYS
from .models import Rule, Silence, Verdict
from .rule_words import rule_name
from .rules import WEIGHT_MAX, Terms

REASON_MAX = 5000


def deadline_choices() -> list[tuple[int, str]]:
    return [(days, ngettext("%(n)s day", "%(n)s days", days) % {"n": days}) for days in DEADLINE_DAYS]


def silence_choices() -> list[tuple[str, Any]]:
    return [
        (Silence.NOTHING, _("counts neither way; where all must agree, the proposal lapses")),
        (Silence.CONSENT, _("counts as agreeing")),
    ]


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
        help_text=_("What was not agreed to by then lapses, and nothing changes."),
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


class RuleForm(ProposeForm):
    """By which rule one kind of proposal is decided. Each active member has a field for its votes."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    rule = forms.ChoiceField(label=_("Rule"), choices=lambda: [(rule, rule_name(rule)) for rule in Rule.values])
    decider = forms.TypedChoiceField(
        label=_("Who decides"),
        coerce=UUID,
        empty_value=None,
        required=False,
        help_text=_("Asked only where one member decides: it is bound to hear the others first."),
    )
    quorum = forms.IntegerField(
        label=_("Quorum"),
        min_value=0,
        max_value=100,
        initial=0,
        help_text=_("Percent of the votes that must have been given, abstentions among them. 0 is none."),
    )
    silence = forms.ChoiceField(label=_("Who has said nothing by the deadline"), choices=silence_choices)
    field_order = ("version", "rule", "decider", "quorum", "silence")

    def __init__(self, names: Mapping[UUID, str], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.names = names
        self.fields["decider"].choices = [("", _("nobody")), *((str(pk), name) for pk, name in names.items())]  # type: ignore[attr-defined]  # it is one of choices
        for pk, name in names.items():
            self.fields[f"votes-{pk}"] = forms.IntegerField(
                label=_("Votes of %(name)s") % {"name": name},
                min_value=0,
                max_value=WEIGHT_MAX,
                initial=1,
                required=False,
            )

    def votes(self) -> list[forms.BoundField]:
        return [self[f"votes-{pk}"] for pk in self.names]

    def terms(self) -> Terms:
        said = self.cleaned_data
        is_weighted, is_one = said["rule"] == Rule.WEIGHTED, said["rule"] == Rule.LEAD
        weights = {pk: said[f"votes-{pk}"] or 0 for pk in self.names} if is_weighted else {}
        return Terms(said["rule"], said["quorum"], said["silence"], weights, said["decider"] if is_one else None)


def start_of(terms: Terms, version: int, names: Mapping[UUID, str]) -> dict[str, Any]:
    """Return what the form shows at first: the rule that holds."""
    own = {"rule": terms.rule, "quorum": terms.quorum, "silence": terms.silence, "decider": str(terms.decider or "")}
    return own | {"version": version} | {f"votes-{pk}": terms.weights.get(pk, 1) for pk in names}


class WithdrawForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

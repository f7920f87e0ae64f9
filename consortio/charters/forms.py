from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consortio.approvals.forms import ProposeForm

from .models import Phase
from .rules import ARTICLE_MAX, ARTICLES
from .words import ARTICLE_HINTS, ARTICLE_WORDS, phase_words


def _article(name: str) -> forms.CharField:
    return forms.CharField(
        label=ARTICLE_WORDS[name],
        help_text=ARTICLE_HINTS[name],
        max_length=ARTICLE_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CharterForm(ProposeForm):
    """One text for each article; a new charter is written over the one seen."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    purpose = _article("purpose")
    vision = _article("vision")
    wants = _article("wants")
    scope_in = _article("scope_in")
    scope_out = _article("scope_out")
    principles = _article("principles")
    cadence = _article("cadence")
    sharing = _article("sharing")
    deciding = _article("deciding")
    disagreeing = _article("disagreeing")
    ending = _article("ending")
    field_order = ["version", *ARTICLES, "reason", "days"]

    def articles(self) -> dict[str, str]:
        return {article: self.cleaned_data[article] for article in ARTICLES}


class StageForm(ProposeForm):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    phase = forms.ChoiceField(label=_("Next stage"), widget=forms.RadioSelect, choices=Phase.choices)
    field_order = ["version", "phase", "reason", "days"]

    def __init__(self, following: Sequence[str], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["phase"].choices = [(phase, phase_words(phase)) for phase in following]  # type: ignore[attr-defined]

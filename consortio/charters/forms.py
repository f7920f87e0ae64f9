from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consortio.approvals.forms import ProposeForm

from .rules import ARTICLE_MAX, ARTICLES
from .words import article_hints, article_words, phase_words


class CharterForm(ProposeForm):
    """One text for each article; a new charter is written over the one seen."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        names, hints = article_words(), article_hints()
        own = {
            article: forms.CharField(
                label=names[article],
                help_text=hints[article],
                max_length=ARTICLE_MAX,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
            for article in ARTICLES
        }
        self.fields = {"version": self.fields.pop("version"), **own, **self.fields}

    def articles(self) -> dict[str, str]:
        return {article: self.cleaned_data[article] for article in ARTICLES}


class StageForm(ProposeForm):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    phase = forms.ChoiceField(label=_("Next stage"), widget=forms.RadioSelect)
    field_order = ["version", "phase", "reason", "days"]

    def __init__(self, following: Sequence[str], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["phase"].choices = [(phase, phase_words(phase)) for phase in following]  # type: ignore[attr-defined]

"""How a simulation is asked for."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from consortio.ui.formats import number

from .reads import View
from .rules import SEED_MAX, TRIALS


class SimulationForm(forms.Form):
    """As many trials as it takes, or a number; the same seed gives the same answer."""

    trials = forms.TypedChoiceField(
        label=_("Trials"),
        choices=[("", _("as many as it takes")), *((trials, str(trials)) for trials in TRIALS)],
        coerce=int,
        required=False,
        empty_value=None,
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=SEED_MAX,
        required=False,
        help_text=_("Any number: the same one gives the same answer."),
    )
    circle = forms.TypedChoiceField(label=_("From what is seen by"), coerce=UUID)

    def __init__(self, views: tuple[View, ...], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        offered = [(str(view.circle_id), view.audience.words) for view in views if view.may_ask]
        self.fields["circle"].choices = offered  # type: ignore[attr-defined]  # choice fields
        self.fields["trials"].choices = [  # type: ignore[attr-defined]
            ("", _("as many as it takes")),
            *((trials, number(trials)) for trials in TRIALS),
        ]

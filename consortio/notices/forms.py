from typing import Any

from django import forms

from .wishes import HOWS, POSSIBLE, TOPICS


class WishesForm(forms.Form):
    """How somebody wants to be told of each topic."""

    proposals = forms.ChoiceField()
    nominations = forms.ChoiceField()
    mentions = forms.ChoiceField()
    changes = forms.ChoiceField()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for topic, label in TOPICS.items():
            field: Any = self.fields[topic]
            field.label, field.choices = label, [(how, HOWS[how]) for how in POSSIBLE[topic]]
            field.error_messages["invalid_choice"] = field.error_messages["required"]

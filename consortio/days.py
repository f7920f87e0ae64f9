"""Days as forms ask for them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayInput(forms.DateInput):
    """The browser's own field for a day, which sends it as 2026-11-30."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: Any, **more: Any) -> forms.DateField:
    """Return a field for a day, with sentences of ours for what is none."""
    said = {"invalid": _("Write a day as 2026-11-30."), "required": _("Choose a day.")}
    return forms.DateField(label=label, widget=DayInput(), error_messages=said, **more)

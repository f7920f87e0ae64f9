from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .evidence import MEGABYTES_MAX, fault_of

NAME_MAX = 255


class EvidenceField(forms.FileField):
    """A file that says by what something is so."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Evidence"))
        options.setdefault(
            "help_text",
            format_lazy(
                _("A file of up to {most} MB: a report, a photo, a log. Everybody who sees this sees it."),
                most=MEGABYTES_MAX,
            ),
        )
        said = {"required": _("Choose a file."), "missing": _("Choose a file."), "empty": _("The file is empty.")}
        super().__init__(max_length=NAME_MAX, error_messages=said, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and (fault := fault_of(file.size)):
            raise forms.ValidationError(fault)
        return file


class EvidenceForm(forms.Form):
    file = EvidenceField()

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

TEXT_MAX_BYTES = 60_000  # of what is taken at all; how many signs a remark may have, its action says


class RemarkForm(forms.Form):
    text = forms.CharField(
        label=_("Your words"),
        widget=forms.Textarea,
        max_length=TEXT_MAX_BYTES,
        error_messages={"required": _("Write what you want to say.")},
    )
    circle = forms.TypedChoiceField(
        label=_("Who sees this"),
        coerce=UUID,
        error_messages={
            "required": _("Choose who sees it."),
            "invalid_choice": _("Choose one of the circles in which you can say something about this."),
        },
    )

    def __init__(self, circle_ids: Sequence[UUID], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["circle"].choices = [(str(pk), "") for pk in circle_ids]  # type: ignore[attr-defined]  # a choice field


class WordsForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Your words"),
        widget=forms.Textarea,
        max_length=TEXT_MAX_BYTES,
        error_messages={"required": _("Write what you want to say.")},
    )

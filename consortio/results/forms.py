from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MEGABYTES_MAX = 80


class ResultsUploadForm(forms.Form):
    file = forms.FileField(
        label=_("Results file"),
        help_text=_("An IATI activity file of version 1.01 to 2.03, up to 80 MB."),
        error_messages={
            "required": _("Choose a file."),
            "missing": _("Choose a file."),
            "empty": _("The file is empty."),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MEGABYTES_MAX * 2**20:
            size = -(-file.size // 2**20)
            words = _("The file has %(size)d MB; at most %(most)d are read.")
            raise forms.ValidationError(words % {"size": size, "most": MEGABYTES_MAX})
        return file


class BringInForm(forms.Form):
    """What is said once; what is said of each activity and KPI has names of its own, see `views`."""

    version = forms.IntegerField(min_value=1)
    letters = forms.RegexField(
        r"^[A-Za-z]{2,4}$",
        label=_("Your letters in it"),
        help_text=_("Two to four letters that stand for your organisation, for good."),
        error_messages={"invalid": _("Two to four letters, A to Z.")},
    )

    def clean_letters(self) -> str:
        return str(self.cleaned_data["letters"]).upper()

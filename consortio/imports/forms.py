from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consortio.lines import LineField

from .choices import BadChoice, zone_of

MEGABYTES_MAX = 80
COLUMNS = {
    "name": _("Name"),
    "id": _("Number of the row"),
    "outline": _("Outline number"),
    "level": _("Level"),
    "start": _("Start"),
    "finish": _("Finish"),
    "duration": _("Duration"),
    "predecessors": _("Predecessors"),
    "successors": _("Successors"),
    "percent": _("Done"),
    "milestone": _("Milestone"),
    "responsible": _("Who answers"),
    "baseline_start": _("Start in the baseline"),
    "baseline_finish": _("Finish in the baseline"),
    "constraint": _("Constraint"),
    "deadline": _("Deadline"),
    "actual_start": _("Actual start"),
    "actual_finish": _("Actual finish"),
    "notes": _("Notes"),
}
ORDERS = [("", _("as found")), ("dmy", _("day, month, year")), ("mdy", _("month, day, year")), ("ymd", _("year first"))]
SIGNS = [("", _("as found")), (".", _("point")), (",", _("comma"))]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Plan file"),
        help_text=_("MS Project XML, Primavera XER, CSV or XLSX, up to 80 MB and 50,000 items."),
        error_messages={
            "required": _("Choose a file."),
            "missing": _("Choose a file."),
            "empty": _("The file is empty."),
        },
    )
    circle = forms.UUIDField(error_messages={"required": _("Choose who will see the plan.")})

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MEGABYTES_MAX * 2**20:
            size = -(-file.size // 2**20)
            raise forms.ValidationError(
                _("The file has %(size)d MB; at most %(most)d are read.") % {"size": size, "most": MEGABYTES_MAX}
            )
        return file


class MappingForm(forms.Form):
    """How the columns of a table are meant; what is left empty is found from the headings."""

    version = forms.IntegerField(min_value=1)
    date_order = forms.ChoiceField(choices=ORDERS, required=False)
    decimal_sign = forms.ChoiceField(choices=SIGNS, required=False)

    def __init__(self, headings: Sequence[str], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in COLUMNS:
            choices = [("", ""), *((heading, heading) for heading in headings)]
            self.fields[f"column-{name}"] = forms.ChoiceField(choices=choices, required=False)

    def options(self) -> dict[str, Any]:
        """Return the wishes for the reader: the columns that were named, and the settings given."""
        said = self.cleaned_data
        named = [[said[f"column-{name}"], name] for name in COLUMNS if said[f"column-{name}"]]
        return {name: said[name] for name in ("date_order", "decimal_sign") if said[name]} | {"columns": named}


class ApplyForm(forms.Form):
    version = forms.IntegerField(min_value=1)
    name = LineField(max_length=200, required=False, label=_("Name of the plan"))
    zone = forms.CharField(max_length=60, required=False, label=_("Time zone of the plan"))

    def clean_zone(self) -> str:
        try:
            return zone_of(self.cleaned_data["zone"])
        except BadChoice as refusal:
            raise forms.ValidationError(str(refusal)) from None

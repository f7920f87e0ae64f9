from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

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

    def options(self) -> dict[str, Any]:
        """Return the wishes for the reader: the columns named in the fields `column-…`, and the settings given."""
        named = [[self.data[f"column-{name}"], name] for name in COLUMNS if self.data.get(f"column-{name}")]
        given = {name: self.cleaned_data[name] for name in ("date_order", "decimal_sign") if self.cleaned_data[name]}
        return given | {"columns": named}


class ApplyForm(forms.Form):
    version = forms.IntegerField(min_value=1)
    name = forms.CharField(max_length=200, required=False, label=_("Name of the plan"))
    zone = forms.CharField(max_length=60, required=False, label=_("Time zone of the plan"))
    plan_version = forms.IntegerField(min_value=1, required=False)

    def clean_zone(self) -> str:
        zone = self.cleaned_data["zone"] or "UTC"
        if zone not in available_timezones():
            raise forms.ValidationError(_("Write the zone as in “Europe/Berlin”."))
        return str(zone)

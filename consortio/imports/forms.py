from dataclasses import replace
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from consortio.lines import LineField

from .choices import BadChoice, zone_of
from .reading import Reading, is_other_table, offered_columns, offered_sheets, wishes_of
from .reads import DraftPage
from .table_words import COLUMNS, SETTINGS

MEGABYTES_MAX, ROWS_MAX = 80, 100_000


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
    """How a table is meant: what is left empty is found. What was found stands beside the empty choice."""

    version = forms.IntegerField(min_value=1)
    header_row = forms.IntegerField(
        min_value=0,
        max_value=ROWS_MAX,
        required=False,
        label=_("Row of the headings"),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Expected a row from 1 to 100,000, or 0 if there are no headings.")
        ),
        help_text=_("0 if there are none."),
    )

    def __init__(self, draft: DraftPage, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._draft, self._before = draft, mapping_initial(draft)
        mapping, columns = draft.summary.get("mapping") or {}, offered_columns(draft)
        if "header_row" in mapping:
            words = _("0 if there are none; found in row {row}.") if mapping["header_row"] else _("None were found.")
            self.fields["header_row"].help_text = format_lazy(words, row=mapping["header_row"])
        if sheets := offered_sheets(draft):
            self._offer("sheet", _("Sheet"), [(name, name) for name in sheets], mapping.get("sheet"))
        for name, (label, words) in SETTINGS.items():
            self._offer(name, label, list(words.items()), words.get(mapping.get(name, "")))
        for name, label in COLUMNS.items():
            self._offer(f"column-{name}", label, columns, mapping.get("columns", {}).get(name))
        self.fields["left_out"] = forms.MultipleChoiceField(
            choices=columns,
            required=False,
            label=_("Columns that are not to be read"),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": _("Name columns by the headings that were found.")},
        )

    def _offer(self, name: str, label: Any, offered: list[tuple[str, Any]], found: Any) -> None:
        """Add a choice whose empty value says what was found; what somebody said was not found."""
        words = format_lazy(_("as found: {found}"), found=found) if found else _("not found")
        is_found = "header_row" in (self._draft.summary.get("mapping") or {}) and name not in self._before
        self.fields[name] = forms.ChoiceField(
            choices=[("", words if is_found else _("as found")), *offered],
            required=False,
            label=label,
            error_messages={"invalid_choice": _("“%(value)s” is not offered; choose one of those shown.")},
        )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.wishes = wishes_of(self._draft, self._reading())
            except BadChoice as refusal:
                self.add_error(refusal.field.replace("columns/", "column-"), str(refusal))
        return said

    def _reading(self) -> Reading:
        """Return what was chosen; columns of the table that is shown say nothing of another one."""
        said = self.cleaned_data
        table = Reading(sheet=said.get("sheet", ""), header_row=said["header_row"])
        table = replace(table, settings={name: said[name] for name in SETTINGS})
        if is_other_table(self._draft, table):
            return table
        columns = {name: said[f"column-{name}"] for name in COLUMNS if said[f"column-{name}"]}
        return replace(table, columns=columns, left_out=said["left_out"])


def mapping_initial(draft: DraftPage) -> dict[str, Any]:
    """Return what somebody said of the table before."""
    said = draft.choices.get("mapping", {})
    named = said.get("columns", ())
    initial = {name: said[name] for name in ("sheet", "header_row", *SETTINGS) if name in said}
    initial |= {f"column-{what}": name for name, what in named if what != "none"}
    return initial | {"left_out": [name for name, what in named if what == "none"]}


class ApplyForm(forms.Form):
    version = forms.IntegerField(min_value=1)
    name = LineField(max_length=200, required=False, label=_("Name of the plan"))
    zone = forms.CharField(max_length=60, required=False, label=_("Time zone of the plan"))

    def clean_zone(self) -> str:
        try:
            return zone_of(self.cleaned_data["zone"])
        except BadChoice as refusal:
            raise forms.ValidationError(str(refusal)) from None

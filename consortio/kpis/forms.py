from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from consortio.approvals.forms import ProposeForm
from consortio.attachments.forms import EvidenceField
from consortio.lines import LineField
from consortio.ui.formats import month_name

from . import words
from .entering import NOTE_MAX, SOURCE_MAX
from .models import Aggregation, Better, Frequency
from .periods import Frequency as Calendar
from .periods import PeriodRefused, read_period
from .terms import DECIMALS_MAX, NAME_MAX, TEXT_MAX
from .units import DAYS, HOURS, NUMBER, PERCENT, Kind, NotAUnit, Unit, code_of, money, own, rate, unit_of

KEEP_ALL = "keep-all"
FILE_MEGABYTES_MAX = 20
NAMED = (Kind.MONEY, Kind.OWN)
FIELDS = {"unit": "unit_kind", "organisation_id": "owner", "person_id": "owner", "instead_of": "which_goes"}


class ValueField(forms.DecimalField):
    """A decimal number as people write it; spaces between its thousands do not count."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        said = {"invalid": _("Write a number, its decimals after a point: 1234.5")}
        options["error_messages"] = said | options.get("error_messages", {})
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        text = "".join(str(value if value is not None else "").split()).replace("\u2212", "-")
        return super().to_python(text)


def kind_choices() -> list[tuple[str, Any]]:
    return [
        (Kind.NUMBER, _("a number")),
        (Kind.PERCENT, _("percent")),
        (Kind.MONEY, _("money")),
        (Kind.DAYS, _("days")),
        (Kind.HOURS, _("hours")),
        (Kind.OWN, _("something else")),
    ]


def per_choices() -> list[tuple[str, Any]]:
    kinds = [pair for pair in kind_choices() if pair[0] not in (Kind.NUMBER, Kind.PERCENT)]
    return [("", _("nothing: it is no rate")), *kinds]


class KpiForm(forms.Form):
    """What is measured, and how. `headlines` are those of which one may go for another."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    name = LineField(
        label=_("Name"),
        max_length=NAME_MAX,
        error_messages={"required": _("Say what is measured, in a few words.")},
    )
    definition = forms.CharField(
        label=_("Definition"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What counts and what does not, so that two who count come to the same figure."),
    )
    unit_kind = forms.ChoiceField(label=_("Counts"), choices=kind_choices, initial=Kind.NUMBER)
    unit_name = LineField(
        label=_("Currency, or your own word"),
        required=False,
        max_length=40,
        help_text=_("For money three letters, as EUR; for something else a word in the plural, as users."),
    )
    per_kind = forms.ChoiceField(label=_("Per"), choices=per_choices, required=False)
    per_name = LineField(label=_("Currency, or your own word, after “per”"), required=False, max_length=40)
    decimals = forms.TypedChoiceField(
        label=_("Decimals shown"), coerce=int, choices=[(n, str(n)) for n in range(DECIMALS_MAX + 1)], initial=0
    )
    formula = forms.CharField(
        label=_("Formula"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_(
            "Only where it is computed from other KPIs: [K-3] / [K-1] * 100. Then nobody enters readings of it."
        ),
    )
    frequency = forms.ChoiceField(
        label=_("Read"),
        choices=lambda: [(one, words.frequency_words(one)) for one in Frequency.values],
        initial="month",
    )
    fiscal_start = forms.TypedChoiceField(
        label=_("Its years begin in"), coerce=int, choices=lambda: [(n, month_name(n)) for n in range(1, 13)], initial=1
    )
    aggregation = forms.ChoiceField(
        label=_("Several periods come to"),
        choices=lambda: [(one, words.aggregation_words(one)) for one in Aggregation.values],
        initial="last",
    )
    better = forms.ChoiceField(
        label=_("What is good"), choices=lambda: [(one, words.better_words(one)) for one in Better.values], initial="up"
    )
    warn_at = ValueField(label=_("Warning from"), required=False, help_text=_("In its own unit, on the bad side."))
    alarm_at = ValueField(label=_("Alarm from"), required=False)
    owner = forms.ChoiceField(
        label=_("Who reads it"),
        required=False,
        help_text=_("A reading is asked of this organisation when a period has ended."),
    )
    source = LineField(
        label=_("Source"), required=False, max_length=SOURCE_MAX, help_text=_("Where its values come from.")
    )
    informs = forms.CharField(
        label=_("The decision it informs"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What somebody would do otherwise if it were another figure."),
    )
    is_headline = forms.BooleanField(
        label=_("It is a headline"), required=False, help_text=_("One of the few that stand first, at most seven.")
    )
    which_goes = forms.ChoiceField(label=_("Which one goes?"), required=False, widget=forms.RadioSelect)

    def __init__(
        self,
        owners: Sequence[tuple[str, Any]],
        headlines: Sequence[tuple[UUID, str]],
        *arguments: Any,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.fields["owner"].choices = [("", _("nobody is asked")), *owners]  # type: ignore[attr-defined]
        going = [(str(pk), name) for pk, name in headlines]
        self.fields["which_goes"].choices = [*going, (KEEP_ALL, _("Keep all, knowingly"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "unit_kind" in said and not {"unit_name", "per_name"} & set(self.errors):
            said["unit"] = self._unit(said)
        return said

    def _unit(self, said: Mapping[str, Any]) -> str:
        try:
            over = _half(said["unit_kind"], said.get("unit_name", ""))
        except NotAUnit as refusal:
            self.add_error("unit_name", str(refusal))
            return ""
        if not said.get("per_kind"):
            return code_of(over)
        try:
            return code_of(rate(over, _half(said["per_kind"], said.get("per_name", ""))))
        except NotAUnit as refusal:
            self.add_error("per_name" if said["per_kind"] in NAMED else "per_kind", str(refusal))
            return ""

    def terms(self) -> dict[str, Any]:
        """Return what is said of the KPI, by the names of its terms."""
        said = self.cleaned_data
        names = (
            "name",
            "definition",
            "formula",
            "unit",
            "decimals",
            "frequency",
            "fiscal_start",
            "aggregation",
            "better",
        )
        more = ("warn_at", "alarm_at", "source", "informs", "is_headline")
        organisation, _colon, person = said["owner"].partition(":")
        owner = {"organisation_id": _id(organisation), "person_id": _id(person)}
        return {name: said[name] for name in (*names, *more)} | owner

    def going(self) -> dict[str, Any]:
        """Return which headline goes for this one, if that was said."""
        chosen = self.cleaned_data["which_goes"]
        if chosen == KEEP_ALL:
            return {"keeps_all": True}
        return {"instead_of": UUID(chosen)} if chosen else {}

    def refuse(self, refusal: Exception) -> None:
        """Show why what was said is not taken, at its field where it has one."""
        field = FIELDS.get(getattr(refusal, "field", ""), getattr(refusal, "field", ""))
        self.add_error(field if field in self.fields else None, str(refusal))


def _half(kind: str, name: str) -> Unit:
    plain = {Kind.NUMBER: NUMBER, Kind.PERCENT: PERCENT, Kind.DAYS: DAYS, Kind.HOURS: HOURS}
    if kind in plain:
        return plain[Kind(kind)]
    return money(name.strip().upper()) if kind == Kind.MONEY else own(name)


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None


def initial_of(row: Any) -> dict[str, Any]:
    """Return what the form shows of a KPI that is there."""
    unit = unit_of(row.unit)
    owner = str(row.owner.organisation_id) if row.owner else ""
    if owner and row.person_id:
        owner += f":{row.person_id}"
    same = (
        "version",
        "name",
        "definition",
        "formula",
        "decimals",
        "frequency",
        "fiscal_start",
        "aggregation",
        "better",
    )
    more = ("warn_at", "alarm_at", "source", "informs", "is_headline")
    own_words = {"unit_kind": unit.kind, "unit_name": unit.name, "owner": owner}
    per = {"per_kind": unit.per.kind, "per_name": unit.per.name} if unit.per else {}
    return {name: getattr(row, name) for name in (*same, *more)} | own_words | per


class ReadingForm(forms.Form):
    """What a KPI was in a period, for one's organisation."""

    period = forms.CharField(label=_("Period"), max_length=60, error_messages={"required": _("Say which period.")})
    figure = ValueField(
        label=_("Value"), error_messages={"required": _("Write the value; a missing one stays missing.")}
    )
    as_of = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Write a day, as 2031-03-31.")},
    )
    source = LineField(label=_("Source"), required=False, max_length=SOURCE_MAX)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What the others should know; where you contest their figure, why."),
    )
    evidence = EvidenceField(required=False)

    def __init__(self, frequency: str, fiscal_start: int, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._calendar = Calendar(frequency), fiscal_start

    def clean_period(self) -> Any:
        try:
            return read_period(self.cleaned_data["period"], *self._calendar)
        except PeriodRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def refuse(self, refusal: Exception) -> None:
        name = getattr(refusal, "field", "").rpartition(".")[2]
        field = {"start_on": "period", "value": "figure"}.get(name, name)
        self.add_error(field if field in self.fields else None, str(refusal))


class CheckInForm(forms.Form):
    """Every reading that is due, each with a value that may stay empty. `asked` are KPIs with the begin of a period."""

    def __init__(self, asked: Sequence[tuple[Any, date]], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.asked = asked
        for row, start_on in asked:
            key = row.id.hex
            self.fields[f"start-{key}"] = forms.DateField(widget=forms.HiddenInput, initial=start_on)
            words_ = {"kpi": row.name, "period": words.period_words(row, start_on)}
            self.fields[f"value-{key}"] = ValueField(label=_("%(kpi)s, %(period)s") % words_, required=False)
            self.fields[f"note-{key}"] = forms.CharField(
                label=_("Note on %(kpi)s") % {"kpi": row.name}, required=False, max_length=NOTE_MAX
            )

    def parts(self) -> list[tuple[Any, date, forms.BoundField, forms.BoundField, forms.BoundField]]:
        keys = ((row, start_on, row.id.hex) for row, start_on in self.asked)
        return [(row, on, self[f"start-{key}"], self[f"value-{key}"], self[f"note-{key}"]) for row, on, key in keys]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not self.values():
            self.add_error(None, _("Enter at least one value. What stays empty stays due."))
        return said

    def values(self) -> list[tuple[Any, date, Decimal, str]]:
        """Return what was entered; what was left empty stays missing."""
        found = ((row, on, self.cleaned_data.get(f"value-{row.id.hex}"), row.id.hex) for row, on in self.asked)
        said = self.cleaned_data
        return [(row, on, value, said.get(f"note-{key}", "")) for row, on, value, key in found if value is not None]

    def refuse(self, refusal: Exception) -> None:
        """Show why a claim is not taken at its KPI: "<id>.claims.0.value"."""
        kpi_id, _dot, rest = getattr(refusal, "field", "").partition(".")
        name = "note" if rest.endswith("note") else "value"
        field = f"{name}-{kpi_id.replace('-', '')}"
        self.add_error(field if field in self.fields else None, str(refusal))


class StanceForm(forms.Form):
    """Confirm another organisation's figure, or contest it with a reason and one's own figure, if one has any."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    figure = ValueField(label=_("Our own figure"), required=False)
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever contests says why; everybody who sees the reading reads it."),
    )


class SettleForm(ProposeForm):
    """Which figure holds: one of those that are claimed, or another one."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    holds = forms.ChoiceField(
        label=_("Which figure holds"), widget=forms.RadioSelect, choices=[("other", _("another one"))]
    )
    other_figure = ValueField(label=_("The other figure"), required=False)
    field_order = ("version", "holds", "other_figure", "reason", "days")

    def __init__(self, figures: Sequence[tuple[str, str]], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["holds"].choices = [*figures, ("other", _("another one"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("holds") == "other":
            said["value"] = said.get("other_figure")
            if said["value"] is None and "other_figure" not in self.errors:
                self.add_error("other_figure", _("Write the figure that holds."))
        elif "holds" in said:
            said["value"] = Decimal(said["holds"])
        return said


class TableForm(forms.Form):
    """A table of readings, pasted or as a file."""

    text = forms.CharField(
        label=_("Pasted from a spreadsheet"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_(
            "With its row of headings: KPI, period and value; or a KPI in each row and a column for each month."
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("CSV or XLSX, up to %(size)d MB and 20,000 readings.") % {"size": FILE_MEGABYTES_MAX},
        error_messages={"empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.tsv,.txt"}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        file = said.get("file")
        if not self.errors and not file and not said.get("text", "").strip():
            self.add_error("text", _("Paste a table, or choose a file."))
        if file and file.size > FILE_MEGABYTES_MAX * 2**20:
            self.add_error("file", _("At most %(most)d MB are read.") % {"most": FILE_MEGABYTES_MAX})
        return said

    def content(self) -> tuple[str, bytes]:
        """Return the name and the bytes of what was brought."""
        file = self.cleaned_data.get("file")
        if file:
            return file.name, file.read()
        return "", self.cleaned_data["text"].encode()


COLUMN_WORDS = {
    "kpi": _("KPI"),
    "number": _("Number of the KPI"),
    "period": _("Period"),
    "start": _("First day"),
    "end": _("Last day"),
    "value": _("Value"),
    "note": _("Note"),
    "source": _("Source"),
    "as_of": _("As of"),
}
SETTING_WORDS: Mapping[str, tuple[Any, Mapping[str, Any]]] = {
    "layout": (_("The table has"), {"long": _("a reading in each row"), "wide": _("a period in each column")}),
    "date_order": (
        _("Order of days such as 03/04"),
        {"dmy": _("day, month, year"), "mdy": _("month, day, year"), "ymd": _("year, month, day")},
    ),
    "decimal_sign": (_("Decimals follow"), {".": _("a point: 1234.5"), ",": _("a comma: 1234,5")}),
}


class ColumnsForm(forms.Form):
    """Which column is what. What is left empty is found; what was found stands beside the empty choice."""

    def __init__(self, found: Mapping[str, Any] | None, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        told = found or {}
        if len(told.get("sheets", ())) > 1:
            self._offer("sheet", _("Sheet"), [(name, name) for name in told["sheets"]], told.get("sheet"))
        for name, (label, choices) in SETTING_WORDS.items():
            self._offer(name, label, list(choices.items()), choices.get(told.get(name, "")))
        columns = [(name, words_) for name, words_ in told.get("offered", ())]
        for name, label in COLUMN_WORDS.items():
            self._offer(f"column-{name}", label, columns, told.get("columns", {}).get(name))

    def _offer(self, name: str, label: Any, offered: list[tuple[str, Any]], found: Any) -> None:
        empty = _("as found: %(found)s") % {"found": found} if found else _("not found")
        self.fields[name] = forms.ChoiceField(label=label, required=False, choices=[("", empty), *offered])

    def wishes(self) -> dict[str, Any]:
        """Return what was said about the table, as its reader takes it."""
        said = self.cleaned_data
        columns = [(said[f"column-{name}"], name) for name in COLUMN_WORDS if said.get(f"column-{name}")]
        plain = {name: said.get(name) or None for name in ("sheet", *SETTING_WORDS)}
        return plain | {"columns": tuple(columns)}

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from consortio.approvals.forms import ProposeForm
from consortio.lines import LineField
from consortio.ui.formats import date_long, day, local_time
from consortio.zones import known_zones

from .actions import PlanSettings
from .reads import PlanPage

MODES = [("msp", _("as Microsoft Project does")), ("p6", _("as Primavera P6 does"))]


BACK = "data_at_back"  # a tick, asked for when the data date goes back
NO_SETTING = ("version", "float_limit_days", BACK)


class LocalDateTime(forms.Field):
    """A time on the plan's own clock, to the minute: no zone is put to it."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            raise forms.ValidationError(_("Write a day and a time, as in 2031-05-06T08:00.")) from None
        if at.tzinfo is not None or not 1970 <= at.year <= 2200:
            raise forms.ValidationError(_("Write a day between 1970 and 2200, on the plan's own clock."))
        return at.replace(second=0, microsecond=0)


class SettingsForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    name = LineField(label=_("Name"), max_length=200)
    start_at = LocalDateTime(label=_("Start"))
    data_at = LocalDateTime(label=_("Data date"), required=False, help_text=_("Progress is known up to here."))
    finish_by = LocalDateTime(label=_("Must finish by"), required=False)
    zone = forms.CharField(label=_("Time zone"), max_length=60)
    calendar_id = forms.TypedChoiceField(label=_("Calendar"), required=False, coerce=UUID, empty_value=None)
    mode = forms.ChoiceField(label=_("Scheduled"), choices=MODES)
    float_limit_days = forms.IntegerField(
        label=_("Critical up to a float of, days"), min_value=0, max_value=1000, required=False
    )

    def __init__(self, calendars: Sequence[tuple[UUID, str]], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        found = [("", _("Monday to Friday, eight hours")), *((str(pk), name) for pk, name in calendars)]
        self.fields["calendar_id"].choices = found  # type: ignore[attr-defined]  # a choice field
        if self.data.get(BACK):
            self.ask_back()

    def ask_back(self) -> None:
        """Ask whether the data date is meant to go back to the day that was written."""
        try:
            said = date_long(self.fields["data_at"].clean(self.data.get("data_at")))
        except forms.ValidationError:
            said = ""
        self.fields[BACK] = forms.BooleanField(label=_("Yes, back to %(day)s") % {"day": said}, required=False)
        self.order_fields(["version", "name", "start_at", "data_at", BACK])

    def clean_zone(self) -> str:
        return _known_zone(self.cleaned_data["zone"])

    def settings(self, page: PlanPage) -> PlanSettings:
        said = {name: value for name, value in self.cleaned_data.items() if name not in NO_SETTING}
        limit = (self.cleaned_data["float_limit_days"] or 0) * page.head.day_minutes
        return PlanSettings(**said, float_limit_minutes=limit)


def said(page: PlanPage) -> dict[str, Any]:
    """Return the settings of today, as the form shows them."""
    head = page.head
    return {
        "version": head.version,
        "name": head.name,
        "start_at": page.start_at,
        "data_at": head.data_at,
        "finish_by": page.finish_by,
        "zone": head.zone,
        "calendar_id": page.calendar_id,
        "mode": head.mode,
        "float_limit_days": page.float_limit_minutes // max(head.day_minutes, 1),
    }


def shown(page: PlanPage) -> list[tuple[str, str]]:
    """Return the settings of today by their labels, as people read them."""
    form, stands = SettingsForm(page.calendars), said(page)
    return [(str(one.label), _words(one, stands[name])) for name, one in form.fields.items() if name != "version"]


def _words(of: forms.Field, value: Any) -> str:
    if isinstance(of, forms.ChoiceField):
        words = {str(one): str(says) for one, says in of.choices}
        return words.get(str(value or ""), "")
    if isinstance(value, datetime):
        return f"{day(value)}, {local_time(value)}"
    return str(_("not set") if value is None else value)


class NewPlanForm(forms.Form):
    """An empty plan; `calendar` says how many days a week are worked."""

    name = LineField(label=_("Name"), max_length=200)
    start_at = LocalDateTime(label=_("Start"))
    zone = forms.CharField(label=_("Time zone"), max_length=60)
    calendar = forms.TypedChoiceField(
        label=_("Calendar"),
        coerce=int,
        choices=[
            (5, _("Monday to Friday, eight hours")),
            (6, _("Monday to Saturday, eight hours")),
            (7, _("every day, eight hours")),
        ],
    )
    circle = forms.UUIDField(
        label=_("Who will see the plan"),
        error_messages={
            "required": _("Choose one of the circles shown."),
            "invalid": _("Choose one of the circles shown."),
        },
    )

    def clean_zone(self) -> str:
        return _known_zone(self.cleaned_data["zone"])


def _known_zone(name: str) -> str:
    if name not in known_zones():
        raise forms.ValidationError(_("Write the zone as in “Europe/Berlin”."))
    return name


class BaselineForm(forms.Form):
    name = LineField(label=_("Name"), max_length=100)


class ProposeBaselineForm(ProposeForm):
    name = LineField(label=_("Name"), max_length=100)
    field_order = ["name", "reason", "days"]

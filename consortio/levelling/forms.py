"""The shapes of what is sent: how much time there is, whom an item needs, and how long to look for dates."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from consortio.circles.reads import CircleRow
from consortio.days import day_field

from .models import Objective
from .reads import Saying
from .rules import PERCENT_MAX, SECONDS, WORK_MAX


class CapacityForm(forms.Form):
    """How much time there is. Of whom, and who sees it, is chosen for a new one, and stays."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    our_person = forms.TypedChoiceField(
        label=_("Whose time"),
        coerce=UUID,
        required=False,
        empty_value=None,
        help_text=_("One of your people, or all the time that your organisation brings."),
    )
    kind_of_work = forms.CharField(
        label=_("Kind of work"),
        max_length=WORK_MAX,
        required=False,
        help_text=_("If your organisation’s time is for one kind of work only, as “welding”."),
    )
    time_percent = forms.IntegerField(
        label=_("Percent of one full-time person"),
        min_value=0,
        max_value=PERCENT_MAX,
        initial=100,
        help_text=_(
            "Of a person 0, 25, 50, 75 or 100; of an organisation in steps of 25: 250 is two and a half people."
        ),
    )
    from_on = day_field(_("From"))
    until_on = day_field(_("Until, this day included"), required=False)
    circle = forms.TypedChoiceField(label=_("Who sees this"), coerce=UUID)

    def __init__(self, offered: Saying | None, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if offered is None:
            for name in ("our_person", "circle"):
                del self.fields[name]
            return
        whole = [("", _("The organisation as a whole"))] if offered.may_whole else []
        people = [(str(pk), name) for pk, name in offered.people]
        self.fields["our_person"].choices = [*whole, *people]  # type: ignore[attr-defined]  # a choice field
        self.fields["circle"].choices = _circles(offered.circles)  # type: ignore[attr-defined]  # a choice field


def _circles(circles: Iterable[CircleRow]) -> list[tuple[str, str]]:
    return [(str(row.id), row.audience.words) for row in circles]


class VersionForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class NeedForm(forms.Form):
    """Whom an item needs."""

    needed = forms.TypedChoiceField(label=_("Who is needed"), coerce=str)
    kind_of_work = forms.CharField(label=_("Kind of work"), max_length=WORK_MAX, required=False)
    need_percent = forms.IntegerField(
        label=_("Percent of one full-time person"), min_value=1, max_value=PERCENT_MAX, initial=100
    )
    circle = forms.TypedChoiceField(label=_("Who sees this"), coerce=UUID)

    def __init__(
        self, needed: Iterable[tuple[str, str]], circles: Iterable[CircleRow], *arguments: Any, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.fields["needed"].choices = list(needed)  # type: ignore[attr-defined]  # a choice field
        self.fields["circle"].choices = _circles(circles)  # type: ignore[attr-defined]  # a choice field


class NeedChangeForm(forms.Form):
    """An item needs more or less of somebody, or nothing."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    need_percent = forms.IntegerField(
        label=_("Percent of one full-time person"), min_value=1, max_value=PERCENT_MAX, required=False
    )


class FindForm(forms.Form):
    """For how long, and for what, dates are looked for."""

    seconds = forms.TypedChoiceField(
        label=_("Look for at most"),
        coerce=int,
        choices=[(SECONDS[0], _("5 seconds")), (SECONDS[1], _("30 seconds")), (SECONDS[2], _("2 minutes"))],
    )
    objective = forms.ChoiceField(
        label=_("What matters first"),
        choices=[
            (Objective.FINISH, _("The earliest finish, then as few moved dates as possible")),
            (Objective.STABLE, _("As few moved dates as possible, then the earliest finish")),
        ],
    )

"""The shapes of what is sent about goals."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consortio.approvals.forms import ProposeForm
from consortio.days import day_field
from consortio.plans.picks import ItemLines

from .actions import OPINION_MAX
from .choosing import Choices, Somebody
from .models import Direction, GoalKind, GoalState
from .rules import NAME_MAX, TEXT_MAX, WEIGHT_MAX, WORDS_MAX
from .terms import Contribution, GoalTerms
from .words import direction_words, kind_words, state_words

BRINGS, AMOUNT, LEAD = "brings-", "amount-", "lead-"  # before an organisation's id
NAMES = {  # of the terms, as the form calls them
    "kind": "reached_by",
    "start_on": "begins_on",
    "baseline": "begins_with",
    "kpi_id": "kpi",
    "organisation_id": "organisation",
    "person_id": "person",
    "parent_id": "parent",
}
TEXT_MAX_BYTES = 60_000


class _OfItsKind:
    """A field that one kind of goal has, and another has not: the action says what is missing."""

    def validate(self, value: Any) -> None:
        if value not in (None, ""):
            super().validate(value)  # type: ignore[misc]  # of the field beside it


class _Amount(_OfItsKind, forms.DecimalField):
    pass


class _Choice(_OfItsKind, forms.TypedChoiceField):
    pass


def _asked_value(label: Any, help_text: Any = "") -> _Amount:
    said = {"invalid": _("Write a number, as 33 or 33.5.")}
    return _Amount(label=label, help_text=help_text, error_messages=said, localize=True)


def _value(label: Any, help_text: Any = "") -> forms.DecimalField:
    said = {"invalid": _("Write a number, as 33 or 33.5.")}
    return forms.DecimalField(label=label, required=False, help_text=help_text, error_messages=said, localize=True)


def _one_of(label: Any, **more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=UUID, required=False, empty_value=None, **more)


class GoalForm(forms.Form):
    """What is said of a goal. Each organisation has a field for what it brings, and for how much."""

    use_required_attribute = False  # what a measure wants, a milestone has not

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=NAME_MAX, help_text=_("What is to be reached, in a few words."))
    reached_by = forms.ChoiceField(
        label=_("Reached when"),
        widget=forms.RadioSelect,
        choices=lambda: [(kind, kind_words(kind)) for kind in GoalKind.values],
        initial=GoalKind.MEASURE,
    )
    kpi = _Choice(
        label=_("KPI"), coerce=UUID, empty_value=None, help_text=_("Of a measure: what tells whether it is reached.")
    )
    direction = forms.ChoiceField(
        label=_("It"), choices=lambda: [(way, direction_words(way)) for way in Direction.values], initial=Direction.UP
    )
    begins_with = _asked_value(_("Baseline"), _("Where it begins, in the KPI’s unit."))
    target = _asked_value(_("Target"), _("Of what grows or falls."))
    band_low = _asked_value(_("At least"), _("Of what stays between two values."))
    band_high = _asked_value(_("At most"))
    begins_on = day_field(_("From"))
    due_on = day_field(_("By"))
    weight = forms.IntegerField(
        label=_("Weight"), min_value=1, max_value=WEIGHT_MAX, initial=1, help_text=_("Against other goals: 1 for most.")
    )
    organisation = _one_of(_("In charge"))
    person = _one_of(_("Accountable"), help_text=_("Somebody of the organisation in charge."))
    parent = _one_of(_("Part of"))
    why = forms.CharField(label=_("Why"), max_length=TEXT_MAX, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    circle = forms.TypedChoiceField(label=_("Who sees this"), coerce=UUID)

    def __init__(self, offered: Choices, *arguments: Any, is_new: bool = True, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.members = offered.members
        kpis = [(str(row.id), f"{row.number} {row.name}") for row in offered.kpis]
        people = [(str(one.id), f"{one.name} ({one.organisation})") for one in offered.people]
        choices: dict[str, list[tuple[str, str]]] = {
            "kpi": kpis,
            "organisation": [(str(member.organisation_id), member.name) for member in offered.members],
            "person": people,
            "parent": [(str(pk), words) for pk, words in offered.goals],
        }
        for name, own in choices.items():
            self.fields[name].choices = [("", _now("none")), *own]  # type: ignore[attr-defined]  # a choice field
        if is_new:
            self.fields["circle"].choices = [(str(row.id), row.audience.words) for row in offered.circles]  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["circle"]
        for member in offered.members:
            theirs = [one for one in offered.people if one.organisation_id == member.organisation_id]
            self._add_contribution(member.organisation_id, member.name, theirs)

    def _add_contribution(self, organisation_id: UUID, name: str, people: Iterable[Somebody]) -> None:
        said = {"name": name}
        label = _now("What %(name)s brings") % said
        self.fields[f"{BRINGS}{organisation_id}"] = forms.CharField(label=label, max_length=WORDS_MAX, required=False)
        self.fields[f"{AMOUNT}{organisation_id}"] = _value(_now("How much of it, %(name)s") % said)
        lead = _one_of(_now("Accountable at %(name)s") % said)
        lead.choices = [("", _now("none")), *((str(one.id), one.name) for one in people)]
        self.fields[f"{LEAD}{organisation_id}"] = lead

    def brought(self) -> list[tuple[forms.BoundField, ...]]:
        """Return for each organisation what it brings, how much, and who is accountable for that."""
        ids = [member.organisation_id for member in self.members]
        return [tuple(self[f"{name}{pk}"] for name in (BRINGS, AMOUNT, LEAD)) for pk in ids]

    def said(self) -> dict[str, Any]:
        """Return the fields of a goal as they were written; of what does not go with its kind, nothing."""
        found = self.cleaned_data
        own = {name: found[NAMES.get(name, name)] for name in _FIELDS}
        is_band = own["direction"] == Direction.BAND
        if own["kind"] == GoalKind.MILESTONE:
            own |= dict.fromkeys(("kpi_id", "baseline", "target", "band_low", "band_high"))
        else:
            own |= dict.fromkeys(("target",) if is_band else ("band_low", "band_high"))
        return own | {"contributions": tuple(self._contributions())}

    def _contributions(self) -> Iterable[Contribution]:
        for member in self.members:
            pk = member.organisation_id
            words, amount, lead = (self.cleaned_data[f"{name}{pk}"] for name in (BRINGS, AMOUNT, LEAD))
            if words or amount is not None or lead:
                yield Contribution(pk, words, amount, lead)


_FIELDS = (
    "name", "why", "kind", "kpi_id", "direction", "baseline", "target", "band_low", "band_high", "start_on", "due_on",
    "weight", "organisation_id", "person_id", "parent_id",
)  # fmt: skip


def start_of(terms: GoalTerms, version: int) -> dict[str, Any]:
    """Return what the form of a goal shows at first."""
    own: dict[str, Any] = {NAMES.get(name, name): _plain(getattr(terms, name)) for name in _FIELDS}
    for one in terms.contributions:
        own |= {f"{BRINGS}{one.organisation_id}": one.words, f"{AMOUNT}{one.organisation_id}": _plain(one.amount)}
        own |= {f"{LEAD}{one.organisation_id}": _plain(one.person_id)}
    return own | {"version": version}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        shown = format(value, "f")
        return Decimal(shown)
    return str(value) if isinstance(value, UUID) else value


def field_of(form: forms.Form, name: str) -> str | None:
    """Return the field of a form that an action means; none where it has no such field."""
    if name.startswith("contributions.") and isinstance(form, GoalForm):
        parts = name.split(".")
        said = [one.organisation_id for one in form._contributions()]
        place = int(parts[1])
        if place < len(said):
            prefix = {"amount": AMOUNT, "person_id": LEAD}.get("".join(parts[2:]), BRINGS)
            return f"{prefix}{said[place]}"
    found = NAMES.get(name, name)
    return found if found in form.fields else None


class ProposalForm(ProposeForm):
    """What goes with a goal that is put to all members; the sixth says which one goes."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    instead = forms.ChoiceField(label=_("Which one goes?"), widget=forms.RadioSelect, required=False)
    field_order = ["version", "instead", "reason", "days"]
    KEEP = "keep"

    def __init__(self, agreed: Iterable[tuple[UUID, str]], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["reason"].label = _("Why you propose it")
        offered = [(str(pk), words) for pk, words in agreed]
        if offered:
            self.fields["instead"].choices = [*offered, (self.KEEP, _now("Keep all, knowingly"))]  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["instead"]

    def room(self) -> Mapping[str, Any]:
        said = self.cleaned_data.get("instead") or ""
        return {"keeps_all": said == self.KEEP, "instead_of": UUID(said) if said not in ("", self.KEEP) else None}


class EndForm(ProposeForm):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    end = forms.ChoiceField(
        label=_("How did it end?"),
        widget=forms.RadioSelect,
        choices=lambda: [
            (state, state_words(state)) for state in (GoalState.ACHIEVED, GoalState.MISSED, GoalState.RETIRED)
        ],
        error_messages={"required": _("Say how it ended.")},
    )
    field_order = ["version", "end", "reason", "days"]

    def __init__(self, *arguments: Any, is_shared: bool = True, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not is_shared:
            del self.fields["days"]
            self.fields["reason"].help_text = ""


class OpinionForm(forms.Form):
    confidence = forms.IntegerField(
        label=_("How sure, in percent"),
        min_value=0,
        max_value=100,
        help_text=_("That it will be reached, from 0 to 100."),
    )
    words = forms.CharField(
        label=_("In words"), max_length=OPINION_MAX, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ItemsForm(ItemLines):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ItemsProposalForm(ProposeForm, ItemsForm):
    """For which items a milestone that all agreed on is to wait, put to all of them."""

    field_order = ["version", "items", "reason", "days"]


class VersionForm(forms.Form):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


def default_days(today: date) -> dict[str, date]:
    """Return the days that a new goal is offered: from now to the end of the year, or of the next."""
    year = today.year if today.month < 10 else today.year + 1
    return {"begins_on": today, "due_on": date(year, 12, 31)}

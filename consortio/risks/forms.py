"""The shape of what is said of a risk."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consortio.lines import LineField
from consortio.plans.entering import NotUnderstood, amount_words, minutes_of
from consortio.plans.picks import ItemLines
from consortio.ui.formats import percent

from .models import RiskKind, RiskState
from .reads import RiskPage
from .rules import CHANCE_MAX, CHANCE_MIN, ITEMS_MAX, NAME_MAX, Terms

TEXT_MAX_BYTES = 60_000
THREE = ("low", "likely", "high")


class RiskForm(ItemLines):
    """A risk: what may happen, how likely, what it would do to which items, and what is done about it."""

    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    name = LineField(label=_("What may happen"), max_length=NAME_MAX)
    risk_kind = forms.ChoiceField(
        label=_("What it does"),
        choices=[
            (RiskKind.EVENT, _("An event: it happens or not, and costs each of its items time")),
            (RiskKind.DRIVER, _("A driver: it makes the work of all its items longer or shorter by the same share")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it is an event or a driver.")},
    )
    chance = forms.IntegerField(
        label=_("Chance in per cent"),
        min_value=CHANCE_MIN,
        max_value=CHANCE_MAX,
        help_text=_("From 1 to 99: what is sure belongs into the plan itself."),
    )
    low = forms.CharField(label=_("At best"), max_length=40)
    likely = forms.CharField(label=_("Most likely"), max_length=40)
    high = forms.CharField(
        label=_("At worst"),
        max_length=40,
        help_text=_(
            "Of an event the time that it costs, as 3 d or 6 h; of a driver per cent of the duration, as 120%."
        ),
    )
    response = forms.CharField(
        label=_("What is done about it"),
        required=False,
        max_length=TEXT_MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    organisation = forms.TypedChoiceField(label=_("Who bears it"), coerce=UUID, required=False, empty_value=None)
    person = forms.TypedChoiceField(label=_("Who looks after it"), coerce=UUID, required=False, empty_value=None)
    risk_state = forms.ChoiceField(
        label=_("How it stands"),
        choices=[
            (RiskState.OPEN, _("open")),
            (RiskState.OCCURRED, _("it has occurred")),
            (RiskState.CLOSED, _("closed: it cannot happen any more")),
        ],
    )
    circle = forms.TypedChoiceField(label=_("Who sees this"), coerce=UUID)

    def __init__(self, page: RiskPage, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.page = page
        people = [(str(one.id), f"{one.name} ({one.organisation})") for one in page.people]
        if page.row and page.row.terms.person_id and str(page.row.terms.person_id) not in dict(people):
            people.append((str(page.row.terms.person_id), f"{page.row.person} ({_now('former member')})"))
        members = [(str(one.organisation_id), one.name) for one in page.members if not one.has_left]
        self.fields["items"].required = not self["picked"].value()  # one of the two says which they are
        self.fields["items"].error_messages["required"] = items_fault()
        self.fields["organisation"].choices = [("", "—"), *members]  # type: ignore[attr-defined]  # choice fields
        self.fields["person"].choices = [("", "—"), *people]  # type: ignore[attr-defined]
        if page.row:
            del self.fields["circle"]
        else:
            self.fields["circle"].choices = [(str(row.id), row.audience.words) for row in page.circles]  # type: ignore[attr-defined]
            del self.fields["risk_state"]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        is_driver = said.get("risk_kind") == RiskKind.DRIVER
        for name in THREE:
            if name not in said:
                continue
            try:
                said[name] = percent_of(said[name]) if is_driver else minutes_of(said[name], self.page.head.day_minutes)
            except NotUnderstood as fault:
                self.add_error(name, str(fault))
        return said

    def terms(self, item_ids: list[UUID]) -> Terms:
        said = self.cleaned_data
        return Terms(
            name=said["name"],
            kind=said["risk_kind"],
            chance=said["chance"],
            low=said["low"],
            likely=said["likely"],
            high=said["high"],
            item_ids=tuple(item_ids),
            response=said["response"],
            organisation_id=said["organisation"],
            person_id=said["person"],
            state=said.get("risk_state") or RiskState.OPEN,
        )


def items_fault() -> str:
    return _now("Say which items it concerns, from one to %(most)s.") % {"most": ITEMS_MAX}


def percent_of(words: str) -> int:
    """Return a share of a duration: "120%", "90". Raises: NotUnderstood."""
    text = words.replace("%", "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise NotUnderstood(_now("Write per cent of the duration as a whole number, as in 120%."))
    return int(text)


def amount_of(terms: Terms, amount: int, day_minutes: int) -> str:
    """Return one of the three amounts in words."""
    return percent(amount / 100) if terms.kind == RiskKind.DRIVER else amount_words(amount, day_minutes)


def as_said(page: RiskPage) -> dict[str, Any]:
    """Return a risk as its form shows it."""
    if page.row is None:
        return {"risk_kind": RiskKind.EVENT, "circle": page.circles[-1].id if len(page.circles) == 1 else ""}
    terms = page.row.terms
    three = zip(THREE, terms.three, strict=True)
    return {
        "version": page.row.version,
        "name": terms.name,
        "risk_kind": terms.kind,
        "chance": terms.chance,
        **{name: _to_change(terms, amount, page.head.day_minutes) for name, amount in three},
        "items": "\n".join(item.number for item in page.row.items),
        "response": terms.response,
        "organisation": terms.organisation_id,
        "person": terms.person_id,
        "risk_state": terms.state,
    }


def _to_change(terms: Terms, amount: int, day_minutes: int) -> str:
    """Return one of the three amounts so that it is understood when it comes back: without separators."""
    return f"{amount}%" if terms.kind == RiskKind.DRIVER else amount_words(amount, day_minutes)

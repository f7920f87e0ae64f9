"""The shapes of what is sent: a promise, a step, and how a list is looked at."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from consortio.attachments.forms import EvidenceField
from consortio.days import day_field

from .choosing import Choices, Somebody
from .rules import NAME_MAX, SIZE_MAX, WAYS

GIVE, ASK = "give", "ask"
TEXT_MAX_BYTES = 60_000


class PromiseForm(forms.Form):
    """
    What is promised. Who promises whom is chosen for a new one, and stays.

    Args:
        without: "goal" or "decision", where it stays what it is.
    """

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    way = forms.ChoiceField(
        label=_("What is this?"),
        choices=[(GIVE, _("We promise something")), (ASK, _("We ask for a promise"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you promise it or ask for it.")},
    )
    partner = forms.TypedChoiceField(
        label=_("The other organisation"), coerce=UUID, error_messages={"required": _("Choose an organisation.")}
    )
    name = forms.CharField(label=_("What is promised"), max_length=NAME_MAX)
    done_when = forms.CharField(
        label=_("Done when"),
        max_length=TEXT_MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("By what both sides will see that it is done."),
    )
    due_on = day_field(_("Until"))
    our_person = forms.TypedChoiceField(label=_("Who at ours"), coerce=UUID, required=False, empty_value=None)
    their_person = forms.TypedChoiceField(label=_("Who at theirs"), coerce=UUID, required=False, empty_value=None)
    size = forms.IntegerField(
        label=_("Weight"),
        min_value=1,
        max_value=SIZE_MAX,
        initial=1,
        help_text=_("How much it weighs beside others: 1 for most, more for large ones."),
    )
    about_item = forms.CharField(
        label=_("About the item"),
        max_length=500,
        required=False,
        help_text=_("Its number, as I-12, or its whole name."),
    )
    goal = forms.TypedChoiceField(label=_("About the goal"), coerce=UUID, required=False)
    decision = forms.TypedChoiceField(label=_("About the decision"), coerce=UUID, required=False)
    circle = forms.TypedChoiceField(label=_("Who sees this"), coerce=UUID)

    def __init__(
        self, choices: Choices, *arguments: Any, without: Collection[str] = (), is_new: bool = True, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        offered: dict[str, list[tuple[str, str]]] = {
            "partner": [("", "—"), *((str(member.organisation_id), member.name) for member in choices.others)],
            "our_person": _or_none(choices.our_people),
            "their_person": _or_none(choices.their_people),
            "goal": [("", "—"), *((str(pk), words) for pk, words in choices.goals)],
            "decision": [("", "—"), *((str(pk), words) for pk, words in choices.decisions)],
            "circle": [(str(row.id), row.audience.words) for row in choices.circles],
        }
        for name, own in offered.items():
            self.fields[name].choices = own  # type: ignore[attr-defined]  # choice fields
        if not is_new:
            for name in ("way", "partner", "circle"):
                del self.fields[name]
        for name in ("goal", "decision"):
            if len(offered[name]) == 1 or name in without:
                del self.fields[name]


def _or_none(people: Iterable[Somebody]) -> list[tuple[str, str]]:
    return [("", "—"), *((str(one.id), f"{one.name} ({one.organisation})") for one in people)]


class StepForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    step = forms.ChoiceField(choices=[(str(kind), str(kind)) for kind in WAYS])
    words = forms.CharField(
        label=_("In words"), max_length=TEXT_MAX_BYTES, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = day_field(_("The other date"), required=False)


class StepWithFileForm(StepForm):
    """A step as it is taken on the page of the promise, where what was delivered brings a file."""

    evidence = EvidenceField(required=False)

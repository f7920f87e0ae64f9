from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consortio.approvals.forms import ProposeForm
from consortio.plans.picks import PicksField

from .rules import OPTION_MAX, OPTIONS_MAX, QUESTION_MAX, REVIEW_MAX, TEXT_MAX, Draft, Option

KEYS_LONG = 4_000  # signs of all keys together


def _text(label: Any, help_text: Any = "", rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, max_length=TEXT_MAX, required=False, widget=widget)


def _name(number: int) -> forms.CharField:
    return forms.CharField(label=_("Option %(n)s") % {"n": number}, max_length=OPTION_MAX, required=False)


def _words(number: int) -> forms.CharField:
    return _text(_("What is to be said of option %(n)s") % {"n": number}, rows=2)


def _day(label: Any, help_text: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=False, widget=widget)


class DecisionForm(forms.Form):
    """All that a draft says. `governs` are keys, one a line."""

    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    circle = forms.UUIDField(
        label=_("Who sees this"),
        error_messages={
            "required": _("Choose one of the circles shown."),
            "invalid": _("Choose one of the circles shown."),
        },
    )
    question = forms.CharField(
        label=_("Question"),
        max_length=QUESTION_MAX,
        help_text=_("What is to be decided, as a question that somebody reads in two years."),
        error_messages={"required": _("Write what is to be decided.")},
    )
    context = _text(_("Context"), _("Why it comes up now, and what has to be known to judge it."))
    option_1, words_1 = _name(1), _words(1)
    option_2, words_2 = _name(2), _words(2)
    option_3, words_3 = _name(3), _words(3)
    option_4, words_4 = _name(4), _words(4)
    option_5, words_5 = _name(5), _words(5)
    option_6, words_6 = _name(6), _words(6)
    chosen = forms.TypedChoiceField(
        label=_("Choice"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("not chosen yet")), *((n, _("option %(n)s") % {"n": n}) for n in range(1, OPTIONS_MAX + 1))],
    )
    reasons = _text(_("Reasons"), _("Why this one, and why not the others."))
    effective_on = _day(_("Effective from"), _("Left empty, from the day on which it is agreed."))
    review_on = _day(_("Review on"), _("On this day your organisation is asked whether it still fits."))
    governs = forms.CharField(
        label=_("Governs"),
        max_length=KEYS_LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Keys of items, goals, KPIs and other decisions, one a line: I-12, G-2, K-3, D-4."),
    )

    def __init__(self, circle_ids: Iterable[UUID] | None, *arguments: Any, **options: Any) -> None:
        """Without circles it is an edit: who sees a row never changes."""
        super().__init__(*arguments, **options)
        self.circle_ids = None if circle_ids is None else list(circle_ids)
        if circle_ids is None:
            del self.fields["circle"], self.fields["governs"]

    def clean_circle(self) -> UUID:
        circle_id: UUID = self.cleaned_data["circle"]
        if circle_id not in (self.circle_ids or ()):
            raise forms.ValidationError(_now("Choose one of the circles shown."))
        return circle_id

    def draft(self) -> Draft:
        said = self.cleaned_data
        numbers = range(1, OPTIONS_MAX + 1)
        return Draft(
            question=said.get("question", ""),
            context=said["context"],
            options=tuple(Option(said[f"option_{n}"], said[f"words_{n}"]) for n in numbers),
            choice=said["chosen"] - 1 if said["chosen"] else None,
            reasons=said["reasons"],
            effective_on=said["effective_on"],
            review_on=said["review_on"],
        )

    def keys(self) -> list[str]:
        return str(self.cleaned_data.get("governs", "")).splitlines()

    def refuse(self, field: str, words: str) -> None:
        """Say a refusal at its field; of the options, at the first one."""
        name = {"options": "option_1", "choice": "chosen"}.get(field, field)
        self.add_error(name if name in self.fields else None, words)


def start_of(draft: Draft) -> dict[str, Any]:
    """Return what the form shows at first: a draft, or a decision that is to be superseded."""
    options = {f"option_{nth}": one.name for nth, one in enumerate(draft.options, 1)}
    words = {f"words_{nth}": one.words for nth, one in enumerate(draft.options, 1)}
    own = {name: getattr(draft, name) for name in ("question", "context", "reasons", "effective_on", "review_on")}
    return options | words | own | {"chosen": None if draft.choice is None else draft.choice + 1}


class ProposeDecisionForm(ProposeForm):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    field_order = ["version", "reason", "days"]


class SettleForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    organisation_ids = forms.TypedMultipleChoiceField(
        label=_("Who has agreed"),
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Name at least one organisation."),
            "invalid_choice": _("Name organisations of this circle."),
        },
    )

    def __init__(self, organisations: Sequence[tuple[UUID, str]], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["organisation_ids"].choices = [(str(pk), name) for pk, name in organisations]  # type: ignore[attr-defined]  # a choice field


class WithdrawDraftForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class GovernForm(forms.Form):
    """What else a decision governs, by keys; or one row that it governs no more."""

    governs = forms.CharField(
        label=_("Governs also"),
        max_length=KEYS_LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Keys of items, goals, KPIs and other decisions, one a line: I-12, G-2, K-3, D-4."),
    )
    picked = PicksField()
    governed_id = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not said["governed_id"] and not self.keys():
            self.add_error("governs", _now("Write at least one key."))
        return said

    def keys(self) -> list[str]:
        """Return what was written and what was ticked."""
        written = str(self.cleaned_data["governs"]).strip()
        return [*written.splitlines(), *self.cleaned_data["picked"]]


class ReadersForm(forms.Form):
    person_ids = forms.TypedMultipleChoiceField(
        label=_("Who must know"),
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one of the people shown."),
            "invalid_choice": _("Choose people whom you may name here."),
        },
    )

    def __init__(self, people: Iterable[tuple[UUID, str]], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["person_ids"].choices = [(str(pk), name) for pk, name in people]  # type: ignore[attr-defined]  # a choice field


class ReviewForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Why it still fits"),
        help_text=_("A sentence for whoever asks later. It may be left out."),
        max_length=REVIEW_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    next_on = _day(_("Look at it again on"), _("Without a day, nobody is asked again."))

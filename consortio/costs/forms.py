"""The shapes of what is sent: one item's cost, and how a plan's earned value is looked at."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consortio.partnerships.reads import Member

from .actions import Terms
from .engine import NOBODY
from .models import Rule
from .reads import CostRow, Look
from .rules import NotACurrency, NotAnAmount, known_currency, minor_said, plain_amount
from .words import rule_words

AMOUNTS = ("budget", "actual")
COLUMNS = {"payer": "payer_id", "earning": "rule"}  # of what the form calls otherwise
BEFORE_MAX = 100_000


class CostForm(forms.Form):
    """What one item costs, in one circle. Who may only report on it gets the field for that."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False, help_text=_("Three letters, as EUR."))
    budget = forms.CharField(
        label=_("Budget"), max_length=40, required=False, help_text=_("What it may cost when it is done.")
    )
    actual = forms.CharField(
        label=_("Spent so far"), max_length=40, required=False, help_text=_("Leave it empty where nobody knows.")
    )
    payer = forms.TypedChoiceField(label=_("Who pays"), coerce=UUID, required=False, empty_value=None)
    earning = forms.ChoiceField(label=_("It earns"), required=False, choices=Rule.choices)

    def __init__(self, row: CostRow, payers: Sequence[Member], *arguments: Any, is_ours: bool, **options: Any) -> None:
        options["auto_id"] = "house-%s" if is_ours else "id_%s"  # both stand on one page
        super().__init__(*arguments, **options)
        self.row = row
        nobody = _now("as the others see it") if is_ours else _now("whoever is in charge of it")
        choices = [("", nobody), *((str(member.organisation_id), member.name) for member in payers)]
        self.fields["payer"].choices = choices  # type: ignore[attr-defined]  # a choice field
        usual = [("", _now("as the others see it"))] if is_ours else []
        self.fields["earning"].choices = usual + [(rule, rule_words(rule)) for rule in Rule.values]  # type: ignore[attr-defined]
        if not row.may_write:
            for name in ("budget", "payer", "earning", *(() if row.version is None else ("currency",))):
                del self.fields[name]

    def clean_currency(self) -> str:
        try:
            return known_currency(self.cleaned_data["currency"])
        except NotACurrency:
            raise forms.ValidationError(_("A currency has three letters, as EUR or USD.")) from None

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        currency = said.get("currency", self.row.currency)
        for name in AMOUNTS:
            if name in self.fields and name in said:
                try:
                    said[name] = minor_said(said[name], currency)
                except NotAnAmount:
                    self.add_error(name, amount_fault())
        if not currency and any(isinstance(said.get(name), int) for name in AMOUNTS) and "currency" in self.fields:
            self.add_error("currency", _("Say in which currency: three letters, as EUR."))
        return said

    @property
    def terms(self) -> Terms:
        said = {COLUMNS.get(name, name): self.cleaned_data[name] for name in self.fields if name != "version"}
        return Terms(**said)


def amount_fault() -> str:
    return _now("Write an amount in this currency, such as 1200.50.")


def as_said(row: CostRow, likely_currency: str) -> dict[str, Any]:
    """Return a row as its form shows it."""
    return {
        "version": row.version,
        "currency": row.currency or likely_currency,
        "budget": plain_amount(row.budget, row.currency),
        "actual": plain_amount(row.actual, row.currency),
        "payer": str(row.payer_id or ""),
        "earning": row.rule,
    }


def look_of(sent: QueryDict) -> Look:
    """Read an address; what nobody could have been given says nothing."""
    before = sent.get("from", "")
    return Look(
        currency=sent.get("currency", "")[:3] if "currency" in sent else None,
        earner=_one(sent.get("earner", "")),
        payer=_one(sent.get("payer", "")),
        phase=_one(sent.get("phase", "")),
        missing=sent.get("missing") == "1",
        before=min(int(before), BEFORE_MAX) if before.isascii() and before.isdecimal() and len(before) < 8 else 0,
    )


def _one(text: str) -> str:
    if text == NOBODY:
        return NOBODY
    try:
        return str(UUID(text))
    except ValueError:
        return ""

"""Saying what items may cost and have cost: one, or many in one step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid, NotPermitted, Permission, Refused, Stale, VersionMissing, wall
from consortio.access.models import Circle
from consortio.plans.valued import CostedItem, granted_in, hold_item
from consortio.record.log import action, nothing_changed, record

from .models import Cost, Rule
from .reads import FIELDS, payers_in
from .rules import AMOUNT_MAX, NotACurrency, known_currency, may_write, plain_amount

KEEP: Any = object()  # in place of a value that nothing is said of
ROWS_MAX = 200


class TooMany(Refused):
    """More rows than one step takes."""


class NamedTwice(Refused):
    """An item stands in a step twice."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is said of an item's cost; what is left out stands. Amounts are minor units of the currency."""

    currency: str = KEEP
    budget: int | None = KEEP
    actual: int | None = KEEP
    payer_id: UUID | None = KEEP
    rule: str = KEEP

    @property
    def said(self) -> dict[str, Any]:
        return {name: value for name in FIELDS if (value := getattr(self, name)) is not KEEP}


@dataclass(frozen=True, slots=True)
class Report:
    """`version` is the one that was seen; none where nothing was there."""

    item_id: UUID
    version: int | None
    terms: Terms


@action
def write_cost(
    *, actor: Actor, item_id: UUID, circle_id: UUID, version: int | None, terms: Terms, at: datetime
) -> UUID:
    """
    Say what an item costs, in its own circle or in our house. Returns the row's id.

    Raises:
        NotVisible: no such item, or the circle is neither its own nor our house beside it.
        NotPermitted: whoever answers for an item says what it has cost so far, and nothing else.
        VersionMissing, Stale: something was there already, or something else, or nothing.
        Invalid: names the field.
    """
    circle = access.lock(actor, Permission.PROGRESS_UPDATE, Circle, circle_id)
    held = hold_item(actor, item_id)
    return _write(actor, held, circle.pk, Report(item_id, version, terms))[0]


@action
def report_costs(*, actor: Actor, plan_id: UUID, circle_id: UUID, reports: Sequence[Report], at: datetime) -> int:
    """
    Say what many items of a plan cost in one circle, in one step: all of it or nothing. Returns how many changed.

    Raises:
        As `write_cost`; a refusal names the item. TooMany.
    """
    circle = access.lock(actor, Permission.PROGRESS_UPDATE, Circle, circle_id)
    if len(reports) > ROWS_MAX:
        raise TooMany(_("One step takes at most %(most)s items: do the rest in another one.") % {"most": ROWS_MAX})
    if len({one.item_id for one in reports}) < len(reports):
        raise NamedTwice(_("Name each item once."))
    written = [_reported(actor, plan_id, circle.pk, one) for one in sorted(reports, key=lambda one: one.item_id)]
    if not any(written):
        nothing_changed()
    return sum(written)


def _reported(actor: Actor, plan_id: UUID, circle_id: UUID, report: Report) -> bool:
    held = hold_item(actor, report.item_id)
    if held.plan_id != plan_id:
        raise access.NotVisible
    try:
        return _write(actor, held, circle_id, report)[1]
    except Invalid as refusal:
        raise Invalid(refusal.field, f"{held.name}: {refusal}") from None
    except (Stale, VersionMissing):
        raise StaleRow(held) from None


class StaleRow(Stale):
    """Somebody else said first what one of the items costs. Nothing was written."""

    def __init__(self, held: CostedItem) -> None:
        Exception.__init__(self, _("%(names)s was changed meanwhile.") % {"names": held.name})
        self.item_id = held.row.pk


def _write(actor: Actor, held: CostedItem, circle_id: UUID, report: Report) -> tuple[UUID, bool]:
    if circle_id not in (held.circle_id, held.house_id):
        raise access.NotVisible
    row = _row(actor, held, circle_id, report.version)
    said = report.terms.said
    granted = granted_in(actor, circle_id)
    is_new = row.version == 0
    changed = {name: (getattr(row, name), value) for name, value in said.items() if getattr(row, name) != value}
    # Whoever reports on an item nobody gave a cost names the currency too.
    fields = changed.keys() - ({"currency"} if is_new else set())
    if not may_write(actor, granted, held.row, fields):
        raise NotPermitted(Permission.PLAN_EDIT)
    if not changed:
        nothing_changed()
        return row.pk, False
    before = _plain(row)
    _take_over(actor, row, said)
    _save(row, is_new=is_new)
    record("cost.written", row, item=str(held.row.pk), changes=_changes(before, _plain(row)))
    return row.pk, True


def _row(actor: Actor, held: CostedItem, circle_id: UUID, version: int | None) -> Cost:
    """Return the item's cost in a circle, locked and as it was seen; one of version 0 where nothing is there yet."""
    known = access.visible(actor, Cost).filter(circle=circle_id, item=held.row.pk).values_list("pk", flat=True).first()
    if known is not None:
        row: Cost = access.lock(actor, Permission.PROGRESS_UPDATE, Cost, known, version=version)
        return row
    if version is not None:
        raise Stale(Cost(version=0), version)
    return Cost(circle_id=circle_id, item_id=held.row.pk, version=0)


def _take_over(actor: Actor, row: Cost, said: Mapping[str, Any]) -> None:
    """Put what is said into the row. Raises: Invalid."""
    if "currency" in said:
        row.currency = _currency(said["currency"])
    for name in ("budget", "actual"):
        if name in said:
            setattr(row, name, _amount(name, said[name]))
    if "rule" in said:
        if said["rule"] not in ("", *Rule.values):
            raise Invalid("rule", _("Choose one of: %(words)s.") % {"words": ", ".join(Rule.values)})
        row.rule = said["rule"]
    if said.get("payer_id") not in (None, row.payer_id) and said["payer_id"] not in set(
        payers_in(actor, row.circle_id)
    ):
        raise Invalid("payer_id", _("Choose an organisation that takes part in this circle."))
    row.payer_id = said.get("payer_id", row.payer_id)
    if not row.currency and (row.budget, row.actual) != (None, None) and said.keys() & {"currency"}:
        raise Invalid("currency", _("Say in which currency: three letters, as EUR."))


def _currency(code: Any) -> str:
    try:
        return known_currency(str(code))
    except NotACurrency:
        raise Invalid("currency", _("A currency has three letters, as EUR or USD.")) from None


def _amount(field: str, minor: Any) -> int | None:
    if minor is None:
        return None
    if not isinstance(minor, int) or abs(minor) > AMOUNT_MAX or (field == "budget" and minor < 0):
        raise Invalid(field, _("Write an amount of money that is not below zero, such as 1200.50."))
    return minor


def _save(row: Cost, *, is_new: bool) -> None:
    if not is_new:
        row.save(update_fields=["currency", "budget", "actual", "payer", "rule"])
        return
    row.version = 1
    try:
        with wall.savepoint():
            row.save()
    except IntegrityError as error:  # somebody wrote at the same time
        raise VersionMissing(Cost.__name__) from error


def _plain(row: Cost) -> dict[str, Any]:
    return {
        "currency": row.currency,
        "budget": plain_amount(row.budget, row.currency) or None,
        "actual_cost": plain_amount(row.actual, row.currency) or None,
        "payer_id": str(row.payer_id) if row.payer_id else None,
        "rule": row.rule,
    }


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (before[name], value) for name, value in now.items() if before[name] != value}

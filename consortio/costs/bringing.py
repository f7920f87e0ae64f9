"""Costs that come in with a plan's file and go out with it; see `plans.costed`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F

from consortio import access
from consortio.access import Actor
from consortio.plans.costed import ItemCost, KeptCost, Source, keeps_costs

from .models import Cost
from .rules import AMOUNT_MAX, NotACurrency, amount_of, digits_of, known_currency, minor_of

ROWS_AT_ONCE = 500
COLUMNS = {"budget": "budget", "actual_cost": "actual"}


class _Keeper:
    def bring(self, actor: Actor, circle_id: UUID, costs: Mapping[UUID, ItemCost], import_id: UUID) -> None:
        made = [_row(circle_id, item_id, said, import_id) for item_id, said in costs.items()]
        access.visible(actor, Cost).bulk_create(made, batch_size=ROWS_AT_ONCE)

    def kept(self, actor: Actor, plan_id: UUID, circle_id: UUID) -> Mapping[UUID, KeptCost]:
        rows = access.visible(actor, Cost).filter(item__plan=plan_id, circle=circle_id)
        return {row.item_id: KeptCost(row.imported_values, _said(row).values) for row in rows}

    def change(self, actor: Actor, circle_id: UUID, changes: Mapping[UUID, Mapping[str, Any]], import_id: UUID) -> None:
        rows = access.visible(actor, Cost).filter(item__in=list(changes), circle=circle_id).order_by("pk")
        known = {row.item_id: row for row in rows.select_for_update(no_key=True, of=("self",))}
        new = [pk for pk in changes if pk not in known]
        for pk, changed in changes.items():
            row = known.get(pk) or known.setdefault(pk, Cost(circle_id=circle_id, item_id=pk))
            _set(row, changed)
            row.imported_id = import_id
            row.version += 0 if pk in new else 1
        access.visible(actor, Cost).bulk_create([known[pk] for pk in new], batch_size=ROWS_AT_ONCE)
        columns = ["budget", "actual", "currency", "imported_values", "imported", "version"]
        old = [row for pk, row in known.items() if pk not in new]
        access.visible(actor, Cost).bulk_update(old, columns, batch_size=ROWS_AT_ONCE)

    def exported(self, plan_id: UUID, source: Source, house_id: UUID | None) -> Mapping[UUID, ItemCost]:
        """Take the item's own circle's, in our house what the house says before it."""
        rows = source(Cost).filter(item__plan=plan_id).annotate(own=F("item__circle_id"))
        found: dict[UUID, Cost] = {}
        for row in sorted(rows, key=lambda row: row.circle_id == house_id):
            if row.circle_id in (row.own, house_id):
                found[row.item_id] = _over(row, found.get(row.item_id))
        return {pk: _said(row) for pk, row in found.items() if row.budget is not None or row.actual is not None}


def _over(row: Cost, below: Cost | None) -> Cost:
    """Return a house's cost with what it leaves empty as it is below it, in the same currency."""
    if below is None or below.currency != row.currency:
        return row
    budget = row.budget if row.budget is not None else below.budget
    actual = row.actual if row.actual is not None else below.actual
    return Cost(currency=row.currency, budget=budget, actual=actual)


def _row(circle_id: UUID, item_id: UUID, said: ItemCost, import_id: UUID) -> Cost:
    row = Cost(circle_id=circle_id, item_id=item_id, imported_id=import_id)
    _set(row, said.values)
    return row


def _set(row: Cost, changed: Mapping[str, Any]) -> None:
    """Set plain values as a file says them, and keep them as the file's."""
    said = _said(row).values | {name: value for name, value in changed.items() if value is not None}
    said = {name: value for name, value in said.items() if changed.get(name, value) is not None}
    row.currency = _currency(said.get("currency", ""))
    for name, column in COLUMNS.items():
        setattr(row, column, _minor(said.get(name), row.currency))
    kept = row.imported_values | {name: _said(row).values.get(name) for name in changed}
    row.imported_values = {name: value for name, value in kept.items() if value is not None}


def _currency(code: str) -> str:
    try:
        return known_currency(code)
    except NotACurrency:
        return ""


def _minor(plain: str | None, currency: str) -> int | None:
    """Return an amount of a file in whole minor units; what is finer becomes the nearest."""
    if plain is None:
        return None
    most = Decimal(AMOUNT_MAX).scaleb(-digits_of(currency))
    return minor_of(max(-most, min(Decimal(plain), most)), currency, rounds=True)


def _said(row: Cost) -> ItemCost:
    budget, actual = (None if one is None else amount_of(one, row.currency) for one in (row.budget, row.actual))
    return ItemCost(budget, actual, row.currency)


keeps_costs(_Keeper())

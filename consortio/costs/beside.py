"""What an item costs, beside it on its own page: for all who see it, and in our house."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery

from consortio import access
from consortio.access import Actor
from consortio.access.models import Kind
from consortio.gathered import gathered as beside_each
from consortio.gathered import lists_in
from consortio.record.beside import Part, beside

from .models import Cost
from .words import money_words, rule_words

COLUMNS = (
    "circle_id", "circle__kind", "circle__organisation__name", "item__circle_id", "currency",
    "budget", "actual", "payer__name", "rule",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    house: str  # whose house keeps it; "" in the item's own circle
    budget: str
    actual: str
    payer: str
    rule: str


def _costs(actor: Actor, _kind: str) -> Subquery:
    return beside_each(access.visible(actor, Cost).filter(item=OuterRef("pk")), "item", *COLUMNS)


@beside("plans.item", order=1, gathers=_costs)
def cost_of(actor: Actor, pk: UUID, gathered: str | None) -> Part | None:
    said: list[Said] = []
    for circle, kind, name, own_circle, currency, budget, actual, payer, rule in lists_in(gathered):
        is_house = kind == Kind.HOUSE and circle != own_circle
        spent = "" if actual is None else money_words(actual, currency)
        may_cost = "" if budget is None else money_words(budget, currency)
        house = (name or "") if is_house else ""
        said.append(Said(house, may_cost, spent, payer or "", rule_words(rule) if rule else ""))
    if not said:
        return None
    return Part("costs/beside.html", {"item_id": pk, "costs": sorted(said, key=lambda one: one.house)})

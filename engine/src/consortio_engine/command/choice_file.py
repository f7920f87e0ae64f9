"""Items, budgets and rules in JSON or as OR-Library's mknap, as the engine takes them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consortio_engine.choice import Budget, Item, Limits, Rule, read_mknap
from consortio_engine.choice.items import check_items
from consortio_engine.command.reading import Refused, checked, parse_json
from consortio_engine.errors import InvalidChoice

Id = str | int
PLACES = {"item_twice": "exclusions", "shares_above_one": "shares"}  # of faults that are no item's


@dataclass(frozen=True, eq=False)
class Problem:
    """
    One question, and what its items and budgets are called.

    Attributes:
        ids: of the items: in mknap files their positions from 0. titles: for tables.
        organisations: whose worth counts for a Pareto set.
        known: the best value that the file states. is_plain: it comes from an mknap file, which names nothing.
    """

    items: tuple[Item, ...]
    limits: Limits
    ids: tuple[Id, ...]
    titles: tuple[str, ...]
    organisations: tuple[str, ...] = ()
    known: float | None = None
    is_plain: bool = False

    def named(self, items: Sequence[int]) -> list[Id]:
        """The ids of items."""
        return [self.ids[item] for item in items]

    def name_of(self, rule: Rule) -> Id | list[Id]:
        """What a rule is about, in the file's words."""
        if rule.kind == "budget":
            return self.limits.budgets[rule.index].name
        if rule.kind == "exclusion":
            return self.named(self.limits.exclusions[rule.index])
        if rule.kind == "share":
            return list(self.limits.shares)[rule.index]
        return self.ids[rule.index]


def read_problems(text: str, name: str) -> list[Problem]:
    """
    Read JSON, or an mknap file where the text begins with a number.

    Raises:
        Refused: every fault with its place.
    """
    if text.lstrip()[:1].isdigit():
        return _from_mknap(text, name)
    return [_from_json(checked(parse_json(text, name), "choose"))]


def _from_mknap(text: str, name: str) -> list[Problem]:
    try:
        found = read_mknap(text)
    except InvalidChoice as refusal:
        raise Refused([f"{name}: {fault.message}" for fault in refusal.faults]) from None
    problems = []
    for one in found:
        ids = tuple(range(len(one.items)))
        budgets = [Budget(most=budget.most, name=str(at)) for at, budget in enumerate(one.limits.budgets)]
        limits = Limits(budgets=budgets)
        problems.append(Problem(one.items, limits, ids, tuple(map(str, ids)), known=one.known, is_plain=True))
    return problems


def _from_json(data: Mapping[str, Any]) -> Problem:
    rows, budgets = data["items"], data.get("budgets", [])
    faults: list[str] = []
    item_at = _unique(faults, "items", "id", [str(row["id"]) for row in rows])
    budget_at = _unique(faults, "budgets", "name", [row["name"] for row in budgets])

    def items_of(place: str, names: Sequence[Id]) -> Iterator[int]:
        for at, name in enumerate(names):
            if str(name) in item_at:
                yield item_at[str(name)]
            else:
                faults.append(f"{place}[{at}]: there is no item {str(name)!r}.")

    items = []
    for index, row in enumerate(rows):
        unknown = [name for name in row.get("uses", {}) if name not in budget_at]
        faults += [f"items[{index}].uses: there is no budget {name!r}." for name in unknown]
        uses = {budget_at[name]: amount for name, amount in row.get("uses", {}).items() if name in budget_at}
        needs = tuple(items_of(f"items[{index}].needs", row.get("needs", [])))
        is_mandatory, worth = row.get("mandatory", False), row.get("worth", {})
        items.append(Item(value=row["value"], uses=uses, needs=needs, is_mandatory=is_mandatory, worth=worth))
    groups = [tuple(items_of(f"exclusions[{at}]", group)) for at, group in enumerate(data.get("exclusions", []))]
    limits = Limits(budgets=[Budget(**row) for row in budgets], exclusions=groups, shares=data.get("shares", {}))
    faults += _rule_faults(items, limits, [str(row["id"]) for row in rows])
    if faults:
        raise Refused(faults)
    everybody = tuple(dict.fromkeys(who for item in items for who in item.worth))
    return Problem(
        items=tuple(items),
        limits=limits,
        ids=tuple(row["id"] for row in rows),
        titles=tuple(row.get("name") or str(row["id"]) for row in rows),
        organisations=tuple(data.get("organisations", everybody)),
    )


def _rule_faults(items: Sequence[Item], limits: Limits, names: Sequence[str]) -> Iterator[str]:
    """What the engine would refuse of items and limits, each with its place in the file."""
    try:
        check_items(items, limits)
    except InvalidChoice as refusal:
        for fault in refusal.faults:
            place = f"items[{fault.index}] ({names[fault.index]!r})" if fault.index >= 0 else PLACES[fault.code]
            yield f"{place}: {fault.message}"


def _unique(faults: list[str], rows: str, what: str, names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, name in enumerate(names):
        if name in found:
            faults.append(f"{rows}[{index}].{what}: {name!r} is also the {what} of {rows}[{found[name]}].")
        found.setdefault(name, index)
    return found

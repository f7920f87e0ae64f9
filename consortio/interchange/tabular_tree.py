"""Which row of a table lies under which."""

from dataclasses import replace

from consortio.interchange.cells import as_text
from consortio.interchange.mapping import Mapping
from consortio.interchange.outline import (
    keys_to_positions,
    numbers_of,
    parents_by_levels,
    parents_by_numbered_names,
    parents_by_numbers,
    without_circles,
)
from consortio.interchange.plan import Item
from consortio.interchange.sheet import Table, Value
from consortio.interchange.tabular_row import Draft
from consortio.interchange.values import Findings, shorten
from consortio.interchange.wording import Wording


def with_parents(drafts: list[Draft], table: Table, mapping: Mapping, findings: Findings) -> list[Draft]:
    """Return the drafts with the positions of their parents, as the mapping's tree says; groups become drafts too."""
    if mapping.tree == "group":
        return _grouped(drafts)
    parents = _parents(drafts, table, mapping, findings)

    def say(position: int) -> None:
        message = Wording("Row {number} lies under itself; it was put at the top.", number=drafts[position].row.number)
        findings.add("warning", "parent_circle", message, **table.where(drafts[position].row))

    parents = without_circles(parents, say)
    return [replace(one, parent=parent) for one, parent in zip(drafts, parents, strict=True)]


def _parents(drafts: list[Draft], table: Table, mapping: Mapping, findings: Findings) -> list[int | None]:
    column = mapping.column("name") or 0
    if mapping.tree == "outline":
        return parents_by_numbers(_outline_numbers(drafts, table, mapping, findings))
    if mapping.tree == "level":
        return parents_by_levels(_levels(drafts))
    if mapping.tree == "indent":
        return parents_by_levels([one.row.indent(column) * 3 + _blanks(one.row.value(column)) for one in drafts])
    if mapping.tree == "rows":
        return parents_by_levels([one.row.level for one in drafts])
    if mapping.tree == "numbered":
        return parents_by_numbered_names([numbers_of(one.item.name, in_name=True) for one in drafts])
    if mapping.tree == "parent":
        return _named_parents(drafts, table, mapping, findings)
    return [None] * len(drafts)


def _outline_numbers(
    drafts: list[Draft], table: Table, mapping: Mapping, findings: Findings
) -> list[tuple[int, ...] | None]:
    """Return each row's outline number; one that a spreadsheet made a decimal number (1.10 to 1.1) is put right."""
    column = mapping.column("outline") or 0
    seen: set[tuple[int, ...]] = set()
    result = []
    for one in drafts:
        value = one.row.value(column)
        numbers = numbers_of(as_text(value)) if value is not None else None
        if numbers is None and value is not None:
            message = Wording(
                "“{value}” is no outline number; expected one such as 1.2.3.", value=shorten(as_text(value))
            )
            findings.add("info", "outline", message, **table.where(one.row, column))
        if numbers in seen and isinstance(value, float) and numbers and (*numbers[:-1], 9) in seen:
            numbers = (*numbers[:-1], numbers[-1] * 10)
        if numbers:
            seen.add(numbers)
        result.append(numbers)
    return result


def _levels(drafts: list[Draft]) -> list[int]:
    levels: list[int] = []
    for one in drafts:
        levels.append(one.level if one.level is not None else (levels[-1] if levels else 1))
    return levels


def _blanks(value: Value) -> int:
    """Return how far a name is indented; a tab counts as four blanks."""
    if not isinstance(value, str):
        return 0
    expanded = value.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _named_parents(drafts: list[Draft], table: Table, mapping: Mapping, findings: Findings) -> list[int | None]:
    keys: dict[str, int] = {}
    for texts in (
        [one.item.name for one in drafts],
        [one.item.outline for one in drafts],
        [one.item.code for one in drafts],
        [one.item.id for one in drafts],
    ):
        keys |= keys_to_positions(texts)
    parents: list[int | None] = []
    for one in drafts:
        found = keys.get(one.parent_key.casefold()) if one.parent_key else None
        if one.parent_key and found is None:
            message = Wording(
                "The parent “{parent_key}” is no row of the table; the row was put at the top.",
                parent_key=shorten(one.parent_key),
            )
            findings.add("warning", "parent", message, **table.where(one.row, mapping.column("parent")))
        parents.append(found)
    return parents


def _grouped(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts with a phase before the first row of every group; a row that names only a group is one."""
    taken = {one.item.id for one in drafts}
    result: list[Draft] = []
    phases: dict[str, int] = {}
    phase: int | None = None
    for one in drafts:
        if one.group and one.item.name == one.group:
            phases[one.group] = phase = len(result)
            result.append(replace(one, item=replace(one.item, kind="phase")))
            continue
        if one.group:
            if one.group not in phases:
                phases[one.group] = len(result)
                result.append(Draft(one.row, _group_item(one.group, taken), is_only_a_group=True))
            phase = phases[one.group]
        result.append(replace(one, parent=phase))
    return result


def _group_item(name: str, taken: set[str]) -> Item:
    identifier = f"group-{name}"
    while identifier in taken:
        identifier += "-"
    taken.add(identifier)
    return Item(identifier, name, kind="phase")

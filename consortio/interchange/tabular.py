"""
Plans in tables: CSV and XLSX by a `Mapping` of columns.

What a cell does not say stays None. Every cell that cannot be read becomes a finding with its place and what was
expected there; rows that are no items (totals, empty names, a second table) are named too.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath
from typing import Literal

from consortio.interchange.amounts import has_costs, without_below
from consortio.interchange.cells import as_text
from consortio.interchange.mapping import (
    NO_WISHES,
    Mapping,
    Wishes,
    body_rows,
    columns_offered,
    guess,
    header_score,
    pick,
)
from consortio.interchange.outline import in_tree_order
from consortio.interchange.plan import (
    ITEMS_MAX,
    OUTLINE_DEPTH_MAX,
    Baseline,
    BaselineItem,
    Calendar,
    Item,
    Plan,
    Project,
    Refused,
    Resource,
)
from consortio.interchange.sheet import Row, Table, read_csv
from consortio.interchange.tabular_links import read_links
from consortio.interchange.tabular_row import CALENDAR, Draft, RowReader
from consortio.interchange.tabular_tree import with_parents
from consortio.interchange.values import Findings, shorten
from consortio.interchange.wording import Wording
from consortio.interchange.words import TOTALS, normal
from consortio.interchange.workbook import read_xlsx, sheet_names

WORKING_DAY = ((480, 720), (780, 1020))
FULL_WEEK = (WORKING_DAY,) * 5 + ((),) * 2


def read_tabular(data: bytes, file: str, format: Literal["csv", "xlsx"], wishes: Wishes = NO_WISHES) -> Plan:
    """
    Return the plan of a CSV or XLSX file, its columns guessed except where the wishes name them.

    Raises:
        Refused: no table of a plan, a hostile or damaged file, or a limit is passed.
    """
    sheets: list[str] = []
    if format == "csv":
        tables: Sequence[Table] = [read_csv(data)]
    else:
        sheets = sheet_names(data)
        tables = _sheets(data, sheets, wishes)
    try:
        table = pick(tables, wishes)
        plan = read(table, replace(guess(table, wishes), sheets=tuple(sheets)), file)
    except Refused as refusal:
        refusal.where = _to_choose_from(tables[0], sheets, wishes) | refusal.where
        raise
    others = [one.name for one in tables if one is not table and header_rows(one)]
    if not others:
        return plan
    names = ", ".join(f"“{shorten(name)}”" for name in others)
    findings = Findings()
    findings.add(
        "info",
        "other_sheets",
        Wording("These sheets look like plans too and were not read: {names}.", names=names),
        sheets=others,
    )
    return replace(plan, findings=(*findings.all(), *plan.findings))


def _sheets(data: bytes, sheets: list[str], wishes: Wishes) -> list[Table]:
    try:
        return read_xlsx(data, sheet=wishes.sheet)
    except Refused as refusal:
        if refusal.code == "sheet":
            refusal.where |= {"columns": [], "sheets": sheets}
        raise


def _to_choose_from(table: Table, sheets: list[str], wishes: Wishes) -> dict[str, object]:
    """Return what somebody can say of a table that was not understood: which sheet, and under which heading."""
    return {"columns": columns_offered(table, wishes), "sheets": sheets}


def header_rows(table: Table) -> list[int]:
    """Return the rows that could head a plan."""
    return [row.number for row in table.rows[:60] if header_score(row)]


def read(table: Table, mapping: Mapping, file: str = "") -> Plan:
    """
    Return the table as a plan, exactly as the mapping says.

    Raises:
        Refused: more items, links or levels than a plan has.
    """
    findings = Findings()
    _say_how_it_was_read(table, mapping, findings)
    reader = RowReader(table, mapping, findings)
    rows = _item_rows(table, mapping, findings)
    drafts = with_parents([reader.draft(row) for row in rows], table, mapping, findings)
    parents = {one.parent for one in drafts}
    drafts = [reader.settled(one, is_parent=position in parents) for position, one in enumerate(drafts)]
    items = _with_own_costs(_planted(drafts, mapping), findings)
    links = read_links(drafts, table, mapping, findings)
    linked = {link.succ for link in links}
    items = [_with_mode(item, mapping, linked) for item in items]
    _say_what_was_counted(drafts, items, findings)
    return Plan(
        file=file,
        format=table.format,
        mode="msp",
        projects=(_project(items, file),),
        items=tuple(items),
        links=tuple(links),
        calendars=(Calendar(CALENDAR, "Standard", week=FULL_WEEK, minutes_per_day=480),),
        resources=tuple(_resources(drafts)),
        baselines=_baselines(drafts),
        findings=(*table.findings, *mapping.doubts, *findings.all()),
        encoding=table.encoding,
    )


def _say_how_it_was_read(table: Table, mapping: Mapping, findings: Findings) -> None:
    named = ", ".join(
        f"“{mapping.heading(column)}” is the {field.replace('_', ' ')}"
        for column, field in mapping.columns
        if field != "none"
    )
    message = Wording("Without a row of headings: {columns}.", columns=named)
    if mapping.header_row:
        message = Wording("Row {row} holds the headings: {columns}.", row=mapping.header_row, columns=named)
    where = {"table": table.name} if table.name else {}
    findings.add("info", "mapping", message, **where, row=mapping.header_row, mapping=mapping.to_json())
    if table.encoding.startswith("cp"):
        page = f"Windows-{table.encoding[2:]}"
        message = Wording(
            "The text is not UTF-8 and was read as {page}; where letters look wrong, save it as UTF-8.", page=page
        )
        findings.add("info", "encoding", message, encoding=table.encoding)
    calendar = Wording("A table names no calendar; Monday to Friday, 8:00 to 12:00 and 13:00 to 17:00, was taken.")
    findings.add("info", "calendar", calendar, **where)


def _item_rows(table: Table, mapping: Mapping, findings: Findings) -> list[Row]:
    """Return the rows that are items, and say why the others are not."""
    rows: list[Row] = []
    before = mapping.header_row or 0
    for row in body_rows(table, mapping.header_row):
        if row.number > before + 1 and rows and header_score(row):
            message = Wording(
                "Another table begins in row {number}; what is from there on was not read.", number=row.number
            )
            findings.add("warning", "second_table", message, **table.where(row))
            break
        before = row.number
        if _is_item(row, table, mapping, findings):
            rows.append(row)
        if len(rows) > ITEMS_MAX:
            message = Wording(
                "The table has more than {items_max:,} items (row {number}); expected at most that many.",
                items_max=ITEMS_MAX,
                number=row.number,
            )
            raise Refused(message, code="too_many_items", where=table.where(row))
    if not rows:
        raise Refused(Wording("The table has headings and no row with a name below them."), code="no_items")
    return rows


def _is_item(row: Row, table: Table, mapping: Mapping, findings: Findings) -> bool:
    columns = {field: column for column, field in mapping.columns}
    name = as_text(row.value(columns["name"])).strip()
    group = as_text(row.value(columns["group"])).strip() if "group" in columns and mapping.tree == "group" else ""
    if not name and not group:
        findings.add(
            "info",
            "no_name",
            Wording("Row {number} has no name and was left out.", number=row.number),
            **table.where(row),
        )
        return False
    if normal(name) == normal(mapping.heading(columns["name"])):
        return False
    first = normal(name).split()[:1]
    key = columns.get("id", columns.get("outline"))
    if first and first[0] in TOTALS and (key is None or row.value(key) is None):
        findings.add(
            "info", "total", Wording("Row {number} is a total and was left out.", number=row.number), **table.where(row)
        )
        return False
    return True


def _planted(drafts: list[Draft], mapping: Mapping) -> list[Item]:
    """Return the items in tree order; a single row at level 0 above all others is the project itself."""
    tops = [position for position, one in enumerate(drafts) if one.parent is None]
    has_project = mapping.tree == "level" and tops == [0] and drafts[0].level == 0
    items: list[Item] = []
    for order, (position, depth) in enumerate(in_tree_order([one.parent for one in drafts])):
        one = drafts[position]
        if depth > OUTLINE_DEPTH_MAX:
            message = Wording(
                "Row {number} lies more than {outline_depth_max} levels deep; expected fewer.",
                number=one.row.number,
                outline_depth_max=OUTLINE_DEPTH_MAX,
            )
            raise Refused(message, code="too_deep", where={"row": one.row.number})
        parent = drafts[one.parent].item.id if one.parent is not None else None
        item = replace(one.item, parent=parent, depth=depth - has_project, order=order, project="0")
        items.append(replace(item, kind="project") if has_project and depth == 1 else item)
    return items


def _with_own_costs(items: list[Item], findings: Findings) -> list[Item]:
    """Return the items, of phases only what they cost besides what is below them."""
    own, short = without_below(items)
    for item in items:
        if item.id in short:
            message = Wording(
                "“{name}” says less than the items below it cost, or in another currency; theirs were taken.",
                name=shorten(item.name),
            )
            findings.add("warning", "cost_of_phase", message, uid=item.id)
    costed = [item for item in own if has_costs(item)]
    if costed and not all(item.currency for item in costed):
        count = sum(not item.currency for item in costed)
        message = Wording("Costs in no currency that the table names: {count:,}.", count=count)
        findings.add("warning", "no_currency", message, items=count)
    return own


def _with_mode(item: Item, mapping: Mapping, linked: set[str]) -> Item:
    """
    Return the item, its dates set by hand where the table names dates and nothing that would give others.

    Somebody wrote these dates: without a link or constraint a scheduler would move them all to the plan's start.
    """
    if mapping.column("mode") is not None or item.is_summary or item.constraint is not None or item.id in linked:
        return item
    return replace(item, manual=item.stored.start is not None or item.stored.finish is not None)


def _say_what_was_counted(drafts: list[Draft], items: list[Item], findings: Findings) -> None:
    counted = sum(one.duration_counted for one in drafts)
    if counted:
        message = Wording(
            "Durations counted from start to finish in the standard calendar: {counted:,}.", counted=counted
        )
        findings.add("info", "duration_counted", message, items=counted)
    manual = sum(item.manual for item in items)
    if manual:
        message = Wording(
            "Dates that stay as written, of items without predecessors and constraint: {manual:,}.", manual=manual
        )
        findings.add("info", "dates_by_hand", message, items=manual)


def _project(items: list[Item], file: str) -> Project:
    starts = [item.stored.begin for item in items if item.stored.begin is not None]
    finishes = [item.stored.finish for item in items if item.stored.finish is not None]
    title = items[0].name if items[0].kind == "project" else ""
    start: datetime | None = min(starts, default=None)
    finish: datetime | None = max(finishes, default=None)
    return Project("0", title or PurePath(file).stem, start=start, finish=finish, calendar=CALENDAR)


def _resources(drafts: list[Draft]) -> list[Resource]:
    """Return everybody that an item names, with the organisation that stands beside the name first."""
    found: dict[str, Resource] = {}
    for one in drafts:
        for name in one.people:
            known = found.setdefault(name, Resource(name, name, group=one.organisation))
            if not known.group and one.organisation:
                found[name] = replace(known, group=one.organisation)
    return list(found.values())


def _baselines(drafts: list[Draft]) -> tuple[Baseline, ...]:
    rows: list[BaselineItem] = [one.baseline for one in drafts if one.baseline is not None]
    return (Baseline(0, tuple(rows)),) if rows else ()

"""What a table's cells say about how they are written: order of dates, decimal sign, unit of durations, tree, links."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import log
from statistics import median
from typing import Literal, TypeAlias, get_args

from consortio.interchange.cells import (
    DateOrder,
    DecimalSign,
    Unreadable,
    as_text,
    is_absent,
    read_moment,
    read_number,
    read_reference,
    split_references,
)
from consortio.interchange.outline import numbers_of
from consortio.interchange.plan import Finding
from consortio.interchange.sheet import Row, Table, cell_place
from consortio.interchange.wording import Wording
from consortio.interchange.words import Field, Unit, normal, units, weekday_of

Tree: TypeAlias = Literal["outline", "level", "parent", "indent", "rows", "numbered", "group", "flat"]
LinkKey: TypeAlias = Literal["id", "uid", "code", "outline", "row", "name"]
Columns: TypeAlias = Mapping[Field, int]

DATE_FIELDS: tuple[Field, ...] = (
    "start",
    "finish",
    "deadline",
    "constraint_date",
    "actual_start",
    "actual_finish",
    "baseline_start",
    "baseline_finish",
)
TWO_NUMBERS = re.compile(r"\s*(?:([^\W\d_]{1,12})\.?,?\s+)?(\d{1,2})([-/.])(\d{1,2})\3(\d{4}|\d{2})\b(.*)", re.DOTALL)
NUMBER_FIELDS: tuple[Field, ...] = ("duration", "percent", "work", "baseline_duration")
KEY_FIELDS: tuple[Field, ...] = ("id", "outline", "uid", "code", "name")
SAMPLE_ROWS = 2_000
# Working days of 8 hours in one unit, and calendar days for time by the clock.
UNIT_DAYS: Mapping[Unit, float] = {"h": 1 / 8, "d": 1, "w": 5, "mon": 20}


def settle_date_order(table: Table, body: Sequence[Row], at: Columns) -> tuple[DateOrder, tuple[Finding, ...]]:
    """
    Return whether 03/04/2026 is 3 April or 4 March, with a finding where the table does not say.

    A first number above 12 is a day, a second one too; dots are written day first; a weekday, "PM", and starts
    before finishes count as well.
    """
    cells = [(row, at[field]) for row in body for field in DATE_FIELDS if field in at]
    written = [(row, column, found) for row, column in cells if (found := _two_numbers(row.value(column)))]
    if not written:
        return "dmy", ()
    votes: Counter[DateOrder] = Counter()
    for _, _, found in written:
        votes.update(_votes(found))
    if votes["dmy"] and votes["mdy"]:
        row, column, _ = next(one for one in written if _votes(one[2]))
        order: DateOrder = "dmy" if votes["dmy"] >= votes["mdy"] else "mdy"
        return order, (_mixed(table, row, column, order),)
    if votes:
        return next(iter(votes)), ()
    by_order = _by_order_of_ends(body, at)
    if by_order is not None:
        return by_order, ()
    order = "mdy" if any(re.search(r"[ap]\.?m", found[6], re.IGNORECASE) for _, _, found in written) else "dmy"
    row, column, found = written[0]
    return order, (_ambiguous(table, row, column, order),)


def _two_numbers(value: object) -> re.Match[str] | None:
    return TWO_NUMBERS.fullmatch(value) if isinstance(value, str) and len(value) < 60 else None


def _votes(found: re.Match[str]) -> list[DateOrder]:
    day_name, first, sign, second, year = found[1], int(found[2]), found[3], int(found[4]), found[5]
    if first > 12 or sign == ".":
        return ["dmy"]
    if second > 12:
        return ["mdy"]
    if day_name and first != second:
        number = int(year) if len(year) == 4 else 2000 + int(year)
        return _votes_of_weekday(weekday_of(day_name), number, first, second)
    return []


def _votes_of_weekday(days: frozenset[int], year: int, first: int, second: int) -> list[DateOrder]:
    try:
        fits_dmy, fits_mdy = datetime(year, second, first).weekday(), datetime(year, first, second).weekday()
    except ValueError:
        return []
    if (fits_dmy in days) == (fits_mdy in days):
        return []
    return ["dmy"] if fits_dmy in days else ["mdy"]


def _by_order_of_ends(body: Sequence[Row], at: Columns) -> DateOrder | None:
    """Return the order in which fewer items finish before they start, if one is."""
    if "start" not in at or "finish" not in at:
        return None
    wrong = {order: _reversed_items(body, at, order) for order in ("dmy", "mdy")}
    if wrong["dmy"] == wrong["mdy"]:
        return None
    return "dmy" if wrong["dmy"] < wrong["mdy"] else "mdy"


def _reversed_items(body: Sequence[Row], at: Columns, order: str) -> int:
    spans = _spans(body, at, "mdy" if order == "mdy" else "dmy")
    return sum(finish.date() < start.date() for _, start, finish in spans)


def _spans(body: Sequence[Row], at: Columns, order: DateOrder) -> list[tuple[Row, datetime, datetime]]:
    found = []
    for row in body[:SAMPLE_ROWS]:
        try:
            start = read_moment(row.value(at["start"]), order).at
            finish = read_moment(row.value(at["finish"]), order)
        except Unreadable:
            continue
        found.append((row, start, finish.at if finish.has_time else finish.at + timedelta(hours=17)))
    return found


def _mixed(table: Table, row: Row, column: int, order: DateOrder) -> Finding:
    taken = Wording("the day") if order == "dmy" else Wording("the month")
    message = Wording(
        "Some dates name the day first, others the month ({place}: “{value}”); {taken} was read first.",
        place=cell_place(column, row.number),
        value=as_text(row.value(column)),
        taken=taken,
    )
    return Finding("warning", "mixed_dates", {**table.where(row, column), "setting": "date_order"}, message)


def _ambiguous(table: Table, row: Row, column: int, order: DateOrder) -> Finding:
    taken = Wording("day, then month") if order == "dmy" else Wording("month, then day")
    message = Wording(
        "Dates such as “{value}” in {place} can be read both ways; they were read as {taken}. The "
        "setting date_order says otherwise.",
        value=as_text(row.value(column)),
        place=cell_place(column, row.number),
        taken=taken,
    )
    return Finding("warning", "ambiguous_dates", {**table.where(row, column), "setting": "date_order"}, message)


def settle_decimal_sign(body: Sequence[Row], at: Columns) -> DecimalSign:
    """Return the sign that durations, work and percentages show: 1,5 or 1.5."""
    columns = [at[field] for field in NUMBER_FIELDS if field in at]
    values = [row.value(column) for row in body[:SAMPLE_ROWS] for column in columns]
    texts = [value for value in values if isinstance(value, str)]
    commas = sum(bool(re.search(r"\d,\d{1,2}(?!\d)", text)) for text in texts)
    points = sum(bool(re.search(r"\d\.\d{1,2}(?!\d)", text)) for text in texts)
    return "," if commas > points else "."


def settle_duration_unit(
    table: Table, body: Sequence[Row], at: Columns, headings: Sequence[str], sign: DecimalSign, order: DateOrder
) -> tuple[Unit, tuple[Finding, ...]]:
    """Return the unit of a duration without one: its heading's, else the one that start and finish fit, else days."""
    if "duration" not in at:
        return "d", ()
    heading = headings[at["duration"]]
    if normal(heading) == "target drtn hr cnt":
        return "h", ()
    named = [units()[word][0] for word in normal(heading).split() if word in units() and len(word) > 1]
    if named:
        return named[0], ()
    bare = [row for row in body if _is_bare_number(row.value(at["duration"]))]
    if not bare or "duration_unit" in at:
        return "d", ()
    return _fitting_unit(table, bare, at, sign, order)


def _is_bare_number(value: object) -> bool:
    if isinstance(value, str):
        return bool(re.fullmatch(r"\s*\d+(?:[.,]\d+)?\s*", value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fitting_unit(
    table: Table, bare: Sequence[Row], at: Columns, sign: DecimalSign, order: DateOrder
) -> tuple[Unit, tuple[Finding, ...]]:
    first = bare[0]
    column = at["duration"]
    where = {**table.where(first, column), "setting": "duration_unit"}
    shown = Wording("“{value}” in {place}", value=as_text(first.value(column)), place=cell_place(column, first.number))
    ratios = _days_per_number(bare, at, sign, order)
    if len(ratios) < 3:
        message = Wording("Durations such as {shown} have no unit; they were read as days.", shown=shown)
        return "d", (Finding("info", "duration_unit", where, message),)
    typical = log(median(ratios))
    unit: Unit = min(UNIT_DAYS, key=lambda one: abs(typical - log(UNIT_DAYS[one])))
    if unit == "d":
        return "d", ()
    word = {"h": Wording("hours"), "w": Wording("weeks"), "mon": Wording("months")}[unit]
    message = Wording(
        "Durations such as {shown} have no unit; their starts and finishes fit {word}.", shown=shown, word=word
    )
    return unit, (Finding("info", "duration_unit", where, message),)


def _days_per_number(bare: Sequence[Row], at: Columns, sign: DecimalSign, order: DateOrder) -> list[float]:
    if "start" not in at or "finish" not in at:
        return []
    found = []
    for row, start, finish in _spans(bare, at, order):
        number = read_number(row.value(at["duration"]), sign)
        days = sum((start + timedelta(days=one)).weekday() < 5 for one in range(min((finish - start).days + 1, 4000)))
        if number > 0 and days > 0:
            found.append(days / number)
    return found


def shares_of_one(body: Sequence[Row], column: int | None) -> bool:
    """Return whether the column's numbers run from 0 to 1, as Excel stores percentages."""
    if column is None:
        return False
    numbers = [value for row in body if isinstance(value := _share(row.value(column)), float)]
    return bool(numbers) and max(numbers) <= 1 and any(0 < number <= 1 for number in numbers)


def _share(value: object) -> float | None:
    if isinstance(value, str) and not value.strip().endswith("%"):
        try:
            return read_number(value, ".")
        except Unreadable:
            return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def settle_tree(body: Sequence[Row], at: Columns) -> Tree:
    """Return what makes the tree: a column for it, outline numbers, the names' indentation or numbers, row groups."""
    if "level" in at and sum(_is_bare_number(row.value(at["level"])) for row in body) * 2 > len(body):
        return "level"
    if "outline" in at and _share_numbered(body, at["outline"]) > 0.5 and _is_deep(body, at["outline"]):
        return "outline"
    if "parent" in at and any(not is_absent(row.value(at["parent"])) for row in body):
        return "parent"
    return _tree_by_names(body, at)


def _tree_by_names(body: Sequence[Row], at: Columns) -> Tree:
    name = at["name"]
    named = [row for row in body if row.value(name) is not None]
    depths = {_leading(row, name) for row in named}
    # A single blank before a name is a slip of the hand.
    if depths and max(depths) - min(depths) > 1:
        return "indent"
    if any(row.level for row in body):
        return "rows"
    numbered = [numbers_of(as_text(row.value(name)), in_name=True) for row in named]
    if numbered and numbered[0] and sum(one is not None for one in numbered) > 1:
        return "numbered"
    return "group" if "group" in at else "flat"


def _leading(row: Row, column: int) -> int:
    text = row.value(column)
    return row.indent(column) * 3 + (len(text) - len(text.lstrip()) if isinstance(text, str) else 0)


def _share_numbered(body: Sequence[Row], column: int) -> float:
    texts = [as_text(row.value(column)) for row in body if row.value(column) is not None]
    return sum(numbers_of(text) is not None for text in texts) / len(texts) if texts else 0


def _is_deep(body: Sequence[Row], column: int) -> bool:
    return any(len(numbers_of(as_text(row.value(column))) or ()) > 1 for row in body)


def settle_link_key(body: Sequence[Row], at: Columns) -> LinkKey:
    """Return what predecessors name: the column whose values most of them are; else the row's place in the list."""
    column = at.get("predecessors", at.get("successors"))
    if column is None:
        return "id"
    keys = _reference_keys(body, column)
    named: tuple[LinkKey, ...] = get_args(LinkKey)
    hits: dict[LinkKey, int] = {
        key: _hits(keys, body, at[field]) for key in named for field in KEY_FIELDS if key == field and field in at
    }
    places = {str(number) for number in range(1, len(body) + 1)}
    hits["row"] = sum(count for key, count in keys.items() if key in places)
    best = max(hits, key=lambda one: (hits[one], one != "row"))
    return best if hits[best] or "id" not in hits else "id"


def _reference_keys(body: Sequence[Row], column: int) -> Counter[str]:
    keys: Counter[str] = Counter()
    for row in body:
        for text in [] if is_absent(row.value(column)) else split_references(row.value(column)):
            try:
                keys[read_reference(text, "d", ".").key.casefold()] += 1
            except Unreadable:
                keys[text.casefold()] += 1
    return keys


def _hits(keys: Counter[str], body: Sequence[Row], column: int) -> int:
    known = {as_text(row.value(column)).strip().casefold() for row in body}
    return sum(count for key, count in keys.items() if key in known)

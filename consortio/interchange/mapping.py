"""
Which column of a table is what: guessed from the headings' words and the cells, shown, and correctable.

A `Mapping` is a plain value. `guess` makes one, `Wishes` are what a person says about it, and
`consortio.interchange.tabular.read` does as it says and nothing else.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, get_args

from consortio.interchange.amounts import CODES
from consortio.interchange.cells import DateOrder, DecimalSign, as_text, is_absent
from consortio.interchange.plan import Finding, Refused
from consortio.interchange.settle import (
    LinkKey,
    Tree,
    settle_date_order,
    settle_decimal_sign,
    settle_duration_unit,
    settle_link_key,
    settle_tree,
    shares_of_one,
)
from consortio.interchange.sheet import Row, Table, column_letters, column_number
from consortio.interchange.values import shorten
from consortio.interchange.wording import Wording
from consortio.interchange.words import FILLERS, HEADINGS, Field, Unit, index, normal, units

COLUMNS_SHOWN_MAX = 60
HEADER_ROWS_MAX = 60
EVIDENCE: frozenset[Field] = frozenset(
    {"start", "finish", "duration", "predecessors", "successors", "percent", "outline", "level", "work", "deadline"}
)
DATED: frozenset[Field] = frozenset({"start", "finish"})
MONEY: frozenset[Field | None] = frozenset({"budget", "actual_cost"})
EXACT, LOOSE, FAINT = 3, 2, 1
FIELDS: tuple[Field, ...] = get_args(Field)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person says about the mapping; None and () leave it to the guess. Columns are headings or letters."""

    sheet: str | None = None
    header_row: int | None = None
    columns: tuple[tuple[str, str], ...] = ()
    date_order: DateOrder | None = None
    decimal_sign: DecimalSign | None = None
    duration_unit: Unit | None = None
    tree: Tree | None = None
    link_key: LinkKey | None = None


NO_WISHES = Wishes()


@dataclass(frozen=True, slots=True)
class Mapping:
    """
    How a table is read. `header_row` is None where there is none; columns count from 0.

    `percent_is_share` says that a number without "%" runs from 0 to 1. `doubts` are findings about the guess,
    `sheets` all those of the workbook.
    """

    sheet: str
    header_row: int | None
    columns: tuple[tuple[int, Field], ...]
    headings: tuple[str, ...]
    date_order: DateOrder = "dmy"
    decimal_sign: DecimalSign = "."
    duration_unit: Unit = "d"
    percent_is_share: bool = False
    tree: Tree = "flat"
    link_key: LinkKey = "id"
    doubts: tuple[Finding, ...] = ()
    sheets: tuple[str, ...] = ()

    def column(self, field: Field) -> int | None:
        return next((column for column, found in self.columns if found == field), None)

    def to_json(self) -> dict[str, Any]:
        """Return the mapping as people see and correct it."""
        named = {found: self.heading(column) for column, found in self.columns if found != "none"}
        settings = ("date_order", "decimal_sign", "duration_unit", "percent_is_share", "tree", "link_key")
        return {
            "sheet": self.sheet,
            "sheets": list(self.sheets),
            "header_row": self.header_row,
            "columns": named,
            "unread": [self.heading(column) for column, heading in enumerate(self.headings) if self._is_unread(column)],
            "offered": self.offered(),
            **{name: getattr(self, name) for name in settings},
        }

    def _is_unread(self, column: int) -> bool:
        return bool(self.headings[column]) and dict(self.columns).get(column, "none") == "none"

    def offered(self) -> list[list[str]]:
        """Return of each column what a wish calls it, and its words."""
        return [[self._name(column), self.heading(column)] for column in range(len(self.headings))]

    def _name(self, column: int) -> str:
        """Return what a wish calls the column: its heading, where no other has that and it is short, else its letter."""
        given = self.headings[column]
        is_its_own = given and self.headings.count(given) == 1 and shorten(given) == given
        return given if is_its_own else column_letters(column)

    def heading(self, column: int) -> str:
        given = self.headings[column] if column < len(self.headings) else ""
        return shorten(given) or f"column {column_letters(column)}"


def guess(table: Table, wishes: Wishes = NO_WISHES) -> Mapping:
    """
    Return how the table is probably meant.

    Raises:
        Refused: no row names a plan's columns, or a wish names a column or field that does not exist.
    """
    header = _header(table, wishes)
    headings = tuple(_headings(table, header))
    columns = _wished_columns(headings, table.width, wishes)
    if header is not None:
        columns = _with_guesses(columns, headings, table, header)
    _refuse_without_name(columns, table, wishes)
    body = body_rows(table, header)
    return _settled(table, header, headings, tuple(sorted(columns.items())), body, wishes)


def body_rows(table: Table, header: int | None) -> list[Row]:
    """Return the rows below the headings and their second line."""
    below = [row for row in table.rows if header is None or row.number > header]
    has_second_line = bool(below) and header == below[0].number - 1 and _is_second_line(below[0])
    return below[1:] if has_second_line else below


def plan_likeness(table: Table, wishes: Wishes = NO_WISHES) -> int:
    """Return how much of a plan the table's headings name; 0 for a table that is none."""
    try:
        mapping = guess(table, wishes)
    except Refused:
        return 0
    fields = {field for _, field in mapping.columns}
    return 2 * len(fields & EVIDENCE) + len(fields)


def pick(tables: Sequence[Table], wishes: Wishes = NO_WISHES) -> Table:
    """
    Return the sheet that looks most like a plan; a visible one wins over a hidden one, the first over later ones.

    Raises:
        Refused: none does.
    """
    if len(tables) == 1:
        return tables[0]
    likeness = [(plan_likeness(table, wishes), not table.hidden) for table in tables]
    best = max(likeness, key=lambda one: (one[0] > 0, one[1], one[0]))
    if not best[0]:
        names = ", ".join(f"“{shorten(table.name)}”" for table in tables)
        raise Refused(
            Wording(
                "None of the sheets {names} has a row of headings with a name and a start, finish, duration, "
                "outline number or predecessors; choose the sheet and name the columns.",
                names=names,
            ),
            code="no_plan",
        )
    return tables[likeness.index(best)]


def _settled(
    table: Table,
    header: int | None,
    headings: tuple[str, ...],
    columns: tuple[tuple[int, Field], ...],
    body: list[Row],
    wishes: Wishes,
) -> Mapping:
    """Return the mapping with what the cells themselves say: order of dates, decimal sign, unit, tree and links."""
    at = {field: column for column, field in columns}
    sign = wishes.decimal_sign or settle_decimal_sign(body, at)
    order, doubts = settle_date_order(table, body, at)
    unit, unit_doubts = settle_duration_unit(table, body, at, headings, sign, wishes.date_order or order)
    return Mapping(
        sheet=table.name,
        header_row=header,
        columns=columns,
        headings=headings,
        date_order=wishes.date_order or order,
        decimal_sign=sign,
        duration_unit=wishes.duration_unit or unit,
        percent_is_share=shares_of_one(body, at.get("percent")),
        tree=wishes.tree or settle_tree(body, at),
        link_key=wishes.link_key or settle_link_key(body, at),
        doubts=(*(() if wishes.date_order else doubts), *(() if wishes.duration_unit else unit_doubts)),
    )


def _header(table: Table, wishes: Wishes) -> int | None:
    """Return the number of the row of headings, None where a wish says that there is none."""
    if wishes.header_row is not None:
        return wished_header(table, wishes.header_row)
    wished = {normal(name) for name, _ in wishes.columns if not _is_letter(name)}
    scores = {row.number: header_score(row, wished) for row in table.rows[:HEADER_ROWS_MAX]}
    most = max(scores.values(), default=0)
    if not most and (not wishes.columns or wished):
        where = {"table": table.name} if table.name else {}
        raise Refused(_no_header_message(table), code="no_header", where={**where, "headings": _likely_headings(table)})
    # A table further down may have more headings; the plan is the first that has about as many.
    header = next((number for number, score in scores.items() if 0 < most * 2 <= score * 3), None)
    # P6 writes technical names in the row above the headings.
    while header is not None and scores.get(header + 1, 0) >= scores[header]:
        header += 1
    return header


def wished_header(table: Table, wished: int) -> int | None:
    if wished < 1:
        return None
    if all(row.number != wished for row in table.rows):
        last = table.rows[-1].number if table.rows else 0
        message = Wording(
            "Row {row} holds nothing; expected the row of headings, up to row {last}, or 0 for none.",
            row=wished,
            last=last,
        )
        raise Refused(message, code="header_row")
    return wished


def columns_offered(table: Table, wishes: Wishes = NO_WISHES) -> list[list[str]]:
    """Return the columns of a table that was not understood, by the row wished for the headings, or the first."""
    header = wishes.header_row
    if header is None or (header and all(row.number != header for row in table.rows)):
        header = table.rows[0].number if table.rows else 0
    return Mapping(table.name, header or None, (), tuple(_headings(table, header))).offered()


def _likely_headings(table: Table) -> list[str]:
    """Return what the first row says, each once, to choose from."""
    first = next(iter(table.rows), None)
    said = [shorten(as_text(value), 60) for value in first.values if value is not None] if first else []
    return list(dict.fromkeys(filter(None, said)))[:COLUMNS_SHOWN_MAX]


def _is_letter(name: str) -> bool:
    """Return whether a wish may name a column by its letter."""
    return bool(re.fullmatch("[A-Za-z]{1,2}", name))


def _no_header_message(table: Table) -> Wording:
    first = [shorten(as_text(value), 20) for row in table.rows[:1] for value in row.values if value is not None][:6]
    seen = (
        Wording("Its first row reads {names}.", names=", ".join(f"“{one}”" for one in first))
        if first
        else Wording("It is empty.")
    )
    return Wording(
        "{sheet} has no row of headings with a name and a start, finish, duration, outline number, "
        "progress or predecessors among its first {header_rows_max} rows. {seen} Name the columns to read it.",
        sheet=_sheet(table),
        header_rows_max=HEADER_ROWS_MAX,
        seen=seen,
    )


def _sheet(table: Table) -> Wording:
    return Wording("Sheet “{sheet}”", sheet=shorten(table.name)) if table.name else Wording("The table")


def header_score(row: Row, wished: Set[str] = frozenset()) -> int:
    """Return how much of a plan the row's words name; 0 unless it can head one."""
    texts = [value for value in row.values if isinstance(value, str)]
    fields = [found[0] for found in map(_heading_field, texts) if found and found[1] > FAINT]
    known = set(fields) - {"none"}
    called = sum(normal(text) in wished for text in texts)
    if called and called == len(wished):
        return 100
    if not known & EVIDENCE:
        return 0
    named = bool(known & {"name", "group", "outline", "code", "milestone", "kind"})
    if len(known) > 1 and (named or called or len(known & EVIDENCE) > 1):
        return 2 * len(known) + len(fields)
    # A heading for dates beside other headings: which column holds the names is for the cells to say.
    return 1 if known & DATED and len(texts) > 1 else 0


def _headings(table: Table, header: int | None) -> Iterable[str]:
    """Return each column's heading; a heading that a second line below completes where the first is empty."""
    row = next((row for row in table.rows if row.number == header), None)
    if row is None:
        return [""] * table.width
    below = next((one for one in table.rows if one.number == row.number + 1), None)
    found = []
    for column in range(table.width):
        given = row.value(column)
        if given is None and below is not None and _is_second_line(below):
            given = below.value(column)
        found.append(" ".join(as_text(given).split()))
    return found


def _is_second_line(row: Row) -> bool:
    """Return whether the row, below the headings, only gives one more heading."""
    texts = [value for value in row.values if value is not None]
    found = _heading_field(texts[0]) if len(texts) == 1 and isinstance(texts[0], str) else None
    return found is not None and found[1] == EXACT


def _wished_columns(headings: tuple[str, ...], width: int, wishes: Wishes) -> dict[int, Field]:
    columns: dict[int, Field] = {}
    for name, field in wishes.columns:
        if field not in FIELDS:
            raise Refused(
                Wording("“{field}” is no field; fields are {names}.", field=shorten(field), names=", ".join(FIELDS)),
                code="mapping",
            )
        columns[column_named(name, headings, width)] = next(one for one in FIELDS if one == field)
    return columns


def column_named(name: str, headings: tuple[str, ...], width: int) -> int:
    exact = [column for column, heading in enumerate(headings) if heading.strip() == name.strip()]
    alike = exact or [column for column, heading in enumerate(headings) if heading and normal(heading) == normal(name)]
    if alike:
        return alike[0]
    if re.fullmatch("[A-Za-z]{1,3}", name) and column_number(name) < width:
        return column_number(name)
    known = ", ".join(f"“{shorten(heading, 30)}”" for heading in headings if heading) or Wording("none")
    raise Refused(
        Wording("The table has no column “{name}”; its headings are {known}.", name=shorten(name), known=known),
        code="mapping",
    )


def _with_guesses(columns: dict[int, Field], headings: tuple[str, ...], table: Table, header: int) -> dict[int, Field]:
    """Return the columns with a guess for every other heading; the best heading, then the fullest column wins."""
    body = body_rows(table, header)
    filled = Counter(column for row in body for column, value in enumerate(row.values) if not is_absent(value))
    candidates = []
    for column, heading in enumerate(headings):
        found = _heading_field(heading)
        if found and column not in columns:
            # A column of yes and no that is called "summary" holds no names.
            fullness = _distinct_texts(body, column) if found[0] == "name" else filled[column]
            candidates.append((fullness > 0, found[1], fullness, -column, found[0]))
    result = dict(columns)
    for _, _, _, place, field in sorted(candidates, reverse=True):
        if field not in result.values():
            result[-place] = field
    _by_content(result, headings, body, wished=set(columns))
    return {column: field for column, field in result.items() if field != "none" or column in columns}


def _by_content(columns: dict[int, Field], headings: tuple[str, ...], body: list[Row], *, wished: set[int]) -> None:
    """Change what the cells contradict: numbers that are outline numbers, due dates that are the only finish."""
    at = {field: column for column, field in columns.items() if column not in wished}
    taken = set(columns.values())
    if "id" in at and "outline" not in taken and _are_outline_numbers(body, at["id"]):
        columns[at["id"]] = "outline"
    if "code" in at and "id" not in taken and "uid" not in taken:
        columns[at["code"]] = "id"
    if "deadline" in at and "finish" not in taken:
        columns[at["deadline"]] = "finish"
    if "name" not in taken:
        _name_by_content(columns, at, body)
    if "duration" in at and "duration_unit" not in taken:
        _unit_beside(columns, at["duration"], headings, body)


def _name_by_content(columns: dict[int, Field], at: dict[Field, int], body: list[Row]) -> None:
    """Take the group, milestone or kind column for the name, else the fullest column of differing texts."""
    candidates: tuple[Field, ...] = ("group", "milestone", "kind")
    for field in candidates:
        column = at.get(field)
        if column is not None and _distinct_texts(body, column) > len(body) / 3:
            columns[column] = "name"
            return
    free = [column for column in range(max((len(row.values) for row in body), default=0)) if column not in columns]
    best = max(free, key=lambda column: _distinct_texts(body, column), default=None)
    if best is not None and _distinct_texts(body, best) > len(body) / 2:
        columns[best] = "name"


def _distinct_texts(body: list[Row], column: int) -> int:
    return len(
        {value for row in body if isinstance(value := row.value(column), str) and re.search(r"[^\W\d_]{2}", value)}
    )


def _are_outline_numbers(body: list[Row], column: int) -> bool:
    texts = [as_text(row.value(column)) for row in body if row.value(column) is not None]
    dotted = sum(bool(re.fullmatch(r"[^\W\d]{0,3}\d+(\.\d+)+\.?", text)) for text in texts)
    return dotted * 3 >= len(texts) > 0


def _unit_beside(columns: dict[int, Field], duration: int, headings: tuple[str, ...], body: list[Row]) -> None:
    """Take a column of units ("weeks") without a heading, right of the duration, for the duration's unit."""
    beside = duration + 1
    if beside in columns or (beside < len(headings) and headings[beside]):
        return
    words = [normal(as_text(row.value(beside))) for row in body if row.value(beside) is not None]
    if words and all(word in units() for word in words):
        columns[beside] = "duration_unit"


def _refuse_without_name(columns: dict[int, Field], table: Table, wishes: Wishes) -> None:
    if "name" in columns.values():
        return
    raise Refused(
        Wording("{sheet} has no column that holds names; say which one does.", sheet=_sheet(table)),
        code="no_name",
        where={"table": table.name} if table.name else {},
    )


@cache
def _heading_index() -> dict[str, Field]:
    return index(HEADINGS)


@lru_cache(maxsize=8192)
def _heading_field(heading: str) -> tuple[Field, int] | None:
    """Return what a heading names and how surely: by its very words, without filling words, or without numbers."""
    known = _heading_index()
    plain = normal(heading)
    if len(plain) > 120:
        return None
    if plain in known:
        return known[plain], EXACT
    bare = " ".join(token for token in plain.split() if token.upper() not in CODES)
    if known.get(bare) in MONEY:
        return known[bare], LOOSE
    tokens = [token for token in plain.split() if token not in FILLERS and not (token in units() and len(token) > 1)]
    bare = " ".join(token for position, token in enumerate(tokens) if tokens[:position].count(token) == 0)
    if bare in known:
        return known[bare], LOOSE
    bare = " ".join(re.sub(r"\d+$", "", bare).split())
    return (known[bare], FAINT + (bare in known and len(tokens) == 1)) if bare in known else None

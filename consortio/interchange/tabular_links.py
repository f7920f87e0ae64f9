"""The links of a table: what its predecessor cells name, found among its rows."""

from collections.abc import Iterator

from consortio.interchange.cells import Reference, Unreadable, as_text, is_absent, read_reference, split_references
from consortio.interchange.mapping import Mapping
from consortio.interchange.outline import keys_to_positions
from consortio.interchange.plan import LINKS_MAX, Link, Refused
from consortio.interchange.sheet import Table, cell_place
from consortio.interchange.tabular_row import Draft
from consortio.interchange.values import Findings, shorten
from consortio.interchange.wording import Wording
from consortio.interchange.words import Field


def read_links(drafts: list[Draft], table: Table, mapping: Mapping, findings: Findings) -> list[Link]:
    """
    Return the links of the predecessor and successor columns, each once.

    Raises:
        Refused: more links than a plan has.
    """
    reader = _Links(drafts, table, mapping, findings)
    found: list[Link] = []
    for position in range(len(drafts)):
        found.extend(reader.of_row(position, "predecessors"))
        found.extend(reader.of_row(position, "successors"))
    return found


class _Links:
    def __init__(self, drafts: list[Draft], table: Table, mapping: Mapping, findings: Findings) -> None:
        self._drafts = drafts
        self._table = table
        self._mapping = mapping
        self._findings = findings
        self._positions = keys_to_positions(self._keys())
        self._names = keys_to_positions([one.item.name for one in drafts])
        self._named = 0
        self._seen: set[tuple[str, str, str]] = set()

    def _keys(self) -> list[str]:
        key = self._mapping.link_key
        if key == "row":
            # Rows that stand for groups are not in the table, so nobody counts them.
            numbers = iter(range(1, len(self._drafts) + 1))
            return ["" if one.is_only_a_group else str(next(numbers)) for one in self._drafts]
        column = self._mapping.column(key)
        if column is None:
            return [one.item.id for one in self._drafts]
        return [as_text(one.row.value(column)).strip() for one in self._drafts]

    def of_row(self, position: int, field: Field) -> Iterator[Link]:
        column = self._mapping.column(field)
        row = self._drafts[position].row
        if column is None or is_absent(row.value(column)) or self._drafts[position].is_only_a_group:
            return
        for text in split_references(row.value(column)):
            for link in self._of_reference(position, column, text):
                self._count_one()
                turned = link if field == "predecessors" else _turned(link)
                if self._is_new(turned, position, column):
                    yield turned

    def _count_one(self) -> None:
        """Count links as they are named, twice if twice: ranges of rows make many of few letters."""
        self._named += 1
        if self._named > LINKS_MAX:
            raise Refused(
                Wording("The table names more than {links_max:,} links; expected fewer.", links_max=LINKS_MAX),
                code="too_many_links",
            )

    def _of_reference(self, position: int, column: int, text: str) -> Iterator[Link]:
        own = self._drafts[position].item.id
        by_name = self._names.get(text.casefold())
        try:
            reference = read_reference(text, self._mapping.duration_unit, self._mapping.decimal_sign)
        except Unreadable as problem:
            if by_name is not None:
                yield Link(self._drafts[by_name].item.id, own)
            else:
                self._say(
                    position,
                    column,
                    "link",
                    Wording(
                        "“{text}”, expected {expected}; it was left out", text=shorten(text), expected=problem.expected
                    ),
                )
            return
        for other in self._others(reference, by_name, position, column):
            yield Link(
                self._drafts[other].item.id,
                own,
                reference.kind,
                lag_minutes=reference.lag.minutes,
                lag_elapsed=reference.lag.elapsed,
                lag_percent=reference.lag_percent,
            )

    def _others(self, reference: Reference, by_name: int | None, position: int, column: int) -> list[int]:
        first = self._positions.get(reference.key.casefold(), by_name)
        last = self._positions.get(reference.last.casefold()) if reference.last else first
        if first is None or last is None:
            missing = reference.key if first is None or reference.last is None else reference.last
            expected = self._what_is_expected()
            rest = Wording(
                "“{missing}”, which is no row of the table; expected {expected}; the link was left out",
                missing=shorten(missing),
                expected=expected,
            )
            self._say(position, column, "link_unknown_item", rest)
            return []
        return [one for one in range(first, last + 1) if reference.last is None or one != position]

    def _what_is_expected(self) -> Wording:
        key = self._mapping.link_key
        column = self._mapping.column(key) if key != "row" else None
        return (
            Wording("a value of “{heading}”", heading=self._mapping.heading(column))
            if column is not None
            else Wording("a row's number in the list")
        )

    def _is_new(self, link: Link, position: int, column: int) -> bool:
        if link.pred == link.succ:
            self._say(position, column, "link_to_itself", Wording("the row itself; the link was left out"))
            return False
        key = (link.pred, link.succ, link.kind)
        if key in self._seen:
            if self._mapping.column("successors") is None:
                self._say(position, column, "link_twice", Wording("the same link twice; the second was left out"))
            return False
        self._seen.add(key)
        return True

    def _say(self, position: int, column: int, code: str, rest: Wording) -> None:
        row = self._drafts[position].row

        def message() -> Wording:
            place, heading = cell_place(column, row.number), self._mapping.heading(column)
            return Wording("{place} ({heading}) names {rest}.", place=place, heading=heading, rest=rest)

        self._findings.add("warning", code, message, **self._table.where(row, column))


def _turned(link: Link) -> Link:
    return Link(link.succ, link.pred, link.kind, link.lag_minutes, link.lag_elapsed, link.lag_percent)

"""What every reader does at the end: place items in the tree, and check what refers to what."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from consortio.interchange.plan import EXCEPTION_DAYS_MAX, OUTLINE_DEPTH_MAX, Calendar, Item, Link, Refused, Resource
from consortio.interchange.values import Findings, shorten
from consortio.interchange.wording import Wording

Referring = TypeVar("Referring", Item, Resource)


def refuse_twins(ids: Iterable[str], what: Wording, column: str) -> None:
    """
    Raises:
        Refused: two rows have the same id.
    """
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise Refused(
                Wording(
                    "Two {what} have the {column} {id}; expected each to have its own.",
                    what=what,
                    column=column,
                    id=shorten(one),
                ),
                code="twin",
                where={column.lower(): one},
            )
        seen.add(one)


def plant_by_level(items: Sequence[Item], findings: Findings) -> list[Item]:
    """
    Return the items with parent and depth, from rows whose depth is the outline level as written.

    A row belongs to the nearest row above that is less deep.

    Raises:
        Refused: the outline is deeper than any real one.
    """
    line: list[tuple[int, Item]] = []
    planted = []
    for item in items:
        written = item.depth
        while line and line[-1][0] >= written:
            line.pop()
        parent = line[-1][1] if line else None
        depth = parent.depth + 1 if parent else (0 if item.kind == "project" else 1)
        if depth > OUTLINE_DEPTH_MAX:
            raise Refused(
                Wording(
                    "Item {id} lies more than {outline_depth_max} levels deep; expected fewer.",
                    id=shorten(item.id),
                    outline_depth_max=OUTLINE_DEPTH_MAX,
                ),
                code="too_deep",
                where={"uid": item.id},
            )
        if depth != written:
            message = Wording(
                "“{name}” skips an outline level ({written}) and was read at level {depth}.",
                name=shorten(item.name),
                written=written,
                depth=depth,
            )
            findings.add("info", "outline_level", message, uid=item.id)
        placed = replace(item, parent=parent.id if parent else None, depth=depth)
        line.append((written, placed))
        planted.append(placed)
    return planted


def check_calendars(calendars: Sequence[Calendar], findings: Findings) -> list[Calendar]:
    """
    Return the calendars without bases that are missing or lead back to the calendar itself.

    Raises:
        Refused: their exceptions cover more days than any real plan's.
    """
    known = {one.id: one for one in calendars}
    checked = []
    for one in calendars:
        problem = _problem_with_base(one, known)
        if problem:
            message = Wording(
                "Calendar “{name}”: {problem}; the base was dropped.", name=shorten(one.name), problem=problem
            )
            findings.add("warning", "calendar_base", message, calendar=one.id)
            one = replace(one, base=None)
            known[one.id] = one
        checked.append(one)
    _refuse_too_many_days(checked, known)
    return checked


def _refuse_too_many_days(calendars: Sequence[Calendar], known: dict[str, Calendar]) -> None:
    own = {one.id: _days_covered(one) for one in calendars}
    total = 0
    for one in calendars:
        following: str | None = one.id
        while following is not None:
            total += own[following] + 1
            following = known[following].base
        if total > EXCEPTION_DAYS_MAX:
            raise Refused(
                Wording(
                    "Calendar “{name}” brings the exceptions to more than {exception_days_max:,} days; expected fewer.",
                    name=shorten(one.name),
                    exception_days_max=EXCEPTION_DAYS_MAX,
                ),
                code="too_many_exception_days",
                where={"calendar": one.id},
            )


def _days_covered(calendar: Calendar) -> int:
    spans = [(one.first, one.last) for one in calendar.exceptions] + [(one.first, one.last) for one in calendar.weeks]
    return sum((last - first).days + 1 for first, last in spans)


def _problem_with_base(calendar: Calendar, known: dict[str, Calendar]) -> Wording | None:
    passed = {calendar.id}
    base = calendar.base
    if base is not None and base not in known:
        return Wording("its base {base} is not in the file", base=shorten(base))
    while base in known:
        if base == calendar.id:
            return Wording("its bases lead back to itself")
        if base in passed:
            return None  # A circle of other calendars, broken when their turn comes.
        passed.add(base)
        base = known[base].base
    return None


def references_checked(rows: Sequence[Referring], calendars: Sequence[Calendar], findings: Findings) -> list[Referring]:
    """Return the rows without calendars that are not in the file."""
    known = {one.id for one in calendars}
    checked = []
    for row in rows:
        # MS Project gives its nameless resource 0 a calendar that it does not save.
        if row.calendar is not None and row.calendar not in known and not row.name:
            row = replace(row, calendar=None)
        elif row.calendar is not None and row.calendar not in known:
            message = Wording(
                "“{name}” has calendar {calendar}, which is not in the file.",
                name=shorten(row.name),
                calendar=shorten(row.calendar),
            )
            findings.add("warning", "unknown_calendar", message, uid=row.id, calendar=row.calendar)
            row = replace(row, calendar=None)
        checked.append(row)
    return checked


def check_links(links: Sequence[Link], items: Sequence[Item], findings: Findings) -> list[Link]:
    """Return the links whose two ends are in the file, each once."""
    names = {item.id: item.name for item in items}
    seen: set[tuple[str, str, str]] = set()
    checked = []
    for link in links:
        problem = _problem_with_link(link, names, seen)
        if problem:
            code, message = problem
            findings.add("warning", code, message, uid=link.succ, predecessor=link.pred)
        else:
            seen.add((link.pred, link.succ, link.kind))
            checked.append(link)
    return checked


def _problem_with_link(
    link: Link, names: dict[str, str], seen: set[tuple[str, str, str]]
) -> tuple[str, Wording] | None:
    for end in (link.pred, link.succ):
        if end not in names:
            other = link.succ if end == link.pred else link.pred
            return "link_unknown_item", _link_to_nothing(shorten(end), names.get(other))
    if link.pred == link.succ:
        return "link_to_itself", Wording(
            "“{name}” is linked to itself; the link was left out.", name=shorten(names[link.succ])
        )
    if (link.pred, link.succ, link.kind) in seen:
        return "link_twice", Wording(
            "“{name}” has the same link twice; the second was left out.", name=shorten(names[link.succ])
        )
    return None


def _link_to_nothing(missing: str, other: str | None) -> Wording:
    end = missing or Wording("(none)")
    if other is None:
        return Wording("A link names item {id}, which is not in the file.", id=end)
    return Wording("A link of “{name}” names item {id}, which is not in the file.", name=shorten(other), id=end)

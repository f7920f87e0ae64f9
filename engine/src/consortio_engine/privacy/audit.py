"""
The mathematical audit: which small groups can be worked out from published sums.

Published sums are rows of zeros and ones over people. Whatever can be computed from them is a combination of rows; it tells of a
group if the combination is zero for everybody outside the group. People who are in the same sums cannot be told apart, so
that the arithmetic is over such classes. It is exact: whole numbers throughout.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

Row = list[int]


@dataclass(frozen=True)
class Exposure:
    """
    A group smaller than k that somebody can tell about.

    Attributes:
        viewer: the organisations that put together what they know; () is the public.
        people: how many are in the group. classes: indices of the first member of each of its classes.
    """

    viewer: tuple[int, ...]
    people: int
    classes: tuple[int, ...]


def exposures(
    sums: Sequence[Sequence[int]],
    sizes: Sequence[int],
    organisation: Sequence[int],
    viewers: Sequence[Sequence[int]],
    k: int,
) -> tuple[Exposure, ...]:
    """
    Return for every viewer a group of fewer than k people outside that its view tells about, if there is one.

    Args:
        sums: shape (sums, units) of 0 and 1: which units a published sum counts. A unit is a person, or several who are
            always counted together.
        sizes: shape (units,), people of each unit, >= 1.
        organisation: shape (units,), whose they are.
        viewers: sets of organisations; members of one know each other's answers, and nobody else's.
        k: the smallest group that may be told about.

    Source:
        Chin and Ozsoyoglu (1982), Auditing and inference control in statistical databases. Cost per viewer: O(sums^2 units)
        and at most k^d eliminations, d being how many independent combinations are zero in all classes of k and more.
    """
    found = []
    for viewer in viewers:
        outside = [unit for unit, owner in enumerate(organisation) if owner not in viewer]
        group = _smallest([[row[unit] for unit in outside] for row in sums], [sizes[unit] for unit in outside], k)
        if group is not None:
            people, members = group
            found.append(Exposure(tuple(viewer), people, tuple(outside[member] for member in members)))
    return tuple(found)


def _smallest(sums: list[Row], sizes: list[int], k: int) -> tuple[int, tuple[int, ...]] | None:
    """A group below k with a combination of its own: people, and the first unit of each class."""
    classes: dict[tuple[int, ...], list[int]] = {}
    for unit, column in enumerate(zip(*sums, strict=True)):
        if any(column):
            classes.setdefault(column, []).append(unit)
    people = [sum(sizes[unit] for unit in units) for units in classes.values()]
    first = [units[0] for units in classes.values()]
    if not any(count < k for count in people):
        return None
    # Classes of k and more come first: rows that have their first number behind these are zero in all of them.
    order = sorted(range(len(people)), key=lambda at: (people[at] < k, at))
    columns = list(classes)
    rows, pivots = _reduced([[columns[at][row] for at in order] for row in range(len(sums))])
    large = sum(count >= k for count in people)
    left = [row for row, pivot in zip(rows, pivots, strict=True) if pivot >= large]
    found = _search(left, [people[at] for at in order], k)
    if found is None:
        return None
    return sum(people[order[at]] for at in found), tuple(sorted(first[order[at]] for at in found))


def _search(rows: list[Row], people: list[int], k: int, kept: tuple[int, ...] = ()) -> list[int] | None:
    """
    The columns of some combination of these independent rows that holds fewer than k people.

    Of columns that hold k people or more together at least one is zero in such a combination: try each, and from then on
    take it as not zero, which `kept` remembers.
    """
    columns = [at for at, column in enumerate(zip(*rows, strict=True)) if any(column)]
    if not columns or not set(kept) <= set(columns):
        return None
    if sum(people[at] for at in columns) < k:
        return columns
    if len(rows) == 1:
        return None
    for column in columns:
        if column in kept:
            continue
        if sum(people[at] for at in kept) >= k:
            break
        chosen = next(row for row in rows if row[column])
        found = _search([_without(row, chosen, column) for row in rows if row is not chosen], people, k, kept)
        if found:
            return found
        kept = (*kept, column)
    return None


def _reduced(rows: list[Row]) -> tuple[list[Row], list[int]]:
    """Gauss and Jordan in whole numbers: the rows that are left, and their pivots' columns."""
    left = rows
    done: list[Row] = []
    pivots: list[int] = []
    for column in range(len(rows[0]) if rows else 0):
        at = next((index for index, row in enumerate(left) if row[column]), None)
        if at is None:
            continue
        chosen = left[at]
        left = [_without(row, chosen, column) for index, row in enumerate(left) if index != at]
        done = [_without(row, chosen, column) for row in done]
        done.append(chosen)
        pivots.append(column)
    return done, pivots


def _without(row: Row, chosen: Row, column: int) -> Row:
    """The row less as much of the chosen one as makes its column 0."""
    factor = row[column]
    if not factor:
        return row
    mixed = [value * chosen[column] - other * factor for value, other in zip(row, chosen, strict=True)]
    common = gcd(*mixed)
    return [value // common for value in mixed] if common > 1 else mixed

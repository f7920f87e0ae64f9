"""
The mathematical audit: which small groups can be worked out from published sums.

Published sums are rows of zeros and ones over people. Whatever can be computed from them is a combination of rows; it tells of a
group if the combination is zero for everybody outside the group. People who are in the same sums cannot be told apart, so
that the arithmetic is over such classes. It is exact: whole numbers throughout.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from consortio_engine.privacy.groups import Row, TooManyGroups, reduced, small_group, without

MOST_STEPS = 2_000


@dataclass(frozen=True)
class Exposure:
    """
    A group smaller than k that somebody can tell about.

    Attributes:
        viewer: the organisations that put together what they know; () is the public.
        people: how many are in the group; 0: there were too many groups to try, and it is taken as told. classes: indices of
            the first member of each of its classes.
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
        and, for combinations that are zero in all classes of k and more, 2,000 eliminations or a million determinants at most.
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
    rows, pivots = reduced([[columns[at][row] for at in order] for row in range(len(sums))])
    large = sum(count >= k for count in people)
    left = [row for row, pivot in zip(rows, pivots, strict=True) if pivot >= large]
    found = _found([row[large:] for row in left], [people[at] for at in order[large:]], k)
    if found is None:
        return None
    found = [large + at for at in found]
    return sum(people[order[at]] for at in found), tuple(sorted(first[order[at]] for at in found))


def _found(rows: list[Row], people: list[int], k: int) -> list[int] | None:
    """The columns of such a group; [] where the search cannot be finished: it is taken as told."""
    for part in _parts(rows):
        columns = [at for at, column in enumerate(zip(*part, strict=True)) if any(column)]
        found = _found_in([[row[at] for at in columns] for row in part], [people[at] for at in columns], k)
        if found is not None:
            return [columns[at] for at in found]
    return None


def _parts(rows: list[Row]) -> list[list[Row]]:
    """Reduced rows apart where they share no column: a smallest group never needs two such parts."""
    parts: list[tuple[set[int], list[Row]]] = []
    for row in rows:
        columns, members = {at for at, value in enumerate(row) if value}, [row]
        apart = []
        for other, rest in parts:
            if columns & other:
                columns, members = columns | other, members + rest
            else:
                apart.append((other, rest))
        parts = [*apart, (columns, members)]
    return [members for _, members in parts]


def _found_in(rows: list[Row], people: list[int], k: int) -> list[int] | None:
    """The same within one part, by whichever search is shorter."""
    if k ** (len(rows) - 1) <= MOST_STEPS:
        return _search(rows, people, k)
    try:
        return small_group(rows, people, k)
    except TooManyGroups:
        return []


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
        found = _search([without(row, chosen, column) for row in rows if row is not chosen], people, k, kept)
        if found:
            return found
        kept = (*kept, column)
    return None

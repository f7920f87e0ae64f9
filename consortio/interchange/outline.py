"""The tree of a table: by outline numbers, levels, parents, indentation, or numbers in the names."""

import re
from collections.abc import Callable, Mapping, Sequence

from consortio.interchange.plan import OUTLINE_DEPTH_MAX

Numbers = tuple[int, ...]


def numbers_of(text: str, *, in_name: bool = False) -> Numbers | None:
    """
    Return the parts of an outline number ("1.2.3", "WP2", "T2.1"), None for what is none.

    Args:
        in_name: the number begins a longer text, and something divides the two ("1. Start", "2.1 Build").
    """
    if in_name:
        found = re.match(r"\s*(?:[^\W\d_]{1,2})?(\d{1,4}(?:\.\d{1,4})*)(?:[.):]\s*|\s*[-–]\s+|\s+)(?=\D)", text)
        dotted = found is not None and (("." in found[1]) or text[found.end(1)] in ".):")
        return _parts(found[1]) if found is not None and dotted else None
    found = re.fullmatch(r"\s*(?:[^\W\d_]{1,4}[\s.\-]?)?(\d{1,6}(?:[.\-/]\d{1,6})*)[.)]?\s*", text)
    return _parts(found[1]) if found is not None else None


def _parts(text: str) -> Numbers | None:
    parts = re.split(r"[.\-/]", text, maxsplit=OUTLINE_DEPTH_MAX)
    return tuple(int(part) for part in parts) if len(parts) <= OUTLINE_DEPTH_MAX else None


def parents_by_numbers(numbers: Sequence[Numbers | None]) -> list[int | None]:
    """Return each row's parent: the nearest row above, else any row, with the longest beginning of its number."""
    first: dict[Numbers, int] = {}
    for position, one in enumerate(numbers):
        if one is not None:
            first.setdefault(one, position)
    latest: dict[Numbers, int] = {}
    parents: list[int | None] = []
    for position, one in enumerate(numbers):
        begins = [one[:length] for length in range(len(one or ()) - 1, 0, -1)] if one else []
        found = next((latest.get(begin, first.get(begin)) for begin in begins if begin in first), None)
        parents.append(found if found != position else None)
        if one is not None:
            latest[one] = position
    return parents


def parents_by_levels(levels: Sequence[int]) -> list[int | None]:
    """Return each row's parent: the nearest row above that is less deep."""
    line: list[int] = []
    parents: list[int | None] = []
    for position, level in enumerate(levels):
        while line and levels[line[-1]] >= level:
            line.pop()
        parents.append(line[-1] if line else None)
        line.append(position)
    return parents


def parents_by_numbered_names(numbers: Sequence[Numbers | None]) -> list[int | None]:
    """Return parents where some names begin with a number: a row without one belongs to the numbered one above."""
    parents = parents_by_numbers(numbers)
    heading: int | None = None
    for position, one in enumerate(numbers):
        if one is not None:
            heading = position
        else:
            parents[position] = heading
    return parents


def without_circles(parents: Sequence[int | None], say: Callable[[int], None]) -> list[int | None]:
    """Return the parents without those that lead back to the row itself; `say` is called for each row cut loose."""
    result = list(parents)
    settled: set[int] = set()
    for position in range(len(result)):
        path: dict[int, None] = {}
        at: int | None = position
        while at is not None and at not in settled:
            if at in path:
                say(at)
                result[at] = None
                break
            path[at] = None
            at = result[at]
        settled.update(path)
    return result


def in_tree_order(parents: Sequence[int | None]) -> list[tuple[int, int]]:
    """Return every row and its depth from 1, parents before children, otherwise in the order given."""
    children: dict[int | None, list[int]] = {}
    for position, parent in enumerate(parents):
        children.setdefault(parent, []).append(position)
    ordered: list[tuple[int, int]] = []
    waiting = [(position, 1) for position in reversed(children.get(None, []))]
    while waiting:
        position, depth = waiting.pop()
        ordered.append((position, depth))
        waiting.extend((child, depth + 1) for child in reversed(children.get(position, [])))
    return ordered


def keys_to_positions(keys: Sequence[str]) -> Mapping[str, int]:
    """Return the first position of each key, without regard to capitals."""
    found: dict[str, int] = {}
    for position, key in enumerate(keys):
        if key:
            found.setdefault(key.casefold(), position)
    return found

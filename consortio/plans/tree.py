"""
Places in the tree, as text that sorts depth first.

A path is one segment for each ancestor and for the item itself. A segment is a key of the signs 1-9 and a-z, ended by
0, the lowest sign of all: so no path needs separators, and everything below an item begins with its path. Between any
two keys lies another one, because no key ends with 1: "4i" lies between "4" and "5".
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

SIGNS = "123456789abcdefghijklmnopqrstuvwxyz"
END = "0"
MIDDLE = SIGNS[len(SIGNS) // 2]
WIDTH = 3  # signs that a key is counted on with
TAIL = 5  # signs of an item's own id: two who add an item at one place unseen by each other get two paths


def keys(count: int) -> Iterator[str]:
    """Yield this many keys in their order, all of one length."""
    width = WIDTH
    while _room(width) < count:
        width += 1
    for number in range(count):
        yield _key(number, width)


def _room(width: int) -> int:
    return int(len(SIGNS) ** (width - 1) * (len(SIGNS) - 1))


def _key(number: int, width: int) -> str:
    number, last = divmod(number, len(SIGNS) - 1)
    signs = [SIGNS[last + 1]]
    for _ in range(width - 1):
        number, digit = divmod(number, len(SIGNS))
        signs.append(SIGNS[digit])
    return "".join(reversed(signs))


def key_between(before: str, after: str, pk: UUID) -> str:
    """Return the key of an item between two siblings' keys; an empty one means that there is none on that side."""
    return _between(before, after) + _tail(pk)


def keys_between(before: str, after: str, pks: Sequence[UUID]) -> list[str]:
    """Return keys in the order of these ids between two siblings' keys, all of them short."""
    if len(pks) == 1:
        return [key_between(before, after, pks[0])]
    base = _between(before, after)
    return [base + key + _tail(pk) for key, pk in zip(keys(len(pks)), pks, strict=True)]


def _between(before: str, after: str) -> str:
    if not after:
        return _following(before) if before else _key(0, WIDTH)
    if not after.startswith(before):
        return _between_apart(before, after)
    rest = after[len(before) :]
    at = next(place for place, sign in enumerate(rest) if sign != SIGNS[0])  # no key ends with 1
    half = SIGNS.index(rest[at]) // 2
    return before + rest[:at] + (SIGNS[half] if half else SIGNS[0] + MIDDLE)


def _between_apart(before: str, after: str) -> str:
    """Return a key between two of which the first is no beginning of the second: short, or items in a row grow it."""
    at = next(place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
    low, high = SIGNS.index(before[at]), SIGNS.index(after[at])
    if high - low > 1:
        return before[:at] + SIGNS[(low + high) // 2]
    rest = before[at + 1 :]
    return before[: at + 1] + (_following(rest) if rest else MIDDLE)


def _following(key: str) -> str:
    """Return a short key after this one: its head counted on by one, while there is one."""
    head = key[:WIDTH]
    for place in reversed(range(len(head))):
        if head[place] != SIGNS[-1]:
            raised = head[:place] + SIGNS[SIGNS.index(head[place]) + 1]
            return raised + SIGNS[1] * (len(head) - place - 1)
    return key + MIDDLE


def _tail(pk: UUID) -> str:
    """Return signs of the id's random part, none of them the lowest two."""
    return pk.hex[-TAIL:].replace("0", "g").replace("1", "h")


def key_of(path: str) -> str:
    """Return the last key of a path."""
    return path[:-1].rpartition(END)[2]


def path_of(parent_path: str, key: str) -> str:
    return parent_path + key + END


def end_of(path: str) -> str:
    """Return what sorts after everything below this path and before what follows."""
    return path[:-1] + SIGNS[0]


def paths_above(path: str) -> list[str]:
    """Return the paths of all ancestors, the highest first."""
    return [path[: place + 1] for place, sign in enumerate(path[:-1]) if sign == END]


def paths_of(parents: Sequence[int]) -> list[str]:
    """
    Return the paths of items listed depth first.

    Args:
        parents: shape (items,), the index of each item's parent, smaller than its own; -1 for none.
    """
    children = [0] * (len(parents) + 1)
    for parent in parents:
        children[parent] += 1
    waiting = [keys(count) for count in children]
    paths: list[str] = []
    for parent in parents:
        paths.append(path_of(paths[parent] if parent >= 0 else "", next(waiting[parent])))
    return paths

"""Two texts side by side in one: which words stay, which go, which come."""

import re
from difflib import SequenceMatcher
from typing import Literal

Part = tuple[Literal["same", "gone", "new"], str]
_PIECES = re.compile(r"\w+|\s+|[^\w\s]")
PIECES_MAX = 4000  # of both texts; longer ones are shown whole, one after the other


def parts(before: str, after: str) -> tuple[Part, ...]:
    """Return the texts as runs of words; what is the same stands once, and what goes before what comes for it."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if len(old) + len(new) > PIECES_MAX:
        return _shown([("gone", before), ("new", after)])
    found: list[Part] = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(("same", "".join(old[i1:i2])))
        else:
            found += [("gone", "".join(old[i1:i2])), ("new", "".join(new[j1:j2]))]
    return _shown(found)


def _shown(found: list[Part]) -> tuple[Part, ...]:
    return tuple(part for part in found if part[1])

"""
What an edit changed, field by field: two texts of its entry, "percent<" before and "percent>" after.

Each holds a plain value (text, whole number, truth or nothing) as canonical JSON, so that "" is told from nothing and
"5" from 5. The entry only commits to them, salted, as to every text: what is erased leaves all proofs valid.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .leaf import canonical

BEFORE, AFTER = "<", ">"


@dataclass(frozen=True, slots=True)
class Edit:
    """A field with what it was and what it became, as plain values; ids are text."""

    field: str
    before: Any
    after: Any


def texts_of(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, str]:
    """Return the texts that keep these changes."""
    found = {}
    for name, (before, after) in changes.items():
        found[name + BEFORE], found[name + AFTER] = canonical(before).decode(), canonical(after).decode()
    return found


def edits_in(texts: Mapping[str, str]) -> tuple[Edit, ...]:
    """Return the changes that these texts keep, by field; one of which either side was erased is not told."""
    names = sorted(name[:-1] for name in texts if name.endswith(BEFORE) and name[:-1] + AFTER in texts)
    return tuple(Edit(name, json.loads(texts[name + BEFORE]), json.loads(texts[name + AFTER])) for name in names)


def others_in(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that keep no change."""
    return {name: text for name, text in texts.items() if not name.endswith((BEFORE, AFTER))}

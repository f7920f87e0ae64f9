"""
The chapters of the story: what happens first, what Harbour does in private, what happens after that.

A new feature marks three functions here: one that makes a row of each kind that all see, one that does in private
whatever the feature lets people do, and one that does in common what must come out the same.
"""

from collections.abc import Callable

from .story import Story

Act = Callable[[Story], None]
ALONE, BESIDE_ISLAND = "alone", "beside Island"
BEFORE: list[Act] = []
PRIVATE: dict[str, list[Act]] = {BESIDE_ISLAND: [], ALONE: []}  # by who else knows of it
AFTER: list[Act] = []
FEATURES: set[str] = set()  # those with which Harbour does something in private
NOTHING_PRIVATE = {
    "demo": "makes a world by the actions of the others",
}


def before(act: Act) -> Act:
    """Mark what happens first, for all to see."""
    BEFORE.append(act)
    return act


def private(*features: str, knowing: str = ALONE) -> Callable[[Act], Act]:
    """Mark what Harbour does in private with some features."""

    def mark(act: Act) -> Act:
        PRIVATE[knowing].append(act)
        FEATURES.update(features)
        return act

    return mark


def after(act: Act) -> Act:
    """Mark what must come out the same, whatever happened in private."""
    AFTER.append(act)
    return act

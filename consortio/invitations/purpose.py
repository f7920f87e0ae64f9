"""What a partnership is for, as far as somebody has told: the feature that keeps it says so when it is loaded."""

from collections.abc import Callable
from uuid import UUID

Told = Callable[[UUID], str]


def _nothing(joint_id: UUID) -> str:
    return ""


_told: Told = _nothing


def purpose_told_by(function: Told) -> Told:
    """
    Decorate the function that returns what all members of a partnership have agreed it is for, by its joint circle.

    Whoever was invited reads it before they see anything else: nothing but the agreed words may be in it.
    """
    global _told
    _told = function
    return function


def purpose_of(joint_id: UUID) -> str:
    return _told(joint_id)

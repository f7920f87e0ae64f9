"""What a goal says, which of it can be, and how goals follow one another."""

from collections.abc import Mapping
from typing import Any

from .models import GoalState

JOINT_MAX = 5  # goals of a partnership; the sixth asks which one goes
WEIGHT_MAX = 100
NAME_MAX, TEXT_MAX, WORDS_MAX = 200, 5_000, 500
ENDS = (GoalState.ACHIEVED, GoalState.MISSED, GoalState.RETIRED)
FIELDS = (  # what the members agree on
    "name",
    "why",
    "kind",
    "kpi_id",
    "direction",
    "baseline",
    "target",
    "band_low",
    "band_high",
    "start_on",
    "due_on",
    "weight",
    "organisation_id",
    "person_id",
    "parent_id",
    "contributions",
)


def is_open(state: str) -> bool:
    """Tell whether a goal is still on its way."""
    return state not in ENDS


def may_end(state: str, end: str) -> bool:
    """Tell whether a goal may come to an end: what was agreed on, and no draft."""
    return state == GoalState.AGREED and end in ENDS


def as_agreed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a goal out of a proposal's content, as plain values."""
    return {name: content[name] for name in FIELDS}

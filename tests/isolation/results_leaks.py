"""Places of results that mutants weaken: function, expression, what stands in its place, and where an observer sees it."""

from collections.abc import Mapping
from typing import Any

from consortio.results import reads

LEAKS: Mapping[str, tuple[Any, ...]] = {
    "the file that any partnership was made from": (
        reads.source_of,
        "access.visible(actor, Origin).filter(circle=here.joint_id)",
        "_all(Origin)",
        "/partnerships/<partnership_id>/results",
    ),
    "what anybody made of the same activity": (
        reads.made_before,
        "access.visible(actor, Origin).filter(identifier__in=named)",
        "_all(Origin).filter(identifier__in=named)",
        "/results-imports/<results_id>",
    ),
}

"""Places of decisions that mutants weaken: function, expression, what stands in its place, and where an observer sees it."""

from collections.abc import Mapping
from typing import Any

from consortio.decisions import actions, finding, governing, knowing, reads

LEAKS: Mapping[str, tuple[Any, ...]] = {
    "decisions of any circle": (
        reads.decisions_of,
        "access.visible(actor, Decision).filter(circle__partnership=here.id)",
        "_all(Decision).filter(circle__partnership=here.id)",
        "/partnerships/<partnership_id>/decisions",
    ),
    "decisions of any circle are found": (
        finding.found_decisions,
        "access.visible(actor, Decision)",
        "_all(Decision)",
        "found by words",
    ),
    "what any decision rules stands beside an item": (
        reads.rulings_beside,
        "access.visible(actor, Governed)",
        "_anybodys(actor, Governed)",
        "/items/<item_id>",
    ),
    "the picker of what a decision governs knows all": (
        governing._there,
        "access.common(actor, _model(kind), circle_id)",
        "_all(_model(kind))",
        "/api/v1/decisions/governable",
    ),
    "what was found at any review": (
        reads._shown,
        "access.visible(actor, Review).filter(decision=OuterRef('pk'))",
        "_all(Review)",
        "/decisions/<decision_id>",
    ),
    "what anybody must read is counted": (
        knowing.asked_beside,
        "MustKnow.objects.filter(**whom, circle__partnership=OuterRef('circle__partnership'), circle__in=circles)",
        "MustKnow.objects.filter(circle__partnership=OuterRef('circle__partnership'), read_at=None)",
        "/",
        "everywhere",
    ),
    "one counter for all decisions": (
        actions.draft_decision,
        "next_number(circle.pk, SERIES)",
        "100 + _count(Decision)",
        "/partnerships/<partnership_id>/decisions",
        "everywhere",
    ),
}

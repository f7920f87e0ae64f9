"""Places of costs that mutants weaken: function, expression, what stands in its place, and where an observer sees it."""

from collections.abc import Mapping
from typing import Any

from consortio.costs import beside, entering, reads

LEAKS: Mapping[str, tuple[Any, ...]] = {
    "what a house spends counts in the joint sums": (
        reads.value_page,
        "access.common(actor, Cost, circle_id)",
        "_all(Cost)",
        "/plans/<plan_id>/value",
    ),
    "items whose cost is missing, less those of which a house knows": (
        reads.value_page,
        "known_of(page.said, page.circle_id)",
        "known_of([(item, *row) for item, *_ in page.said"
        " for row in _all(Cost).filter(item=item.id).order_by('pk').values_list(*COLUMNS)], page.circle_id)",
        "/api/v1/plans/<plan_id>/earned-value",
    ),
    "costs of all circles beside an item": (
        beside._costs,
        "access.visible(actor, Cost)",
        "_all(Cost)",
        "/items/<item_id>",
    ),
    "what a house spends in the form of all": (
        entering.entry_page,
        "access.visible(actor, Cost).filter(circle=circle_id, item__plan=plan_id)",
        "_all(Cost).filter(item__plan=plan_id)",
        "/plans/<plan_id>/costs",
    ),
}

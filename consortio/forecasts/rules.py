"""What a forecast says, and when a round of them is revealed."""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

DAYS = (3, 7, 14, 30)  # for which a round may be open
WORDS_MAX = 1_000
FEWEST = 2  # organisations that can differ


def is_complete(asked: Collection[UUID], given: Collection[UUID]) -> bool:
    """Tell whether everybody who is asked has given a forecast; those of others do not hold it up."""
    return len(asked) > 0 and set(asked) <= set(given)


def closing(at: datetime, days: int) -> datetime:
    return at + timedelta(days=days)


def are_in_order(p10: Decimal, p50: Decimal, p90: Decimal) -> bool:
    return p10 <= p50 <= p90

"""What a risk can be, as people say it."""

from dataclasses import dataclass
from uuid import UUID

from .models import RiskKind, RiskState

NAME_MAX, RESPONSE_MAX, ITEMS_MAX = 200, 5_000, 200
CHANCE_MIN, CHANCE_MAX = 1, 99  # what is sure, or cannot be, is no risk
MINUTES_MAX = 60 * 24 * 366 * 10
PERCENT_MIN, PERCENT_MAX = 10, 1_000  # of an item's duration
SERIES = "R"
OPEN = RiskState.OPEN
EVENT, DRIVER = RiskKind.EVENT, RiskKind.DRIVER


@dataclass(frozen=True, slots=True)
class Terms:
    """
    What is said of a risk.

    Args:
        low, likely, high: of an event working minutes, of a driver per cent of the items' durations.
        item_ids: what it concerns.
    """

    name: str
    kind: str
    chance: int
    low: int
    likely: int
    high: int
    item_ids: tuple[UUID, ...]
    response: str = ""
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    state: str = RiskState.OPEN

    @property
    def three(self) -> tuple[int, int, int]:
        return self.low, self.likely, self.high

    @property
    def limits(self) -> tuple[int, int]:
        return (PERCENT_MIN, PERCENT_MAX) if self.kind == RiskKind.DRIVER else (0, MINUTES_MAX)

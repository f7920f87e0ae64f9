"""What can be estimated and simulated."""

from dataclasses import dataclass
from uuid import UUID

from consortio.plans.fields import MINUTES_MAX

TRIALS = (1_000, 2_000, 5_000, 20_000)
SEED_MAX = 2**53 - 1  # what JSON keeps exactly
ROWS_MAX = 60
RUN = "simulations.run"

__all__ = ["MINUTES_MAX", "ROWS_MAX", "RUN", "SEED_MAX", "TRIALS", "Said"]


@dataclass(frozen=True, slots=True)
class Said:
    """
    What somebody says of an item: three points in working minutes, or none of them.

    Args:
        version: of the estimate that was seen; none where there was none.
    """

    item_id: UUID
    version: int | None
    low: int | None = None
    likely: int | None = None
    high: int | None = None

    @property
    def three(self) -> tuple[int | None, int | None, int | None]:
        return self.low, self.likely, self.high

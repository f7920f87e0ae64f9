"""What scheduling a neutral plan answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from consortio.interchange.plan import Finding, Item, Mode


class ItemDates(NamedTuple):
    """
    One item's own dates; None where it has none (inactive, or not to be computed: a finding says why).

    `start` and `finish` are what to show: actual, else manual, else computed dates. Floats are working minutes.
    """

    start: datetime | None = None
    finish: datetime | None = None
    early_start: datetime | None = None
    early_finish: datetime | None = None
    late_start: datetime | None = None
    late_finish: datetime | None = None
    total_float_minutes: int | None = None
    free_float_minutes: int | None = None
    is_critical: bool = False
    is_near_critical: bool = False
    is_on_longest_path: bool = False


NO_DATES = ItemDates()


@dataclass(frozen=True, slots=True)
class Computed:
    """`items` has every item of the plan by its id; `findings` are those of scheduling alone, not of reading."""

    items: Mapping[str, ItemDates]
    findings: tuple[Finding, ...] = ()


def stored_dates(item: Item, mode: Mode) -> tuple[datetime | None, datetime | None]:
    """
    Return the start and finish that the other program gave the item: actual, else early, else target dates.

    MS Project shows as-late-as-possible, manual and levelled tasks at other than their early dates: what it shows
    comes first there.
    """
    stored = item.stored
    if mode == "msp":
        start, finish = stored.start or stored.early_start, stored.finish or stored.early_finish
    else:
        start, finish = stored.early_start or stored.target_start, stored.early_finish or stored.target_finish
    return item.actual_start or start, item.actual_finish or finish

"""The course of a measure towards its target: what was read, by whom, what was agreed, what is to be expected."""

from dataclasses import dataclass, field
from datetime import date

from consortio.ui.marks import Mark

from .plane import Number, Span
from .units import Unit

STATES = ("proposed", "confirmed", "contested", "resolved", "missing")


@dataclass(frozen=True, slots=True)
class Claim:
    organisation: Mark
    value: Number


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What is known of one period. `on` is its last day; `struck` is what stood there before it was corrected.

    A missing reading has no value, a contested one has its claims instead, every other one has a value.

    Raises:
        ValueError: state, value and claims do not fit together.
    """

    on: date
    state: str
    value: Number | None = None
    claims: tuple[Claim, ...] = ()
    struck: Number | None = None
    expected: Number | None = None
    href: str = ""
    note: str = ""
    span: Span | None = field(init=False, compare=False)  # from the least that is claimed to the most

    def __post_init__(self) -> None:
        has_value = self.state in ("proposed", "confirmed", "resolved")
        if self.state not in STATES or has_value != (self.value is not None):
            raise ValueError(f"a reading cannot be {self.state} with the value {self.value}")
        if (self.state == "contested") != bool(self.claims):
            raise ValueError(f"a {self.state} reading cannot have {len(self.claims)} claims")
        known = [claim.value for claim in self.claims] if self.value is None else [self.value]
        object.__setattr__(self, "span", Span.of(*known) if known else None)  # asked for at every turn of a picture

    @property
    def is_settled(self) -> bool:
        return self.state in ("confirmed", "resolved")


@dataclass(frozen=True, slots=True)
class Stop:
    on: date
    value: Number


@dataclass(frozen=True, slots=True)
class TargetPath:
    """The way that was agreed, or is proposed: at least the baseline at its start and the target when it is due."""

    stops: tuple[Stop, ...]
    is_agreed: bool = True

    @property
    def due(self) -> Stop:
        return self.stops[-1]


@dataclass(frozen=True, slots=True)
class Band:
    """What a measure that is kept should stay within; None where it is open to one side."""

    low: Number | None
    high: Number | None


@dataclass(frozen=True, slots=True)
class ForecastStep:
    """Quantiles of what is expected for a day: half of the outcomes lie from `p25` to `p75`, four in five from `p10` to `p90`."""

    on: date
    p10: Number
    p25: Number
    median: Number
    p75: Number
    p90: Number


@dataclass(frozen=True, slots=True)
class Measure:
    """
    `readings` in the order of time; `forecast` from the day it was made to the day the target is due.

    `grain` says what a reading covers: day, month, quarter or year.
    """

    name: str
    unit: Unit
    readings: tuple[Reading, ...] = ()
    path: TargetPath | None = None
    band: Band | None = None
    forecast: tuple[ForecastStep, ...] = ()
    grain: str = "month"

"""
Neutral results: what organisations say they plan, spend and reach, as a reader of the IATI standard returns it.

Amounts and measures are decimals, never floats, and stay in the currency that they are in. Codes are those of
version 2.03 of the standard. Unknown is None or "".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from consortio.interchange.plan import Finding
from consortio.interchange.plan_json import Json, encode

ACTIVITIES_MAX = 50_000


@dataclass(frozen=True, slots=True)
class Narrative:
    """A text in one language; "" is the language of the activity."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """Kinds: 1 general, 2 objectives, 3 target groups, 4 other."""

    narratives: tuple[Narrative, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """
    An organisation that takes part. Roles: 1 funding, 2 accountable, 3 extending, 4 implementing.

    `names` holds the name in each language, `kind` the standard's code for governments, companies and so on.
    """

    name: str
    ref: str = ""
    role: str = ""
    kind: str = ""
    names: tuple[Narrative, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    """A sector, country, region, tag, marker or the like: `part` is the standard's name, `attributes` its code and more."""

    part: str
    attributes: Mapping[str, str]
    narratives: tuple[Narrative, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivityDate:
    """Kinds: 1 planned start, 2 actual start, 3 planned end, 4 actual end. `written` is the word in the file."""

    kind: str
    written: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """
    Money. Of a transaction, `kind` is its type, and `start` the day it happened on; see `written` for old words.

    `valued_on` is the day whose exchange rate holds.
    """

    kind: str
    written: str
    currency: str
    value: Decimal | None = None
    start: date | None = None
    end: date | None = None
    valued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """
    A target, an actual or a baseline: as it is written, and as a number where it is one.

    A baseline has the year that it is of, and perhaps the day.
    """

    written: str
    value: Decimal | None = None
    year: int | None = None
    on: date | None = None
    comments: tuple[Narrative, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    start: date | None = None
    end: date | None = None
    targets: tuple[Measure, ...] = ()
    actuals: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """`ascending` says whether more is better; `titles` holds the title in each language."""

    title: str
    measure: str = ""
    ascending: bool = True
    baselines: tuple[Measure, ...] = ()
    periods: tuple[Period, ...] = ()
    titles: tuple[Narrative, ...] = ()
    descriptions: tuple[Narrative, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """Kinds: 1 output, 2 outcome, 3 impact, 9 other. `titles` holds the title in each language."""

    title: str
    kind: str = ""
    indicators: tuple[Indicator, ...] = ()
    titles: tuple[Narrative, ...] = ()
    descriptions: tuple[Narrative, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """
    `counts` says how many of the parts there are that are only counted; `languages` in which texts are written.

    `language` is that of texts which name none, `titles` the title in each language, `left_out` how many there are of
    each part that nothing else here holds, by its path in the file.
    """

    identifier: str
    title: str
    line: int
    status: str = ""
    reporting_ref: str = ""
    default_currency: str = ""
    humanitarian: bool = False
    organisations: tuple[Organisation, ...] = ()
    dates: tuple[ActivityDate, ...] = ()
    transactions: tuple[Amount, ...] = ()
    budgets: tuple[Amount, ...] = ()
    planned_disbursements: tuple[Amount, ...] = ()
    results: tuple[Result, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    language: str = ""
    reporting_kind: str = ""
    reporting_names: tuple[Narrative, ...] = ()
    titles: tuple[Narrative, ...] = ()
    descriptions: tuple[Description, ...] = ()
    classifications: tuple[Classification, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """`version` is the one that the file names, or None."""

    file: str
    root: str
    version: str | None
    encoding: str
    activities: tuple[Activity, ...] = ()
    findings: tuple[Finding, ...] = ()

    def to_json(self, *, sparse: bool = False) -> dict[str, Json]:
        shape: dict[str, Json] = encode(self, sparse=sparse)
        return shape

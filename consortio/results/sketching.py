"""
What an activity of a results file comes to here: of each indicator a KPI, its goal and its readings, and what is left out.

Pure: neutral results and a day in, frozen rows out. Nothing is added up, and nothing is guessed in silence: each sketch
says in its notes what was left out and how the rest was taken.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from consortio.interchange.results import Activity, Indicator, Measure, Narrative, Result
from consortio.interchange.values import FIRST_DAY, LAST_DAY, clean_line
from consortio.interchange.wording import Wording
from consortio.kpis.claims import Claim
from consortio.kpis.periods import Frequency, Period

from .notes import BROKEN_DOWN, EARLIER, Notes
from .own_line import without_line
from .periods import Rhythm, rhythm_of, span_of
from .readings import Readings, number_in

NAME_MAX, TEXT_MAX, ID_MAX = 200, 5_000, 200
INDICATORS_MAX = 100
UNITS = {"1": "number", "2": "percent"}
MEASURES = {"3": Wording("nominal"), "4": Wording("ordinal"), "5": Wording("qualitative")}
UNKNOWN = Wording("not known")


@dataclass(frozen=True, slots=True)
class GoalSketch:
    name: str
    why: str
    direction: str
    baseline: Decimal
    target: Decimal
    start_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Sketch:
    """
    Attributes:
        at: its place among the indicators of its activity, from 0.
        external_id: what it is called by from now on.
        shares: the place of the indicator that has the same KPI, of a second goal; None for its own.
        missing: periods without a reading.
        goal, readings: None and nothing where there are none, or none that can be taken.
    """

    at: int
    external_id: str
    name: str
    is_offered: bool = True
    definition: str = ""
    unit: str = "number"
    decimals: int = 0
    rhythm: Rhythm = Rhythm(Frequency.YEAR)
    aggregation: str = "last"
    better: str = "up"
    shares: int | None = None
    goal: GoalSketch | None = None
    readings: tuple[Claim, ...] = ()
    missing: int = 0
    notes: tuple[Wording, ...] = field(default=())


def sketches_of(activity: Activity, *, source: str, today: date) -> tuple[Sketch, ...]:
    """
    Return a sketch of each indicator, of the first hundred.

    Args:
        source: what the readings say that they are from.
        today: no period begins after it.
    """
    made: list[Sketch] = []
    titles = Counter(result.title for result, _indicator, _key in _indicators(activity))
    known: dict[str, int] = {}  # KPIs that the file names, by the sketch that they stand in first
    for at, (result, indicator, key) in enumerate(_indicators(activity)):
        if at == INDICATORS_MAX:
            break
        sketch, named = _sketch(at, key, result, indicator, titles[result.title] > 1, source, today)
        if named and sketch.is_offered:
            first = known.setdefault(named, at)
            sketch = replace(sketch, shares=first) if first != at else sketch
        made.append(sketch)
    return tuple(made)


def indicators_left(activity: Activity) -> int:
    """Return how many indicators there are beyond those that are taken."""
    return max(sum(len(result.indicators) for result in activity.results) - INDICATORS_MAX, 0)


def _indicators(activity: Activity) -> Iterator[tuple[Result, Indicator, str]]:
    for number, result in enumerate(activity.results, 1):
        for place, indicator in enumerate(result.indicators, 1):
            yield result, indicator, f"{activity.identifier[: ID_MAX - 20]}/{number}/{place}"


def _sketch(
    at: int, key: str, result: Result, indicator: Indicator, is_shared: bool, source: str, today: date
) -> tuple[Sketch, str | None]:
    name = clean_line(indicator.title or result.title, NAME_MAX) or f"{at + 1}"
    if indicator.measure not in UNITS:
        what = MEASURES.get(indicator.measure, UNKNOWN)
        words = Wording("What it measures is {what}, neither a number nor a percentage: it is left out.", what=what)
        return Sketch(at, key, name, is_offered=False, notes=(words,)), None
    definition, said = without_line(_first(indicator.descriptions))
    notes = Notes()
    spans = [span for one in indicator.periods if one.actuals and (span := span_of(one.start, one.end))]
    others = [span for one in indicator.periods if (span := span_of(one.start, one.end))]
    rhythm = _rhythm(said) or rhythm_of(spans or others)
    taken = Readings(rhythm, source, today, notes).of(indicator)
    better = said.get("better") or ("up" if indicator.ascending else "down")
    title = clean_line(result.title, NAME_MAX)
    goal = _goal(_goal_name(name, title, is_shared and "kpi" not in said), result, indicator, notes)
    values = [claim.value for claim in taken.claims] + ([goal.baseline, goal.target] if goal else [])
    sketch = Sketch(
        at=at,
        external_id=key,
        name=name,
        definition=definition[:TEXT_MAX],
        unit=said.get("unit") or UNITS[indicator.measure],
        decimals=said.get("decimals", _decimals(values)),
        rhythm=rhythm,
        aggregation=said.get("aggregation", "last"),
        better=better,
        goal=goal,
        readings=taken.claims,
        missing=taken.missing,
        notes=notes.all(),
    )
    return sketch, said.get("kpi")


def _first(narratives: Sequence[Narrative]) -> str:
    return narratives[0].text if narratives else ""


def _rhythm(said: Mapping[str, Any]) -> Rhythm | None:
    return Rhythm(Frequency(said["frequency"]), said.get("fiscal_start", 1)) if "frequency" in said else None


def _decimals(values: Sequence[Decimal]) -> int:
    """Return how many decimals show all values as they are, up to six; 40.00 needs none."""
    needed = [-int(value.normalize().as_tuple().exponent) for value in values if value]
    return min(max([0, *needed]), 6)


def _goal(name: str, result: Result, indicator: Indicator, notes: Notes) -> GoalSketch | None:
    """Return the goal that the last target gives, from the baseline on; a goal begins somewhere and goes somewhere."""
    target, baseline = _target(indicator, notes), _baseline(indicator, notes)
    if target is None:
        return None
    span, wanted = target
    if baseline is None:
        notes.say(Wording("There is a target and no baseline that can be read: no goal is made of it."))
        return None
    due_on = date.fromordinal(span.end.toordinal() - 1)
    value, start_on = baseline
    if start_on >= due_on:
        notes.say(Wording("The baseline is not before the last target: no goal is made of them."))
        return None
    if wanted == value or (wanted > value) != indicator.ascending:
        notes.say(Wording("The target does not lie on the good side of the baseline: no goal is made of them."))
        return None
    why = _first(result.descriptions)[:TEXT_MAX]
    return GoalSketch(name, why, "up" if indicator.ascending else "down", value, wanted, start_on, due_on)


def _goal_name(name: str, title: str, is_shared: bool) -> str:
    """Return the result's title; where several indicators stand under it, with the indicator's behind it."""
    if not is_shared or not title or title == name:
        return title or name
    return f"{title}: {name}"[:NAME_MAX].strip()


def _target(indicator: Indicator, notes: Notes) -> tuple[Period, Decimal] | None:
    found: list[tuple[Period, Decimal]] = []
    broken: list[Period] = []
    for one in indicator.periods:
        span = span_of(one.start, one.end)
        if span is None or not one.targets:
            continue
        if len(one.targets) > 1:
            broken.append(span)
        elif (value := number_in(one.targets[0])) is not None:
            found.append((span, value))
    notes.say_of(BROKEN_DOWN, broken, what=Wording("targets"))
    if not found:
        return None
    last = max(found, key=lambda one: (one[0].end, one[0].start))
    notes.say_of(EARLIER, [span for span, _ in found if span != last[0]])
    return last


def _baseline(indicator: Indicator, notes: Notes) -> tuple[Decimal, date] | None:
    """Return the one baseline and its day; of a year without a day its first."""
    if len(indicator.baselines) > 1:
        notes.say(Wording("There are several baselines, which break it down: they are left out and never added up."))
        return None
    if not indicator.baselines:
        return None
    value, day = number_in(indicator.baselines[0]), _day_of(indicator.baselines[0])
    return None if value is None or day is None else (value, day)


def _day_of(one: Measure) -> date | None:
    if one.on or one.year is None:
        return one.on
    return date(one.year, 1, 1) if FIRST_DAY.year <= one.year <= LAST_DAY.year else None

"""KPIs beside each other in a circle: their numbers, units and formulas, and what computed ones come to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from consortio import access
from consortio.access import Actor
from consortio.access.models import Within

from .evaluating import Missing, evaluate_all
from .formulas import Formula, in_order, parse, references
from .intervals import Interval, mean, total
from .models import Aggregation, Kpi, ReadingState
from .periods import Frequency, Period, period_of, periods_between
from .units import Unit, unit_of
from .words import number_of

RECENT = 24  # periods


@dataclass(frozen=True, slots=True)
class Point:
    """What a KPI was in a period: a range where it is contested, or computed from what is."""

    start_on: date
    end_on: date
    low: Decimal
    high: Decimal
    state: str

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    @property
    def interval(self) -> Interval:
        return Interval(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Measure:
    """What computing wants to know of a KPI. `formula` is none where readings are entered."""

    id: UUID
    number: str
    unit: Unit
    frequency: str
    fiscal_start: int
    aggregation: str
    formula: Formula | None


@dataclass(frozen=True, slots=True)
class Beside:
    units: Mapping[str, Unit]
    formulas: Mapping[str, Formula]


def measure_of(kpi: Kpi) -> Measure:
    formula = parse(kpi.formula) if kpi.formula else None
    own = (kpi.frequency, kpi.fiscal_start, kpi.aggregation)
    return Measure(kpi.pk, number_of(kpi), unit_of(kpi.unit), *own, formula)


def resting_among(first: UUID, number: str, kpis: Iterable[Kpi]) -> set[UUID]:
    """Return a KPI, by its id and number, and all of these that are computed from it, by whatever way."""
    needs = {kpi.pk: (number_of(kpi), set(references(parse(kpi.formula)))) for kpi in kpis if kpi.formula}
    found, numbers = {first}, {number}
    while more := {pk for pk, (_number, named) in needs.items() if pk not in found and named & numbers}:
        found |= more
        numbers |= {needs[pk][0] for pk in more}
    return found


def formulas_beside(actor: Actor, circle_id: UUID) -> Beside:
    """Return the units and formulas of all KPIs that everybody in a circle sees, by number."""
    wider = access.visible(actor, Within).filter(circle=circle_id).values("wider")
    rows = access.visible(actor, Kpi).filter(circle__in=wider).select_related("circle")
    found = [measure_of(kpi) for kpi in rows]
    formulas = {measure.number: measure.formula for measure in found if measure.formula is not None}
    return Beside({measure.number: measure.unit for measure in found}, formulas)


def with_computed(
    measures: Sequence[Measure], points: Mapping[UUID, Sequence[Point]]
) -> tuple[Mapping[UUID, tuple[Point, ...]], Mapping[UUID, Missing]]:
    """
    Return the points of all KPIs, those with a formula among them, and of the newest period why it has no value.

    A computed KPI has its own periods. What it is computed from is brought to them by its own aggregation, and is missing
    where any part of a sum or mean is. Cost: the points of the last `RECENT` periods times the formulas.
    """
    derived = [measure for measure in measures if measure.formula is not None]
    found = {measure.id: tuple(points.get(measure.id, ())) for measure in measures}
    missing: dict[UUID, Missing] = {}
    by_calendar = {(measure.frequency, measure.fiscal_start) for measure in derived}
    for frequency, fiscal_start in sorted(by_calendar):
        own = [one for one in derived if (one.frequency, one.fiscal_start) == (frequency, fiscal_start)]
        _compute(measures, own, points, found, missing)
    return found, missing


def _compute(
    measures: Sequence[Measure],
    own: Sequence[Measure],
    points: Mapping[UUID, Sequence[Point]],
    found: dict[UUID, tuple[Point, ...]],
    missing: dict[UUID, Missing],
) -> None:
    frequency, fiscal_start = Frequency(own[0].frequency), own[0].fiscal_start
    if not any(points.values()):
        return
    first = min(point.start_on for each in points.values() for point in each)
    last = max(point.end_on for each in points.values() for point in each)
    formulas = {one.number: one.formula for one in measures if one.formula is not None}
    made: dict[UUID, list[Point]] = {one.id: [] for one in own}
    for span in list(periods_between(first, last, frequency, fiscal_start))[-RECENT:]:
        inside = {one.number: _inside(points.get(one.id, ()), span.start, span.end) for one in measures}
        readings = {one.number: _in(one, inside[one.number], span) for one in measures if one.formula is None}
        values, states = evaluate_all(formulas, readings), _states(formulas, inside)
        for one in own:
            value = values[one.number]
            if isinstance(value, Missing):
                missing[one.id] = value
                continue
            missing.pop(one.id, None)
            made[one.id].append(Point(span.start, span.end, value.low, value.high, states[one.number]))
    found.update({pk: tuple(each) for pk, each in made.items()})


def _states(formulas: Mapping[str, Formula], inside: Mapping[str, Sequence[Point]]) -> dict[str, str]:
    """Return how far each KPI's values in a span are agreed on: a computed one as far as what it is computed from."""
    found = {number: _least_agreed([point.state for point in points]) for number, points in inside.items()}
    for number in in_order(formulas):
        found[number] = _least_agreed([found.get(name, "") for name in references(formulas[number])])
    return found


def _least_agreed(states: Sequence[str]) -> str:
    for state in (ReadingState.CONTESTED, ReadingState.PROPOSED):
        if state in states:
            return state.value
    return ReadingState.CONFIRMED.value


def _inside(points: Sequence[Point], start: date, end: date) -> list[Point]:
    return [point for point in points if start <= point.start_on and point.end_on <= end]


def _in(one: Measure, inside: Sequence[Point], span: Period) -> Interval | None:
    """Return what a KPI that is read was in a span, none where a part is missing."""
    if not inside:
        return None
    if one.aggregation == Aggregation.LAST:
        return inside[-1].interval
    if not _is_whole(inside, span.start, span.end):
        return None
    parts = [point.interval for point in inside]
    return total(parts) if one.aggregation == Aggregation.SUM else mean(parts)


def _is_whole(inside: Sequence[Point], start: date, end: date) -> bool:
    """Tell whether periods follow one another through a span; a week that crosses its ends belongs to none."""
    follows = all(one.end_on == other.start_on for one, other in zip(inside, inside[1:], strict=False))
    week = 7
    return follows and (inside[0].start_on - start).days < week and (end - inside[-1].end_on).days < week


def points_of(recent: Iterable[Sequence[str]]) -> tuple[Point, ...]:
    """Return the points that a course keeps."""
    return tuple(
        Point(date.fromisoformat(start), date.fromisoformat(end), Decimal(low), Decimal(high), state)
        for start, end, low, high, state in recent
    )


def period_at(kpi: Kpi, day: date) -> tuple[date, date]:
    period = period_of(day, Frequency(kpi.frequency), kpi.fiscal_start)
    return period.start, period.end

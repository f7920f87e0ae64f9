"""One goal, or one KPI without a goal, as a result of the IATI standard. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from consortio.goals.terms import GoalTerms
from consortio.interchange.results import Indicator, Measure, Narrative, Period, Result
from consortio.kpis.holding import Holding
from consortio.kpis.periods import Frequency, period_of
from consortio.kpis.reads import KpiRow
from consortio.partnerships.reads import PartnershipRow

from .own_line import with_line

OTHER = "9"
NUMBER, PERCENT = "1", "2"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Measured:
    """
    Attributes:
        external_id: what the KPI is called in the file that it came with.
        tells: whether the readings are said here, and not with another goal of the same KPI.
    """

    here: PartnershipRow
    goal: GoalTerms | None
    kpi: KpiRow
    external_id: str
    readings: Sequence[Holding]
    tells: bool


def result_of(one: Measured, kinds: Mapping[str, str]) -> Result:
    """
    Return the result.

    Args:
        kinds: of what kind the results were that KPIs came with, by their external ids.
    """
    goal = one.goal
    return Result(
        title=goal.name if goal else one.kpi.name,
        kind=kinds.get(one.external_id) or OTHER,
        indicators=(_indicator(one),),
        descriptions=(Narrative(goal.why),) if goal and goal.why else (),
    )


def _indicator(one: Measured) -> Indicator:
    goal, kpi = one.goal, one.kpi
    baselines: tuple[Measure, ...] = ()
    if goal and goal.baseline is not None:
        baselines = (_measure(goal.baseline, year=goal.start_on.year, on=goal.start_on),)
    return Indicator(
        title=kpi.name,
        measure=PERCENT if kpi.unit == "percent" else NUMBER,
        ascending=(goal.direction if goal else kpi.better) != "down",
        baselines=baselines,
        periods=tuple(_periods(one)),
        descriptions=(Narrative(with_line(kpi.definition, _own(kpi))),),
    )


def _own(kpi: KpiRow) -> dict[str, str | int]:
    own = ("unit", "decimals", "frequency", "fiscal_start", "aggregation", "better")
    return {"kpi": kpi.number} | {name: getattr(kpi, name) for name in own}


def _periods(one: Measured) -> Iterator[Period]:
    """Yield the readings in their order, with the target in its period; where it is due within one, in one of its own."""
    spans: dict[tuple[date, date], Measure] = {}
    if one.tells:
        spans = {(held.start_on, held.end_on - DAY): _actual(one, held) for held in _held(one)}
    target = _target(one)
    for span in sorted({*spans, *([target[0]] if target else [])}):
        actuals = (spans[span],) if span in spans else ()
        yield Period(*span, targets=(target[1],) if target and target[0] == span else (), actuals=actuals)


def _held(one: Measured) -> Sequence[Holding]:
    """Return the readings; of a computed KPI what its formula gives, as far back as it is kept."""
    if not one.kpi.formula:
        return one.readings
    owner = one.here.members[0].organisation_id
    return [
        Holding(point.start_on, point.end_on, point.low, point.low, point.high, "computed", "", owner)
        for point in one.kpi.points
    ]


def _target(one: Measured) -> tuple[tuple[date, date], Measure] | None:
    goal, kpi = one.goal, one.kpi
    if goal is None or goal.target is None:
        return None
    period = period_of(goal.due_on, Frequency(kpi.frequency), kpi.fiscal_start)
    is_whole = period.end - DAY == goal.due_on
    return (period.start if is_whole else goal.start_on, goal.due_on), _measure(goal.target)


def _actual(one: Measured, held: Holding) -> Measure:
    """Return what a reading says; one of which the members disagree says from where to where they do, and no value."""
    note = (Narrative(held.note),) if held.note else ()
    words = _words(one, held)
    comments = note + ((Narrative(words, get_language() or ""),) if words else ())
    return Measure("", comments=comments) if _is_open(held) else _measure(held.low, comments=comments)


def _is_open(held: Holding) -> bool:
    return held.state == "contested" or held.low != held.high


def _words(one: Measured, held: Holding) -> str:
    if _is_open(held):
        said = {"low": format(held.low, "f"), "high": format(held.high, "f")}
        return _("Contested: the members say from %(low)s to %(high)s, so no value stands here.") % said
    if held.state == "proposed":
        member = one.here.member_ids.get(held.claimant_id)
        return _("Said by %(name)s; no other member has confirmed it yet.") % {"name": member.name if member else ""}
    return _("Computed from other KPIs.") if held.state == "computed" else ""


def _measure(value: Decimal, **more: object) -> Measure:
    return Measure(format(value, "f"), value, **more)  # type: ignore[arg-type]

"""What the items of the joint plan may cost, what they have cost so far, and what one house really spends."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from consortio.access.models import Kind
from consortio.costs.actions import Report, Terms, report_costs
from consortio.costs.reads import ItemLine, value_page

from .cast import CAST
from .stage import Stage
from .table import Line

CURRENCY = "EUR"
DAY_RATES: Mapping[str, int] = {"ferries": 1_900, "voltmere": 6_400, "brightkeel": 8_200}  # with crew and material
SPENT: Mapping[str, int] = {"ferries": 98, "voltmere": 121, "brightkeel": 101}  # per cent of what was earned
UNTOLD = 1  # so many of Brightkeel's items in work have no bill yet
HOUSE, REALLY = "yuna", 134  # what Voltmere really spends on what it agreed on a price for
OURS_MAX = 4
SCALE = 100


def budget_of(line: Line) -> Decimal | None:
    """Return what a row may cost: its days at the rate of the organisation in charge; milestones and phases nothing."""
    company = CAST[line.who].company if line.who in CAST else line.who
    if not line.days or company not in DAY_RATES:
        return None
    return Decimal(line.days * DAY_RATES[company])


def spend(stage: Stage, at: datetime) -> None:
    """Say what everything in work has cost so far, to all; and what some of it really costs, in one house."""
    lines = _in_work(stage, "priya", at)
    told = {line.item.id: _spent(stage, line) for line in lines}
    missing = [line for line in lines if line.earner and line.earner.organisation_id == stage.ids["brightkeel"]]
    for line in [line for line in missing if line.item.percent < SCALE][:UNTOLD]:
        told.pop(line.item.id)
    reports = [Report(pk, 1, Terms(actual=spent)) for pk, spent in told.items()]
    report_costs(
        actor=stage.actor("priya"), plan_id=stage.ids["plan"], circle_id=stage.ids["joint"], reports=reports, at=at
    )
    _keep_in_house(stage, told, at)


def _in_work(stage: Stage, who: str, at: datetime) -> list[ItemLine]:
    page = value_page(actor=stage.actor(who), plan_id=stage.ids["plan"], at=at)
    return [line for section in page.sections for line in section.lines if line.item.has_begun]


def _spent(stage: Stage, line: ItemLine) -> int:
    share = next(
        part for company, part in SPENT.items() if line.earner and line.earner.organisation_id == stage.ids[company]
    )
    return line.sums.earned * share // SCALE // 10_000 * 10_000  # bills come in hundreds


def _keep_in_house(stage: Stage, told: Mapping[UUID, int], at: datetime) -> None:
    house = stage.circle(HOUSE, Kind.HOUSE)
    reports = list(_ours(stage, told, at))[:OURS_MAX]
    report_costs(actor=stage.actor(HOUSE), plan_id=stage.ids["plan"], circle_id=house, reports=reports, at=at)


def _ours(stage: Stage, told: Mapping[UUID, int], at: datetime) -> Iterator[Report]:
    for line in _in_work(stage, HOUSE, at):
        if line.earner and line.earner.is_you and line.item.percent < SCALE and line.item.id in told:
            yield Report(line.item.id, None, Terms(currency=CURRENCY, actual=told[line.item.id] * REALLY // SCALE))

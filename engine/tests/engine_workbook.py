"""The published workbook of earned value: its activities, and its figures as `earned_value.json` calls them."""

from collections.abc import Mapping
from math import isclose
from pathlib import Path
from typing import Any

from engine_cases import at

from consortio_engine.value import CostedTask, Portion, Rule, earned_schedule, earned_value, planned_value

MONEY = ("EV", "PV", "AC", "CV", "SV", "EAC")
OTHERS = ("CPI", "SPI", "time_months", "ES", "SV_t", "SPI_t", "IEAC_t")
MONTHS = [at(f"2026-{month:02}-01T00:00") for month in range(1, 13)] + [at("2027-01-01T00:00")]


def workbook_tasks(path: Path, rule: Rule) -> list[CostedTask]:
    """The eleven activities, in cents, planned by months; the costs are known for all of them only."""
    from openpyxl import load_workbook

    rows = list(load_workbook(path, data_only=True)["EV data"].iter_rows(values_only=True))
    first = next(index for index, row in enumerate(rows) if row[0] == "Activity") + 1
    costs = next(row for row in rows if row[0] == "   Monthly Actual Cost (AC)")
    spent = sum(100 * amount for amount in costs[1:13] if amount)
    tasks = []
    for row in rows[first : first + 11]:
        months = zip(MONTHS, MONTHS[1:], row[1:13], strict=False)
        tasks.append(
            CostedTask(
                planned=[Portion(start, end, 100 * amount) for start, end, amount in months if amount],
                responsible="A", payer="B", rule=rule, cost=0,
                done=row[15] or 0, planned_done=row[14] or 0,
            )
        )  # fmt: skip
    overhead = CostedTask(planned=[Portion(MONTHS[0], MONTHS[12], 0)], responsible="A", payer="B", cost=spent)
    return [*tasks, overhead]


def workbook_figures(path: Path, rule: Rule, period: int) -> dict[str, float]:
    """What the engine says at the end of a period, in money, ratios and months."""
    tasks = workbook_tasks(path, rule)
    joint = earned_value(tasks, MONTHS[period]).joint
    in_time = earned_schedule(planned_value(tasks, MONTHS[1:]), joint.earned, period)
    cents = (joint.earned, joint.planned, joint.cost, joint.cv, joint.sv, joint.eac_by_cpi)
    months = in_time.planned_duration / joint.spi
    others = (joint.cpi, joint.spi, months, in_time.earned, in_time.variance, in_time.spi, in_time.estimate)
    return {name: value / 100 for name, value in zip(MONEY, cents, strict=True)} | dict(
        zip(OTHERS, others, strict=True)
    )


def differing(found: Mapping[str, float], known: Mapping[str, Any]) -> list[str]:
    """The figures that are not those known, to the cent: ours are rounded. What is no money may be two millionths off."""
    return [name for name, value in found.items() if not _is_equal(name, value, known[name])]


def _is_equal(name: str, found: float, known: float) -> bool:
    return isclose(found, known, rel_tol=0, abs_tol=0.01) if name in MONEY else isclose(found, known, rel_tol=2e-6)

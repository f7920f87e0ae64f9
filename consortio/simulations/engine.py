"""A plan's rows, estimates and risks in; the engine's simulation out, as figures by item and risk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from consortio.interchange.engine import Networked, network_of
from consortio.interchange.unscheduled import CannotCompute
from consortio.plans.estimates import Three
from consortio.plans.neutral import Rows, neutral_plan
from consortio.risks.rules import DRIVER, EVENT, Terms
from consortio_engine.rows import NONE
from consortio_engine.simulate import Chance, Driver, EventRisk, Simulation, Spread, chance_by, simulate

__all__ = ["CannotCompute", "Inputs", "inputs_of", "outcome_of", "simulated"]

EPOCH = datetime(1970, 1, 1)
CURVE_POINTS = 61
MILESTONES_MAX, ITEMS_MAX = 200, 20
LEVELS = (10, 50, 80, 90)
MILESTONE = "milestone"  # the kind of an item


@dataclass(frozen=True, slots=True)
class Inputs:
    """
    What is simulated.

    Args:
        spreads: by task of the network. milestones: tasks by item. estimated: how many tasks have a spread, of `open`.
    """

    made: Networked
    spreads: Mapping[int, Spread]
    risks: tuple[EventRisk, ...]
    risk_ids: tuple[UUID, ...]
    drivers: tuple[Driver, ...]
    driver_ids: tuple[UUID, ...]
    milestones: Mapping[UUID, int]
    open: int


def inputs_of(rows: Rows, estimates: Mapping[UUID, Three], risks: Sequence[tuple[UUID, str, Terms]]) -> Inputs:
    """
    Return what is simulated of these rows and nothing else.

    Args:
        estimates: working minutes of an item's whole duration.
        risks: ids, numbers and what they are. A risk draws by its number: the same plan elsewhere comes out the same.

    Raises:
        CannotCompute: the plan has no dates.
    """
    made = _with_what_is_left(network_of(neutral_plan(rows)), rows)
    parents = {row.parent_id for row in rows.items}
    leaves = [row for row in rows.items if row.pk not in parents and row.is_active and row.actual_finish_at is None]
    tasks = {row.pk: made.indices[str(row.pk)] for row in leaves if str(row.pk) in made.indices}
    spreads = {}
    for row in leaves:
        if row.pk in estimates and row.pk in tasks:
            spreads[tasks[row.pk]] = _spread(estimates[row.pk], *_work(made, tasks[row.pk]))
    hit = {pk: tuple(sorted(tasks[item] for item in terms.item_ids if item in tasks)) for pk, _, terms in risks}
    events = [one for one in risks if one[2].kind == EVENT and hit[one[0]]]
    drivers = [one for one in risks if one[2].kind == DRIVER and hit[one[0]]]
    return Inputs(
        made=made,
        spreads=spreads,
        risks=tuple(_event(number, terms, hit[pk]) for pk, number, terms in events),
        risk_ids=tuple(pk for pk, _, _ in events),
        drivers=tuple(_driver(number, terms, hit[pk]) for pk, number, terms in drivers),
        driver_ids=tuple(pk for pk, _, _ in drivers),
        milestones={row.pk: tasks[row.pk] for row in leaves if row.kind == MILESTONE and row.pk in tasks},
        open=sum(1 for row in leaves if row.kind != MILESTONE and row.pk in tasks),
    )


def _with_what_is_left(made: Networked, rows: Rows) -> Networked:
    """
    Return the network with the work that is left of what has begun.

    MS Project's rules need it for no date; where nobody has said it, it follows from the per cent that are done.
    """
    remaining = made.network.remaining.copy()
    for row in rows.items:
        task = made.indices.get(str(row.pk))
        if task is not None and row.actual_start_at and row.remaining_minutes is None and made.mode == "msp":
            remaining[task] = int(made.network.duration[task]) * (100 - row.percent) // 100
    return replace(made, network=replace(made.network, remaining=remaining))


def _work(made: Networked, task: int) -> tuple[int, int]:
    """Return how long a task takes as a whole, and how much of it is left."""
    return int(made.network.duration[task]), int(made.network.remaining[task])


def _spread(three: Three, whole: int, left: int) -> Spread:
    """Return what may be left of a task: of one that has begun, in proportion to what was thought of the whole."""
    if left == whole or not three[1]:
        return Spread(*three)
    low, likely, high = (amount * left / three[1] for amount in three)
    return Spread(low, likely, high)


def _event(number: str, terms: Terms, tasks: tuple[int, ...]) -> EventRisk:
    return EventRisk(terms.chance / 100, tasks, Spread(*terms.three), kind="additive", name=number)


def _driver(number: str, terms: Terms, tasks: tuple[int, ...]) -> Driver:
    low, likely, high = (share / 100 for share in terms.three)
    return Driver(terms.chance / 100, tasks, Spread(low, likely, high), name=number)


def simulated(inputs: Inputs, *, trials: int | None, seed: int, run: Callable[..., Simulation]) -> Simulation:
    """Let `run` call the engine with these inputs, wherever it does."""
    network = inputs.made.network
    keep = tuple(sorted(inputs.milestones.values()))[:MILESTONES_MAX]
    asked = {"risks": inputs.risks, "drivers": inputs.drivers, "keep": keep, "trials": trials, "seed": seed}
    return run(simulate, network, inputs.spreads, **asked, mode=inputs.made.mode, options=inputs.made.options)


def outcome_of(inputs: Inputs, answer: Simulation, agreed: Mapping[UUID, datetime]) -> dict[str, Any]:
    """
    Return the figures of a simulation as JSON keeps them: instants of the plan's wall clock, shares, ids.

    Args:
        agreed: the finish of items in the newest baseline.
    """
    items = {task: pk for pk, task in inputs.made.indices.items()}
    last = max(agreed.values(), default=None)
    return {
        "levels": list(answer.levels),
        "finish": [_text(minute) for minute in answer.project_finish.tolist()],
        "interval": [[_text(one) for one in pair] for pair in answer.interval.tolist()],
        "planned": _text(answer.planned_finish),
        "planned_chance": _chance(chance_by(answer, answer.planned_finish)),
        "agreed": _text_of(last),
        "agreed_chance": _chance(chance_by(answer, _minute(last))) if last else None,
        "curve": [[_text(point.finish), round(point.share, 4)] for point in answer.curve(points=CURVE_POINTS)],
        "milestones": [
            _milestone(answer, pk, task, agreed.get(pk))
            for pk, task in inputs.milestones.items()
            if task in answer.kept
        ],
        "effects": _effects(inputs, answer),
        "items": _driving(answer, items),
        "open": inputs.open,
        "estimated": len(inputs.spreads),
        "method": answer.method,
        "findings": [[note.code, items.get(note.task), note.value] for note in answer.findings],
    }


def _milestone(answer: Simulation, pk: UUID, task: int, agreed: datetime | None) -> dict[str, Any]:
    at = {level: answer.finish[task][answer.levels.index(level)] for level in LEVELS}
    return {
        "item": str(pk),
        "planned": _text(int(answer.planned[task])),
        **{f"p{level}": _text(int(minute)) for level, minute in at.items()},
        "agreed": _text_of(agreed),
        "chance": _chance(chance_by(answer, _minute(agreed), task)) if agreed else None,
    }


def _effects(inputs: Inputs, answer: Simulation) -> list[dict[str, Any]]:
    """Return what each risk costs, the dearest first."""
    ids = {"risk": inputs.risk_ids, "driver": inputs.driver_ids}
    found = [
        {
            "risk": str(ids[one.kind][one.index]),
            "happened": round(one.happened, 4),
            "p50": one.p50_work,
            "p80": one.p80_work,
        }
        for one in answer.effects
    ]
    return sorted(found, key=lambda one: (-int(one["p80"]), -int(one["p50"]), str(one["risk"])))


def _driving(answer: Simulation, items: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return the items on which the end depends most, by criticality and how far it moves with them."""
    ranked = sorted(items, key=lambda task: (-answer.cruciality[task], -answer.criticality[task], task))
    return [
        {
            "item": items[task],
            "criticality": round(float(answer.criticality[task]), 4),
            "sensitivity": round(float(answer.sensitivity[task]), 4),
        }
        for task in ranked[:ITEMS_MAX]
        if answer.cruciality[task] > 0
    ]


def _chance(chance: Chance) -> list[float]:
    return [round(chance.share, 4), round(chance.low, 4), round(chance.high, 4)]


def _minute(at: datetime) -> int:
    return int((at - EPOCH).total_seconds() // 60)


def _text(minute: int) -> str | None:
    return None if minute == NONE else (EPOCH + timedelta(minutes=minute)).isoformat(timespec="minutes")


def _text_of(at: datetime | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None

"""`consortio-engine simulate PLAN`: when it may finish, how likely each date is, and what the risks cost."""

import argparse
from time import monotonic
from typing import Any

import numpy as np

from consortio_engine.answers import Watch
from consortio_engine.command.bar import watched
from consortio_engine.command.lengths import instant_text
from consortio_engine.command.pictures.s_curve import s_curve
from consortio_engine.command.printing import NO_ANSWER, exit_code, head_of, print_json, print_table
from consortio_engine.command.reading import Refused, read_json, write_text
from consortio_engine.command.simulation_file import SimulationFile, read_simulation
from consortio_engine.command.words import add_command
from consortio_engine.errors import Cycle, HorizonExceeded
from consortio_engine.rows import NONE, Kind
from consortio_engine.simulate import LEVELS, Simulation, chance_by, frontier, simulate

SHOWN_LEVELS = (10, 50, 80, 90)
JOINT_LEVELS = (50, 70, 80)
CURVE_POINTS = 41
DIGITS = 4


def add(subparsers: Any) -> None:
    """Add the command's words."""
    parser = add_command(
        subparsers,
        "simulate",
        run,
        about="Simulate a plan with three-point estimates, risks and shared drivers.",
        reads="a plan in JSON with spreads, risks and drivers",
        picture="the S-curve of the finish",
    )
    parser.add_argument("--trials", type=_trials, metavar="N", help="how many; as many as needed if not given")


def run(arguments: argparse.Namespace) -> int:
    """Simulate the plan and print what it shows."""
    given = read_simulation(read_json(arguments.input, "plan"))
    with watched("simulating") as watch:
        is_late = _limited(watch, arguments.limit)
        answer = simulated(given, arguments.seed or 0, arguments.trials, watch)
    status = "limit" if answer.status == "cancelled" and is_late() else answer.status
    if arguments.svg is not None and answer.status == "ok":
        found = {level: int(answer.project_finish[LEVELS.index(level)]) for level in (50, 80)}
        title = given.plan.data.get("name") or "When the plan finishes"
        write_text(arguments.svg, s_curve(answer.curve(), title=title, planned=answer.planned_finish, quantiles=found))
    if arguments.json:
        print_json(report(given, answer) | {"status": status})
    else:
        _print(given, answer, status)
    return NO_ANSWER if status == "limit" else exit_code(answer.status)


def _trials(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 1_000_000):
        raise argparse.ArgumentTypeError(f"the number of trials is from 1 to 1000000, not {text:.30}")
    return int(text)


def _limited(watch: Watch, seconds: float | None) -> Any:
    """Let the watch end the work after so many seconds; a function that says whether they are over."""
    until = float("inf") if seconds is None else monotonic() + seconds
    ends = watch.cancel
    watch.cancel = lambda: monotonic() >= until or (ends is not None and ends())
    return lambda: monotonic() >= until


def simulated(given: SimulationFile, seed: int, trials: int | None, watch: Watch) -> Simulation:
    """
    Return the simulation by the plan's own mode and options.

    Raises:
        Refused: a ring of links, or a date beyond the calendars; with the ids concerned.
    """
    plan = given.plan
    network = plan.network
    keep = np.flatnonzero(((network.kind == Kind.MILESTONE) | (network.deadline != NONE)) & (network.is_active == 1))
    try:
        return simulate(
            network,
            given.spreads,
            risks=given.risks,
            drivers=given.drivers,
            branches=given.branches,
            costs=given.costs or None,
            correlations=given.correlations,
            keep=keep.tolist(),
            trials=given.trials if trials is None else trials,
            seed=seed,
            mode=plan.mode,
            options=plan.options,
            watch=watch,
        )
    except Cycle as refusal:
        ring = " -> ".join(plan.names[task] for task in (*refusal.where, *refusal.where[:1]))
        raise Refused([f"links: these tasks wait for each other: {ring}."]) from None
    except HorizonExceeded:
        raise Refused(["tasks: a date lies more than 60 years from the dates in the plan."]) from None


def report(given: SimulationFile, answer: Simulation) -> dict[str, Any]:
    """The answer as JSON has it; the schema is `simulate-answer`."""
    ids = given.plan.ids
    return {
        "status": answer.status,
        "trials": answer.trials,
        "finish": {
            "planned": instant_text(answer.planned_finish),
            "planned_chance": round(answer.planned_chance, DIGITS),
            "quantiles": _quantiles(answer.project_finish),
            "intervals": _intervals(answer),
        },
        "tasks": [_row(given, answer, task) for task in range(given.plan.network.task_count)],
        "effects": [
            {
                "kind": effect.kind,
                "name": effect.name or f"{effect.kind} {effect.index + 1}",
                "happened": round(effect.happened, DIGITS),
                "p50_minutes": effect.p50_work,
                "p80_minutes": effect.p80_work,
            }
            for effect in answer.effects
        ],
        "cost": _cost(answer),
        "curve": [
            [instant_text(point.finish), round(point.share, DIGITS)] for point in answer.curve(points=CURVE_POINTS)
        ],
        "findings": [
            {"code": note.code, "task": None if note.task < 0 else ids[note.task], "value": note.value}
            for note in answer.findings
        ],
        "mode": answer.mode,
        **head_of(answer),
    }


def _quantiles(instants: Any) -> dict[str, str | None]:
    return {str(level): instant_text(int(when)) for level, when in zip(LEVELS, instants.tolist(), strict=True)}


def _intervals(answer: Simulation) -> dict[str, list[str | None]]:
    pairs = zip(LEVELS, answer.interval.tolist(), strict=True)
    return {str(level): [instant_text(low), instant_text(high)] for level, (low, high) in pairs}


def _row(given: SimulationFile, answer: Simulation, task: int) -> dict[str, Any]:
    deadline = int(given.plan.network.deadline[task])
    is_asked = deadline != NONE and task in answer.kept
    return {
        "id": given.plan.ids[task],
        "name": given.plan.titles[task],
        "planned": instant_text(int(answer.planned[task])),
        "quantiles": {
            str(level): instant_text(int(answer.finish[task, LEVELS.index(level)])) for level in SHOWN_LEVELS
        },
        "deadline_chance": round(chance_by(answer, deadline, task).share, DIGITS) if is_asked else None,
        "criticality": round(float(answer.criticality[task]), DIGITS),
        "sensitivity": round(float(answer.sensitivity[task]), DIGITS),
        "cruciality": round(float(answer.cruciality[task]), DIGITS),
        "schedule_sensitivity": round(float(answer.schedule_sensitivity[task]), DIGITS),
    }


def _cost(answer: Simulation) -> dict[str, Any] | None:
    if answer.cost is None:
        return None
    pairs = {
        str(level): [[instant_text(pair.finish), pair.cost] for pair in frontier(answer, level / 100, points=10)]
        for level in JOINT_LEVELS
    }
    quantiles = dict(zip(map(str, LEVELS), answer.cost.tolist(), strict=True))
    return {"quantiles": quantiles, "joint": pairs}


def _print(given: SimulationFile, answer: Simulation, status: str) -> None:
    if status != "ok":
        print(f"No answer: {status}.")
        return
    found = report(given, answer)
    finish = found["finish"]
    head = ("id", "name", "planned", *(f"{level} %" for level in SHOWN_LEVELS), "deadline", "critical", "sensitivity")
    rows = [
        [
            row["id"],
            row["name"],
            _day(row["planned"]),
            *(_day(when) for when in row["quantiles"].values()),
            row["deadline_chance"],
            row["criticality"],
            row["sensitivity"],
        ]
        for row in found["tasks"]
    ]
    print_table(head, rows)
    print(f"\nPlanned {_time(finish['planned'])}: met in {finish['planned_chance']:.0%} of {answer.trials} trials.")
    for level in SHOWN_LEVELS:
        low, high = finish["intervals"][str(level)]
        print(f"{level} % by {_time(finish['quantiles'][str(level)])} ({_time(low)} to {_time(high)})")
    if found["effects"]:
        print()
        columns = ("kind", "name", "happened", "p50_minutes", "p80_minutes")
        print_table(columns, [[row[name] for name in columns] for row in found["effects"]])
    if found["cost"]:
        shown = ", ".join(f"{level} %: {found['cost']['quantiles'][str(level)]:,.2f}" for level in SHOWN_LEVELS)
        print(f"\nCost {shown}")
    for note in found["findings"]:
        print(f"{note['code']}{'' if note['task'] is None else ' ' + str(note['task'])} ({note['value']})")


def _day(when: str | None) -> str | None:
    return None if when is None else when[:10]


def _time(when: str | None) -> str:
    return "-" if when is None else when.replace("T", " ")

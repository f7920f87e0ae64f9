"""`consortio-engine level INPUT`: a plan within the limits of its resources, how good it is, and what is short."""

import argparse
from typing import Any

from consortio_engine.command.bar import watched
from consortio_engine.command.level_file import LevelFile, read_level
from consortio_engine.command.pictures.load import load_picture
from consortio_engine.command.printing import exit_code, head_of, print_json, print_table
from consortio_engine.command.reading import STANDARD_INPUT, write_text
from consortio_engine.command.words import add_command
from consortio_engine.resources import Bottlenecks, Gain, Levelling, bottlenecks, heuristic, level, load
from consortio_engine.rows import NONE

LIMIT_SECONDS = 10.0


def add(subparsers: Any) -> None:
    """Add the command's words."""
    parser = add_command(
        subparsers,
        "level",
        run,
        about="Find dates at which nobody has to do more than there is of them.",
        reads="a plan with resources in JSON, or a PSPLIB file (.sm, .mm, .rcp)",
        picture="the load of each resource before and after",
    )
    parser.add_argument("--quick", action="store_true", help="the instant answer, without the solver")
    parser.add_argument("--workers", type=_workers, metavar="N", help="threads of the solver; without: one per core")
    parser.add_argument("--gains", action="store_true", help="also what one more unit of each resource would gain")


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 256):
        raise argparse.ArgumentTypeError(f"workers are a whole number from 1 to 256, not {text:.30}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Level the plan and print its dates."""
    file = read_level(arguments.input, "standard input" if arguments.input == STANDARD_INPUT else arguments.input)
    limit = LIMIT_SECONDS if arguments.limit is None else arguments.limit
    seed = 0 if arguments.seed is None else arguments.seed % 2**31
    gains = None
    with watched("Levelling", shown=lambda best: _shown(file, int(best))) as watch:
        if arguments.quick:
            answer = heuristic(
                file.problem, objective=file.objective, samples=file.samples, stable=file.stable, seed=seed, watch=watch
            )
        else:
            answer = level(
                file.problem, objective=file.objective, limit=limit, workers=arguments.workers, samples=file.samples,
                stable=file.stable, seed=seed, watch=watch,
            )  # fmt: skip
        if arguments.gains and answer.finish_at is not None and answer.status != "cancelled":
            gains = bottlenecks(file.problem, answer, limit=limit, workers=arguments.workers, seed=seed, watch=watch)
    if arguments.svg is not None and answer.finish_at is not None:
        _draw(file, answer, arguments.svg)
    if arguments.json:
        print_json(report(file, answer, gains))
    else:
        _print(file, answer, gains)
    return exit_code(answer.status)


def _draw(file: LevelFile, answer: Levelling, place: str) -> None:
    before, after = load(file.problem, file.before), load(file.problem, answer.start, answer.mode)
    write_text(place, load_picture(before, after, title=file.title, step=file.step, label=file.label))


def report(file: LevelFile, answer: Levelling, gains: Bottlenecks | None) -> dict[str, Any]:
    """The answer as JSON has it; the schema is `level-answer`. Starts and finishes are in the order of the file's tasks."""
    dates = [file.told(int(at)) for at in answer.start], [file.told(int(at)) for at in answer.finish]
    found: dict[str, Any] = {
        "status": answer.status,
        "finish": file.told(answer.finish_at),
        "bound": file.told(answer.bound),
        "gap": None if answer.gap is None else round(answer.gap, 6),
        "starts": _by_task(file, dates[0]),
        "finishes": _by_task(file, dates[1]),
        "modes": _by_task(file, [None if mode < 0 else mode + 1 for mode in answer.mode.tolist()]),
        "moved": {"count": answer.moved_count, "over_a_day": answer.moved_days_count, "minutes": answer.moved_minutes},
        "stages": [
            {
                "aim": stage.aim,
                "value": file.told(stage.value) if stage.aim == "finish" else stage.value,
                "bound": file.told(stage.bound) if stage.aim == "finish" else stage.bound,
                "proved": stage.proved,
            }
            for stage in answer.stages
        ],
        "findings": [
            {
                "code": one.code,
                "severity": one.severity,
                "task": None if one.job < 0 else file.ids[one.job],
                "resource": None if one.resource < 0 else file.problem.resources[one.resource].name,
                "value": one.value,
            }
            for one in answer.findings
        ],
        "solver": answer.solver,
    }
    if gains is not None:
        found["gains"] = _gains(file, gains)
    return found | head_of(answer)


def _by_task(file: LevelFile, values: list[Any]) -> list[Any]:
    return [None if slot is None else values[slot] for slot in file.slots]


def _gains(file: LevelFile, gains: Bottlenecks) -> dict[str, Any]:
    rows = [
        {
            "resource": row.name,
            "blocked": row.blocked,
            "unit": _gain(row.unit),
            "week": _gain(row.week),
            "week_from": file.told(row.week_from),
        }
        for row in gains.rows
    ]
    return {"ceiling": gains.ceiling, "rows": rows}


def _gain(gain: Gain | None) -> dict[str, Any] | None:
    return None if gain is None else {"minutes": gain.minutes, "most": gain.most, "proved": gain.proved}


def _print(file: LevelFile, answer: Levelling, gains: Bottlenecks | None) -> None:
    if answer.finish_at is not None:
        rows = [
            (file.ids[job], file.names[job], *(_shown(file, at) for at in (file.before[job], start, finish)))
            for job, (start, finish) in enumerate(zip(answer.start.tolist(), answer.finish.tolist(), strict=True))
        ]
        print_table(("id", "name", "before", "start", "finish"), rows)
        bound = "-" if answer.bound is None else _shown(file, answer.bound)
        proved = "proved to be the best" if answer.status == "ok" else f"no plan ends before {bound}"
        print(f"\nFinish {_shown(file, answer.finish_at)} ({proved}); {answer.moved_count} moved.")
    else:
        print(f"No plan: {answer.status}.")
    for one in answer.findings:
        task = f" {file.ids[one.job]}" if one.job >= 0 else ""
        resource = f" {file.problem.resources[one.resource].name}" if one.resource >= 0 else ""
        print(f"{one.severity}: {one.code}{task}{resource} ({one.value})")
    if gains is not None:
        print()
        shown = [
            (row.name, row.blocked, *(None if gain is None else gain.minutes for gain in (row.unit, row.week)))
            for row in gains.rows
        ]
        print_table(("resource", "blocks", "one more", "one more for a week"), shown)
        print(
            "\nNothing can gain."
            if gains.ceiling == 0
            else f"\nIn minutes; no more than {gains.ceiling} can be gained."
        )


def _shown(file: LevelFile, at: int) -> object:
    told = file.told(None if at == NONE else at)
    return told.replace("T", " ") if isinstance(told, str) else told

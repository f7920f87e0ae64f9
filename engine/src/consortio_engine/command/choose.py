"""`consortio-engine choose INPUT`: the items worth most within the budgets, or what is fair between organisations."""

import argparse
from typing import Any

from consortio_engine.answers import Status, Watch
from consortio_engine.choice import Choice, Front, choose, pareto
from consortio_engine.command.bar import watched
from consortio_engine.command.choice_file import Problem, read_problems
from consortio_engine.command.printing import exit_code, head_of, print_json, print_table
from consortio_engine.command.reading import STANDARD_INPUT, Refused, read_text
from consortio_engine.command.words import add_command

WORST_FIRST: tuple[Status, ...] = ("cancelled", "limit", "infeasible", "feasible", "ok")
ABOUT_FINDINGS = {
    "unproved": "Not proved to be the best: the limit came first.",
    "near_missing": "Not all near choices were found: the limit came first.",
    "prices_missing": "Not all prices were found: the limit came first.",
    "points_missing": "There may be more choices: the limit came first.",
    "sample": "A sample: with more than three organisations not every such choice is found.",
}


def add(subparsers: Any) -> None:
    """Add the command's words."""
    parser = add_command(
        subparsers,
        "choose",
        run,
        about="Choose the items worth most within budgets, or show what is fair between organisations.",
        reads="items and budgets in JSON, or an OR-Library mknap file",
    )
    parser.add_argument(
        "--pareto", action="store_true", help="choices in which nobody can have more without another's less"
    )
    parser.add_argument("--brief", action="store_true", help="the best choice only: no prices, no near choices")
    parser.add_argument("--instance", type=int, metavar="N", help="of an mknap file of several problems, from 1")


def run(arguments: argparse.Namespace) -> int:
    """Choose, and print what was chosen."""
    name = "standard input" if arguments.input == STANDARD_INPUT else arguments.input
    problems = _wanted(read_problems(read_text(arguments.input), name), arguments.instance)
    with watched("Choosing") as watch:
        answers = [_answered(problem, arguments, watch) for problem in problems]
    pairs = list(zip(problems, answers, strict=True))
    status = min((answer.status for answer in answers), key=WORST_FIRST.index)
    if arguments.json:
        reports = [report(*pair) for pair in pairs]
        print_json(reports[0] if len(reports) == 1 else {"status": status, "problems": reports})
    else:
        for pair in pairs:
            _print(*pair)
    return exit_code(status)


def _wanted(problems: list[Problem], instance: int | None) -> list[Problem]:
    if instance is None:
        return problems
    if not 1 <= instance <= len(problems):
        raise Refused([f"--instance {instance}: the file has {len(problems)}."])
    return [problems[instance - 1]]


def _answered(problem: Problem, arguments: argparse.Namespace, watch: Watch) -> Choice | Front:
    if arguments.pareto:
        seed = 1 if arguments.seed is None else arguments.seed
        who = problem.organisations
        return pareto(problem.items, problem.limits, who, limit_s=arguments.limit, seed=seed, watch=watch)
    explain = not (arguments.brief or problem.is_plain)
    return choose(problem.items, problem.limits, limit_s=arguments.limit, explain=explain, watch=watch)


def report(problem: Problem, answer: Choice | Front) -> dict[str, Any]:
    """The answer as JSON has it; the schema is `choose-answer`."""
    if isinstance(answer, Front):
        plans = [{"chosen": problem.named(plan.chosen), "worth": list(plan.worth)} for plan in answer.plans]
        said: dict[str, Any] = {"organisations": list(problem.organisations), "plans": plans}
        return {"status": answer.status, **said, "findings": list(answer.findings), **head_of(answer)}
    return {
        "status": answer.status,
        "value": answer.value,
        "bound": answer.bound,
        "gap": answer.gap,
        "chosen": problem.named(answer.chosen),
        **({"known": problem.known} if problem.is_plain else {}),
        "budgets": _budgets(problem, answer),
        "prices": [
            {
                "rule": price.rule.kind,
                "of": problem.name_of(price.rule),
                "gain": price.gain,
                "proved": price.is_proved,
            }
            for price in answer.prices
        ],
        "near": [{"chosen": problem.named(plan.chosen), "value": plan.value} for plan in answer.near],
        "near_is_complete": answer.near_is_complete,
        "conflict": [{"rule": rule.kind, "of": problem.name_of(rule)} for rule in answer.conflict],
        "findings": list(answer.findings),
        **head_of(answer),
    }


def _budgets(problem: Problem, answer: Choice) -> list[dict[str, Any]]:
    return [
        {
            "name": budget.name,
            "most": float(budget.most),
            "used": answer.used[at] if answer.used else None,
            "binding": at in answer.binding if answer.is_explained else None,
        }
        for at, budget in enumerate(problem.limits.budgets)
    ]


def _print(problem: Problem, answer: Choice | Front) -> None:
    if isinstance(answer, Front):
        rows = [(*plan.worth, _list(problem, plan.chosen)) for plan in answer.plans]
        print_table((*problem.organisations, "chosen"), rows)
    elif answer.value is None:
        print(f"No choice: {answer.status}.")
    else:
        print(f"Value {answer.value:,.10g}, no choice is worth more than {answer.bound or 0:,.10g} ({answer.status}).")
        rows = [(problem.ids[item], problem.titles[item], float(problem.items[item].value)) for item in answer.chosen]
        print_table(("id", "name", "value"), rows)
    if isinstance(answer, Choice):
        _print_rules(problem, answer)
    for finding in answer.findings:
        print(ABOUT_FINDINGS[finding])


def _print_rules(problem: Problem, answer: Choice) -> None:
    for rule in answer.conflict:
        print(f"Cannot hold with the others: {rule.kind} {_said(problem, rule)}")
    if answer.used:
        print()
        rows = [(one["name"], one["most"], one["used"], one["binding"]) for one in _budgets(problem, answer)]
        print_table(("budget", "most", "used", "binding"), rows)
    for price in answer.prices:
        if price.gain > 0:
            least = "" if price.is_proved else "at least "
            print(f"Without {price.rule.kind} {_said(problem, price.rule)}: {least}{price.gain:,.10g} more.")
    for plan in answer.near:
        print(f"Almost as good ({plan.value:,.10g}): {_list(problem, plan.chosen)}")


def _list(problem: Problem, items: tuple[int, ...]) -> str:
    return ", ".join(map(str, problem.named(items))) or "nothing"


def _said(problem: Problem, rule: Any) -> str:
    name = problem.name_of(rule)
    return ", ".join(map(str, name)) if isinstance(name, list) else str(name)

"""
Measure earned value: the page of a plan's costs and the API of the same, processor time and queries, in one process.

    python bench/value.py [--sizes 150 2000 10000] [--rounds 7]

Makes an empty SQLite database in a directory of its own, brings in one generated plan of each size as `bench/pages.py`
does, each of so many items with a budget, a third of them begun or done, nine in ten of these with what they have cost;
the newest baseline holds them all, and the plan has two calendars. Budgets of the page, on a machine that does nothing
else: 12 queries, 150 ms with 2,000 items and 500 ms with 10,000. `reads` is what it is made from, `engine` the
reckoning alone.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "engine" / "src"), str(ROOT / "bench")]

BUDGETS = {2000: 150, 10_000: 500}  # ms
BEGIN = datetime(2031, 1, 6, 8)
PER_PHASE = 19


def main() -> None:
    arguments = read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "consortio.settings", "CONSORTIO_DATA": folder}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        import_module("consortio.asgi")
        from pages import World

        world = World()
        print(f"{'items':>6}  {'what':<12} {'ms':>7} {'budget':>7} {'queries':>8} {'kB':>7}")
        for size in arguments.sizes:
            plan = brought_in(world, size)
            for name, path in (("page", f"/plans/{plan}/value"), ("API", f"/api/v1/plans/{plan}/earned-value")):
                spent, queries, size_kb = world.asked(path, arguments.rounds)
                budget = BUDGETS.get(size, "") if name == "page" else ""
                print(f"{size:>6}  {name:<12} {spent:>7.1f} {budget:>7} {queries:>8} {size_kb:>7.1f}")
            for name, part in parts(world, plan).items():
                print(f"{size:>6}  {name:<12} {least(part, arguments.rounds):>7.1f}")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure earned value.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[150, 2000, 10_000])
    parser.add_argument("--rounds", type=int, default=7)
    return parser.parse_args()


def least(call: Callable[[], object], rounds: int) -> float:
    """Return the least processor time of some calls, in milliseconds."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        call()
        times.append((time.process_time() - began) * 1000)
    return min(times)


def parts(world: Any, plan: UUID) -> dict[str, Callable[[], object]]:
    """Return what the page is made from, to be called alone."""
    from consortio.costs import reads

    asked: dict[str, Any] = {"actor": world.actor(), "plan_id": plan, "at": world.now}
    given: list[Any] = []
    reckon = reads.worth_of
    reads.worth_of = lambda *known: given.append(known) or reckon(*known)  # type: ignore[func-returns-value]
    reads.value_page(**asked)
    reads.worth_of = reckon
    return {"reads": lambda: reads.value_page(**asked), "engine": lambda: [reckon(*known) for known in given]}


def brought_in(world: Any, size: int) -> UUID:
    from consortio.plans.importing import Choices, import_plan, prepare_import

    names = {f"organisation {nth}": pk for nth, pk in enumerate(world.organisations)}
    choices = Choices(organisations=names, people={"ada": world.ada})
    prepared = prepare_import(plan=costed(size), circle_id=world.joint, choices=choices)
    made = {"circle_id": world.joint, "prepared": prepared, "file_name": "bench.xml", "file": b"<bench/>"}
    return import_plan(actor=world.actor(), at=world.now, **made)


def costed(size: int) -> Any:
    """Return a plan of so many items with a budget, in phases; seeded."""
    from pages import generated

    chance = random.Random(size)
    plan = generated(-(-size // PER_PHASE) * (PER_PHASE + 1))
    leaves = [item for item in plan.items if item.kind != "phase"]
    for nth, item in enumerate(leaves):
        item.budget, item.currency = None, ""
        if nth < size:
            _priced(item, chance, has_begun=nth < size // 3)
        item.calendar = "2" if nth % 4 == 0 else None
    (project,), (office, *others) = plan.projects, plan.calendars
    short = replace(office, id="2", name="Mornings", week=(((480, 720),),) * 5 + ((), ()))
    project = replace(project, data_date=BEGIN + timedelta(days=200))
    return replace(plan, projects=(project,), calendars=(office, short, *others))


def _priced(item: Any, chance: random.Random, *, has_begun: bool) -> None:
    item.budget, item.currency = Decimal(chance.randint(100, 90_000)), "EUR"
    if not has_begun:
        item.percent_complete = 0.0
        return
    item.percent_complete = float(chance.choice([20, 50, 100, 100]))
    item.actual_start = BEGIN + timedelta(days=chance.randint(0, 150))
    if item.percent_complete == 100:
        item.actual_finish = item.actual_start + timedelta(days=chance.randint(1, 45))
    if chance.random() < 0.9:
        item.actual_cost = item.budget * chance.randint(40, 160) / 100


if __name__ == "__main__":
    main()

"""
Measure what an edit of a plan costs: processor time and queries, in one process.

    python bench/editing.py [--sizes 150 1950 10000] [--rounds 7] [--profile]

Makes an empty SQLite database in a directory of its own and brings in one generated plan of each size (that of
`bench/pages.py`). An edit is the action alone, without a request round it: a remark, from which no date follows, a new
name, a new item, and another duration of a task in the middle of a chain. Where a plan is so large that its dates follow in a job, the edit
ends without them, and the job is measured beside it, after an edit of its own each time. Time is the least of the rounds.
Budgets: 20 ms for what is written without dates, 150 ms for an edit at 2,000 items.
"""

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "engine" / "src"), str(ROOT / "bench")]

DAY = 480


def main() -> None:
    arguments = read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "consortio.settings", "CONSORTIO_DATA": folder}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        edits = Edits()
        print(f"{'items':>6}  {'what':<28} {'ms':>7} {'queries':>8}")
        for size in arguments.sizes:
            for name, step, before in edits.of(size):
                spent, queries = measured(step, arguments.rounds, before)
                print(f"{size:>6}  {name:<28} {spent:>7.1f} {queries:>8}")
                if arguments.profile:
                    before()
                    profile(step)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure edits of plans.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[150, 1950, 10_000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--profile", action="store_true", help="say of each where its time went")
    return parser.parse_args()


class Edits:
    """One plan of each size, and what its lead does to it."""

    def __init__(self) -> None:
        from pages import World

        self.world = World()
        self.turn = 0

    def of(self, size: int) -> list[tuple[str, Callable[[], object], Callable[[], object]]]:
        """Return what is measured, what it is called, and what goes before each round of it."""
        from consortio import access
        from consortio.jobs.worker import run_next
        from consortio.plans.adding import NewItem, add_item
        from consortio.plans.models import Item
        from consortio.plans.rescheduling import AT_ONCE
        from consortio.remarks.actions import write_remark

        plan = self.world.brought_in(size)
        with access.unscoped("a measurement"):
            row = Item.objects.filter(plan=plan, name="Survey of site 2, part 10").get()

        def rename() -> None:
            self.edit(row.pk, lambda nth: {"name": f"Survey of site 2, part 10, {nth}"})

        def stretch() -> None:
            self.edit(row.pk, lambda nth: {"duration_minutes": (30 + nth % 7) * DAY})

        def add() -> None:
            here = {"plan_id": plan, "circle_id": row.circle_id}
            add_item(actor=self.world.actor(), item=NewItem(name="Another survey"), at=self.world.now, **here)

        def remark() -> None:
            here = {"circle_id": row.circle_id, "subject_id": row.pk}
            write_remark(actor=self.world.actor(), text="The boat is back.", at=self.world.now, **here)

        found = [
            ("a remark", remark, run_next),
            ("a name", rename, run_next),
            ("a new item", add, run_next),
            ("a duration", stretch, run_next),
        ]
        return [*found, ("its dates, in a job", run_next, stretch)] if size > AT_ONCE else found

    def edit(self, item_id: UUID, values: Callable[[int], dict[str, Any]]) -> None:
        from consortio import access
        from consortio.plans.actions import edit_item
        from consortio.plans.models import Item

        self.turn += 1
        with access.unscoped("a measurement"):
            version = Item.objects.values_list("version", flat=True).get(pk=item_id)
        said = {"item_id": item_id, "version": version, "values": values(self.turn)}
        edit_item(actor=self.world.actor(), at=self.world.now, **said)


def measured(step: Callable[[], object], rounds: int, before: Callable[[], object]) -> tuple[float, int]:
    """Return the least milliseconds of processor time, and the queries."""
    from django.db import connection

    queries: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    before()
    with connection.execute_wrapper(note):
        step()
    times = []
    for _ in range(rounds):
        before()
        began = time.process_time()
        step()
        times.append((time.process_time() - began) * 1000)
    asked = [sql for sql in queries if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
    return min(times), len(asked)


def profile(step: Callable[[], object]) -> None:
    with cProfile.Profile() as found:
        step()
    pstats.Stats(found).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()

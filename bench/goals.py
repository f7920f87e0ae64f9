"""
Measure the pages and the API of goals: processor time, queries and bytes, in one process.

    python bench/goals.py [--goals 50] [--months 100] [--rounds 15]

Makes an empty SQLite database in a directory of its own, with so many goals over as many KPIs, each read for so many
months and confirmed by another organisation, and asks for each page as `bench/pages.py` does. Budgets: 12 queries and
20 ms for a page.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "engine" / "src"), str(ROOT / "bench")]

BUDGET = 20  # ms


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
        print(f"{'page':<24} {'ms':>7} {'budget':>7} {'queries':>8} {'kB':>7}")
        for name, path in paths(world, arguments.goals, arguments.months):
            spent, queries, size_kb = world.asked(path, arguments.rounds)
            print(f"{name:<24} {spent:>7.1f} {BUDGET:>7} {queries:>8} {size_kb:>7.1f}")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the pages of goals.")
    parser.add_argument("--goals", type=int, default=50)
    parser.add_argument("--months", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=15)
    return parser.parse_args()


def paths(world: object, goals: int, months: int) -> Iterator[tuple[str, str]]:
    made = [_goal(world, nth, months) for nth in range(goals)]
    from consortio.goals.chances import compute_chances
    from consortio.goals.reads import goal_page

    for pk in made:
        compute_chances(kpi_id=None, goal_id=pk, at=world.now)  # type: ignore[attr-defined]  # the bench's own world
    page = goal_page(actor=world.actor(), goal_id=made[0], today=world.now.date(), at=world.now)  # type: ignore[attr-defined]
    own = f"/partnerships/{page.partnership.id}"
    yield "goals, board", f"{own}/goals"
    yield "goals, tree", f"{own}/goals?view=tree"
    yield "goals, list", f"{own}/goals?view=list&sort=-progress"
    yield "goals, five in charge", f"{own}/goals?text=Goal+1"
    yield "goal", f"/goals/{made[0]}"
    yield "how it was found", f"/goals/{made[0]}/forecast"
    yield "versions and history", f"/goals/{made[0]}/history"
    yield "partnership at a glance", own
    yield "goals at a glance", f"{own}/goals/glance"
    yield "API, 50 goals", f"/api/v1/goals?partnership_id={page.partnership.id}"


def _goal(world: object, nth: int, months: int) -> UUID:
    from consortio.goals.actions import draft_goal, propose_goal
    from consortio.goals.terms import GoalTerms
    from consortio.kpis.actions import claim_readings, define_kpi
    from consortio.kpis.claims import Claim
    from consortio.kpis.terms import KpiTerms
    from tests.agreed import agree

    own = {"actor": world.actor(), "at": world.now}  # type: ignore[attr-defined]
    joint, today = world.joint, world.now.date()  # type: ignore[attr-defined]
    kpi = define_kpi(**own, circle_id=joint, terms=KpiTerms(name=f"KPI {nth}", unit="own:t"))
    first = _month(today, -months)
    claims = [Claim(_month(first, at), _month(first, at + 1), Decimal(at * 3 + (nth * at) % 7)) for at in range(months)]
    claim_readings(**own, kpi_id=kpi, claims=claims)
    others = world.actor(world.others[0][1], world.others[0][0])  # type: ignore[attr-defined]
    claim_readings(actor=others, at=own["at"], kpi_id=kpi, claims=claims[:-1])
    terms = GoalTerms(
        name=f"Goal {nth}",
        kpi_id=kpi,
        start_on=_month(today, -12),
        due_on=_month(today, 6),
        baseline=Decimal((months - 12) * 3),
        target=Decimal((months + 8) * 3),
        organisation_id=world.harbour,  # type: ignore[attr-defined]
    )
    goal = draft_goal(**own, circle_id=joint, terms=terms)
    proposal = propose_goal(**own, goal_id=goal, version=1, days=7, keeps_all=True)
    agree(actor=own["actor"], proposal_id=proposal, at=own["at"])
    return goal


def _month(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


if __name__ == "__main__":
    main()

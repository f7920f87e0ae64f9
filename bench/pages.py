"""
Measure the pages and the API of plans: processor time, queries and bytes, in one process.

    python bench/pages.py [--sizes 150 2000 10000] [--rounds 15]

Makes an empty SQLite database in a directory of its own, brings in one generated plan of each size (phases of nineteen
tasks, three organisations, one baseline, 1.2 links for each task; seeded) and asks for each page as a signed-in lead,
through all middleware, without a network. Time is the least of the rounds; queries count those of session, actor and
shell. Budgets: 12 queries and 20 ms for a page, 40 ms for bars, 15 ms for fifty items of the API.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "engine" / "src")]

DAY = 480
BUDGETS = {"bars": 40, "bars, later rows": 40, "API, 50 items": 15, "API, 50 by finish": 15}  # ms; other pages 20
PAGE_BUDGET = 20


def main() -> None:
    arguments = read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "consortio.settings", "CONSORTIO_DATA": folder}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        import_module("consortio.asgi")  # as a server is set up, the garbage collector with it
        world = World()
        print(f"{'items':>6}  {'page':<24} {'ms':>7} {'budget':>7} {'queries':>8} {'kB':>7}")
        for size in arguments.sizes:
            for name, path in world.paths(size):
                spent, queries, size_kb = world.asked(path, arguments.rounds)
                budget = BUDGETS.get(name, PAGE_BUDGET)
                print(f"{size:>6}  {name:<24} {spent:>7.1f} {budget:>7} {queries:>8} {size_kb:>7.1f}")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the pages of plans.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[150, 2000, 10_000])
    parser.add_argument("--rounds", type=int, default=15)
    return parser.parse_args()


class World:
    """Three organisations in one partnership, and the lead of the first one signed in."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.test import Client
        from django.utils.timezone import now

        from consortio.invitations.accepting import accept_invitation
        from consortio.invitations.actions import invite_organisation
        from consortio.invitations.rules import hash_of
        from consortio.invitations.sending import fresh_secret
        from consortio.partnerships.actions import found_partnership

        settings.ALLOWED_HOSTS = ["testserver"]
        self.now = now()
        (self.harbour, self.ada, house), *others = [self._registered(name) for name in ("Harbour", "Orchard", "Island")]
        self.joint = found_partnership(
            actor=self.actor(), house_id=house, name="Coast line", letters="HAR", at=self.now
        )
        whom = {"name": "A partner", "at": self.now}
        emails = ["orchard@example.org", "island@example.org"]
        sent = [invite_organisation(actor=self.actor(), joint_id=self.joint, email=email, **whom) for email in emails]
        invited = zip(("ORC", "ISL"), emails, sent, others, strict=True)
        for letters, email, invitation_id, (organisation, lead, own) in invited:
            _, secret = fresh_secret(invitation_id=invitation_id, asked_at=self.now, at=self.now)
            link = {"secret_hash": hash_of(secret), "email": email}
            guest = self.actor(lead, organisation)
            accept_invitation(actor=guest, house_id=own, letters=letters, at=self.now, **link)
        self.others = others
        self.organisations = [self.harbour, *(one[0] for one in others)]
        self.client = self._signed_in(Client())

    def _registered(self, name: str) -> tuple[UUID, UUID, UUID]:
        from consortio.partnerships.actions import register_organisation

        return register_organisation(name=name, letters=name[:3].upper(), lead=f"Lead of {name}", at=self.now)

    def actor(self, person: UUID | None = None, organisation: UUID | None = None) -> Any:
        from consortio import access

        return access.actor_for(person or self.ada, organisation or self.harbour)

    def _signed_in(self, client: Any) -> Any:
        from django.contrib.auth import get_user_model

        client.force_login(get_user_model().objects.create_user("ada@example.org", person_id=self.ada))
        session = client.session
        session["organisation"] = str(self.harbour)
        session.save()
        return client

    def paths(self, size: int) -> Iterator[tuple[str, str]]:
        """Bring in a plan of this size, and yield what is asked of it."""
        from consortio.plans.window import Look, tree_window

        plan = self.brought_in(size)
        window = tree_window(actor=self.actor(), plan_id=plan, look=Look(level=1))
        item = next(row for row in window.rows if not row.has_children)
        own = f"/plans/{plan}"
        yield "bars", own
        yield "bars, later rows", f"{own}?after={window.next}"
        yield "table", f"{own}/table"
        yield "table by finish", f"{own}/table?sort=-finish"
        yield "milestones", f"{own}/milestones"
        yield "item", f"/items/{item.id}"
        yield "API, 50 items", f"/api/v1{own}/items?limit=50"
        yield "API, 50 by finish", f"/api/v1{own}/items?limit=50&sort=finish"
        partnership = f"/partnerships/{window.head.partnership_id}"
        yield "partnership at a glance", partnership
        yield "what changed", f"{partnership}/since"
        yield "home", "/"

    def brought_in(self, size: int) -> UUID:
        from consortio.plans.importing import Choices, import_plan, prepare_import

        names = {f"organisation {nth}": pk for nth, pk in enumerate(self.organisations)}
        prepared = prepare_import(
            plan=generated(size), circle_id=self.joint, choices=Choices(organisations=names, people={"ada": self.ada})
        )
        made = {"circle_id": self.joint, "prepared": prepared, "file_name": "bench.xml", "file": b"<bench/>"}
        return import_plan(actor=self.actor(), at=self.now, **made)

    def asked(self, path: str, rounds: int) -> tuple[float, int, float]:
        """Return milliseconds, queries and kilobytes of one request."""
        from django.db import connection

        queries: list[str] = []

        def note(execute: Any, sql: str, *rest: Any) -> Any:
            queries.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            response = self.client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        asked = [sql for sql in queries if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
        times = []
        for _ in range(rounds):
            began = time.process_time()
            self.client.get(path)
            times.append((time.process_time() - began) * 1000)
        return min(times), len(asked), len(response.content) / 1000


def generated(size: int) -> Any:
    """Return a plan: phases of nineteen items, a fifth of them milestones, begun half a year ago."""
    from consortio.interchange import plan as neutral

    chance = random.Random(size)
    begin = datetime(2031, 1, 6, 8)
    items, leaves = [], []
    for phase in range(max(1, size // 20)):
        items.append(neutral.Item(f"p{phase}", f"Phase {phase} of the roll-out", kind="phase", percent_complete=0.0))
        for place in range(19):
            stone = place % 5 == 4
            leaf = neutral.Item(
                id=f"t{phase}-{place}",
                name=f"Survey of site {phase}, part {place}" if not stone else f"Site {phase} accepted",
                kind="milestone" if stone else "task",
                milestone="finish" if stone else None,
                parent=f"p{phase}",
                depth=2,
                duration_minutes=0 if stone else chance.randint(2, 25) * DAY,
                percent_complete=float(chance.choice([0, 0, 0, 30, 100])) if phase < size // 60 else 0.0,
                responsible=(f"organisation {chance.randrange(3)}", *(["ada"] if place == 7 else [])),
            )
            items.append(leaf)
            leaves.append(leaf.id)
    # A predecessor lies some places before, and chains are cut now and then, so that dates stay within a century.
    links = [
        neutral.Link(leaves[at - chance.randint(1, min(at % 190, 6))], leaf)
        for at, leaf in enumerate(leaves)
        if at and at % 190
        for _ in range(1 + (chance.random() < 0.2))
    ]
    links = list({(link.pred, link.succ): link for link in links}.values())
    taken = tuple(neutral.BaselineItem(leaf, begin, begin + timedelta(days=20), 20 * DAY) for leaf in leaves)
    office = ((480, 720), (780, 1020))
    week = neutral.Calendar("1", "Office", week=(office,) * 5 + ((), ()), minutes_per_day=DAY)
    project = neutral.Project("1", f"Roll-out of {size}", start=begin, calendar="1")
    return neutral.Plan(
        "bench.xml", "mspdi", "msp", (project,), tuple(items), tuple(links), (week,),
        baselines=(neutral.Baseline(0, taken, "Agreed"),),
    )  # fmt: skip


if __name__ == "__main__":
    main()

"""
Measure what an open page costs that asks whether others changed something: processor time and queries of one question.

    python -m bench.polling [--circles 1 5 40] [--entries 20000] [--rounds 300]

Makes an empty SQLite database in a directory of its own with one organisation, so many circles that its lead sits in, and so many
entries in the record, and asks as a signed-in lead, through all middleware, without a network. Told are the median and the
slowest of a hundred of the rounds.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "engine" / "src")]

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)


def main() -> None:
    arguments = read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "consortio.settings", "CONSORTIO_DATA": folder}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        world = World(arguments.entries)
        print(f"{'circles':>8} {'answer':>7} {'queries':>8} {'median ms':>10} {'p99 ms':>7} {'a core serves':>14}")
        for count in arguments.circles:
            world.sit_in(count)
            for is_news in (False, True):
                tell(count, *world.asked(count, is_news, arguments.rounds))


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what an open page costs.")
    parser.add_argument("--circles", type=int, nargs="+", default=[1, 5, 40])
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=300)
    return parser.parse_args()


def tell(count: int, status: int, queries: int, spent: list[float]) -> None:
    median, slow = statistics.median(spent), statistics.quantiles(spent, n=100)[98]
    tabs = f"{60 / (median / 1000):,.0f} tabs"  # each asks once a minute while nothing happens
    print(f"{count:>8} {status:>7} {queries:>8} {median:>10.2f} {slow:>7.2f} {tabs:>14}")


class World:
    """One organisation in a partnership, its lead signed in, a long record in the joint circle."""

    def __init__(self, entries: int) -> None:
        from django.contrib.auth import get_user_model
        from django.test import Client

        from consortio import access
        from consortio.access.gate import as_system
        from consortio.partnerships.actions import found_partnership, register_organisation
        from consortio.record.models import Counter, Entry

        self.organisation, person, house = register_organisation(name="Harbour", letters="HAR", lead="Ada", at=NOON)
        self.actor = access.actor_for(person, self.organisation)
        self.joint = found_partnership(actor=self.actor, house_id=house, name="Coast", letters="HAR", at=NOON)
        self.circles = [self.joint]
        with as_system("bench"):
            row: dict[str, Any] = {
                "event": "bench.done",
                "subject_id": self.joint,
                "at": NOON,
                "body": "{}",
                "leaf": "",
            }
            Entry.objects.bulk_create(Entry(circle_id=self.joint, number=1000 + n, **row) for n in range(entries))
            Counter.objects.filter(circle=self.joint, series="record").update(last=1000 + entries)
        self.client = Client()
        self.client.force_login(get_user_model().objects.create_user("ada@example.org", person_id=person))
        self.client.get("/")

    def sit_in(self, count: int) -> None:
        """Open bodies until the lead sits in so many circles that a page watches."""
        from consortio import access
        from consortio.access.models import Role
        from consortio.circles.actions import open_body

        with access.unscoped("bench"):
            lead = Role.objects.get(circle=self.joint, name="lead").pk
        for nth in range(len(self.circles), count):
            letters = f"B{chr(65 + nth // 26)}{chr(65 + nth % 26)}"
            common = {"name": f"Body {nth}", "letters": letters, "organisation_ids": [self.organisation]}
            actor = access.actor_for(self.actor.person_id, self.organisation)
            self.circles.append(open_body(actor=actor, joint_id=self.joint, role_id=lead, at=NOON, **common))

    def asked(self, count: int, is_news: bool, rounds: int) -> tuple[int, int, list[float]]:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        since = ".".join(f"{pk.hex}:{0 if is_news else 2**40}" for pk in self.circles[:count])
        way = f"/changes/any?since={since}"
        with CaptureQueriesContext(connection) as found:
            status = self.client.get(way).status_code
        queries = sum(one["sql"].startswith("SELECT") for one in found)
        spent = []
        for _ in range(rounds):
            began = time.process_time()
            self.client.get(way)
            spent.append((time.process_time() - began) * 1000)
        return status, queries, spent


if __name__ == "__main__":
    main()

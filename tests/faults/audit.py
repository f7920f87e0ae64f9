"""
What stands in a database after a fault, and whether it is whole. Run as a program it prints what it found.

State and record agree: the record has no gap, each item has the entry that made it, and its version counts the entries
that changed it.
"""

import json
import os
import subprocess
import sys
from typing import Any


def audited(environment: dict[str, str]) -> dict[str, Any]:
    """Return what stands in the database of this environment: items with their versions, and what is wrong."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.audit"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consortio.settings")
    import django

    django.setup()
    from django.db import connection

    from consortio.access.gate import as_system
    from consortio.plans.models import Item, Link, Scheduled
    from consortio.record.models import Counter, Entry, Text

    wrong: list[str] = []
    with as_system("an audit sees everything"):
        entries = list(
            Entry.objects.order_by("circle", "number").values("circle", "number", "event", "subject_id", "pk")
        )
        items = {str(row.pk): row for row in Item.objects.all()}
        links = list(Link.objects.filter(withdrawn_at=None).values_list("predecessor", "successor"))
        last = dict(Counter.objects.filter(series="record").values_list("circle", "last"))
        scheduled = set(map(str, Scheduled.objects.values_list("item", flat=True)))
        texts = set(Text.objects.values_list("entry", flat=True))
    by_circle: dict[Any, list[int]] = {}
    for entry in entries:
        by_circle.setdefault(entry["circle"], []).append(entry["number"])
    for circle, numbers in by_circle.items():
        if numbers != list(range(1, last.get(circle, 0) + 1)):
            wrong.append(f"circle {circle}: {len(numbers)} entries, the counter stands at {last.get(circle)}")
    changed: dict[str, int] = {}
    for entry in entries:
        if entry["event"] in ("item.edited", "item.progressed", "item.moved", "item.withdrawn", "item.restored"):
            changed[str(entry["subject_id"])] = changed.get(str(entry["subject_id"]), 0) + 1
            if entry["pk"] not in texts and entry["event"] == "item.edited":
                wrong.append(f"entry {entry['number']} tells no change")
    made = {str(entry["subject_id"]) for entry in entries if entry["event"] == "item.added"}
    for pk, row in items.items():
        if pk not in made:
            wrong.append(f"item {row.name} has no entry")
        if row.version != 1 + changed.get(pk, 0):
            wrong.append(f"item {row.name}: version {row.version}, {changed.get(pk, 0)} entries changed it")
        if pk not in scheduled:
            wrong.append(f"item {row.name} has no dates")
    for pk in made - set(items):
        wrong.append(f"an entry tells of item {pk}, which is not there")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            said = cursor.execute("PRAGMA integrity_check").fetchone()[0]
        wrong += [] if said == "ok" else [said]
    paths = sorted(row.path for row in items.values())
    wrong += ["two items stand at one place"] if len(set(paths)) < len(paths) else []
    known = {str(pk) for pair in links for pk in pair} - set(items)
    wrong += [f"links lead to {len(known)} items that are not there"] if known else []
    state = {pk: {"version": row.version, "percent": row.percent, "name": row.name} for pk, row in items.items()}
    print(json.dumps({"wrong": wrong, "items": state, "entries": len(entries)}))


if __name__ == "__main__":
    main()

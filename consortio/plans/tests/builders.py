"""Plans as files give them, small ones by hand and large ones by a seed."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from consortio.access import unscoped
from consortio.interchange import plan as neutral
from consortio.plans import rescheduling
from consortio.plans.importing import Choices, import_plan, prepare_import
from consortio.plans.models import Item
from tests.world import NOON

START = datetime(2031, 5, 5, 8)  # a Monday
DAY = 480
OFFICE = ((480, 720), (780, 1020))
RUSSIAN = "бетонирование фундамента северного причала монтаж согласование документации оборудования".split()
WEEK = neutral.Calendar("1", "Office", week=(OFFICE,) * 5 + ((), ()), minutes_per_day=DAY)


def task(pk: str, days: int = 1, parent: str | None = "A", **more) -> neutral.Item:
    return neutral.Item(
        id=pk, name=more.pop("name", f"Task {pk}"), parent=parent, depth=2, duration_minutes=days * DAY,
        percent_complete=more.pop("percent_complete", 0.0), **more,
    )  # fmt: skip


def phase(pk: str, parent: str | None = None, **more) -> neutral.Item:
    name = more.pop("name", f"Phase {pk}")
    return neutral.Item(id=pk, name=name, kind="phase", parent=parent, percent_complete=0.0, **more)


def file_of(*items: neutral.Item, links=(), **more) -> neutral.Plan:
    project = neutral.Project("1", more.pop("name", "Quay"), start=START, calendar="1", **more.pop("project", {}))
    return neutral.Plan("quay.xml", "mspdi", more.pop("mode", "msp"), (project,), items, tuple(links), (WEEK,), **more)


def quay() -> neutral.Plan:
    """A holds t1 (2 days) › t2 (3 days) and the milestone m after both; t3 (1 day) stands apart."""
    done = neutral.Item(
        "m", "Opened", kind="milestone", milestone="finish", parent="A", duration_minutes=0, percent_complete=0.0
    )
    items = (phase("A"), task("t1", 2), task("t2", 3), task("t3", 1), done)
    links = [neutral.Link("t1", "t2"), neutral.Link("t2", "m"), neutral.Link("t3", "m")]
    return file_of(*items, links=links)


def large(count: int, words: int = 0) -> neutral.Plan:
    """Return a plan of this many items: phases of nineteen tasks, 1.2 links for each; named in so many Russian words."""
    chance = random.Random(count)
    items, tasks = [], []
    for number in range(max(1, count // 20)):
        items.append(phase(f"p{number}"))
        for place in range(19 if count >= 20 else count - 1):
            stored = neutral.StoredDates(START, START + timedelta(days=3))
            tasks.append(f"t{number}-{place}")
            made = {"stored": stored, "code": f"{number}.{place}", "responsible": ("Harbour",)}
            items.append(task(tasks[-1], chance.randint(1, 20), f"p{number}", **made))
    links = [
        neutral.Link(tasks[max(0, at - chance.randint(1, 400))], one) for at, one in enumerate(tasks) if at
    ]  # fmt: skip
    links += [neutral.Link(tasks[at], tasks[at + 7], "SS", DAY) for at in range(0, len(tasks) - 7, 5)]
    taken = tuple(neutral.BaselineItem(one, START, START + timedelta(days=1), DAY) for one in tasks)
    if words:
        items = [replace(one, name=" ".join(chance.choices(RUSSIAN, k=words))) for one in items]
    return file_of(*items, links=links, baselines=(neutral.Baseline(0, taken, "Agreed"),))


def bring_in(world, plan: neutral.Plan, who: str = "ada@Harbour", circle: str = "coast", step: str = "plan", **choices):
    """Import the plan in a step of the world and return its id."""
    with world.step(f"prepare {step}"):
        prepared = prepare_import(plan=plan, circle_id=world.ids[circle], choices=Choices(**choices))
    return world.do(
        step, import_plan, who, circle_id=world.ids[circle], prepared=prepared, file_name="quay.xml", file=b"quay"
    )


def large_quay(world, monkeypatch):
    """Bring in the quay, of which two items are now too many to compute at once; its items are known by their ids there."""
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    monkeypatch.setattr(rescheduling, "AT_ONCE", 2)
    return pk


def asked(queries) -> int:
    """Count what was asked of tables; PostgreSQL is also told who asks."""
    return sum(
        one["sql"].startswith(("SELECT", "INSERT", "UPDATE", "DELETE")) and "set_config" not in one["sql"]
        for one in queries
    )


__all__ = ["DAY", "NOON", "START", "asked", "bring_in", "file_of", "large", "phase", "quay", "task"]

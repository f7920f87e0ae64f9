"""A plan comes in whole, as one action, in a bounded number of statements, or not at all."""

import hashlib
import json
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio import access
from consortio.access import NotPermitted, NotVisible, unscoped
from consortio.interchange import plan as neutral
from consortio.plans.importing import Choices, import_plan, names_in, prepare_import
from consortio.plans.models import Baseline, BaselineItem, Calendar, Item, Link, Plan, Schedule, Scheduled
from consortio.record.models import Entry

from .builders import NOON, START, asked, bring_in, file_of, large, phase, quay, task

STATEMENTS_MAX = 40


def rows_of(world, model, who="ada@Harbour", **where):
    with access.reading(actor := world.actor(who)):
        return list(access.visible(actor, model).filter(**where).order_by("pk"))


def test_a_plan_comes_in_with_everything_it_holds(world):
    pk = bring_in(world, replace(quay(), baselines=(neutral.Baseline(0, (neutral.BaselineItem("t1", START),), "One"),)))

    (plan,) = rows_of(world, Plan)
    items = {row.external_id: row for row in rows_of(world, Item)}
    assert (plan.pk, plan.number, plan.name, plan.version, plan.circle_id) == (pk, 1, "Quay", 1, world.ids["coast"])
    assert [row.pk for row in rows_of(world, Calendar)] == [plan.calendar_id]
    assert sorted(row.number for row in items.values()) == [1, 2, 3, 4, 5]
    assert {row.parent_id for row in items.values()} == {None, items["A"].pk}
    assert (items["A"].is_summary, items["A"].depth, items["t1"].is_summary, items["t1"].depth) == (True, 0, False, 1)
    assert len(rows_of(world, Link)) == 3
    assert [(row.item_id, row.start_at) for row in rows_of(world, BaselineItem)] == [(items["t1"].pk, START)]
    assert {row.item_id: row.start_at.day for row in rows_of(world, Scheduled)}[items["t2"].pk] == 7
    (schedule,) = rows_of(world, Schedule)
    assert (schedule.items, schedule.counts["critical"], schedule.finish_at.day) == (5, 3, 9)


def test_an_import_leaves_one_entry_with_the_hash_of_the_file(world):
    with unscoped("test"):
        before = Entry.objects.count()

    bring_in(world, quay())

    with unscoped("test"):
        new = list(Entry.objects.order_by("-at", "-number")[: Entry.objects.count() - before])
    (entry,) = [one for one in new if one.event == "rows.imported"]
    assert len(new) == 1
    assert json.loads(entry.body)["facts"] == {"file": hashlib.sha256(b"quay").hexdigest(), "rows": 5}


@pytest.mark.parametrize("count", [200, 2000])
def test_an_import_takes_a_bounded_number_of_statements(world, count):
    plan = large(count)
    with CaptureQueriesContext(connection) as queries:
        bring_in(world, plan, organisations={"Harbour": world.ids["Harbour"]})

    assert len(rows_of(world, Item)) == count
    assert asked(queries) <= STATEMENTS_MAX


def test_who_may_not_change_plans_brings_none_in(world):
    for who in ("bea@Orchard", "abe@Harbour"):
        with pytest.raises(NotPermitted):
            bring_in(world, quay(), who)
    with pytest.raises(NotVisible):
        bring_in(world, quay(), "bo@Orchard", circle="Harbour only")
    assert rows_of(world, Plan) == []

    bring_in(world, quay(), "bo@Orchard")

    assert len(rows_of(world, Plan)) == 1


def test_a_plan_is_prepared_for_one_circle(world):
    prepared = prepare_import(plan=quay(), circle_id=world.ids["Harbour only"])
    source = {"prepared": prepared, "file_name": "x", "file": b"x", "at": NOON}

    with pytest.raises(NotVisible):
        import_plan(actor=world.actor("ada@Harbour"), circle_id=world.ids["coast"], **source)

    import_plan(actor=world.actor("ada@Harbour"), circle_id=world.ids["Harbour only"], **source)
    assert len(rows_of(world, Plan)) == 1


@pytest.mark.parametrize("kind", ["organisations", "people"])
def test_nothing_comes_in_when_one_reference_is_wrong(world, kind):
    named = file_of(phase("A"), task("t1"), task("t2", responsible=("Ann",)))
    stranger = uuid4()

    with pytest.raises(NotVisible):
        bring_in(world, named, **{kind: {"Ann": stranger}})
    assert (rows_of(world, Plan), rows_of(world, Item), rows_of(world, Baseline)) == ([], [], [])

    bring_in(world, named, **{kind: {"Ann": world.ids["Orchard" if kind == "organisations" else "bo"]}})
    (charged,) = [row for row in rows_of(world, Item) if row.external_id == "t2"]
    assert (charged.organisation_id or charged.person_id) in (world.ids["Orchard"], world.ids["bo"])


def test_names_are_those_of_resources_their_groups_and_the_responsible():
    resources = (neutral.Resource("r", "Ann", group="Dredging"), neutral.Resource("s", "Nobody's"))
    items = (phase("A"), task("t1", assignments=(neutral.Assignment("r"),)), task("t2", responsible=("Ann", "Bo")))

    assert names_in(file_of(*items, resources=resources)) == {"Ann": 2, "Dredging": 1, "Bo": 1}


def test_choices_name_the_plan_and_set_its_start():
    prepared = prepare_import(
        plan=quay(), circle_id=uuid4(), choices=Choices(name="Pier", start_at=START.replace(day=12))
    )

    assert (prepared.plan.name, prepared.start_at) == ("Pier", START.replace(day=12))
    assert prepared.counts == {"phase": 1, "task": 3, "milestone": 1, "links": 3, "calendars": 1, "baselines": 0}


def test_links_that_stand_twice_in_a_file_come_in_once(world):
    twice = [neutral.Link("t1", "t2", lag_minutes=5), neutral.Link("t1", "t2"), neutral.Link("t1", "t2", "SS")]

    bring_in(world, replace(quay(), links=tuple(twice)))

    assert sorted((row.type, row.lag_minutes) for row in rows_of(world, Link)) == [("FS", 0), ("SS", 0)]


def test_a_calendar_stands_after_its_base(world):
    night = neutral.Calendar("2", "Night", base="1")
    deep = neutral.Calendar("3", "Deep night", base="2")

    bring_in(world, replace(quay(), calendars=(deep, night, *quay().calendars)))

    names = {row.pk: row.name for row in rows_of(world, Calendar)}
    assert {row.name: names.get(row.base_id) for row in rows_of(world, Calendar)} == {
        "Deep night": "Night", "Night": "Office", "Office": None
    }  # fmt: skip


def test_a_plan_that_cannot_be_scheduled_comes_in_with_the_finding(world):
    ring = [neutral.Link("t1", "t2"), neutral.Link("t2", "t1")]
    stored = neutral.StoredDates(START, START.replace(day=6))

    bring_in(world, file_of(phase("A"), task("t1", stored=stored), task("t2"), links=ring))

    (schedule,) = rows_of(world, Schedule)
    assert [(one["code"], one["message"]) for one in schedule.findings] == [
        ("cycle", "These items wait for each other: Task t1 → Task t2 → Task t1.")
    ]
    assert (schedule.start_at, schedule.finish_at) == (START, START.replace(day=6))

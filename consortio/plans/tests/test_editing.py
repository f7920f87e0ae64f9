"""Editing an item: who may set what, what follows, what is refused by its field."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from consortio import access
from consortio.access import NotPermitted, NotVisible, Stale, unscoped
from consortio.plans.actions import (
    FieldRefused,
    NewItem,
    Progress,
    Report,
    StaleRows,
    add_item,
    edit_item,
    report_progress,
    set_progress,
    withdraw_item,
)
from consortio.plans.models import Item, Plan
from consortio.plans.reads import item_page, plan_page
from tests.agreed import baseline_of_all

from .builders import DAY, NOON, START, bring_in, quay

MORNING, EVENING = datetime(2031, 5, 7, 8), datetime(2031, 5, 9, 17)  # of t2 as scheduled
LATER = NOON + timedelta(days=14)  # when all that is reported here has happened


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


def in_charge(world, name, **columns):
    """Let somebody answer for an item."""
    with access.writing(ada := world.actor("ada@Harbour")):
        known = {f"{column}_id": world.ids[who] for column, who in columns.items()}
        rows = access.visible(ada, Item).filter(pk=world.ids[name])
        rows.update(version=rows.get().version, **known)


def edit(world, values, who="bo@Orchard", item="t2", version=1):
    return edit_item(actor=world.actor(who), item_id=world.ids[item], version=version, values=values, at=LATER)


def row(world, name="t2"):
    with unscoped("test"):
        return Item.objects.get(pk=world.ids[name])


def history(world, name="t2"):
    entry = item_page(actor=world.actor("bea@Orchard"), item_id=world.ids[name]).history[0]
    return entry.event, {one.field: (one.before, one.after) for one in entry.edits}


def test_an_edit_sets_what_is_said_moves_dates_and_is_told(world, plan):
    moves = edit(world, {"duration_minutes": 5 * DAY, "name": "Fill", "organisation_id": world.ids["Island"]})

    found = row(world)
    assert (found.name, found.duration_minutes, found.organisation_id, found.version) == (
        "Fill", 5 * DAY, world.ids["Island"], 2
    )  # fmt: skip
    assert (moves.joint.items, moves.joint.finish_before, moves.joint.finish_at) == (
        2, EVENING, datetime(2031, 5, 13, 17)
    )  # fmt: skip
    assert history(world) == (
        "item.edited",
        {
            "duration_minutes": (3 * DAY, 5 * DAY), "name": ("Task t2", "Fill"),
            "organisation_id": (None, str(world.ids["Island"])),
        },
    )  # fmt: skip
    assert edit(world, {"name": "Fill"}, version=2).joint.items == 0
    assert row(world).version == 2


EVERY = {
    "name": "x", "code": "1.2", "note": "seen", "kind": "deliverable", "duration_minutes": DAY, "remaining_minutes": 60,
    "percent": 20, "constraint": "snet", "constraint_at": START, "deadline_at": START, "is_active": False,
    "actual_start_at": START, "actual_finish_at": START.replace(day=9),
}  # fmt: skip
THEIRS = {
    "percent", "remaining_minutes", "actual_start_at", "actual_finish_at", "duration_minutes", "constraint",
    "constraint_at",
}  # fmt: skip
REPORTED = {"percent", "remaining_minutes", "actual_start_at", "actual_finish_at"}


def those_set(world, who):
    found = set()
    for field, value in EVERY.items():
        more = {"constraint_at": {"constraint": "snet"}, "constraint": {"constraint_at": START}}.get(field, {})
        with unscoped("test"):
            version = Item.objects.get(pk=world.ids["t2"]).version
        try:
            edit(world, {field: value, **more}, who=who, version=version)
        except NotPermitted:
            continue
        found.add(field)
    return found


def test_who_may_plan_sets_all_the_accountable_their_dates_and_who_is_in_charge_progress(world, plan):
    assert those_set(world, "bo@Orchard") == set(EVERY)
    assert those_set(world, "abe@Harbour") == set()

    in_charge(world, "t2", organisation="Harbour")
    assert those_set(world, "abe@Harbour") == REPORTED
    in_charge(world, "t2", person="bea")
    assert those_set(world, "abe@Harbour") == those_set(world, "bea@Orchard") == set()
    in_charge(world, "t2", person="abe")
    assert those_set(world, "abe@Harbour") == THEIRS


@pytest.mark.parametrize("agreed", ["mso", "mfo", "snlt", "fnlt", "alap"])
def test_what_an_item_is_measured_by_is_not_for_whoever_is_accountable(world, plan, agreed):
    in_charge(world, "t2", person="abe")
    edit(world, {"constraint": "fnet", "constraint_at": EVENING}, who="abe@Harbour")
    for values in ({"constraint": agreed, "constraint_at": EVENING}, {"constraint": agreed}):
        with pytest.raises(FieldRefused, match="was agreed"):
            edit(world, values, who="abe@Harbour", version=2)

    edit(world, {"constraint": agreed, "constraint_at": EVENING}, who="bo@Orchard", version=2)
    for values in ({"constraint": ""}, {"constraint_at": START}):
        with pytest.raises(FieldRefused, match="was agreed"):
            edit(world, values, who="abe@Harbour", version=3)
    assert row(world).constraint == agreed


def test_progress_is_reported_by_who_answers_for_the_item(world, plan):
    def report(who, percent, version):
        said = {"progress": Progress(percent), "version": version, "at": LATER}
        return set_progress(actor=world.actor(who), item_id=world.ids["t2"], **said)

    with pytest.raises(NotPermitted):
        report("abe@Harbour", 10, 1)
    in_charge(world, "t2", organisation="Harbour")
    report("abe@Harbour", 10, 1)
    in_charge(world, "t2", person="bo")
    for who in ("abe@Harbour", "bea@Orchard"):
        with pytest.raises(NotPermitted):
            report(who, 20, 2)
    in_charge(world, "t2", person="abe")
    report("abe@Harbour", 20, 2)
    report("bo@Orchard", 30, 3)
    with pytest.raises(NotVisible):
        report("nobody@Nowhere", 40, 4)
    assert item_page(actor=world.actor("abe@Harbour"), item_id=world.ids["t2"]).can_progress
    assert not item_page(actor=world.actor("abe@Harbour"), item_id=world.ids["t1"]).can_progress


def test_an_edit_is_of_the_version_seen_and_of_what_is_there(world, plan):
    with pytest.raises(Stale):
        edit(world, {"name": "x"}, version=2)
    for wrong in ({"calendar_id": uuid4()}, {"organisation_id": uuid4()}):
        with pytest.raises(NotVisible):
            edit(world, wrong)
    other = bring_in(world, quay(), step="other")
    with unscoped("test"):
        own, theirs = (Plan.objects.get(pk=pk).calendar_id for pk in (plan, other))
    with pytest.raises(NotVisible):
        edit(world, {"calendar_id": theirs})
    with pytest.raises(NotVisible):
        edit(world, {"name": "x"}, who="nobody@Nowhere")

    edit(world, {"calendar_id": own})

    withdraw_item(actor=world.actor("bo@Orchard"), item_id=world.ids["t3"], version=1, at=LATER)
    with pytest.raises(NotVisible):
        edit(world, {"name": "x"}, item="t3", version=2)


FOLLOWS = [
    ({"percent": 40}, {"percent": 40, "actual_start_at": MORNING}),
    ({"percent": 100}, {"percent": 100, "remaining_minutes": 0, "actual_start_at": MORNING,
                        "actual_finish_at": EVENING}),
    ({"actual_finish_at": EVENING.replace(day=8)}, {"percent": 100, "remaining_minutes": 0,
                        "actual_start_at": MORNING, "actual_finish_at": EVENING.replace(day=8)}),
    ({"actual_start_at": START}, {"actual_start_at": START}),
    ({"kind": "milestone"}, {"kind": "milestone", "milestone_end": "finish", "duration_minutes": 0}),
    ({"is_manual": True}, {"is_manual": True, "stored_start_at": MORNING, "stored_finish_at": EVENING}),
    ({"constraint": "snet", "constraint_at": MORNING.replace(second=7)}, {"constraint": "snet",
                        "constraint_at": MORNING}),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), FOLLOWS, ids=lambda one: " ".join(one))
def test_what_follows_is_set_and_told(world, plan, said, expected):
    edit(world, said)

    found = row(world)
    assert {name: getattr(found, name) for name in expected} == expected
    assert set(history(world)[1]) == set(expected)


def test_below_the_end_nothing_has_ended_and_at_nothing_nothing_began(world, plan):
    edit(world, {"percent": 100})
    edit(world, {"percent": 60}, version=2)
    half = row(world)
    edit(world, {"percent": 0}, version=3)

    assert (half.actual_start_at, half.actual_finish_at, half.remaining_minutes) == (MORNING, None, None)
    assert (row(world).actual_start_at, row(world).percent) == (None, 0)
    edit(world, {"percent": 60}, version=4)
    edit(world, {"actual_start_at": None}, version=5)
    assert row(world).percent == 0


def test_in_p6_percent_and_dates_stay_apart(world):
    bring_in(world, replace(quay(), mode="p6"), step="p6")
    with unscoped("test"):
        world.ids["t2"] = Item.objects.get(external_id="t2").pk

    edit(world, {"percent": 100})
    assert (row(world).actual_start_at, row(world).actual_finish_at) == (None, None)
    edit(world, {"percent": 40, "actual_start_at": START}, version=2)
    edit(world, {"actual_finish_at": EVENING}, version=3)
    assert (row(world).percent, row(world).remaining_minutes) == (100, 0)


REFUSED = [
    ({"name": " "}, "name"), ({"name": "x" * 501}, "name"), ({"code": "\0"}, "code"), ({"kind": "epic"}, "kind"),
    ({"percent": 101}, "percent"), ({"percent": True}, "percent"), ({"percent": "40"}, "percent"),
    ({"duration_minutes": -1}, "duration_minutes"), ({"duration_minutes": 10**9}, "duration_minutes"),
    ({"kind": "milestone", "duration_minutes": DAY}, "duration_minutes"), ({"milestone_end": "start"}, "milestone_end"),
    ({"constraint": "snet"}, "constraint_at"), ({"constraint_at": START}, "constraint"),
    ({"constraint": "soon"}, "constraint"), ({"deadline_at": datetime(1815, 1, 1)}, "deadline_at"),
    ({"deadline_at": LATER}, "deadline_at"), ({"deadline_at": "2031-05-06"}, "deadline_at"),
    ({"actual_start_at": EVENING, "actual_finish_at": MORNING}, "actual_finish_at"),
    ({"actual_finish_at": START}, "actual_start_at"), ({"percent": 50, "actual_finish_at": EVENING}, "percent"),
    ({"stored_start_at": START}, "stored_start_at"), ({"is_manual": "yes"}, "is_manual"), ({"person_id": None}, "person_id"),
    ({"is_manual": True, "stored_start_at": EVENING, "stored_finish_at": MORNING}, "stored_finish_at"),
    ({"path": "x"}, "path"), ({"calendar_id": "x"}, "calendar_id"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "field"), REFUSED, ids=lambda one: one if isinstance(one, str) else "")
def test_what_does_not_fit_is_refused_by_its_field_and_changes_nothing(world, plan, said, field):
    with pytest.raises(FieldRefused) as refusal:
        edit(world, said)

    assert refusal.value.field == field
    assert row(world).version == 1


def test_a_phase_takes_its_progress_from_what_it_holds(world, plan):
    for said in ({"percent": 50}, {"duration_minutes": DAY}, {"actual_finish_at": EVENING}):
        with pytest.raises(FieldRefused):
            edit(world, said, item="A")

    edit(world, {"name": "The quay", "deadline_at": EVENING, "percent": 0}, item="A")


def test_what_holds_others_in_private_only_is_edited_like_any_other(world, plan):
    part = NewItem("Our part", parent_id=world.ids["t2"], duration_minutes=DAY)
    world.do("part", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["Harbour only"], item=part)

    moves = edit(world, {"duration_minutes": 4 * DAY, "percent": 10})

    assert (moves.joint.finish_at, moves.house) == (datetime(2031, 5, 12, 17), None)


def test_many_rows_are_reported_in_one_step(world, plan):
    world.do("base", baseline_of_all, "bo@Orchard", plan_id=plan, name="Agreed")
    reports = [
        Report(world.ids["t1"], 1, Progress(100, None, START, datetime(2031, 5, 8, 17))),
        Report(world.ids["t2"], 1, Progress(0)),
        Report(world.ids["t3"], 1, Progress(50)),
    ]

    moves = report_progress(actor=world.actor("bo@Orchard"), plan_id=plan, reports=reports, data_at=EVENING, at=LATER)

    assert (moves.joint.items, moves.joint.finish_at) == (3, datetime(2031, 5, 13, 17))
    assert [(row(world, name).percent, row(world, name).version) for name in ("t1", "t2", "t3")] == [
        (100, 2), (0, 1), (50, 2)
    ]  # fmt: skip
    assert plan_page(actor=world.actor("bo@Orchard"), plan_id=plan).head.data_at == EVENING
    assert history(world, "t3") == (
        "item.progressed",
        {"percent": (0, 50), "actual_start_at": (None, "2031-05-05T08:00")},
    )


def test_a_stale_row_refuses_all_and_loses_nothing(world, plan):
    bo = world.actor("bo@Orchard")
    set_progress(actor=bo, item_id=world.ids["t3"], version=1, progress=Progress(10), at=LATER)
    reports = [Report(world.ids["t1"], 1, Progress(40)), Report(world.ids["t3"], 1, Progress(50))]

    with pytest.raises(StaleRows, match="Task t3 was changed meanwhile") as refusal:
        report_progress(actor=bo, plan_id=plan, reports=reports, at=LATER)

    assert (refusal.value.item_ids, refusal.value.reports) == ((world.ids["t3"],), tuple(reports))
    assert (row(world, "t1").percent, row(world, "t3").percent) == (0, 10)
    report_progress(actor=bo, plan_id=plan, at=LATER, reports=[reports[0], replace(reports[1], version=2)])
    assert (row(world, "t1").percent, row(world, "t3").percent) == (40, 50)


def test_each_reported_row_asks_for_what_it_takes(world, plan):
    abe = world.actor("abe@Harbour")
    in_charge(world, "t1", person="abe")
    own, other = Report(world.ids["t1"], 1, Progress(40)), Report(world.ids["t3"], 1, Progress(50))

    with pytest.raises(NotPermitted):
        report_progress(actor=abe, plan_id=plan, reports=[own, other], at=LATER)
    with pytest.raises(NotPermitted):
        report_progress(actor=abe, plan_id=plan, reports=[own], data_at=EVENING, at=LATER)
    for wrong in (Report(uuid4(), 1, Progress(1)), own):
        with pytest.raises(NotVisible):
            report_progress(actor=abe, plan_id=plan, reports=[own, wrong], at=LATER)
    with pytest.raises(FieldRefused, match="Task t1: "):
        report_progress(actor=abe, plan_id=plan, reports=[replace(own, progress=Progress(140))], at=LATER)

    report_progress(actor=abe, plan_id=plan, reports=[own], at=LATER)
    assert (row(world, "t1").percent, row(world, "t3").percent) == (40, 0)

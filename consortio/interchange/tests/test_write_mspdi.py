from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings

from consortio.interchange.mspdi import read_mspdi
from consortio.interchange.plan import (
    Assignment,
    Baseline,
    BaselineItem,
    Calendar,
    CalendarException,
    Constraint,
    Item,
    Link,
    Plan,
    Project,
    Refused,
    Resource,
    StoredDates,
    TimeSpan,
    WorkWeek,
)
from consortio.interchange.tests.plans import plans
from consortio.interchange.tests.shared import files
from consortio.interchange.write_mspdi import not_written, numbered, write_mspdi

DAY = ((480, 720), (780, 1020))
NIGHT = ((1320, 1800),)
MARCH_2 = datetime(2026, 3, 2, 8)
MARCH_6 = datetime(2026, 3, 6, 17)


def plan(*items: Item, **rest) -> Plan:
    return Plan("plan.xml", "mspdi", "msp", rest.pop("projects", (Project("0", "House"),)), items=items, **rest)


def bare(one: Plan) -> Plan:
    """Without what only the file itself says."""
    return replace(one, findings=(), program="", encoding="", file="")


def again(one: Plan) -> Plan:
    return bare(read_mspdi(write_mspdi(one), one.file))


def item(number: int, **rest) -> Item:
    given = {
        "code": str(number),
        "outline": str(number),
        "effort_kind": "fixed_units",
        "project": "0",
        "order": number - 1,
    }
    return Item(str(number), f"Task {number}", **{**given, **rest})


FULL = plan(
    item(
        1,
        kind="phase",
        stored=StoredDates(MARCH_2, MARCH_6, MARCH_2, MARCH_6, MARCH_2, MARCH_6),
        critical=True,
        total_float_minutes=-480,
        free_float_minutes=0,
        guid="0197f3a2-5c1e-7b44-9d0a-3f6e2b8c1d55",
    ),
    item(
        2,
        parent="1",
        depth=2,
        manual=True,
        duration_minutes=2400,
        duration_estimated=True,
        remaining_minutes=1200,
        actual_minutes=1200,
        calendar="2",
        constraint=Constraint("snet", MARCH_2),
        deadline=MARCH_6,
        actual_start=MARCH_2,
        percent_complete=50,
        physical_percent=40,
        percent_kind="physical",
        stored=StoredDates(MARCH_2, MARCH_6),
        work_minutes=2400,
        assignments=(Assignment("1", 0.5, 2400, 1200, start=MARCH_2, finish=MARCH_6), Assignment(None, 1.0, 60)),
        responsible=("Ann",),
        notes="one\ntwo <&> three",
        priority=700,
    ),
    item(3, parent="1", depth=2, kind="milestone", milestone="finish", duration_minutes=0, active=False),
    item(4, duration_minutes=2880, duration_elapsed=True, leveling_delay_minutes=60, leveling_delay_elapsed=False),
    projects=(
        Project(
            "0",
            "House & <garden>",
            start=MARCH_2,
            finish=MARCH_6,
            data_date=MARCH_2,
            calendar="1",
            critical_float_minutes=960,
            minutes_per_day=480,
        ),
    ),
    links=(
        Link("2", "3", "FS", 480),
        Link("2", "4", "SS", -960),
        Link("3", "4", "FF", 2880, lag_elapsed=True),
        Link("1", "4", "SF", lag_percent=50.0),
    ),
    calendars=(
        Calendar("1", "Standard", week=(DAY,) * 5 + ((), ())),
        Calendar(
            "2",
            "Nights",
            base="1",
            week=(None, NIGHT, None, None, None, (), None),
            exceptions=(
                CalendarException(date(2026, 12, 24), date(2026, 12, 26), (), "Holidays"),
                CalendarException(date(2026, 12, 28), date(2026, 12, 28), ((0, 1440),)),
            ),
            weeks=(WorkWeek(date(2026, 7, 6), date(2026, 7, 19), (DAY, None, DAY, DAY, (), (), ()), "Summer"),),
        ),
    ),
    resources=(
        Resource("1", "Ann", code="A", calendar="2", units_max=1.0, email="ann@example.org", group="Acme"),
        Resource("2", "Sand", kind="material"),
        Resource("3", "Travel", kind="cost"),
    ),
    baselines=(
        Baseline(0, (BaselineItem("2", MARCH_2, MARCH_6, 2400, 2400), BaselineItem("4", MARCH_2))),
        Baseline(3, (BaselineItem("2", MARCH_2, MARCH_6, 2400),)),
    ),
)


def test_a_plan_with_everything_comes_back_equal():
    assert again(FULL) == bare(FULL)


@pytest.mark.parametrize("kind", ["snet", "snlt", "fnet", "fnlt", "mso", "mfo"])
def test_every_constraint_with_a_date_comes_back(kind):
    one = plan(item(1, duration_minutes=480, constraint=Constraint(kind, MARCH_2)))

    assert again(one).items == one.items


def test_as_late_as_possible_comes_back_without_a_date():
    one = plan(item(1, duration_minutes=480, constraint=Constraint("alap")))

    assert again(one).items == one.items


def test_split_tasks_come_back_with_their_pauses():
    spans = (
        TimeSpan(MARCH_2, datetime(2026, 3, 3, 17)),
        TimeSpan(datetime(2026, 3, 5, 8), MARCH_6),
    )
    one = plan(
        item(
            1,
            duration_minutes=1920,
            stored=StoredDates(MARCH_2, MARCH_6),
            splits=spans,
            assignments=(Assignment("1", 1.0, 1920),),
            responsible=("Ann",),
        ),
        projects=(Project("0", "House", calendar="1"),),
        calendars=(Calendar("1", "Standard", week=(DAY,) * 5 + ((), ())),),
        resources=(Resource("1", "Ann"),),
    )

    assert again(one) == bare(one)


def test_a_project_row_is_task_0():
    one = plan(item(0, kind="project", depth=0, order=0), item(1, parent="0", duration_minutes=480, order=1))

    assert again(one).items == one.items


def test_ids_that_are_no_numbers_get_numbers_and_keep_their_links():
    one = plan(
        Item("wbs-1", "Phase", kind="phase"),
        Item("b7", "Dig", parent="wbs-1", depth=2, duration_minutes=480, code="A1000"),
        Item("0", "Build", order=1, duration_minutes=480),
        links=(Link("b7", "0"),),
    )
    read = again(one)

    assert [(found.id, found.code, found.parent) for found in read.items] == [
        ("1", "1", None),
        ("2", "2", "1"),
        ("3", "3", None),
    ]
    assert read.links == (Link("2", "3"),)


def test_numbers_keep_what_is_one_and_avoid_it_for_the_others():
    assert numbered(["7", "x", "0", "007", "8"]) == {"7": 7, "8": 8, "x": 9, "0": 10, "007": 11}
    assert numbered(["0", "1"], zero_for={"0"}) == {"0": 0, "1": 1}


def test_several_projects_become_phases_of_one_file():
    one = plan(
        Item("a", "House", kind="project", depth=0),
        Item("b", "Dig", parent="a", duration_minutes=480),
        Item("c", "Garden", kind="project", depth=0),
        projects=(Project("1", "House"), Project("2", "Garden")),
    )
    read = again(one)

    assert [(found.name, found.kind, found.depth) for found in read.items] == [
        ("House", "phase", 1),
        ("Dig", "task", 2),
        ("Garden", "phase", 1),
    ]
    assert [finding.code for finding in not_written(one)] == ["projects"]


def test_what_has_no_place_is_named():
    one = plan(
        item(1, constraint=Constraint("start_on", MARCH_2), constraint2=Constraint("fnlt", MARCH_6)),
        item(2, expected_finish=MARCH_6),
    )

    assert [(finding.code, finding.where) for finding in not_written(one)] == [
        ("second_constraint", {"items": 1}),
        ("soft_constraint", {"items": 1}),
        ("expected_finish", {"items": 1}),
    ]
    assert again(one).items[0].constraint == Constraint("snet", MARCH_2)
    assert not_written(FULL) == ()


def test_people_without_assignments_are_the_contact():
    one = plan(item(1, duration_minutes=480, responsible=("Ann",)))

    assert again(one).items == one.items


def test_characters_that_xml_cannot_hold_are_left_out():
    assert again(plan(replace(item(1), name="a\x00b\x0bc\ud800d\uffffe"))).items[0].name == "abcde"


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plans())
def test_any_plan_comes_back_equal(one):
    assert again(one) == bare(one)


@pytest.mark.parametrize(("path", "truth"), files("mspdi", "mspdi-converted"))
def test_real_plans_come_back_equal(path, truth):
    try:
        one = read_mspdi(path.read_bytes(), path.name)
    except Refused:
        pytest.skip("no MS Project XML")

    assert again(one) == bare(one)

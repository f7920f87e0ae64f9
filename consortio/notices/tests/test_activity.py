"""What happened in a circle, as a page and as JSON."""

import re
from dataclasses import replace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.notices.activity import activity_page
from consortio.plans.actions import (
    NewItem,
    Progress,
    add_item,
    create_plan,
    edit_item,
    set_accountable,
    set_progress,
    withdraw_item,
)
from consortio.plans.tests.builders import START
from consortio.remarks.actions import write_remark
from tests.world import NOON


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    made = {"circle_id": world.ids["coast"], "name": "Quay & sons", "start_at": START}
    return world.do("plan", create_plan, "ada@Harbour", **made)


def say(world, text, circle, who="ada@Harbour"):
    about = {"circle_id": world.ids[circle], "subject_id": world.ids["plan"]}
    return write_remark(actor=world.actor(who), text=text, at=NOON, **about)


def get(world, circle="coast", who="bo@Orchard", **asked):
    return world.client(who).get(f"/circles/{world.ids[circle]}/activity", asked)


def told(page) -> list[str]:
    return re.findall(r'<ol class="feed">(.*?)</ol>', page.content.decode(), re.S)


def test_a_circles_page_tells_in_words_and_leads_to_the_rows(world, plan):
    say(world, "Below −4 °C\nwe cannot dig", "coast")

    page = get(world)
    (day,) = told(page)
    assert f'The plan <a href="/plans/{plan}"><b>Quay &amp; sons</b></a> was made' in day
    assert 'class="voice">Below −4 °C we cannot dig<' in day
    assert re.search(rf'Remark on <a href="/remarks/about/{plan}#remark-[0-9a-f-]+"><b>Quay &amp; sons</b></a>', day)
    assert day.index("Remark on") < day.index("was made")
    assert "Tue 6 May" in page.content.decode()


def test_a_circle_tells_only_what_lies_in_it(world, plan):
    say(world, "Joint words", "coast")
    say(world, "In house words", "Harbour only")
    say(world, "Offered words", "offer")

    for circle, words in (("coast", "Joint"), ("Harbour only", "In house"), ("offer", "Offered")):
        content = get(world, circle, "ada@Harbour").content.decode()
        assert [one for one in ("Joint", "In house", "Offered") if f"{one} words" in content] == [words]
    for circle in ("Harbour only", "offer"):
        assert get(world, circle).status_code == 404
    assert get(world, "offer", "cy@Island").status_code == 200


@pytest.mark.parametrize(
    ("asked", "there", "away"),
    [
        ({"about": "plans"}, "was made", "joined"),
        ({"about": "people"}, "joined", "was made"),
        ({"about": "nonsense"}, "was made", "nonsense"),
        ({"organisation": "Orchard"}, "joined", "was made"),
        ({"person": "cy"}, "Island</b>", "was made"),
        ({"person": "abe"}, "Nothing that is asked for", "was made"),
        ({"person": "no id", "organisation": "?", "before": "x"}, "was made", "Nothing"),
    ],
)
def test_what_is_asked_for_stands_in_the_address(world, plan, asked, there, away):
    page = get(world, **{name: str(world.ids.get(value, value)) for name, value in asked.items()})
    content = page.content.decode()
    feed = "".join(told(page)) or content

    assert page.status_code == 200
    assert (there if there != "Island</b>" else "joined") in feed and away not in feed


def test_a_long_record_is_paged_by_its_numbers(world, plan):
    bo, coast = world.actor("bo@Orchard"), world.ids["coast"]
    first = activity_page(actor=bo, circle_id=coast, limit=3)
    second = activity_page(actor=bo, circle_id=coast, limit=3, before=first.earlier)
    every = activity_page(actor=bo, circle_id=coast, limit=150)

    assert [*first.lines, *second.lines] == list(every.lines[:6]) and every.earlier is None
    assert first.earlier == first.lines[-1].number


def test_programs_are_told_the_same(world, plan):
    way = f"/api/v1/circles/{world.ids['coast']}/activity"
    lines = world.client("bo@Orchard").get(way, {"about": "plans"}).json()["rows"]

    assert [(line["words"], line["url"], line["person"]) for line in lines] == [
        ("The plan “Quay & sons” was made", f"/plans/{plan}", "ada")
    ]
    hidden = f"/api/v1/circles/{world.ids['offer']}/activity"
    assert world.client("bo@Orchard").get(hidden).status_code == 404
    assert world.client("cy@Island").get(hidden).status_code == 200


def test_the_name_of_a_row_that_is_not_there_any_more_leads_nowhere(world, plan):
    ada, own = world.actor("ada@Harbour"), NewItem("Crane")
    item = add_item(actor=ada, plan_id=plan, circle_id=world.ids["coast"], item=own, at=NOON)
    withdraw_item(actor=ada, item_id=item, version=1, at=NOON)

    (day,) = told(get(world))
    assert "<b>Crane</b> was withdrawn" in day and f"/items/{item}" not in day


def test_a_page_asks_as_often_for_many_lines_as_for_few(world, plan):
    ada, own = world.actor("ada@Harbour"), NewItem("Crane")
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            lines = activity_page(actor=ada, circle_id=world.ids["coast"], about="plans", limit=100).lines
        asked.append((len(lines), len(queries)))
        for nth in range(20):
            add_item(actor=ada, plan_id=plan, circle_id=world.ids["coast"], item=replace(own, name=str(nth)), at=NOON)

    (few, before), (many, after) = asked
    assert many == few + 20 and after <= before + 1  # items are named as well


def test_edits_are_told_field_by_field_and_people_by_their_names(world, plan):
    ada, coast = world.actor("ada@Harbour"), world.ids["coast"]
    item = add_item(actor=ada, plan_id=plan, circle_id=coast, item=NewItem("Crane", duration_minutes=480), at=NOON)
    set_progress(actor=ada, item_id=item, version=1, progress=Progress(percent=40, actual_start_at=START), at=NOON)
    set_accountable(actor=ada, item_id=item, version=2, person_id=world.ids["bo"], at=NOON)

    lines = {line.event: line for line in activity_page(actor=ada, circle_id=coast).lines}
    assert "done: 0% → 40%" in lines["item.progressed"].details
    assert lines["item.nominated"].words == "bo was asked to answer for “Crane”"


def test_a_field_whose_value_a_line_cannot_say_is_named(world, plan):
    ada, coast = world.actor("ada@Harbour"), world.ids["coast"]
    item = add_item(actor=ada, plan_id=plan, circle_id=coast, item=NewItem("Crane", duration_minutes=480), at=NOON)
    edit_item(actor=ada, item_id=item, version=1, values={"duration_minutes": 960, "name": "Cranes"}, at=NOON)
    set_progress(actor=ada, item_id=item, version=2, progress=Progress(percent=40, actual_start_at=START), at=NOON)

    lines = {line.event: line for line in activity_page(actor=ada, circle_id=coast).lines}
    assert lines["item.edited"].details[:2] == ("name: Crane → Cranes", "changed: work")
    assert not any("changed:" in detail for detail in lines["item.progressed"].details)

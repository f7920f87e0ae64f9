"""What changed since somebody's last visit: what others did, in the circles where they sit, after what they have read."""

from datetime import datetime, timedelta

import pytest
import time_machine

from consortio.access import NotVisible
from consortio.accounts.models import User
from consortio.overview import reads, visits
from consortio.overview.models import Visit
from consortio.plans.actions import NewItem, Progress, add_item, set_progress
from consortio.plans.tests.builders import DAY, NOON, START, bring_in, quay

from .test_glance import QUERIES_MAX, here, items_of, queries_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    return bring_in(world, quay())


def since(world, who):
    return reads.since_page(actor=world.actor(who), partnership_id=here(world))


def told(world, who):
    return [line.words for line in since(world, who).lines.lines]


def see(world, who, upto=None):
    upto = since(world, who).seen.upto if upto is None else upto
    return world.client(who).post(f"/partnerships/{here(world)}/seen", {"upto": upto})


def report(world, plan, item, who="ada@Harbour", percent=10):
    row = items_of(plan)[item]
    said = Progress(percent, None, START)
    set_progress(actor=world.actor(who), item_id=row.pk, version=row.version, progress=said, at=NOON)


def test_what_others_did_since_the_last_visit_is_told_and_no_more(world, plan):
    assert see(world, "bo@Orchard").status_code == 302
    assert told(world, "bo@Orchard") == []

    report(world, plan, "t1")
    report(world, plan, "t2", "bo@Orchard")

    assert told(world, "bo@Orchard") == ["Progress of “Task t1” was reported"]


def test_what_was_seen_stays_seen_and_what_came_meanwhile_does_not(world, plan):
    upto = since(world, "bo@Orchard").seen.upto
    report(world, plan, "t1")
    see(world, "bo@Orchard", upto)
    assert told(world, "bo@Orchard") == ["Progress of “Task t1” was reported"]

    see(world, "bo@Orchard")
    see(world, "bo@Orchard", upto)  # an old page

    assert told(world, "bo@Orchard") == []


def test_nobody_can_have_seen_what_is_still_to_come(world, plan):
    ahead = ".".join(f"{part.partition(':')[0]}:999999" for part in since(world, "bo@Orchard").seen.upto.split("."))
    see(world, "bo@Orchard", ahead)

    report(world, plan, "t1")

    assert told(world, "bo@Orchard") == ["Progress of “Task t1” was reported"]


def test_private_doing_is_told_inside_only(world, plan):
    for who in ("ada@Harbour", "abe@Harbour", "bo@Orchard"):
        see(world, who)
    own = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    add_item(actor=world.actor("ada@Harbour"), item=NewItem("secret", duration_minutes=DAY), at=NOON, **own)

    assert told(world, "abe@Harbour") == ["“secret” was added"]
    assert told(world, "bo@Orchard") == told(world, "ada@Harbour") == []
    assert "secret" not in words_of(world.client("bo@Orchard").get(f"/partnerships/{here(world)}/since"))


def test_a_number_of_a_foreign_circle_is_not_kept(world, plan):
    see(world, "bo@Orchard", f"{world.ids['Harbour only'].hex}:5")

    (visit,) = Visit.objects.filter(user__person=world.ids["bo"])
    assert str(world.ids["Harbour only"]) not in visit.numbers


def test_each_person_and_each_hat_has_read_for_itself(world, plan):
    see(world, "bo@Orchard")
    report(world, plan, "t1")
    see(world, "bea@Orchard")

    assert (len(told(world, "bo@Orchard")), len(told(world, "bea@Orchard"))) == (1, 0)
    assert since(world, "cy@Island").seen.at is None


def test_whoever_takes_no_part_cannot_see_or_mark(world, plan):
    path = f"/partnerships/{here(world)}"
    assert world.client("nobody@Nowhere").post(f"{path}/seen").status_code == 404
    assert world.client("nobody@Nowhere").get(f"{path}/since").status_code == 404
    with pytest.raises(NotVisible):
        reads.since_page(actor=world.actor("nobody@Nowhere"), partnership_id=here(world))
    assert not Visit.objects.exists()


@pytest.mark.parametrize("upto", ["x", "123:4", "01c2b8c4fa0074bc82eed1324c964b1f:x"])
def test_what_is_no_place_in_the_record_is_refused_with_a_sentence(world, plan, upto):
    answer = see(world, "bo@Orchard", upto)

    assert answer.status_code == 422
    assert "Send back what the page gave as “upto”" in words_of(answer)
    assert see(world, "bo@Orchard", "").status_code == 302  # nothing means all that is there
    assert told(world, "bo@Orchard") == []


def test_reading_writes_nothing(world, plan):
    world.client("bo@Orchard").get(f"/partnerships/{here(world)}")
    world.client("bo@Orchard").get(f"/partnerships/{here(world)}/since")

    assert not Visit.objects.exists()


def test_the_page_says_when_one_was_here(world, plan):
    with time_machine.travel(datetime(2031, 5, 4, 10, 30), tick=False):
        visits.mark_seen(
            user=user_of(world, "bo@Orchard"), actor=world.actor("bo@Orchard"), partnership_id=here(world), upto="",
            at=NOON - timedelta(days=2),
        )  # fmt: skip

    said = words_of(world.client("bo@Orchard").get(f"/partnerships/{here(world)}/since"))

    assert "Since you were here 4 May, 12:00" in said
    assert "Nobody else has done anything here since then." in said
    assert "Lately" in words_of(world.client("cy@Island").get(f"/partnerships/{here(world)}/since"))


def test_without_script_a_first_visit_is_not_said_to_be_a_second(world, plan):
    first = words_of(world.client("bo@Orchard").get(f"/partnerships/{here(world)}"))

    see(world, "bo@Orchard")

    later = words_of(world.client("bo@Orchard").get(f"/partnerships/{here(world)}"))
    assert "Lately See what changed" in first and "Since you were here" not in first
    assert "Since you were here See what changed" in later and "Lately" not in later


def user_of(world, who):
    world.client(who)
    return User.objects.get(person_id=world.ids[who.partition("@")[0]])


def test_as_much_is_asked_for_one_entry_as_for_three(world, plan):
    counts = []
    for items in (["t1"], ["t1", "t2", "t3"]):
        see(world, "bo@Orchard")
        for item in items:
            report(world, plan, item, percent=20 + len(items))
        counts.append(queries_of(world.client("bo@Orchard"), f"/partnerships/{here(world)}/since"))

    assert counts[0] == counts[1] <= QUERIES_MAX


def test_a_long_list_is_cut_and_leads_to_all(world, plan):
    see(world, "bo@Orchard")
    for percent in range(10, 90, 5):
        report(world, plan, "t1", percent=percent)

    page = since(world, "bo@Orchard")

    assert (len(page.lines.lines), page.lines.total) == (reads.CHANGES_MAX, 16)
    assert "All 16" in words_of(world.client("bo@Orchard").get(f"/partnerships/{here(world)}/since"))

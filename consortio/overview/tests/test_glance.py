"""A partnership at a glance, and home: what they say in each state, to whom, and in how many queries."""

import html
import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio import access
from consortio.access.models import Circle
from consortio.access.seating import seat_in_partnership
from consortio.approvals.tests.builders import named, put
from consortio.interchange import plan as neutral
from consortio.overview import reads
from consortio.partnerships.actions import found_partnership, register_organisation, unseat_person
from consortio.plans.actions import (
    NewItem,
    PlanSettings,
    Progress,
    add_item,
    add_link,
    create_plan,
    edit_plan_settings,
    set_progress,
)
from consortio.plans.answering import set_accountable
from consortio.plans.models import Item, Plan
from consortio.plans.tests.builders import DAY, NOON, START, asked, bring_in, file_of, phase, quay, task
from tests.world import system

QUERIES_MAX = 12
DONE = Progress(100, 0, START, datetime(2031, 5, 5, 17))
MONTH = "2031-05"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):  # Tuesday, 6 May 2031
        yield


def here(world, joint="coast", who="ada@Harbour"):
    with access.reading(actor := world.actor(who)):
        return access.get(actor, Circle, world.ids[joint]).partnership_id


def words_of(response) -> str:
    """Return the words of a page, without what lies behind its numbers."""
    found = response.content.decode()
    found = re.sub(r'<span class="evidence".*?</a></span>', "", found, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", found)).split())


def page(world, who="ada@Harbour", joint="coast"):
    response = world.client(who).get(f"/partnerships/{here(world, joint, who)}")
    assert response.status_code == 200
    return words_of(response)


def glance(world, who="ada@Harbour"):
    return reads.glance(actor=world.actor(who), partnership_id=here(world), at=NOON)


def items_of(plan):
    with access.unscoped("test"):
        return {row.external_id or row.name: row for row in Item.objects.filter(plan=plan)}


def give(plan, item, organisation, person=None):
    """Say who answers for an item, as somebody did long ago."""
    with system():
        own = Item.objects.filter(plan=plan, external_id=item)
        own.update(organisation=organisation, person=person)


def progress(world, plan, item, said=DONE, who="ada@Harbour"):
    row = items_of(plan)[item]
    set_progress(actor=world.actor(who), item_id=row.pk, version=row.version, progress=said, at=NOON)


def last_stone(days, **more):
    stone = {"kind": "milestone", "milestone": "finish", "duration_minutes": 0, "percent_complete": 0.0}
    item = neutral.Item("m", "Opened", parent="A", **stone)
    return file_of(phase("A"), task("t1", days), item, links=[neutral.Link("t1", "m")], **more)


def taken(day):
    return (neutral.Baseline(0, (neutral.BaselineItem("m", day, day),), "Agreed"),)


SENTENCES = {
    "a milestone ahead, and no baseline": (
        lambda: last_stone(3),
        "The last milestone, Opened, ends on 7 May ; there is no baseline yet. 2 of 2 open items have no float, none is late.",
    ),
    "as in the baseline": (
        lambda: last_stone(3, baselines=taken(datetime(2031, 5, 7, 17))),
        "The last milestone, Opened, ends on 7 May , as in the baseline. 2 of 2 open items have no float, none is late.",
    ),
    "after the baseline": (
        lambda: last_stone(9, baselines=taken(datetime(2031, 5, 7, 17))),
        "The last milestone, Opened, ends on 15 May , 8 days after the baseline. 2 of 2 open items have no float, 1 is late.",
    ),
    "before the baseline": (
        lambda: last_stone(2, baselines=taken(datetime(2031, 5, 7, 17))),
        "The last milestone, Opened, ends on 6 May , 1 day before the baseline. 2 of 2 open items have no float, none is late.",
    ),
    "a baseline that does not hold it": (
        lambda: last_stone(3, baselines=(neutral.Baseline(0, (neutral.BaselineItem("t1", START, START),), "Agreed"),)),
        "The last milestone, Opened, ends on 7 May . 2 of 2 open items have no float, 1 is late.",
    ),
    "no milestone": (
        lambda: file_of(phase("A"), task("t1", 3)),
        "“Quay” ends on 7 May . 1 of 1 open item has no float, none is late.",
    ),
    "a ring of links": (
        lambda: file_of(phase("A"), task("t1"), task("t2"), links=[neutral.Link("t1", "t2"), neutral.Link("t2", "t1")]),
        "See the plan’s findings",
    ),
}


@pytest.mark.parametrize("state", SENTENCES)
def test_the_sentence_says_where_the_plan_stands(world, state):
    plan, sentence = SENTENCES[state]
    bring_in(world, plan())

    assert sentence in page(world)


def test_a_plan_that_is_done_says_so(world):
    plan = bring_in(world, last_stone(1))
    progress(world, plan, "t1")
    progress(world, plan, "m", Progress(100, 0, datetime(2031, 5, 5, 17), datetime(2031, 5, 5, 17)))

    said = page(world)

    assert "The last milestone, Opened, was reached on 5 May" in said and "All 2 items are done." in said


def test_a_plan_without_items_says_so(world):
    own = {"circle_id": world.ids["coast"], "name": "Works", "start_at": START}
    create_plan(actor=world.actor("ada@Harbour"), at=NOON, **own)

    assert "“Works” holds no items yet." in page(world)


def test_without_a_plan_the_next_step_is_to_bring_one(world):
    said = page(world)

    assert "The next step: bring the plan that already exists" in said and "Bring a plan" in said
    assert "Who answers for what" not in said and "Milestones" not in said
    assert "Bring a plan" not in page(world, "abe@Harbour")  # who may not


def test_alone_the_next_step_is_to_invite_somebody(world):
    own = {"house_id": world.ids["Harbour's house"], "name": "Pier", "letters": "HAR"}
    world.do("pier", found_partnership, "ada@Harbour", **own)

    said = page(world, joint="pier")

    assert "The next step: invite the organisation that you plan with." in said and "Invite an organisation" in said
    assert "The next step" in page(world) and "invite the organisation" not in page(world)


def test_each_number_leads_to_as_many_items(world):
    plan = bring_in(world, last_stone(9, baselines=taken(datetime(2031, 5, 7, 17))))
    give(plan, "t1", world.ids["Harbour"])
    progress(world, plan, "t1", Progress(10, None, START))
    response = world.client("ada@Harbour").get(f"/partnerships/{here(world)}")

    doors = re.findall(r'<a class="door" href="(/plans/[^"]+)"[^>]*>(\d+)[^<]*</a>', response.content.decode())

    assert len(doors) >= 4
    for way, count in doors:
        rows = world.client("ada@Harbour").get(html.unescape(way)).content.decode()
        assert rows.count('<th scope="row" class="item"') == int(count), way


def test_our_own_date_stands_beside_the_joint_one_for_our_people_only(world):
    plan = bring_in(world, last_stone(3))
    own = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    ours = add_item(actor=world.actor("ada@Harbour"), item=NewItem("ours", duration_minutes=9 * DAY), at=NOON, **own)
    ends = {"predecessor_id": ours, "successor_id": items_of(plan)["m"].pk, "circle_id": world.ids["Harbour only"]}
    add_link(actor=world.actor("ada@Harbour"), at=NOON, **ends)

    assert "in our house: Opened 15 May" in page(world)
    assert "ends on 7 May" in page(world)
    assert "in our house" not in page(world, "bo@Orchard") and "ends on 7 May" in page(world, "bo@Orchard")


def test_each_organisation_is_told_by_name_with_what_it_answers_for(world):
    plan = bring_in(world, quay())
    give(plan, "t1", world.ids["Orchard"], world.ids["bo"])
    give(plan, "t2", world.ids["Harbour"])
    progress(world, plan, "t3", Progress(100, 0, START, datetime(2031, 5, 5, 17)))

    shares = [(member and member.name, one.open, one.done, one.nobody) for member, one in glance(world).shares]

    assert shares == [("Harbour", 1, 0, 1), ("Island", 0, 0, 0), ("Orchard", 1, 0, 0), (None, 1, 1, 1)]
    assert [pair[1] for pair in glance(world).shares] == [pair[1] for pair in glance(world, "bo@Orchard").shares]


def test_what_is_in_the_way_names_who_can_lift_it_and_who_waits(world):
    plan = bring_in(world, quay())
    give(plan, "t1", world.ids["Orchard"], world.ids["bo"])
    give(plan, "t2", world.ids["Harbour"])
    progress(world, plan, "t3", Progress(0, 960))

    (one,) = glance(world).lead.way

    assert (one.item.name, one.item.person, one.waiting) == ("Task t1", "bo", 2)
    assert one.organisations == ((None, 1), (world.ids["Harbour"], 1))
    assert "In the way" in page(world) and "In the way" in page(world, "cy@Island")


def test_an_items_private_followers_hold_nobody_up(world):
    plan = bring_in(world, file_of(phase("A"), task("t1", 3)))
    own = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    ours = add_item(actor=world.actor("ada@Harbour"), item=NewItem("ours", duration_minutes=DAY), at=NOON, **own)
    ends = {"predecessor_id": items_of(plan)["t1"].pk, "successor_id": ours, "circle_id": world.ids["Harbour only"]}
    add_link(actor=world.actor("ada@Harbour"), at=NOON, **ends)

    assert glance(world).lead.way == glance(world, "bo@Orchard").lead.way == ()


# What waits


def waits(world, who, **more):
    found = reads.waiting(actor=world.actor(who), at=NOON, **more)
    return [(one.kind, one.words, one.late) for one in found.all]


def data_date(world, plan, at):
    with access.unscoped("test"):
        row = Plan.objects.get(pk=plan)
    settings = PlanSettings(row.name, row.start_at, at, calendar_id=row.calendar_id)
    then = max(NOON, at.replace(tzinfo=NOON.tzinfo))  # a data date is no day to come
    edit_plan_settings(actor=world.actor("ada@Harbour"), plan_id=plan, version=row.version, settings=settings, at=then)


def far(pk, days, **more):
    """An item that begins so many days after the plan does."""
    held = neutral.Constraint("snet", START + timedelta(days=days))
    return task(pk, 1, constraint=held, **more)


def test_items_wait_for_who_answers_for_them_when_they_are_due_soon(world):
    plan = bring_in(world, file_of(phase("A"), far("t1", 2), far("t2", 14), far("t3", 30)))
    for item in ("t1", "t2", "t3"):
        give(plan, item, world.ids["Harbour"], world.ids["abe"])

    assert waits(world, "abe@Harbour") == [("item", "Task t1", ""), ("item", "Task t2", "")]
    assert waits(world, "ada@Harbour") == waits(world, "bo@Orchard") == []


def test_late_items_wait_and_say_how_late(world):
    plan = bring_in(world, file_of(phase("A"), task("t1", 1), task("t2", 1), far("t3", 40)))
    for item in ("t1", "t2", "t3"):
        give(plan, item, world.ids["Harbour"], world.ids["abe"])
    data_date(world, plan, datetime(2031, 5, 6, 8))
    progress(world, plan, "t2")

    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        found = reads.waiting(actor=world.actor("abe@Harbour"), at=NOON + timedelta(days=3)).all

    assert [(one.words, bool(one.late)) for one in found] == [("Say how “Task t1” is going", True)]


def test_late_is_what_the_plan_counts_as_late_and_the_rest_was_due(world):
    plan = bring_in(world, file_of(phase("A"), task("t1", 1)))
    give(plan, "t1", world.ids["Harbour"], world.ids["abe"])
    after = NOON + timedelta(days=3)

    def said():
        (found,) = reads.waiting(actor=world.actor("abe@Harbour"), at=after).all
        return found.late

    before_any_data_date = said()
    data_date(world, plan, datetime(2031, 5, 8, 8))

    assert before_any_data_date.startswith("was due ") and said().endswith(" late")


def test_an_item_in_work_that_nobody_spoke_of_since_the_data_date_waits(world):
    plan = bring_in(world, file_of(phase("A"), task("t1", 40), task("t2", 40)))
    for item in ("t1", "t2"):
        give(plan, item, world.ids["Harbour"], world.ids["abe"])
        progress(world, plan, item, Progress(20, None, START))
    data_date(world, plan, datetime(2031, 5, 20, 8))
    later = NOON + timedelta(days=15)
    row = items_of(plan)["t2"]
    own = {"item_id": row.pk, "version": row.version, "progress": Progress(30, None, START)}
    set_progress(actor=world.actor("abe@Harbour"), at=later, **own)

    found = reads.waiting(actor=world.actor("abe@Harbour"), at=later).all

    assert [(one.words, one.details[1]) for one in found] == [("Say how “Task t1” is going", "no progress since 6 May")]
    assert not reads.waiting(actor=world.actor("bo@Orchard"), at=later).all


def test_done_and_withdrawn_items_wait_for_nobody(world):
    plan = bring_in(world, file_of(phase("A"), task("t1", 1), task("t2", 1)))
    give(plan, "t1", world.ids["Harbour"], world.ids["abe"])
    give(plan, "t2", world.ids["Harbour"], world.ids["abe"])
    assert len(waits(world, "abe@Harbour")) == 2
    progress(world, plan, "t1")
    with system():
        Item.objects.filter(plan=plan, external_id="t2").update(withdrawn_at=NOON)

    assert waits(world, "abe@Harbour") == []


def test_items_without_a_person_wait_for_who_may_name_one(world):
    plan = bring_in(world, file_of(phase("A"), task("t1", 1), task("t2", 1), task("t3", 1)))
    give(plan, "t1", world.ids["Harbour"])
    give(plan, "t2", world.ids["Harbour"])
    give(plan, "t3", world.ids["Orchard"], world.ids["bo"])
    progress(world, plan, "t3", Progress(10, None, START))

    assert ("unnamed", "Name somebody for 2 items of Harbour", "") in waits(world, "ada@Harbour")
    assert "unnamed" not in {kind for kind, *_ in waits(world, "abe@Harbour") + waits(world, "bo@Orchard")}


def test_a_private_item_without_a_person_counts_in_its_house_only(world):
    plan = bring_in(world, file_of(phase("A"), task("t1", 1)))
    own = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    new = NewItem("ours", duration_minutes=DAY, organisation_id=world.ids["Harbour"])
    add_item(actor=world.actor("ada@Harbour"), item=new, at=NOON, **own)

    assert waits(world, "ada@Harbour") == [("unnamed", "Name somebody for 1 item of Harbour", "")]
    assert [one.nobody for member, one in glance(world).shares if member and member.is_you] == [0]
    assert waits(world, "bo@Orchard") == []


def test_a_nomination_waits_for_who_was_named(world):
    plan = bring_in(world, file_of(phase("A"), far("t1", 40)))
    row = items_of(plan)["t1"]
    own = {"item_id": row.pk, "version": row.version, "person_id": world.ids["bo"]}
    set_accountable(actor=world.actor("ada@Harbour"), at=NOON, **own)

    assert waits(world, "bo@Orchard") == [("nomination", "Take on “Task t1”, or say no", "")]
    assert waits(world, "bea@Orchard") == []
    assert "nomination" not in {kind for kind, *_ in waits(world, "ada@Harbour")}


@pytest.mark.parametrize(
    ("before", "says"),
    [(None, "until you answer nobody is accountable"), ("ada", "until you say yes, ada is accountable")],
)
def test_a_nomination_says_who_is_accountable_until_then(world, before, says):
    plan = bring_in(world, file_of(phase("A"), far("t1", 40)))
    for who in filter(None, [before, "bo"]):
        row = items_of(plan)["t1"]
        own = {"item_id": row.pk, "version": row.version, "person_id": world.ids[who]}
        set_accountable(actor=world.actor("ada@Harbour"), at=NOON, **own)

    (found,) = reads.waiting(actor=world.actor("bo@Orchard"), at=NOON).all

    assert found.details[-1] == says


def test_a_proposal_waits_for_who_may_answer_for_the_organisation(world):
    with named():
        put(world)

        (one,) = reads.waiting(actor=world.actor("bo@Orchard"), at=NOON).all
        answered = [(mark.name, answer) for mark, answer in one.answers]

        assert (one.kind, one.words, one.due_on.day) == ("proposal", "Answer: Name: Quay", 13)
        assert answered == [("Harbour", "agreed"), ("Island", "waiting"), ("Orchard", "waiting")]
        assert waits(world, "bea@Orchard") == waits(world, "ada@Harbour") == []  # an observer; whoever has answered


def test_what_holds_up_others_says_whom(world):
    plan = bring_in(world, quay())
    give(plan, "t1", world.ids["Harbour"], world.ids["abe"])
    give(plan, "t2", world.ids["Orchard"], world.ids["bo"])
    progress(world, plan, "t3", Progress(0, 960))

    said = page(world, "abe@Harbour")

    assert "1, one of them holds up others" in said and "Orchard waits for it" in said


def test_what_waits_is_of_one_partnership_or_of_all(world):
    plan = bring_in(world, file_of(phase("A"), task("t1", 1)))
    give(plan, "t1", world.ids["Harbour"], world.ids["ada"])
    own = {"house_id": world.ids["Harbour's house"], "name": "Pier", "letters": "HAR"}
    world.do("pier", found_partnership, "ada@Harbour", **own)

    assert len(waits(world, "ada@Harbour")) == len(waits(world, "ada@Harbour", partnership_id=here(world))) == 1
    assert waits(world, "ada@Harbour", partnership_id=here(world, "pier")) == []
    with pytest.raises(access.NotVisible):
        waits(world, "bo@Orchard", partnership_id=here(world, "pier"))


def test_of_many_that_wait_some_are_shown_and_all_are_one_click_away(world):
    plan = bring_in(world, file_of(phase("A"), *(task(f"t{n}", 1) for n in range(9))))
    for n in range(9):
        give(plan, f"t{n}", world.ids["Harbour"], world.ids["abe"])
    abe = world.client("abe@Harbour")
    found = abe.get(f"/partnerships/{here(world)}").content.decode()
    assert found.count(">Report</a>") == 6 and "All 9" in found

    everything = abe.get(f"/waiting?partnership={here(world)}").content.decode()

    assert everything.count(">Report</a>") == 9
    assert world.client("ada@Harbour").get("/waiting").content.decode().count(">Report</a>") == 0
    assert world.client("fern@Ferry").get("/waiting").status_code == 302  # who has not signed in


# Home


def test_home_says_where_each_partnership_stands(world):
    bring_in(world, last_stone(9, baselines=taken(datetime(2031, 5, 7, 17))))
    own = {"house_id": world.ids["Harbour's house"], "name": "Pier", "letters": "HAR"}
    world.do("pier", found_partnership, "ada@Harbour", **own)

    said = words_of(world.client("ada@Harbour").get("/"))

    assert "Coast 1 of 2 items late" in said and "Opened 15 May, +8 d" in said
    assert "Pier nobody else has joined yet" in said
    assert "Pier" not in words_of(world.client("bo@Orchard").get("/"))


def test_home_shows_the_other_hats_with_a_button_for_each(world):
    with world.step("Reef"):
        organisation, _, house = register_organisation(name="Reef", letters="REE", lead="rex", at=NOON)
    with system():
        role = access.models.Role.objects.get(circle=house, name="contributor")
        home = Circle.objects.get(pk=house).partnership_id
        seat_in_partnership(partnership_id=home, person_id=world.ids["ada"], organisation_id=organisation, role=role)
    ada = world.client("ada@Harbour")
    found = ada.get("/").content.decode()
    assert f'value="{organisation}"' in found and "Act for Reef" in found
    assert "Act for" not in world.client("abe@Harbour").get("/").content.decode()

    answer = ada.post("/acting-for", {"organisation": str(organisation)})

    assert answer.status_code == 302 and "Act for Harbour" in ada.get("/").content.decode()


def test_home_of_somebody_in_no_partnership_offers_to_found_one(world):
    with world.step("Ferry"):
        made = register_organisation(name="Ferry", letters="FER", lead="fern", at=NOON)
    world.ids |= dict(zip(("Ferry", "fern", "Ferry's house"), made, strict=True))

    said = words_of(world.client("fern@Ferry").get("/"))

    assert "You take part in none at present." in said and "Found a partnership" in said
    assert "Waits for you" not in said and "Nothing waits" not in said


def test_somebody_whose_last_seat_has_ended_keeps_their_name(world):
    abe = world.client("abe@Harbour")
    mine = re.compile(r"(?:Good \w+|Hello), abe\b")
    assert mine.search(words_of(abe.get("/")))

    for joint in ("coast", "Harbour's house"):
        world.do(f"out of {joint}", unseat_person, "ada@Harbour", joint_id=world.ids[joint], person_id=world.ids["abe"])

    page = abe.get("/")
    assert mine.search(words_of(page))
    assert set(re.findall(r'class="face[^"]*"[^>]*>(.*?)<', page.content.decode())) == {"A"}


# Queries


def queries_of(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return asked(queries)


@pytest.mark.parametrize("way", ["/partnerships/{}", "/", "/waiting"])
def test_pages_ask_as_much_for_one_row_as_for_three(world, way):
    counts = []
    for count in (1, 3):
        for nth in range(count):
            name = f"plan {count}.{nth}"
            plan = bring_in(world, last_stone(9, baselines=taken(datetime(2031, 5, 7, 17)), name=name), step=name)
            give(plan, "t1", world.ids["Harbour"], world.ids["ada"])
            item = items_of(plan)["m"]
            own = {"item_id": item.pk, "version": item.version, "person_id": world.ids["ada"]}
            set_accountable(actor=world.actor("bo@Orchard"), at=NOON, **own)
        counts.append(queries_of(world.client("ada@Harbour"), way.format(here(world))))

    assert counts[0] == counts[1] <= QUERIES_MAX

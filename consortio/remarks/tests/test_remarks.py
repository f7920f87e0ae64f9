"""Remarks: who says what where, who is named, who sees it."""

import pytest

from consortio import access
from consortio.access import NotPermitted, NotVisible, Stale, VersionMissing
from consortio.circles.actions import open_body
from consortio.organisations.actions import hire_person
from consortio.partnerships.actions import unseat_person
from consortio.plans.actions import NewItem, add_item, withdraw_item
from consortio.plans.tests.builders import DAY, bring_in, quay
from consortio.plans.window import Look, tree_window
from consortio.record.reads import told
from consortio.remarks.actions import NothingSaid, TooLong, edit_remark, withdraw_remark, write_remark
from consortio.remarks.reads import people_like, people_of, remark, remarks_of
from tests.world import NOON


@pytest.fixture
def item(world):
    plan_id = bring_in(world, quay(), organisations={}, name="Quay")
    rows = tree_window(actor=world.actor("ada@Harbour"), plan_id=plan_id, look=Look()).rows
    world.ids |= {"plan": plan_id, "item": next(row.id for row in rows if row.name == "Task t1")}
    return world.ids["item"]


def say(world, text, who="ada@Harbour", circle="coast", about="item", at=NOON):
    arguments = {"circle_id": world.ids[circle], "subject_id": world.ids[about], "text": text}
    return write_remark(actor=world.actor(who), at=at, **arguments)


def seen(world, who, about="item", **more):
    return remarks_of(actor=world.actor(who), subject_id=world.ids[about], **more)


def texts(page):
    return [row.text for row in page.rows]


def test_what_is_said_is_seen_in_its_circle_and_nowhere_else(world, item):
    say(world, "Joint words")
    say(world, "In house", circle="Harbour only")
    say(world, "Offered", circle="offer")

    assert texts(seen(world, "ada@Harbour")) == ["Joint words", "In house", "Offered"]
    assert texts(seen(world, "cy@Island")) == ["Joint words", "Offered"]
    assert texts(seen(world, "bo@Orchard")) == ["Joint words"]
    totals = {who: seen(world, who).total for who in ("ada@Harbour", "cy@Island", "bo@Orchard")}
    assert totals == {"ada@Harbour": 3, "cy@Island": 2, "bo@Orchard": 1}


def test_one_can_speak_of_a_plan_and_an_item_and_of_nothing_else(world, item):
    say(world, "Of the plan", about="plan")

    assert texts(seen(world, "bo@Orchard", "plan")) == ["Of the plan"]
    for nothing in ("dredger", "coast", "ada"):
        with pytest.raises(NotVisible):
            say(world, "Of something else", about=nothing)


def test_the_circle_is_the_rows_own_or_a_narrower_one(world, item):
    ada, own = world.actor("ada@Harbour"), NewItem("Ours", duration_minutes=DAY)
    plan_id, house = world.ids["plan"], world.ids["Harbour only"]
    world.ids["ours"] = add_item(actor=ada, plan_id=plan_id, circle_id=house, item=own, at=NOON)
    say(world, "About ours", circle="Harbour only", about="ours")

    for wider in ("coast", "offer", "public", "Harbour's house"):
        with pytest.raises((NotVisible, NotPermitted)):
            say(world, "Too wide", circle=wider, about="ours")
    with pytest.raises(NotVisible):
        say(world, "Not mine", "bo@Orchard", "coast", about="ours")
    assert texts(seen(world, "ada@Harbour", "ours")) == ["About ours"]


def test_the_form_begins_with_the_narrowest_circle_and_offers_only_ones_own(world, item):
    offered = {
        who: [circle.id for circle in seen(world, who).circles] for who in ("ada@Harbour", "bo@Orchard", "bea@Orchard")
    }

    own = [world.ids[name] for name in ("Harbour only", "board", "offer", "coast")]
    assert offered["ada@Harbour"] == own
    assert offered["bo@Orchard"] == [world.ids[name] for name in ("Orchard only", "coast")]
    assert offered["bea@Orchard"] == []


def test_an_observer_reads_and_says_nothing(world, item):
    say(world, "Joint words")

    assert texts(seen(world, "bea@Orchard")) == ["Joint words"]
    with pytest.raises(NotPermitted):
        say(world, "No", "bea@Orchard")


@pytest.mark.parametrize(
    ("text", "refusal"), [("", NothingSaid), (" \n ", NothingSaid), ("x" * 10_001, TooLong), ("a\0b", NothingSaid)]
)
def test_words_that_are_none_or_too_many_are_refused(world, item, text, refusal):
    with pytest.raises(refusal):
        say(world, text)
    assert seen(world, "ada@Harbour").total == 0


def test_ten_thousand_signs_and_line_breaks_are_kept(world, item):
    say(world, " a\r\nb\rc " + "x" * 9_994)

    assert texts(seen(world, "bo@Orchard")) == ["a\nb\nc" + " " + "x" * 9_994]


def test_only_people_of_the_circle_are_named(world, item):
    joint = say(world, "@bo, @cy and @abe: look")
    house = say(world, "@bo, @cy and @abe: look", circle="Harbour only")
    side = say(world, "@bo, @cy and @abe: look", circle="offer")

    named = {pk: set(remark(actor=world.actor("ada@Harbour"), remark_id=pk).mentions) for pk in (joint, house, side)}
    who = {name: world.ids[name] for name in ("abe", "bo", "cy")}
    assert named == {joint: set(who.values()), house: {who["abe"]}, side: {who["abe"], who["cy"]}}
    entry = told(actor=world.actor("ada@Harbour"), subject_ids=[house])[0]
    assert entry.facts["mentions"] == [str(who["abe"])]


def test_whoever_has_left_is_not_named(world, item):
    coast = world.ids["coast"]
    unseat_person(actor=world.actor("ada@Harbour"), joint_id=coast, person_id=world.ids["abe"], at=NOON)
    made = say(world, "@abe, look")

    assert remark(actor=world.actor("ada@Harbour"), remark_id=made).mentions == ()
    assert "abe" not in {one.name for one in people_of(actor=world.actor("ada@Harbour"), circle_id=coast)}


def test_other_words_are_ones_own_and_name_only_who_was_not_named(world, item):
    made = say(world, "@bo, look")
    own = {"remark_id": made, "text": "@bo and @cy, look", "at": NOON}
    for who in ("bo@Orchard", "abe@Harbour"):
        with pytest.raises(NotPermitted):
            edit_remark(actor=world.actor(who), version=1, **own)
    with pytest.raises(VersionMissing):
        edit_remark(actor=world.actor("ada@Harbour"), version=None, **own)
    with pytest.raises(Stale):
        edit_remark(actor=world.actor("ada@Harbour"), version=7, **own)

    edit_remark(actor=world.actor("ada@Harbour"), version=1, **own)

    row = remark(actor=world.actor("bo@Orchard"), remark_id=made)
    assert (row.text, row.version, row.edited_at) == ("@bo and @cy, look", 2, NOON)
    entry = told(actor=world.actor("bo@Orchard"), subject_ids=[made])[0]
    assert (entry.event, entry.facts["mentions"]) == ("remark.edited", [str(world.ids["cy"])])
    assert [(edit.before, edit.after) for edit in entry.edits] == [("@bo, look", "@bo and @cy, look")]


def test_the_same_words_again_leave_no_entry(world, item):
    made = say(world, "Words")
    edit_remark(actor=world.actor("ada@Harbour"), remark_id=made, version=1, text="Words ", at=NOON)

    row = remark(actor=world.actor("ada@Harbour"), remark_id=made)
    assert (row.version, row.edited_at) == (1, None)


def test_what_was_said_is_taken_back_by_its_author_or_a_lead_of_theirs(world, item):
    abes, adas = say(world, "By abe", "abe@Harbour"), say(world, "By ada")
    for who, what in (("abe@Harbour", adas), ("bo@Orchard", adas), ("bo@Orchard", abes), ("bea@Orchard", abes)):
        with pytest.raises(NotPermitted):
            withdraw_remark(actor=world.actor(who), remark_id=what, at=NOON)

    withdraw_remark(actor=world.actor("ada@Harbour"), remark_id=abes, at=NOON)
    withdraw_remark(actor=world.actor("ada@Harbour"), remark_id=adas, at=NOON)

    page = seen(world, "bo@Orchard")
    assert [(row.text, row.pieces, row.withdrawn_at) for row in page.rows] == [("", (), NOON)] * 2 and page.total == 0
    with pytest.raises(NotPermitted):
        edit_remark(actor=world.actor("abe@Harbour"), remark_id=abes, version=2, text="Again", at=NOON)


def test_remarks_of_an_item_that_is_gone_are_gone(world, item):
    made = say(world, "Words")
    withdraw_item(actor=world.actor("ada@Harbour"), item_id=item, version=1, at=NOON)

    for gone in (lambda: seen(world, "ada@Harbour"), lambda: say(world, "More")):
        with pytest.raises(NotVisible):
            gone()
    with pytest.raises(NotVisible):
        remark(actor=world.actor("ada@Harbour"), remark_id=made)


def test_the_newest_come_first_in_pages_whose_oldest_stands_above(world, item):
    for nth in range(7):
        say(world, str(nth), at=NOON.replace(minute=nth))

    last = seen(world, "bo@Orchard", limit=3)
    middle = seen(world, "bo@Orchard", limit=3, before=last.earlier)
    first = seen(world, "bo@Orchard", limit=3, before=middle.earlier)

    assert [texts(page) for page in (last, middle, first)] == [["4", "5", "6"], ["1", "2", "3"], ["0"]]
    assert first.earlier is None and {page.total for page in (last, middle, first)} == {7}


def test_one_cannot_page_from_a_remark_that_one_does_not_see(world, item):
    hidden = say(world, "In house", circle="Harbour only")

    with pytest.raises(NotVisible):
        seen(world, "bo@Orchard", before=hidden)
    with pytest.raises(NotVisible):
        seen(world, "bo@Orchard", before=world.ids["item"])
    assert texts(seen(world, "ada@Harbour", before=hidden)) == []


def test_the_picker_knows_the_people_of_its_circle_only(world, item):
    def found(circle, text, who="ada@Harbour"):
        return [one.name for one in people_like(actor=world.actor(who), circle_id=world.ids[circle], text=text)]

    assert found("coast", "be") == ["bea"] and found("coast", "ab") == ["abe"]
    assert found("Harbour only", "be") == [] and found("offer", "be") == []
    assert found("coast", "b") == found("coast", "") == []
    for who, circle in (("bo@Orchard", "offer"), ("bo@Orchard", "Harbour only"), ("bo@Orchard", "item")):
        with pytest.raises(NotVisible):
            found(circle, "ad", who)


def test_the_picker_finds_every_word_of_a_name_in_one_order(world, item):
    house = world.ids["Harbour's house"]
    for name in ("Mara Beck", "Bela Marsh", "Marit Amar"):
        role = world.role("Harbour's house", "contributor")
        hire_person(actor=world.actor("ada@Harbour"), house_id=house, name=name, role_id=role, at=NOON)

    found = people_like(actor=world.actor("ada@Harbour"), circle_id=house, text="mar")
    assert [one.name for one in found] == ["Bela Marsh", "Mara Beck", "Marit Amar"]


def test_in_a_body_only_its_people_are_named(world, item):
    everyone, lead = [world.ids[name] for name in ("Harbour", "Orchard")], world.role("coast", "lead")
    body = {"name": "Panel", "letters": "PAN", "organisation_ids": everyone, "role_id": lead}
    world.do("panel", open_body, "ada@Harbour", joint_id=world.ids["coast"], **body)
    made = say(world, "@abe and @ada, look", circle="panel")

    assert remark(actor=world.actor("ada@Harbour"), remark_id=made).mentions == (world.ids["ada"],)
    assert texts(seen(world, "abe@Harbour")) == []


@pytest.mark.parametrize("count", [1, 12])
def test_a_page_of_remarks_asks_as_often_for_one_as_for_many(world, item, count, django_assert_max_num_queries):
    for nth in range(count):
        say(world, f"@bo, {nth}")
    with access.reading(bo := world.actor("bo@Orchard")), django_assert_max_num_queries(9):
        remarks_of(actor=bo, subject_id=world.ids["item"])

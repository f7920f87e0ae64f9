"""Who answers for an item: our own people at once, others' when they accept."""

from uuid import uuid4

import pytest

from consortio.access import NotPermitted, NotVisible, Stale, unscoped
from consortio.plans.actions import (
    AnsweredAlready,
    CannotAnswer,
    FieldRefused,
    NewItem,
    add_item,
    answer_nomination,
    edit_item,
    set_accountable,
    withdraw_nomination,
)
from consortio.plans.answering import open_nominations
from consortio.plans.models import Item, Nomination
from consortio.plans.reads import item_page

from .builders import NOON, bring_in, quay


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


def name(world, person, who="ada@Harbour", version=1, item="t1"):
    person_id = world.ids.get(person) if person else None
    return set_accountable(
        actor=world.actor(who), item_id=world.ids[item], version=version, person_id=person_id, at=NOON
    )


def answer(world, nomination, who="bo@Orchard", accept=True, version=1, reason=""):
    said = {"accept": accept, "reason": reason, "version": version, "at": NOON}
    return answer_nomination(actor=world.actor(who), nomination_id=nomination, **said)


def answers_for(world, item="t1"):
    with unscoped("test"):
        row = Item.objects.get(pk=world.ids[item])
    names = {pk: name for name, pk in world.ids.items() if pk}
    return names.get(row.person_id), names.get(row.organisation_id), row.version


def events(world, item="t1"):
    page = item_page(actor=world.actor("bea@Orchard"), item_id=world.ids[item])
    return [one.event for one in page.history if one.event != "rows.imported"]


def test_our_own_person_answers_at_once_and_we_are_in_charge_where_nobody_is(world, plan):
    moves = name(world, "abe")

    assert (answers_for(world), moves.made) == (("abe", "Harbour", 2), ())
    assert events(world) == ["item.accountable"]
    assert name(world, "abe", version=2).joint.items == 0
    name(world, None, version=2)
    assert answers_for(world) == (None, "Harbour", 3)
    edit_item(actor=world.actor("ada@Harbour"), item_id=world.ids["t2"], version=1, at=NOON,
              values={"organisation_id": world.ids["Island"]})  # fmt: skip
    name(world, "abe", item="t2", version=2)
    assert answers_for(world, "t2") == ("abe", "Island", 3)


def test_another_organisations_person_is_asked_and_answers_when_they_accept(world, plan):
    (asked,) = name(world, "bo").made

    assert (answers_for(world), events(world)) == ((None, None, 1), ["item.nominated"])
    (told,) = open_nominations(actor=world.actor("bo@Orchard"), mine=True)
    assert (told.id, told.item, told.person, told.nominated_by, told.is_me) == (asked, "Task t1", "bo", "ada", True)
    assert open_nominations(actor=world.actor("abe@Harbour"), mine=True) == ()
    for who in ("ada@Harbour", "cy@Island", "abe@Harbour"):
        with pytest.raises(NotPermitted):
            answer(world, asked, who)

    answer(world, asked)

    assert answers_for(world) == ("bo", "Orchard", 2)
    assert events(world) == ["item.accepted", "item.nominated"]
    assert open_nominations(actor=world.actor("ada@Harbour")) == ()
    with pytest.raises(AnsweredAlready):
        answer(world, asked, version=2)


def test_who_declines_says_why(world, plan):
    (asked,) = name(world, "bo").made
    for reason in ("", "  ", "x" * 2001):
        with pytest.raises(FieldRefused) as refusal:
            answer(world, asked, accept=False, reason=reason)
        assert refusal.value.field == "reason"

    answer(world, asked, accept=False, reason="We have no divers in June.")

    assert answers_for(world) == (None, None, 1)
    page = item_page(actor=world.actor("ada@Harbour"), item_id=world.ids["t1"])
    assert (page.history[0].event, page.history[0].texts) == ("item.declined", {"reason": "We have no divers in June."})


def test_one_at_a_time_is_asked_and_naming_somebody_asks_no_more(world, plan):
    (first,) = name(world, "bo").made
    assert name(world, "bo").made == ()
    (second,) = name(world, "cy").made
    with pytest.raises((AnsweredAlready, Stale)):
        answer(world, first)
    name(world, "abe")

    with unscoped("test"):
        states = {row.pk: row.state for row in Nomination.objects.all()}
    assert states == {first: "withdrawn", second: "withdrawn"}
    assert answers_for(world) == ("abe", "Harbour", 2)


def test_a_nomination_is_taken_back_by_who_may_plan(world, plan):
    (asked,) = name(world, "bo").made
    for who, error in (("abe@Harbour", NotPermitted), ("nobody@Nowhere", NotVisible)):
        with pytest.raises(error):
            withdraw_nomination(actor=world.actor(who), nomination_id=asked, version=1, at=NOON)
    with pytest.raises(Stale):
        withdraw_nomination(actor=world.actor("cy@Island"), nomination_id=asked, version=2, at=NOON)

    withdraw_nomination(actor=world.actor("cy@Island"), nomination_id=asked, version=1, at=NOON)

    assert events(world) == ["item.not_nominated", "item.nominated"]
    with pytest.raises(AnsweredAlready):
        withdraw_nomination(actor=world.actor("cy@Island"), nomination_id=asked, version=2, at=NOON)


def test_only_who_may_plan_names_somebody_who_sits_there(world, plan):
    world.ids["nothing"] = uuid4()
    for who, error in (("abe@Harbour", NotPermitted), ("nobody@Nowhere", NotVisible)):
        with pytest.raises(error):
            name(world, "abe", who)
    with pytest.raises(NotVisible):
        name(world, "nothing")
    with pytest.raises(Stale):
        name(world, "abe", version=2)
    with pytest.raises(CannotAnswer):
        name(world, "bea")

    name(world, "bea", who="bo@Orchard")  # their own people are theirs to name


def test_in_a_house_only_its_people_are_named(world, plan):
    own = NewItem("Our part", parent_id=world.ids["t1"])
    world.do("own", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["Harbour only"], item=own)

    with pytest.raises(NotVisible):
        name(world, "bo", item="own")
    name(world, "abe", item="own")
    assert answers_for(world, "own") == ("abe", "Harbour", 2)


def test_a_new_item_asks_others_people_too(world, plan):
    item = {name: NewItem(name, person_id=world.ids[name]) for name in ("abe", "bo")}
    for one in item:
        world.do(f"for {one}", add_item, "ada@Harbour", plan_id=plan, circle_id=world.ids["coast"], item=item[one])

    assert (answers_for(world, "for abe"), answers_for(world, "for bo")) == (("abe", None, 1), (None, None, 1))
    assert [one.person for one in open_nominations(actor=world.actor("cy@Island"))] == ["bo"]

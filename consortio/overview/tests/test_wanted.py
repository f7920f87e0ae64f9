"""How many answers wait, beside the places of every page and under one's other hats."""

import re
from datetime import date

import pytest
import time_machine
from django.utils import timezone

from consortio import access
from consortio.access.models import Circle, Role
from consortio.access.seating import seat_in_partnership
from consortio.approvals.actions import answer_proposal
from consortio.charters.actions import propose_charter
from consortio.overview import reads
from consortio.overview.wanted import wanted_of
from consortio.partnerships.actions import leave_partnership, register_organisation, unseat_person
from consortio.plans.actions import NewItem, add_item
from consortio.plans.answering import set_accountable
from consortio.plans.models import Item
from consortio.plans.tests.builders import DAY, NOON, bring_in, file_of, phase, task
from tests.world import system


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def coast(world):
    return partnership(world, "ada@Harbour", "coast")


def partnership(world, who, joint):
    with access.reading(actor := world.actor(who)):
        return access.get(actor, Circle, world.ids[joint]).partnership_id


def propose(world, who="ada@Harbour", joint="coast", **articles):
    said = {"joint_id": world.ids[joint], "version": 0, "articles": articles or {"purpose": "Dredge."}, "days": 7}
    return world.do(f"charter {articles} by {who} in {joint}", propose_charter, who, **said)


def answer(world, proposal, who):
    answer_proposal(actor=world.actor(who), proposal_id=proposal, version=1, verdict="approve", at=NOON)


def ask(world, plan, item, who, by="ada@Harbour"):
    with access.unscoped("test"):
        row = Item.objects.get(pk=item)
    named = {"item_id": row.pk, "version": row.version, "person_id": world.ids[who]}
    set_accountable(actor=world.actor(by), at=NOON, **named)


def counts(world, who, organisation=None):
    person, _, own = who.partition("@")
    found = wanted_of(person_id=world.ids[person], at=NOON).of(world.ids[organisation or own])
    return found.total, dict(found.proposals), dict(found.nominations)


def beside(client, path):
    """Return the number beside each place of the side bar."""
    page = client.get(path).content.decode()
    side = page[page.index('<nav class="nav') :].split("</nav>")[0] if '<nav class="nav' in page else page
    found = re.findall(r'<span class="word">([^<]*)</span><span class="count"[^>]*><span[^>]*>[^<]*</span>(\d+)<', side)
    return dict(found)


def hat_of(world, who, name):
    """Let somebody act for another organisation, too, as its lead; return a partnership of it with Island."""
    organisation, _, house = register_organisation(name=name, letters=name[:3].upper(), lead=f"{name}'s own", at=NOON)
    with system():
        home = Circle.objects.get(pk=house).partnership_id
        role = Role.objects.get(circle=house, name="lead")
        seat_in_partnership(partnership_id=home, person_id=world.ids[who], organisation_id=organisation, role=role)
    world.ids |= {name: organisation, f"{name}'s house": house}
    return organisation


def test_a_proposal_is_counted_for_those_who_may_answer_until_they_have(world, coast):
    own = propose(world)
    propose(world, purpose="Build.")

    assert counts(world, "bo@Orchard") == (2, {coast: 2}, {})
    assert counts(world, "bea@Orchard")[0] == 0  # she may not answer
    answer(world, own, "bo@Orchard")
    assert counts(world, "bo@Orchard") == (1, {coast: 1}, {})
    assert beside(world.client("bo@Orchard"), f"/partnerships/{coast}") == {"Home": "1", "Proposals": "1"}
    assert beside(world.client("bea@Orchard"), f"/partnerships/{coast}") == {}


def test_a_member_that_has_left_is_asked_for_nothing(world):
    propose(world)
    assert counts(world, "cy@Island")[0] == 1
    leave_partnership(actor=world.actor("cy@Island"), joint_id=world.ids["coast"], last_day=None, at=NOON)
    assert counts(world, "cy@Island")[0] == 0


def test_a_nomination_is_counted_for_whoever_was_named_and_sits_where_it_lies(world, coast):
    plan = bring_in(world, file_of(phase("A"), task("t1", 1)))
    with access.unscoped("test"):
        item = Item.objects.get(plan=plan, external_id="t1").pk
    world.hire("ben", "bo@Orchard", "contributor")
    ask(world, plan, item, "ben")

    assert counts(world, "ben@Orchard") == (1, {}, {coast: 1})
    assert counts(world, "bo@Orchard")[0] == counts(world, "ada@Harbour")[0] == 0
    assert beside(world.client("ben@Orchard"), "/") == {"Home": "1"}

    out = {"joint_id": world.ids["coast"], "person_id": world.ids["ben"]}
    unseat_person(actor=world.actor("bo@Orchard"), at=NOON, **out)
    assert counts(world, "ben@Orchard")[0] == 0


def test_what_lies_in_a_circle_that_one_does_not_sit_in_is_not_counted(world):
    offer = {"circle_id": world.ids["offer"]}
    plan = bring_in(world, file_of(phase("A"), task("t1", 1)), circle="offer", step="offered")
    item = NewItem("barge", duration_minutes=DAY)
    made = add_item(actor=world.actor("ada@Harbour"), plan_id=plan, item=item, at=NOON, **offer)
    ask(world, plan, made, "cy")

    assert counts(world, "cy@Island")[0] == 1
    with system():
        seats = access.models.Seat.objects.filter(person=world.ids["cy"], circle=world.ids["offer"])
        seats.update(ended_at=NOON)
    assert counts(world, "cy@Island")[0] == 0


def test_home_says_how_many_of_what_waits_the_number_beside_it_counts(world, coast):
    plan = bring_in(world, file_of(phase("A"), task("t1", 1)))
    with access.unscoped("test"):
        item = Item.objects.get(plan=plan, external_id="t1").pk
    ask(world, plan, item, "ada", by="bo@Orchard")
    own = {"plan_id": plan, "circle_id": world.ids["coast"], "item": NewItem("Soon", duration_minutes=DAY)}
    soon = world.do("soon", add_item, "ada@Harbour", **own)
    ask(world, plan, soon, "ada")

    page = world.client("ada@Harbour").get("/").content.decode()

    assert beside(world.client("ada@Harbour"), "/")["Home"] == "1"
    assert re.search(r"\d things wait for you, one of them for your answer", page)


def test_a_deadline_lies_on_the_day_that_the_reader_has_then(world):
    propose(world)  # until the 13th at noon, UTC
    days = []
    for zone in ("UTC", "Pacific/Kiritimati"):
        with timezone.override(zone):
            days += [wait.due_on for wait in reads.waiting(actor=world.actor("bo@Orchard"), at=NOON).all]

    assert days == [date(2031, 5, 13), date(2031, 5, 14)]

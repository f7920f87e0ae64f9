"""The items that a milestone waits for are what was agreed on: all hear of them, and all agree to others."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consortio.access import Invalid
from consortio.approvals.actions import withdraw_proposal
from consortio.approvals.reads import proposal_page
from consortio.goals import form_views
from consortio.goals.actions import Agreed, NothingDifferent, link_items, withdraw_goal
from consortio.goals.looking_back import past_page
from consortio.goals.reads import goal_page, proposal_difference
from consortio.plans.actions import NewLine, add_items
from consortio.plans.models import Item
from consortio.plans.tests.builders import DAY, bring_in, quay
from tests.agreed import agree
from tests.world import NOON, system

from .test_goals import drafted, kpi, page, proposed  # noqa: F401

LATER = NOON + timedelta(hours=1)
NAMES = ("Keel", "Quay", "Crane")
WAITED = "Items that it waits for"


@pytest.fixture
def items(world):
    plan = bring_in(world, quay())
    with world.step("lines"):
        lines = [NewLine(name, duration_minutes=DAY) for name in NAMES]
        add_items(actor=world.actor("ada@Harbour"), plan_id=plan, circle_id=world.ids["coast"], items=lines, at=NOON)
    with system():
        found = {item.name: item for item in Item.objects.filter(plan=plan, name__in=NAMES)}
    return [found[name] for name in NAMES]


def link(world, goal, items, who="ada@Harbour"):
    own = {"goal_id": goal, "version": page(world, goal).row.version}
    link_items(actor=world.actor(who), item_ids=[item.pk for item in items], at=NOON, **own)


def milestone(world, items):
    goal = drafted(world, None, kind="milestone", name="Opened", baseline=None, target=None)
    link(world, goal, items)
    return goal


def lines(world, proposal):
    shown = proposal_page(actor=world.actor("cy@Island"), proposal_id=proposal, at=NOON).difference
    return [(line.before, line.after) for line in shown if line.field == "Items that it waits for"]


def waits_for(world, goal):
    return {item.name for item in page(world, goal, "cy@Island").row.items}


def put(world, goal, **more):
    return proposed(world, goal, page(world, goal).row.version, **more)


def words(*items):
    return "\n".join(sorted(f"I-{item.number} {item.name}" for item in items))


def test_what_a_milestone_waits_for_is_proposed_with_it(world, items):
    keel, quay_built, crane = items
    goal = milestone(world, [keel, quay_built])
    proposal = put(world, goal)
    assert lines(world, proposal) == [("", words(keel, quay_built))]

    link(world, goal, [crane])  # on the draft, while the members answer to what was proposed
    agree(actor=world.actor("ada@Harbour"), proposal_id=proposal, at=NOON)

    assert waits_for(world, goal) == {"Keel", "Quay"}


def test_no_member_takes_an_item_away_from_what_all_agreed_on(world, items):
    keel, quay_built, crane = items
    goal = milestone(world, [keel, quay_built])
    agree(actor=world.actor("ada@Harbour"), proposal_id=put(world, goal), at=NOON)
    with pytest.raises(Agreed, match="propose to all of them"):
        link(world, goal, [keel], "bo@Orchard")
    with pytest.raises(NothingDifferent):
        put(world, goal, item_ids=[quay_built.pk, keel.pk])
    with pytest.raises(Invalid) as refusal:
        put(world, goal, item_ids=[world.ids["dredger"]])
    assert refusal.value.field == "items"

    proposal = put(world, goal, who="bo@Orchard", item_ids=[keel.pk, crane.pk])
    assert lines(world, proposal) == [(words(keel, quay_built), words(keel, crane))]
    assert waits_for(world, goal) == {"Keel", "Quay"}
    agree(actor=world.actor("ada@Harbour"), proposal_id=proposal, at=NOON)

    assert waits_for(world, goal) == {"Keel", "Crane"}
    again = put(world, goal, changes={"weight": 3})
    assert lines(world, again) == []


def test_the_page_puts_other_items_to_all_members(world, items, monkeypatch):
    monkeypatch.setattr(form_views, "now", lambda: LATER)
    keel, quay_built, _crane = items
    goal, ada = milestone(world, [keel, quay_built]), world.client("ada@Harbour")
    form = {"version": page(world, goal).row.version, "items": f"I-{keel.number}"}
    assert ada.post(f"/goals/{goal}/items", form)["Location"] == f"/goals/{goal}"
    agree(actor=world.actor("ada@Harbour"), proposal_id=put(world, goal), at=NOON)
    assert "Propose to all members" in ada.get(f"/goals/{goal}/items").content.decode()

    form = {"version": page(world, goal).row.version, "items": "Quay", "days": "7", "reason": "The keel is laid."}
    refused = ada.post(f"/goals/{goal}/items", form | {"days": ""})
    asked = ada.post(f"/goals/{goal}/items", form)

    assert refused.status_code == 422 and "The keel is laid." in refused.content.decode()
    assert asked["Location"].startswith("/proposals/") and waits_for(world, goal) == {"Keel"}


def test_the_items_stand_in_the_preview_before_they_are_proposed(world, items):
    keel, quay_built, _crane = items
    goal, ada = milestone(world, [keel, quay_built]), world.client("ada@Harbour")

    told = ada.get(f"/goals/{goal}/proposal").content.decode()

    assert (
        "Items that it waits for" in told and f"I-{keel.number} Keel" in told and f"I-{quay_built.number} Quay" in told
    )
    agree(actor=world.actor("ada@Harbour"), proposal_id=put(world, goal), at=NOON)
    shown = goal_page(actor=world.actor("ada@Harbour"), goal_id=goal, today=NOON.date(), at=NOON)
    lines = proposal_difference(actor=world.actor("ada@Harbour"), goal=shown, after=replace(shown.row.terms, weight=3))
    assert [line.field for line in lines] == ["Weight"]


def test_the_versions_say_which_items_came_and_went(world, items):
    keel, quay_built, crane = items
    goal = milestone(world, [keel, quay_built])
    agree(actor=world.actor("ada@Harbour"), proposal_id=put(world, goal), at=NOON)
    for more in ({"item_ids": [keel.pk, crane.pk]}, {"changes": {"weight": 3}}):
        agree(actor=world.actor("ada@Harbour"), proposal_id=put(world, goal, **more), at=NOON)

    versions = past_page(actor=world.actor("cy@Island"), goal_id=goal).versions

    told = [[(one.before, one.after) for one in each.difference if one.field == WAITED] for each in versions]
    assert told == [[], [(words(keel, quay_built), words(keel, crane))], [("", words(keel, quay_built))]]
    told = world.client("cy@Island").get(f"/goals/{goal}/history").content.decode()
    assert WAITED in told and "Crane" in told


def test_what_is_put_to_all_members_is_not_taken_back_by_another_one(world, kpi):  # noqa: F811
    goal = drafted(world, kpi)
    proposal = put(world, goal)
    own = {"actor": world.actor("bo@Orchard"), "goal_id": goal, "at": NOON}

    with pytest.raises(Agreed, match="withdraws that proposal first"):
        withdraw_goal(**own, version=page(world, goal).row.version)
    withdraw_proposal(actor=world.actor("ada@Harbour"), proposal_id=proposal, version=1, at=NOON)
    withdraw_goal(**own, version=page(world, goal).row.version)

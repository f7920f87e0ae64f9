"""A baseline of joint work is what every member agreed to: the dates that everybody looked at, kept with the last yes."""

import json
from datetime import timedelta

import pytest

from consortio.access import NotPermitted, NotVisible, unscoped
from consortio.approvals.actions import AlreadyProposed, answer_proposal
from consortio.approvals.models import Proposal
from consortio.approvals.reads import proposal_page
from consortio.partnerships.actions import found_partnership
from consortio.plans.actions import (
    AgreedByAll,
    FieldRefused,
    NewItem,
    PlanSettings,
    add_item,
    create_plan,
    edit_plan_settings,
    propose_baseline,
    take_baseline,
)
from consortio.plans.models import Baseline, BaselineItem, Plan, Scheduled

from .builders import DAY, NOON, START, bring_in, quay

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def plan(world):
    return bring_in(world, quay())


def proposed(world, plan, who="ada@Harbour", name="Agreed"):
    return world.do(f"propose {name} by {who}", propose_baseline, who, plan_id=plan, name=name, days=7)


def yes(world, proposal, *who, verdict="approve"):
    for each in who or ("bo@Orchard", "cy@Island"):
        said = {"version": 1, "verdict": verdict, "reason": "because", "at": LATER}
        answer_proposal(actor=world.actor(each), proposal_id=proposal, **said)


def baselines(plan):
    with unscoped("test"):
        return list(Baseline.objects.filter(plan=plan).order_by("number").values_list("number", "name"))


def test_nobody_takes_a_baseline_of_joint_work_alone(world, plan):
    with pytest.raises(AgreedByAll):
        take_baseline(actor=world.actor("ada@Harbour"), plan_id=plan, name="Mine", at=NOON)
    proposal = proposed(world, plan)
    yes(world, proposal, "bo@Orchard")
    assert baselines(plan) == []

    yes(world, proposal, "cy@Island")

    assert baselines(plan) == [(0, "Agreed")]


@pytest.mark.parametrize("circle", ["Harbour only", "offer", "Harbour's house"])
def test_where_not_every_member_is_concerned_whoever_edits_takes_one(world, circle):
    own = {"circle_id": world.ids[circle], "name": "Own", "start_at": START}
    plan = world.do("own", create_plan, "ada@Harbour", **own)

    take_baseline(actor=world.actor("ada@Harbour"), plan_id=plan, name="Mine", at=NOON)

    assert baselines(plan) == [(0, "Mine")]
    with pytest.raises(NotVisible):
        proposed(world, plan)


def test_a_partnership_of_one_takes_one_at_once(world):
    house = {"house_id": world.ids["Harbour's house"], "name": "Alone", "letters": "HAR"}
    joint = world.do("alone", found_partnership, "ada@Harbour", **house)
    plan = world.do("own", create_plan, "ada@Harbour", circle_id=joint, name="Own", start_at=START)

    take_baseline(actor=world.actor("ada@Harbour"), plan_id=plan, name="Mine", at=NOON)

    assert baselines(plan) == [(0, "Mine")]


def test_what_is_kept_is_what_everybody_looked_at_whatever_moved_since(world, plan):
    with unscoped("test"):
        seen = set(Scheduled.objects.filter(plan=plan, circle=world.ids["coast"]).values_list("item_id", "finish_at"))
    proposal = proposed(world, plan)
    new = {"plan_id": plan, "circle_id": world.ids["coast"], "item": NewItem("Later", duration_minutes=90 * DAY)}
    world.do("later", add_item, "ada@Harbour", **new)
    with unscoped("test"):
        version = Plan.objects.get(pk=plan).version
    moved = PlanSettings("Quay", START + timedelta(days=30), zone="Europe/Paris")
    edit = {"plan_id": plan, "version": version, "settings": moved, "at": LATER}
    edit_plan_settings(actor=world.actor("ada@Harbour"), **edit)

    yes(world, proposal)

    with unscoped("test"):
        assert set(BaselineItem.objects.filter(baseline__plan=plan).values_list("item_id", "finish_at")) == seen
        assert Baseline.objects.get(plan=plan).taken_at == NOON


def test_the_difference_is_told_against_the_baseline_before(world, plan):
    first = proposed(world, plan)
    yes(world, first)
    new = {"plan_id": plan, "circle_id": world.ids["coast"], "item": NewItem("Later", duration_minutes=90 * DAY)}
    world.do("later", add_item, "ada@Harbour", **new)
    end = {"plan_id": plan, "circle_id": world.ids["coast"], "item": NewItem("Opening", kind="milestone")}
    world.do("opening", add_item, "ada@Harbour", **end)

    second = proposed(world, plan, "bo@Orchard", "Anew")

    page = proposal_page(actor=world.actor("cy@Island"), proposal_id=second, at=LATER)
    lines = {line.field: (line.before, line.after) for line in page.difference}
    assert lines["Finish of the plan"][0] and lines["Finish of the plan"][0] != lines["Finish of the plan"][1]
    before, after = lines["Items"]
    assert int(after) == int(before) + 2
    assert lines["Opening"][0] == "" and lines["Opening"][1]
    assert page.row.headline == "Baseline “Anew” of Quay"
    assert page.otherwise == "The baseline before stays the one that dates are compared with."
    first_page = proposal_page(actor=world.actor("cy@Island"), proposal_id=first, at=LATER)
    assert first_page.otherwise == "The plan stays without a baseline."
    assert first_page.difference[0].before == "" and first_page.way.startswith(f"/plans/{plan}")


def test_a_second_one_is_outdated_by_the_first(world, plan):
    first, second = proposed(world, plan), proposed(world, plan, "bo@Orchard", "Other")

    yes(world, first)

    assert baselines(plan) == [(0, "Agreed")]
    with unscoped("test"):
        assert Proposal.objects.get(pk=second).state == "outdated"


def test_an_objection_keeps_none(world, plan):
    yes(world, proposed(world, plan), "cy@Island", verdict="object")

    assert baselines(plan) == []


def test_a_sponsor_who_edits_no_plans_may_say_the_last_yes(world, plan):
    world.hire("eve", "cy@Island", "sponsor")
    with pytest.raises(NotPermitted):
        proposed(world, plan, "eve@Island")
    proposal = proposed(world, plan)

    yes(world, proposal, "bo@Orchard", "eve@Island")

    assert baselines(plan) == [(0, "Agreed")]


def test_a_proposal_tells_nothing_of_what_is_private(world, plan):
    """The permit is ours and lies under a joint item: neither its dates nor its name travel in the proposal."""
    own = {"plan_id": plan, "circle_id": world.ids["Harbour only"]}
    private = world.do("permit", add_item, "ada@Harbour", item=NewItem("Permit", kind="milestone"), **own)

    proposal = proposed(world, plan)

    with unscoped("test"):
        kept = Proposal.objects.get(pk=proposal)
        assert str(private) not in json.dumps([kept.content, kept.snapshot])
        assert len(kept.snapshot) == kept.content["items"] > 0


def test_the_settings_page_proposes_and_leads_to_the_proposal(world, plan):
    bo = world.client("bo@Orchard")
    page = bo.get(f"/plans/{plan}/settings").content.decode()
    assert "Propose the dates of now as a baseline" in page and "Take a baseline" not in page
    refused = bo.post(f"/plans/{plan}/baselines", {"name": "", "days": "7", "reason": "For the board"})
    assert refused.status_code == 422 and "For the board" in refused.content.decode()

    answer = bo.post(f"/plans/{plan}/baselines", {"name": "Board", "days": "7", "reason": "For the board"})

    assert answer.status_code == 302 and answer["Location"].startswith("/proposals/")
    assert "Baseline “Board” of Quay" in bo.get(f"/plans/{plan}/settings").content.decode()
    assert "For the board" in bo.get(answer["Location"]).content.decode()
    assert world.client("bea@Orchard").post(f"/plans/{plan}/baselines", {"name": ""}).status_code == 403


def test_the_api_answers_that_it_was_proposed(world, plan):
    way = f"/api/v1/plans/{plan}/baselines"
    answer = world.client("bo@Orchard").post(way, {"name": "Board", "days": 3}, content_type="application/json")

    assert answer.status_code == 202
    made = answer.json()["proposal"]
    assert (made["kind"], made["state"], made["headline"]) == ("baseline", "open", "Baseline “Board” of Quay")
    own = world.do("own", create_plan, "bo@Orchard", circle_id=world.ids["Orchard only"], name="Own", start_at=START)
    way = f"/api/v1/plans/{own}/baselines"
    taken = world.client("bo@Orchard").post(way, {"name": "Mine"}, content_type="application/json")
    assert (taken.status_code, [each["name"] for each in taken.json()["baselines"]]) == (201, ["Mine"])


def test_a_name_is_given_to_one_baseline_of_a_plan(world, plan):
    made = proposed(world, plan)
    with pytest.raises(AlreadyProposed):
        propose_baseline(actor=world.actor("bo@Orchard"), plan_id=plan, name="agreed", days=7, at=NOON)
    page = world.client("bo@Orchard").post(f"/plans/{plan}/baselines", {"name": "agreed", "days": "7"})
    assert (page.status_code, f'<a href="/proposals/{made}">Open A-1</a>' in page.content.decode()) == (409, True)
    with world.step("another"):
        propose_baseline(actor=world.actor("bo@Orchard"), plan_id=plan, name="In May", days=7, at=NOON)
    yes(world, made, "bo@Orchard", "cy@Island")

    with pytest.raises(FieldRefused, match="“Agreed” already") as refusal:
        propose_baseline(actor=world.actor("bo@Orchard"), plan_id=plan, name="Agreed", days=7, at=NOON)
    assert refusal.value.field == "name"
    page = world.client("ada@Harbour").post(f"/plans/{plan}/baselines", {"name": "Agreed", "days": 7})
    assert page.status_code == 409 and "“Agreed” already" in page.content.decode()

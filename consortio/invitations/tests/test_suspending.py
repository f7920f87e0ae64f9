"""A member's vote is taken from it by all others, and given back; it sees and works on meanwhile, and answers nothing."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from consortio import access
from consortio.access import Invalid, NotPermitted, NotVisible
from consortio.access.models import Circle
from consortio.approvals import words
from consortio.approvals.actions import (
    AlreadyProposed,
    NoSuchRule,
    NotAMember,
    Recused,
    answer_proposal,
    propose_rule,
    settle_proposal,
)
from consortio.approvals.models import Proposal
from consortio.approvals.reads import proposal_page, waiting_for
from consortio.approvals.rules import Terms
from consortio.approvals.sweeping import sweep
from consortio.charters.actions import propose_stage
from consortio.invitations.suspending import (
    NotSuspendable,
    NotSuspended,
    may_suspend,
    propose_reinstatement,
    propose_suspension,
)
from consortio.overview.wanted import wanted_of
from consortio.partnerships.actions import leave_partnership, stay_in_partnership
from consortio.partnerships.models import Membership
from consortio.partnerships.reads import partnership
from consortio.plans.baselining import is_agreed_by_all
from consortio.record.models import Entry
from tests.notes.reads import notes_page
from tests.world import NOON, system

from .builders import ask_in, mailed

DAY = timedelta(days=1)
WHO = ("ada@Harbour", "cy@Island")
WHY = "It has not answered since March."


def about(world, organisation="Island", joint="coast", days=7, at=NOON):
    return {"joint_id": world.ids[joint], "organisation_id": world.ids[organisation], "days": days, "at": at}


def ask(world, who="ada@Harbour", organisation="Island", reason=WHY, **more):
    """Propose that a member is suspended; returns the proposal's id."""
    return propose_suspension(actor=world.actor(who), reason=reason, **about(world, organisation, **more))


def ask_back(world, who="ada@Harbour", organisation="Island", **more):
    return propose_reinstatement(actor=world.actor(who), **about(world, organisation, **more))


def say(world, who, proposal, verdict="approve", at=NOON, reason=""):
    own = {"proposal_id": proposal, "version": 1, "verdict": verdict, "reason": reason}
    return answer_proposal(actor=world.actor(who), at=at, **own)


def suspended(world):
    """Let Harbour and Orchard suspend Island."""
    proposal = ask(world)
    say(world, "bo@Orchard", proposal)
    return proposal


def stage(world, who="ada@Harbour", phase="designing", version=0):
    own = {"joint_id": world.ids["coast"], "version": version, "phase": phase, "days": 14}
    return propose_stage(actor=world.actor(who), at=NOON, **own)


def membership(world, organisation="Island"):
    with access.unscoped("test"):
        return Membership.objects.get(circle=world.ids["coast"], organisation=world.ids[organisation])


def state_of(proposal):
    with access.unscoped("test"):
        return Proposal.objects.get(pk=proposal).state


def partnership_id(world):
    with access.unscoped("test"):
        return Circle.objects.get(pk=world.ids["coast"]).partnership_id


def events(world):
    with access.unscoped("test"):
        return list(Entry.objects.filter(circle=world.ids["coast"]).order_by("number").values_list("event", flat=True))


def shown(world, who, proposal):
    return proposal_page(actor=world.actor(who), proposal_id=proposal, at=NOON)


def test_all_others_agree_and_it_has_no_vote_any_more(world):
    proposal = ask(world)
    assert (state_of(proposal), membership(world).state) == ("open", "active")
    say(world, "bo@Orchard", proposal)

    assert state_of(proposal) == "agreed"
    assert (membership(world).state, membership(world).suspended_at) == ("suspended", NOON)
    assert events(world)[-2:] == ["organisation.suspended", "proposal.agreed"]
    notes_page(actor=world.actor("cy@Island"), circle_id=world.ids["coast"])  # it sees what it saw
    with pytest.raises(NotAMember):
        stage(world, "cy@Island")
    with pytest.raises(NotAMember):
        say(world, "cy@Island", stage(world))


def test_the_one_that_it_is_about_reads_it_and_has_no_vote_in_it(world):
    proposal = ask(world)

    page = shown(world, "cy@Island", proposal)
    assert (page.may_answer, page.row.recused.name, page.row.reason) == (False, "Island", WHY)
    assert [mark.name for mark in page.row.waits_for] == ["Orchard"]
    assert waiting_for(actor=world.actor("cy@Island"), at=NOON) == ()
    assert wanted_of(person_id=world.ids["cy"], at=NOON).of(world.ids["Island"]).total == 0
    assert wanted_of(person_id=world.ids["bo"], at=NOON).of(world.ids["Orchard"]).total == 1
    for verdict in ("approve", "object", "abstain"):
        with pytest.raises(Recused):
            say(world, "cy@Island", proposal, verdict, reason="No.")
    with pytest.raises(Recused):
        ask(world, "cy@Island")


def test_one_objection_keeps_its_vote(world):
    proposal = ask(world)
    say(world, "bo@Orchard", proposal, "object", reason="They were at sea.")
    assert (state_of(proposal), membership(world).state) == ("refused", "active")


def test_by_the_deadline_it_lapses_although_the_one_that_it_is_about_said_nothing(world):
    proposal = ask(world)
    sweep(lambda: NOON + 8 * DAY)
    assert (state_of(proposal), membership(world).state) == ("lapsed", "active")


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_it_is_said_why(world, reason):
    with pytest.raises(Invalid, match="Say why"):
        ask(world, reason=reason)
    assert "proposal.made" not in events(world)


def test_one_never_suspends_another_alone(world):
    leave_partnership(actor=world.actor("bo@Orchard"), joint_id=world.ids["coast"], last_day=None, at=NOON)
    with pytest.raises(NotSuspendable, match="never suspends another alone"):
        ask(world)


def test_nor_does_one_that_is_left_alone_with_it_meanwhile(world):
    proposal = ask(world)
    leave_partnership(actor=world.actor("bo@Orchard"), joint_id=world.ids["coast"], last_day=None, at=NOON)

    sweep(lambda: NOON + DAY)
    assert (state_of(proposal), membership(world).state) == ("outdated", "active")


def test_who_has_no_vote_is_not_suspended(world):
    suspended(world)
    with pytest.raises(NotSuspendable, match="suspended already"):
        ask(world)


def leave(world, who="cy@Island", last_day=None, at=NOON):
    leave_partnership(actor=world.actor(who), joint_id=world.ids["coast"], last_day=last_day, at=at)


def test_nor_who_has_left(world):
    leave(world)
    for act in (ask, ask_back):
        with pytest.raises(NotVisible):
            act(world)


def test_nobody_dodges_it_by_announcing_to_leave(world):
    proposal = ask(world)
    leave(world, last_day=(NOON + 30 * DAY).date())
    assert say(world, "bo@Orchard", proposal) == "agreed"
    assert (membership(world).state, membership(world).suspended_at) == ("withdrawing", NOON)
    assert "Suspended" in read(world, "bo@Orchard", f"/partnerships/{partnership_id(world)}/members")

    stay_in_partnership(actor=world.actor("cy@Island"), joint_id=world.ids["coast"], at=NOON)
    assert membership(world).state == "suspended"


def test_who_leaves_and_is_reinstated_goes_on_to_leave(world):
    suspended(world)
    leave(world, last_day=(NOON + 30 * DAY).date())
    back = ask_back(world)
    assert say(world, "bo@Orchard", back) == "agreed"
    assert (membership(world).state, membership(world).suspended_at) == ("withdrawing", None)


def test_a_reinstatement_of_who_left_meanwhile_is_outdated_whatever_is_answered(world):
    rule = {"joint_id": world.ids["coast"], "version": 0, "days": 7, "at": NOON}
    lead = Terms("lead", decider=world.ids["Harbour"])
    agreed = propose_rule(actor=world.actor("ada@Harbour"), kind="reinstatement", terms=lead, **rule)
    for who in ("bo@Orchard", "cy@Island"):
        say(world, who, agreed)
    suspended(world)
    back = ask_back(world)
    leave(world)
    assert say(world, "bo@Orchard", back, "abstain") == "outdated"


def test_what_was_decided_without_it_still_was_once_it_has_its_vote_again(world):
    kept = stage(world)
    say(world, "cy@Island", kept, "abstain")
    suspended(world)
    say(world, "bo@Orchard", kept)
    counted = {"Harbour": True, "Island": False, "Orchard": True}
    assert {each.mark.name: each.is_counted for each in shown(world, "bo@Orchard", kept).row.answers} == counted
    say(world, "bo@Orchard", ask_back(world))
    assert {each.mark.name: each.is_counted for each in shown(world, "bo@Orchard", kept).row.answers} == counted


def test_what_waited_for_it_comes_into_force_by_one_who_has_a_vote(world):
    waiting = stage(world)
    say(world, "bo@Orchard", waiting)
    say(world, "cy@Island", waiting, "abstain", at=NOON + timedelta(minutes=5))
    suspended(world)
    sweep(lambda: NOON + timedelta(minutes=10))
    with access.unscoped("test"):
        begun = json.loads(Entry.objects.get(circle=world.ids["coast"], event="stage.begun").body)
    assert begun["by"]["person"] == str(world.ids["bo"])


def test_where_the_one_who_was_to_decide_is_suspended_it_lapses_and_the_page_says_so(world):
    rule = {"joint_id": world.ids["coast"], "version": 0, "days": 7, "at": NOON}
    lead = Terms("lead", decider=world.ids["Island"])
    agreed = propose_rule(actor=world.actor("ada@Harbour"), kind="stage", terms=lead, **rule)
    for who in ("bo@Orchard", "cy@Island"):
        say(world, who, agreed)
    waiting = stage(world)
    suspended(world)
    say(world, "bo@Orchard", waiting)
    page = shown(world, "bo@Orchard", waiting)
    assert "has no vote any more: it lapses on" in words.lede(page.row, NOON.date())
    sweep(lambda: NOON + 15 * DAY)
    assert state_of(waiting) == "lapsed"


def test_it_is_asked_once(world):
    ask(world)
    with pytest.raises(AlreadyProposed):
        ask(world, "bo@Orchard")


@pytest.mark.parametrize("role", ["deputy", "project manager", "contributor", "observer"])
def test_whoever_may_not_answer_does_not_propose_it(world, role):
    world.hire("dee", "ada@Harbour", role)
    for act in (ask, ask_back):
        with pytest.raises(NotPermitted):
            act(world, "dee@Harbour")


@pytest.mark.parametrize("joint", ["Harbour's house", "Harbour only", "pier"])
def test_elsewhere_there_is_nobody_to_suspend(world, joint):
    world.ids.setdefault("pier", world.ids["Harbour only"])
    with pytest.raises((NotVisible, NotSuspendable)):
        ask(world, organisation="Orchard", joint=joint)


def test_its_answers_count_no_more_and_nobody_waits_for_it(world):
    waiting, objected = stage(world), stage(world, phase="winding-down")
    say(world, "bo@Orchard", waiting)
    say(world, "bo@Orchard", objected, "abstain")
    suspended(world)

    page = shown(world, "bo@Orchard", waiting)
    assert page.row.waits_for == ()
    sweep(lambda: NOON + timedelta(minutes=1))
    assert state_of(waiting) == "agreed"
    assert state_of(objected) in ("open", "outdated")


def test_what_it_agreed_to_before_is_not_taken_back(world):
    agreed = stage(world)
    for who in ("bo@Orchard", "cy@Island"):
        say(world, who, agreed)
    proposal = ask(world, at=NOON + DAY)
    say(world, "bo@Orchard", proposal, at=NOON + DAY)

    page = shown(world, "bo@Orchard", agreed)
    assert [mark.name for mark in page.row.agreed_by] == ["Harbour", "Island", "Orchard"]


def test_those_with_a_vote_give_it_back(world):
    with pytest.raises(NotSuspended):
        ask_back(world)
    suspended(world)
    with pytest.raises(NotAMember):
        ask_back(world, "cy@Island")
    proposal = ask_back(world)
    say(world, "bo@Orchard", proposal)

    assert (membership(world).state, membership(world).suspended_at) == ("active", None)
    assert events(world)[-2:] == ["organisation.reinstated", "proposal.agreed"]
    assert [row.id for row in waiting_for(actor=world.actor("cy@Island"), at=NOON)] == []
    later = stage(world)
    assert [row.id for row in waiting_for(actor=world.actor("cy@Island"), at=NOON)] == [later]


def test_a_suspension_always_takes_all_and_its_end_what_the_members_agreed(world):
    own = {"joint_id": world.ids["coast"], "version": 0, "days": 7, "at": NOON, "terms": Terms("majority")}
    with pytest.raises(NoSuchRule):
        propose_rule(actor=world.actor("ada@Harbour"), kind="suspension", **own)
    rule = propose_rule(actor=world.actor("ada@Harbour"), kind="reinstatement", **own)
    for who in ("bo@Orchard", "cy@Island"):
        say(world, who, rule)
    assert state_of(rule) == "agreed"


def test_who_leaves_suspended_and_stays_after_all_is_suspended_still(world):
    suspended(world)
    own = {"actor": world.actor("cy@Island"), "joint_id": world.ids["coast"], "at": NOON + DAY}
    leave_partnership(last_day=(NOON + 3 * DAY).date(), **own)
    assert membership(world).state == "withdrawing"
    stay_in_partnership(**own)
    assert (membership(world).state, membership(world).suspended_at) == ("suspended", NOON)


def test_who_left_suspended_comes_back_with_a_vote(world, monkeypatch):
    from consortio.invitations.accepting import accept_invitation
    from consortio.invitations.rules import hash_of

    suspended(world)
    leave_partnership(actor=world.actor("cy@Island"), joint_id=world.ids["coast"], last_day=None, at=NOON)
    ask_in(world, name="Island", email="cy@island.example", joint="coast")
    say(world, "bo@Orchard", _open(world, "admission"))
    own = {"house_id": world.ids["Island's house"], "letters": "XYZ", "email": "cy@island.example"}
    secret = hash_of(mailed(monkeypatch, NOON + DAY))
    accept_invitation(actor=world.actor("cy@Island"), secret_hash=secret, at=NOON + DAY, **own)

    assert (membership(world).state, membership(world).suspended_at) == ("active", None)


@pytest.mark.parametrize("last_day", [None, (NOON + 300 * DAY).date()])
def test_where_one_would_decide_alone_over_it_it_has_its_vote_again(world, last_day):
    suspended(world)
    leave(world, "bo@Orchard", last_day=last_day)

    assert (membership(world).state, membership(world).suspended_at) == ("active", None)
    told = "organisation.left" if last_day is None else "organisation.withdrawing"
    assert events(world)[-2:] == [told, "organisation.reinstated"]


def test_who_decides_it_is_who_was_asked(world, monkeypatch):
    from consortio.invitations.accepting import Newcomer, accept_as_newcomer
    from consortio.invitations.rules import hash_of

    ask_in(world, name="Ferry", email="fern@ferry.example", joint="coast", at=NOON)
    admission = _open(world, "admission")
    say(world, "bo@Orchard", admission)
    say(world, "cy@Island", admission)
    proposal = ask(world)
    secret = hash_of(mailed(monkeypatch, NOON + DAY))
    newcomer = Newcomer(name="Fern", password="nine slow kettles sing", organisation="Ferry", letters="FER")
    accept_as_newcomer(newcomer=newcomer, secret_hash=secret, email="fern@ferry.example", at=NOON + DAY)

    assert say(world, "bo@Orchard", proposal, at=NOON + DAY) == "outdated"


def test_who_has_a_vote_again_by_another_way_is_not_reinstated(world):
    suspended(world)
    back = ask_back(world)
    with system():
        Membership.objects.filter(pk=membership(world).pk).update(state="active", suspended_at=None)
    assert shown(world, "bo@Orchard", back).has_moved_on
    assert say(world, "bo@Orchard", back) == "outdated"


def test_looking_anew_does_not_wait_for_the_one_that_it_is_about(world):
    proposal = ask(world)
    assert settle_proposal(actor=world.actor("bo@Orchard"), proposal_id=proposal, at=NOON) == "open"


def test_the_page_offers_it_where_it_can_be(world):
    def may(who, name):
        here = partnership(actor=world.actor(who), partnership_id=partnership_id(world))
        member = here.member_ids[world.ids[name]]
        return may_suspend(actor=world.actor(who), here=here, member=member)

    assert may("ada@Harbour", "Island") and may("cy@Island", "Harbour")
    assert not may("ada@Harbour", "Harbour") and not may("abe@Harbour", "Island")
    suspended(world)
    assert not may("ada@Harbour", "Island") and not may("cy@Island", "Harbour") and not may("ada@Harbour", "Orchard")


def way(world, what="suspension", organisation="Island", joint=""):
    return f"/partnerships/{partnership_id(world)}/members/{world.ids[organisation]}/{what}"


def read(world, who, address, status=200):
    answer = world.client(who).get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_on_its_pages_it_is_proposed_agreed_shown_and_ended(world):
    ada, bo = world.client("ada@Harbour"), world.client("bo@Orchard")
    assert way(world) in read(world, "ada@Harbour", f"/organisations/{world.ids['Island']}")
    assert "It is decided by Harbour and Orchard: all of them" in read(world, "ada@Harbour", way(world))
    answer = ada.post(way(world), {"reason": "", "days": "7"})
    assert answer.status_code == 422 and "Say why." in answer.content.decode()
    answer = ada.post(way(world), {"reason": WHY, "days": "7"})
    assert answer.status_code == 302
    assert "Harbour has proposed it already" in read(world, "bo@Orchard", way(world))
    answer = bo.post(way(world), {"reason": "Me too.", "days": "7"})
    assert answer.status_code == 409 and "Me too." in answer.content.decode()
    proposal = bo.post(way(world), {"reason": WHY, "days": "7"}) and _open(world, "suspension")
    page = read(world, "cy@Island", f"/proposals/{proposal}")
    assert "the other members decide it" in page and 'value="object"' not in page
    bo.post(f"/proposals/{proposal}/answer", {"verdict": "approve", "version": "1", "reason": ""})

    members = f"/partnerships/{partnership_id(world)}/members"
    assert "Suspended" in read(world, "bo@Orchard", members) and way(world, "reinstatement") in read(
        world, "bo@Orchard", members
    )
    assert "proposes and answers nothing until" in read(world, "cy@Island", members)
    assert way(world, "reinstatement") not in read(world, "cy@Island", members)
    assert "Suspended" in read(world, "bo@Orchard", f"/organisations/{world.ids['Island']}")
    assert "is suspended already" in read(world, "bo@Orchard", way(world))
    assert bo.post(way(world, "reinstatement"), {"reason": "", "days": "7"}).status_code == 302
    proposal = _open(world, "reinstatement")
    page = read(world, "cy@Island", f"/proposals/{proposal}")
    assert "Your organisation has no vote here now." in page and "proposes and answers nothing until" in page
    ada.post(f"/proposals/{proposal}/answer", {"verdict": "approve", "version": "1", "reason": ""})
    assert "Suspended" not in read(world, "bo@Orchard", members)
    assert "is not suspended" in read(world, "bo@Orchard", way(world, "reinstatement"))


def test_what_members_are_measured_against_is_taken_alone_only_by_who_alone_has_a_vote(world):
    suspended(world)
    here = {who: partnership(actor=world.actor(who), partnership_id=partnership_id(world)).members for who in WHO}
    assert [is_agreed_by_all("joint", here[who]) for who in WHO] == [True, True]
    alone = {who: [one for one in here[who] if one.name != "Orchard"] for who in WHO}
    assert [is_agreed_by_all("joint", alone[who]) for who in WHO] == [False, True]


def _open(world, kind):
    with access.unscoped("test"):
        return Proposal.objects.get(kind=kind, state="open").pk


@pytest.mark.parametrize("what", ["suspension", "reinstatement"])
def test_the_pages_are_for_those_who_may_answer(world, what):
    for who, status in [("abe@Harbour", 403), ("bo@Orchard", 200), ("cy@Island", 200)]:
        assert world.client(who).get(way(world, what)).status_code == status
    assert world.client("bo@Orchard").get(way(world, what, "Orchard")).status_code == 200
    with access.unscoped("test"):
        world.ids["else"] = Membership.objects.exclude(circle=world.ids["coast"]).first().pk
    assert world.client("bo@Orchard").get(way(world, what, "else")).status_code == 404


def call(world, who, what, body, organisation="Island"):
    path = f"/api/v1{way(world, what, organisation)}"
    answer = world.client(who).generic("POST", path, json.dumps(body), "application/json")
    return answer.status_code, answer.json() if answer.content else None


def test_by_api_the_same(world):
    status, said = call(world, "ada@Harbour", "suspension", {"days": 7})
    assert (status, [fault["field"] for fault in said["errors"]]) == (422, ["reason"])
    assert call(world, "ada@Harbour", "suspension", {"reason": "  ", "days": 7})[0] == 422
    assert call(world, "abe@Harbour", "suspension", {"reason": WHY})[0] == 403
    assert call(world, "ada@Harbour", "reinstatement", {})[0] == 409
    status, made = call(world, "ada@Harbour", "suspension", {"reason": WHY, "days": 7})
    assert (status, made["proposal"]["recused"], made["proposal"]["kind"]) == (202, "Island", "suspension")
    assert made["difference"] == [{"field": "Vote of Island", "before": "counts", "after": "rests"}]
    say(world, "bo@Orchard", UUID(made["proposal"]["id"]), at=timezone.now())
    seen = world.client("bo@Orchard").get(f"/api/v1/partnerships/{partnership_id(world)}").json()
    assert [one["state"] for one in seen["members"] if one["suspended_at"]] == ["suspended"]
    status, made = call(world, "bo@Orchard", "reinstatement", {})
    assert (status, made["proposal"]["recused"]) == (202, "")

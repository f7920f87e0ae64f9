"""Members agree by which rule a kind of proposal is decided; only all of them change that, and open proposals keep theirs."""

from datetime import timedelta
from uuid import UUID

import pytest

from consortio.access import NotPermitted, unscoped
from consortio.approvals import api, views
from consortio.approvals.actions import Closed, NoSuchRule, OtherRules, close_due, propose_rule
from consortio.approvals.models import DecisionRule, Proposal
from consortio.approvals.reads import proposal_page, rules_page
from consortio.approvals.rules import Terms
from consortio.approvals.sweeping import sweep
from tests.world import NOON

from .builders import KIND, LATER, named, put, say, set_member, state_of
from .test_api import call
from .test_reads import partnership_of

LATE = NOON + timedelta(days=7)


@pytest.fixture(autouse=True)
def held(monkeypatch):
    for door in (api, views):
        monkeypatch.setattr(door, "now", lambda: LATER)
    with named() as held:
        yield held


def ask(world, terms, who="ada@Harbour", version=0, kind=KIND):
    asked = {"joint_id": world.ids["coast"], "version": version, "kind": kind, "terms": terms, "days": 7}
    return world.do(f"rule {version} by {who}", propose_rule, who, **asked)


def agree(world, terms, version=0):
    proposal = ask(world, terms, version=version)
    for who in ("bo@Orchard", "cy@Island"):
        say(world, who, proposal)
    assert state_of(proposal) == "agreed"
    return proposal


def rows(world, who="bo@Orchard"):
    page = rules_page(actor=world.actor(who), partnership_id=partnership_of(world), at=LATER)
    return {row.kind: row for row in page.rows}


def test_a_rule_holds_once_all_have_agreed_to_it_and_for_what_is_proposed_then(world, held):
    before = put(world, name="Mole", subject_id=world.ids["coast"])
    proposal = ask(world, Terms("majority", quorum=60))
    assert rows(world)[KIND].terms == Terms()
    for who in ("bo@Orchard", "cy@Island"):
        say(world, who, proposal)
    after = put(world)

    say(world, "bo@Orchard", before)
    say(world, "bo@Orchard", after)

    assert rows(world)[KIND].terms == Terms("majority", quorum=60)
    assert rows(world)[KIND].proposal_id == proposal
    assert (state_of(before), state_of(after), held.name) == ("open", "agreed", "Quay")


def test_the_rules_themselves_are_changed_by_all_only(world):
    with pytest.raises(NoSuchRule, match="What: choose"):
        ask(world, Terms("majority"), kind="rule")
    agree(world, Terms("majority"))

    with unscoped("test"):
        assert Proposal.objects.get(kind="rule").rule == "unanimous"
    assert rows(world)["rule"].is_fixed


def refusals(world):
    ids = world.ids
    everyone = {ids["Harbour"]: 1, ids["Orchard"]: 1, ids["Island"]: 1}
    return [
        (Terms(), "holds already"),
        (Terms("lead"), "Who decides"),
        (Terms("lead", decider=ids["ada"]), "Who decides"),
        (Terms("lead", decider=ids["Harbour"], silence="consent"), "At the deadline"),
        (Terms("weighted"), "Votes: say how many"),
        (Terms("weighted", weights=everyone | {ids["ada"]: 1}), "Votes: say how many"),
        (Terms("weighted", weights=dict.fromkeys(everyone, 0)), "Votes: give each"),
        (Terms("weighted", weights=everyone | {ids["Harbour"]: 101}), "Votes: give each"),
        (Terms("majority", quorum=101), "Quorum"),
    ]


def test_a_rule_that_cannot_be_is_refused_in_words(world):
    for terms, words in refusals(world):
        with pytest.raises(NoSuchRule, match=words):
            ask(world, terms)
    ask(world, Terms("weighted", weights={world.ids[name]: 2 for name in ("Harbour", "Orchard", "Island")}))


def test_who_may_not_change_agreed_things_proposes_no_rule(world):
    with pytest.raises(NotPermitted):
        ask(world, Terms("majority"), "bea@Orchard")


def test_a_rule_written_over_other_rules_is_refused(world):
    agree(world, Terms("majority"))

    with pytest.raises(OtherRules):
        ask(world, Terms("lead", decider=world.ids["Harbour"]), "bo@Orchard", version=0)
    ask(world, Terms("lead", decider=world.ids["Harbour"]), "bo@Orchard", version=1)


def test_one_member_decides_after_the_others_were_heard(world, held):
    agree(world, Terms("lead", decider=world.ids["Island"]))
    proposal = put(world)

    assert say(world, "cy@Island", proposal) == "open"
    assert say(world, "bo@Orchard", proposal, "object") == "agreed"
    page = proposal_page(actor=world.actor("bo@Orchard"), proposal_id=proposal, at=LATER)
    assert [mark.name for mark in page.row.objected_by] == ["Orchard"]  # dissent stays
    assert held.name == "Quay"


def test_where_the_one_who_was_to_decide_has_left_all_must_agree(world):
    agree(world, Terms("lead", decider=world.ids["Island"]))
    set_member(world, "Island", "left")

    proposal = put(world)

    with unscoped("test"):
        assert Proposal.objects.get(pk=proposal).rule == "unanimous"


def test_votes_are_weighted(world):
    agree(world, Terms("weighted", weights={world.ids["Harbour"]: 1, world.ids["Orchard"]: 1, world.ids["Island"]: 3}))
    proposal = put(world)

    assert say(world, "bo@Orchard", proposal) == "open"
    assert say(world, "cy@Island", proposal, "object") == "refused"


def test_a_mind_is_changed_until_it_closes(world):
    agree(world, Terms("majority", quorum=100))
    proposal = put(world)

    for verdict in ("object", "abstain", "object"):
        assert say(world, "bo@Orchard", proposal, verdict) == "open"
    assert say(world, "cy@Island", proposal, "abstain") == "refused"
    with pytest.raises(Closed):
        say(world, "bo@Orchard", proposal, version=2)


@pytest.mark.parametrize(
    ("terms", "said", "state"),
    [
        (Terms("majority"), [], "agreed"),
        (Terms("majority"), ["object"], "refused"),
        (Terms("majority", quorum=66), ["abstain"], "agreed"),
        (Terms("majority", quorum=67), [], "lapsed"),
        (Terms("majority", silence="consent"), ["object"], "agreed"),
    ],
)
def test_at_the_deadline_what_was_said_is_counted(world, held, terms, said, state):
    agree(world, terms)
    proposal = put(world)
    for verdict in said:
        say(world, "bo@Orchard", proposal, verdict)

    if state_of(proposal) == "open":
        assert shown_state(world, proposal, LATE) == "due"
        with pytest.raises(Closed):
            say(world, "cy@Island", proposal, at=LATE)
    sweep(lambda: LATE + timedelta(seconds=30))

    assert (state_of(proposal), held.name) == (state, "Quay" if state == "agreed" else "")
    with unscoped("test"):
        assert Proposal.objects.get(pk=proposal).decided_at <= LATE


def shown_state(world, proposal, at):
    return proposal_page(actor=world.actor("bo@Orchard"), proposal_id=proposal, at=at).row.state


def test_what_is_closed_is_counted_anew_once_it_is_locked(world, held):
    agree(world, Terms("majority"))
    proposal = put(world)

    close_due(proposal_ids=[proposal], nobodys=[], at=LATE)  # as if it had seemed to lapse, before the last answer came

    assert state_of(proposal) == "open"
    sweep(lambda: LATE)
    assert (state_of(proposal), held.name) == ("agreed", "Quay")


def test_what_nobody_may_put_in_force_any_more_lapses(world, held):
    agree(world, Terms("majority"))
    proposal = put(world)
    set_member(world, "Harbour", "left")
    set_member(world, "Harbour", "active")
    held.refusal = NoSuchRule("not any more")

    sweep(lambda: LATE + timedelta(seconds=30))

    assert (state_of(proposal), held.name) == ("lapsed", "")


def test_the_pages_show_the_rules_and_propose_another(world):
    ada, way = world.client("ada@Harbour"), f"/partnerships/{partnership_of(world)}/proposals/rules"
    listed = ada.get(way).content.decode()
    assert "All members must agree: who abstains has not agreed." in listed and "This cannot be changed." in listed
    assert "Propose another rule" not in world.client("bea@Orchard").get(way).content.decode()
    form = {"version": 0, "rule": "lead", "decider": "", "quorum": 0, "silence": "nothing", "days": 7, "reason": ""}

    refused = ada.post(f"{way}/{KIND}", form)
    assert refused.status_code == 422 and "Who decides: choose an active member." in refused.content.decode()
    assert ada.post(f"{way}/{KIND}", form | {"quorum": "101"}).status_code == 422
    assert ada.post(f"{way}/rule", form).status_code == 404
    made = ada.post(f"{way}/{KIND}", form | {"decider": str(world.ids["Island"])})

    assert made.status_code == 302
    again = ada.post(f"{way}/{KIND}", form | {"decider": str(world.ids["Island"])})
    assert (again.status_code, f'<a href="{made["Location"]}">Open A-1</a>' in again.content.decode()) == (422, True)
    page = world.client("bo@Orchard").get(made["Location"]).content.decode()
    assert "One member decides" in page and "Who decides" in page and "Island" in page
    agree_all(world)
    assert "Island decides, once each other member has answered" in ada.get(way).content.decode()
    stale = ada.post(f"{way}/{KIND}", form | {"decider": str(world.ids["Harbour"])})
    assert stale.status_code == 409 and "Another rule was agreed on while you wrote" in stale.content.decode()
    assert 'name="version" value="1"' in stale.content.decode()


def agree_all(world):
    with unscoped("test"):
        proposal = Proposal.objects.get(kind="rule").pk
    for who in ("bo@Orchard", "cy@Island"):
        say(world, who, proposal)


def test_each_member_abstains_on_the_page(world):
    proposal = put(world)

    answer = world.client("bo@Orchard").post(f"/proposals/{proposal}/answer", {"verdict": "abstain", "version": "1"})

    assert answer.status_code == 302
    assert "abstained on" in world.client("bo@Orchard").get(f"/proposals/{proposal}").content.decode()


def test_the_api_reads_and_proposes_rules(world):
    bo, way = world.client("bo@Orchard"), f"/rules?partnership_id={partnership_of(world)}"
    votes = [{"organisation_id": str(world.ids[name]), "votes": 2} for name in ("Harbour", "Orchard", "Island")]
    body = {"version": 0, "kind": KIND, "rule": "weighted", "weights": votes}

    assert call(bo, "POST", way, body | {"weights": votes[1:]})[0] == 409
    assert call(bo, "POST", way, body | {"version": 3})[0] == 412
    assert call(world.client("bea@Orchard"), "POST", way, body)[0] == 403
    status, made = call(bo, "POST", way, body)
    assert (status, made["proposal"]["kind"], made["proposal"]["terms"]["rule"]) == (202, "rule", "unanimous")
    assert call(bo, "GET", way)[1]["waiting"] == [made["proposal"]["id"]]
    for who in ("ada@Harbour", "cy@Island"):
        say(world, who, UUID(made["proposal"]["id"]))

    found = {row["kind"]: row for row in call(bo, "GET", way)[1]["rules"]}
    assert found[KIND]["terms"]["rule"] == "weighted"
    assert sorted(each["votes"] for each in found[KIND]["terms"]["weights"]) == [2, 2, 2]
    with unscoped("test"):
        assert DecisionRule.objects.count() == 1


def test_the_first_line_tells_who_is_against_it_beside_who_agrees(world):
    agree(world, Terms("majority"))
    proposal = put(world)
    say(world, "cy@Island", proposal, "object")

    page = world.client("bo@Orchard").get(f"/proposals/{proposal}").content.decode()

    lede = page.split('class="lede">')[1].split("</p>")[0]
    assert lede.startswith("Harbour agrees; it waits for Orchard until ") and " Island objects. " in lede

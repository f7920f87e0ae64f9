"""Nothing changes before every active member has said yes; then it does, once, in the action of the last yes."""

from datetime import timedelta
from uuid import uuid4

import pytest

from consortio.access import NotPermitted, NotVisible, Stale, unscoped
from consortio.approvals.actions import (
    Closed,
    NoSuchDeadline,
    NotAMember,
    ReasonMissing,
    settle_proposal,
    withdraw_proposal,
)
from consortio.approvals.models import Answer, Proposal
from consortio.approvals.reads import proposal_page, waiting_for
from consortio.approvals.sweeping import sweep
from consortio.partnerships.actions import found_partnership
from consortio.record.models import Entry
from tests.world import NOON, system

from .builders import LATER, named, put, say, set_member, state_of

LATE = NOON + timedelta(days=7)


@pytest.fixture(autouse=True)
def held():
    with named() as held:
        yield held


def members(world, *names):
    for organisation in ("Harbour", "Orchard", "Island"):
        set_member(world, organisation, "active" if organisation in names else "left")


ALL = ("Harbour", "Orchard", "Island")
TRUTH = [  # members, what is said in turn, the state it comes to
    (("Harbour",), [], "agreed"),
    (("Harbour", "Orchard"), [], "open"),
    (("Harbour", "Orchard"), [("bo@Orchard", "approve")], "agreed"),
    (("Harbour", "Orchard"), [("bo@Orchard", "object")], "refused"),
    (ALL, [], "open"),
    (ALL, [("bo@Orchard", "approve")], "open"),
    (ALL, [("bo@Orchard", "approve"), ("cy@Island", "approve")], "agreed"),
    (ALL, [("bo@Orchard", "approve"), ("cy@Island", "object")], "refused"),
    (ALL, [("bo@Orchard", "object")], "refused"),
    (ALL, [("ada@Harbour", "object")], "refused"),  # who proposed it has changed its mind
    (ALL, [("bo@Orchard", "approve"), ("bo@Orchard", "approve")], "open"),
    (ALL, [("bo@Orchard", "approve"), ("bo@Orchard", "object")], "refused"),
]


@pytest.mark.parametrize("who,said,state", TRUTH)
def test_it_is_agreed_when_every_member_says_yes(world, held, who, said, state):
    members(world, *who)
    proposal = put(world)

    for answerer, verdict in said:
        say(world, answerer, proposal, verdict)

    assert state_of(proposal) == state
    assert held.name == ("Quay" if state == "agreed" else "")
    assert held.version == (state == "agreed")


def test_who_may_not_answer_proposes_without_a_yes(world, held):
    world.hire("dan", "ada@Harbour", "deputy")
    proposal = put(world, "dan@Harbour")

    say(world, "bo@Orchard", proposal)
    say(world, "cy@Island", proposal)

    assert state_of(proposal) == "open"
    assert say(world, "ada@Harbour", proposal) == "agreed"
    assert held.name == "Quay"


@pytest.mark.parametrize("role", ["deputy", "project manager", "contributor", "observer"])
def test_only_a_lead_or_a_sponsor_answers(world, role):
    world.hire("eve", "bo@Orchard", role)
    proposal = put(world)

    with pytest.raises(NotPermitted):
        say(world, "eve@Orchard", proposal)
    with unscoped("test"):
        assert not Answer.objects.filter(organisation=world.ids["Orchard"]).exists()


@pytest.mark.parametrize("role", ["lead", "sponsor"])
def test_a_lead_and_a_sponsor_answer_once_for_their_organisation(world, role):
    world.hire("eve", "bo@Orchard", role)
    proposal = put(world)

    say(world, "eve@Orchard", proposal)
    say(world, "bo@Orchard", proposal, reason="as she said")

    with unscoped("test"):
        given = Answer.objects.get(organisation=world.ids["Orchard"])
        assert (given.person_id, given.reason, given.version) == (world.ids["bo"], "as she said", 2)
    assert state_of(proposal) == "open"


@pytest.mark.parametrize("role", ["sponsor", "contributor", "observer"])
def test_only_who_may_change_agreed_things_proposes(world, role):
    world.hire("eve", "bo@Orchard", role)

    with pytest.raises(NotPermitted):
        put(world, "eve@Orchard")
    put(world, "bo@Orchard")


def test_a_proposal_lies_in_a_partnerships_joint_circle_only(world):
    for circle in ("Harbour's house", "offer", "Harbour only", "public"):
        world.ids["coast"], kept = world.ids[circle], world.ids["coast"]
        with pytest.raises(NotVisible):
            put(world)
        world.ids["coast"] = kept
    put(world)


def test_outsiders_neither_propose_nor_answer(world):
    proposal = put(world)

    for who in ("nobody@Nowhere", "ada@Orchard"):
        with pytest.raises(NotVisible):
            put(world, who)
        with pytest.raises(NotVisible):
            say(world, who, proposal)


def test_who_objects_says_why(world):
    proposal = put(world)

    with pytest.raises(ReasonMissing):
        say(world, "bo@Orchard", proposal, "object", reason="  ")
    assert say(world, "bo@Orchard", proposal, "object", reason="too early") == "refused"


def test_after_the_deadline_nothing_is_answered_whether_or_not_somebody_swept(world, held):
    proposal = put(world)
    say(world, "bo@Orchard", proposal, at=LATE - timedelta(seconds=1))

    with pytest.raises(Closed):
        say(world, "cy@Island", proposal, at=LATE)
    sweep(lambda: LATE)

    assert state_of(proposal) == "lapsed"
    assert held.name == ""


def test_a_sweep_lapses_what_is_due_and_nothing_else(world):
    due, other = put(world), put(world, name="Mole", days=14)

    sweep(lambda: LATE - timedelta(seconds=1))
    assert (state_of(due), state_of(other)) == ("open", "open")
    sweep(lambda: LATE)

    assert (state_of(due), state_of(other)) == ("lapsed", "open")
    with unscoped("test"):
        assert Proposal.objects.get(pk=due).decided_at == LATE
        assert Entry.objects.filter(event="proposal.lapsed", circle=world.ids["coast"]).count() == 1


def test_what_is_closed_is_answered_no_more(world):
    proposal = put(world)
    say(world, "bo@Orchard", proposal, "object")

    with pytest.raises(Stale):
        say(world, "cy@Island", proposal)
    with pytest.raises(Closed):
        say(world, "cy@Island", proposal, version=2)


def test_the_proposing_organisation_withdraws(world, held):
    world.hire("eve", "ada@Harbour", "project manager")
    proposal = put(world)
    with pytest.raises(NotPermitted):
        withdraw_proposal(actor=world.actor("bo@Orchard"), proposal_id=proposal, version=1, at=LATER)
    with pytest.raises(NotPermitted):
        withdraw_proposal(actor=world.actor("abe@Harbour"), proposal_id=proposal, version=1, at=LATER)

    withdraw_proposal(actor=world.actor("eve@Harbour"), proposal_id=proposal, version=1, at=LATER)

    assert state_of(proposal) == "withdrawn"
    for version, error in ((1, Stale), (2, Closed)):
        with pytest.raises(error):
            say(world, "bo@Orchard", proposal, version=version)
        with pytest.raises(error):
            withdraw_proposal(actor=world.actor("ada@Harbour"), proposal_id=proposal, version=version, at=LATER)
    assert held.name == ""


def test_a_member_who_has_left_is_waited_for_no_more(world, held):
    proposal = put(world)
    say(world, "bo@Orchard", proposal)
    set_member(world, "Island", "left")
    assert state_of(proposal) == "open"

    settle_proposal(actor=world.actor("bo@Orchard"), proposal_id=proposal, at=LATER)

    assert state_of(proposal) == "agreed"
    assert held.name == "Quay"


def test_a_look_anew_decides_nothing_that_the_answers_do_not(world):
    proposal = put(world)

    settle_proposal(actor=world.actor("ada@Harbour"), proposal_id=proposal, at=LATER)

    assert state_of(proposal) == "open"


@pytest.mark.parametrize("state", ["left", "suspended", "invited", "withdrawing"])
def test_who_is_no_active_member_does_not_answer(world, state):
    proposal = put(world)
    set_member(world, "Island", state)

    with pytest.raises(NotAMember):
        say(world, "cy@Island", proposal)
    assert say(world, "bo@Orchard", proposal) == "agreed"


def test_the_objection_of_a_member_who_left_meanwhile_is_history(world):
    set_member(world, "Island", "left")
    proposal = put(world)
    with system():
        Answer(
            circle_id=world.ids["coast"],
            proposal_id=proposal,
            organisation_id=world.ids["Island"],
            person_id=world.ids["cy"],
            verdict="object",
            answered_at=LATER,
        ).save()

    assert say(world, "bo@Orchard", proposal) == "agreed"


def test_a_member_who_joins_in_the_middle_is_asked_too(world):
    set_member(world, "Island", "invited")
    proposal = put(world)
    set_member(world, "Island", "active")

    assert say(world, "bo@Orchard", proposal) == "open"
    assert say(world, "cy@Island", proposal) == "agreed"


def test_a_yes_to_what_has_moved_on_is_not_kept(world, held):
    proposal = put(world)
    held.version = 1

    assert say(world, "cy@Island", proposal) == "outdated"

    assert held.name == ""
    with unscoped("test"):
        assert not Answer.objects.filter(proposal=proposal, organisation=world.ids["Island"]).exists()


def test_what_is_agreed_closes_what_is_about_the_same(world, held):
    first, second, elsewhere = put(world), put(world, "bo@Orchard", "Mole"), put(world, name="Pier", subject_id=uuid4())
    assert rivals(world, first) == ["A-2"] and rivals(world, second) == ["A-1"] and rivals(world, elsewhere) == []

    for who in ("bo@Orchard", "cy@Island"):
        say(world, who, first)

    assert [state_of(pk) for pk in (first, second, elsewhere)] == ["agreed", "outdated", "open"]
    assert held.name == "Quay" and rivals(world, second) == []
    with pytest.raises(Closed):
        say(world, "cy@Island", second, version=2)
    assert [row.id for row in waiting_for(actor=world.actor("cy@Island"), at=LATER)] == [elsewhere]


def rivals(world, proposal):
    page = proposal_page(actor=world.actor("cy@Island"), proposal_id=proposal, at=LATER)
    return [rival.number for rival in page.rivals]


def test_what_is_refused_closes_nothing_else(world, held):
    first, second = put(world), put(world, "bo@Orchard", "Mole")

    assert say(world, "cy@Island", first, "object") == "refused"

    assert state_of(second) == "open"
    assert say(world, "cy@Island", second) == "open" and say(world, "ada@Harbour", second) == "agreed"


def test_what_has_moved_on_is_refused_by_an_objection_all_the_same(world, held):
    proposal = put(world)
    held.version = 5

    assert say(world, "bo@Orchard", proposal, "object") == "refused"


def test_what_cannot_come_into_force_leaves_the_last_yes_unsaid(world, held):
    members(world, "Harbour", "Orchard")
    proposal = put(world)
    held.refusal = NotAMember("somebody else was faster")

    with pytest.raises(NotAMember):
        say(world, "bo@Orchard", proposal)

    assert state_of(proposal) == "open"
    with unscoped("test"):
        assert not Answer.objects.filter(organisation=world.ids["Orchard"]).exists()


@pytest.mark.parametrize("days", [0, -1, 1, 8, 3650])
def test_deadlines_are_round_numbers_of_days(world, days):
    with pytest.raises(NoSuchDeadline):
        put(world, days=days)
    put(world, days=3)


def test_a_partnership_of_one_agrees_by_its_own_yes(world, held):
    house = {"house_id": world.ids["Harbour's house"], "name": "Alone", "letters": "HAR"}
    world.ids["coast"] = world.do("alone", found_partnership, "ada@Harbour", **house)

    assert state_of(put(world)) == "agreed"
    assert held.name == "Quay"


def test_the_record_tells_who_answered_what(world):
    proposal = put(world)
    say(world, "bo@Orchard", proposal)
    say(world, "cy@Island", proposal)

    with unscoped("test"):
        told = Entry.objects.filter(subject_id=proposal).order_by("number").values_list("event", flat=True)
        assert list(told) == [
            "proposal.made",
            "proposal.answered",
            "proposal.answered",
            "proposal.answered",
            "proposal.agreed",
        ]

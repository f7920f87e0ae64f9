"""A decision is drafted in a circle, agreed by the members or settled, superseded and never edited."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from consortio import access
from consortio.access import Invalid, NotPermitted, NotVisible, Stale, VersionMissing
from consortio.approvals.actions import Closed, answer_proposal, withdraw_proposal
from consortio.approvals.reads import proposal_page
from consortio.approvals.sweeping import sweep
from consortio.decisions.actions import (
    NotADraft,
    NotDecidedHere,
    NotInForce,
    draft_decision,
    edit_draft,
    propose_decision,
    settle_decision,
    withdraw_draft,
)
from consortio.decisions.agreeing import SupersededAlready
from consortio.decisions.reads import decisions_of
from consortio.decisions.rules import Option
from tests.agreed import agree
from tests.world import NOON

from .builders import TODAY, agreed, draft, drafted, page_of, proposed, settled, state_of

LATER = NOON + timedelta(hours=1)


def answer(world, name, who, verdict, reason="", version=1):
    said = {"proposal_id": world.ids[f"{name} proposed"], "version": version, "verdict": verdict, "reason": reason}
    return answer_proposal(actor=world.actor(who), at=LATER, **said)


def log(world, who="ada@Harbour", **asked):
    here = page_of(world, next(iter(asked.pop("of", ["sand"]))), who).partnership.id
    found = decisions_of(actor=world.actor(who), partnership_id=here, at=NOON, today=TODAY, **asked)
    return [row.key for row in found.rows]


def test_a_draft_is_seen_by_its_circle_alone(world):
    drafted(world, "sand")
    drafted(world, "own", circle="Harbour only")
    drafted(world, "offer price", circle="offer")

    assert page_of(world, "sand", "bea@Orchard").row.key == "D-1"
    assert page_of(world, "offer price", "cy@Island").row.key == "OFF/D-1"
    for who, name in [("bo@Orchard", "own"), ("cy@Island", "own"), ("bo@Orchard", "offer price")]:
        with pytest.raises(NotVisible):
            page_of(world, name, who)
    assert log(world, "bo@Orchard") == ["D-1"] and len(log(world)) == 3


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"question": " "}, "question"),
        ({"question": "x" * 301}, "question"),
        ({"context": "x" * 10_001}, "context"),
        ({"choice": 2}, "choice"),
        ({"options": (Option("", "words"),), "choice": None}, "options"),
        ({"options": (Option("One"), Option("one")), "choice": None}, "options"),
        ({"options": tuple(Option(str(n)) for n in range(7)), "choice": None}, "options"),
        ({"effective_on": date(2031, 6, 2), "review_on": date(2031, 6, 1)}, "review_on"),
    ],
)
def test_what_is_wrong_with_a_draft_is_named(world, said, field):
    with pytest.raises(Invalid) as refusal:
        drafted(world, "sand", said=replace(draft(), **said))

    assert refusal.value.field == field
    drafted(world, "sand", said=replace(draft(), review_on=date(2031, 6, 1)))


def test_who_may_not_write_drafts_nothing(world):
    for who, refusal in [("abe@Harbour", NotPermitted), ("bea@Orchard", NotPermitted), ("nobody@Nowhere", NotVisible)]:
        with pytest.raises(refusal):
            drafted(world, "sand", who)
    with pytest.raises(NotVisible):
        drafted(world, "sand", "bo@Orchard", "Harbour only")
    with pytest.raises(NotVisible):
        drafted(world, "sand", circle="public")


def test_a_draft_is_edited_over_the_version_seen(world):
    drafted(world, "sand")
    own = {"actor": world.actor("bo@Orchard"), "decision_id": world.ids["sand"], "at": LATER}

    edit_draft(**own, version=1, draft=draft("And the mud?", choice=1))

    page = page_of(world, "sand", "cy@Island")
    assert (page.row.question, page.row.chosen, page.row.version) == ("And the mud?", "By lorry", 2)
    with pytest.raises(Stale):
        edit_draft(**own, version=1, draft=draft())
    with pytest.raises(VersionMissing):
        edit_draft(**own, version=None, draft=draft())
    with pytest.raises(NotPermitted):
        edit_draft(**own | {"actor": world.actor("abe@Harbour")}, version=2, draft=draft())


def test_a_withdrawn_draft_is_found_only_where_it_is_asked_for(world):
    drafted(world, "sand")
    drafted(world, "mud")
    own = {"actor": world.actor("bo@Orchard"), "decision_id": world.ids["sand"], "at": LATER}
    withdraw_draft(**own, version=1)

    assert log(world) == ["D-2"] and log(world, state="withdrawn") == ["D-1"]
    for act in (
        lambda: withdraw_draft(**own, version=2),
        lambda: edit_draft(**own, version=2, draft=draft()),
        lambda: propose_decision(**own, version=2, days=7),
    ):
        with pytest.raises(NotADraft):
            act()


def test_the_members_agree_to_what_was_proposed(world):
    drafted(world, "sand")
    proposed(world, "sand", reason="Before the winter")
    said = proposal_page(actor=world.actor("bo@Orchard"), proposal_id=world.ids["sand proposed"], at=NOON)

    assert said.row.headline == "D-1 How is the sand taken away?" and not said.has_moved_on
    assert [(line.field, line.after) for line in said.difference][:3] == [
        ("Question", "How is the sand taken away?"),
        ("Options", "1. By barge: Slow and cheap.\n2. By lorry: Loud."),
        ("Choice", "By barge"),
    ]
    assert state_of(world, "sand") == "proposed"
    answer(world, "sand", "bo@Orchard", "approve")
    assert answer(world, "sand", "cy@Island", "approve", "We have no sand.") == "agreed"
    page = page_of(world, "sand", "bea@Orchard")
    assert (page.row.state, page.row.decided_at) == ("agreed", LATER)
    assert {one.mark.name: (one.verdict, one.reason) for one in page.row.agreement.answers} == {
        "Harbour": ("approve", ""),
        "Orchard": ("approve", ""),
        "Island": ("approve", "We have no sand."),
    }


def test_what_is_proposed_or_agreed_is_never_edited(world):
    drafted(world, "sand")
    proposed(world, "sand")
    own = {"actor": world.actor("ada@Harbour"), "decision_id": world.ids["sand"], "at": LATER}
    for version in (page_of(world, "sand").row.version, access.ANY):
        with pytest.raises(NotADraft):
            edit_draft(**own, version=version, draft=draft())
        with pytest.raises(NotADraft):
            propose_decision(**own, version=version, days=7)
    agree(actor=own["actor"], proposal_id=world.ids["sand proposed"], at=NOON)
    for act in (edit_draft, withdraw_draft, propose_decision):
        more = {edit_draft: {"draft": draft()}, propose_decision: {"days": 7}}.get(act, {})
        with pytest.raises(NotADraft):
            act(**own, version=access.ANY, **more)


def test_dissent_stays_with_what_was_rejected(world):
    drafted(world, "sand")
    proposed(world, "sand")
    assert answer(world, "sand", "bo@Orchard", "object", "The lorries pass our school.") == "refused"

    page = page_of(world, "sand")
    assert (page.row.state, page.row.decided_at) == ("rejected", LATER)
    assert "The lorries pass our school." in [one.reason for one in page.row.agreement.answers]
    with pytest.raises(Closed):
        answer(world, "sand", "cy@Island", "approve", version=2)


def test_what_nobody_answers_lapses_by_the_sweep(world):
    drafted(world, "sand")
    proposed(world, "sand")

    sweep(lambda: NOON + timedelta(days=7))

    assert state_of(world, "sand") == "lapsed"
    page = page_of(world, "sand", at=NOON + timedelta(days=8))
    assert page.row.decided_at == NOON + timedelta(days=7)


def test_a_proposal_that_is_withdrawn_leaves_a_draft(world):
    drafted(world, "sand")
    proposed(world, "sand")
    own = {"actor": world.actor("ada@Harbour"), "at": LATER}
    withdraw_proposal(**own, proposal_id=world.ids["sand proposed"], version=1)

    row = page_of(world, "sand").row
    assert (row.state, row.decided_at) == ("draft", None)
    edit_draft(**own, decision_id=row.id, version=row.version, draft=draft(choice=1))
    proposed(world, "sand")
    assert state_of(world, "sand") == "proposed"


def test_nothing_is_proposed_before_something_is_chosen(world):
    drafted(world, "sand", said=draft(choice=None))
    with pytest.raises(Invalid) as refusal:
        proposed(world, "sand")
    assert refusal.value.field == "choice" and state_of(world, "sand") == "draft"


def test_a_narrower_circle_settles_and_says_who_agreed(world):
    settled(world, "price of it", circle="offer", organisations=("Harbour", "Island"))

    page = page_of(world, "price of it", "cy@Island")
    assert (page.row.state, page.row.decided_at) == ("agreed", NOON)
    assert [member.name for member in page.row.agreed_by] == ["Harbour", "Island"]
    drafted(world, "more", circle="offer")
    own = {"actor": world.actor("ada@Harbour"), "decision_id": world.ids["more"], "version": 1, "at": NOON}
    for named in ([], [world.ids["Orchard"]], [world.ids["Harbour"], world.ids["Orchard"]]):
        with pytest.raises(Invalid):
            settle_decision(**own, organisation_ids=named)
    with pytest.raises(NotDecidedHere):
        propose_decision(**own, days=7)
    settle_decision(**own, organisation_ids=[world.ids["Harbour"]])
    with pytest.raises(Stale):
        settle_decision(**own, organisation_ids=[world.ids["Harbour"]])


def test_the_joint_circle_settles_nothing_by_one_of_them(world):
    drafted(world, "sand")
    own = {"actor": world.actor("ada@Harbour"), "decision_id": world.ids["sand"], "version": 1, "at": NOON}
    with pytest.raises(NotDecidedHere):
        settle_decision(**own, organisation_ids=[world.ids["Harbour"]])


def test_a_decision_is_superseded_once_the_new_one_is_agreed(world):
    agreed(world, "sand")
    drafted(world, "sand anew", "bo@Orchard", said=draft(choice=1), supersedes_id=world.ids["sand"])
    assert state_of(world, "sand") == "agreed"

    proposed(world, "sand anew", "bo@Orchard")
    lines = proposal_page(
        actor=world.actor("cy@Island"), proposal_id=world.ids["sand anew proposed"], at=NOON
    ).difference
    agree(actor=world.actor("bo@Orchard"), proposal_id=world.ids["sand anew proposed"], at=NOON)

    assert [(line.field, line.before, line.after) for line in lines] == [("Choice", "By barge", "By lorry")]
    old, new = page_of(world, "sand"), page_of(world, "sand anew")
    assert (old.row.state, new.row.state) == ("superseded", "agreed")
    assert ([row.key for row in old.superseded_by], new.supersedes.key) == (["D-2"], "D-1")
    with pytest.raises(NotInForce):
        drafted(world, "once more", supersedes_id=world.ids["sand"])


def test_of_two_that_supersede_one_the_second_comes_to_nothing(world):
    agreed(world, "sand")
    for name in ("second", "third"):
        drafted(world, name, said=draft(name), supersedes_id=world.ids["sand"])
        proposed(world, name)
    drafted(world, "fourth", supersedes_id=world.ids["sand"])
    agree(actor=world.actor("ada@Harbour"), proposal_id=world.ids["second proposed"], at=NOON)

    assert answer(world, "third", "bo@Orchard", "approve") == "outdated"
    assert (state_of(world, "sand"), state_of(world, "third")) == ("superseded", "draft")
    with pytest.raises(SupersededAlready):
        proposed(world, "fourth")


def test_a_decision_is_superseded_in_its_own_circle(world):
    agreed(world, "sand")
    with pytest.raises(Invalid):
        drafted(world, "own", circle="Harbour only", supersedes_id=world.ids["sand"])
    settled(world, "at home")
    with pytest.raises(NotVisible):
        drafted(world, "theirs", "bo@Orchard", supersedes_id=world.ids["at home"])
    settled(world, "at home anew", supersedes_id=world.ids["at home"])
    assert state_of(world, "at home") == "superseded"


def test_a_partner_alone_decides_by_proposing(world):
    from consortio.partnerships.actions import found_partnership

    own = {"house_id": world.ids["Harbour's house"], "name": "Slip", "letters": "HAR"}
    world.do("slip", found_partnership, "ada@Harbour", **own)
    drafted(world, "alone", circle="slip")
    proposed(world, "alone")

    page = page_of(world, "alone")
    assert (page.row.state, page.row.proposal_id) == ("agreed", world.ids["alone proposed"])


def test_the_log_is_filtered_and_goes_on_where_it_stopped(world):
    for number in range(3):
        drafted(world, f"n{number}", said=draft(f"Question {number}?"))
    agreed(world, "sand", said=draft("And the sand?", review_on=date(2031, 5, 1)))

    assert log(world) == ["D-4", "D-3", "D-2", "D-1"]
    assert log(world, state="draft") == ["D-3", "D-2", "D-1"]
    assert log(world, text="question 1") == ["D-2"] and log(world, text="d-4") == ["D-4"]
    assert log(world, circle_id=world.ids["Harbour only"]) == []
    assert log(world, before=world.ids["n1"]) == ["D-1"]
    here = page_of(world, "sand").partnership.id
    own = {"actor": world.actor("ada@Harbour"), "partnership_id": here, "at": NOON, "today": TODAY}
    first = decisions_of(**own, limit=2)
    assert (len(first.rows), first.next) == (2, world.ids["n2"])
    assert [row.is_review_due for row in first.rows] == [True, False]
    with pytest.raises(NotVisible):
        decisions_of(**own | {"actor": world.actor("nobody@Nowhere")})


def test_drafting_needs_a_circle(world):
    with pytest.raises(NotVisible):
        draft_decision(actor=world.actor("ada@Harbour"), circle_id=world.ids["ada"], draft=draft(), at=NOON)

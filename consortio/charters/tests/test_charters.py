"""A charter is what every member agreed to, version by version; so is the stage."""

from datetime import timedelta

import pytest

from consortio.access import NotPermitted, NotVisible, VersionMissing, unscoped
from consortio.approvals.actions import answer_proposal
from consortio.approvals.models import Proposal
from consortio.approvals.reads import proposal_page
from consortio.approvals.registry import Line
from consortio.charters.actions import (
    ArticleTooLong,
    NoSuchStep,
    NothingDifferent,
    OtherVersion,
    propose_charter,
    propose_stage,
)
from consortio.charters.models import CharterVersion, Stage
from consortio.charters.reads import charter_page, stage_of, stage_page
from consortio.charters.rules import ARTICLES
from consortio.charters.words import ARTICLE_HINTS, article_words
from consortio.partnerships.reads import partnerships_of
from tests.world import NOON

LATER = NOON + timedelta(hours=1)
EVERYBODY = ("bo@Orchard", "cy@Island")


def here(world):
    return next(row for row in partnerships_of(actor=world.actor("ada@Harbour")) if row.joint_id == world.ids["coast"])


def written(world, who="ada@Harbour", version=0, days=7, **articles):
    said = {"joint_id": world.ids["coast"], "version": version, "articles": articles, "days": days}
    return world.do(f"charter {version} {articles} by {who}", propose_charter, who, **said)


def staged(world, phase, who="ada@Harbour", version=0):
    said = {"joint_id": world.ids["coast"], "version": version, "phase": phase, "days": 7}
    return world.do(f"stage {version} {phase}", propose_stage, who, **said)


def agree(world, proposal, *who):
    for each in who or EVERYBODY:
        answer_proposal(actor=world.actor(each), proposal_id=proposal, version=1, verdict="approve", at=LATER)


def charter(world, who="bo@Orchard", number=None):
    return charter_page(actor=world.actor(who), partnership_id=here(world).id, at=LATER, number=number)


def test_until_every_member_has_agreed_nothing_holds(world):
    proposal = written(world, purpose="Dredge together.")
    agree(world, proposal, "bo@Orchard")
    assert (charter(world).number, set(charter(world).articles.values())) == (0, {""})

    agree(world, proposal, "cy@Island")

    page = charter(world)
    assert (page.number, page.articles["purpose"], page.version.proposal_id) == (1, "Dredge together.", proposal)
    assert [row.number for row in page.versions] == [1]


def test_the_difference_between_two_versions_is_told_in_words(world):
    agree(world, written(world, purpose="Dredge.", vision="A port."))
    second = written(world, "bo@Orchard", 1, purpose="Dredge together.", vision="A port.")
    expected = (Line("Purpose", "Dredge.", "Dredge together."),)
    assert proposal_page(actor=world.actor("cy@Island"), proposal_id=second, at=LATER).difference == expected

    agree(world, second, "ada@Harbour", "cy@Island")

    assert charter(world).difference == expected
    assert charter(world, number=1).difference == ()
    assert [charter(world, number=number).articles["purpose"] for number in (1, 2)] == ["Dredge.", "Dredge together."]
    assert proposal_page(actor=world.actor("cy@Island"), proposal_id=second, at=LATER).difference == expected


def test_a_proposal_says_what_stays_and_leads_to_what_was_agreed(world):
    first = written(world, purpose="Dredge.")
    page = proposal_page(actor=world.actor("bo@Orchard"), proposal_id=first, at=LATER)
    assert (page.row.headline, page.otherwise, page.way) == (
        "Charter, proposed on 6 May 2031, 12:00",
        "The partnership stays without a charter.",
        "",
    )

    agree(world, first)
    second = written(world, version=1, purpose="Dredge together.")

    page = proposal_page(actor=world.actor("bo@Orchard"), proposal_id=first, at=LATER)
    way = page.way
    assert page.row.headline == "Charter, version 1"
    assert way == f"/partnerships/{here(world).id}/charter/versions/1"
    otherwise = proposal_page(actor=world.actor("bo@Orchard"), proposal_id=second, at=LATER).otherwise
    assert otherwise == "Version 1 of the charter stays."


def test_two_open_charters_are_told_apart_and_neither_has_a_number_yet(world):
    first = written(world, purpose="Dredge.")
    said = {"joint_id": world.ids["coast"], "version": 0, "articles": {"purpose": "Build."}, "days": 7}
    with world.step("another charter"):
        second = propose_charter(actor=world.actor("bo@Orchard"), at=NOON + timedelta(minutes=20), **said)

    waiting = charter(world).waiting
    assert {row.id: row.headline for row in waiting} == {
        first: "Charter, proposed on 6 May 2031, 12:00",
        second: "Charter, proposed on 6 May 2031, 12:20",
    }

    agree(world, second, "ada@Harbour", "cy@Island")
    headlines = [
        proposal_page(actor=world.actor("bo@Orchard"), proposal_id=one, at=LATER).row.headline
        for one in (first, second)
    ]
    assert headlines == ["Charter, proposed on 6 May 2031, 12:00", "Charter, version 1"]


def test_a_charter_is_written_over_the_one_that_holds(world):
    agree(world, written(world, purpose="Dredge."))

    for seen in (0, 2, 7):
        with pytest.raises(OtherVersion):
            written(world, version=seen, purpose="x")
    with pytest.raises(VersionMissing):
        written(world, version=None, purpose="x")
    with pytest.raises(NothingDifferent):
        written(world, version=1, purpose=" Dredge. ")
    written(world, version=1, purpose="x")


def test_of_two_proposals_the_second_is_outdated_by_the_first(world):
    first, second = written(world, purpose="One."), written(world, "bo@Orchard", purpose="Two.")
    asked = {"actor": world.actor("cy@Island"), "proposal_id": second, "at": LATER}
    assert [rival.id for rival in proposal_page(**asked).rivals] == [first]

    agree(world, first)

    assert proposal_page(**asked).rivals == ()
    with unscoped("test"):
        assert Proposal.objects.get(pk=second).state == "outdated"
        assert list(CharterVersion.objects.values_list("number", "articles__purpose")) == [(1, "One.")]


def test_an_article_has_an_end(world):
    with pytest.raises(ArticleTooLong, match="Purpose"):
        written(world, purpose="x" * 10_001)
    written(world, purpose="x" * 10_000)


def test_unknown_articles_are_not_kept(world):
    agree(world, written(world, purpose="Dredge.", secret="x"))

    assert tuple(charter(world).articles) == ARTICLES


def test_every_article_has_words(world):
    assert tuple(article_words()) == tuple(ARTICLE_HINTS) == ARTICLES


@pytest.mark.parametrize("role", ["deputy", "project manager", "lead"])
def test_who_may_change_agreed_things_proposes(world, role):
    world.hire("eve", "bo@Orchard", role)

    written(world, "eve@Orchard", purpose="x")
    staged(world, "designing", "eve@Orchard")


@pytest.mark.parametrize("role", ["sponsor", "contributor", "observer"])
def test_others_do_not(world, role):
    world.hire("eve", "bo@Orchard", role)

    with pytest.raises(NotPermitted):
        written(world, "eve@Orchard", purpose="x")
    with pytest.raises(NotPermitted):
        staged(world, "designing", "eve@Orchard")
    assert not charter(world, "eve@Orchard").may_propose


def test_a_house_has_no_charter_and_others_see_none(world):
    house = next(row for row in partnerships_of(actor=world.actor("ada@Harbour")) if row.is_house)
    for who, where in (("ada@Harbour", house.id), ("nobody@Nowhere", here(world).id), ("bo@Orchard", house.id)):
        for read in (charter_page, stage_page):
            with pytest.raises(NotVisible):
                read(actor=world.actor(who), partnership_id=where, at=LATER)
    with pytest.raises(NotVisible):
        charter(world, number=1)


def test_a_stage_begins_when_every_member_has_agreed(world):
    page = stage_page(actor=world.actor("bo@Orchard"), partnership_id=here(world).id, at=LATER)
    assert (page.now.phase, page.now.number, page.following) == ("exploring", 0, ("designing", "winding-down"))
    proposal = staged(world, "designing")
    assert stage_of(actor=world.actor("bo@Orchard"), joint_id=world.ids["coast"]) == "exploring"

    agree(world, proposal)

    page = stage_page(actor=world.actor("bo@Orchard"), partnership_id=here(world).id, at=LATER)
    assert (page.now.phase, page.now.number, page.now.proposal_id) == ("designing", 1, proposal)
    assert [row.phase for row in page.before] == ["exploring"]
    assert stage_of(actor=world.actor("bo@Orchard"), joint_id=world.ids["coast"]) == "designing"
    shown = proposal_page(actor=world.actor("bo@Orchard"), proposal_id=proposal, at=LATER)
    assert shown.difference == (Line("Stage", "exploring", "designing", is_value=True),)


@pytest.mark.parametrize("phase", ["exploring", "active", "renewing", "closed", "nonsense"])
def test_a_stage_is_followed_by_certain_others_only(world, phase):
    with pytest.raises(NoSuchStep, match="“designing”, “winding down”"):
        staged(world, phase)
    staged(world, "winding-down")


def test_stages_go_on_to_the_end(world):
    steps = ["designing", "active", "renewing", "active", "winding-down", "closed"]
    for number, phase in enumerate(steps):
        agree(world, staged(world, phase, version=number))

    with unscoped("test"):
        assert list(Stage.objects.order_by("number").values_list("phase", flat=True)) == steps
    with pytest.raises(OtherVersion):
        staged(world, "renewing", version=5)
    with pytest.raises(NoSuchStep, match="none"):
        staged(world, "renewing", version=6)

"""A decision whose review day has come still fits, or is superseded; who had to know it may be taken off again."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from consortio import access
from consortio.access import Invalid, NotPermitted, NotVisible, Stale
from consortio.decisions.actions import NotInForce, ReviewNotDue, take_off_reader
from consortio.decisions.reads import decisions_of, readers_page
from consortio.overview.reads import home_page
from consortio.overview.wanted import wanted_of
from consortio.record.reads import history
from tests.world import NOON

from .builders import (
    TODAY,
    agreed,
    draft,
    drafted,
    must_know,
    page_of,
    read,
    reader_of,
    settled,
    still_fits,
    take_off,
)
from .test_knowing import known, waits

pytestmark = pytest.mark.django_db
DUE = draft(review_on=TODAY)
LATER = date(2031, 12, 1)


def told(world, name):
    with access.reading(actor := world.actor("bo@Orchard")):
        return [one.event for one in history(actor=actor, subject_ids=[world.ids[name]])]


def test_what_still_fits_waits_no_more_until_its_next_day(world):
    agreed(world, "sand", said=DUE)
    assert waits(world, "ada@Harbour") == [("D-1", "review")]
    assert [one.kind for one in home_page(actor=world.actor("ada@Harbour"), at=NOON).own.waits.all] == ["review"]
    assert page_of(world, "sand").may_review

    still_fits(world, "sand", words=" The barge is full. ", next_on=LATER)

    assert waits(world, "ada@Harbour") == [] and waits(world, "ada@Harbour", LATER) == [("D-1", "review")]
    assert home_page(actor=world.actor("ada@Harbour"), at=NOON).own.waits.all == ()
    page = page_of(world, "sand", "bo@Orchard")
    (said,) = page.reviews
    assert (said.member.name, said.person, said.words) == ("Harbour", "ada", "The barge is full.")
    assert (said.due_on, said.next_on, said.said_at) == (TODAY, LATER, NOON)
    assert (page.row.review_on, page.row.reviewed_at, page.row.is_review_due) == (LATER, NOON, False)
    assert not page_of(world, "sand").may_review and told(world, "sand")[-1] == "decision.still_fits"


def test_without_another_day_it_is_never_asked_again(world):
    agreed(world, "sand", said=DUE)

    still_fits(world, "sand")

    assert waits(world, "ada@Harbour", date(2040, 1, 1)) == []
    here = page_of(world, "sand").partnership.id
    own = {"partnership_id": here, "at": NOON, "today": TODAY}
    (row,) = decisions_of(actor=world.actor("cy@Island"), **own).rows
    assert (row.review_on, row.reviewed_at, row.state) == (None, NOON, "agreed")


def test_reviews_stand_in_their_order(world):
    agreed(world, "sand", said=DUE)
    still_fits(world, "sand", words="One", next_on=LATER)
    still_fits(world, "sand", words="Two", at=NOON + timedelta(days=300))

    assert [one.words for one in page_of(world, "sand").reviews] == ["Two", "One"]


def test_only_the_organisation_that_raised_it_reviews_it(world):
    agreed(world, "sand", said=DUE)

    for who in ("bo@Orchard", "abe@Harbour"):
        assert not page_of(world, "sand", who).may_review
        with pytest.raises(NotPermitted):
            still_fits(world, "sand", who)
    settled(world, "at home", said=DUE)
    with pytest.raises(NotVisible):
        still_fits(world, "at home", "bo@Orchard")
    still_fits(world, "at home")


def test_it_is_reviewed_once_its_day_has_come_and_while_it_holds(world):
    drafted(world, "a draft", said=DUE)
    with pytest.raises(NotInForce):
        still_fits(world, "a draft")
    agreed(world, "undated")
    with pytest.raises(ReviewNotDue):
        still_fits(world, "undated")
    agreed(world, "ahead", said=draft(review_on=LATER))
    with pytest.raises(ReviewNotDue):
        still_fits(world, "ahead")
    still_fits(world, "ahead", at=NOON.replace(month=12))


@pytest.mark.parametrize(
    ("said", "field"), [({"next_on": TODAY}, "next_on"), ({"words": "x" * 1001}, "words"), ({"next_on": LATER}, "")]
)
def test_the_next_day_lies_ahead_and_a_sentence_is_short(world, said, field):
    agreed(world, "sand", said=DUE)
    version = page_of(world, "sand").row.version
    with pytest.raises(Stale):
        still_fits(world, "sand", version=version - 1)

    if field:
        with pytest.raises(Invalid) as refused:
            still_fits(world, "sand", **said)
        assert refused.value.field == field
    else:
        still_fits(world, "sand", version=version, **said)


def test_who_was_named_is_taken_off_and_asked_no_more(world):
    agreed(world, "sand")
    must_know(world, "sand", "abe", "bea")
    assert wanted_of(person_id=world.ids["bea"], at=NOON).of(world.ids["Orchard"]).total == 1

    take_off(world, "sand", "bea")

    assert known(world, "sand") == {"abe": None} and waits(world, "bea@Orchard") == []
    assert wanted_of(person_id=world.ids["bea"], at=NOON).of(world.ids["Orchard"]).total == 0
    with pytest.raises(NotVisible):
        read(world, "sand", "bea@Orchard")
    assert page_of(world, "sand").taken_off == () and told(world, "sand")[-1] == "decision.need_not_be_known"
    must_know(world, "sand", "bea")
    assert waits(world, "bea@Orchard") == [("D-1", "read")]


def test_what_somebody_had_read_stays(world):
    agreed(world, "sand")
    must_know(world, "sand", "abe", "bea")
    read(world, "sand", "bea@Orchard")

    take_off(world, "sand", "bea")
    take_off(world, "sand", "bea")

    page = page_of(world, "sand", "cy@Island")
    assert [(row.name, row.read_at) for row in page.taken_off] == [("bea", NOON)] and page.read_count == 0
    assert told(world, "sand").count("decision.need_not_be_known") == 1
    must_know(world, "sand", "bea")
    assert known(world, "sand")["bea"] == NOON and page_of(world, "sand").taken_off == ()


def test_whoever_may_name_somebody_may_take_them_off(world):
    agreed(world, "sand", "bo@Orchard")
    must_know(world, "sand", "abe", "bea", who="bo@Orchard")

    for who, person in (("ada@Harbour", "bea"), ("abe@Harbour", "abe"), ("cy@Island", "abe")):
        with pytest.raises(NotPermitted):
            take_off(world, "sand", person, who)
    page = readers_page(actor=world.actor("ada@Harbour"), decision_id=world.ids["sand"], at=NOON, today=TODAY)
    assert {row.name: row.may_take_off for row in page.page.readers} == {"abe": True, "bea": False}
    take_off(world, "sand", "abe")
    take_off(world, "sand", "bea", "bo@Orchard")

    assert known(world, "sand") == {}


def test_a_reader_is_taken_off_their_own_decision_only(world):
    agreed(world, "sand")
    settled(world, "at home")
    must_know(world, "at home", "abe")
    own = {"actor": world.actor("ada@Harbour"), "at": NOON, "decision_id": world.ids["sand"]}
    for reader in (uuid4(), reader_of(world, "at home", "abe")):
        with pytest.raises(NotVisible):
            take_off_reader(reader_id=reader, **own)
    agreed(world, "mud")
    must_know(world, "mud", "abe")
    agreed(world, "mud anew", supersedes_id=world.ids["mud"])
    with pytest.raises(NotInForce):
        take_off(world, "mud", "abe")

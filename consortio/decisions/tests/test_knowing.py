"""Who must know of a decision is asked to read it, and says so for themselves."""

from datetime import date, timedelta

import pytest

from consortio.access import NotPermitted, NotVisible
from consortio.decisions.actions import NotInForce
from consortio.decisions.reads import readers_page, waiting_decisions
from consortio.overview.reads import home_page
from consortio.overview.wanted import wanted_of
from consortio.partnerships.actions import unseat_person
from tests.world import NOON

from .builders import TODAY, agreed, draft, drafted, must_know, page_of, proposed, read, settled

LATER = NOON + timedelta(hours=2)


def waits(world, who, today=TODAY):
    found = waiting_decisions(actor=world.actor(who), today=today)
    return [(row.key, "read" if row.is_to_be_read else "review") for row in found]


def known(world, name, who="bea@Orchard"):
    return {row.name: row.read_at for row in page_of(world, name, who).readers}


def test_each_says_for_themselves_that_they_have_read_it(world):
    agreed(world, "sand")
    must_know(world, "sand", "abe", "bea", "ada")
    assert waits(world, "bea@Orchard") == [("D-1", "read")] and waits(world, "cy@Island") == []

    read(world, "sand", "bea@Orchard", LATER)
    read(world, "sand", "bea@Orchard", LATER + timedelta(days=1))

    assert known(world, "sand") == {"abe": None, "ada": None, "bea": LATER}
    assert waits(world, "bea@Orchard") == [] and waits(world, "abe@Harbour") == [("D-1", "read")]
    with pytest.raises(NotVisible):
        read(world, "sand", "cy@Island")


def test_an_organisation_names_its_own_people_and_the_author_anybody(world):
    agreed(world, "sand", "bo@Orchard")
    must_know(world, "sand", "abe")
    must_know(world, "sand", "abe", "ada")
    with pytest.raises(NotPermitted):
        must_know(world, "sand", "bea")
    with pytest.raises(NotPermitted):
        must_know(world, "sand", "ada", who="abe@Harbour")
    with pytest.raises(NotVisible):
        must_know(world, "sand", "Harbour")
    must_know(world, "sand", "bea", "cy", who="bo@Orchard")

    assert set(known(world, "sand")) == {"abe", "ada", "bea", "cy"}
    page = readers_page(actor=world.actor("ada@Harbour"), decision_id=world.ids["sand"], at=NOON, today=TODAY)
    assert page.candidates == ()


def test_only_what_holds_must_be_known(world):
    drafted(world, "sand")
    with pytest.raises(NotInForce):
        must_know(world, "sand", "abe")
    proposed(world, "sand")
    with pytest.raises(NotInForce):
        must_know(world, "sand", "abe")
    agreed(world, "mud")
    must_know(world, "mud", "abe")
    agreed(world, "mud anew", supersedes_id=world.ids["mud"])
    assert waits(world, "abe@Harbour") == []


def test_in_house_nobody_else_is_named_or_asked(world):
    settled(world, "at home")
    with pytest.raises(NotVisible):
        must_know(world, "at home", "bea")
    must_know(world, "at home", "abe")

    assert waits(world, "abe@Harbour") == [(page_of(world, "at home").row.key, "read")]
    assert wanted_of(person_id=world.ids["abe"], at=NOON).of(world.ids["Harbour"]).total == 1
    assert wanted_of(person_id=world.ids["bea"], at=NOON).of(world.ids["Orchard"]).total == 0


def test_whoever_has_left_is_asked_no_more(world):
    agreed(world, "sand")
    must_know(world, "sand", "abe")
    own = {"joint_id": world.ids["coast"], "person_id": world.ids["abe"]}
    unseat_person(actor=world.actor("ada@Harbour"), at=NOON, **own)

    assert waits(world, "abe@Harbour") == []
    assert [row.is_former for row in page_of(world, "sand").readers] == [True]
    with pytest.raises(NotVisible):
        read(world, "sand", "abe@Harbour")
    assert wanted_of(person_id=world.ids["abe"], at=NOON).of(world.ids["Harbour"]).total == 0


def test_home_counts_what_is_to_be_read(world):
    agreed(world, "sand")
    must_know(world, "sand", "ada")

    page = home_page(actor=world.actor("ada@Harbour"), at=NOON)

    wait = next(one for one in page.waits.all if one.kind == "decision")
    assert (wait.words, wait.details) == ("Read decision D-1", ("How is the sand taken away?",))
    assert wait.done_url == f"/decisions/{world.ids['sand']}/reading"
    counts = wanted_of(person_id=world.ids["ada"], at=NOON).of(world.ids["Harbour"])
    assert (list(counts.decisions.values()), counts.total) == ([1], page.waits.asking)


def test_a_review_waits_for_the_writers_of_the_organisation_that_raised_it(world):
    agreed(world, "sand", said=draft(review_on=date(2031, 6, 1)))
    on = date(2031, 6, 1)

    assert waits(world, "ada@Harbour", on) == [("D-1", "review")]
    assert waits(world, "ada@Harbour", on - timedelta(days=1)) == []
    for who in ("abe@Harbour", "bo@Orchard"):
        assert waits(world, who, on) == []

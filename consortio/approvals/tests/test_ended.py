"""A subject is told of each end of a proposal about a row, but for the one that puts it in force."""

from datetime import timedelta

import pytest

from consortio.approvals.actions import withdraw_proposal
from consortio.approvals.sweeping import sweep
from tests.world import NOON

from .builders import LATER, named, put, say


@pytest.fixture
def subject():
    with named() as held:
        yield held


def test_a_subject_is_told_how_a_proposal_ends_without_a_yes(world, subject):
    row = world.ids["dredger"]
    say(world, "bo@Orchard", put(world, name="Refused", subject_id=row), "object")
    withdrawn = put(world, name="Withdrawn", subject_id=row)
    withdraw_proposal(actor=world.actor("ada@Harbour"), proposal_id=withdrawn, version=1, at=LATER)
    outdated, subject.version = put(world, name="Outdated", subject_id=row), 1
    say(world, "bo@Orchard", outdated)
    put(world, name="Lapsed", subject_id=row)
    sweep(lambda: NOON + timedelta(days=7))

    ends = [(row, "refused", LATER), (row, "withdrawn", LATER), (row, "outdated", LATER)]
    assert subject.ends == [*ends, (row, "lapsed", NOON + timedelta(days=7))]


def test_it_is_told_of_no_yes_and_of_nothing_that_is_about_no_row(world, subject):
    agreed = put(world, name="Agreed", subject_id=world.ids["dredger"])
    for who in ("bo@Orchard", "cy@Island"):
        say(world, who, agreed)
    say(world, "bo@Orchard", put(world, name="About nothing"), "object")

    assert (subject.name, subject.ends) == ("Agreed", [])

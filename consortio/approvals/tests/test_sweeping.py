"""What nobody touches comes to an end all the same, within the minute."""

from datetime import timedelta

import pytest

from consortio.access import unscoped
from consortio.approvals.models import Proposal
from consortio.approvals.sweeping import sweep
from consortio.jobs import periodic
from consortio.partnerships.actions import unseat_person
from consortio.record.models import Entry
from tests.world import NOON

from .builders import LATER, named, put, say, set_member, state_of

LATE = NOON + timedelta(days=7)


@pytest.fixture(autouse=True)
def held():
    with named() as held:
        yield held


def test_it_lapses_what_is_past_its_deadline(world):
    proposal = put(world)

    sweep(lambda: LATE - timedelta(seconds=1))
    assert state_of(proposal) == "open"
    sweep(lambda: LATE + timedelta(seconds=40))
    sweep(lambda: LATE + timedelta(seconds=100))

    with unscoped("test"):
        found = Proposal.objects.get(pk=proposal)
        assert (found.state, found.decided_at) == ("lapsed", LATE)
        assert Entry.objects.filter(event="proposal.lapsed").count() == 1


def test_it_decides_what_waited_for_a_member_who_left(world, held):
    waiting, other = put(world), put(world, name="Mole", subject_id=world.ids["coast"])
    say(world, "bo@Orchard", waiting)
    set_member(world, "Island", "left")

    sweep(lambda: LATER)

    assert (state_of(waiting), state_of(other)) == ("agreed", "open")
    assert held.name == "Quay"


def test_it_decides_for_somebody_who_still_may(world, held):
    world.hire("eve", "bo@Orchard", "lead")
    proposal = put(world)
    say(world, "eve@Orchard", proposal, at=LATER + timedelta(minutes=1))
    set_member(world, "Island", "left")
    world.do("gone", unseat_person, "bo@Orchard", joint_id=world.ids["coast"], person_id=world.ids["eve"])

    sweep(lambda: LATER + timedelta(minutes=2))

    assert state_of(proposal) == "agreed"  # for ada, who proposed it
    with unscoped("test"):
        agreed = Entry.objects.get(event="proposal.agreed", subject_id=proposal)
        assert str(world.ids["ada"]) in agreed.body


def test_what_fails_keeps_nothing_else_from_being_done(monkeypatch):
    done = []
    monkeypatch.setattr(periodic, "_all", [lambda clock: 1 / 0, lambda clock: done.append(clock())])

    periodic.run_all(lambda: NOON)

    assert done == [NOON]


def test_the_sweep_is_among_what_workers_do():
    assert sweep in periodic._all

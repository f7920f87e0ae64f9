"""What an open proposal asks for is not proposed again; once it is closed, it is."""

import pytest

from consortio.approvals.actions import AlreadyProposed, withdraw_proposal
from consortio.charters.actions import propose_stage
from tests.world import NOON

from .test_charters import written


def stage(world, who="bo@Orchard"):
    own = {"joint_id": world.ids["coast"], "version": 0, "phase": "designing", "days": 7, "at": NOON}
    return propose_stage(actor=world.actor(who), **own)


def test_the_same_stage_is_proposed_once(world):
    with world.step("first"):
        made = stage(world)
    with pytest.raises(AlreadyProposed, match=r"A-1 asks for the same"):
        stage(world, "ada@Harbour")

    withdraw_proposal(actor=world.actor("bo@Orchard"), proposal_id=made, version=1, at=NOON)
    with world.step("again"):
        assert stage(world, "ada@Harbour") != made


def test_the_same_charter_is_proposed_once_and_another_beside_it(world):
    written(world, version=0, purpose="Dredge.")
    with pytest.raises(AlreadyProposed):
        written(world, version=0, purpose="Dredge.")
    with world.step("other"):
        written(world, version=0, purpose="Dredge and fill.")

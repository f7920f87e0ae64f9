"""Whoever is invited reads the purpose that all members agreed, and no proposed one."""

from consortio.charters.purpose import agreed_purpose
from consortio.invitations.purpose import purpose_of

from .test_charters import agree, written


def test_the_purpose_that_holds_is_told_and_no_other(world):
    joint = world.ids["coast"]
    assert agreed_purpose(joint) == ""
    agree(world, written(world, purpose="Dredge together.", wants="a deeper harbour"))
    written(world, version=1, purpose="Dredge and sell the sand.")

    assert agreed_purpose(joint) == "Dredge together."
    assert purpose_of(joint) == "Dredge together."
    assert agreed_purpose(world.ids["Harbour's house"]) == ""

"""Promises of the demo world: one organisation has enough of them to be judged, and each kind of end is there."""

from datetime import UTC, datetime

import pytest

from consortio.commitments.reads import Look, commitments_page
from consortio.commitments.waiting import waiting_for

from .conftest import TODAY, acting
from .test_story import partnership

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.slow]


def page(who, **look):
    actor = acting(who)
    return commitments_page(
        actor=actor, partnership_id=partnership(actor).id, at=NOW, look=Look(**look), limit=100
    )  # fmt: skip


def waits(who):
    return sorted((one.what, one.row.name) for one in waiting_for(actor=acting(who), at=NOW))


def test_one_organisation_is_judged_and_of_the_others_too_few_are_there():
    figures = {member.letters: own for member, own in page("jonas").figures}

    voltmere = figures["VOL"]
    assert (voltmere.kept.hits, voltmere.kept.count) == (9, 11) and voltmere.waits and voltmere.by_size
    assert (figures["HAL"].kept, figures["BRI"].kept) == (None, None)
    assert 0 < figures["HAL"].count < 10 and 0 < figures["BRI"].count < 10


def test_each_way_in_which_a_promise_ends_or_waits_is_there():
    states = {row.state for row in page("ingrid").rows}

    assert states == {"offered", "accepted", "delivered", "confirmed", "disputed", "broken"}
    assert [row.name for row in page("ingrid", figure="moved").rows] == ["Arm of the tower for gusts of 33 m/s"]
    assert {row.promiser.letters for row in page("ingrid", state="broken").rows} == {"VOL", "BRI"}


def test_what_two_promise_each_other_beside_is_not_there_for_the_third():
    beside = "Price of the yard's share in phase 2"

    assert beside in [row.name for row in page("felix").rows]
    assert beside not in [row.name for row in page("ingrid").rows]


def test_something_waits_for_whoever_looks():
    assert waits("ingrid") == [
        ("answer", "Noise at the quay, measured for a night"),
        ("confirmation", "Chapter on charging at night"),
        ("date", "Day of the first crossing with guests"),
        ("delivery", "Who signs while the authority is on leave"),
    ]
    assert waits("jonas") == []

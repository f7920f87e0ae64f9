"""What is shown: who has answered, whom it waits for, what would change; at the same cost for one row and for three."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import NotVisible
from consortio.approvals.reads import proposal_page, proposals_of, waiting_for
from consortio.approvals.registry import Line
from consortio.partnerships.reads import partnerships_of
from tests.world import NOON

from .builders import LATER, named, put, say, set_member

LATE = NOON + timedelta(days=7)


@pytest.fixture(autouse=True)
def held():
    with named() as held:
        yield held


def partnership_of(world, who="ada@Harbour"):
    return next(row.id for row in partnerships_of(actor=world.actor(who)) if row.joint_id == world.ids["coast"])


def page(world, who, proposal, at=LATER):
    return proposal_page(actor=world.actor(who), proposal_id=proposal, at=at)


def answers(shown):
    return {row.mark.name: (row.verdict, row.person) for row in shown.row.answers}


def test_each_member_stands_with_its_answer_or_is_waited_for(world):
    proposal = put(world, reason="It is time.")
    say(world, "bo@Orchard", proposal, reason="good")

    shown = page(world, "cy@Island", proposal)

    assert answers(shown) == {"Harbour": ("approve", "ada"), "Island": ("", ""), "Orchard": ("approve", "bo")}
    assert [mark.name for mark in shown.row.waits_for] == ["Island"]
    assert (shown.row.number, shown.row.state, shown.row.reason) == ("A-1", "open", "It is time.")
    assert shown.difference == (Line("Name", "", "Quay"),)
    assert (shown.otherwise, shown.may_answer, shown.may_withdraw) == ("The name stays.", True, False)


def test_who_looks_decides_what_may_be_done(world):
    proposal = put(world)

    shown = {who: page(world, who, proposal) for who in ("ada@Harbour", "bo@Orchard", "bea@Orchard")}
    may = {who: (each.may_answer, each.may_withdraw) for who, each in shown.items()}

    assert may == {"ada@Harbour": (True, True), "bo@Orchard": (True, False), "bea@Orchard": (False, False)}


def test_past_its_deadline_it_is_shown_as_lapsed_before_anybody_wrote_that_down(world):
    proposal = put(world)

    shown = page(world, "bo@Orchard", proposal, at=LATE)

    assert (shown.row.state, shown.row.decided_at, shown.may_answer, shown.row.waits_for) == ("lapsed", LATE, False, ())
    assert answers(shown) == {"Harbour": ("approve", "ada")}


def test_what_has_moved_on_says_so(world, held):
    proposal = put(world)
    assert not page(world, "bo@Orchard", proposal).has_moved_on
    held.version = 3

    assert page(world, "bo@Orchard", proposal).has_moved_on


def test_a_member_who_left_is_not_waited_for_and_its_answer_stays_to_be_read(world):
    proposal = put(world)
    say(world, "cy@Island", proposal)
    set_member(world, "Island", "left")

    shown = page(world, "bo@Orchard", proposal)

    assert answers(shown)["Island"] == ("approve", "cy")
    assert [mark.name for mark in shown.row.agreed_by] == ["Harbour"]


def test_the_list_tells_open_from_closed_and_goes_on(world):
    made = [put(world, name=f"N{number}") for number in range(5)]
    say(world, "bo@Orchard", made[1], "object")
    own = {"actor": world.actor("bo@Orchard"), "partnership_id": partnership_of(world), "at": LATER}

    def numbers(**more):
        found = proposals_of(**own, **more)
        return [row.number for row in found.rows], found.next

    assert numbers(state="open") == (["A-5", "A-4", "A-3", "A-1"], "")
    assert numbers(state="closed") == (["A-2"], "")
    assert numbers(limit=2) == (["A-5", "A-4"], "4")
    assert numbers(limit=2, before=4) == (["A-3", "A-2"], "2")
    assert numbers(limit=2, before=2) == (["A-1"], "")
    assert numbers(limit=5) == (["A-5", "A-4", "A-3", "A-2", "A-1"], "")


def test_the_list_shows_what_is_overdue_among_the_closed(world):
    put(world)
    own = {"actor": world.actor("bo@Orchard"), "partnership_id": partnership_of(world), "at": LATE}

    assert proposals_of(**own, state="open").rows == ()
    assert [row.state for row in proposals_of(**own, state="closed").rows] == ["lapsed"]


def test_another_partnership_and_none_look_alike(world):
    put(world)
    for who in ("nobody@Nowhere", "ada@Orchard"):
        with pytest.raises(NotVisible):
            proposals_of(actor=world.actor(who), partnership_id=partnership_of(world), at=LATER)


def waiting(world, who, at=LATER):
    return [row.headline for row in waiting_for(actor=world.actor(who), at=at)]


def test_what_waits_is_what_the_organisation_acted_for_has_not_answered_and_this_person_may(world):
    world.hire("eve", "bo@Orchard", "sponsor")
    soon = put(world, name="Soon", days=3)
    put(world, "bo@Orchard", "Later", days=14)

    assert waiting(world, "ada@Harbour") == ["Name: Later"]
    assert waiting(world, "bo@Orchard") == waiting(world, "eve@Orchard") == ["Name: Soon"]
    assert waiting(world, "cy@Island") == ["Name: Soon", "Name: Later"]
    assert waiting(world, "bea@Orchard") == waiting(world, "abe@Harbour") == []
    say(world, "eve@Orchard", soon)
    assert waiting(world, "bo@Orchard") == []
    assert waiting(world, "cy@Island", at=LATE) == ["Name: Later"]


def test_who_is_no_active_member_is_not_asked(world):
    put(world)
    set_member(world, "Island", "suspended")

    assert waiting(world, "cy@Island") == []


def test_three_proposals_cost_what_one_costs(world):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as one:
            proposals_of(actor=bo, partnership_id=here, at=LATER)
        with CaptureQueriesContext(connection) as two:
            waiting_for(actor=bo, at=LATER)
        return len(one), len(two)

    bo, here = world.actor("bo@Orchard"), partnership_of(world)
    put(world, name="N0")
    first = cost()
    for number in (1, 2, 3):
        say(world, "cy@Island", put(world, name=f"N{number}"))

    assert cost() == first
    assert len(waiting_for(actor=bo, at=LATER)) == 4

"""Lists, figures and what waits: of what the reader sees, and of what all in a circle see."""

from datetime import timedelta

import pytest

from consortio.access import NotVisible
from consortio.commitments.reads import Look, commitment_page, commitments_page, reliability_in
from consortio.commitments.waiting import waiting_for
from consortio.overview.reads import waiting as waits_on_home
from consortio.overview.wanted import wanted_of
from consortio.partnerships.actions import unseat_person
from consortio.partnerships.reads import partnerships_of
from tests.world import NOON

from .builders import ACCEPTS, AFTER, DUE, PROMISES, accepted, offer, step

LATER = DUE + timedelta(days=7)
ISLAND = {"who": "ada@Harbour", "promiser": "Harbour", "receiver": "Island"}


def here(world, who="bo@Orchard"):
    return next(row.id for row in partnerships_of(actor=world.actor(who)) if not row.is_house)


def page(world, who="bo@Orchard", at=NOON, **look):
    return commitments_page(actor=world.actor(who), partnership_id=here(world, who), at=at, look=Look(**look))


def names(found):
    return [row.name for row in found.rows]


def figure(world, who, circle="coast", organisation="Harbour", at=NOON):
    rows = reliability_in(actor=world.actor(who), circle_id=world.ids[circle], at=at)
    return next(own for member, own in rows if member.organisation_id == world.ids[organisation])


def test_a_side_circle_is_listed_for_its_own_and_counted_in_no_joint_figure(world):
    for number in range(10):
        made = accepted(world, "cy@Island", **ISLAND, circle="offer", name=f"Beside {number}")
        step(world, made, "delivered", "ada@Harbour")
        step(world, made, "confirmed", "cy@Island")
    accepted(world, name="For all")

    assert names(page(world, "bo@Orchard")) == ["For all"]
    assert len(page(world, "cy@Island").rows) == 11
    assert figure(world, "cy@Island").count == 0
    beside = figure(world, "cy@Island", "offer")
    assert (beside.count, beside.kept.hits) == (10, 10)
    with pytest.raises(NotVisible):
        figure(world, "bo@Orchard", "offer")
    assert figure(world, "bo@Orchard") == figure(world, "ada@Harbour") == figure(world, "cy@Island")


def test_what_is_counted_opens_into_those_it_was_counted_from(world):
    kept = accepted(world, name="Kept")
    step(world, kept, "delivered", PROMISES)
    step(world, kept, "confirmed", ACCEPTS)
    accepted(world, name="Overdue")
    moved = accepted(world, name="Moved")
    step(world, moved, "asked", PROMISES, due_on=LATER)
    step(world, moved, "moved", ACCEPTS)
    late = accepted(world, name="Moved late")
    step(world, late, "asked", PROMISES, at=AFTER, due_on=LATER)
    step(world, late, "moved", ACCEPTS, at=AFTER)
    waiting = accepted(world, name="Asked in time, not answered")
    step(world, waiting, "asked", PROMISES, due_on=LATER)
    again = accepted(world, name="Asked in time, refused, asked anew")
    step(world, again, "asked", PROMISES, due_on=LATER)
    step(world, again, "kept-date", ACCEPTS)
    step(world, again, "asked", PROMISES, at=AFTER, due_on=LATER)

    found = {
        name: sorted(names(page(world, at=AFTER, figure=name)))
        for name in ("counted", "kept", "missed", "moved", "slipped", "waited")
    }

    assert found == {
        "counted": ["Asked in time, refused, asked anew", "Kept", "Moved late", "Overdue"],
        "kept": ["Kept"],
        "missed": ["Asked in time, refused, asked anew", "Moved late", "Overdue"],
        "moved": ["Moved"],
        "slipped": ["Asked in time, refused, asked anew", "Moved", "Moved late", "Overdue"],
        "waited": ["Kept"],
    }
    assert figure(world, "bo@Orchard", organisation="Orchard", at=AFTER).count == 4


def test_filters_take_their_own(world):
    accepted(world, name="Survey")
    offer(world, name="Buoys", due_on=LATER)
    over = offer(world, name="Nets")
    step(world, over, "declined", ACCEPTS)
    accepted(world, "cy@Island", **ISLAND, name="Beside the two")
    ids = world.ids

    assert names(page(world, state="open")) == ["Survey", "Beside the two", "Buoys"]
    assert names(page(world, state="closed")) == ["Nets"]
    assert names(page(world, state="offered")) == ["Buoys"]
    assert names(page(world, promiser_id=ids["Harbour"])) == ["Beside the two"]
    assert names(page(world, receiver_id=ids["Island"])) == ["Beside the two"]
    assert names(page(world, organisation_id=ids["Island"])) == ["Beside the two"]
    assert names(page(world, besides_id=ids["Orchard"])) == ["Beside the two"]
    assert names(page(world, at=AFTER, overdue=True)) == ["Survey", "Beside the two"]
    assert names(page(world, text="buoy")) == ["Buoys"]
    assert names(page(world, text="c-1")) == ["Survey"]
    assert page(world, text="nothing of it").total == 0
    with pytest.raises(NotVisible):
        page(world, circle_id=ids["offer"])


def test_pages_of_a_list_go_on_where_the_one_before_ended(world):
    for number in range(5):
        offer(world, name=f"Number {number}")
    own = {"actor": world.actor(PROMISES), "partnership_id": here(world), "at": NOON, "look": Look()}

    found = [names(commitments_page(**own, before=before, limit=2)) for before in (0, 2, 4, 6)]

    assert found == [["Number 0", "Number 1"], ["Number 2", "Number 3"], ["Number 4"], []]


def test_the_page_offers_what_the_reader_may_do(world):
    made = offer(world)
    may = lambda who, at=NOON: commitment_page(actor=world.actor(who), commitment_id=made, at=at).may  # noqa: E731
    assert may("bo@Orchard") == ("withdrawn",)
    assert may("ada@Harbour") == ("accepted", "declined")
    assert may("ada@Harbour", AFTER) == ("declined",)
    assert may("cy@Island") == may("bea@Orchard") == may("abe@Harbour") == ()

    step(world, made, "accepted", ACCEPTS)
    assert may("bo@Orchard") == ("delivered", "asked")
    assert may("bo@Orchard", AFTER) == ("delivered", "asked", "broken")
    assert may("ada@Harbour", AFTER) == ("broken", "released")


def test_a_commitment_of_a_circle_elsewhere_is_not_there(world):
    made = offer(world, **ISLAND, circle="offer")

    assert commitment_page(actor=world.actor("cy@Island"), commitment_id=made, at=NOON).row.number == "OFF/C-1"
    with pytest.raises(NotVisible):
        commitment_page(actor=world.actor("bo@Orchard"), commitment_id=made, at=NOON)


def what(world, who, at=NOON):
    return [(one.what, one.row.name) for one in waiting_for(actor=world.actor(who), at=at)]


def test_what_waits_is_asked_of_those_who_may_answer_it(world):
    offer(world, name="Offer")
    dated = accepted(world, name="Date")
    step(world, dated, "asked", PROMISES, due_on=LATER)
    done = accepted(world, name="Done")
    step(world, done, "delivered", PROMISES)
    accepted(world, name="Soon")
    accepted(world, name="Far", due_on=DUE + timedelta(days=90))

    assert what(world, "ada@Harbour") == [("answer", "Offer"), ("date", "Date"), ("confirmation", "Done")]
    assert what(world, "bo@Orchard") == [("delivery", "Soon")]
    assert what(world, "abe@Harbour") == what(world, "bea@Orchard") == what(world, "cy@Island") == []
    assert [wait.kind for wait in waits_on_home(actor=world.actor("bo@Orchard"), at=AFTER).all] == ["delivery"]


def test_a_named_contributor_is_told_of_their_own(world):
    accepted(world, "cy@Island", **ISLAND, name="Abe's", promiser_person_id=world.ids["abe"])
    accepted(world, "cy@Island", **ISLAND, name="Anybody's")

    assert what(world, "abe@Harbour") == [("delivery", "Abe's")]
    assert what(world, "ada@Harbour") == [("delivery", "Abe's"), ("delivery", "Anybody's")]


def test_the_count_beside_places_is_what_home_asks(world):
    offer(world, name="Offer")
    offer(world, name="Beside", who="cy@Island", promiser="Island", receiver="Harbour", circle="offer")
    done = accepted(world, name="Done")
    step(world, done, "delivered", PROMISES)

    for who, count in (("ada@Harbour", 3), ("bo@Orchard", 0), ("abe@Harbour", 0), ("cy@Island", 0)):
        person, _, organisation = who.partition("@")
        asked = wanted_of(person_id=world.ids[person], at=NOON).of(world.ids[organisation])
        assert asked.total == waits_on_home(actor=world.actor(who), at=NOON).asking == count


def test_whoever_was_unseated_is_named_as_former(world):
    made = offer(world, **ISLAND, promiser_person_id=world.ids["abe"])
    person = lambda: commitment_page(actor=world.actor("cy@Island"), commitment_id=made, at=NOON).row.promiser_person  # noqa: E731
    assert not person().is_former

    unseat_person(actor=world.actor("ada@Harbour"), joint_id=world.ids["coast"], person_id=world.ids["abe"], at=NOON)

    assert person().is_former

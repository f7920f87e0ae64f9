"""Who promises what, and every step, with its twin that is refused."""

from datetime import date, timedelta

import pytest

from consortio.access import Invalid, NotPermitted, NotVisible, Stale, VersionMissing, unscoped
from consortio.access.seating import Sitting, seat_many
from consortio.commitments.actions import (
    AlreadyOffered,
    CannotStep,
    HasLeft,
    NotOffered,
    SaidByOneself,
    edit_commitment,
    take_step,
)
from consortio.commitments.models import Commitment, Step
from consortio.commitments.reads import commitment_page
from consortio.partnerships.models import Membership
from consortio.plans.actions import NewItem, add_item, create_plan
from consortio.record.reads import told
from tests.world import NOON, system

from .builders import ACCEPTS, AFTER, DUE, PROMISES, accepted, kept, offer, step, story, terms

LATER = DUE + timedelta(days=7)


def lend(world, person, organisation, role="lead"):
    """Let somebody act for another organisation too."""
    world.ids[f"{person} too"] = world.ids[person]
    with system(), unscoped("test"):
        given = world.role("coast", role)
        seat_many([Sitting(world.ids["coast"], world.ids[person], world.ids[organisation], given, None)])


def test_a_promise_goes_from_offer_to_confirmed(world):
    made = offer(world)
    assert step(world, made, "accepted", ACCEPTS) == "accepted"
    assert step(world, made, "delivered", PROMISES) == "delivered"
    assert step(world, made, "confirmed", ACCEPTS, at=AFTER) == "confirmed"

    row = kept(made)
    assert (row.number, row.first_due_on, row.was_on_time, row.closed_at) == (1, DUE, True, AFTER)
    assert story(made) == ["offered", "accepted", "delivered", "confirmed"]


def test_an_organisation_asks_for_a_promise_and_the_other_one_gives_it(world):
    made = offer(world, who="ada@Harbour")

    with pytest.raises(CannotStep, match="Only the organisation that was asked"):
        step(world, made, "accepted", "ada@Harbour")
    assert step(world, made, "accepted", "bo@Orchard") == "accepted"


def test_what_was_delivered_after_its_date_is_confirmed_as_late(world):
    made = accepted(world)
    step(world, made, "delivered", PROMISES, at=AFTER)
    step(world, made, "confirmed", ACCEPTS, at=AFTER)

    assert kept(made).was_on_time is False


def test_the_promiser_does_not_confirm_nor_does_a_third(world):
    made = accepted(world)
    step(world, made, "delivered", PROMISES)

    with pytest.raises(CannotStep, match="promised to"):
        step(world, made, "confirmed", PROMISES)
    with pytest.raises(NotPermitted):
        step(world, made, "confirmed", "cy@Island")
    with pytest.raises(NotPermitted):
        step(world, made, "confirmed", "abe@Harbour")
    assert step(world, made, "confirmed", ACCEPTS) == "confirmed"


def test_nobody_confirms_under_another_hat_what_they_delivered(world):
    lend(world, "bo", "Harbour")
    made = accepted(world)
    step(world, made, "delivered", PROMISES)

    with pytest.raises(CannotStep):
        step(world, made, "confirmed", "bo@Orchard")
    with pytest.raises(SaidByOneself):
        step(world, made, "confirmed", "bo@Harbour")
    assert step(world, made, "confirmed", "ada@Harbour") == "confirmed"


def test_nobody_accepts_under_another_hat_what_they_offered(world):
    lend(world, "bo", "Harbour")
    made = offer(world)

    with pytest.raises(SaidByOneself):
        step(world, made, "accepted", "bo@Harbour")
    assert step(world, made, "accepted", "ada@Harbour") == "accepted"


def test_nobody_takes_under_another_hat_the_date_that_they_asked_for(world):
    lend(world, "bo", "Harbour")
    made = accepted(world)
    step(world, made, "asked", PROMISES, due_on=LATER)

    with pytest.raises(SaidByOneself):
        step(world, made, "moved", "bo@Harbour")
    assert step(world, made, "moved", "ada@Harbour") == "accepted"


def test_a_date_moved_before_it_has_passed_was_told_in_time(world):
    made = accepted(world)
    step(world, made, "asked", PROMISES, due_on=LATER)
    step(world, made, "moved", ACCEPTS, at=AFTER)

    row = kept(made)
    assert (row.due_on, row.first_due_on, row.asked_due_on) == (LATER, DUE, None)
    with unscoped("test"):
        moved = Step.objects.get(commitment=made, kind="moved")
    assert (moved.due_before, moved.due_after, moved.was_in_time) == (DUE, LATER, True)


def test_a_date_asked_for_after_it_has_passed_was_not(world):
    made = accepted(world)
    step(world, made, "asked", PROMISES, at=AFTER, due_on=LATER)
    step(world, made, "moved", ACCEPTS, at=AFTER)

    with unscoped("test"):
        assert Step.objects.get(commitment=made, kind="moved").was_in_time is False


def test_the_receiver_may_keep_the_old_date(world):
    made = accepted(world)
    step(world, made, "asked", PROMISES, due_on=LATER)
    with pytest.raises(CannotStep):
        step(world, made, "kept-date", PROMISES)
    step(world, made, "kept-date", ACCEPTS)

    assert (kept(made).due_on, kept(made).asked_due_on) == (DUE, None)


def test_a_date_that_has_passed_itself_is_not_taken(world):
    made = accepted(world)
    step(world, made, "asked", PROMISES, due_on=LATER)
    much_later = AFTER + timedelta(days=30)

    with pytest.raises(CannotStep, match="has passed itself"):
        step(world, made, "moved", ACCEPTS, at=much_later)
    step(world, made, "kept-date", ACCEPTS, at=much_later)


@pytest.mark.parametrize("due_on", [None, DUE, DUE - timedelta(days=3), date(2031, 5, 1), date(2099, 1, 1)])
def test_another_date_is_a_later_one_and_lies_ahead(world, due_on):
    made = accepted(world)

    with pytest.raises(Invalid) as refusal:
        step(world, made, "asked", PROMISES, due_on=due_on)
    assert refusal.value.field == "due_on"
    step(world, made, "asked", PROMISES, due_on=LATER)


def test_delivering_answers_the_question_for_another_date(world):
    made = accepted(world)
    step(world, made, "asked", PROMISES, due_on=LATER)
    step(world, made, "delivered", PROMISES)

    assert kept(made).asked_due_on is None


def test_after_a_dispute_it_is_delivered_again(world):
    made = accepted(world)
    step(world, made, "delivered", PROMISES)
    with pytest.raises(Invalid):
        step(world, made, "disputed", ACCEPTS, words=" ")
    step(world, made, "disputed", ACCEPTS, words="Too coarse")
    with pytest.raises(CannotStep, match="disputed by now"):
        step(world, made, "confirmed", ACCEPTS)
    step(world, made, "delivered", PROMISES, at=AFTER)
    step(world, made, "confirmed", ACCEPTS, at=AFTER)

    assert kept(made).was_on_time is False


@pytest.mark.parametrize("who", [PROMISES, ACCEPTS])
def test_either_side_says_that_it_is_broken_once_the_date_has_passed(world, who):
    made = accepted(world)
    with pytest.raises(CannotStep, match="not passed everywhere"):
        step(world, made, "broken", who)

    assert step(world, made, "broken", who, at=AFTER) == "broken"


def disputed(world):
    made = accepted(world)
    step(world, made, "delivered", PROMISES)
    step(world, made, "disputed", ACCEPTS)
    return made


def test_who_disputes_a_delivery_does_not_end_it_as_broken_by_waiting(world):
    made = disputed(world)

    with pytest.raises(CannotStep, match="only they can say that it is broken"):
        step(world, made, "broken", ACCEPTS, at=AFTER)
    assert kept(made).state == "disputed"
    assert not commitment_page(actor=world.actor(ACCEPTS), commitment_id=made, at=AFTER).row.is_overdue
    assert step(world, made, "broken", PROMISES, at=AFTER) == "broken"


def test_with_another_date_a_disputed_promise_runs_as_before(world):
    made = disputed(world)
    step(world, made, "asked", PROMISES, due_on=LATER)

    assert step(world, made, "moved", ACCEPTS) == "accepted"
    assert (kept(made).delivered_at, kept(made).accepted_at, kept(made).due_on) == (None, NOON, LATER)
    assert step(world, made, "broken", ACCEPTS, at=AFTER + timedelta(days=7)) == "broken"


def test_nobody_says_for_the_promiser_that_broken_is_what_they_disputed_for_the_receiver(world):
    lend(world, "ada", "Orchard")
    made = disputed(world)

    with pytest.raises(SaidByOneself):
        step(world, made, "broken", "ada@Orchard", at=AFTER)
    assert "broken" not in commitment_page(actor=world.actor("ada@Orchard"), commitment_id=made, at=AFTER).may
    assert "broken" in commitment_page(actor=world.actor(PROMISES), commitment_id=made, at=AFTER).may
    assert "broken" not in commitment_page(actor=world.actor(ACCEPTS), commitment_id=made, at=AFTER).may


def test_the_receiver_alone_releases(world):
    made = accepted(world)
    with pytest.raises(CannotStep):
        step(world, made, "released", PROMISES)

    assert step(world, made, "released", ACCEPTS) == "released"


def test_an_offer_is_taken_back_by_whoever_made_it_and_declined_by_the_other(world):
    first, second = offer(world), offer(world, name="Another")
    with pytest.raises(CannotStep):
        step(world, first, "withdrawn", ACCEPTS)
    with pytest.raises(CannotStep):
        step(world, second, "declined", PROMISES)

    assert step(world, first, "withdrawn", PROMISES) == "withdrawn"
    assert step(world, second, "declined", ACCEPTS, words="") == "declined"


def test_an_offer_is_not_accepted_after_its_date(world):
    made = offer(world)

    with pytest.raises(CannotStep, match="Its date has passed"):
        step(world, made, "accepted", ACCEPTS, at=AFTER)
    step(world, made, "declined", ACCEPTS, at=AFTER)


def test_nothing_is_accepted_from_who_has_left(world):
    made = offer(world)
    with system(), unscoped("test"):
        Membership.objects.filter(organisation=world.ids["Orchard"], circle=world.ids["coast"]).update(state="left")

    with pytest.raises(HasLeft):
        step(world, made, "accepted", ACCEPTS)
    step(world, made, "declined", ACCEPTS)


def test_a_stale_step_is_refused_and_one_without_a_version_too(world):
    made = offer(world)
    step(world, made, "accepted", ACCEPTS)
    own = {"actor": world.actor(PROMISES), "commitment_id": made, "step": "delivered", "words": "so", "at": NOON}

    with pytest.raises(Stale):
        take_step(**own, version=1)
    with pytest.raises(VersionMissing):
        take_step(**own, version=None)
    assert take_step(**own, version=2) == "delivered"


def test_a_contributor_who_is_named_says_that_it_is_delivered_and_nothing_else(world):
    made = accepted(world, "bo@Orchard", who="ada@Harbour", promiser="Harbour", receiver="Orchard",
                    promiser_person_id=world.ids["abe"])  # fmt: skip
    other = accepted(world, "bo@Orchard", who="ada@Harbour", promiser="Harbour", receiver="Orchard", name="Other")

    with pytest.raises(NotPermitted):
        step(world, other, "delivered", "abe@Harbour")
    with pytest.raises(NotPermitted):
        step(world, made, "broken", "abe@Harbour", at=AFTER)
    assert step(world, made, "delivered", "abe@Harbour") == "delivered"


def test_only_who_may_change_plans_promises(world):
    for who in ("abe@Harbour", "bea@Orchard"):
        own = who.partition("@")[2]
        with pytest.raises(NotPermitted):
            offer(world, who=who, promiser=own, receiver="Island")
    offer(world, who="ada@Harbour", promiser="Harbour", receiver="Island")


def test_one_promises_for_ones_own_organisation_in_a_circle_where_both_sit(world):
    for who, promiser, receiver, circle, error in [
        ("bo@Orchard", "Harbour", "Island", "coast", Invalid),
        ("bo@Orchard", "Orchard", "Orchard", "coast", Invalid),
        ("bo@Orchard", "Orchard", "Harbour", "offer", NotVisible),
        ("ada@Harbour", "Harbour", "Orchard", "offer", Invalid),
        ("ada@Harbour", "Harbour", "Island", "board", NotVisible),
        ("ada@Harbour", "Harbour", "Island", "Harbour only", NotVisible),
        ("ada@Harbour", "Harbour", "Island", "Harbour's house", NotVisible),
    ]:
        with pytest.raises(error):
            offer(world, who=who, promiser=promiser, receiver=receiver, circle=circle)
    made = offer(world, who="ada@Harbour", promiser="Harbour", receiver="Island", circle="offer")
    assert kept(made).number == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"done_when": "\n"}, "done_when"),
        ({"done_when": "x" * 5001}, "done_when"),
        ({"due_on": date(2031, 5, 5)}, "due_on"),
        ({"due_on": date(2050, 5, 5)}, "due_on"),
        ({"size": 0}, "size"),
        ({"size": 101}, "size"),
    ],
)
def test_each_wrong_value_is_named(world, wrong, field):
    with pytest.raises(Invalid) as refusal:
        offer(world, **wrong)

    assert refusal.value.field == field
    with unscoped("test"):
        assert not Commitment.objects.exists()


def test_people_are_of_their_side_and_sit_in_the_circle(world):
    for field, person in [
        ("promiser_person_id", "abe"),
        ("receiver_person_id", "bo"),
        ("receiver_person_id", "cy"),
    ]:
        with pytest.raises(Invalid) as refusal:
            offer(world, **{field: world.ids[person]})
        assert refusal.value.field == field
    offer(world, promiser_person_id=world.ids["bea"], receiver_person_id=world.ids["abe"])


def test_it_is_about_what_everybody_in_the_circle_sees(world):
    own, items = NewItem("Dredge", duration_minutes=480), {}
    for circle in ("coast", "Harbour only"):
        plan = create_plan(
            actor=world.actor("ada@Harbour"), circle_id=world.ids[circle], name="Plan", start_at=NOON.replace(tzinfo=None),
            zone="UTC", at=NOON,
        )  # fmt: skip
        items[circle] = add_item(
            actor=world.actor("ada@Harbour"), plan_id=plan, circle_id=world.ids[circle], item=own, at=NOON
        )

    with pytest.raises(Invalid) as refusal:
        offer(world, who="ada@Harbour", item_id=items["Harbour only"])
    assert refusal.value.field == "item_id"
    assert kept(offer(world, who="ada@Harbour", item_id=items["coast"])).item_id == items["coast"]


def test_what_is_sent_twice_is_made_once(world):
    offer(world)

    with pytest.raises(AlreadyOffered):
        offer(world)
    offer(world, due_on=LATER)


def test_an_offer_is_written_anew_by_whoever_made_it_until_it_is_accepted(world):
    made = offer(world)
    own = {"commitment_id": made, "at": NOON}

    with pytest.raises(NotOffered):
        edit_commitment(actor=world.actor(ACCEPTS), version=1, terms=terms(name="Less"), **own)
    edit_commitment(actor=world.actor(PROMISES), version=1, terms=terms(name="More", due_on=LATER), **own)
    with pytest.raises(Stale):
        edit_commitment(actor=world.actor(PROMISES), version=1, terms=terms(name="Most"), **own)
    step(world, made, "accepted", ACCEPTS)
    with pytest.raises(NotOffered):
        edit_commitment(actor=world.actor(PROMISES), version=3, terms=terms(name="Most"), **own)

    assert (kept(made).name, kept(made).first_due_on) == ("More", LATER)


def test_the_record_holds_each_step_with_its_words(world):
    made = accepted(world)
    step(world, made, "delivered", PROMISES, words="At the quay")

    entries = told(actor=world.actor("cy@Island"), subject_ids=[made])
    assert [entry.event for entry in entries] == [
        "commitment.delivered",
        "commitment.accepted",
        "commitment.offered",
    ]
    assert entries[0].texts == {"words": "At the quay"}

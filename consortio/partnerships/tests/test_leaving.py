"""A person leaves a house, an organisation leaves a partnership: seats end at once, and what was written stays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from consortio import access
from consortio.access import NotPermitted, NotVisible
from consortio.access.models import Place, Seat
from consortio.access.seating import LastLead
from consortio.circles.actions import open_side_circle
from consortio.circles.reads import circle_page
from consortio.invitations.sweeping import let_leave
from consortio.partnerships.actions import (
    LastMember,
    NoSuchDay,
    edit_membership,
    found_partnership,
    leave_partnership,
    seat_person,
    stay_in_partnership,
    unseat_person,
)
from consortio.partnerships.models import Membership
from consortio.partnerships.reads import members_page, partnerships_of
from consortio.record.models import Entry
from tests.notes.models import Note
from tests.notes.reads import note_page, notes_page
from tests.world import NOON

DAY = timedelta(days=1)


def dismiss(world, who, by="ada@Harbour"):
    house = world.ids[f"{by.partition('@')[2]}'s house"]
    unseat_person(actor=world.actor(by), joint_id=house, person_id=world.ids[who], at=NOON)


def leave(world, who="cy@Island", last_day=None, at=NOON, joint="coast"):
    leave_partnership(actor=world.actor(who), joint_id=world.ids[joint], last_day=last_day, at=at)


def membership(world, organisation="Island", joint="coast"):
    with access.unscoped("test"):
        return Membership.objects.get(circle=world.ids[joint], organisation=world.ids[organisation])


def open_seats(**of) -> int:
    with access.unscoped("test"):
        return Seat.objects.filter(ended_at=None, **of).count()


def events(circle_id) -> list[str]:
    with access.unscoped("test"):
        return list(Entry.objects.filter(circle=circle_id).order_by("number").values_list("event", flat=True))


def test_whoever_leaves_the_house_sits_nowhere_for_it_and_what_they_wrote_stays(world):
    note = world.write("tide", "abe@Harbour", "coast")
    assert open_seats(person=world.ids["abe"]) > 4

    dismiss(world, "abe")

    assert open_seats(person=world.ids["abe"]) == 0
    assert note_page(actor=world.actor("bo@Orchard"), note_id=note).note.by == "abe"
    with access.reading(abe := world.actor("abe@Harbour")):
        assert not access.visible(abe, Note).exists()
    assert events(world.ids["Harbour's house"])[-1] == "person.left"
    assert events(world.ids["coast"])[-1] == "person.unseated"


def test_a_seat_for_another_organisation_stays(world):
    from consortio.access.seating import Sitting, seat_many
    from tests.world import system

    with system():
        seat_many([Sitting(world.ids["Island's house"], world.ids["abe"], world.ids["Island"])])
    dismiss(world, "abe")
    assert open_seats(person=world.ids["abe"], organisation=world.ids["Island"]) > 0


def test_whoever_alone_leads_somewhere_does_not_leave_the_house_before_another_does(world):
    world.hire("dee", "ada@Harbour", "lead", joint=None)
    with pytest.raises(LastLead):  # ada alone seats Harbour's people in the partnership
        dismiss(world, "ada", "dee@Harbour")
    assert open_seats(person=world.ids["ada"]) > 0

    role = world.role("coast", "lead")
    seated = {"joint_id": world.ids["coast"], "person_id": world.ids["dee"], "role_id": role}
    seat_person(actor=world.actor("ada@Harbour"), at=NOON, **seated)
    dismiss(world, "ada", "dee@Harbour")
    assert open_seats(person=world.ids["ada"]) == 0


@pytest.mark.parametrize(("who", "refusal"), [("abe@Harbour", NotPermitted), ("bo@Orchard", NotVisible)])
def test_only_the_house_lets_its_people_go(world, who, refusal):
    with pytest.raises(refusal):
        unseat_person(
            actor=world.actor(who), joint_id=world.ids["Harbour's house"], person_id=world.ids["abe"], at=NOON
        )
    dismiss(world, "abe")


def test_an_organisation_leaves_with_all_its_people_and_its_name_stays(world):
    note = world.write("harvest moon", "cy@Island", "coast")
    places = count_places(world)

    leave(world)

    assert open_seats(organisation=world.ids["Island"], circle__partnership=partnership(world)) == 0
    assert open_seats(organisation=world.ids["Island"]) > 0  # in its own house
    assert (membership(world).state, membership(world).ends_at) == ("left", NOON)
    assert count_places(world) == places
    assert note_page(actor=world.actor("bo@Orchard"), note_id=note).note.by == "cy"
    row = next(row for row in partnerships_of(actor=world.actor("bo@Orchard")) if not row.is_house)
    assert [(member.name, member.state) for member in row.members] == [
        ("Harbour", "active"),
        ("Island", "left"),
        ("Orchard", "active"),
    ]
    assert [row.name for row in partnerships_of(actor=world.actor("cy@Island"))] == ["Island"]
    with pytest.raises(NotVisible):
        notes_page(actor=world.actor("cy@Island"), circle_id=world.ids["coast"])
    assert events(world.ids["coast"])[-1] == "organisation.left"


@pytest.mark.parametrize("role", ["deputy", "project manager", "contributor", "sponsor", "observer"])
def test_only_who_leads_takes_the_organisation_out(world, role):
    world.hire("dee", "ada@Harbour", role)
    for act in (
        leave,
        lambda world, who: stay_in_partnership(actor=world.actor(who), joint_id=world.ids["coast"], at=NOON),
    ):
        with pytest.raises(NotPermitted):
            act(world, "dee@Harbour")
    leave(world, "ada@Harbour")


def test_nobody_leaves_a_house_or_a_place_that_is_not_theirs(world):
    for who, joint in [("ada@Harbour", "Harbour's house"), ("bo@Orchard", "offer"), ("ada@Harbour", "Harbour only")]:
        with pytest.raises(NotVisible):
            leave(world, who, joint=joint)


def test_the_last_member_stays(world):
    own = {"house_id": world.ids["Harbour's house"], "name": "Alone", "letters": "HAR"}
    world.do("alone", found_partnership, "ada@Harbour", **own)
    with pytest.raises(LastMember):
        leave(world, "ada@Harbour", joint="alone")
    leave(world, "bo@Orchard")
    leave(world, "cy@Island")
    with pytest.raises(LastMember):
        leave(world, "ada@Harbour")


def test_on_a_day_to_come_it_stays_until_the_day_is_over(world):
    leave(world, last_day=date(2031, 5, 9))
    over = datetime(2031, 5, 10, tzinfo=UTC)
    assert (membership(world).state, membership(world).ends_at) == ("withdrawing", over)

    let_leave(lambda: over - timedelta(seconds=1))
    assert membership(world).state == "withdrawing"
    notes_page(actor=world.actor("cy@Island"), circle_id=world.ids["coast"])
    let_leave(lambda: over)
    let_leave(lambda: over + DAY)

    assert (membership(world).state, membership(world).ends_at) == ("left", over)
    assert events(world.ids["coast"]).count("organisation.left") == 1


def test_until_then_it_may_think_better_of_it(world):
    leave(world, last_day=date(2031, 5, 9))
    stay_in_partnership(actor=world.actor("cy@Island"), joint_id=world.ids["coast"], at=NOON)
    let_leave(lambda: NOON + 9 * DAY)
    assert (membership(world).state, membership(world).ends_at) == ("active", None)

    stay_in_partnership(actor=world.actor("cy@Island"), joint_id=world.ids["coast"], at=NOON)
    assert events(world.ids["coast"])[-2:] == ["organisation.withdrawing", "organisation.stays"]


def test_another_day_or_at_once_takes_the_place_of_the_first(world):
    leave(world, last_day=date(2031, 5, 9))
    leave(world, last_day=date(2031, 6, 9))
    let_leave(lambda: NOON + 9 * DAY)
    assert membership(world).state == "withdrawing"
    leave(world)
    assert membership(world).state == "left"


@pytest.mark.parametrize("day", [date(2031, 5, 5), date(2033, 1, 1)])
def test_a_day_that_has_passed_or_is_far_away_is_refused(world, day):
    with pytest.raises(NoSuchDay):
        leave(world, last_day=day)
    leave(world, last_day=date(2031, 5, 6))  # today, until it is over


def test_whoever_has_left_says_nothing_more_there(world):
    own = membership(world)
    leave(world)
    with pytest.raises(NotVisible):
        edit_membership(actor=world.actor("cy@Island"), membership_id=own.pk, version=2, part="pilots", at=NOON)


def test_the_members_page_says_who_has_left(world):
    leave(world)
    page = members_page(actor=world.actor("bo@Orchard"), partnership_id=partnership(world))
    assert page.people.get(world.ids["Island"], ()) == ()
    assert "Island" in [member.name for member in page.partnership.members]


def test_who_sees_a_circle_names_those_who_do(world):
    before = circle_page(actor=world.actor("bo@Orchard"), circle_id=world.ids["coast"])
    leave(world)
    after = circle_page(actor=world.actor("bo@Orchard"), circle_id=world.ids["coast"])

    assert "Island" in [mark.name for mark in before.circle.organisations]
    assert [mark.name for mark in after.circle.organisations] == ["Harbour", "Orchard"]
    side = {"name": "Fish", "letters": "FSH", "joint_id": world.ids["coast"], "at": NOON}
    with pytest.raises(NotVisible):
        pair = [world.ids["Orchard"], world.ids["Island"]]
        open_side_circle(actor=world.actor("bo@Orchard"), organisation_ids=pair, **side)
    pair = [world.ids["Orchard"], world.ids["Harbour"]]
    assert open_side_circle(actor=world.actor("bo@Orchard"), organisation_ids=pair, **side)


def partnership(world):
    with access.unscoped("test"):
        return access.models.Circle.objects.get(pk=world.ids["coast"]).partnership_id


def count_places(world) -> int:
    with access.unscoped("test"):
        return Place.objects.filter(organisation=world.ids["Island"]).count()

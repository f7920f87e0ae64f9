"""One gives up one's own seat: in a body, in a partnership, in one's house."""

import json

import pytest

from consortio import access
from consortio.access import NotVisible, unscoped
from consortio.access.models import Circle, Seat
from consortio.access.seating import LastLead
from consortio.circles.actions import appoint
from consortio.circles.reads import circle_page
from consortio.partnerships.actions import LastSeat, give_up_seat
from consortio.partnerships.reads import members_page
from consortio.record.models import Entry
from tests.world import NOON


def give_up(world, who, circle="coast"):
    give_up_seat(actor=world.actor(who), circle_id=world.ids[circle], at=NOON)


def appoint_abe(world, role="contributor"):
    asked = {"person_id": world.ids["abe"], "role_id": world.role("coast", role), "body_id": world.ids["board"]}
    appoint(actor=world.actor("ada@Harbour"), at=NOON, **asked)


def sitting(world, who, circle):
    person, _, organisation = who.partition("@")
    with unscoped("test"):
        own = Seat.objects.filter(person=world.ids[person], organisation=world.ids[organisation], ended_at=None)
        return own.filter(circle=world.ids[circle]).exists()


def last_entry(world, circle):
    with unscoped("test"):
        entry = Entry.objects.filter(circle=world.ids[circle]).order_by("-number").first()
    return entry.event, json.loads(entry.body)["facts"].get("person")


def partnership(world):
    with access.reading(ada := world.actor("ada@Harbour")):
        return access.get(ada, Circle, world.ids["coast"]).partnership_id


def test_whoever_leaves_a_partnership_is_a_former_member_there_and_stays_in_the_house(world):
    place = partnership(world)
    assert sitting(world, "abe@Harbour", "coast") and sitting(world, "abe@Harbour", "Harbour only")

    give_up(world, "abe@Harbour")

    assert not sitting(world, "abe@Harbour", "coast") and not sitting(world, "abe@Harbour", "Harbour only")
    assert sitting(world, "abe@Harbour", "Harbour's house")
    assert last_entry(world, "coast") == ("person.left", str(world.ids["abe"]))
    former = members_page(actor=world.actor("bo@Orchard"), partnership_id=place).former
    assert [who.name for who in former] == ["abe"]


def test_the_last_lead_stays_until_there_is_another(world):
    with pytest.raises(LastLead):
        give_up(world, "ada@Harbour")
    with pytest.raises(LastLead):
        give_up(world, "ada@Harbour", "Harbour's house")
    assert sitting(world, "ada@Harbour", "coast")

    world.hire("dee", "ada@Harbour", "lead")
    give_up(world, "ada@Harbour")
    assert not sitting(world, "ada@Harbour", "coast")


def test_whoever_leaves_a_body_goes_on_taking_part_and_the_last_one_stays(world):
    with pytest.raises(LastSeat):
        give_up(world, "ada@Harbour", "board")
    appoint_abe(world)

    give_up(world, "abe@Harbour", "board")

    assert not sitting(world, "abe@Harbour", "board") and sitting(world, "abe@Harbour", "coast")
    assert last_entry(world, "board") == ("person.left", str(world.ids["abe"]))


def test_whoever_leaves_the_house_sits_nowhere_for_it(world):
    give_up(world, "abe@Harbour", "Harbour's house")

    assert not sitting(world, "abe@Harbour", "Harbour's house") and not sitting(world, "abe@Harbour", "coast")
    assert last_entry(world, "Harbour's house") == ("person.left", str(world.ids["abe"]))


@pytest.mark.parametrize(
    ("who", "circle"),
    [
        ("abe@Harbour", "board"),
        ("abe@Harbour", "Harbour only"),
        ("ada@Harbour", "offer"),
        ("bo@Orchard", "Harbour's house"),
        ("quin@Nowhere", "coast"),
    ],
)
def test_a_seat_that_is_none_or_that_all_have_is_not_given_up(world, who, circle):
    with pytest.raises(NotVisible):
        give_up(world, who, circle)


def test_the_page_says_what_it_means_and_does_it(world):
    way = f"/circles/{world.ids['coast']}/departure"
    abe = world.client("abe@Harbour")
    for page in (f"/circles/{world.ids['coast']}", f"/partnerships/{partnership(world)}/members"):
        assert way in abe.get(page).content.decode()
    assert "Your seats end in every circle of this partnership" in abe.get(way).content.decode()

    gone = abe.post(way, follow=True)

    assert gone.redirect_chain == [("/", 302)] and "You have left Coast." in gone.content.decode()
    assert abe.get(way).status_code == abe.post(way).status_code == 404


def test_the_page_of_a_body_leads_back_to_the_circles(world):
    appoint_abe(world)
    way, abe = f"/circles/{world.ids['board']}/departure", world.client("abe@Harbour")
    assert "You go on taking part in the partnership" in abe.get(way).content.decode()
    assert abe.post(way).headers["Location"] == f"/partnerships/{partnership(world)}/circles"
    people = circle_page(actor=world.actor("ada@Harbour"), circle_id=world.ids["board"]).people
    assert [person.name for _, own in people for person in own] == ["ada"]


def test_what_is_refused_is_said_on_the_page(world):
    ada = world.client("ada@Harbour")
    for circle, sentence in [("coast", "Somebody must stay"), ("board", "nobody would read"), ("offer", None)]:
        answer = ada.post(f"/circles/{world.ids[circle]}/departure")
        assert answer.status_code == (409 if sentence else 404)
        assert sentence is None or sentence in answer.content.decode()
    assert "departure" not in ada.get(f"/circles/{world.ids['offer']}").content.decode()


def test_the_api_gives_up_ones_own_seat_once(world):
    abe, ada = world.client("abe@Harbour"), world.client("ada@Harbour")
    way = f"/api/v1/circles/{world.ids['coast']}/seats/mine"
    refused = ada.delete(way)
    assert refused.status_code == 409 and "Somebody must stay" in refused.json()["detail"]
    assert [abe.delete(way).status_code for _ in range(2)] == [204, 404]

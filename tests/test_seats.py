"""Who may sit, who gives a seat, and what stays when it ends."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from consortio import access
from consortio.access import NotPermitted, NotVisible, unscoped
from consortio.access.models import Circle, Seat
from consortio.access.seating import LastLead, Sitting, seat_many
from consortio.circles.actions import appoint, open_side_circle
from consortio.circles.reads import circle_page
from consortio.organisations.actions import hire_person, rename_organisation
from consortio.organisations.models import Organisation, Person
from consortio.partnerships.actions import found_partnership, give_up_seat, seat_person, unseat_person
from tests.notes.actions import share_note, write_note
from tests.notes.models import Note
from tests.notes.reads import note_page, notes_page

from .world import NOON, system


def unseat(world, who, by):
    person = world.ids[who]
    unseat_person(actor=world.actor(by), joint_id=world.ids["coast"], person_id=person, at=NOON)


def seat(world, who, by, role, circle="coast"):
    role_id = world.role(circle, role)
    seat_person(actor=world.actor(by), joint_id=world.ids[circle], person_id=world.ids[who], role_id=role_id, at=NOON)


def sitting(page):
    return [(person.name, mark.name) for mark, people in page.people for person in people]


def test_what_a_former_member_wrote_stays_with_their_name(world):
    note = world.write("tide", "abe@Harbour", "coast")
    before = [notes_page(actor=world.actor(who), circle_id=world.ids["coast"]) for who in ("bo@Orchard", "ada@Harbour")]

    unseat(world, "abe", "ada@Harbour")

    after = [notes_page(actor=world.actor(who), circle_id=world.ids["coast"]) for who in ("bo@Orchard", "ada@Harbour")]
    assert after == before
    assert note_page(actor=world.actor("bo@Orchard"), note_id=note).note.by == "abe"
    people = sitting(circle_page(actor=world.actor("bo@Orchard"), circle_id=world.ids["coast"]))
    assert ("abe", "Harbour") not in people and ("ada", "Harbour") in people


def test_whoever_comes_back_sits_again(world):
    unseat(world, "abe", "ada@Harbour")
    with access.reading(abe := world.actor("abe@Harbour")):
        assert not access.visible(abe, Note).exists()
    seat(world, "abe", "ada@Harbour", "observer")
    with access.reading(abe := world.actor("abe@Harbour")):
        assert access.visible(abe, Note).count() == 5
    with unscoped("test"):
        mine = Seat.objects.filter(circle=world.ids["coast"], person=world.ids["abe"])
        assert sorted(seat.ended_at is None for seat in mine) == [False, True]


@pytest.mark.parametrize("who", ["bo", "bea", "nobody"])
def test_an_organisation_seats_its_own_people_only(world, who):
    world.ids.setdefault("nobody", uuid4())
    with pytest.raises(NotVisible):
        seat(world, who, "ada@Harbour", "observer")
    seat(world, "abe", "ada@Harbour", "observer")


def test_people_are_hired_into_ones_own_house_only(world):
    hire = {"name": "eve", "role_id": world.role("coast", "observer"), "at": NOON}
    with pytest.raises(NotVisible):
        hire_person(actor=world.actor("ada@Harbour"), house_id=world.ids["coast"], **hire)
    hire["role_id"] = world.role("Harbour's house", "observer")
    assert hire_person(actor=world.actor("ada@Harbour"), house_id=world.ids["Harbour's house"], **hire)


def test_the_last_lead_stays(world):
    with pytest.raises(LastLead):
        unseat(world, "ada", "ada@Harbour")
    with pytest.raises(LastLead):
        seat(world, "ada", "ada@Harbour", "contributor")
    seat(world, "abe", "ada@Harbour", "lead")
    seat(world, "ada", "ada@Harbour", "contributor")
    with pytest.raises(NotPermitted):  # she is none any more
        seat(world, "ada", "ada@Harbour", "lead")
    unseat(world, "ada", "abe@Harbour")


def test_the_last_lead_stays_beside_a_deputy_who_makes_nobody_one(world):
    seat(world, "abe", "ada@Harbour", "deputy")
    for gone in (lambda: unseat(world, "ada", "ada@Harbour"), lambda: seat(world, "ada", "ada@Harbour", "deputy")):
        with pytest.raises(LastLead, match="who leads"):
            gone()
    with pytest.raises(LastLead, match="who leads"):
        give_up_seat(actor=world.actor("ada@Harbour"), circle_id=world.ids["Harbour's house"], at=NOON)

    seat(world, "abe", "ada@Harbour", "lead")
    unseat(world, "ada", "ada@Harbour")


def test_where_no_lead_is_left_from_before_the_deputy_still_seats_people(world):
    seat(world, "abe", "ada@Harbour", "deputy")
    with system():
        Seat.objects.filter(circle=world.ids["coast"], person=world.ids["ada"]).update(ended_at=NOON)

    world.hire("dee", "ada@Harbour", "observer", joint=None)
    seat(world, "dee", "abe@Harbour", "observer")
    with pytest.raises(LastLead, match="who may seat"):
        unseat(world, "abe", "abe@Harbour")


@pytest.mark.django_db(transaction=True)
def test_two_leads_cannot_end_each_other(committed_world):
    world, both = committed_world, Barrier(2)
    seat(world, "abe", "ada@Harbour", "lead")

    def end(who, by):
        actor = world.actor(by)
        both.wait(20)
        try:
            unseat_person(actor=actor, joint_id=world.ids["coast"], person_id=world.ids[who], at=NOON)
        except (LastLead, NotVisible, NotPermitted) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(end, ["ada", "abe"], ["abe@Harbour", "ada@Harbour"]))
    assert results.count(None) == 1


def test_nobody_gives_more_than_they_hold(world):
    seat(world, "abe", "ada@Harbour", "lead")
    role = access.models.Role
    with system():
        helper = role(circle_id=world.ids["coast"], name="helper", permissions=["circle:seat"])
        helper.save()
    seat(world, "abe", "ada@Harbour", "helper")
    with pytest.raises(NotPermitted):
        seat(world, "abe", "abe@Harbour", "lead")
    body = {"body_id": world.ids["board"], "person_id": world.ids["abe"], "at": NOON}
    with pytest.raises(NotVisible):  # the body's lead alone appoints
        appoint(actor=world.actor("abe@Harbour"), **body, role_id=world.role("coast", "lead"))
    appoint(actor=world.actor("ada@Harbour"), **body, role_id=world.role("coast", "lead"))


def test_nobody_takes_a_role_that_grants_more_than_their_own(world):
    world.hire("ava", "ada@Harbour", "observer")
    seat(world, "abe", "ada@Harbour", "deputy")
    for act in (lambda: seat(world, "ada", "abe@Harbour", "observer"), lambda: unseat(world, "ada", "abe@Harbour")):
        with pytest.raises(NotPermitted):
            act()

    seat(world, "ava", "abe@Harbour", "deputy")
    seat(world, "ava", "abe@Harbour", "observer")
    unseat(world, "ava", "abe@Harbour")
    seat(world, "abe", "ada@Harbour", "lead")
    seat(world, "ada", "abe@Harbour", "observer")
    seat(world, "ada", "abe@Harbour", "lead")
    unseat(world, "abe", "abe@Harbour")  # her own


def test_a_bodys_lead_is_not_made_less_by_its_deputy(world):
    world.hire("ava", "ada@Harbour", "observer")

    def name(who, role, by):
        named = {"person_id": world.ids[who], "role_id": world.role("coast", role), "at": NOON}
        appoint(actor=world.actor(by), body_id=world.ids["board"], **named)

    name("abe", "deputy", "ada@Harbour")
    with pytest.raises(NotPermitted):
        name("ada", "observer", "abe@Harbour")

    name("ava", "deputy", "abe@Harbour")
    name("ava", "observer", "abe@Harbour")
    name("ada", "observer", "ada@Harbour")  # her own


@pytest.mark.django_db(transaction=True)
def test_a_lead_who_is_made_one_meanwhile_keeps_the_seat(committed_world):
    """Whichever comes first, a deputy ends the seat of an observer or is refused: never that of a lead."""
    world, both = committed_world, Barrier(2)
    world.hire("ava", "ada@Harbour", "observer")
    seat(world, "abe", "ada@Harbour", "deputy")

    def act(function, by):
        actor = world.actor(by)
        both.wait(20)
        try:
            return function(actor)
        except (NotPermitted, NotVisible) as refusal:
            return type(refusal)
        finally:
            connection.close()

    role_id = world.role("coast", "lead")
    own = {"joint_id": world.ids["coast"], "person_id": world.ids["ava"], "at": NOON}
    with ThreadPoolExecutor(2) as pool:
        raised = pool.submit(act, lambda actor: seat_person(actor=actor, role_id=role_id, **own), "ada@Harbour")
        ended = pool.submit(act, lambda actor: unseat_person(actor=actor, **own), "abe@Harbour")
    assert raised.result() is None
    with unscoped("test"):
        now = Seat.objects.get(circle=world.ids["coast"], person=world.ids["ava"], ended_at=None)
    assert now.role_id == role_id and ended.result() in (None, NotPermitted)


def test_the_employer_of_a_delegate_is_known_where_they_sit(world):
    with system():
        where = [world.ids[name] for name in ("Island only", "abe", "Island")]
        seat_many([Sitting(*where, None, world.ids["Harbour"])])
    with unscoped("test"):
        Seat.objects.get(circle=where[0], employer=world.ids["Harbour"])
    with access.reading(cy := world.actor("cy@Island")):
        delegate = access.visible(cy, Seat).select_related("employer").get(circle=where[0], person=where[1])
        assert delegate.employer.name == "Harbour"


@pytest.mark.parametrize("model", [Organisation, Person])
def test_what_is_in_no_circle_is_not_locked(world, model):
    with pytest.raises(TypeError, match="no circle"):
        access.lock(world.actor("ada@Harbour"), access.Permission.ORGANISATION_EDIT, model, uuid4())


def test_an_organisation_is_renamed_by_its_house_and_everywhere(world):
    name = {"house_id": world.ids["Harbour's house"], "name": "Haven", "at": NOON}
    for who, error in [("abe@Harbour", NotPermitted), ("bo@Orchard", NotVisible)]:
        with pytest.raises(error):
            rename_organisation(actor=world.actor(who), **name)
    rename_organisation(actor=world.actor("ada@Harbour"), **name)
    rename_organisation(actor=world.actor("ada@Harbour"), **name)  # nothing changed: no error, no entry
    assert circle_page(actor=world.actor("bo@Orchard"), circle_id=world.ids["coast"]).people[0][0].name == "Haven"
    assert (
        "Haven"
        in circle_page(actor=world.actor("ada@Harbour"), circle_id=world.ids["Harbour only"]).circle.audience.words
    )


def test_a_lead_publishes_and_anyone_with_the_link_sees_only_that(world):
    public, ada = world.ids["public"], world.actor("ada@Harbour")
    with pytest.raises(NotPermitted):
        write_note(actor=world.actor("abe@Harbour"), circle_id=public, title="x", text="x", at=NOON)
    shared = share_note(actor=ada, note_id=world.ids["dredger"], version=1, wider_id=public, at=NOON)
    anyone = access.Actor(None, None, link_id=public)
    assert note_page(actor=anyone, note_id=shared).note.by == "ada"
    with access.reading(anyone):
        assert [note.pk for note in access.visible(anyone, Note)] == [shared]
    for link in ("coast", "Harbour only"):
        with access.reading(no_link := access.Actor(None, None, link_id=world.ids[link])):
            assert not access.visible(no_link, Circle).exists()


def test_a_side_circle_of_many_people_costs_few_statements(world, django_assert_max_num_queries):
    with system():
        crew = [Person(name=f"crew {n}") for n in range(100)]
        Person.objects.bulk_create(crew)
        seat_many(Sitting(world.ids["coast"], person.pk, world.ids["Island"]) for person in crew)
    ada, pair = world.actor("ada@Harbour"), [world.ids["Harbour"], world.ids["Island"]]
    side = {"joint_id": world.ids["coast"], "name": "Crew", "letters": "CRW", "organisation_ids": pair}
    with django_assert_max_num_queries(60):
        circle = open_side_circle(actor=ada, **side, at=NOON)
    assert len(sitting(circle_page(actor=ada, circle_id=circle))) == 103


def test_a_partnership_can_be_founded_from_ones_own_house_only(world):
    found = {"name": "x", "letters": "HAR", "at": NOON}
    with pytest.raises(NotVisible):
        found_partnership(actor=world.actor("ada@Harbour"), house_id=world.ids["coast"], **found)

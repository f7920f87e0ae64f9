"""What circles promise, whoever writes and in whatever order."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.db.transaction import atomic

from consortio import access
from consortio.access import NotVisible, unscoped
from consortio.access.models import Circle, Seat, Within
from consortio.access.seating import Sitting, seat_many
from consortio.circles.actions import appoint, open_side_circle
from consortio.partnerships.actions import unseat_person
from tests.notes.actions import share_note, write_note
from tests.notes.models import Note
from tests.notes.reads import note_page, notes_page

from .world import NOON, system

SEEN = {
    "ada@Harbour": {"dredger", "harvest", "lease", "doubt", "price", "sponsor"},
    "abe@Harbour": {"dredger", "harvest", "lease", "doubt", "price"},
    "bo@Orchard": {"dredger", "harvest", "frost"},
    "bea@Orchard": {"dredger", "harvest", "frost"},
    "cy@Island": {"dredger", "harvest", "price"},
    "nobody@Nowhere": set(),
    "ada@Orchard": set(),  # a person of one organisation, who says they act for another
}


def titles(world, who):
    with access.reading(actor := world.actor(who)):
        return {note.title for note in access.visible(actor, Note)}


@pytest.mark.parametrize("who", SEEN)
def test_each_sees_the_rows_of_the_circles_they_sit_in(world, who):
    assert titles(world, who) == SEEN[who]


def test_whoever_sits_in_a_circle_sits_in_every_wider_one(world):
    with unscoped("test"):
        pairs = [(w.circle_id, w.wider_id) for w in Within.objects.all() if w.circle_id != w.wider_id]
        seats = {(s.circle_id, s.person_id, s.organisation_id) for s in Seat.objects.filter(ended_at=None)}
    assert len(pairs) > 10
    assert [s for narrow, wide in pairs for s in seats if s[0] == narrow and (wide, *s[1:]) not in seats] == []


def test_a_total_is_the_same_for_everybody_in_its_circle_and_ignores_narrower_rows(world):
    pages = [notes_page(actor=world.actor(who), circle_id=world.ids["coast"]) for who in list(SEEN)[:5]]
    assert {page.total for page in pages} == {2}
    assert len({len(page.notes) for page in pages}) > 1
    offer = {
        notes_page(actor=world.actor(who), circle_id=world.ids["offer"]).total for who in ("ada@Harbour", "cy@Island")
    }
    assert offer == {3}


def test_numbers_count_in_their_circle(world):
    numbers = [note.number for note in notes_page(actor=world.actor("ada@Harbour"), circle_id=world.ids["coast"]).notes]
    assert numbers == ["HAR/N-1", "HAR/N-2", "BRD/N-1", "N-1", "N-2", "OFF/N-1"]


@pytest.mark.parametrize(("circle", "about", "allowed"), [
    ("Harbour only", "dredger", True), ("offer", "dredger", True), ("Harbour only", "price", True),
    ("coast", "lease", False), ("coast", "price", False), ("offer", "lease", False),
    ("Harbour only", "sponsor", False), ("board", "dredger", True),
])  # fmt: skip
def test_a_row_refers_to_its_own_circle_or_a_wider_one(world, circle, about, allowed):
    note = {"circle_id": world.ids[circle], "about_id": world.ids[about], "title": "x", "text": "x", "at": NOON}
    if allowed:
        assert write_note(actor=world.actor("ada@Harbour"), **note)
    else:
        with pytest.raises(NotVisible):
            write_note(actor=world.actor("ada@Harbour"), **note)


def test_a_row_keeps_its_circle_even_against_a_plain_update(world):
    with system():
        with pytest.raises(DatabaseError, match="keeps its circle"), atomic():
            Note.objects.filter(pk=world.ids["lease"]).update(circle=world.ids["coast"])
        assert Note.objects.filter(pk=world.ids["lease"]).update(title="renamed") == 1


def test_sharing_makes_a_new_row_and_leaves_the_old_one_where_it_was(world):
    ada = world.actor("ada@Harbour")
    shared = share_note(actor=ada, note_id=world.ids["lease"], version=1, wider_id=world.ids["coast"], at=NOON)
    assert note_page(actor=world.actor("bo@Orchard"), note_id=shared).note.number == "N-3"
    for who in ("bo@Orchard", "cy@Island"):
        with pytest.raises(NotVisible):
            note_page(actor=world.actor(who), note_id=world.ids["lease"])
    with pytest.raises(access.NotPermitted):  # once
        share_note(actor=ada, note_id=world.ids["lease"], version=2, wider_id=world.ids["coast"], at=NOON)


@pytest.mark.parametrize(("note", "circle"), [("dredger", "offer"), ("lease", "board")])
def test_sharing_goes_to_wider_circles_only_and_leaves_nothing_behind(world, note, circle):
    before = titles(world, "ada@Harbour")
    with pytest.raises(NotVisible):
        share_note(
            actor=world.actor("ada@Harbour"), note_id=world.ids[note], version=1, wider_id=world.ids[circle], at=NOON
        )
    assert titles(world, "ada@Harbour") == before


def test_a_revoked_seat_is_gone_with_the_next_query_even_for_an_actor_made_before(world):
    abe, joint = world.actor("abe@Harbour"), world.ids["coast"]
    assert titles(world, "abe@Harbour")
    unseat_person(actor=world.actor("ada@Harbour"), joint_id=joint, person_id=abe.person_id, at=NOON)
    with access.reading(abe):
        assert not access.visible(abe, Note).exists()
        assert {c.name for c in access.visible(abe, Circle).filter(kind="joint")} == {"Everyone"}  # his own house
    with pytest.raises(NotVisible):
        write_note(actor=abe, circle_id=joint, title="late", text="x", at=NOON)


def test_a_body_is_seen_by_its_named_people(world):
    assert "sponsor" not in titles(world, "bo@Orchard")
    seat = {"body_id": world.ids["board"], "person_id": world.ids["abe"], "role_id": world.role("coast", "observer")}
    appoint(actor=world.actor("ada@Harbour"), **seat, at=NOON)
    assert "sponsor" in titles(world, "abe@Harbour")
    with pytest.raises(NotVisible):  # nobody names another organisation's people
        appoint(actor=world.actor("ada@Harbour"), **seat | {"person_id": world.ids["bo"]}, at=NOON)


def test_a_circle_holds_members_only_and_its_founder(world):
    for organisations in (["Orchard"], ["Harbour", "Nowhere"]):
        with pytest.raises(NotVisible):
            open_side_circle(
                actor=world.actor("ada@Harbour"),
                joint_id=world.ids["coast"],
                name="x",
                letters="X",
                organisation_ids=[world.ids.get(name, uuid4()) for name in organisations],
                at=NOON,
            )


def test_a_delegate_sits_only_where_they_were_given_a_seat_and_signs_for_both(world):
    role = world.role("coast", "contributor")
    where = [world.ids[name] for name in ("Orchard only", "abe", "Orchard")]
    with system():
        seat_many([Sitting(*where, role, world.ids["Harbour"])])
    delegate = world.actor("abe@Orchard")
    assert titles(world, "abe@Orchard") == SEEN["bo@Orchard"] and titles(world, "abe@Harbour") == SEEN["abe@Harbour"]
    assert (delegate.organisation_id, delegate.employer_id) == (world.ids["Orchard"], world.ids["Harbour"])
    note = {"title": "x", "text": "x", "at": NOON}
    assert write_note(actor=delegate, circle_id=world.ids["Orchard only"], **note)
    with pytest.raises(access.NotPermitted):  # the seat in the wider circle came without a role
        write_note(actor=delegate, circle_id=world.ids["coast"], **note)


def test_database_is_the_intended_one(db, settings):
    assert connection.vendor in ("sqlite", "postgresql")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            modes = [
                cursor.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
        assert modes == ["wal", 2, 1]

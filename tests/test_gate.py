"""Every way round the gate that the framework offers, tried."""

import pytest
from django.core.exceptions import FieldError
from django.db import models
from django.db.models import Count, F, Prefetch
from django.test.utils import isolate_apps

from consortio import access
from consortio.access import Permission, Stale, Unscoped, checks, gate, unscoped
from consortio.access.gate import as_system
from consortio.access.guarded import InCircle
from consortio.access.models import Circle
from consortio.access.seating import Sitting, seat_many
from consortio.organisations.models import Person
from tests.notes.actions import edit_note
from tests.notes.models import Note

from .world import NOON

DOORS = {
    "all": lambda note, notes: Note.objects.all(),
    "default manager": lambda note, notes: Note._default_manager.count(),
    "base manager": lambda note, notes: Note._base_manager.first(),
    "refresh": lambda note, notes: note.refresh_from_db(),
    "foreign key": lambda note, notes: note.author.name,
    "foreign key to the like": lambda note, notes: note.about.title,
    "deferred column": lambda note, notes: notes.only("pk").get(title="doubt").text,
    "unique checks": lambda note, notes: note.full_clean(),
    "save": lambda note, notes: note.save(),
    "delete": lambda note, notes: note.delete(),
    "bulk update": lambda note, notes: notes.update(title="x"),
    "bulk delete": lambda note, notes: notes.delete(),
    "bulk create": lambda note, notes: notes.bulk_create([note]),
    "prefetch": lambda note, notes: list(notes.prefetch_related("author")),
    "prefetch of all": lambda note, notes: Prefetch("author", queryset=Person.objects.all()),
    "latest": lambda note, notes: Note.objects.latest("number"),
    "clone by hand": lambda note, notes: type(note).objects.using("default"),
}


@pytest.mark.parametrize("door", DOORS)
def test_door_is_shut(world, door):
    ada = world.actor("ada@Harbour")
    with access.reading(ada):
        notes = access.visible(ada, Note)
        note = notes.get(title="doubt")
        with pytest.raises(Unscoped):
            DOORS[door](note, notes)


@pytest.mark.parametrize("name", ["note", "notes", "note_set", "notes_note", "+"])
def test_no_relation_leads_back_from_a_wider_row_to_a_narrower_one(world, name):
    ada = world.actor("ada@Harbour")
    with access.reading(ada):
        people = access.visible(ada, Person)
        assert people.exists() and not hasattr(people.first(), name)
        for attempt in (
            lambda: people.filter(**{f"{name}__title": "lease"}),
            lambda: people.annotate(n=Count(name)),
            lambda: people.aggregate(n=Count(name)),
            lambda: people.values(f"{name}__title"),
            lambda: people.annotate(t=F(f"{name}__title")),
            lambda: people.order_by(f"{name}__title"),
        ):
            with pytest.raises(FieldError):
                attempt()


def test_a_query_must_run_while_somebody_is_being_served(world):
    ada = world.actor("ada@Harbour")
    notes = access.visible(ada, Note)
    for attempt in (notes.count, notes.exists, notes.first, lambda: list(notes), lambda: notes.aggregate(Count("pk"))):
        with pytest.raises(Unscoped):
            attempt()
    with access.reading(ada):
        assert notes.count() == 6


def test_one_transaction_serves_one_actor(world):
    ada, bo = world.actor("ada@Harbour"), world.actor("bo@Orchard")
    with access.reading(ada):
        with access.reading(ada):
            pass
        for other in (access.reading(bo), access.writing(ada), access.writing(bo)):
            with pytest.raises(Unscoped), other:
                pass


@pytest.fixture
def at_orchard_too(world):
    """Let Island's lead act for Orchard as well: there they see what lies in its house, and not what lies in Island's."""
    role = world.role("coast", "observer")
    with as_system("test"):
        circles = [(world.ids["coast"], role), (world.ids["Orchard only"], role)]
        seat_many(Sitting(circle, world.ids["cy"], world.ids["Orchard"], role) for circle, role in circles)


def titles(actor):
    return set(access.visible(actor, Note).values_list("title", flat=True))


def test_a_reading_turns_to_another_hat_of_its_reader_and_back(world, at_orchard_too):
    cy = world.actor("cy@Island")
    seen = {}
    with access.reading(cy):
        seen["before"] = access.once("titles", lambda: titles(cy))
        with access.other_hat(cy, world.ids["Orchard"]) as other:
            seen["under"] = access.once("titles", lambda: titles(other))
            for first in (access.reading(cy), access.writing(other), access.writing(cy)):
                with pytest.raises(Unscoped), first:
                    pass
        seen["after"] = access.once("titles", lambda: titles(cy))
        with pytest.raises(ZeroDivisionError), access.other_hat(cy, world.ids["Orchard"]):
            raise ZeroDivisionError
        seen["after a fault"] = titles(cy)

    own = {"dredger", "price", "harvest"}
    assert seen == {"before": own, "under": {"dredger", "harvest", "frost"}, "after": own, "after a fault": own}
    assert other.organisation_id == world.ids["Orchard"] and world.ids["Orchard only"] in other.permissions


def test_under_a_hat_that_somebody_does_not_wear_nothing_is_seen(world):
    cy = world.actor("cy@Island")
    with access.reading(cy), access.other_hat(cy, world.ids["Orchard"]) as other:
        assert (titles(other), dict(other.permissions)) == (set(), {})


@pytest.mark.parametrize("door", ["api", "mail", "job", "cli"])
def test_only_a_page_turns_to_another_hat(world, at_orchard_too, door):
    cy = world.actor("cy@Island", door)
    with access.reading(cy), pytest.raises(Unscoped), access.other_hat(cy, world.ids["Orchard"]):
        pass


def test_no_reading_turns_to_another_person_and_no_writing_to_another_hat(world, at_orchard_too):
    ada, cy, orchard = world.actor("ada@Harbour"), world.actor("cy@Island"), world.ids["Orchard"]
    link = access.Actor(None, None, link_id=world.ids["public"])
    nobody = access.Actor(None, None)
    with pytest.raises(Unscoped), access.other_hat(cy, orchard):  # nothing is under way
        pass
    for under_way, asking in [
        (access.reading(ada), cy),
        (access.writing(cy), cy),
        (access.unscoped("test"), cy),
        (access.reading(link), link),
        (access.reading(nobody), nobody),
    ]:
        with under_way, pytest.raises(Unscoped), access.other_hat(asking, orchard):
            pass
    with access.reading(cy), pytest.raises(Unscoped), access.other_hat(cy, cy.organisation_id):  # it is worn
        pass
    with access.reading(cy), pytest.raises(Unscoped), gate.as_other_hat(cy, world.actor("bo@Orchard")):
        pass


def test_every_reference_of_a_visible_row_may_be_followed(world):
    for who in ("ada@Harbour", "bo@Orchard", "cy@Island"):
        with access.reading(actor := world.actor(who)):
            for note in access.visible(actor, Note).select_related("about", "author", "organisation", "circle"):
                for row in filter(None, (note.about, note.author, note.organisation, note.circle)):
                    assert access.get(actor, type(row), row.pk) == row


def test_lock_refuses_in_order_unseen_forbidden_stale(world):
    for who, note, version, error in [
        ("bo@Orchard", "lease", 9, access.NotVisible),
        ("bo@Orchard", "dredger", 9, access.NotPermitted),
        ("bea@Orchard", "harvest", 9, access.NotPermitted),
        ("ada@Harbour", "dredger", 9, Stale),
    ]:
        with pytest.raises(error):
            edit_note(actor=world.actor(who), note_id=world.ids[note], version=version, title="x", text="x", at=NOON)
    edit_note(
        actor=world.actor("abe@Harbour"), note_id=world.ids["dredger"], version=1, title="late", text="x", at=NOON
    )
    with access.reading(actor := world.actor("cy@Island")):
        assert (row := access.get(actor, Note, world.ids["dredger"])).title == "late" and row.version == 2


def test_a_right_held_in_one_circle_is_none_in_another(world):
    ada = world.actor("ada@Harbour")
    with access.reading(ada):
        joint = access.get(ada, Circle, world.ids["coast"])
    assert access.can(ada, Permission.CIRCLE_OPEN, joint)
    assert not access.can(world.actor("bea@Orchard"), Permission.CIRCLE_OPEN, joint)
    assert not access.can(world.actor("nobody@Harbour"), Permission.CIRCLE_OPEN, joint)


def test_tables_have_no_side_doors():
    assert checks.tables_are_guarded() == checks.no_side_doors() == []


@isolate_apps("tests.notes")
def test_the_check_for_side_doors_bites():
    class Leaky(InCircle):
        person = models.ForeignKey("organisations.Person", on_delete=models.CASCADE)
        code = models.CharField(max_length=9, unique=True)
        friends = models.ManyToManyField("organisations.Person", related_name="+")

        class Meta(InCircle.Meta):
            app_label = "notes"
            constraints = (models.UniqueConstraint(fields=["person"], name="leak"),)

    assert len(checks.faults(Leaky)) == 5


def test_unscoped_says_why():
    with pytest.raises(AssertionError), unscoped(""):
        pass


def test_what_is_asked_once_is_kept_within_one_reading_only(world):
    ada, bo = world.actor("ada@Harbour"), world.actor("bo@Orchard")
    asked = []

    def ask():
        asked.append(len(asked))
        return asked[-1]

    with access.reading(ada):
        within = [access.once("count", ask), access.once("count", ask)]
    with access.reading(bo):
        afterwards = access.once("count", ask)

    assert (within, afterwards) == ([0, 0], 1)


def test_what_is_asked_once_is_asked_again_inside_an_action(world):
    asked = []

    with access.writing(world.actor("ada@Harbour")):
        found = [access.once("count", lambda: asked.append(1)) for _ in range(2)]

    assert (found, asked) == ([None, None], [1, 1])

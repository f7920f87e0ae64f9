"""What a write may reach, what it must say, and what it costs."""

import json
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.db.transaction import atomic

from consortio import access
from consortio.access import ANY, NotVisible, Permission, Stale, Unscoped, VersionMissing, unscoped
from consortio.access.models import Circle, Role, Seat
from consortio.organisations.models import Organisation
from consortio.partnerships.actions import edit_membership, register_organisation
from consortio.partnerships.models import Membership
from consortio.record import log
from consortio.record.models import Entry, Text
from consortio.record.reads import history
from tests.notes.actions import edit_note, import_notes, write_note
from tests.notes.models import Note

from .world import NOON, system

postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no roles")


@pytest.mark.parametrize("model", [Circle, Seat, Role, Text, Entry])
def test_what_the_system_writes_no_actor_writes(world, model):
    with access.writing(bea := world.actor("bea@Orchard")):
        mine = access.visible(bea, model)
        row = mine.first()
        for attempt in (lambda: mine.update(circle=row.pk), mine.delete, row.save, row.delete):
            with pytest.raises(Unscoped):
                attempt()


@postgresql
@pytest.mark.parametrize("sql", [
    "UPDATE access_seat SET role_id = NULL", "UPDATE record_text SET text = 'x'", "DELETE FROM notes_note",
    "UPDATE access_role SET permissions = '[]'", "INSERT INTO access_place SELECT * FROM access_place",
    "UPDATE organisations_organisation SET name = 'x'", "DELETE FROM access_seat", "UPDATE record_import SET rows = 1",
])  # fmt: skip
def test_the_role_that_serves_may_not(world, sql):
    for unit in (access.writing(world.actor("bea@Orchard")), access.writing(world.actor("ada@Harbour"))):
        with unit, pytest.raises(DatabaseError, match="permission denied"), atomic():
            connection.cursor().execute(sql)


def test_texts_are_erased_by_the_system_and_changed_by_nobody(world):
    with system(), pytest.raises(DatabaseError), atomic():
        Text.objects.update(text="x")
    with system():
        assert Text.objects.filter(circle=world.ids["coast"]).delete()[0] > 0


def test_unscoped_outside_an_action_only_reads(world):
    with unscoped("test"), pytest.raises(Unscoped):
        Organisation(name="x").save()
    with unscoped("test"), pytest.raises(Unscoped):
        Note.objects.update(title="x")


def test_registering_is_all_or_nothing_and_recorded(world, monkeypatch):
    def full_disk(*_):
        raise OSError

    with unscoped("test"):
        events = [json.loads(e.body)["by"] for e in Entry.objects.filter(event="organisation.registered")]
    assert events == [{"person": None, "for": None, "employer": None, "door": "job"}] * 3
    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(log, "leaf_hash", full_disk)
        register_organisation(name="Half", letters="HLF", lead="x", at=NOON)
    with unscoped("test"):
        assert not Organisation.objects.filter(name="Half").exists()
    with access.writing(world.actor("ada@Harbour")), pytest.raises(Unscoped):
        register_organisation(name="Inside", letters="INS", lead="x", at=NOON)


def test_an_action_inside_another_has_the_same_actor(world):
    ada, bo = world.actor("ada@Harbour"), world.actor("bo@Orchard")
    note = {"circle_id": world.ids["coast"], "title": "x", "text": "x", "at": NOON}
    for other in (bo, world.actor("ada@Harbour", door="api"), access.actor_for(None, None)):
        with pytest.raises(Unscoped):
            log.action(lambda *, actor, at, other=other: write_note(actor=other, **note))(actor=ada, at=NOON)
    assert log.action(lambda *, actor, at: write_note(actor=actor, **note))(actor=ada, at=NOON)


def test_a_refusal_that_is_caught_takes_its_facts_and_rows_with_it(world):
    ada, note = world.actor("ada@Harbour"), {"circle_id": world.ids["coast"], "text": "x"}

    @log.action
    def half(*, actor, at):
        write_note(actor=actor, title="half", at=at, **note)
        raise ValueError

    @log.action
    def whole(*, actor, at):
        with pytest.raises(ValueError):
            half(actor=actor, at=at)
        return write_note(actor=actor, title="whole", at=at, **note)

    with unscoped("test"):
        before = Entry.objects.count()
    whole(actor=ada, at=NOON)
    with unscoped("test"):
        assert Entry.objects.count() == before + 1
        assert not Note.objects.filter(title="half").exists()


def test_an_editable_row_is_saved_over_a_named_version(world):
    ada, note = world.actor("ada@Harbour"), world.ids["dredger"]
    edit = {"note_id": note, "title": "x", "text": "x", "at": NOON}
    with pytest.raises(VersionMissing):
        edit_note(actor=ada, version=None, **edit)
    with pytest.raises(Stale, match="this is version 1, you saw 2"):
        edit_note(actor=ada, version=2, **edit)
    edit_note(actor=ada, version=ANY, **edit)
    edit_note(actor=ada, version=2, **edit)  # the same words: no error, no entry, no version
    with access.writing(ada):
        assert access.lock(ada, Permission.PROGRESS_UPDATE, Note, note, version=2).version == 2
        assert access.visible(ada, Note).filter(pk=note).update(title="y") == 1
        assert access.get(ada, Note, note).version == 3


def test_a_membership_is_edited_by_its_organisation(world):
    with access.reading(ada := world.actor("ada@Harbour")):
        mine = access.visible(ada, Membership).get(circle=world.ids["coast"], organisation=ada.organisation_id)
    with pytest.raises(access.NotPermitted):
        edit_membership(actor=world.actor("bo@Orchard"), membership_id=mine.pk, version=1, part="client", at=NOON)
    edit_membership(actor=ada, membership_id=mine.pk, version=1, part="client", at=NOON)
    with access.reading(bo := world.actor("bo@Orchard")):
        assert access.get(bo, Membership, mine.pk).part == "client"


WAYS = {
    "save": lambda row, notes: row.save(),
    "bulk create": lambda row, notes: notes.bulk_create([row]),
    "update": lambda row, notes: notes.filter(title="dredger").update(about=row.about_id),
    "bulk update": lambda row, notes: _bulk_update(notes, row.about_id),
}


def _bulk_update(notes, about_id):
    changed = notes.get(title="dredger")
    changed.about_id = about_id
    notes.bulk_update([changed], ["about"])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("about", ["lease", "price", "frost", "nothing", "harvest"])
def test_no_way_of_writing_refers_to_a_narrower_row(world, way, about):
    ada = world.actor("ada@Harbour")
    target = world.ids.get(about) or uuid4()
    own = {"organisation_id": ada.organisation_id, "author_id": ada.person_id, "title": "x", "text": "x"}

    def attempt():
        with access.writing(ada):
            row = Note(circle_id=world.ids["coast"], number=99, about_id=target, **own)
            WAYS[way](row, access.visible(ada, Note))

    if about == "harvest":
        attempt()
    else:
        with pytest.raises(NotVisible):
            attempt()


def test_a_row_names_only_people_whom_its_circle_knows(world):
    ada = world.actor("ada@Harbour")
    with world.step("Ferry"):
        _, stranger, _ = register_organisation(name="Ferry", letters="FER", lead="fay", at=NOON)
    own = {"circle_id": world.ids["coast"], "organisation_id": ada.organisation_id, "title": "x", "text": "x"}
    for author, allowed in [(world.ids["bo"], True), (stranger, False)]:
        if allowed:
            with access.writing(ada):
                Note(author_id=author, number=98, **own).save()
        else:
            with pytest.raises(NotVisible), access.writing(ada):
                Note(author_id=author, number=99, **own).save()


def test_two_thousand_facts_are_few_statements(world, django_assert_max_num_queries):
    ada, joint = world.actor("ada@Harbour"), world.ids["coast"]

    @log.action
    def tell(*, actor, at):
        circle = access.lock(actor, Permission.REMARK_WRITE, Circle, joint)
        for n in range(2_000):
            log.record("told", circle, n=n, texts={"title": f"{n}", "text": "x"})

    with django_assert_max_num_queries(60):
        tell(actor=ada, at=NOON)
    with unscoped("test"):
        numbers = list(Entry.objects.filter(circle=joint).order_by("number").values_list("number", flat=True))
    assert len(numbers) > 2_000 and numbers == list(range(1, len(numbers) + 1))


def test_an_import_is_few_statements_and_one_entry_that_each_row_finds(world, django_assert_max_num_queries):
    ada, joint = world.actor("ada@Harbour"), world.ids["coast"]
    rows = [(f"Title {n}", "x") for n in range(2_000)]
    with unscoped("test"):
        before = Entry.objects.count()
    with django_assert_max_num_queries(60):
        made = import_notes(actor=ada, circle_id=joint, name="plan.csv", file=b"plan", notes=rows, at=NOON)
    with unscoped("test"):
        assert Entry.objects.count() == before + 1
        note = Note.objects.get(circle=joint, title="Title 1999")
        assert (note.number, note.imported_id) == (2_002, made)
    bo = world.actor("bo@Orchard")
    assert [change.event for change in history(actor=bo, subject_ids=[note.pk, note.imported_id])] == ["rows.imported"]
    with pytest.raises(access.NotPermitted):
        import_notes(actor=bo.__class__(world.ids["bea"], bo.organisation_id), circle_id=joint, name="x", file=b"",
                     notes=rows[:1], at=NOON)  # fmt: skip

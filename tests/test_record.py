"""The record: canonical, complete, without gaps, and in the action's own transaction."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import DatabaseError, connection
from django.db.transaction import atomic

from consortio import access
from consortio.access import unscoped
from consortio.record import leaf, log
from consortio.record.edits import Edit, edits_in, texts_of
from consortio.record.models import Counter, Effect, Entry, Text
from consortio.record.reads import changes, told
from tests.notes.actions import edit_note, share_note, write_note
from tests.notes.models import Note

from .world import NOON, system


def stream(circle_id):
    with unscoped("test"):
        return list(Entry.objects.filter(circle=circle_id).order_by("number"))


def test_leaf_is_the_rfc_6962_hash_of_rfc_8785_bytes():
    body = leaf.canonical({"z": "é\n", "a": [1, True, None], "\u20ac": "x"})
    assert body == '{"a":[1,true,null],"z":"é\\n","€":"x"}'.encode()
    assert leaf.leaf_hash(b"") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"  # RFC 6962 vector
    for refused in (0.5, {"a": [1.0]}, float("nan"), 2**53, "\ud800"):
        with pytest.raises((TypeError, ValueError)):
            leaf.canonical({"x": refused})


def test_an_entry_tells_who_what_when_and_commits_to_its_texts(world):
    entry = stream(world.ids["Harbour only"])[0]
    with unscoped("test"):
        texts = {t.field: leaf.commitment(bytes(t.salt), t.text) for t in Text.objects.filter(entry=entry)}
    body = json.loads(entry.body)
    assert leaf.leaf_hash(entry.body.encode()) == entry.leaf and leaf.canonical(body).decode() == entry.body
    assert body["texts"] == texts and set(texts) == {"title", "text"} and "lease" not in entry.body
    assert body["by"] == {
        "person": str(world.ids["ada"]), "for": str(world.ids["Harbour"]), "employer": None, "door": "web"
    }  # fmt: skip


def test_erasing_a_text_leaves_the_entry_whole(world):
    before = [(e.body, e.leaf) for e in stream(world.ids["coast"])]
    with system():
        assert Text.objects.filter(circle=world.ids["coast"]).delete()[0] > 0
    assert [(e.body, e.leaf) for e in stream(world.ids["coast"])] == before


def test_an_edit_keeps_what_each_field_was_and_became_as_commitments(world):
    edit_note(actor=world.actor("ada@Harbour"), note_id=world.ids["lease"], version=1, title="", text="5", at=NOON)

    def edits():
        found = told(actor=world.actor("ada@Harbour"), subject_ids=[world.ids["lease"]])
        return found[0].edits

    entry = stream(world.ids["Harbour only"])[-1]
    body = json.loads(entry.body)
    with unscoped("test"):
        kept = {t.field: leaf.commitment(bytes(t.salt), t.text) for t in Text.objects.filter(entry=entry)}
    assert (body["facts"]["changed"], set(body["texts"])) == (["text", "title"], {"text<", "text>", "title<", "title>"})
    assert body["texts"] == kept and "All of lease" not in entry.body
    assert edits() == (Edit("text", "All of lease", "5"), Edit("title", "lease", ""))

    with system():
        Text.objects.filter(entry=entry, field="title<").delete()
    assert edits() == (Edit("text", "All of lease", "5"),)
    with unscoped("test"):
        left = Text.objects.filter(entry=entry)
        assert all(body["texts"][t.field] == leaf.commitment(bytes(t.salt), t.text) for t in left)
    assert leaf.leaf_hash(entry.body.encode()) == stream(world.ids["Harbour only"])[-1].leaf


def test_nothing_is_told_from_an_empty_text_and_a_number_from_its_sign():
    changes = {"note": (None, ""), "percent": (5, "5"), "is_manual": (False, 0)}
    assert [(type(one.before), type(one.after)) for one in edits_in(texts_of(changes))] == [
        (bool, int), (type(None), str), (int, str)
    ]  # fmt: skip
    with pytest.raises(TypeError):
        texts_of({"share": (0.5, None)})


def test_an_entry_cannot_be_changed(world):
    with system(), pytest.raises(DatabaseError), atomic():
        Entry.objects.filter(circle=world.ids["coast"]).update(body="x")


def test_each_circle_counts_its_own(world):
    for circle in ("coast", "Harbour only", "offer", "board"):
        assert [e.number for e in stream(world.ids[circle])] == list(range(1, len(stream(world.ids[circle])) + 1))


def test_an_action_in_two_circles_leaves_one_entry_in_each_with_its_own_facts(world):
    joint, house = world.ids["coast"], world.ids["Harbour only"]
    before = {circle: len(stream(circle)) for circle in (joint, house)}
    shared = share_note(
        actor=world.actor("ada@Harbour"), note_id=world.ids["lease"], version=1, wider_id=joint, at=NOON
    )
    found = changes(actor=world.actor("ada@Harbour"), since=before)
    assert sorted((c.circle_id, c.event) for c in found) == sorted([(joint, "note.written"), (house, "note.shared")])
    assert str(world.ids["lease"]) not in stream(joint)[-1].body and str(shared) in stream(house)[-1].body


def test_what_changed_since_is_one_query_and_only_mine(world, django_assert_num_queries):
    bo, everything = world.actor("bo@Orchard"), {world.ids[name]: 0 for name in ("coast", "Harbour only", "offer")}
    with access.reading(bo), django_assert_num_queries(1):
        found = changes(actor=bo, since=everything)
    assert {c.circle_id for c in found} == {world.ids["coast"]}
    assert changes(actor=bo, since={world.ids["coast"]: found[-2].number})[-1].number == found[-1].number


def test_an_action_that_cannot_be_recorded_does_not_happen(world, monkeypatch):
    def full_disk(*_):
        raise OSError("disk full")

    monkeypatch.setattr(log, "leaf_hash", full_disk)
    with pytest.raises(OSError, match="disk full"):
        edit_note(actor=world.actor("ada@Harbour"), note_id=world.ids["lease"], version=1, title="x", text="x", at=NOON)
    with unscoped("test"):
        assert Note.objects.get(pk=world.ids["lease"]).title == "lease"


def test_an_action_without_a_fact_is_refused(world):
    with pytest.raises(log.NothingRecorded):
        log.action(lambda *, actor, at: None)(actor=world.actor("ada@Harbour"), at=NOON)


def test_a_subscriber_finds_its_effect_waiting(world, monkeypatch):
    monkeypatch.setitem(log._subscribers, "note.edited", [("mail", timedelta(0))])
    edit_note(actor=world.actor("ada@Harbour"), note_id=world.ids["lease"], version=1, title="x", text="x", at=NOON)
    with unscoped("test"):
        effects = [
            (e.entry.event, e.subscriber, e.served_at) for e in Effect.objects.filter(entry__event="note.edited")
        ]
    assert effects == [("note.edited", "mail", None)]


def in_threads(jobs):
    def run(job):
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(run, job) for job in jobs]]


@pytest.mark.django_db(transaction=True)
def test_32_writers_on_one_circle_leave_no_gap_and_no_double(committed_world):
    ada, joint = committed_world.actor("ada@Harbour"), committed_world.ids["coast"]
    before = len(stream(joint))
    job = lambda: [write_note(actor=ada, circle_id=joint, title="x", text="x", at=NOON) for _ in range(3)]  # noqa: E731
    assert len({pk for made in in_threads([job] * 32) for pk in made}) == 96
    assert [e.number for e in stream(joint)] == list(range(1, before + 97))
    with unscoped("test"):
        assert sorted(n.number for n in Note.objects.filter(circle=joint)) == list(range(1, 99))
        assert Counter.objects.get(circle=joint, series="record").last == before + 96


@pytest.mark.django_db(transaction=True)
def test_actions_that_cross_the_same_circles_both_ways_do_not_wait_in_a_ring(committed_world):
    ada, ids = committed_world.actor("ada@Harbour"), committed_world.ids
    pairs = [("Harbour only", "coast"), ("offer", "coast"), ("Harbour only", "offer")] * 5
    drafts = [
        (write_note(actor=ada, circle_id=ids[circle], title="x", text="x", at=NOON), ids[wider])
        for circle, wider in pairs
    ]
    jobs = [
        lambda draft=draft: share_note(actor=ada, note_id=draft[0], version=1, wider_id=draft[1], at=NOON)
        for draft in drafts
    ]
    assert len(set(in_threads(jobs))) == 15


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_circles_do_not_block_one_another(committed_world):
    ada, bo, ids = committed_world.actor("ada@Harbour"), committed_world.actor("bo@Orchard"), committed_world.ids
    inside, done = Event(), Event()

    def slow():
        with access.writing(ada):
            log.next_number(ids["coast"], "record")
            inside.set()
            assert done.wait(20)

    def quick():
        assert inside.wait(20)
        write_note(actor=bo, circle_id=ids["Orchard only"], title="x", text="x", at=NOON)
        done.set()

    in_threads([slow, quick])

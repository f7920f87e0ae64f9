"""Signing in, waiting, snapshots, live updates, and the start of a server."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError, connection

from consortio import access
from consortio.access import prepare, wall, wall_text
from consortio.record.reads import stream
from consortio.sqlite.turn import Busy, Turn, turn
from tests.notes.actions import write_note
from tests.notes.models import Note

from .world import NOON

sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's own")
postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL's own")


def test_partners_see_no_address(world):
    assert {field.name for field in access.models.Seat._meta.get_field("person").related_model._meta.fields} == {
        "id", "name"
    }  # fmt: skip
    assert isinstance(get_user_model()._meta.pk.to_python(str(UUID(int=1))), UUID)


def test_open_tables_have_a_reason():
    assert all(len(reason) > 10 for _, reason in wall_text.OPEN_TABLES.values())


@postgresql
def test_the_role_that_serves_may_use_open_tables_as_far_as_they_need(world):
    may = "SELECT has_table_privilege(current_user, %s, 'INSERT'), has_table_privilege(current_user, %s, 'DELETE')"
    with connection.cursor() as cursor:
        found = {}
        for table in ("accounts_session", "accounts_user", "django_content_type", "auth_group"):
            cursor.execute(may, [table, table])
            found[table] = cursor.fetchone()
    assert list(found.values()) == [(True, True), (True, False), (False, False), (False, False)]


def test_a_server_starts_behind_the_wall_of_the_models_only(world, monkeypatch):
    wall.verify()
    with monkeypatch.context() as patch:
        patch.setattr(Note, "append_only", True)
        with pytest.raises(wall.WallDown, match="migrate"):
            wall.verify()
    wall.verify()


@sqlite
def test_the_wall_is_put_up_again_when_its_text_changed(world, monkeypatch):
    count = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
    before = wall._rows(count)
    monkeypatch.setattr(Note, "append_only", True)
    wall.install()
    wall.verify()
    assert wall._rows(count)[0][0] == before[0][0] + 2


def test_nothing_is_made_before_circles_are_there_and_absent_tables_are_skipped(db):
    everything = {model._meta.db_table for model in wall_text.guarded_models()}
    for vendor in ("sqlite", "postgresql"):
        assert wall_text.statements(vendor, {"notes_note"}) == []
        some = "\n".join(wall_text.statements(vendor, everything - {"notes_note", "record_entry"}))
        assert "notes_note" not in some and "record_entry" not in some and "access_seat" in some


@sqlite
def test_models_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@postgresql
def test_a_mighty_login_is_refused_by_name(world, monkeypatch):
    monkeypatch.setattr(wall, "_rows", lambda *_: [("postgres", True, False, True)])
    with pytest.raises(wall.WallDown, match="'postgres' is a superuser and would see .*: serve as '.*_app'"):
        wall.verify()
    monkeypatch.setattr(wall, "_rows", lambda *_: [("boss", False, True, False)])
    with pytest.raises(wall.WallDown, match="'boss' has BYPASSRLS"):
        wall.verify()


def test_roles_carry_the_name_of_the_installation(monkeypatch):
    monkeypatch.setattr(settings, "INSTALLATION", "coast")
    assert wall_text.role("app") == "coast_app"
    script = prepare.script("coast")
    assert all(f'"coast_{kind}"' in script for kind in ("owner", "system", "app")) and "BYPASSRLS" in script
    with pytest.raises(ValueError):
        prepare.script("x; DROP")


def test_the_turn_is_given_in_order_and_not_waited_for_without_end():
    line, order = Turn(seconds_max=0.05), []
    line.take()
    with pytest.raises(Busy):
        line.take()
    line.seconds_max = 20
    with ThreadPoolExecutor(3) as pool:
        for name in "abc":
            pool.submit(lambda name=name: (line.take(), order.append(name), line.give()))
            while len(line._queue) < 2 + "abc".index(name):
                pass
        line.give()
    assert order == ["a", "b", "c"] and not line._queue


@sqlite
@pytest.mark.django_db(transaction=True)
def test_a_busy_database_answers_503_at_every_write_sessions_included(committed_world, monkeypatch):
    browser = committed_world.client("ada@Harbour", raise_request_exception=False)
    monkeypatch.setattr(turn, "seconds_max", 0.05)
    address, note = f"/circles/{committed_world.ids['coast']}/notes", {"title": "x", "text": "x"}
    with turn.held():
        refused = browser.post(f"{address}/new", note)
        assert (refused.status_code, refused["Retry-After"]) == (503, "5")
        with pytest.raises(Busy):  # a statement of its own, as at a sign-in
            get_user_model().objects.update(last_login=NOON)
        assert browser.post("/sign-out").status_code == 503
        assert browser.get(address).status_code == 200  # reading waits for nobody
    assert browser.post(f"{address}/new", note).status_code == 302


def test_a_database_that_is_away_answers_503(world, monkeypatch):
    def away(*_, **__):
        raise OperationalError

    browser = world.client("ada@Harbour", raise_request_exception=False)
    monkeypatch.setattr("tests.notes.reads.notes_page", away)
    assert browser.get(f"/circles/{world.ids['coast']}/notes").status_code == 503


@pytest.mark.django_db(transaction=True)
def test_a_page_shows_one_state_of_the_database(committed_world):
    ada, bo, joint = (*map(committed_world.actor, ("ada@Harbour", "bo@Orchard")), committed_world.ids["coast"])
    read, written = Event(), Event()

    def write():
        assert read.wait(20)
        try:
            write_note(actor=bo, circle_id=joint, title="meanwhile", text="x", at=NOON)
        finally:
            connection.close()
            written.set()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        with access.reading(ada):
            before = access.visible(ada, Note).count()
            read.set()
            assert written.wait(20)
            assert access.visible(ada, Note).count() == before
        writing.result()
    with access.reading(ada):
        assert access.visible(ada, Note).count() == before + 1


def test_a_page_is_one_unit(world, monkeypatch):
    units = []
    original = wall.transaction
    monkeypatch.setattr(
        wall, "transaction", lambda actor, writes: units.append(writes) or original(actor, writes=writes)
    )
    browser = world.client("ada@Harbour")
    units.clear()
    assert browser.get(f"/circles/{world.ids['coast']}/notes").status_code == 200
    assert units == [False]


def test_the_stream_goes_on_where_it_stopped_in_each_circle(world):
    bo = world.actor("bo@Orchard")
    first = stream(actor=bo, cursor="")
    assert {change.event for change in first.changes} >= {"note.written", "organisation.joined"}
    assert stream(actor=bo, cursor=first.cursor).changes == ()
    world.write("later", "ada@Harbour", "coast")
    world.write("unseen", "ada@Harbour", "Harbour only")
    world.write("own", "bo@Orchard", "Orchard only")  # a low number: the circle is younger than the joint one
    more = stream(actor=bo, cursor=first.cursor)
    assert {change.circle_id for change in more.changes} == {world.ids["coast"], world.ids["Orchard only"]}
    browser = world.client("bo@Orchard")
    told = browser.get("/changes", headers={"Last-Event-ID": first.cursor}).json()
    assert told["cursor"] == more.cursor and len(told["changes"]) == 2
    assert browser.get("/changes", headers={"Last-Event-ID": "nonsense"}).status_code == 422

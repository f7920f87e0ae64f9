"""The second wall: what PostgreSQL refuses when the first one is gone."""

import pytest
from django.db import DatabaseError, connection
from django.db.models import Q
from django.db.transaction import atomic

from consortio import access
from consortio.access import gate
from consortio.access.gate import as_system
from consortio.access.seating import Sitting, seat_many
from consortio.access.wall_text import guarded_models, role
from tests.notes.models import Note

pytestmark = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no row-level security")
SEEN = {"ada@Harbour": 6, "abe@Harbour": 5, "bo@Orchard": 3, "cy@Island": 3, "nobody@Nowhere": 0}


def rows(sql, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall()


@pytest.mark.parametrize("who", SEEN)
def test_without_the_applications_filter_no_foreign_row_is_found(world, who, monkeypatch):
    actor, expected = world.actor(who), {}
    with access.reading(actor):
        for model in guarded_models():
            expected[model] = set(access.visible(actor, model).values_list("pk", flat=True))
    monkeypatch.setattr(gate, "condition", lambda actor, model: Q())
    with access.reading(actor):
        for model in guarded_models():
            assert set(access.visible(actor, model).values_list("pk", flat=True)) == expected[model], model
    assert len(expected[Note]) == SEEN[who]


@pytest.mark.django_db(transaction=True)
def test_the_database_knows_which_hat_reads_and_which_one_afterwards(committed_world):
    world = committed_world
    with as_system("test"):
        seat_many([Sitting(world.ids["Orchard only"], world.ids["cy"], world.ids["Orchard"])])
    cy, titles = world.actor("cy@Island"), "SELECT title FROM notes_note ORDER BY title"
    island, orchard = (
        [(title,) for title in own] for own in (["dredger", "harvest", "price"], ["dredger", "frost", "harvest"])
    )

    with access.reading(cy):
        with access.other_hat(cy, world.ids["Orchard"]):
            assert rows(titles) == orchard
        assert rows(titles) == island
        for fault in (ZeroDivisionError, DatabaseError):
            with pytest.raises(fault), access.other_hat(cy, world.ids["Orchard"]):
                rows("SELECT 1/0") if fault is DatabaseError else 1 / 0
            assert rows(titles) == island
    assert rows("SELECT count(*) FROM notes_note") == [(0,)]


def test_raw_sql_sees_no_more(world):
    with access.reading(world.actor("bo@Orchard")):
        assert rows("SELECT count(*) FROM notes_note") == [(3,)]
        assert rows("SELECT count(*) FROM notes_note a JOIN notes_note b ON b.about_id = a.id") == [(1,)]


def test_whoever_has_not_said_who_they_are_sees_nothing(world):
    assert [rows(f"SELECT count(*) FROM {model._meta.db_table}") for model in guarded_models()] == [
        [(0,)] for _ in guarded_models()
    ]


def test_no_row_can_be_put_into_a_foreign_circle(world):
    with access.writing(world.actor("bo@Orchard")), pytest.raises(DatabaseError, match="row-level security"), atomic():
        own = rows("SELECT id FROM notes_note LIMIT 1")
        sql = "INSERT INTO record_import (id, circle_id, name, file_hash, rows) VALUES (%s, %s, 'x', 'x', 0)"
        rows(sql, own[0][0], world.ids["Harbour only"])


def test_entries_are_only_appended(world):
    with access.writing(world.actor("ada@Harbour")):
        assert rows("SELECT count(*) FROM record_entry")[0][0] > 0
        for sql in ("UPDATE record_entry SET body = 'x'", "DELETE FROM record_entry"):
            with pytest.raises(DatabaseError, match="permission denied"), atomic():
                rows(sql)


def test_the_wall_stands_round_every_table(world):
    tables = [model._meta.db_table for model in guarded_models()]
    found = rows(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relname = ANY(%s)", tables
    )
    assert sorted(name for (name,) in found) == sorted(tables)
    mighty = "SELECT rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname = current_user"
    assert rows("SELECT current_user") == [(role("app"),)] and rows(mighty) == [(False, False, False)]
    assert rows("SELECT count(*) FROM pg_tables WHERE tableowner = current_user") == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_who_one_was_does_not_outlive_the_transaction(committed_world):
    bo = committed_world.actor("bo@Orchard")
    with access.reading(bo):
        assert rows("SELECT count(*) FROM notes_note") == [(3,)]
        with pytest.raises(DatabaseError, match="read-only"), atomic():
            rows("UPDATE notes_note SET title = 'x' RETURNING 1")
    assert rows("SELECT count(*) FROM notes_note") == [(0,)]
    with access.unscoped("test"):
        assert rows("SELECT count(*) > 5 FROM notes_note") == [(True,)]
    assert rows("SELECT current_user, count(*) FROM notes_note") == [(role("app"), 0)]

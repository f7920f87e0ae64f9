"""A world that is written again is the world that was told, in every row of every table."""

from datetime import timedelta

import time_machine
from django.db import connection, transaction

from consortio.access import wall
from consortio.access.wall_text import guarded_models

from .retelling import Kept, retold
from .world import NOON, build


def rows() -> dict[str, list[tuple]]:
    """Return every table that holds somebody's data, as the database has it; on PostgreSQL as the role that sees all."""
    with wall.down(), connection.cursor() as cursor:
        found = {}
        for model in guarded_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            found[model._meta.db_table] = sorted(map(repr, cursor.fetchall()))
        return found


def test_a_world_written_again_is_the_world_that_was_told(db, monkeypatch):
    with transaction.atomic():
        retold(monkeypatch)  # at the latest now there is one to be written again
        transaction.set_rollback(True)
    with transaction.atomic(), time_machine.travel(NOON + timedelta(days=400)):
        told, expected = build(monkeypatch), rows()
        transaction.set_rollback(True)

    again = retold(monkeypatch)

    assert again.ids == told.ids
    assert len(expected["access_seat"]) > 10
    assert rows() == expected
    assert again.client("ada@Harbour").get(f"/circles/{again.ids['coast']}/notes").status_code == 200


def test_the_cast_stands_for_tests_in_a_row_and_is_gone_for_those_without_it(db, monkeypatch):
    with transaction.atomic():
        retold(monkeypatch)
        expected = rows()
        transaction.set_rollback(True)

    kept = Kept()
    kept.stand()
    with transaction.atomic():  # as a test does
        assert rows() == expected
        kept.world(monkeypatch).write("tide", "ada@Harbour", "coast")
        assert rows() != expected
        transaction.set_rollback(True)
    kept.stand()
    assert rows() == expected
    kept.fall()

    assert not any(rows().values()) and kept.world(monkeypatch).ids and rows() == expected


def test_a_cast_whose_connection_was_lost_stands_anew(db, monkeypatch):
    with transaction.atomic():
        retold(monkeypatch)
        transaction.set_rollback(True)
    kept = Kept()
    kept.stand()
    transaction.set_rollback(True)  # as Django says it of what surrounds a test that lost its connection

    kept.stand()

    assert any(rows().values())
    kept.fall()
    assert not any(rows().values())

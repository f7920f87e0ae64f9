"""
The cast once more, without its actions: what the first world of a run wrote is written again, statement by statement.

A world is the same each time, and making it takes longer than most tests that stand in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from .world import World, build

Statement = tuple[str, Any, bool]
_told: list[tuple[dict[str, UUID], list[Statement]]] = []  # the first world of this run
_texts: list[str] = []  # and what it wrote, as one text


def retold(monkeypatch) -> World:
    """Return what `build` returns, inside a transaction that the test undoes."""
    assert connection.in_atomic_block
    if not _told:
        with written() as statements:
            world = build(monkeypatch)
        _told.append((dict(world.ids), statements))
        return world
    world = World(monkeypatch)
    known, statements = _told[0]
    world.ids |= known
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # in one message: two hundred answers are most of the time
            cursor.cursor.execute(_in_one(cursor.cursor))
        else:
            for sql, values, many in statements:
                (cursor.executemany if many else cursor.execute)(sql, values)
    return world


def _in_one(cursor: Any) -> str:
    """Return all statements of the first world as one text with their values, for PostgreSQL."""
    if not _texts:
        statements = (
            cursor.mogrify(sql, one) for sql, values, many in _told[0][1] for one in (values if many else [values])
        )
        _texts.append(";\n".join(statements))
    return _texts[0]


@contextmanager
def written() -> Iterator[list[Statement]]:
    """Collect the statements that change something: rows, or whom PostgreSQL takes the asker for."""
    statements: list[Statement] = []

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if "set_config" in sql or not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE")):
            statements.append((sql, values, many))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        yield statements

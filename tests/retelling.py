"""
What was told to the database once, and is written again, statement by statement: the cast, the demo world.

It is the same each time, and making it takes longer than most tests that stand in it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from .world import World, build

Statement = tuple[str, Any, bool]


class Tale:
    """Something that is told once in a run. The rest of the time it is written, inside a transaction that is undone."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.text = ""  # of all statements with their values, for PostgreSQL

    def tell(self, tell: Callable[[], None]) -> None:
        """Tell it if it has not been told, else write what was written then."""
        assert connection.in_atomic_block
        if not self.statements:
            with written() as self.statements:
                tell()
            return
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # in one message: hundreds of answers are most of the time
                cursor.cursor.execute(self._in_one(cursor.cursor))
            else:
                for sql, values, many in self.statements:
                    (cursor.executemany if many else cursor.execute)(sql, values)

    def _in_one(self, cursor: Any) -> str:
        if not self.text:
            self.text = ";\n".join(
                cursor.mogrify(sql, one)
                for sql, values, many in self.statements
                for one in (values if many else [values])
            )
        return self.text


_cast = Tale()
_ids: dict[str, UUID] = {}  # of the cast


def retold(monkeypatch) -> World:
    """Return what `build` returns, inside a transaction that the test undoes."""
    _cast.tell(lambda: _ids.update(build(monkeypatch).ids))
    return _told(monkeypatch)


def _told(monkeypatch) -> World:
    world = World(monkeypatch)
    world.ids |= _ids
    return world


class Kept:
    """The cast, left standing for all tests in a row that ask for it: what each of them does is undone by a savepoint."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self.stands = False

    def stand(self) -> None:
        """Write the cast in a transaction around the tests that follow, if it was told before and does not stand."""
        if self.stands and connection.needs_rollback:  # somebody lost the connection
            self.fall()
        if self.stands or not _cast.statements:
            return
        self._open.enter_context(transaction.atomic())
        self._open.callback(transaction.set_rollback, True)
        _cast.tell(lambda: None)
        self.stands = True

    def fall(self) -> None:
        self.stands = False
        self._open.close()

    def world(self, monkeypatch) -> World:
        return _told(monkeypatch) if self.stands else retold(monkeypatch)


@contextmanager
def written() -> Iterator[list[Statement]]:
    """Collect the statements that change something for good: rows, or whom PostgreSQL takes the asker for."""
    statements: list[Statement] = []
    places: dict[str, int] = {}  # of savepoints

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SAVEPOINT"):
            places[sql.split()[-1]] = len(statements)
        elif sql.startswith("ROLLBACK TO"):
            del statements[places[sql.split()[-1]] :]
        elif "set_config" in sql or not sql.startswith(("SELECT", "RELEASE")):
            statements.append((sql, values, many))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        yield statements

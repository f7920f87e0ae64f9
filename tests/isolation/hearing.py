"""
What an answer rests on: where all of it is the same in another world, the hub would answer the same, and is not asked.

That is what was sent, with the browser's cookies; what the cache held under each key that was looked at; and what the
database said to each statement. What is drawn and what time it is come from the name of the step. An answer that rests on
files, too, is always asked for again. (What a module keeps in memory is the same in both worlds in any case: they live in one
process.)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.cache import caches
from django.db import Error, connection
from pytest import MonkeyPatch

Counts = tuple[dict[Any, Any], dict[Any, Any]]  # what the cache holds, and until when
# What was said, with which values, whether for many rows, and a hash of what was answered.
Statement = tuple[str, Any, bool, int]
_texts: dict[str, str] = {}  # of statements: some hundreds, which are said a hundred thousand times


@dataclass(frozen=True, slots=True)
class Heard:
    """
    Args:
        sent: what was sent and by whom, so far as it may differ from world to world.
        counted: what the cache held before, by the keys that were looked at.
    """

    sent: Any
    counted: dict[Any, Any]
    statements: tuple[Statement, ...]

    def is_heard_again(self, sent: Any, counts: Counts) -> bool:
        """Say all of it once more, until the database answers otherwise. What it changes is for the caller to undo."""
        if sent != self.sent or any(_counted(counts, key) != value for key, value in self.counted.items()):
            return False
        with connection.cursor() as cursor:
            return all(_said_again(cursor, *statement) for statement in self.statements)


class Hearing:
    """What is being said while an answer is made."""

    def __init__(self) -> None:
        self.keys: set[Any] = set()  # in the cache
        self.statements: list[Statement] = []
        self.looks_at_files = False

    def heard(self, sent: Any, counts: Counts) -> Heard | None:
        """Return what the answer rests on; none where that is more than can be asked again."""
        counted = {key: _counted(counts, key) for key in self.keys}
        return None if self.looks_at_files else Heard(sent, counted, tuple(self.statements))


class Folder:
    """Where a world keeps its files. Who asks for it looks at more than the database, and is noticed."""

    times = 0  # that any was asked for

    def __init__(self, path: Path) -> None:
        self.path = path

    def __fspath__(self) -> str:
        Folder.times += 1
        return str(self.path)


@contextmanager
def hearing() -> Iterator[Hearing]:
    """Collect what is said to the database and the cache, and what the database answers."""
    asked, before, name_key = Hearing(), Folder.times, caches["default"].make_and_validate_key

    def named(key: Any, version: Any = None) -> Any:
        asked.keys.add(made := name_key(key, version))
        return made

    with MonkeyPatch.context() as patch, connection.execute_wrapper(_listener(asked.statements)):
        patch.setattr(caches["default"], "make_and_validate_key", named)
        yield asked
    asked.looks_at_files = Folder.times > before


def _listener(heard: list[Statement]) -> Any:
    def listen(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        cursor = context["cursor"]
        cursor.cursor = getattr(cursor.cursor, "whole", cursor.cursor)
        said = _texts.setdefault(sql, sql), values, many
        try:
            result = execute(sql, values, many, context)
        except Error as fault:
            heard.append((*said, _fault(fault)))
            raise
        if cursor.cursor.description:
            cursor.cursor = _Rows(cursor.cursor)
        heard.append((*said, _answer(cursor.cursor)))
        return result

    return listen


class _Rows:
    """A cursor of which all rows have been read, for those who read them one by one."""

    def __init__(self, cursor: Any) -> None:
        self.whole, self.rows = cursor, cursor.fetchall()
        self._left = iter(self.rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)

    def __iter__(self) -> Iterator[Any]:
        return self._left

    def fetchone(self) -> Any:
        return next(self._left, None)

    def fetchmany(self, size: int = 1) -> list[Any]:
        return list(islice(self._left, size))

    def fetchall(self) -> list[Any]:
        return list(self._left)


def _said_again(cursor: Any, sql: str, values: Any, many: bool, before: int) -> bool:
    try:
        (cursor.executemany if many else cursor.execute)(sql, values)
    except Error as fault:
        return _fault(fault) == before
    return _answer(_Rows(cursor.cursor) if cursor.description else cursor.cursor) == before


def _answer(cursor: Any) -> int:
    return hash(repr(cursor.rows)) if isinstance(cursor, _Rows) else hash(cursor.rowcount)


def _fault(fault: Error) -> int:
    return hash(repr(fault))


def _counted(counts: Counts, key: Any) -> Any:
    return counts[0].get(key), counts[1].get(key)

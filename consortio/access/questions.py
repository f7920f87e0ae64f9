"""
Questions that come with every request: Django puts each into words once, and afterwards only its values differ.

Django writes the SQL of a query set anew each time, which takes some ten times as long as SQLite takes to answer it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

from .actor import Actor

KEPT = 500  # questions in words, some ten kilobytes each
_COLUMNS: dict[type, models.Field] = {  # how values are handed to the database
    datetime: models.DateTimeField(),
    str: models.TextField(),
    int: models.BigIntegerField(),
}
_worded: dict[tuple["Question", str, tuple[int, ...]], "_Words"] = {}


class Question:
    """
    A query with places for values, written once for each kind of database.

    Args:
        make: takes a value for each place and returns the query set. It is called with stand-ins, so it asks nothing
            of its values, and of an actor nothing but who that is.
        kinds: of each value: Actor, UUID, datetime, str or int; [UUID] for any number of them, to stand in an `__in`.
    """

    def __init__(self, make: Callable[..., models.QuerySet], *kinds: Any) -> None:
        self._make, self._kinds = make, kinds

    def ask(self, *values: Any) -> list[Any]:
        """Return what the query set would."""
        full = [_filled_up(value) for value in values]
        flat = _flat(full)
        if None in flat or [] in full:  # asked for by other words; nobody asks like that often
            return list(self._make(*values))
        words = self._words(full)
        words.rows.db  # noqa: B018  -- guarded rows refuse here outside a reading
        rows = words.rows.all()
        vars(rows.query)["get_compiler"] = lambda *_, **__: words.compiler_with(flat)
        return list(rows)

    def first(self, *values: Any) -> Any:
        """Return the first row, or None. What the question asks for has an order, or is one row."""
        return next(iter(self.ask(*values)), None)

    def inside(self, *values: Any) -> Any:
        """Return the query set to stand inside another one: `filter(circle__in=...)`."""
        full = [_filled_up(value) for value in values]
        flat = _flat(full)
        if None in flat or [] in full:
            return self._make(*values)
        words = self._words(full)
        return RawSQL(words.sql, words.values(flat))

    def _words(self, values: Sequence[Any]) -> "_Words":
        sizes = tuple(len(value) for value in values if isinstance(value, list))
        key = self, connection.vendor, sizes
        words = _worded.get(key)
        if words is None:
            if len(_worded) >= KEPT:  # addresses name depths and lengths, so there is no end of questions
                _worded.clear()
            words = _worded[key] = self._put_into_words(sizes)
        return words

    def _put_into_words(self, sizes: Sequence[int]) -> "_Words":
        size, number = iter(sizes), count()
        stand_ins = [
            [_stand_in(kind[0], number) for _ in range(next(size))]
            if isinstance(kind, list)
            else _stand_in(kind, number)
            for kind in self._kinds
        ]
        rows = self._make(*stand_ins)
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        known = {_prepared(value): place for place, value in enumerate(_flat(stand_ins))}
        places = tuple(known.get(param) if _may_be_asked_for(param) else None for param in params)
        converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        assert set(known.values()) <= set(places), f"{sql}: a value is not asked for"
        return _Words(rows, compiler, sql, tuple(params), places, converters)


@dataclass(frozen=True, slots=True)
class _Words:
    rows: models.QuerySet
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    places: tuple[int | None, ...]  # which value each parameter is; None: always the same
    converters: dict[int, Any]  # of columns whose values the driver has otherwise than we do

    def values(self, flat: list[Any]) -> tuple[Any, ...]:
        known = [_prepared(value) for value in flat]
        return tuple(
            param if place is None else known[place] for param, place in zip(self.params, self.places, strict=True)
        )

    def compiler_with(self, flat: list[Any]) -> SQLCompiler:
        made = copy(self.compiler)
        made.connection = connection
        words = self.sql, self.values(flat)
        vars(made)["as_sql"] = lambda *_, **__: words
        vars(made)["get_converters"] = lambda _: self.converters
        return made


def _filled_up(value: Any) -> Any:
    """Return several values, the last one repeated until there are as many as few sizes allow: few questions do for all."""
    if isinstance(value, str) or not isinstance(value, Collection):
        return value
    values, size = list(value), len(value)
    wanted = 1 << (size - 1).bit_length() if size <= 32 else -(-size // 50) * 50
    return values + values[-1:] * (wanted - size) if values else []


def _flat(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if isinstance(value, Actor):
            # Whoever comes by a public link sees by another rule: that is not these words.
            found += (value.person_id, value.organisation_id) if value.link_id is None else (None,)
        elif isinstance(value, list):
            found += value
        else:
            found.append(value)
    return found


def _prepared(value: Any) -> Any:
    if isinstance(value, UUID):  # most are
        return value if connection.features.has_native_uuid_field else value.hex
    return _COLUMNS[type(value)].get_db_prep_value(value, connection)


def _may_be_asked_for(param: Any) -> bool:
    """Numbers may come in types of the driver's own."""
    return isinstance(param, str | UUID | datetime | int) and not isinstance(param, bool)


def _stand_in(kind: type, number: Iterator[int]) -> Any:
    if kind is Actor:
        return Actor(_stand_in(UUID, number), _stand_in(UUID, number))
    if kind is UUID:
        return UUID(int=(0xF00D << 112) + next(number))
    if kind is datetime:
        return datetime(1717, 7, 17, 7, 17, next(number), tzinfo=UTC)
    if kind is int:
        return 30_000 + next(number)  # also a small one may be asked for
    return f"a stand-in, {next(number)}"

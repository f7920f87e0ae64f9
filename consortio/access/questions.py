"""
Questions that come with every request: Django puts each into words once, and afterwards only its values differ.

Django writes the SQL of a query set anew each time, which takes some ten times as long as SQLite takes to answer it.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

from .actor import Actor

_COLUMNS: dict[type, models.Field] = {  # how a value of each kind is handed to the database
    UUID: models.UUIDField(),
    datetime: models.DateTimeField(),
    str: models.TextField(),
}
_worded: dict[tuple["Question", str], "_Words"] = {}


class Question:
    """
    A query with places for values, written once for each kind of database.

    Args:
        make: takes a value for each place and returns the query set. It is called with stand-ins, so it asks nothing
            of its values, and of an actor nothing but who that is.
        kinds: of each value: Actor, UUID, datetime or str.
    """

    def __init__(self, make: Callable[..., models.QuerySet], *kinds: type) -> None:
        self._make, self._kinds = make, kinds

    def ask(self, *values: Any) -> list[Any]:
        """Return what the query set would."""
        flat = _flat(values)
        if None in flat:  # asked for by other words; nobody asks like that often
            return list(self._make(*values))
        words = self._words()
        words.rows.db  # noqa: B018  -- guarded rows refuse here outside a reading
        rows = words.rows.all()
        vars(rows.query)["get_compiler"] = lambda *_, **__: words.compiler_with(flat)
        return list(rows)

    def first(self, *values: Any) -> Any:
        """Return the first row, or None. What the question asks for has an order, or is one row."""
        return next(iter(self.ask(*values)), None)

    def inside(self, *values: Any) -> Any:
        """Return the query set to stand inside another one: `filter(circle__in=...)`."""
        flat = _flat(values)
        if None in flat:
            return self._make(*values)
        words = self._words()
        return RawSQL(words.sql, words.values(flat))

    def _words(self) -> "_Words":
        key = self, connection.vendor
        if key not in _worded:
            _worded[key] = self._put_into_words()
        return _worded[key]

    def _put_into_words(self) -> "_Words":
        stand_ins = [_stand_in(kind, place) for place, kind in enumerate(self._kinds)]
        rows = self._make(*stand_ins)
        flat = _flat(stand_ins)
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        known = {_prepared(value): place for place, value in enumerate(flat)}
        places = tuple(known.get(param) if isinstance(param, str | UUID | datetime) else None for param in params)
        assert set(known.values()) <= set(places), f"{sql}: a value is not asked for"
        return _Words(rows, compiler, sql, tuple(params), places)


@dataclass(frozen=True, slots=True)
class _Words:
    rows: models.QuerySet
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    places: tuple[int | None, ...]  # which value each parameter is; None: always the same

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
        return made


def _flat(values: Any) -> list[Any]:
    found: list[Any] = []
    for value in values:
        found += [value.person_id, value.organisation_id] if isinstance(value, Actor) else [value]
    return found


def _prepared(value: Any) -> Any:
    kind = next(kind for kind in _COLUMNS if isinstance(value, kind))
    return _COLUMNS[kind].get_db_prep_value(value, connection)


def _stand_in(kind: type, place: int) -> Any:
    if kind is Actor:
        return Actor(_stand_in(UUID, 100 + place), _stand_in(UUID, 200 + place))
    if kind is UUID:
        return UUID(int=(0xF00D << 112) + place)
    if kind is datetime:
        return datetime(1717, 7, 17, 7, 17, place, tzinfo=UTC)
    return f"a stand-in, {place}"

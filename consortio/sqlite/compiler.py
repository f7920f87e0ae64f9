"""Django's SQL for SQLite, with the values of rows turned into Python's by as few calls as there can be."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db.models.sql import compiler
from django.db.models.sql.compiler import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]


def converted_by(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Let the decorated converter, which asks for nothing but a value, be skipped for what it does to one that is there."""

    def mark(converter: Any) -> Any:
        converter.alone = convert
        return converter

    return mark


class SQLCompiler(compiler.SQLCompiler):
    def apply_converters(self, rows: Iterable[Any], converters: Mapping[int, Any]) -> Iterator[list[Any]]:
        """
        Return rows with their values as Python has them.

        A window of a plan has thousands of values whose converters ask for nothing else, see `converted_by`.
        """
        alone = [(place, found) for place, (own, _) in converters.items() if (found := _alone(own))]
        known = {place for place, _ in alone}
        rest = {place: own for place, own in converters.items() if place not in known}
        of_both = super().apply_converters(rows, rest) if rest else map(list, rows)
        for row in of_both:
            for place, convert in alone:
                value = row[place]
                if value is not None:
                    row[place] = convert(value)
            yield row


def _alone(converters: list[Any]) -> Callable[[Any], Any] | None:
    return getattr(converters[0], "alone", None) if len(converters) == 1 else None

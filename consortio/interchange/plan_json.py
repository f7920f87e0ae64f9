"""Frozen dataclasses to plain JSON values and back, by their declared fields and nothing else."""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from consortio.interchange.wording import Wording

Json: TypeAlias = Any
Convert: TypeAlias = Callable[[Any], Any]
T = TypeVar("T")


def encode(value: Any, *, sparse: bool = False) -> Json:
    """
    Return the dataclass as JSON values.

    Args:
        sparse: leave out fields that have their default, for pipes; people get every field, and plain sentences.
    """
    cls: Any = type(value)
    if cls in (str, int, float, bool, type(None)):
        return value
    if cls is tuple:
        return [encode(one, sparse=sparse) for one in value]
    if cls is datetime:
        return value.isoformat(timespec="minutes")
    if cls is date:
        return value.isoformat()
    if cls is Decimal:
        return format(value, "f")
    if cls is Wording:
        return value.to_json() if sparse else str(value)
    if is_dataclass(cls):
        return _encode_fields(value, sparse)
    return dict(value)


def _encode_fields(value: Any, sparse: bool) -> dict[str, Json]:
    cls: Any = type(value)
    result = {}
    for name, default in _defaults(cls):
        one = getattr(value, name)
        if not (sparse and one == default):
            result[name] = encode(one, sparse=sparse)
    return result


@cache
def _defaults(cls: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, _default(field)) for field in fields(cls))


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def decode(cls: type[T], values: Mapping[str, Json]) -> T:
    """
    Return the dataclass that `encode` was given.

    Raises:
        TypeError: a field without a default is missing.
        ValueError: a date cannot be read.
    """
    return cls(**decode_fields(cls, values))


def decode_fields(cls: type, values: Mapping[str, Json]) -> dict[str, Any]:
    """Return values by the names of a dataclass's fields, as it takes them; unknown names are left out."""
    hashable: Any = cls
    converts = _converts(hashable)
    return {name: converts[name](one) for name, one in values.items() if name in converts}


@cache
def _converts(cls: Any) -> dict[str, Convert]:
    hints = get_type_hints(cls)
    return {field.name: _convert(hints[field.name]) for field in fields(cls)}


def _convert(hint: Any) -> Convert:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _convert_optional([one for one in get_args(hint) if one is not type(None)])
    if origin is tuple:
        return _convert_tuple(get_args(hint))
    if hint is datetime or hint is date:
        return cast(Convert, hint.fromisoformat)
    if hint is Wording:
        return Wording.from_json
    if hint is Decimal:
        return Decimal
    if is_dataclass(hint):
        return lambda values: decode(cast(type, hint), values)
    return _same


def _convert_optional(hints: list[Any]) -> Convert:
    # A union of plain values (int | float) needs no conversion; dates and dataclasses stand alone beside None.
    inner = _convert(hints[0]) if len(hints) == 1 else _same
    return lambda value: None if value is None else inner(value)


def _convert_tuple(hints: tuple[Any, ...]) -> Convert:
    inner = _convert(hints[0])
    return lambda values: tuple(inner(one) for one in values)


def _same(value: Json) -> Json:
    return value


def allowed_words(alias: Any) -> tuple[str, ...]:
    """Return the words of an `X: TypeAlias = Literal[...]`."""
    if get_origin(alias) is not Literal:
        raise TypeError(f"{alias} is not a choice of words")
    return get_args(alias)

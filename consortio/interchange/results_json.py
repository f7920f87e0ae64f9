"""
Neutral results from the JSON that `Results.to_json` makes, which anybody may have written.

Every value is checked against its field, so that whoever gets the results need not ask what is in them.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from consortio.interchange.iati_values import A_DAY, A_DECIMAL, parse_day, parse_decimal
from consortio.interchange.plan import TEXT_MAX, Refused
from consortio.interchange.results import ACTIVITIES_MAX, Results
from consortio.interchange.values import shorten
from consortio.interchange.wording import Wording
from consortio.strict_json import BadJson, parse

A_TEXT, A_WHOLE_NUMBER = Wording("a text of up to 32,768 characters"), Wording("a whole number")
A_LIST, AN_OBJECT, YES_OR_NO = Wording("a list"), Wording("an object"), Wording("true or false")
NUMBERS_MAX = 10**9


def read_results_json(data: bytes) -> Results:
    """
    Raises:
        Refused: no JSON, a field that is missing, unknown or of another type, or more than a limit allows.
    """
    try:
        shape = parse(data.removeprefix(b"\xef\xbb\xbf"))
    except BadJson as problem:
        raise Refused(
            Wording("The file is no JSON that can be read: {problem}.", problem=str(problem)), code="json"
        ) from None
    if isinstance(shape, dict):
        shape.pop("summary", None)  # the command prints it beside the results
        if isinstance(shape.get("activities"), list) and len(shape["activities"]) > ACTIVITIES_MAX:
            raise Refused(
                Wording("The file has more than {activities_max:,} activities.", activities_max=ACTIVITIES_MAX),
                code="too_many_activities",
            )
    results: Results = _checked(Results, shape, "results")
    return results


def _checked(hint: Any, value: Any, place: str) -> Any:
    """Return the value as a field of this type takes it; `place` is its path in the file."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = next(one for one in get_args(hint) if one is not type(None))
        return None if value is None else _checked(inner, value, place)
    if origin is tuple:
        inner = get_args(hint)[0]
        return tuple(
            _checked(inner, one, f"{place}[{number}]") for number, one in enumerate(_of(list, value, place, A_LIST))
        )
    if isinstance(origin, type) and issubclass(origin, Mapping):
        inner = get_args(hint)[1]
        return {
            name: _checked(inner, one, f"{place}.{name}") for name, one in _of(dict, value, place, AN_OBJECT).items()
        }
    if is_dataclass(hint):
        return _object(hint, value, place)
    if origin is Literal:
        return _text(get_args(hint), value, place)
    return value if hint is Any else _SIMPLE[hint](value, place)


def _object(cls: Any, value: Any, place: str) -> Any:
    hints, needed = _fields(cls)
    given = _of(dict, value, place, AN_OBJECT)
    for name in given:
        if name not in hints:
            raise _refused(f"{place}.{name}", name, Wording("one of {names}", names=", ".join(hints)))
    for name in needed:
        if name not in given:
            raise Refused(Wording("{place} has no {name}.", place=shorten(place, 100), name=name), code="field")
    return cls(**{name: _checked(hints[name], one, f"{place}.{name}") for name, one in given.items()})


@cache
def _fields(cls: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the types of the fields, and the names of those without a default."""
    needed = [one.name for one in fields(cls) if one.default is MISSING and one.default_factory is MISSING]
    return get_type_hints(cls), tuple(needed)


def _of(kind: type, value: Any, place: str, expected: Wording) -> Any:
    if type(value) is not kind:
        raise _refused(place, value, expected)
    return value


def _text(known: tuple[str, ...], value: Any, place: str) -> str:
    text = _line(value, place)
    if text not in known:
        raise _refused(place, value, Wording("one of {names}", names=", ".join(known)))
    return text


def _line(value: Any, place: str) -> str:
    text: str = _of(str, value, place, A_TEXT)
    if len(text) > TEXT_MAX:
        raise _refused(place, value, A_TEXT)
    return text


def _whole(value: Any, place: str) -> int:
    number: int = _of(int, value, place, A_WHOLE_NUMBER)
    if abs(number) > NUMBERS_MAX:
        raise _refused(place, value, A_WHOLE_NUMBER)
    return number


def _decimal(value: Any, place: str) -> Decimal:
    number = parse_decimal(value) if isinstance(value, str) else None
    if number is None:
        raise _refused(place, value, A_DECIMAL)
    return number


def _day(value: Any, place: str) -> date:
    day = parse_day(value) if isinstance(value, str) else None
    if day is None:
        raise _refused(place, value, A_DAY)
    return day


_SIMPLE: Mapping[Any, Callable[[Any, str], Any]] = {
    str: _line,
    int: _whole,
    bool: lambda value, place: _of(bool, value, place, YES_OR_NO),
    Decimal: _decimal,
    date: _day,
    Wording: lambda value, place: Wording.from_json(_line(value, place)),
}


def _refused(place: str, value: Any, expected: Wording) -> Refused:
    message = Wording(
        "{place} is “{shown}”, expected {expected}.",
        place=shorten(place, 100),
        shown=shorten(str(value)),
        expected=expected,
    )
    return Refused(message, code="field", where={"field": shorten(place, 100)})

"""
JSON as programs send it to us, and nothing that two readers could understand in two ways (RFC 8259, RFC 7493).

Refused: what is not UTF-8, NaN and infinite numbers, integers that a double cannot hold, a name twice in one object,
characters that no text has (half of a surrogate pair, NUL), and nesting deeper than anything here is.
"""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

DEPTH_MAX = 32
INTEGER_MAX = 2**53 - 1


class BadJson(ValueError):
    """The text is not JSON that everybody reads alike; the message says where or why."""


def parse(content: bytes) -> Any:
    """Raises: BadJson."""
    try:
        value = json.loads(
            content.decode(), object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int
        )
    except UnicodeDecodeError:
        raise BadJson("the body is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise BadJson(f"no JSON at line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise BadJson(f"nested deeper than {DEPTH_MAX}") from None
    for text in _texts(value):
        _check(text)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadJson(f"{twice[:60]!a} stands twice in one object")
    return made


def _constant(name: str) -> NoReturn:
    raise BadJson(f"{name} is no number of JSON")


def _float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise BadJson(f"{digits[:30]} is too large a number")
    return value


def _int(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > INTEGER_MAX:
        raise BadJson(f"{digits[:30]} is beyond ±{INTEGER_MAX}: send it as a string")
    return int(digits)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text, names included; a loop, because nesting is what is to be refused."""
    left = [(value, 1)]
    while left:
        part, depth = left.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict | list):
            if depth > DEPTH_MAX:
                raise BadJson(f"nested deeper than {DEPTH_MAX}")
            inside = [*part, *part.values()] if isinstance(part, dict) else part
            left += [(each, depth + 1) for each in inside]


def _check(text: str) -> None:
    if "\0" in text:
        raise BadJson("a text holds the character NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadJson("a text holds half of a surrogate pair") from None

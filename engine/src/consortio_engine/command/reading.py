"""Files in: text within its limit, JSON with the place of a fault, and the check against a schema."""

import json
import sys
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from consortio_engine.command.schema import Schema, faults_of

SIZE_MAX = 64 * 2**20  # bytes
STANDARD_INPUT = "-"


class Refused(Exception):
    """Input that cannot be used; `faults` holds one sentence for each fault, with its place."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class Unwritable(Exception):
    """A file that was asked for cannot be written."""


def read_text(place: str, size_max: int = SIZE_MAX) -> str:
    """
    Return the text of a file, or of standard input for "-".

    Raises:
        Refused: not there, not readable, larger than `size_max` bytes, or no UTF-8.
    """
    name = "standard input" if place == STANDARD_INPUT else place
    try:
        raw = _read_bytes(place, size_max + 1)
    except (OSError, ValueError) as fault:
        raise Refused([f"{name}: {getattr(fault, 'strerror', None) or fault}."]) from None
    if len(raw) > size_max:
        raise Refused([f"{name}: larger than {size_max // 2**20} MB."])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Refused([f"{name}: byte {fault.start} is no UTF-8."]) from None


def _read_bytes(place: str, count: int) -> bytes:
    if place == STANDARD_INPUT:
        return sys.stdin.buffer.read(count)
    with Path(place).open("rb") as stream:
        return stream.read(count)


def parse_json(text: str, name: str = "input") -> Any:
    """
    Return what the JSON text says.

    Raises:
        Refused: no JSON (with line and column), a name twice in one object, NaN or Infinity, nested too deeply.
    """
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_unique)
    except json.JSONDecodeError as fault:
        raise Refused([f"{name}, line {fault.lineno}, column {fault.colno}: {fault.msg}."]) from None
    except (_NotStrict, ValueError) as fault:  # ValueError: a number of thousands of digits
        raise Refused([f"{name}: {fault}"]) from None
    except RecursionError:
        raise Refused([f"{name}: nested too deeply."]) from None


class _NotStrict(Exception):
    """JSON that Python would take and the standard does not know."""


def _no_constant(word: str) -> NoReturn:
    raise _NotStrict(f"{word} is no number in JSON.")


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise _NotStrict(f"{text:.30} is too large a number.")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _NotStrict(f"{twice!r} stands twice in one object.")
    return found


def read_json(place: str, schema: str) -> Any:
    """
    Return the JSON of a file or of standard input, checked against one of our schemas.

    Args:
        place: a path or "-". schema: the name of a file in `schemas`, without ".json".

    Raises:
        Refused: every fault with its place.
    """
    return checked(parse_json(read_text(place), "standard input" if place == STANDARD_INPUT else place), schema)


def checked(value: Any, schema: str) -> Any:
    """Return the value itself; raise Refused with every fault where it does not fit the schema of that name."""
    try:
        faults = faults_of(load_schema(schema), value)
    except RecursionError:
        raise Refused(["nested too deeply."]) from None
    if faults:
        raise Refused(faults)
    return value


@cache
def load_schema(name: str) -> Schema:
    """The schema of that name from the folder `schemas`; it travels with the package."""
    text = files("consortio_engine.command").joinpath("schemas", f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]  # our own files


def write_text(place: str, text: str) -> None:
    """
    Write a file.

    Raises:
        Unwritable: with the reason.
    """
    try:
        Path(place).write_text(text, encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise Unwritable(f"{place}: {getattr(fault, 'strerror', None) or fault}.") from None

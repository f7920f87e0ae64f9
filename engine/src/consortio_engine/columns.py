"""Rows as columns of whole numbers; what is none is kept aside, to be refused with its value."""

from array import array
from collections.abc import Iterable
from dataclasses import MISSING, Field, fields
from operator import attrgetter, index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consortio_engine.errors import Fault
from consortio_engine.rows import NONE

Wrong = dict[tuple[type, str, int], object]  # kind of row, attribute, row -> a value that no column can hold

FLAGS = {bool, np.bool_}
LEAST, MOST = -(2**63), 2**63 - 1
BITS_SHOWN_MAX = 128
SIGNS_SHOWN_MAX = 40


def columns_of(row_type: type, rows: Iterable[Any], wrong: Wrong) -> dict[str, NDArray[np.int64]]:
    """
    Return one int64 array per attribute that is no float, None as NONE.

    Args:
        row_type: a dataclass of integers and flags; None is allowed where it is the default.
        wrong: takes what is no such number; its place holds the default, or 0.
    """
    rows = list(rows)
    return {
        field.name: _column(row_type, field, list(map(attrgetter(field.name), rows)), wrong)
        for field in fields(row_type)
        if field.type is not float
    }


def whole(field: Field[Any], value: Any) -> int | None:
    """The number that a column holds for the value of an attribute, NONE for no date; None where there is none."""
    if value is None:
        return NONE if field.default is None else None
    is_flag, kind = field.type is bool, type(value)
    if kind in FLAGS:
        return int(value) if is_flag else None
    try:
        number: int = value if kind is int else index(value)
    except TypeError:
        return None
    least, most = (0, 1) if is_flag else (LEAST, MOST)
    return number if least <= number <= most else None


def number_faults(wrong: Wrong) -> list[Fault]:
    """What is no number where there must be one, as sentences with the row and the value: row after row."""
    found = []
    kinds = list(dict.fromkeys(row_type for row_type, _, _ in wrong))
    for (row_type, name, row), value in sorted(wrong.items(), key=lambda one: (kinds.index(one[0][0]), one[0][2])):
        word = row_type.__name__
        wish = _wish(next(field for field in fields(row_type) if field.name == name), value)
        found.append(Fault(f"{word.lower()}_number", row, f"{word} {row} has {name} {_shown(value)}; it must {wish}."))
    return found


def _column(row_type: type, field: Field[Any], values: list[Any], wrong: Wrong) -> NDArray[np.int64]:
    # The types of all values at once: one after the other is looked at only where something is wrong.
    types = set(map(type, values))
    if type(None) in types and field.default is None:
        types.remove(type(None))
        if not types:
            return np.full(len(values), NONE, dtype=np.int64)
        values = [NONE if value is None else value for value in values]
    if field.type is bool and types <= {bool}:
        return np.array(values, dtype=np.int64)
    if field.type is not bool and not types & FLAGS:
        try:
            return np.array(array("q", values), dtype=np.int64)
        except (TypeError, OverflowError):
            pass
    held = [_held(row_type, field, row, value, wrong) for row, value in enumerate(values)]
    return np.array(held, dtype=np.int64)


def _held(row_type: type, field: Field[Any], row: int, value: object, wrong: Wrong) -> int:
    number = whole(field, value)
    if number is not None:
        return number
    wrong[row_type, field.name, row] = value
    if field.default is None:
        return NONE
    return 0 if field.default is MISSING else int(field.default)


def _wish(field: Field[Any], value: object) -> str:
    if field.type is bool:
        return "be true or false"
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return "lie within -2**63 and 2**63 - 1"
    return "be a whole number"


def _shown(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > BITS_SHOWN_MAX:  # Python refuses to write some of them
        return f"of {value.bit_length()} bits"
    text = str(value) if isinstance(value, int | float | np.generic) else repr(value)
    return text if len(text) <= SIGNS_SHOWN_MAX else text[: SIGNS_SHOWN_MAX - 1] + "…"

"""
What the standard has no place for, as the last line of an indicator's description: "Consortio: {…}", a JSON object.

Other programs show it as words; whoever imports the file here finds the KPI as it was.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from consortio.kpis.attainment import How
from consortio.kpis.periods import Frequency
from consortio.kpis.units import NotAUnit, unit_of
from consortio.strict_json import BadJson, parse

START = "Consortio: "


def with_line(text: str, said: Mapping[str, Any]) -> str:
    line = START + json.dumps(said, ensure_ascii=False)
    return f"{text}\n{line}" if text else line


def without_line(text: str) -> tuple[str, dict[str, Any]]:
    """Return the text without the line, and what the line says as far as it makes sense; whoever may have written it."""
    before, _break, last = text.rpartition("\n")
    if not last.startswith(START):
        return text, {}
    try:
        said = parse(last.removeprefix(START).encode())
    except BadJson:
        return text, {}
    if not isinstance(said, dict):
        return text, {}
    return before.rstrip(), {name: value for name, value in said.items() if name in FITS and FITS[name](value)}


def _is_unit(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) <= 100 and bool(unit_of(value))
    except NotAUnit:
        return False


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


FITS: Mapping[str, Callable[[Any], bool]] = {
    "kpi": lambda value: isinstance(value, str) and 0 < len(value) <= 40,
    "unit": _is_unit,
    "decimals": _whole(0, 6),
    "frequency": lambda value: value in list(Frequency),
    "fiscal_start": _whole(1, 12),
    "aggregation": lambda value: value in list(How),
    "better": lambda value: value in ("up", "down", "band"),
}

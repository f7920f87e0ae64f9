"""
Versions of rows, as HTTP says them: `ETag: "3"` beside a row, `If-Match: "3"` with a change of it.

A version is no validator for caches: dates and names around a row may change while nobody edits the row itself.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from ninja import Header
from pydantic import BeforeValidator, Field, WithJsonSchema

TAG = re.compile(r'"(\d{1,9})"')
MAX = 10**9 - 1


class AnyVersion(ValueError):
    """`If-Match: *` says only that the row is there, and saves over whatever somebody else wrote."""


class NoVersion(ValueError):
    """The header holds nothing that an ETag of ours ever said."""


def seen(header: str) -> int:
    """Return the version that an If-Match header names. Raises: AnyVersion, NoVersion."""
    if header.strip() == "*":
        raise AnyVersion
    named = TAG.fullmatch(header.strip())
    if named is None:
        raise NoVersion
    return int(named[1])


def version_in(data: Any) -> int | None:
    """Return the version of the row that an answer is about: its own, or that of the only row inside that has one."""
    if not isinstance(data, Mapping):
        return None
    if isinstance(own := data.get("version"), int):
        return own
    inside = [part["version"] for part in data.values() if isinstance(part, Mapping) and "version" in part]
    return inside[0] if len(inside) == 1 and isinstance(inside[0], int) else None


def tag(version: int) -> str:
    return f'"{version}"'


def _number(value: Any) -> Any:
    return seen(value) if isinstance(value, str) else value


Version = Annotated[
    int, Field(ge=0, le=MAX)
]  # in a body, where If-Match may say it instead: see consortio/api_calls.py
IfMatch = Annotated[  # for an operation without a body: `version: IfMatch = None`
    int | None,
    BeforeValidator(_number),
    WithJsonSchema({"type": "string", "pattern": f"^{TAG.pattern}$", "description": "the ETag of what you saw"}),
    Header(None, alias="If-Match"),
]

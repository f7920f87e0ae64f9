"""XML written element by element."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

Value: TypeAlias = str | int | float | bool | datetime | None

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def element(name: str, value: Value) -> Iterator[str]:
    """Yield the element; nothing for None."""
    if value is not None:
        yield f"<{name}>{_shown(value)}</{name}>\n"


def elements(values: Iterable[tuple[str, Value]]) -> Iterator[str]:
    for name, value in values:
        yield from element(name, value)


def group(name: str, inside: Iterable[str]) -> Iterator[str]:
    """Yield the element around others; nothing where there are none."""
    parts = list(inside)
    if parts:
        yield f"<{name}>\n"
        yield from parts
        yield f"</{name}>\n"


def tag(name: str, attributes: Mapping[str, Value], inside: Iterable[str] = ()) -> Iterator[str]:
    """Yield the element with its attributes, without those that are None, around others."""
    given = "".join(f" {key}={quoteattr(_bare(value))}" for key, value in attributes.items() if value is not None)
    parts = list(inside)
    if parts:
        yield f"<{name}{given}>\n"
        yield from parts
        yield f"</{name}>\n"
    else:
        yield f"<{name}{given}/>\n"


def text_tag(name: str, attributes: Mapping[str, Value], text: str) -> Iterator[str]:
    """Yield the element with its attributes around a text."""
    (opened,) = tag(name, attributes)
    yield f"{opened[:-3]}>{_shown(text)}</{name}>\n" if text else opened


def _shown(value: str | int | float | bool | datetime) -> str:
    return escape(_bare(value))


def _bare(value: str | int | float | bool | datetime) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, float):
        return f"{value:.12g}"
    return _NOT_IN_XML.sub("", value) if isinstance(value, str) else str(value)


def iso_duration(minutes: int | None) -> str | None:
    """Return minutes as MS Project writes them: PT8H0M0S."""
    if minutes is None:
        return None
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}PT{hours}H{rest}M0S"

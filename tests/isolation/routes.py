"""Every address of the hub, from the URLconf: a new page is observed by being there."""

import itertools
import os
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import get_resolver
from django.urls.converters import IntConverter, StringConverter, UUIDConverter
from django.urls.resolvers import RegexPattern, RoutePattern

IS_WHOLE = os.environ.get("WHOLE") == "1"  # said by bin/test --whole
CONVERTERS = {UUIDConverter: "uuid", IntConverter: "int", StringConverter: "str"}
GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Route:
    """
    An address with slots: "/circles/<circle_id>/notes".

    Args:
        slots: the name of each slot, and the kind of converter that reads it; "regex" for a group of a pattern.
    """

    template: str
    slots: tuple[tuple[str, str], ...]
    name: str
    view: Any

    def __str__(self) -> str:
        return self.template

    @property
    def is_api(self) -> bool:
        return self.template.startswith("/api/v1/")

    def filled(self, values: Mapping[str, Sequence[str]]) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield what was put into the slots, and the address."""
        for chosen in itertools.product(*(values[name] for name, _ in self.slots)):
            address = self.template
            for (name, _), value in zip(self.slots, chosen, strict=True):
                address = address.replace(f"<{name}>", value)
            yield chosen, address


@cache
def routes() -> tuple[Route, ...]:
    found = _routes(get_resolver().url_patterns, "/")
    return tuple({route.template: route for route in found}.values())  # the API names an address once for each method


def share(number: int, of: int) -> tuple[Route, ...]:
    """Return one of several shares of all addresses, which have no address in common and make up all together."""
    return tuple(route for route in routes() if zlib.crc32(route.template.encode()) % of == number % of)


def part(number: int, of: int) -> tuple[Route, ...]:
    """Return the share that every run asks; all addresses where everything is asked."""
    return routes() if IS_WHOLE else share(number, of)


def _routes(patterns: Any, before: str) -> Iterator[Route]:
    for entry in patterns:
        template, slots = _template(entry.pattern)
        if hasattr(entry, "url_patterns"):
            assert not slots, f"{template}: slots before an include are not read yet"
            yield from _routes(entry.url_patterns, before + template)
        else:
            yield Route(before + template, slots, entry.name or "", entry.callback)


def _template(pattern: Any) -> tuple[str, tuple[tuple[str, str], ...]]:
    if isinstance(pattern, RegexPattern):
        text = str(pattern).removeprefix("^").removesuffix("$")
        return GROUP.sub(r"<\1>", text), tuple((name, "regex") for name in GROUP.findall(text))
    assert isinstance(pattern, RoutePattern), f"{pattern}: teach me this kind"
    slots = tuple((name, _kind(converter)) for name, converter in pattern.converters.items())
    return re.sub(r"<\w+:(\w+)>", r"<\1>", str(pattern)), slots


def _kind(converter: Any) -> str:
    """Return the name of a converter of Django's; another one's slot is listed by its name, see `samples.SLOTS`."""
    return CONVERTERS.get(type(converter), "own")

"""YAML as texts, lists and tables of texts: no types, no tags, no references, and limits on the rest."""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import yaml

from consortio.interchange.plan import BYTES_MAX, Refused
from consortio.interchange.sheet import decode_text
from consortio.interchange.wording import Wording

DEPTH_MAX = 32
PARTS_MAX = 500_000
# The base loader knows texts alone: 1e999, dates and objects of Python stay the characters that they are.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# The slower of PyYAML's two parsers lets them pass when they are written as \uD800.
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"


def read_yaml(data: bytes) -> Tree:
    """
    Return the document's values.

    Raises:
        Refused: no YAML, an alias, a tag, a name twice in one table, or more than a limit allows.
    """
    if len(data) > BYTES_MAX:
        raise Refused(Wording("The file has more than {bytes_max:,} bytes.", bytes_max=BYTES_MAX), code="too_large")
    text, _ = decode_text(data)
    try:
        events = iter(yaml.parse(text, Loader=_LOADER))
        tree = _document(_checked(events))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        raise Refused(
            Wording("The file is no YAML from line {line} on; expected a proposal.", line=line),
            code="yaml",
            where={"line": line},
        ) from None
    return tree


def _checked(events: Iterator[Any]) -> Iterator[Any]:
    depth = 0
    for count, event in enumerate(events, 1):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise _refused(Wording("The file has a reference or a tag; expected plain YAML without any"), "alias", line)
        if isinstance(event, yaml.ScalarEvent) and _HALF_A_CHARACTER.search(event.value):
            raise _refused(Wording("A text holds half a character, which nothing can show"), "text", line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH_MAX or count > PARTS_MAX:
            raise _refused(Wording("The file has more parts or levels than are read"), "too_large", line)
        yield event


def _refused(problem: Wording, code: str, line: int) -> Refused:
    return Refused(Wording("{problem} (line {line}).", problem=problem, line=line), code=code, where={"line": line})


def _document(events: Iterator[Any]) -> Tree:
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            tree = _value(event, events)
            for _ in events:
                pass  # what follows is checked too
            return tree
    return ""


def _value(event: Any, events: Iterator[Any]) -> Tree:
    if isinstance(event, yaml.MappingStartEvent):
        return _table(events)
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(one, events) for one in _until(events, yaml.SequenceEndEvent)]
    text: str = event.value
    return "" if text in ("null", "~") and event.implicit[0] else text


def _table(events: Iterator[Any]) -> dict[str, Tree]:
    table: dict[str, Tree] = {}
    for key in _until(events, yaml.MappingEndEvent):
        name = key.value if isinstance(key, yaml.ScalarEvent) else None
        if name is None or name in table:
            line = key.start_mark.line + 1
            raise _refused(Wording("A name stands twice in one table, or is none"), "name", line)
        table[name] = _value(next(events), events)
    return table


def _until(events: Iterator[Any], end: type) -> Iterator[Any]:
    for event in events:
        if isinstance(event, end):
            return
        yield event

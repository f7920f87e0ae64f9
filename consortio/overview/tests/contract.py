"""What a new description of the API takes away from whoever was written for an old one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from consortio.deprecation import UNTIL

LOWER = ("maxLength", "maximum", "exclusiveMaximum", "maxItems")  # a smaller one takes less
HIGHER = ("minLength", "minimum", "exclusiveMinimum", "minItems")


def breaches(old: Mapping[str, Any], new: Mapping[str, Any], today: date) -> list[str]:
    """Return what was promised and is so no more. What was deprecated may go on its day."""
    return list(Comparison(old, new, today).all())


@dataclass
class Comparison:
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    today: date
    compared: set[tuple[str, str, bool]] = field(default_factory=set)

    def all(self) -> Iterator[str]:
        for path, operations in self.old["paths"].items():
            for method, before in operations.items():
                after = self.new["paths"].get(path, {}).get(method)
                where = f"{method.upper()} {path}"
                if after is not None:
                    yield from self.operation(before, after, where)
                elif UNTIL not in before or date.fromisoformat(before[UNTIL]) > self.today:
                    yield f"{where} is gone"

    def operation(self, before: Mapping, after: Mapping, where: str) -> Iterator[str]:
        if before["operationId"] != after["operationId"]:
            yield f"{where} is called {after['operationId']}"
        for way in before.get("security", ()):
            if way not in after.get("security", ()):
                yield f"{where} no longer lets in {way}"
        yield from self.parameters(before, after, where)
        yield from self.body(before.get("requestBody"), after.get("requestBody"), where)
        for status, answer in before["responses"].items():
            if status not in after["responses"]:
                yield f"{where} no longer answers {status}"
            else:
                yield from self.answer(answer, after["responses"][status], f"{where} {status}")

    def parameters(self, before: Mapping, after: Mapping, where: str) -> Iterator[str]:
        known, now = ({(p["in"], p["name"]): p for p in each.get("parameters", ())} for each in (before, after))
        for name in known.keys() - now.keys():
            yield f"{where} no longer takes {name[1]}"
        for name, parameter in now.items():
            if parameter.get("required") and not known.get(name, {}).get("required"):
                yield f"{where} now asks for {name[1]}"
        for name in known.keys() & now.keys():
            yield from self.schema(known[name]["schema"], now[name]["schema"], f"{where} {name[1]}", taken=True)

    def body(self, before: Mapping | None, after: Mapping | None, where: str) -> Iterator[str]:
        if before is None:
            if after is not None and after.get("required"):
                yield f"{where} now asks for a body"
            return
        yield from self.contents(before, after or {}, where, taken=True)

    def answer(self, before: Mapping, after: Mapping, where: str) -> Iterator[str]:
        before, after = resolved(self.old, before), resolved(self.new, after)
        for header in before.get("headers", {}).keys() - after.get("headers", {}).keys():
            yield f"{where} no longer has the header {header}"
        yield from self.contents(before, after, where, taken=False)

    def contents(self, before: Mapping, after: Mapping, where: str, *, taken: bool) -> Iterator[str]:
        for kind, content in before.get("content", {}).items():
            if kind not in after.get("content", {}):
                yield f"{where} no longer speaks {kind}"
            else:
                yield from self.schema(content["schema"], after["content"][kind]["schema"], where, taken=taken)

    def schema(self, before: Mapping, after: Mapping, where: str, *, taken: bool) -> Iterator[str]:
        """Compare what is taken, which may only widen, or what is given, which may only gain fields."""
        pair = (str(before), str(after), taken)
        if pair in self.compared:
            return
        self.compared.add(pair)
        before, after = resolved(self.old, before), resolved(self.new, after)
        if "anyOf" in before or "anyOf" in after:
            yield from self.alternatives(before, after, where, taken=taken)
            return
        if not suits(before.get("type"), after.get("type"), taken=taken):
            yield f"{where} was {before.get('type')} and is {after.get('type')}"
        if before.get("format") != after.get("format"):
            yield f"{where} was {before.get('format')} and is {after.get('format')}"
        if taken:
            yield from narrowed(before, after, where)
        yield from self.fields(before, after, where, taken=taken)
        for inside in ("items", "additionalProperties"):
            if isinstance(before.get(inside), Mapping) and isinstance(after.get(inside), Mapping):
                yield from self.schema(before[inside], after[inside], f"{where} each", taken=taken)

    def alternatives(self, before: Mapping, after: Mapping, where: str, *, taken: bool) -> Iterator[str]:
        """Whatever was taken has an alternative that takes it; whatever is given is one that was known."""
        olds, news = before.get("anyOf", [before]), after.get("anyOf", [after])
        for one in olds if taken else news:
            pairs = [(one, other) for other in news] if taken else [(other, one) for other in olds]
            found = [
                list(Comparison(self.old, self.new, self.today).schema(*pair, where, taken=taken)) for pair in pairs
            ]
            if all(found):
                yield min(found, key=len)[0]

    def fields(self, before: Mapping, after: Mapping, where: str, *, taken: bool) -> Iterator[str]:
        known, now = before.get("properties", {}), after.get("properties", {})
        for name in known.keys() - now.keys():
            yield f"{where} has no {name} any more"
        for name in set(after.get("required", ())) - set(before.get("required", ())) if taken else ():
            yield f"{where} now asks for {name}"
        for name in set(before.get("required", ())) & now.keys() - set(after.get("required", ())) if not taken else ():
            yield f"{where} may lack {name}"
        for name in known.keys() & now.keys():
            yield from self.schema(known[name], now[name], f"{where} {name}", taken=taken)


def resolved(document: Mapping[str, Any], found: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in found:
        _, _, kind, name = found["$ref"].split("/")
        found = document["components"][kind][name]
    return found


def suits(before: str | None, after: str | None, *, taken: bool) -> bool:
    narrow, wide = (before, after) if taken else (after, before)
    return narrow == wide or (wide is None) or (narrow, wide) == ("integer", "number")


def narrowed(before: Mapping, after: Mapping, where: str) -> Iterator[str]:
    """Yield how fewer values are taken than before. What is given may have new values: enumerations are open."""
    choices = after.get("enum") or ([after["const"]] if "const" in after else None)
    known = before.get("enum") or ([before["const"]] if "const" in before else None)
    if choices is not None and (known is None or not set(known) <= set(choices)):
        yield f"{where} takes only {choices}"
    for name in (*LOWER, *HIGHER):
        limit, was = after.get(name), before.get(name)
        if limit is not None and (was is None or (limit < was if name in LOWER else limit > was)):
            yield f"{where} has {name} {limit}, which was {was}"
    if after.get("pattern") not in (None, before.get("pattern")):
        yield f"{where} has to look like {after['pattern']}"

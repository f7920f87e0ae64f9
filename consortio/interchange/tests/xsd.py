"""
Whether an XML document follows a schema, as far as the schemas of IATI go; anything else in a schema is an error here.

Sequences, attributes and simple types: IATI's schemas have neither choices nor substitutions, so a document is followed from
its root down, one element after another.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

XSD = "{http://www.w3.org/2001/XMLSchema}"
XML = "{http://www.w3.org/XML/1998/namespace}"
Node = ElementTree.Element


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text.strip(), re.ASCII) is not None


def _parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        try:
            parse(text.strip())
        except ValueError:
            return False
        return True

    return fits


SIMPLE: dict[str, Callable[[str], bool]] = {
    "string": lambda text: True,
    "anyURI": lambda text: True,
    "NMTOKEN": _matches(r"[\w.:-]+"),
    "boolean": _matches("true|false|0|1"),
    "decimal": _matches(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "int": _matches(r"[+-]?\d{1,10}"),
    "nonNegativeInteger": _matches(r"\+?\d+|-0+"),
    "positiveInteger": _matches(r"\+?0*[1-9]\d*"),
    "date": _parses(lambda text: date.fromisoformat(re.sub(r"(Z|[+-]\d\d:\d\d)$", "", text))),
    "dateTime": _parses(datetime.fromisoformat),
}


class Schema:
    def __init__(self, path: Path) -> None:
        self._elements: dict[str, Node] = {}
        self._types: dict[str, Node] = {}
        self._shared: dict[str, Node] = {}
        self._read(path)

    def _read(self, path: Path) -> None:
        for node in ElementTree.parse(path).getroot():
            kind = node.tag.removeprefix(XSD)
            if kind == "include":
                self._read(path.parent / node.attrib["schemaLocation"])
            elif kind == "element":
                self._elements[node.attrib["name"]] = node
            elif kind == "complexType":
                self._types[node.attrib["name"]] = node
            elif kind == "attribute":
                self._shared[node.attrib["name"]] = node
            elif kind not in ("annotation", "import"):
                raise NotImplementedError(kind)

    def faults(self, data: bytes) -> list[str]:
        """Return what in the document does not follow the schema."""
        root = ElementTree.fromstring(data)
        return list(self._element(root, self._elements[root.tag], root.tag))

    def _element(self, found: Node, declared: Node, path: str) -> Iterator[str]:
        own = declared.find(f"{XSD}complexType")
        name = declared.get("type", "")
        if own is not None:
            yield from self._complex(found, own, path)
        elif name.startswith("xsd:"):
            yield from self._simple(found.text or "", name, path)
        elif name:
            yield from self._complex(found, self._types[name], path)

    def _simple(self, text: str, name: str, path: str) -> Iterator[str]:
        if not SIMPLE[name.removeprefix("xsd:")](text):
            yield f"{path}: {text[:40]!r} is no {name}"

    def _complex(self, found: Node, declared: Node, path: str) -> Iterator[str]:
        particles, attributes, base = self._parts(declared)
        yield from self._attributes(found, attributes, path)
        if base:
            yield from self._simple(found.text or "", base, path)
        elif "".join([found.text or "", *(child.tail or "" for child in found)]).strip():
            yield f"{path}: text between elements"
        yield from self._sequence(list(found), particles, path)

    def _parts(self, declared: Node) -> tuple[list[Node], list[Node], str]:
        """Return the particles, the attributes, and the simple type of the text."""
        particles: list[Node] = []
        attributes: list[Node] = []
        base = ""
        for node in declared:
            kind = node.tag.removeprefix(XSD)
            if kind == "sequence":
                particles += [one for one in node if one.tag != f"{XSD}annotation"]
            elif kind in ("attribute", "anyAttribute"):
                attributes.append(node)
            elif kind in ("simpleContent", "complexContent"):
                (extension,) = node
                inner = self._parts(extension)
                base = extension.attrib["base"]
                outer = ([], [], base) if base.startswith("xsd:") else self._parts(self._types[base])
                particles, attributes, base = outer[0] + inner[0], attributes + outer[1] + inner[1], outer[2]
            elif kind != "annotation":
                raise NotImplementedError(kind)
        return particles, attributes, base

    def _attributes(self, found: Node, declared: list[Node], path: str) -> Iterator[str]:
        known = {}
        for node in declared:
            name = node.get("name") or node.get("ref", "").replace("xml:", XML)
            if name:
                known[name] = node
                if node.get("use") == "required" and name not in found.attrib:
                    yield f"{path}: no attribute {name}"
        for name, value in found.attrib.items():
            if name == f"{XML}lang":
                if not re.fullmatch("([A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)?", value):
                    yield f"{path}: {value!r} is no language"
            elif name in known:
                declared_type = self._shared.get(known[name].get("ref", ""), known[name]).get("type", "xsd:string")
                yield from self._simple(value, declared_type, f"{path}/@{name}")
            elif not name.startswith("{"):
                yield f"{path}: unknown attribute {name}"

    def _sequence(self, children: list[Node], particles: list[Node], path: str) -> Iterator[str]:
        rest = iter([*children, None])
        child = next(rest)
        for particle in particles:
            kind = particle.tag.removeprefix(XSD)
            if kind not in ("element", "any"):
                raise NotImplementedError(kind)
            name = particle.get("name") or particle.get("ref", "")
            most = particle.get("maxOccurs", "1")
            count = 0
            while child is not None and self._fits(child, kind, name) and (most == "unbounded" or count < int(most)):
                count += 1
                if kind == "element":
                    declared = self._elements[name] if particle.get("ref") else particle
                    yield from self._element(child, declared, f"{path}/{name}")
                child = next(rest)
            if count < int(particle.get("minOccurs", "1")):
                yield f"{path}: {name} is missing"
        if child is not None:
            yield f"{path}: {child.tag} is not expected here"

    def _fits(self, child: Node, kind: str, name: str) -> bool:
        return child.tag.startswith("{") if kind == "any" else child.tag == name

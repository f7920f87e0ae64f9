"""XML as a stream of records, with a limit on everything that a hostile file could make large."""

from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from consortio.interchange import xml_encoding
from consortio.interchange.plan import BYTES_MAX, Refused
from consortio.interchange.wording import Wording

DEPTH_MAX = 64
ELEMENTS_MAX = 2_000_000
VALUE_BYTES_MAX = 1024 * 1024
# What expat says of a file that is no XML, for translators to find; it says it in English.
REASONS = (
    Wording("not well-formed (invalid token)"),
    Wording("syntax error"),
    Wording("no element found"),
    Wording("unclosed token"),
    Wording("partial character"),
    Wording("mismatched tag"),
    Wording("duplicate attribute"),
    Wording("junk after document element"),
    Wording("undefined entity"),
    Wording("reference to invalid character number"),
    Wording("XML or text declaration not at start of entity"),
    Wording("encoding specified in XML declaration is incorrect"),
    Wording("unclosed CDATA section"),
    Wording("unbound prefix"),
)


class Node:
    """An element with elements inside: `values` holds those that are only text, `nodes` the others."""

    __slots__ = ("line", "name", "nodes", "values")

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = line
        self.values: dict[str, str] = {}
        self.nodes: list[Node] = []

    def inside(self, *path: str) -> list["Node"]:
        """Return the elements at the end of the path, in the order they stand."""
        found = [self]
        for name in path:
            found = [node for one in found for node in one.nodes if node.name == name]
        return found


class RecordStream:
    """
    Reads a document of the shape root / container / record.

    `take(container, record)` is called for every record as it ends, and nothing of it is kept. The root's own texts
    are in `root.values` at the end. Elements named in `skipped`, with all inside, only count.
    """

    def __init__(self, take: Callable[[str, Node], None], skipped: frozenset[str]) -> None:
        self.root = Node("", 0)
        self._take = take
        self._skipped = skipped
        self._open: list[Node] = []
        self._text: list[str] = []
        self._text_length = 0
        self._skip_depth = 0
        self._elements = 0
        self._local: dict[str, str] = {}
        self._parser: Any = None

    def read(self, data: bytes) -> Node:
        """
        Return the root with its own texts.

        Raises:
            Refused: no well-formed XML, a document type, an encoding that is not read, or more than a limit allows.
        """
        if len(data) > BYTES_MAX:
            raise Refused(
                Wording(
                    "The file has {count:,} bytes; expected at most {bytes_max:,}.",
                    count=len(data),
                    bytes_max=BYTES_MAX,
                ),
                code="too_large",
            )
        self._parser, pieces = xml_encoding.new_parser(data)
        self._listen(self._parser)
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._refused_by_expat(error) from None
        return self.root

    def _listen(self, parser: Any) -> None:
        parser.buffer_text = True
        parser.buffer_size = 65536
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._count_element()
        local = self._local.get(name) or self._remember(name)
        if self._skip_depth or local in self._skipped:
            self._skip_depth += 1
            self._check_depth(len(self._open) + self._skip_depth)
            return
        self._open.append(Node(local, self._parser.CurrentLineNumber))
        self._check_depth(len(self._open))
        if self._text:
            self._text, self._text_length = [], 0

    def _count_element(self) -> None:
        self._elements += 1
        if self._elements > ELEMENTS_MAX:
            raise self._refused(
                Wording("The file has more than {elements_max:,} elements; expected fewer", elements_max=ELEMENTS_MAX),
                "too_many_elements",
            )

    def _remember(self, name: str) -> str:
        local = name.rpartition(" ")[2]
        if len(self._local) < 5000:
            self._local[name] = local
        return local

    def _check_depth(self, depth: int) -> None:
        if depth > DEPTH_MAX:
            raise self._refused(
                Wording("Elements are nested more than {depth_max} deep; expected fewer levels", depth_max=DEPTH_MAX),
                "too_deep",
            )

    def _end(self, _name: str) -> None:
        if self._skip_depth:
            self._skip_depth -= 1
            return
        node = self._open.pop()
        depth = len(self._open)
        if depth == 0:
            self.root = node
        elif depth == 2 and (node.values or node.nodes):
            self._take(self._open[1].name, node)
        elif node.values or node.nodes:
            self._open[-1].nodes.append(node)
        else:
            self._open[-1].values.setdefault(node.name, "".join(self._text))
        if self._text:
            self._text, self._text_length = [], 0

    def _characters(self, text: str) -> None:
        if self._skip_depth:
            return
        self._text_length += len(text)
        if self._text_length > VALUE_BYTES_MAX:
            raise self._refused(
                Wording("One value is longer than a million characters; expected less"), "value_too_long"
            )
        self._text.append(text)

    def _doctype(self, *_declaration: Any) -> None:
        raise self._refused(
            Wording("The file declares a document type or an entity; expected plain XML without any"), "doctype"
        )

    def _refused(self, problem: Wording, code: str = "xml") -> Refused:
        line = self._parser.CurrentLineNumber
        return Refused(Wording("{problem} (line {line}).", problem=problem, line=line), code=code, where={"line": line})

    def _refused_by_expat(self, error: expat.ExpatError) -> Refused:
        reason = Wording(expat.ErrorString(error.code))
        return Refused(
            Wording(
                "The XML breaks off at line {line}, column {column}: {reason}; expected well-formed XML.",
                line=error.lineno,
                column=error.offset + 1,
                reason=reason,
            ),
            code="xml",
            where={"line": error.lineno, "column": error.offset + 1},
        )

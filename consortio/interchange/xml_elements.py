"""XML as a stream of whole elements with their attributes, within the limits of `mspdi_xml`."""

from collections.abc import Callable, Iterator
from typing import Any

from consortio.interchange.mspdi_xml import VALUE_BYTES_MAX, RecordStream
from consortio.interchange.wording import Wording

XML_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang"


class Element:
    """An element with its own text; a name from another namespace has the namespace and a space before it."""

    __slots__ = ("attributes", "children", "line", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.children: list[Element] = []
        self.text = ""

    def attribute(self, name: str) -> str:
        return self.attributes.get(name, "").strip()

    def first(self, *path: str) -> "Element | None":
        return next(self.all(*path), None)

    def all(self, *path: str) -> Iterator["Element"]:
        """Yield the elements at the end of the path, in the order they stand."""
        name, rest = path[0], path[1:]
        for child in self.children:
            if child.name == name:
                yield from child.all(*rest) if rest else (child,)

    def everything(self) -> Iterator["Element"]:
        """Yield all elements inside, however deep."""
        for child in self.children:
            yield child
            yield from child.everything()


class ElementStream(RecordStream):
    """
    Reads a document whose root holds one element after another.

    `begin(root)` is called when the root opens; `take(element)` for every element in it as it ends, and nothing of
    it is kept.
    """

    def __init__(self, begin: Callable[[Element], None], take: Callable[[Element], None]) -> None:
        super().__init__(lambda _container, _record: None, frozenset())
        self.encoding = "UTF-8"
        self._begin = begin
        self._take_element = take
        self._around: list[Element] = []
        self._own_text: list[list[str]] = []

    def _listen(self, parser: Any) -> None:
        super()._listen(parser)
        parser.XmlDeclHandler = self._declaration

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding or "UTF-8"

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count_element()
        self._check_depth(len(self._around) + 1)
        element = Element(name, attributes, self._parser.CurrentLineNumber)
        if not self._around:
            self._begin(element)
        self._around.append(element)
        self._own_text.append([])
        self._text_length = 0

    def _characters(self, text: str) -> None:
        self._text_length += len(text)
        if self._text_length > VALUE_BYTES_MAX:
            raise self._refused(
                Wording("One value is longer than a million characters; expected less"), "value_too_long"
            )
        if len(self._around) > 1:
            self._own_text[-1].append(text)

    def _end(self, _name: str) -> None:
        element = self._around.pop()
        element.text = "".join(self._own_text.pop()).strip()
        if len(self._around) == 1:
            self._take_element(element)
        elif self._around:
            self._around[-1].children.append(element)

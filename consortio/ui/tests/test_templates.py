"""Every template of the project: nothing inline, and no word that a translator cannot reach."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from consortio.ui.assets import symbols
from tests.repository.tree import of_each

from .conftest import PACKAGE

TEMPLATES = sorted(path for path in PACKAGE.glob("*/templates/**/*.html"))
SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title"}
NOT_WORDS = {"code", "kbd", "script", "style"}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "rect", "circle", "use", "source", "wbr"}
SAME_EVERYWHERE = {"Consortio", "Esc", "Ctrl"}  # the product's name and what is printed on keys
# Which argument of a function or macro is the name of a symbol.
SIGN_AT = {"icon": 0, "sprite": 0, "button": 1, "state": 1, "link_button": 2, "dialog_button": 2, "menu_button": 2}
CLASSES = {"shell_class", "page_class"}  # blocks that hold names of classes
GETTEXT = {"_", "gettext", "ngettext", "pgettext", "npgettext"}


def name_of(path: Path) -> str:
    return "/".join(path.parts[-2:])


class Words(HTMLParser):
    """Collect the words of a page's own markup that stand in its text or in an attribute that is spoken."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.closed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kept = tag in NOT_WORDS or given.get("translate") == "no" or ("lang" in given and tag != "html")
        if tag not in VOID and (self.closed or kept):
            self.closed.append(tag)
        for name in SPOKEN & set(given):
            self._take(given[name] or "")

    def handle_endtag(self, tag: str) -> None:
        if self.closed and self.closed[-1] == tag:
            self.closed.pop()

    def handle_data(self, data: str) -> None:
        if not self.closed:
            self._take(data)

    def _take(self, text: str) -> None:
        self.found += [word for word in re.findall(r"[^\W\d_]{2,}", text) if word not in SAME_EVERYWHERE]


def own_words(env: Environment, source: str) -> list[str]:
    """Return the words that stand in the markup itself or in an expression, outside gettext."""
    tree = env.parse(source)
    markup = ""
    for piece in _pieces(tree):  # an expression counts as a figure, or as a name where a tag is called by it
        shown = "x" if markup.endswith(("<", "</")) else "0"
        markup += piece.data if isinstance(piece, nodes.TemplateData) else shown
    reader = Words()
    reader.feed(markup)
    return reader.found + _sentences(tree)


def _pieces(node: nodes.Node) -> list[nodes.Node]:
    if isinstance(node, nodes.Block) and node.name in CLASSES:
        return []
    if isinstance(node, nodes.Output):
        return list(node.nodes)
    return [piece for child in node.iter_child_nodes() for piece in _pieces(child)]


def _sentences(node: nodes.Node) -> list[str]:
    """Return the constants that begin like a sentence and are not handed to gettext."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in GETTEXT:
        return []
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return [node.value] if re.match(r"[A-Z][a-z]+( |$)", node.value) and node.value not in SAME_EVERYWHERE else []
    return [found for child in node.iter_child_nodes() for found in _sentences(child)]


def symbols_named(tree: nodes.Node) -> set[str]:
    """Return the symbols of the sprite that a template asks for by name, itself or through a macro."""
    named = set()
    for call in tree.find_all(nodes.Call):
        place = SIGN_AT.get(getattr(call.node, "name", ""))
        if place is None:
            continue
        given = [*call.args[place : place + 1], *(pair.value for pair in call.kwargs if pair.key == "sign")]
        named |= {one.value for one in given if isinstance(one, nodes.Const) and one.value}
    return named


@of_each(TEMPLATES, name_of)
def test_every_template_knows_its_filters(path, env):
    assert env.compile(path.read_text(encoding="utf-8"), name_of(path)) is not None


@of_each(TEMPLATES, name_of)
def test_every_icon_exists(path, env):
    assert symbols_named(env.parse(path.read_text(encoding="utf-8"))) - set(symbols()) == set()


def test_the_search_for_icons_bites(env):
    tree = env.parse(
        "{{ icon('a') }}{{ button(_('X'), sign='b') }}{{ link_button('X', '/', 'c') }}{{ state('X', 'd') }}"
    )

    assert symbols_named(tree) == {"a", "b", "c", "d"}


@of_each(TEMPLATES, name_of)
def test_nothing_is_inline(path):
    source = path.read_text(encoding="utf-8")

    found = re.findall(r"""\sstyle=|\son[a-z]+=|<style|javascript:|hx-on|<script(?![^>]*nonce=)""", source)

    assert found == []


@of_each(TEMPLATES, name_of)
def test_every_word_goes_through_gettext(path, env):
    assert own_words(env, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{% trans %}Hello{% endtrans %}</p>", []),
        ('<a aria-label="Next page">{{ icon("right") }}</a>', ["Next", "page"]),
        ("{{ button('Save it') }}", ["Save it"]),
        ("{{ button(_('Save it')) }}", []),
        ("<p lang='de'>Hallo</p><p>there</p>", ["there"]),
    ],
)
def test_the_check_for_words_bites(env, source, found):
    assert own_words(env, source) == found

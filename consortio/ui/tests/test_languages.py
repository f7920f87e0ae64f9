"""What pybabel finds: the commands of docs/design-system.md rest on babel.cfg."""

import ast

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg

from .conftest import PACKAGE

ROOT = PACKAGE.parent


def _found(folder: str) -> list[tuple[str, object]]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(["_lazy", "gettext_lazy", "Wording"])}
    found = extract_from_dir(ROOT, methods, options, keywords)
    return [(path, message) for path, _, message, _, _ in found if path.startswith(folder)]


def test_messages_of_templates_and_of_python_are_extracted():
    found = _found("consortio/ui")

    messages = {message for _, message in found}
    assert "Skip to content" in messages  # {% trans %} in a template
    assert "Who sees this" in messages  # _() in a template
    assert "Calm" in messages  # gettext_lazy in Python
    assert ("One thing is not right yet", "%(count)s things are not right yet") in messages
    assert [path for path, _ in found if "/tests/" in path] == []


def test_what_is_said_about_files_is_extracted():
    """Also of those files that no test has: every text a finding or a refusal is made with stands in a call."""
    found = {message for _, message in _found("consortio/interchange")}
    sources = sorted((PACKAGE / "interchange").glob("*.py"))
    calls = [
        node
        for path in sources
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Wording"
    ]

    texts = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    others = sorted(ast.unparse(call.args[0]) for call in calls if not isinstance(call.args[0], ast.Constant))

    assert (len(texts) > 150, texts - found) == (True, set())
    # Texts that are written down elsewhere in such a call.
    assert others == [
        "MESSAGES.get(found.code, UNKNOWN).text",
        "expat.ErrorString(error.code)",
        "known.text",
        "sentence.text",
    ]


def test_the_command_of_the_document_finds_them_too():
    document = (ROOT / "docs" / "design-system.md").read_text(encoding="utf-8")
    assert "-k Wording " in document[document.index("pybabel extract") :].partition("\n")[0]

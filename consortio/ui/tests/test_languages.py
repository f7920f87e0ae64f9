"""What pybabel finds: the commands of docs/design-system.md rest on babel.cfg."""

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg

from .conftest import PACKAGE

ROOT = PACKAGE.parent


def test_messages_of_templates_and_of_python_are_extracted():
    with (ROOT / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(["_lazy", "gettext_lazy"])}

    found = [
        (path, message)
        for path, _, message, _, _ in extract_from_dir(ROOT, methods, options, keywords)
        if path.startswith("consortio/ui")
    ]

    messages = {message for _, message in found}
    assert "Skip to content" in messages  # {% trans %} in a template
    assert "Who sees this" in messages  # _() in a template
    assert "Calm" in messages  # gettext_lazy in Python
    assert ("One thing is not right yet", "%(count)s things are not right yet") in messages
    assert [path for path, _ in found if "/tests/" in path] == []

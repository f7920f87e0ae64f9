"""docs/design-system.md repeats what the stylesheets say; here the two are compared."""

import re

from .conftest import PACKAGE, UI
from .test_contrast import LINES_MIN, WORDS_MIN

DOCUMENT = (PACKAGE.parent / "docs/design-system.md").read_text(encoding="utf-8")
TOKENS = (UI / "static/ui/css/tokens.css").read_text(encoding="utf-8")


def pixels(prefix: str) -> list[str]:
    sizes = re.findall(rf"{prefix}[a-z0-9]+: ([0-9.]+)rem;", TOKENS)
    return [f"{float(size) * 16:g}" for size in sizes]


def test_the_document_knows_the_sizes():
    assert f"{' '.join(pixels('--text-'))} px. 14 is the body" in DOCUMENT
    assert f"{' '.join(pixels('--space-'))} px. 1–3 inside" in DOCUMENT


def test_the_document_knows_the_contrast():
    assert f"at least {WORDS_MIN:g}:1 on every ground and lines that carry meaning {LINES_MIN:g}:1" in DOCUMENT


def test_every_token_named_there_exists():
    named = set(re.findall(r"`(--[a-z0-9-]+)`", DOCUMENT.split("## Tokens")[1].split("## Layout")[0]))

    assert len(named) > 20
    assert {name for name in named if f"{name}: " not in TOKENS} == set()


def test_every_file_named_there_exists():
    for path in re.findall(r"`(ui/[a-z/]+(?:\.py|/))`", DOCUMENT):
        assert (PACKAGE / path).exists(), path

"""Where a document repeats what the code knows, the two are compared; and its links lead somewhere."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest

from . import test_code
from .tree import ROOT, files, name, of_each

DOCUMENTS = [path for path in files() if path.suffix == ".md"]
PAGES = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("0*.md"))


def words(document: str) -> str:
    return " ".join((ROOT / document).read_text().split())


def links(text: str) -> list[str]:
    return [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]


@of_each(DOCUMENTS)
def test_links_lead_somewhere(path):
    assert [target for target in links(path.read_text()) if target and not (path.parent / target).exists()] == []


def test_the_search_for_links_bites():
    assert links("see [this](docs/none.md#there) and [that](https://example.org)") == ["docs/none.md"]


@of_each(sorted((ROOT / "docs").glob("*.md")))
def test_every_page_is_found_from_the_readme(path):
    assert name(path) in links((ROOT / "README.md").read_text())


@of_each(DOCUMENTS)
def test_scripts_that_documents_name_exist(path):
    named = set(re.findall(r"(?<![\w/.])bin/[a-z_]+", path.read_text()))
    assert [script for script in sorted(named) if not (ROOT / script).exists()] == []


def test_the_index_lists_every_decision_once():
    text = (ROOT / "docs" / "decisions" / "README.md").read_text()
    assert sorted(links(text)) == PAGES
    for page in PAGES:
        title = (ROOT / "docs" / "decisions" / page).read_text().splitlines()[0].removeprefix("# ")
        number, what = title.split(" ", 1)
        assert page.startswith(number) and f"[{number}]({page}) | {what} |" in text


@pytest.mark.parametrize("page", PAGES)
def test_decisions_have_one_shape(page):
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "decisions" / page).read_text(), re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences"]


def test_the_readme_knows_the_default_address(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "bin"))
    monkeypatch.setattr("sys.argv", ["bin/run"])
    script = runpy.run_path(str(ROOT / "bin" / "run"), run_name="read")

    defaults = script["_arguments"]()

    assert f"<http://{defaults.host}:{defaults.port}>" in words("README.md")


def test_documents_know_the_oldest_python():
    floor = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    assert f"Python {floor} or later" in words("README.md")
    assert f'"{floor}"' in (ROOT / "pyproject.toml").read_text().split("[tool.mypy]")[1].split("\n[")[0]


def test_contributing_knows_the_limits():
    nine, lines, screen = test_code.NINE_IN_TEN, test_code.LINES, test_code.STATEMENTS
    assert f"nine in ten within {nine}, none above {screen}; files within {lines}" in words("CONTRIBUTING.md")


def test_contributing_names_every_layer_of_a_feature():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(c for c in contracts if c["name"].startswith("Inside a feature"))["layers"]
    wanted = [word.strip("() ") for layer in layers for word in layer.split("|")]
    shown = re.findall(r"`([a-z]+)\.py`", words("CONTRIBUTING.md").split("a check refuses the rest")[1].split("## ")[0])
    assert list(dict.fromkeys(shown)) == [layer for layer in wanted if layer != "apps"]


def test_the_version_is_said_once():
    text = (Path(ROOT) / "consortio" / "__init__.py").read_text()
    assert len(re.findall(r'__version__ = "\d+\.\d+\.\d+"', text)) == 1

"""The glossary's table of rights, and the page that shows how everything hangs together, against the code."""

import re
import tomllib

from django.conf import settings

from consortio.access.actor import ROLES, Permission
from consortio.access.models import Kind

from .tree import ROOT

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
KINDS = {"public": "Public", "joint": "Joint", "side": "Side circle", "house": "In-house", "body": "Body"}


def rows(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading, its own head first."""
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def layers() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    order = next(one for one in contracts if one["name"] == "Features know only the features below them")["layers"]
    return [layer.strip("()") for layer in order]


def test_the_glossary_gives_each_role_the_rights_that_the_code_gives_it():
    head, *rights = rows(GLOSSARY, "Roles and what they may do")
    roles = head[2:]
    told = {role: {row[1].strip("`") for row in rights if row[2 + at] == "●"} for at, role in enumerate(roles)}

    assert told == {role: {str(one) for one in permissions} for role, permissions in ROLES.items()}
    assert [row[1].strip("`") for row in rights] == [str(one) for one in Permission]
    assert {cell for row in rights for cell in row[2:]} == {"●", "·"}


def test_the_glossary_knows_every_kind_of_circle():
    words = [row[0] for row in rows(GLOSSARY, "Who sees what")]
    assert set(KINDS) == set(Kind)
    assert [word for word in KINDS.values() if word not in words] == []


def test_no_word_is_explained_twice():
    words = re.findall(r"^\| ([A-Z][^|]*) \|", GLOSSARY, re.MULTILINE)
    assert sorted(words) == sorted(set(words))
    assert len(words) > 50


def test_the_architecture_lists_every_part_in_the_order_of_the_contract():
    listed = [row[0].strip("`") for row in rows(ARCHITECTURE, "The order of the parts")[1:]]
    assert listed == [layer for layer in layers() if layer in listed]
    folders = {layer for layer in layers() if (ROOT / "consortio" / layer).is_dir()}
    assert set(settings.FEATURES) | folders <= set(listed)


def test_the_picture_names_what_the_page_explains():
    picture = (ROOT / "docs" / "architecture.svg").read_text()
    said = " ".join(re.findall(r"<text[^>]*>([^<]+)</text>", picture))
    for word in ("views", "api", "jobs", "actions", "reads", "gate", "record", "wall", "engine", "interchange"):
        assert word in said
        assert re.search(rf"\b{word}\b", ARCHITECTURE)


def test_pictures_are_small_and_shown():
    pictures = sorted((ROOT / "docs" / "pictures").glob("*.png"))
    readme = (ROOT / "README.md").read_text()
    assert len(pictures) == 2
    assert [path.name for path in pictures if path.stat().st_size > 200_000] == []
    assert [path.name for path in pictures if f"docs/pictures/{path.name}" not in readme] == []

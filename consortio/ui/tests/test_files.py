"""Stylesheets, scripts, icons and other people's files, as they lie in the folder."""

import base64
import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from consortio.ui.assets import SCRIPTS, STYLES, asset

from .conftest import PACKAGE, UI

STATIC = UI / "static"
SHEETS = [STATIC / path for path in STYLES]
FEATURE_SHEETS = sorted(PACKAGE.glob("*/static/**/*.css"))
OWN_SCRIPTS = sorted(PACKAGE.glob("*/static/*/js/*.js"))
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
MANIFEST = STATIC / "vendor/manifest.toml"
VENDORED = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["file"]
SET_FROM_OUTSIDE = {"--hue", "--tone", "--level"}  # by the classes hue-… and depth-…


def text_of(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("file", VENDORED, ids=lambda file: file["path"])
def test_a_vendored_file_is_the_one_that_was_published(file):
    path = (MANIFEST.parent / file["path"]).resolve()

    found = base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()

    assert found == file["sha384"]
    assert (MANIFEST.parent / file["licence_path"]).is_file()


def test_every_file_of_other_people_is_in_the_manifest():
    listed = {(MANIFEST.parent / file["path"]).resolve() for file in VENDORED}

    assert {*STATIC.glob("vendor/*.js"), *STATIC.glob("ui/fonts/*.woff2")} == listed


def test_the_manifest_names_packages_and_no_addresses():
    assert "://" not in MANIFEST.read_text(encoding="utf-8")


def test_every_stylesheet_is_linked_in_an_order_that_begins_with_tokens():
    assert {path.name for path in SHEETS} == {path.name for path in STATIC.glob("ui/css/*.css")}
    assert [path.stem for path in SHEETS[:3]] == ["tokens", "base", "layout"]


@pytest.mark.parametrize("sheet", FEATURE_SHEETS, ids=lambda path: path.name)
def test_a_stylesheet_lies_in_a_layer(sheet):
    body = text_of(sheet).replace("@layer tokens, base, layout, components;", "").strip()

    assert re.fullmatch(r"@layer (tokens|base|layout|components) \{.*\}", body, re.DOTALL)


@pytest.mark.parametrize("sheet", FEATURE_SHEETS, ids=lambda path: path.name)
def test_a_stylesheet_names_no_direction_and_no_raw_colour(sheet):
    body = text_of(sheet)

    physical = re.findall(r"(?:margin|padding|border)-(?:left|right)|text-align: (?:left|right)|float: \w+", body)
    raw = [] if sheet.stem == "tokens" else re.findall(r"#[0-9a-f]{3,8}\b|\brgb\(|\boklch\(|\bhsl\(", body)

    assert physical + raw == []


def test_every_variable_used_is_defined_and_every_token_defined_is_used():
    body = "".join(text_of(path) for path in FEATURE_SHEETS)

    defined = set(re.findall(r"(--[a-z0-9-]+):", body))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", body))
    tokens = set(re.findall(r"(--[a-z0-9-]+):", text_of(STATIC / "ui/css/tokens.css")))
    with_default = set(re.findall(r"var\((--[a-z0-9-]+),", body))

    assert used - defined - with_default == set()
    assert tokens - used - SET_FROM_OUTSIDE == set()


def test_what_an_organisation_colours_has_a_colour_without_one():
    body = "".join(text_of(path) for path in FEATURE_SHEETS)
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", text_of(STATIC / "ui/css/tokens.css"))

    used = set(re.findall(r"var\((--org[a-z-]*)", body))
    everywhere = [rule for selector, rule in rules if ":root" in selector.replace(" ", "").strip().split(",")]

    assert used == {"--org", "--org-soft", "--org-faint", "--org-mid"}
    assert {*used, "--hue", "--tone"} - set(re.findall(r"(--[a-z-]+):", "".join(everywhere))) == set()
    assert re.findall(r"var\(--org[a-z-]*,[^)]*", body) == []  # one grey, not one for each place


@pytest.mark.parametrize("script", OWN_SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_short_and_writes_no_markup(script):
    body = script.read_text(encoding="utf-8")

    assert len(body.splitlines()) <= 60
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.style\b", body)
        == []
    )


def test_every_script_of_the_folder_is_loaded_after_htmx_and_its_policy():
    assert [path.rpartition("/")[2] for path in SCRIPTS[:2]] == ["htmx-4.0.1.min.js", "trusted-types.js"]
    assert {Path(path).name for path in SCRIPTS[1:]} == {path.name for path in STATIC.glob("ui/js/*.js")}


def test_an_address_changes_with_the_content_and_never_points_at_nothing():
    assert re.fullmatch(r"/static/ui/css/tokens\.css\?v=[0-9a-f]{10}", asset("ui/css/tokens.css"))
    with pytest.raises(FileNotFoundError, match="no-such"):
        asset("ui/css/no-such.css")


def test_no_file_asks_another_host():
    sheets = [*FEATURE_SHEETS, *OWN_SCRIPTS, *TEMPLATES]
    foreign = {
        path.name: found
        for path in sheets
        if (found := re.findall(r"""(?:src|href|url\(|fetch\()\s*=?\s*["'(]?(?:https?:)?//\S+""", path.read_text()))
    }

    assert foreign == {}

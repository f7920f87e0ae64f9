"""What may lie in the repository, and what must."""

import base64
import hashlib
import os
import re
import tomllib

import pytest

from .tree import ROOT, files, name, texts

# Each is put together here, so that this file does not find itself.
ADDRESSES = ["pypi" + ".org", "python" + "hosted", "registry." + "npm", "npm" + "js.org", "--find" + "-links"]
ADDRESSES += [f"--{which}index-url " for which in ("", "extra-")]
MACHINES = re.compile(
    "|".join(["/" + "work/", "/" + "root/", "/" + r"home/\w", "/" + r"Users/\w", "/" + "opt/(wheels|pypi)"])
)
VENDOR = ROOT / "consortio" / "ui" / "static" / "vendor"
LARGE = 800_000  # bytes; pictures, fonts and the schema of the API included
LICENCES = {"LICENSE": "GNU AFFERO GENERAL PUBLIC LICENSE", "engine/LICENSE": "Apache License"}
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "changes/README.md"]
SCRIPTS = ["bin/run", "bin/test", "bin/check", "bin/dev", "bin/bench", "bin/consortio", ".ci/run"]


def test_no_file_names_a_package_registry():
    found = [(name(path), address) for path, text in texts().items() for address in ADDRESSES if address in text]
    assert found == []


def test_no_file_names_a_place_on_somebodys_machine():
    found = [(name(path), hit.group()) for path, text in texts().items() if (hit := MACHINES.search(text))]
    assert found == []


@pytest.mark.parametrize("line", ["/" + "home/ada/consortio", "/" + "root/.cache", "see /" + "work/main"])
def test_the_search_for_places_bites(line):
    assert MACHINES.search(line)


def test_no_lock_with_addresses_is_kept():
    assert [name(path) for path in files() if path.name in ("uv.lock", "pylock.toml", "poetry.lock")] == []


def test_no_file_is_too_large():
    assert [(name(path), path.stat().st_size) for path in files() if path.stat().st_size > LARGE] == []


@pytest.mark.parametrize("path", LICENCES)
def test_each_wheel_has_its_licence(path):
    assert LICENCES[path] in (ROOT / path).read_text()[:300]


def test_the_documents_are_there():
    assert [path for path in DOCUMENTS if not (ROOT / path).is_file()] == []


def test_scripts_can_be_started():
    assert [path for path in SCRIPTS if not os.access(ROOT / path, os.X_OK)] == []


def others() -> list[dict[str, str]]:
    manifest = VENDOR / "manifest.toml"
    return tomllib.loads(manifest.read_text())["file"] if manifest.exists() else []


def place(written: str) -> str:
    return name((VENDOR / written).resolve())


def test_every_file_of_others_is_in_the_manifest():
    folders = (VENDOR, VENDOR.parent / "ui" / "fonts")
    present = {name(path) for path in files() if any(path.is_relative_to(folder) for folder in folders)}
    listed = {place(entry[key]) for entry in others() for key in ("path", "licence_path")}
    assert listed == present - {name(VENDOR / "manifest.toml")}


@pytest.mark.parametrize("entry", others(), ids=lambda entry: entry["path"])
def test_files_of_others_are_as_they_were_published(entry):
    found = base64.b64encode(hashlib.sha384((VENDOR / entry["path"]).read_bytes()).digest()).decode()
    assert found == entry["sha384"]
    assert all(entry[key] for key in ("name", "version", "licence", "source"))

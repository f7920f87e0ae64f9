"""What is declared, what is locked and what is imported are one list."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from .tree import ROOT, sources

REQUIREMENTS = ROOT / "requirements"
LOCKS = ["run", "fast", "test"]
NOT_IMPORTED = {  # what is needed without an import of its own, and why
    "argon2-cffi": "Django hashes passwords with it",
    "psycopg": "Django talks to PostgreSQL with it",
    "numpy": "the engine's; named here because installation is --no-deps for our own two",
    "ortools": "the engine’s, where it is asked for the best answer; for the same reason",
}


def declared() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def asked_for(lock: str) -> list[str]:
    lines = (REQUIREMENTS / f"{lock}.in").read_text().splitlines()
    return sorted(line for line in lines if line and not line.startswith(("#", "-r")))


def locked(lock: str) -> dict[str, list[str]]:
    """Return the hashes of each package, by its version and marker."""
    entries = re.split(r"\n(?=[a-z0-9])", (REQUIREMENTS / f"{lock}.txt").read_text().strip())
    return {entry.split(" \\\n")[0]: re.findall(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries}


def plain(requirement: str) -> str:
    return re.split(r"[\[<>=~! ;]", requirement)[0].lower().replace("_", "-")


def test_the_wheel_asks_for_what_the_lock_was_made_from():
    assert sorted(set(declared()["dependencies"]) - {"consortio-engine"}) == asked_for("run")
    assert declared()["optional-dependencies"]["fast"] == asked_for("fast")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_wish_is_locked_with_hashes(lock):
    found = locked(lock)
    assert {plain(wish) for wish in asked_for(lock)} <= {plain(entry) for entry in found}
    assert [entry for entry, hashes in found.items() if "==" not in entry or not hashes] == []


@pytest.mark.parametrize(("small", "large"), [("run", "fast"), ("fast", "test")])
def test_locks_agree(small, large):
    few, many = ({entry.split(" ;")[0]: sorted(hashes) for entry, hashes in locked(x).items()} for x in (small, large))
    assert few == {entry: hashes for entry, hashes in many.items() if entry in few}


def test_nothing_is_locked_from_a_folder():
    for lock in LOCKS:
        assert " @ " not in (REQUIREMENTS / f"{lock}.txt").read_text()


def imported() -> set[str]:
    """Return the packages that our code imports, or names in a setting, as "package.module"."""
    text = "\n".join(path.read_text() for path in [*sources("consortio"), *sources("engine/src")])
    found = re.findall(r"^\s*(?:from|import) ([a-zA-Z_0-9]+)|\"([a-z_0-9]+)\.[a-z_.]+", text, re.MULTILINE)
    distributions = packages_distributions()
    modules = {module for pair in found for module in pair if module}
    return {plain(name) for module in modules for name in distributions.get(module, [])}


def test_every_dependency_is_used():
    wanted = {plain(wish) for wish in [*asked_for("run"), *asked_for("fast")]}
    assert sorted(wanted - imported() - set(NOT_IMPORTED)) == []


def test_everything_imported_is_asked_for():
    wanted = {plain(wish) for wish in [*asked_for("run"), *asked_for("fast")]}
    assert sorted(imported() - wanted) == []


def test_scripts_need_nothing_but_python():
    for script in ("run", "test", "check", "dev", "bench"):
        words = [sys.executable, "-I", "-c", _ALONE, str(ROOT / "bin"), script]
        assert subprocess.run(words, capture_output=True, text=True, check=False).stderr == ""


_ALONE = """
import ast, pathlib, sys
bin = pathlib.Path(sys.argv[1])
left = [bin / sys.argv[2]]
for path in left:
    for node in ast.walk(ast.parse(path.read_text())):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            root = name.split(".")[0]
            if (bin / f"{root}.py").exists():
                left += [bin / f"{root}.py"]
            elif root not in sys.stdlib_module_names:
                sys.exit(f"{path} imports {name}")
"""

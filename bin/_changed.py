"""Where something changed, as folders of tests."""

import subprocess
from collections.abc import Iterator
from pathlib import PurePath

import _environment


def tests() -> list[str]:
    """Return the folders and files of tests beside what changed since the last commit, or else in it."""
    names = _git("diff", "--name-only", "HEAD") + _git("ls-files", "--others", "--exclude-standard")
    names = names or _git("diff", "--name-only", "HEAD~1", "HEAD")
    found = dict.fromkeys(test for name in names for test in _tests_of(PurePath(name)))
    return [test for test in found if _environment.ROOT.joinpath(test).exists()]


def _tests_of(path: PurePath) -> Iterator[str]:
    if path.parts[0] == "engine":
        yield "engine/tests"
    elif path.parts[0] == "consortio" and len(path.parts) > 2:
        yield f"consortio/{path.parts[1]}"
    elif path.parts[0] == "tests" and path.name.startswith("test_"):
        yield str(path)


def _git(*words: str) -> list[str]:
    """Return the lines that git says; none where there is no git, or no commit before."""
    try:
        told = subprocess.run(["git", *words], cwd=_environment.ROOT, text=True, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return told.stdout.splitlines()

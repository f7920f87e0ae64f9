"""The files of the project, as somebody who clones it sees them."""

import inspect
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LEFT_OUT = {".git", ".venv", "var", "build", "dist", "node_modules", "__pycache__"}


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is committed or about to be; without git, every file that is not made by running."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive, or no git
        return tuple(sorted(_walked()))
    return tuple(sorted(path for name in listed.split("\0") if name and (path := ROOT / name).is_file()))


@cache
def texts() -> dict[Path, str]:
    """Return the text of every file that is text."""
    found = {}
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            found[path] = content.decode("utf-8", errors="replace")
    return found


def sources(*folders: str, tests: bool = False) -> list[Path]:
    """Return the Python files below some folders, without migrations, and without tests unless they are asked for."""
    skipped = {"migrations"} if tests else {"migrations", "tests"}
    inside = tuple(ROOT / folder for folder in folders)
    python = [path for path in files() if path.suffix == ".py" and any(path.is_relative_to(at) for at in inside)]
    return [path for path in python if not skipped & set(path.relative_to(ROOT).parts)]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def of_each(paths: Iterable[Path], ids: Callable[[Path], str] = name) -> Callable[[Callable[..., None]], Any]:
    """Ask the same of many files (`path`) in one test, which names all that are otherwise: thousands of tests take minutes."""
    listed = list(paths)

    def decorate(test: Callable[..., None]) -> Any:
        def asked(**fixtures: Any) -> None:
            wrong = []
            for path in listed:
                try:
                    test(path, **fixtures)
                except Exception as error:  # a template that cannot be read, too: the others are asked all the same
                    wrong.append(f"{ids(path)}: {error if isinstance(error, AssertionError) else repr(error)}")
            assert listed and not wrong, "\n".join(wrong)

        signature = inspect.signature(test)
        others = [one for called, one in signature.parameters.items() if called != "path"]
        asked.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]  # what pytest reads
        asked.__name__, asked.__doc__ = test.__name__, test.__doc__
        return asked

    return decorate


def _walked() -> Iterator[Path]:
    for folder, below, names in os.walk(ROOT):
        below[:] = [at for at in below if at not in LEFT_OUT and not at.endswith(("_cache", ".egg-info"))]
        yield from (Path(folder) / file for file in names if not file.endswith(".pyc"))

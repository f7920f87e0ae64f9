"""The whole-day scheduler `trueppm-scheduler`, in an environment of its own that is thrown away afterwards."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

NAME = "trueppm-scheduler"
PACKAGE = f"{NAME}==0.4.0rc2"
SCRIPT = Path(__file__).with_name("_trueppm.py")


class Peer:
    """Installed when it is first asked; without a registry every answer is why there is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._python = folder / "environment" / "bin" / "python"
        self._missing: str | None = None

    def milliseconds(self, question: dict[str, Any]) -> float | str:
        """The least processor time of its answers to what `_trueppm.py` reads, or why there is none."""
        if not self._python.exists():
            self._install()
        if self._missing:
            return self._missing
        rows = self._folder / "question.json"
        rows.write_text(json.dumps(question))
        done = _run([str(self._python), "-I", str(SCRIPT), str(rows)])
        return float(done.stdout) if done.returncode == 0 else f"{NAME} failed"

    def _install(self) -> None:
        steps = [
            [sys.executable, "-m", "venv", str(self._python.parent.parent)],
            [str(self._python), "-m", "pip", "install", "--quiet", PACKAGE],
        ]
        if any(_run(words).returncode for words in steps):
            self._missing = f"{PACKAGE} cannot be installed here"


@contextmanager
def trueppm() -> Iterator[Peer]:
    with TemporaryDirectory() as folder:
        yield Peer(Path(folder))


def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr.strip()[-500:], file=sys.stderr)
    return done

"""
Servers from a process that has loaded everything already: where one is begun for each story, or killed ten times,
loading is most of the time.

Run as a program it waits for lines, each a file to speak into and the words of a command, and begins it in a child that
is a server like any other: its own lock, connections and threads. With `--pages` it has put all templates into code.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ENDS_WITH_ITS_PARENT = 1  # PR_SET_PDEATHSIG


class Nursery:
    def __init__(self, environment: dict[str, str], words: list[str]) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(words, env=environment, text=True, **pipes)

    def child(self, words: list[str], said: Path) -> "Child":
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([str(said), words]) + "\n")
        self._process.stdin.flush()
        return Child(int(self._process.stdout.readline()))

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


class Child:
    """A process that somebody else began, asked about as one's own would be."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self.poll() is None:
            assert time.monotonic() < until, f"process {self.pid} does not end"
            time.sleep(0.005)

    def terminate(self) -> None:
        self._tell(signal.SIGTERM)

    def kill(self) -> None:
        self._tell(signal.SIGKILL)

    def _tell(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


def main() -> None:
    import uvicorn  # noqa: F401  -- what serving needs
    from a2wsgi import WSGIMiddleware  # noqa: F401
    from django.urls import get_resolver
    from starlette.applications import Starlette  # noqa: F401

    from consortio.cli import server
    from consortio.cli.main import main as command

    server.setup()
    assert get_resolver().url_patterns
    if "--pages" in sys.argv:
        _load_templates()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that the system forgets a child when it ends
    for line in sys.stdin:
        said, words = json.loads(line)
        if pid := os.fork():
            print(pid, flush=True)
            continue
        _speak_into(said)
        ctypes.CDLL(None).prctl(ENDS_WITH_ITS_PARENT, signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        command(words, prog_name="consortio")


def _load_templates() -> None:
    from django.template import engines

    pages = engines["jinja2"].env
    for name in pages.list_templates():
        pages.get_template(name)


def _speak_into(said: str) -> None:
    file = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(file, stream)


if __name__ == "__main__":
    main()

"""The product as somebody runs it: a process of its own on a free port, with data of its own."""

import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from .nursery import Nursery

ROOT = Path(__file__).parents[2]
BIN_RUN = (sys.executable, str(ROOT / "bin" / "run"))
SECONDS_MAX = 240  # for a start on a machine that is busy with the rest of the suite
OTHERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "BASE_URL", "SIGN_IN_LINKS")


class Hub:
    """
    One that serves some data, from a nursery where it is begun again and again.

    Args:
        more: settings, as an operator gives them: in the environment.
    """

    before: Sequence[str] = ()  # each command
    nursery: Nursery | None = None

    def __init__(self, data: Path, **more: str) -> None:
        self.data, self.port = data, _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if name not in OTHERS}
        ours = os.pathsep.join([str(ROOT), str(ROOT / "engine" / "src")])
        self.environment = kept | {"PYTHONPATH": ours, "CONSORTIO_DATA": str(data)} | more
        self._server: Any = None

    def command(self, *words: str) -> str:
        done = subprocess.run(self._words(*words), env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *words: str) -> "Hub":
        """Serve, by `consortio serve` or by another command, which is given the port."""
        self._server = self._begun(words)
        until = time.monotonic() + SECONDS_MAX
        while not self._answers():
            assert self._server.poll() is None, self.said()
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.05)  # a start is processor time, which asking without a pause would take from it
        return self

    def start_with(self, data: Path, *words: str) -> "Hub":
        """Serve a copy of these data in the place of what was there, as `start` does."""
        shutil.rmtree(self.data)
        shutil.copytree(data, self.data)
        return self.start(*words)

    def keep_nursery(self, *words: str) -> None:
        """Load everything once, for all starts from now on; the data may be others by then, but not their key."""
        environment = self.environment | {"BASE_URL": self.address, "SIGN_IN_LINKS": "yes"}  # as serving would have it
        self.nursery = Nursery(environment, [*self.before, sys.executable, "-m", "tests.journeys.nursery", *words])

    def _begun(self, words: Sequence[str]) -> Any:
        if self.nursery and not words:
            return self.nursery.child(["serve", "--port", str(self.port)], self.data / "said")
        with (self.data / "said").open("w") as said:
            command = [*(words or self._words("serve")), "--port", str(self.port)]
            return subprocess.Popen(command, env=self.environment, stdout=said, stderr=said, text=True)

    def stop(self) -> None:
        assert self._server is not None
        self._server.terminate()
        self._server.wait(SECONDS_MAX)

    def kill(self) -> None:
        """End the server as a machine does that takes no questions; one that is not there is none."""
        if self._server is not None:
            self._server.kill()
            self._server.wait(SECONDS_MAX)

    def close(self) -> None:
        """End what would outlive the server."""
        if self.nursery:
            self.nursery.close()

    def said(self) -> str:
        return (self.data / "said").read_text()

    def links(self) -> dict[str, str]:
        """Return the addresses that sign in as people of the demo world, by first name, as the server says them."""
        return dict(re.findall(r"^  (\w+) .*\n    (http\S+)$", self.said(), re.MULTILINE))

    def mail(self) -> str:
        """Return the text of the newest mail."""
        newest = max((self.data / "mail").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        letters = newest.read_bytes().strip().split(b"-" * 79)
        last = message_from_bytes([one for one in letters if one.strip()][-1].lstrip(), policy=policy.default)
        body = last.get_body(("plain",))
        assert body is not None
        return body.get_content()

    def _words(self, *words: str) -> list[str]:
        return [*self.before, sys.executable, "-m", "consortio.cli", *words]

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


def code_in(mail: str) -> str:
    return re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]*)$", mail, re.MULTILINE).group(1)  # type: ignore[union-attr]  # or it fails


def _free_port() -> int:
    """Return a port below those that the system gives to whoever calls: one of these might call itself, and be held."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port

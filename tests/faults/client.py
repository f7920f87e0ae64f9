"""Clients that write over HTTP and keep what was acknowledged: the whole answer had come, and it said yes."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Work = Callable[[int], None]
SECONDS_MAX = 120  # for any one thing, on a machine that is busy with the rest of the suite


@dataclass
class Writer:
    """One client with a connection of its own; what it wrote and heard of is in `acknowledged`, in that order."""

    port: int
    token: str
    acknowledged: list[dict[str, Any]] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    repeated: int = 0

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_MAX)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self._line.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), sent)
        answer = self._line.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def close(self) -> None:
        self._line.close()

    def write(self, method: str, path: str, body: Any, **kept: Any) -> Any:
        """
        Write, keep what was acknowledged, and return what was said; none where it was refused.

        Raises: OSError, HTTPException: the server went away meanwhile.
        """
        status, said = self.ask(method, path, body)
        if status < 300:
            self.acknowledged.append({"said": said, **kept})
            return said
        self.refused.append((status, json.dumps(said)))
        return None


def until_gone(work: Work) -> threading.Thread:
    """Call `work(n)` for n = 0, 1, 2 ... in a thread until the server is gone."""

    def run() -> None:
        count = 0
        try:
            while True:
                work(count)
                count += 1
        except (OSError, http.client.HTTPException):
            return  # killed

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def struck(hub: Any, writers: Sequence[Writer], works: Sequence[Work], after: int, seconds: float) -> None:
    """Let the writers work, and kill the server so many seconds after so many writes were acknowledged."""
    threads = [until_gone(work) for work in works]
    until = time.monotonic() + SECONDS_MAX
    try:
        while sum(len(one.acknowledged) for one in writers) < after:
            assert not any(one.refused for one in writers), [one.refused for one in writers]
            assert time.monotonic() < until and all(thread.is_alive() for thread in threads), hub.said()
            time.sleep(0.002)
        time.sleep(seconds)
    finally:
        hub.kill()
        for thread in threads:
            thread.join(SECONDS_MAX)
        for one in writers:
            one.close()
    assert not any(thread.is_alive() for thread in threads)

"""Clients that write over HTTP and keep what was acknowledged: the whole answer had come, and it said yes."""

import http.client
import json
import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Writer:
    """One client with a connection of its own; what it wrote and heard of is in `acknowledged`."""

    port: int
    token: str
    acknowledged: list[dict[str, Any]] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"} | headers
        self._line.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), sent)
        answer = self._line.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def close(self) -> None:
        self._line.close()

    def write(self, method: str, path: str, body: Any, **kept: Any) -> int:
        """Write, and keep what was acknowledged. Raises: OSError, HTTPException: the server went away meanwhile."""
        status, said = self.ask(method, path, body)
        if status < 300:
            self.acknowledged.append({"said": said, **kept})
        else:
            self.refused.append((status, json.dumps(said)))
        return status


def until_gone(work: Any) -> threading.Thread:
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

#!/usr/bin/env python3
"""
Found a partnership, import a plan file into it, wait until it is computed, and print the critical path.

    CONSORTIO_TOKEN=cons_… python3 examples/critical_path.py http://127.0.0.1:8000 examples/jetty.csv

Needs nothing but Python. The token is made under "Tokens for programs", by a lead, with the scopes to change plans and
to change members.
"""

import json
import os
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

TRIES, PAUSE_SECONDS = 5, 1


@dataclass(frozen=True)
class Hub:
    address: str
    token: str

    def get(self, path: str, **parameters: Any) -> tuple[Any, str]:
        """Return what a GET answers, and its version."""
        return self._send("GET", f"{path}?{urlencode(parameters)}")

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        headers |= {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        return self._send("POST", path, json.dumps(body).encode(), headers)[0]

    def upload(self, path: str, fields: dict[str, str], file: Path) -> Any:
        """Post a form with a file, as a browser does."""
        mark = uuid.uuid4().hex
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
        body = ("".join(parts) + head).encode() + file.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={mark}", "Idempotency-Key": mark}
        return self._send("POST", path, body, headers)[0]

    def pages(self, path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Yield every row of a list."""
        page: dict[str, Any] = {"next": ""}
        while "rows" not in page or page["next"]:
            page, _ = self.get(path, after=page["next"], **parameters)
            yield from page["rows"]

    def done(self, job_id: str) -> dict[str, Any]:
        """Wait for a job to end."""
        while (job := self.get(f"/jobs/{job_id}")[0])["state"] in ("waiting", "running"):
            time.sleep(PAUSE_SECONDS)
        return job

    def _send(self, method: str, path: str, body: bytes | None = None, headers: Any = ()) -> tuple[Any, str]:
        """Send a call, and again where the hub is busy or away: a key makes that safe for what it has done already."""
        own = {"Authorization": f"Bearer {self.token}", **dict(headers)}
        asked = Request(f"{self.address}/api/v1{path}", body, own, method=method)
        for left in reversed(range(TRIES)):
            try:
                with urlopen(asked, timeout=60) as answer:
                    return json.load(answer), answer.headers.get("ETag", "")
            except HTTPError as refusal:
                if refusal.code not in (429, 503) or not left:
                    problem = json.load(refusal)
                    sys.exit(f"{method} {path}: {problem['title']}. {problem.get('detail', '')}")
                time.sleep(int(refusal.headers.get("Retry-After", PAUSE_SECONDS)))
        raise AssertionError("unreachable")


def main(address: str, file: str) -> None:
    hub, name = Hub(address.rstrip("/"), os.environ["CONSORTIO_TOKEN"]), Path(file).stem
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    partnership = hub.post("/partnerships", {"name": f"{name}, {stamp}", "letters": "EX"})
    print(f"Founded {partnership['name']}.")
    draft = hub.upload("/imports", {"circle_id": partnership["joint_id"]}, Path(file))
    hub.done(draft["job_id"])
    read, version = hub.get(f"/imports/{draft['id']}")
    if read["state"] != "read":
        sys.exit(f"{file}: {read['state']}. {read['message']}")
    found = read["summary"]["findings"]
    print(f"Read {read['summary']['counts']['items']} items, with {len(found)} kinds of findings.")
    wanted = {"name": name, "seen": [finding["code"] for finding in found]}
    applied = hub.post(f"/imports/{draft['id']}/application", wanted, **{"If-Match": version})
    print(f"Applied: {hub.done(applied['job_id'])['state']}.")
    plan_id = hub.get(f"/imports/{draft['id']}")[0]["plan_id"]
    plan, _ = hub.get(f"/plans/{plan_id}")
    print(f"\n{plan['number']} {plan['name']}: {plan['start_at'][:10]} to {plan['finish_at'][:10]}. Its critical path:")
    for item in hub.pages(f"/plans/{plan_id}/items", critical="true", sort="start"):
        print(f"  {item['start_at'][:10]}  {item['finish_at'][:10]}  {item['name']}")


if __name__ == "__main__":
    if len(sys.argv) != 3 or "CONSORTIO_TOKEN" not in os.environ:
        sys.exit(__doc__)
    main(*sys.argv[1:])

"""
Measure a server's start and its memory.

    python bench/start.py [--rounds 5] [--pages 40]

Each round is a process of its own with the demo world: processor time from the first instruction until the first page
was answered, and the memory it holds (resident) after that page and after more pages, which one person asks for. What
the kernel counts for the process is read from /proc, so this runs on Linux only. The best of the rounds is shown.

Machines differ, and have slow days: the budget of the start was set where NumPy's import took 84 ms, so that import is
measured in the same run, and the start told in imports, too.
"""

import argparse
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from bench._imports import imported  # noqa: E402  # found only after the path is set

TICK = os.sysconf("SC_CLK_TCK")
SECONDS_MAX = 60
START_MAX, IMPORT_THEN = 1.5, 0.084  # seconds of processor time: the budget, and NumPy's import where it was set
BUDGET = f"budget: {START_MAX} s, or {START_MAX / IMPORT_THEN:.1f} of NumPy's imports, and 150 MB"


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        for words in (["migrate"], ["demo", "load"]):
            subprocess.run([sys.executable, "-m", "consortio.cli", *words], env=environment, check=True, cwd=ROOT)
        rounds = [_round(environment, arguments.pages) for _ in range(arguments.rounds)]
    for name, unit, values in zip(
        ("start", "first page", "pages"), ("s", "MB", "MB"), zip(*rounds, strict=True), strict=True
    ):
        print(f"{name:>12}  best {min(values):7.2f} {unit}   worst {max(values):7.2f} {unit}")
    numpy = imported(["numpy"], arguments.rounds)[0].milliseconds / 1000
    fastest = min(start for start, _, _ in rounds)
    print(f"NumPy's import takes {numpy:.3f} s: the start is {fastest / numpy:.1f} of them")
    print(BUDGET)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure a server's start and its memory.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=40)
    return parser.parse_args()


def _environment(data: Path) -> dict[str, str]:
    ours = os.pathsep.join([str(ROOT), str(ROOT / "engine" / "src")])
    return {"PATH": os.environ["PATH"], "PYTHONPATH": ours, "CONSORTIO_DATA": str(data), "SIGN_IN_LINKS": "yes"}


def _round(environment: dict[str, str], pages: int) -> tuple[float, float, float]:
    """Return processor seconds until the first page, and megabytes after it and after the other pages."""
    port = _free_port()
    command = [sys.executable, "-m", "consortio.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        try:
            links = _links(server)
            _await(port)
            _Reader(port).page("/sign-in")
            spent, first = _processor_seconds(server.pid), _megabytes(server.pid)
            _read(_Reader(port), links[0], pages)
            return spent, first, _megabytes(server.pid)
        finally:
            server.terminate()


def _links(server: subprocess.Popen[str]) -> list[str]:
    """Return the addresses that sign in, as the server says them at its start."""
    found: list[str] = []
    assert server.stdout is not None
    while line := server.stdout.readline():
        if line.strip().startswith("http"):
            found.append(urlsplit(line.strip()).path)
        elif found and not line.startswith(" "):
            break
        if len(found) == 3:
            break
    return found


def _await(port: int) -> None:
    until = time.monotonic() + SECONDS_MAX
    while time.monotonic() < until:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the server does not answer")


class _Reader:
    """One person's browser, as far as pages need it."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_MAX)
        self.cookies: dict[str, str] = {}

    def page(self, path: str, body: str | None = None) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("GET" if body is None else "POST", path, body, headers)
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.read().decode(errors="replace")


def _read(reader: _Reader, link: str, pages: int) -> None:
    """Sign in and ask for pages, each found on those before it."""
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', reader.page(link))
    assert token, "the link shows no button"
    reader.page(link, f"csrfmiddlewaretoken={token[1]}")
    left, seen = ["/"], {"/"}
    for _ in range(pages):
        if not left:
            return
        found = re.findall(r'href="(/(?:partnerships|plans|items|circles)/[^"#]*)"', reader.page(left.pop(0)))
        left += [path.replace("&amp;", "&") for path in dict.fromkeys(found) if path not in seen]
        seen.update(found)


def _processor_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICK


def _megabytes(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()

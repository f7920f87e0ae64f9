"""
PostgreSQL falls while the hub serves: one of its processes is killed, so it drops everybody and recovers from its log.

Whoever writes meanwhile is told to try again; the hub goes on without a restart, and what was acknowledged is there.
"""

import os
import signal
import threading
import time
from urllib.parse import urlsplit

import psycopg
import pytest

from . import audit
from .client import SECONDS_MAX, Writer

pytestmark = pytest.mark.slow
FALLS, WRITERS, BETWEEN = 3, 3, 9  # so many writes are acknowledged before each fall, and after the last


def test_what_was_acknowledged_is_there_after_the_database_fell(served):
    served.hub.start()
    writers = [Writer(served.hub.port, token) for token in served.tokens[:WRITERS]]
    ends = threading.Event()
    threads = [threading.Thread(target=_add, args=(one, served.plan, ends), daemon=True) for one in writers]
    for thread in threads:
        thread.start()
    try:
        for _ in range(FALLS):
            _acknowledge(writers, BETWEEN)
            _fell(served.hub.environment["DATABASE_URL"])
        _acknowledge(writers, BETWEEN)
    finally:
        ends.set()
        for thread in threads:
            thread.join(SECONDS_MAX)
        for one in writers:
            one.close()
    served.hub.stop()

    found = audit.audited(served.hub.environment)
    added = {pk for one in writers for kept in one.acknowledged for pk in kept["said"]["ids"]}
    statuses = sorted(status for one in writers for status, _said in one.refused)
    print(f"\n{FALLS} falls of PostgreSQL, {len(added)} writes acknowledged, {len(statuses)} told to try again")
    assert found["wrong"] == []
    assert added - found["items"].keys() == set()
    assert set(statuses) == {503}


def _add(writer: Writer, plan: str, ends: threading.Event) -> None:
    count = 0
    while not ends.is_set():
        count += 1
        body = {"items": [{"name": f"{writer.token[-6:]} {count}", "duration_minutes": 480}]}
        if writer.write("POST", f"/plans/{plan}/items", body) is None:
            time.sleep(0.1)  # told to try again


def _acknowledge(writers: list[Writer], count: int) -> None:
    until, wanted = time.monotonic() + SECONDS_MAX, sum(len(one.acknowledged) for one in writers) + count
    while sum(len(one.acknowledged) for one in writers) < wanted:
        assert time.monotonic() < until, [one.refused[-1:] for one in writers]
        time.sleep(0.005)


def _fell(url: str) -> None:
    """Kill the process of PostgreSQL that does the hub's work now, and wait until all of them were dropped for it."""
    at = urlsplit(url)
    whom = "SELECT pid FROM pg_stat_activity WHERE usename = %s ORDER BY state = 'active' DESC, pid LIMIT 1"
    own = {"host": at.hostname, "port": at.port, "user": "postgres", "dbname": at.path[1:]}
    with psycopg.connect(**own, autocommit=True) as line:
        (pid,) = line.execute(whom, [at.username]).fetchone()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            for _ in range(600):
                line.execute("SELECT pg_sleep(0.1)")

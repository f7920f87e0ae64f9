"""Thirty-two writers on one plan at once, over HTTP: no error, no lost update, every place and link consistent."""

import random
import threading
import time

import pytest

from . import audit, stage
from .client import Writer

pytestmark = pytest.mark.slow
WRITERS, STEPS, TRIES = 32, 2, 400


def test_thirty_two_writers_on_one_plan_lose_nothing(hub):
    place = stage.made(hub.environment)
    hub.start()
    writers = [Writer(hub.port, place["tokens"][nth]) for nth in range(WRITERS)]
    threads = [threading.Thread(target=_work, args=(one, place, nth)) for nth, one in enumerate(writers)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)

    assert not any(thread.is_alive() for thread in threads)
    assert {text for one in writers for text in one.refused} == set()  # a stale save is repeated, and is no error
    for one in writers:
        one.close()
    reader = Writer(hub.port, place["tokens"][-1])
    _status, shared = reader.ask("GET", f"/plans/items/{place['items'][0]}")
    reader.close()
    hub.stop()
    found = audit.audited(hub.environment)
    assert found["wrong"] == []
    said = sorted(word for word in shared["note"].split() if word)
    assert said == sorted(f"{nth}.{step}" for nth in range(WRITERS) for step in range(STEPS))
    names = [row["name"] for row in found["items"].values()]
    assert sorted(name for name in names if name.startswith("new")) == sorted(
        f"new {nth}.{step}" for nth in range(WRITERS) for step in range(STEPS)
    )


def _work(writer: Writer, place: dict, nth: int) -> None:
    """Add to one note that all add to, add an item, put it elsewhere, and link it, STEPS times."""
    for step in range(STEPS):
        _say(writer, place["items"][0], f"{nth}.{step}")
        body = {"items": [{"name": f"new {nth}.{step}", "duration_minutes": 480}]}
        writer.write("POST", f"/plans/{place['plan']}/items", body)
        made = writer.acknowledged[-1]["said"]["ids"][0]
        writer.write("PUT", f"/plans/items/{made}/place", {"version": 1, "after_id": place["items"][nth % 5 + 1]})
        writer.write("POST", "/plans/links", {"predecessor_id": place["items"][0], "successor_id": made})


def _say(writer: Writer, item: str, words: str) -> None:
    """Add words to a note that others write as well: look, write, and look again as long as somebody was quicker."""
    for _ in range(TRIES):
        _status, page = writer.ask("GET", f"/plans/items/{item}")
        body = {"version": page["item"]["version"], "note": f"{page['note']} {words}".strip()}
        status, said = writer.ask("PATCH", f"/plans/items/{item}", body)
        if status == 200:
            return
        time.sleep(random.uniform(0, 0.2))  # or all thirty-two look and write in step
        if status != 412:
            writer.refused.append((status, str(said)))
            return
    writer.refused.append((412, f"{words} never came in"))

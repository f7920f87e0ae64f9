"""Thirty-two writers on one plan at once, over HTTP: no error, no lost update, every place and link consistent."""

import random
import threading
import time
from typing import Any

import pytest

from . import audit
from .client import Writer

pytestmark = pytest.mark.slow
WRITERS, STEPS, TRIES = 32, 1, 400
ANCHORS = 5  # items that others are put behind, after the one that all write into
EVERYTHING = [(nth, step) for nth in range(WRITERS) for step in range(STEPS)]


def test_thirty_two_writers_on_one_plan_lose_nothing(staged):
    staged.hub.start()
    writers = [Writer(staged.hub.port, staged.tokens[nth]) for nth in range(WRITERS)]
    threads = [threading.Thread(target=_work, args=(one, staged, nth), daemon=True) for nth, one in enumerate(writers)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)

    assert not any(thread.is_alive() for thread in threads)
    for one in writers:
        one.close()
    staged.hub.stop()
    found = audit.audited(staged.hub.environment)
    repeated = sum(one.repeated for one in writers)
    print(f"\n{staged.kind}: {sum(len(one.acknowledged) for one in writers)} writes acknowledged, {repeated} repeated")
    assert {text for one in writers for text in one.refused} == set()  # a stale save is repeated, and is no error
    assert "Traceback" not in staged.hub.said()
    assert found["wrong"] == []
    assert repeated > 0  # they were at it at once
    shared = found["items"][staged.items[0]]["note"].split()
    assert sorted(shared) == sorted(f"{nth}.{step}" for nth, step in EVERYTHING)
    assert _behind(found, staged) == {f"new {nth}.{step}": _anchor(nth) for nth, step in EVERYTHING}
    new = [pk for pk, row in found["items"].items() if row["name"].startswith("new")]
    assert sorted(found["links"]) == sorted([staged.items[0], pk] for pk in new)


def _behind(found: dict[str, Any], staged: Any) -> dict[str, int]:
    """Return of each new item, by name, which of the items that were there before it stands behind."""
    last, behind = -1, {}
    for pk, row in found["items"].items():
        if pk in staged.items:
            last = staged.items.index(pk)
        else:
            behind[row["name"]] = last
    return behind


def _anchor(nth: int) -> int:
    return nth % ANCHORS + 1


def _work(writer: Writer, staged: Any, nth: int) -> None:
    """Add to one note that all add to, add an item, put it elsewhere, and link it, STEPS times."""
    for step in range(STEPS):
        _say(writer, staged.items[0], f"{nth}.{step}")
        body = {"items": [{"name": f"new {nth}.{step}", "duration_minutes": 480}]}
        made = writer.write("POST", f"/plans/{staged.plan}/items", body)["ids"][0]
        place = {"version": 1, "after_id": staged.items[_anchor(nth)]}
        writer.write("PUT", f"/plans/items/{made}/place", place)
        writer.write("POST", "/plans/links", {"predecessor_id": staged.items[0], "successor_id": made})


def _say(writer: Writer, item: str, words: str) -> None:
    """Add words to a note that others write as well: look, write, and look again as long as somebody was quicker."""
    for tried in range(1, TRIES):
        page = writer.ask("GET", f"/plans/items/{item}")[1]
        body = {"version": page["item"]["version"], "note": f"{page['note']} {words}".strip()}
        status, said = writer.ask("PATCH", f"/plans/items/{item}", body)
        if status == 200:
            writer.acknowledged.append({"said": said})
            return
        if status != 412:
            writer.refused.append((status, str(said)))
            return
        writer.repeated += 1
        time.sleep(random.uniform(0, 0.3 * tried))  # or all thirty-two look and write in step, again and again
    writer.refused.append((412, f"{words} never came in"))

"""
Killed in the middle of writes, over real HTTP: what was acknowledged is there, and state and record agree.

Fifty times on SQLite, five on PostgreSQL; when the blow falls is drawn with a seed. (A kill says nothing about power
going: for that see test_power.)
"""

import random
import time

import pytest

from . import audit, stage
from .client import Writer, until_gone

pytestmark = pytest.mark.slow
WRITERS = 3
KILLS = {"sqlite": 50, "postgresql": 5}
SECONDS = (0.05, 0.6)  # after the first write


def test_what_was_acknowledged_is_there_after_every_kill(hub, request):
    kind = request.node.callspec.params["hub"]
    place, source = stage.made(hub.environment), random.Random(7)
    acknowledged: list[dict] = []

    for round_number in range(KILLS[kind]):
        hub.start()
        writers = [Writer(hub.port, place["tokens"][nth]) for nth in _next(round_number)]
        threads = [until_gone(_work(one, place, round_number, nth)) for nth, one in enumerate(writers)]
        _wait_for_the_first(writers)
        time.sleep(source.uniform(*SECONDS))
        hub.kill()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
        acknowledged += [kept for one in writers for kept in one.acknowledged]
        assert [one.refused for one in writers if one.refused] == []
        for one in writers:
            one.close()

    found = audit.audited(hub.environment)
    assert found["wrong"] == []
    added = [pk for kept in acknowledged if kept["kind"] == "add" for pk in kept["said"]["ids"]]
    assert len(added) > KILLS[kind]  # it was in the middle of something
    assert [pk for pk in added if pk not in found["items"]] == []
    edited = {kept["item"]: kept["said"]["version"] for kept in acknowledged if kept["kind"] == "edit"}
    assert edited and {pk: v for pk, v in edited.items() if found["items"][pk]["version"] < v} == {}


def _next(round_number: int) -> list[int]:
    """Return which tokens the writers of a round have: each is good for so many calls in a minute only."""
    return [(round_number * WRITERS + nth) % stage.TOKENS for nth in range(WRITERS)]


def _work(writer: Writer, place: dict, round_number: int, nth: int):
    """Return what one writer does: by turns it adds an item and changes the one that is its own."""
    item = place["items"][nth]

    def step(count: int) -> None:
        if count % 2:
            name = f"{round_number}/{nth}/{count}"
            body = {"items": [{"name": name, "duration_minutes": 480}], "parent_id": None}
            writer.write("POST", f"/plans/{place['plan']}/items", body, kind="add")
            return
        _status, now = writer.ask("GET", f"/plans/items/{item}")
        body = {"version": now["item"]["version"], "note": f"{round_number}/{count}"}
        writer.write("PATCH", f"/plans/items/{item}", body, kind="edit", item=item)

    return step


def _wait_for_the_first(writers: list[Writer]) -> None:
    until = time.monotonic() + 60
    while not all(one.acknowledged or one.refused for one in writers):
        assert time.monotonic() < until, "no writer was heard"
        time.sleep(0.01)

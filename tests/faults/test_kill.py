"""
Killed in the middle of writes, over real HTTP: what was acknowledged is there, and state and record agree.

Fifty times on SQLite, five on PostgreSQL, in watches of a few kills each; when a blow falls is drawn with a seed. (A kill
says nothing about power going: for that see test_power.)
"""

import random
from typing import Any

import pytest

from . import audit
from .client import Writer, struck

pytestmark = pytest.mark.slow
WRITERS = 3
WATCHES, KILLS = {"sqlite": 5, "postgresql": 1}, {"sqlite": 10, "postgresql": 5}  # so many kills in each watch
AFTER, SECONDS = (1, 24), (0, 0.06)  # so many writes were acknowledged, and a moment more


@pytest.mark.parametrize(
    ("staged", "watch"), [(kind, n) for kind in WATCHES for n in range(WATCHES[kind])], indirect=["staged"]
)
def test_what_was_acknowledged_is_there_after_every_kill(staged, watch):
    source, kills = random.Random(watch), KILLS[staged.kind]
    acknowledged: list[dict] = []
    unheard = due = 0
    staged.hub.keep_nursery()

    for round_number in range(kills):
        staged.hub.start()
        writers = [Writer(staged.hub.port, token) for token in staged.tokens[:WRITERS]]
        shifts = [_Shift(one, staged, round_number, nth) for nth, one in enumerate(writers)]
        due += (after := source.randint(*AFTER))
        struck(staged.hub, writers, [shift.step for shift in shifts], after, source.uniform(*SECONDS))
        assert [one.refused for one in writers if one.refused] == []
        assert "Traceback" not in staged.hub.said()
        acknowledged += [kept for one in writers for kept in one.acknowledged]
        unheard += sum(shift.is_waiting for shift in shifts)

    found = audit.audited(staged.hub.environment)
    print(
        f"\n{staged.kind}, watch {watch}: {kills} kills, {len(acknowledged)} writes acknowledged, {unheard} cut off unheard"
    )
    assert found["wrong"] == []
    assert len(acknowledged) >= due and unheard > kills  # the blows fell into the middle of something
    assert _missing(acknowledged, found) == []


def _missing(acknowledged: list[dict], found: dict[str, Any]) -> list[dict]:
    """Return what was acknowledged and is not there: an item, or a version of one that is as high as was said."""
    there = found["items"]
    return [
        kept for kept in acknowledged
        if kept["item"] not in there or there[kept["item"]]["version"] < kept["version"]
    ]  # fmt: skip


class _Shift:
    """What one writer does in one round, by turns; only it touches its own item, and those that it adds."""

    def __init__(self, writer: Writer, staged: Any, round_number: int, nth: int) -> None:
        self.writer, self.plan = writer, staged.plan
        self.own, self.holder, self.label = staged.items[nth], staged.items[-1 - nth], f"{round_number}/{nth}"
        self.version = self.made_version = 0
        self.made = ""
        self.is_waiting = False  # for an answer

    def step(self, count: int) -> None:
        self.is_waiting = True
        if not self.version:
            self.version = self.writer.ask("GET", f"/plans/items/{self.own}")[1]["item"]["version"]
        steps = (self._note, self._add, self._link, self._move, self._report, self._withdraw, self._restore)
        steps[count % len(steps)](f"{self.label}/{count}")
        self.is_waiting = False

    def _note(self, words: str) -> None:
        self.version += 1
        body = {"version": self.version - 1, "note": words}
        self._write("PATCH", f"/plans/items/{self.own}", body, item=self.own, version=self.version)

    def _add(self, words: str) -> None:
        body = {"items": [{"name": words, "duration_minutes": 480}]}
        said = self.writer.ask("POST", f"/plans/{self.plan}/items", body)[1]
        (self.made,), self.made_version = said["ids"], 1
        self.writer.acknowledged.append({"said": said, "item": self.made, "version": 1})

    def _link(self, words: str) -> None:
        body = {"predecessor_id": self.own, "successor_id": self.made}
        self._write("POST", "/plans/links", body, item=self.made, version=1)

    def _move(self, words: str) -> None:
        self._change("PUT", "place", {"parent_id": self.holder})

    def _report(self, words: str) -> None:
        self.version += 1
        body = {"reports": [{"item_id": self.own, "version": self.version - 1, "percent": self.version % 100}]}
        self._write("POST", f"/plans/{self.plan}/progress", body, item=self.own, version=self.version)

    def _withdraw(self, words: str) -> None:
        self._change("POST", "withdrawal", {})

    def _restore(self, words: str) -> None:
        self._change("POST", "restoration", {})

    def _change(self, method: str, what: str, body: dict[str, Any]) -> None:
        self.made_version += 1
        body = {"version": self.made_version - 1, **body}
        self._write(method, f"/plans/items/{self.made}/{what}", body, item=self.made, version=self.made_version)

    def _write(self, *asked: Any, **kept: Any) -> None:
        self.writer.write(*asked, **kept)

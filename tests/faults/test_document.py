"""The page about faults repeats how often each was tried; that is so."""

from tests.journeys.hub import ROOT

from . import test_database_falls, test_kill, test_many_writers, test_power

PAGE = " ".join((ROOT / "docs" / "reliability.md").read_text().split())


def test_the_page_says_how_often_each_fault_was_tried():
    kills = {kind: test_kill.WATCHES[kind] * test_kill.KILLS[kind] for kind in test_kill.WATCHES}
    assert (kills["sqlite"] >= 50) and (kills["postgresql"] >= 5)
    said = [
        f"{kills['sqlite']} times on SQLite, {kills['postgresql']} times on PostgreSQL: {test_kill.WRITERS} clients",
        f"| {kills['sqlite']} kills, SQLite |",
        f"| {kills['postgresql']} kills, PostgreSQL |",
        f"| {test_power.CUTS} times on SQLite: a shim",
        f"`synchronous=OFF` and `NORMAL`, {test_power.CARELESS_CUTS} times each",
        f"| {test_power.CUTS} power cuts, `FULL` |",
        f"| {test_database_falls.FALLS} times: a process of PostgreSQL",
        f"| {test_many_writers.WRITERS} clients at once in one plan",
    ]
    assert [words for words in said if words not in PAGE] == []

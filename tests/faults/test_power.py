"""
Power goes in the middle of writes, on SQLite: what was acknowledged had been synced. Careless settings lose some.

A shim keeps what was synced (see power.c); after the cut nothing else is there.
"""

import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from . import audit
from .client import Writer, struck
from .conftest import Hub

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed"),
]
CUTS, CARELESS_CUTS = 6, 3
WRITERS = 2
AFTER, SECONDS = (2, 40), (0, 0.06)  # so many writes were acknowledged, and a moment more


@pytest.fixture(scope="session")
def shim(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("shim") / "power.so"
    source = Path(__file__).with_name("power.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-o", str(made), str(source), "-ldl"], check=True)
    return made


def _powered(quiet: tuple[Path, dict[str, Any]], folder: Path, shim: Path, **more: str) -> Hub:
    data = shutil.copytree(quiet[0], folder / "data")
    survives = {"SURVIVES_OF": str(data), "SURVIVES_IN": str(folder / "survives")}
    return Hub(data, LD_PRELOAD=str(shim), **survives, **more)


class _Cut:
    """Serve, write, cut the power; then see how many writes were acknowledged, how many are lost, and what is wrong."""

    def __init__(self, quiet: tuple[Path, dict[str, Any]], powered: Hub, seed: int, *words: str) -> None:
        source = random.Random(seed)
        before, place = quiet
        survives = Path(powered.environment["SURVIVES_IN"])
        shutil.rmtree(survives, ignore_errors=True)
        shutil.copytree(before, survives)
        try:
            powered.start_with(before, *words)
            writers = [Writer(powered.port, token) for token in place["tokens"][:WRITERS]]
            works = [_adding(one, place["plan"], nth) for nth, one in enumerate(writers)]
            struck(powered, writers, works, source.randint(*AFTER), source.uniform(*SECONDS))
        finally:
            powered.kill()
        found = audit.audited(Hub(_after(powered.data, survives)).environment)
        added = [pk for one in writers for kept in one.acknowledged for pk in kept["said"]["ids"]]
        self.acknowledged, self.wrong = len(added), found["wrong"]
        self.refused = [refusal for one in writers for refusal in one.refused]
        self.lost = len(set(added) - found["items"].keys())


def _after(data: Path, survives: Path) -> Path:
    """Put in the place of the database what survived of it. Returns the folder."""
    for path in data.glob("consortio.sqlite3*"):
        path.unlink()
    for name in ("consortio.sqlite3", "consortio.sqlite3-wal"):
        if (survives / name).exists():
            shutil.copy(survives / name, data / name)
    return data


def _adding(writer: Writer, plan: str, nth: int):
    def step(count: int) -> None:
        writer.write("POST", f"/plans/{plan}/items", {"items": [{"name": f"{nth}/{count}", "duration_minutes": 480}]})

    return step


def _told(what: str, cuts: list[_Cut]) -> None:
    acknowledged, lost = sum(cut.acknowledged for cut in cuts), sum(cut.lost for cut in cuts)
    print(f"\n{what}: {len(cuts)} cuts, {acknowledged} writes acknowledged, {lost} lost")


def test_no_acknowledged_write_is_lost_when_power_goes(quiet, tmp_path, shim):
    powered = _powered(quiet, tmp_path, shim)
    powered.keep_nursery()

    cuts = [_Cut(quiet, powered, seed) for seed in range(CUTS)]

    powered.close()
    _told("synchronous=FULL", cuts)
    assert [(cut.lost, cut.wrong, cut.refused) for cut in cuts] == [(0, [], [])] * CUTS
    assert all(cut.acknowledged >= AFTER[0] for cut in cuts)


@pytest.mark.parametrize("level", [pytest.param("OFF", marks=pytest.mark.whole), "NORMAL"])
def test_a_server_that_syncs_less_loses_some(quiet, tmp_path, shim, level):
    """The control: if this one lost nothing either, the cut above would cut nothing."""
    powered = _powered(quiet, tmp_path, shim, CARELESS=level)
    words = (sys.executable, "-m", "tests.faults.careless", "serve")

    cuts = [_Cut(quiet, powered, seed, *words) for seed in range(CARELESS_CUTS)]

    _told(f"synchronous={level}", cuts)
    assert [cut.refused for cut in cuts] == [[]] * CARELESS_CUTS
    assert sum(cut.lost for cut in cuts) > 0


@pytest.mark.parametrize("level", ["OFF", "NORMAL"])
def test_a_hub_that_would_sync_less_does_not_serve(embedded, level):
    asked = {"env": embedded.hub.environment | {"CARELESS": level, "CARELESS_OPENLY": "yes"}, "text": True}
    words = [sys.executable, "-m", "tests.faults.careless"]

    served = subprocess.run([*words, "serve", "--port", str(embedded.hub.port)], capture_output=True, **asked)
    looked = subprocess.run([*words, "doctor"], capture_output=True, **asked)

    assert served.returncode == 3 and "synchronous" in served.stderr
    assert looked.returncode == 3 and "synchronous (refused)" in looked.stdout
    assert "synchronous" not in embedded.hub.command("doctor")

"""Power goes in the middle of writes, on SQLite: what was acknowledged had been synced. A careless server loses some."""

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.hub import Hub

from . import audit, stage
from .client import Writer, until_gone
from .test_kill import _wait_for_the_first

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed"),
]
CUTS = 6
CARELESS = [sys.executable, "-m", "tests.faults.careless", "serve"]


@pytest.fixture(scope="module")
def shim(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("shim") / "power.so"
    source = Path(__file__).with_name("power.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", str(made), str(source), "-ldl"], check=True)
    return made


def lost_in_a_cut(folder: Path, shim: Path, seed: int, *command: str) -> tuple[int, int, list[str]]:
    """Serve, write, cut the power; return how many writes were acknowledged, how many are lost, and what is wrong."""
    data, survives = folder / "data", folder / "survives"
    data.mkdir(parents=True)
    hub = Hub(data)
    hub.command("migrate")
    place = stage.made(hub.environment)
    _settle(data)
    shutil.copytree(data, survives)
    powered = Hub(data, LD_PRELOAD=str(shim), SURVIVES_OF=str(data), SURVIVES_IN=str(survives))
    powered.start(*command)
    writers = [Writer(powered.port, token) for token in place["tokens"][:2]]
    threads = [until_gone(_adding(one, place["plan"], nth)) for nth, one in enumerate(writers)]
    _wait_for_the_first(writers)
    time.sleep(random.Random(seed).uniform(0.1, 0.5))
    powered.kill()
    for thread in threads:
        thread.join(60)
    for one in writers:
        one.close()
    for path in data.glob("*.sqlite3*"):
        path.unlink()
    for path in survives.glob("*.sqlite3*"):
        if not path.name.endswith("-shm"):
            shutil.copy(path, data / path.name)
    found = audit.audited(hub.environment)
    added = [pk for one in writers for kept in one.acknowledged for pk in kept["said"]["ids"]]
    return len(added), len([pk for pk in added if pk not in found["items"]]), found["wrong"]


def _settle(data: Path) -> None:
    """Have everything that was made so far in the database itself, as after a quiet night."""
    import sqlite3

    line = sqlite3.connect(data / "consortio.sqlite3")
    line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    line.close()


def _adding(writer: Writer, plan: str, nth: int):
    def step(count: int) -> None:
        writer.write("POST", f"/plans/{plan}/items", {"items": [{"name": f"{nth}/{count}"}]})

    return step


def test_no_acknowledged_write_is_lost_when_power_goes(tmp_path, shim):
    outcomes = [lost_in_a_cut(tmp_path / str(n), shim, n) for n in range(CUTS)]

    assert all(acknowledged > 0 for acknowledged, _lost, _wrong in outcomes)
    assert [(lost, wrong) for _acknowledged, lost, wrong in outcomes] == [(0, [])] * CUTS


def test_a_server_that_does_not_sync_loses_some(tmp_path, shim):
    """The control: if this one lost nothing either, the cut above would cut nothing."""
    acknowledged, lost, _wrong = lost_in_a_cut(tmp_path / "careless", shim, 1, *CARELESS)

    assert acknowledged > 0
    assert lost > 0

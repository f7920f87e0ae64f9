"""A hub with one plan, on each database, started and stopped by the tests themselves."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import hub as journeys
from tests.journeys.hub import ROOT

from . import stage

sys.path.insert(0, str(ROOT / "bin"))
import _postgres

ENDED_WITH_US = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


class Hub(journeys.Hub):
    """One that does not outlive the tests, however these end."""

    before = ENDED_WITH_US

    def kill(self) -> None:
        super().kill()
        self._server = None


@dataclass(frozen=True)
class Staged:
    """A hub that is not serving yet, with what a client has to know of it."""

    hub: Hub
    kind: str  # sqlite or postgresql
    tokens: list[str]
    plan: str
    items: list[str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run these once: they bring both databases themselves, so the part for PostgreSQL has nothing to add."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        for item in items:
            if "tests/faults" in item.nodeid:
                item.add_marker(pytest.mark.skip(reason="brings both databases itself"))


@pytest.fixture(scope="session")
def quiet(tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    """Return a folder with a staged SQLite hub as after a quiet night: all of it is in the database's own file."""
    hub = Hub(tmp_path_factory.mktemp("quiet"))
    hub.command("migrate")
    place = stage.made(hub.environment)
    line = sqlite3.connect(hub.data / "consortio.sqlite3")
    line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    line.close()
    return hub.data, place


@pytest.fixture
def embedded(quiet, tmp_path) -> Iterator[Staged]:
    folder, place = quiet
    shutil.copytree(folder, tmp_path / "data")
    hub = Hub(tmp_path / "data")
    yield Staged(hub, "sqlite", **place)
    hub.kill()
    hub.close()


@pytest.fixture
def served(tmp_path) -> Iterator[Staged]:
    if _postgres.binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with _postgres.cluster(_postgres.DURABLE) as url:
        hub = Hub(tmp_path, DATABASE_URL=url.replace("_owner@", "_app@"), DATABASE_OWNER_URL=url)
        hub.command("migrate")
        yield Staged(hub, "postgresql", **stage.made(hub.environment))
        hub.kill()
        hub.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def staged(request) -> Staged:
    """Return a hub on the database that is asked for."""
    return request.getfixturevalue({"sqlite": "embedded", "postgresql": "served"}[request.param])

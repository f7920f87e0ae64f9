"""A hub on each database, started and stopped by the tests themselves."""

import os
import sys
from collections.abc import Iterator

import pytest

from tests.journeys.hub import ROOT, Hub

sys.path.insert(0, str(ROOT / "bin"))
import _postgres


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run these once: they bring both databases themselves, so the part for PostgreSQL has nothing to add."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        for item in items:
            if "tests/faults" in item.nodeid:
                item.add_marker(pytest.mark.skip(reason="brings both databases itself"))


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request, tmp_path) -> Iterator[Hub]:
    if request.param == "sqlite":
        yield from _of_its_own(Hub(tmp_path))
        return
    if _postgres.binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with _postgres.cluster() as url:
        yield from _of_its_own(Hub(tmp_path, DATABASE_URL=url.replace("_owner@", "_app@"), DATABASE_OWNER_URL=url))


def _of_its_own(hub: Hub) -> Iterator[Hub]:
    hub.command("migrate")
    yield hub
    hub.kill()

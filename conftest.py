"""Both databases: migrate as the owner, test as the role that serves."""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from absl import logging as solvers_logging
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from consortio.access import wall
from consortio.access.wall_text import role
from tests.isolation.routes import IS_WHOLE
from tests.retelling import Kept
from tests.world import World, build

# The first is the same browser without its windows, and takes half the processor time.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
STORY = "the whole story"
TOGETHER = {  # tests, by how their names begin, and what they share
    "tests/test_access_matrix.py": STORY,
    "tests/test_canaries.py": STORY,
    "tests/test_forged_ids.py": STORY,
    "tests/test_known_vulnerabilities.py": STORY,
    "tests/test_leaks.py": STORY,
    "tests/test_observers.py": STORY,
    "tests/test_twin_worlds.py": STORY,
    "consortio/demo/tests/": "the demo world",
    "consortio/operating/tests/test_postgresql.py": "a cluster of an operator",
    "tests/journeys/test_demo_world.py": "the demo world",
    "tests/journeys/test_goals.py": "the demo world",
    "tests/journeys/test_live_refresh.py": "the demo world",
    "tests/journeys/test_looking_ahead_together.py": "the demo world",
    "tests/journeys/test_looking_ahead.py": "the demo world",
    "tests/journeys/test_promises.py": "the demo world",
    "tests/journeys/test_readings.py": "the demo world",
}
ONE_BY_ONE = ("tests/faults/", "tests/test_", "tests/journeys/", "consortio/demo/", "consortio/operating/")
DATABASE = {"db", "transactional_db", "django_db_setup"}  # fixtures
CAST = Kept()


def pytest_configure() -> None:
    """
    Let the solver's library log to the process's own stream.

    It closes the stream that it found when it was loaded as soon as logging is set up anew: here pytest's, and all after it fail.
    """
    solvers_logging.get_absl_handler().python_handler.stream = sys.__stderr__


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage was a tenth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """
    Where two work, let what takes long begin first, the longest group before all, so that both end at once; in it the
    mutants come last, so that nothing that they leave behind in memory or in the database's files is met by others. On
    PostgreSQL ask what has to do with a database; the rest is the same on any. What only a whole run asks is left out,
    unless it is named.
    """
    asks_all = IS_WHOLE or any("::" in named for named in config.args)
    if not asks_all:
        _leave_out(config, items, lambda item: item.get_closest_marker("whole"))
    if hasattr(config, "workerinput"):
        items.sort(key=_turn)
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    _leave_out(config, items, lambda item: not _asks_a_database(item))
    if not asks_all:
        first = {_named(item): item for item in reversed(items)}
        _leave_out(config, items, lambda item: first[_named(item)] is not item)


def _turn(item: pytest.Item) -> tuple[bool, bool, bool]:
    is_mutant = item.nodeid.startswith("tests/test_leaks.py")
    return _shared_by(item.nodeid) != STORY, is_mutant, item.get_closest_marker("slow") is None


def _leave_out(config: pytest.Config, items: list[pytest.Item], is_out: Callable[[pytest.Item], Any]) -> None:
    apart = [item for item in items if is_out(item)]
    config.hook.pytest_deselected(items=apart)
    items[:] = [item for item in items if not is_out(item)]


def _asks_a_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or bool(DATABASE & set(item.fixturenames))


def _named(item: pytest.Item) -> str:
    """Return a name for all cases of a feature's test: they differ in what Python is told, the statements are the same."""
    return item.nodeid.partition("[")[0] if item.nodeid.startswith("consortio/") else item.nodeid


def _shared_by(nodeid: str) -> str | None:
    return next((group for name, group in TOGETHER.items() if nodeid.startswith(name)), None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """
    Let one worker do what shares something dear, or lies in one file, but for files in which each test takes long.

    Groups by mark are lost: xdist cannot write them behind the names of tests any more.
    """
    from xdist.scheduler.loadscope import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            own = nodeid if nodeid.startswith(ONE_BY_ONE) else nodeid.partition("::")[0]
            return _shared_by(nodeid) or own

    return Together(config, log)


def log_in_as(user: str) -> None:
    connection.close()
    connection.settings_dict["USER"] = user


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser for all tests of a run. It reaches this machine alone: an address of somebody else fails, and is told."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("chromium is not installed")
    with sync_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=["--no-sandbox", ALONE])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Migrate as the owner; test as the role that serves."""
    if connection.vendor == "postgresql":
        owner = connection.settings_dict["USER"]
        log_in_as(role("app"))
        yield
        log_in_as(owner)
    else:
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Let the cast stand before a test that asks for it begins its own transaction."""
    if _stands_in_the_cast(item):
        with item.config.stash[blocking_manager_key].unblock():
            CAST.stand()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    result = yield
    if "committed_world" in item.fixturenames and connection.vendor == "postgresql":
        log_in_as(role("app"))
    if CAST.stands and not _stands_in_the_cast(nextitem):
        with item.config.stash[blocking_manager_key].unblock():
            CAST.fall()
    return result


def _stands_in_the_cast(item: pytest.Item | None) -> bool:
    return "world" in getattr(item, "fixturenames", ())


@pytest.fixture
def committed_world(transactional_db, monkeypatch) -> World:
    """For tests with threads. Afterwards the owner cleans; on SQLite the wall comes down for that, and is put back."""
    yield build(monkeypatch)
    if connection.vendor == "postgresql":
        log_in_as(role("owner"))
    else:
        wall.take_down()


@pytest.fixture
def world(db, monkeypatch) -> World:
    return CAST.world(monkeypatch)

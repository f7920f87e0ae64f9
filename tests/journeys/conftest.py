"""A browser for all stories, hubs with data of their own, and readers who complain at the end if anything was wrong."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from . import plans
from .hub import Hub

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("axe_playwright_python", reason="axe is not installed")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# Nothing is reachable but this machine: an address of somebody else would fail, and be told.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


@pytest.fixture(scope="session")
def chromium() -> Iterator["playwright.Browser"]:
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("chromium is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=["--no-sandbox", ALONE])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def empty(tmp_path_factory) -> Path:
    """Return data that hold a database without a row, for others to begin from."""
    data = tmp_path_factory.mktemp("empty")
    Hub(data).command("migrate")
    return data


@pytest.fixture(scope="session")
def full(empty, tmp_path_factory) -> Path:
    """Return data that hold the demo world of today."""
    data = tmp_path_factory.mktemp("full") / "data"
    shutil.copytree(empty, data)
    Hub(data).command("demo", "load")
    return data


@pytest.fixture
def hub_with(empty, tmp_path) -> Iterator[Callable[..., Hub]]:
    """Return a function that serves a copy of some data, the empty ones if none are named, under settings of its own."""
    running: list[Hub] = []

    def begin(data: Path = empty, **settings: str) -> Hub:
        shutil.copytree(data, tmp_path / "data")
        running.append(Hub(tmp_path / "data", **settings))
        return running[-1].start()

    yield begin
    for hub in running:
        hub.stop()


@pytest.fixture
def hub(hub_with) -> Hub:
    return hub_with()


@pytest.fixture
def reader(chromium, hub) -> Iterator:
    from .reader import Reader

    somebody = Reader(chromium, hub.address)
    yield somebody
    somebody.close()


@pytest.fixture(scope="session")
def plan_files(tmp_path_factory) -> tuple[Path, Path, Path]:
    return plans.files_in(tmp_path_factory.mktemp("plans"))

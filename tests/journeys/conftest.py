"""A browser for all stories, hubs with data of their own, and readers who complain at the end if anything was wrong."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from . import plans
from .hub import BIN_RUN, ROOT, Hub

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("axe_playwright_python", reason="axe is not installed")


@pytest.fixture(scope="session")
def empty(tmp_path_factory) -> Path:
    """Return data that hold a database without a row, for others to begin from."""
    data = tmp_path_factory.mktemp("empty")
    Hub(data).command("migrate")
    return data


@pytest.fixture(scope="session")
def full(empty, tmp_path_factory) -> Path:
    """Return data that hold the demo world of today, as the first command leaves them; what it said lies beside."""
    data = tmp_path_factory.mktemp("full")
    shutil.copy(empty / "secret_key", data)  # of all hubs from one nursery
    if (ROOT / ".venv" / "installed.json").exists():
        Hub(data).start(*BIN_RUN).stop()
    else:  # it would install packages first
        Hub(data).command("migrate")
        Hub(data).command("demo", "load")
    return data


@pytest.fixture(scope="session")
def cradle(empty, tmp_path_factory) -> Iterator[Hub]:
    """Return a hub that serves one story after another, each time in a new process with other data in its folder."""
    hub = Hub(shutil.copytree(empty, tmp_path_factory.mktemp("cradle") / "data"))
    hub.keep_nursery("--pages")
    yield hub
    hub.close()


@dataclass(frozen=True)
class Begun:
    """What steps left that were taken before: the data, the browser's cookies, and the address it stood at."""

    data: Path
    cookies: Any
    where: str


@pytest.fixture(scope="session")
def begun_by(chromium, cradle, empty, tmp_path_factory) -> Callable[..., Begun]:
    """Return a function that takes steps in a hub of their own, once for all stories that begin after them."""
    from .reader import Reader

    @cache
    def begin(*steps: Callable[["Reader"], None]) -> Begun:
        cradle.start_with(empty)
        reader = Reader(chromium, cradle.address)
        for step in steps:
            step(reader)
        cookies, where = reader.context.storage_state(), urlsplit(reader.page.url).path
        reader.close()
        cradle.stop()
        return Begun(shutil.copytree(cradle.data, tmp_path_factory.mktemp("begun") / "data"), cookies, where)

    return begin


@pytest.fixture
def begun() -> Begun | None:
    """A file of stories that all begin alike says here after which steps."""
    return None


@pytest.fixture
def hub_with(cradle, empty, tmp_path) -> Iterator[Callable[..., Hub]]:
    """Return a function that serves a copy of some data, the empty ones if none are named, under settings of its own."""
    running: list[Hub] = []

    def begin(data: Path = empty, **settings: str) -> Hub:
        assert not running, "a story has one hub"
        running.append(Hub(shutil.copytree(data, tmp_path / "data"), **settings) if settings else cradle)
        return running[0].start() if settings else cradle.start_with(data)

    yield begin
    for hub in running:
        hub.stop()


@pytest.fixture
def hub(hub_with, begun) -> Hub:
    return hub_with(begun.data) if begun else hub_with()


@pytest.fixture
def reader(chromium, hub, begun) -> Iterator:
    from .reader import Reader

    somebody = Reader(chromium, hub.address, storage_state=begun.cookies if begun else None)
    if begun:
        somebody.go(begun.where)
    yield somebody
    somebody.close()


@pytest.fixture(scope="session")
def plan_files(tmp_path_factory) -> tuple[Path, Path, Path]:
    return plans.files_in(tmp_path_factory.mktemp("plans"))

"""One demo world for all tests that look at it; it is told from a fixed day."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from consortio import access
from consortio.accounts.models import User
from consortio.accounts.reads import organisations_of
from consortio.demo.cast import CAST
from consortio.demo.reads import is_loaded
from consortio.demo.story import load
from tests.retelling import Tale

TODAY = date(2031, 5, 7)
_tale = Tale()


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory) -> Path:
    """The files of the demo world, as it laid them down."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, demo_files) -> Iterator[None]:
    """Tell the demo world, and roll it back after the last test of the module."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(FILES=demo_files):
        _tale.tell(lambda: load(TODAY))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def load_here(settings, tmp_path, demo_files) -> Callable[..., None]:
    """Return what does as `load` of that day does, and lays its files into a folder of the test's own."""
    settings.FILES = tmp_path / "files"

    def load_again(today: date = TODAY) -> None:
        if is_loaded():
            load(today)  # refuses it
        assert today == TODAY
        with override_settings(FILES=demo_files), transaction.atomic():
            _tale.tell(lambda: load(TODAY))
        shutil.copytree(demo_files, settings.FILES, dirs_exist_ok=True)

    return load_again


@pytest.fixture
def demo_here(db, load_here) -> None:
    """The demo world for one test, which may take it away."""
    load_here()


def acting(who: str, hat: int = 0) -> access.Actor:
    """Return somebody of the cast, acting for the first organisation they may act for or for another one."""
    person_id = User.objects.get(email=CAST[who].email).person_id
    return access.actor_for(person_id, organisations_of(person_id)[hat])

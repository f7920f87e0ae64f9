"""`consortio demo`, within one process."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection

from consortio import serving_lock
from consortio.cli.demo import demo
from consortio.demo import story
from consortio.demo.reads import is_loaded

sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the role that serves deletes no record")
pytestmark = pytest.mark.slow  # each loads or removes a whole world


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(demo, words)
    return done.exit_code, done.output.strip()


@sqlite
def test_it_is_loaded_once_and_removed_once(db, load_here, monkeypatch):
    monkeypatch.setattr(story, "load", load_here)

    assert run("load", "--today", "2031-05-07", "--if-empty")[0] == 0
    assert run("load") == (3, "The demo world is there already; `consortio demo remove` takes it away.")
    assert run("load", "--if-empty") == (0, "")
    assert run("remove") == (0, "The demo world is gone.")
    assert run("remove") == (3, "There is no demo world here.")


def test_whoever_has_begun_is_left_alone(world):
    world.client("ada@Harbour")

    assert run("load", "--if-empty") == (0, "")

    assert not is_loaded()


@sqlite
def test_a_database_that_is_being_served_is_left_alone(db):
    with serving_lock.held(Path(connection.settings_dict["NAME"])):
        code, said = run("load")

    assert code == 3 and "is serving the database" in said
    assert not is_loaded()

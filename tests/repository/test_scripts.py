"""The scripts of bin/: what they do when something is missing, and when they install."""

import importlib
import json
from collections import Counter

import pytest

import conftest

from .tree import ROOT, files

HERE = {"Java": ("default-jre-headless", lambda: "/usr/bin/java")}
GONE = {"Java": ("default-jre-headless", lambda: None)}


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """The shared module, with an environment that is there and a folder of its own for its stamp."""
    monkeypatch.syspath_prepend(str(ROOT / "bin"))
    module = importlib.import_module("_environment")
    monkeypatch.setattr(module, "STAMP", tmp_path / "installed.json")
    monkeypatch.setattr(module, "_works", lambda: True)
    monkeypatch.setattr(module, "is_root", lambda: False)
    return module


@pytest.fixture
def parts(environment, monkeypatch):
    module = importlib.import_module("_parts")
    monkeypatch.setattr(environment, "ensure", lambda lock: None)
    monkeypatch.delenv("CI", raising=False)
    return module


@pytest.fixture
def installed(environment, monkeypatch):
    done = []
    monkeypatch.setattr(environment, "_install", done.append)
    return done


def test_a_part_looks_where_all_of_its_tests_are(parts):
    for marker, folders in parts.PLACES.items():
        found = [path for path in files() if path.suffix == ".py" and f"pytest.mark.{marker}" in path.read_text()]
        apart = [path for path in found if not any(path.is_relative_to(ROOT / folder) for folder in folders)]
        assert (bool(found), apart) == (True, [])


def test_what_is_done_by_one_worker_is_there():
    """A name that nothing begins with any more would let two workers repeat what is dear, without a word."""
    for name in conftest.TOGETHER:
        path, _, begins = name.partition("::")
        files = list((ROOT / path).glob("test_*.py")) or [ROOT / path]
        assert all(f"def {begins or 'test_'}" in file.read_text() for file in files), name
    assert all(list(ROOT.glob(f"{name}*")) for name in conftest.ONE_BY_ONE)


def judge(parts, outcome):
    return parts.Part("judge", lambda: Counter(outcome), needs=["Java"])


def test_a_part_runs_where_its_tool_is(parts, monkeypatch, capsys):
    monkeypatch.setattr(parts, "TOOLS", HERE)

    assert parts.go_through([judge(parts, {"passed": 3})]) == 0

    assert capsys.readouterr().out.endswith("\n3 passed, 0 failed\n")


def test_a_part_without_its_tool_is_left_out_and_named(parts, monkeypatch, capsys):
    monkeypatch.setattr(parts, "TOOLS", GONE)

    assert parts.go_through([judge(parts, {"passed": 3})]) == 0

    said = capsys.readouterr().out
    assert "apt install default-jre-headless" in said and "Java missing" in said
    assert said.endswith("\n0 passed, 0 failed, 1 skipped\n")


@pytest.mark.parametrize("ci", ["true", "1"])
def test_under_ci_a_part_without_its_tool_has_failed(ci, parts, monkeypatch):
    monkeypatch.setattr(parts, "TOOLS", GONE)
    monkeypatch.setenv("CI", ci)
    assert parts.go_through([judge(parts, {"passed": 3})]) == 1


def test_one_failure_fails_the_run(parts, monkeypatch):
    monkeypatch.setattr(parts, "TOOLS", HERE)
    assert parts.go_through([judge(parts, {"passed": 3, "failed": 1})]) == 1


def test_a_selection_without_tests_has_failed(parts, monkeypatch):
    monkeypatch.setattr(parts._environment, "run", lambda *words, **more: 5)  # what pytest answers then
    assert parts.suite(select="nothing")() == Counter(failed=1)


def test_a_lock_is_installed_once(environment, installed):
    environment.ensure("run")
    environment.ensure("run")

    assert installed == ["run"]
    assert set(json.loads(environment.STAMP.read_text())) == {"run"}


def test_a_larger_lock_holds_the_smaller_ones(environment, installed):
    environment.ensure("test")
    environment.ensure("fast")
    environment.ensure("run")

    assert installed == ["test"]


def test_a_changed_lock_is_installed_again(environment, installed, monkeypatch):
    environment.ensure("run")
    monkeypatch.setattr(environment, "_hash_of", lambda lock: "another")

    environment.ensure("run")

    assert installed == ["run", "run"]


def test_a_spoilt_stamp_is_none(environment, installed):
    environment.STAMP.write_text("{")
    environment.ensure("run")
    assert installed == ["run"]

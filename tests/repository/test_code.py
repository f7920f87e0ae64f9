"""What no import contract can say: read from the source, each with a test that it bites."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

import pytest
from django.conf import settings

from .tree import ROOT, name, of_each, sources

HUB = ROOT / "consortio"
# Ways round the managers that Python cannot close: a cursor, raw SQL, a query set or query built by hand.
SIDE_DOORS = {"cursor", "raw", "RawSQL", "extra", "QuerySet", "Query", "_raw_delete", "opened", "GuardedQuerySet"}
SIDE_DOORS_ALLOWED = {
    "access/wall.py",
    "access/gate.py",
    "access/guarded.py",
    "access/questions.py",
    "sqlite/base.py",
    "record/log.py",
}
SIDE_DOORS_ALLOWED |= {"operating/doctor.py"}  # asks the database how it is set up, not what is in it
SIDE_DOORS_ALLOWED |= {"demo/removal.py"}  # deletes whole partnerships, which no row of theirs may refuse
BANNED = {  # a call, and where it may stand
    "eval": set(),
    "exec": set(),
    "compile": set(),
    "__import__": set(),
    "pickle.load": set(),
    "pickle.loads": set(),
    "marshal.loads": set(),
    "yaml.load": set(),
    "os.system": set(),
    "mark_safe": {"ui"},
    "Markup": {"ui"},
    "csrf_exempt": {"notices"},  # the way out of a mail: the reader's mail provider posts there (RFC 8058)
    "datetime.utcnow": set(),
}
BUILT_IN = {"eval", "exec", "compile"}  # re.compile is another thing
LINES = 500  # in a file
STATEMENTS = 70  # lines of a function
NINE_IN_TEN = 30
ALL = sources("consortio", "engine/src", "bin", "bench")
MADE = [path for path in ALL if path.is_relative_to(HUB)]
WITH_DATABASE = [path for path in MADE if not path.is_relative_to(HUB / "interchange")]
CLOCKS = {"timezone.now", "datetime.now", "date.today", "time.time", "localdate", "now"}
INNER_FILES = ("actions.py", "reads.py", "rules.py", "engine.py", "models.py")  # they are told the time
INNER = [p for p in ALL if p.name in INNER_FILES or {"interchange", "consortio_engine"} & set(p.parts)]
FEATURE_FILES = ("views.py", "api.py", "forms.py", "jobs.py", "urls.py")


def inside(path: Path) -> str:
    return path.relative_to(HUB).as_posix()


def calls(source: str) -> Iterator[str]:
    """Yield what is called, with its dots."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def last_names(source: str) -> list[str]:
    return [call.split(".")[-1] for call in calls(source)]


def banned(source: str, folder: str) -> list[str]:
    called = set(calls(source))
    called |= {".".join(call.split(".")[-dots:]) for call in called if call.count(".") for dots in (1, 2)} - BUILT_IN
    return [what for what, where in BANNED.items() if what in called and folder not in where]


def faults(source: str) -> Iterator[str]:
    """Yield what is wrong with the actions of a module: keywords only, the gate first."""
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
        if any(decorator.startswith("system_action(") for decorator in decorators):
            continue  # they are listed
        if "action" in decorators:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if not ast.unparse(body[0]).split(" = ")[-1].startswith("access.lock("):
                yield f"{node.name}: does not begin with access.lock(...)"
            if node.args.args or not node.args.kwonlyargs:
                yield f"{node.name}: takes positional arguments"
        elif not node.name.startswith("_"):
            if "unscoped" not in last_names(ast.unparse(node)):
                yield f"{node.name}: is public and no action"


def test_side_doors_are_used_by_the_gate_only():
    found = {inside(path) for path in WITH_DATABASE if SIDE_DOORS & set(last_names(path.read_text()))}
    assert found <= SIDE_DOORS_ALLOWED
    assert SIDE_DOORS & set(last_names("connection.cursor().execute('SELECT 1')"))


@of_each(ALL)
def test_nothing_banned_is_called(path):
    assert banned(path.read_text(), path.parent.name) == []


@pytest.mark.parametrize("source", ["eval('1')", "yaml.load(x)", "datetime.datetime.utcnow()", "mark_safe(x)"])
def test_the_search_for_what_is_banned_bites(source):
    assert banned(source, "plans")


def test_a_pattern_may_be_compiled():
    assert banned("re.compile('a')", "plans") == []


def test_markup_is_made_in_the_design_system_only():
    assert banned("mark_safe(x)", "ui") == []


@of_each(sorted(HUB.glob("*/actions.py")))
def test_actions_begin_at_the_gate(path):
    assert list(faults(path.read_text())) == []


def test_the_check_of_actions_bites():
    assert len(list(faults("@action\ndef f(risk): risk.save()\ndef g(): pass"))) == 3


@of_each([path for path in MADE if path.name in FEATURE_FILES])
def test_what_translates_requests_asks_no_database(path):
    assert list(queries(path.read_text())) == []


@of_each(INNER)
def test_what_decides_is_told_the_time(path):
    assert clocks(path.read_text()) == set()


def clocks(source: str) -> set[str]:
    called = set(calls(source))
    return CLOCKS & (called | {".".join(call.split(".")[-2:]) for call in called if "." in call})


@pytest.mark.parametrize("source", ["timezone.now()", "datetime.datetime.now(UTC)", "date.today()"])
def test_the_search_for_clocks_bites(source):
    assert clocks(source)


def queries(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager"):
            yield ast.unparse(node)


def test_the_search_for_queries_bites():
    assert list(queries("Item.objects.filter(pk=1)")) == ["Item.objects"]


def lengths(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name(path)}: {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_functions_fit_a_screen():
    found = [pair for path in ALL for pair in lengths(path)]
    assert [pair for pair in found if pair[1] > STATEMENTS] == []
    assert quantiles([lines for _, lines in found], n=10)[-1] <= NINE_IN_TEN


@of_each(sources("consortio", "engine", "bin", "bench", "tests", tests=True))
def test_files_fit_a_sitting(path):
    assert len(path.read_text().splitlines()) <= LINES


def foreign_models(path: Path) -> Iterator[str]:
    """Yield the models that a file imports from another feature; those of the ground (access) are for everybody."""
    own = path.relative_to(HUB).parts[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            _, feature, *rest = [*(node.module or "").split("."), ""]
            imported = {*rest, *(alias.name for alias in node.names)}
            if (node.module or "").startswith("consortio.") and "models" in imported and feature not in (own, "access"):
                yield node.module or ""


def test_only_a_feature_imports_its_own_models():
    assert [(inside(path), found) for path in MADE for found in foreign_models(path)] == []


def test_the_search_for_foreign_models_bites(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.repository.test_code.HUB", tmp_path)
    (tmp_path / "plans").mkdir()
    reads = tmp_path / "plans" / "reads.py"
    reads.write_text("from consortio.circles.models import Circle\nfrom consortio.access.models import Seat\n")

    assert list(foreign_models(reads)) == ["consortio.circles.models"]


def test_every_feature_is_under_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    order = {contract["name"]: contract for contract in contracts}
    inside_of = order["Inside a feature, imports point down"]["containers"]
    assert sorted(inside_of) == sorted(f"consortio.{feature}" for feature in settings.FEATURES)
    layers = [layer.strip("()") for layer in order["Features know only the features below them"]["layers"]]
    assert [layer for layer in reversed(layers) if layer in settings.FEATURES] == settings.FEATURES

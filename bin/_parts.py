"""The parts of a test run: what each needs, how long it took, and what it found."""

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import _environment
import _postgres

Outcome = Counter[str]  # how many "passed", "failed", "skipped"
TOOLS: dict[str, tuple[str, Callable[[], object]]] = {  # tool: (Debian package, is it there?)
    "PostgreSQL": ("postgresql", _postgres.binaries),
    "Chromium": (
        "chromium-headless-shell",
        lambda: any(map(shutil.which, ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"])),
    ),
    "Java": ("default-jre-headless", lambda: shutil.which("java")),
    "a C compiler": ("gcc", lambda: shutil.which("gcc")),
    "gettext": ("gettext", lambda: shutil.which("msgfmt")),
}


@dataclass(frozen=True)
class Part:
    name: str
    run: Callable[[], Outcome]
    needs: Sequence[str] = field(default=())


def tools(*commands: Sequence[str]) -> Callable[[], Outcome]:
    """Return a part that runs programs of the environment, each counted as one check."""

    def check() -> Outcome:
        codes = [_environment.run([str(_environment.PYTHON.parent / words[0]), *words[1:]]) for words in commands]
        return Counter("failed" if code else "passed" for code in codes)

    return check


def suite(*words: str, select: str, on_postgres: bool = False) -> Callable[[], Outcome]:
    """Return a part that runs the tests whose markers are selected."""

    def check() -> Outcome:
        if not on_postgres:
            return _pytest([*words, "-m", select], {})
        with _postgres.cluster() as url:
            return _pytest([*words, "-m", select], {"DATABASE_URL": url})

    return check


ALL_BUT = "not browser and not judge and not wheels"
TWO = ("-n", "2")  # what shares something dear is done by one of them, see conftest.py
ONCE = (  # touch no database, or bring their own
    "consortio/cli", "consortio/interchange", "consortio/operating", "consortio/ui", "tests/faults", "tests/repository"
)  # fmt: skip
# What people see and send, and how they sign in. On PostgreSQL the twin worlds ask each page and send each form.
AS_SEEN = ("*_pages.py", *(f"*/accounts/tests/test_{what}.py" for what in ("factors", "passwords", "signing_in")))
SLOWEST = ("--durations=15", "--durations-min=5")  # tests that are named at the end, and from how many seconds
RULES = ("--config", "pyproject.toml")  # one set of rules for both packages
LINT = Part("lint", tools(["ruff", "check", "--output-format=concise", *RULES], ["ruff", "format", "--check", *RULES]))
CONTRACTS = Part("contracts", tools(["lint-imports", "--no-logo"]))
TYPES = Part("types", tools(["mypy", "--show-traceback"]))
GROUND = ("consortio/access", "consortio/record", "tests/notes", "tests/repository", *(
    f"tests/test_{what}.py"
    for what in ("circles", "folding", "gate", "questions", "record", "seats", "sqlite_values", "wall", "words", "writes")
))  # fmt: skip
SQLITE = Part("sqlite", suite(*TWO, select=ALL_BUT), needs=["a C compiler", "gettext"])
POSTGRES = Part(
    "postgres",
    suite(
        *TWO,
        "consortio",
        "tests",
        *(f"--ignore={folder}" for folder in ONCE),
        *(f"--ignore-glob={files}" for files in AS_SEEN),
        select=f"{ALL_BUT} and not once",
        on_postgres=True,
    ),
    needs=["PostgreSQL"],
)
PLACES = {"judge": ["tests/judge"], "browser": ["tests/journeys", "consortio/ui"]}  # where to look for these marks
JUDGE = Part("judge", suite(*TWO, *PLACES["judge"], select="judge"), needs=["Java"])
WHEELS = Part("wheels", suite("tests/test_wheels.py", select="wheels"))
BROWSER = Part("browser", suite(*TWO, *PLACES["browser"], select="browser"), needs=["Chromium"])


def quick(tests: Sequence[str]) -> Part:
    """Return the quick tests of the ground, and of these folders or files."""
    return Part("quick", suite(*TWO, *dict.fromkeys([*GROUND, *tests]), select=f"{ALL_BUT} and not slow"))


def go_through(parts: Sequence[Part]) -> int:
    """Run the parts one after another, say how each went, and return the exit code for all of them."""
    _environment.ensure("test")
    _install_missing(parts)
    strict = os.environ.get("CI", "").lower() in ("1", "true")
    total: Outcome = Counter()
    table = []
    started = time.monotonic()
    for part in parts:
        began = time.monotonic()
        outcome = _run(part, strict=strict)
        total += outcome
        table.append(f"{part.name:10} {(time.monotonic() - began) / 60:6.1f} min   {_said(outcome)}")
    print("\n" + "\n".join(table), f"\n{'all':10} {(time.monotonic() - started) / 60:6.1f} min")
    print(_said(total))
    return 1 if total["failed"] else 0


def _run(part: Part, *, strict: bool) -> Outcome:
    print(f"\n── {part.name} ", "─" * (60 - len(part.name)), flush=True)
    missing = [tool for tool in part.needs if not TOOLS[tool][1]()]
    if missing:
        print(f"Not run: {' and '.join(missing)} missing.")
        return Counter(failed=1) if strict else Counter(skipped=1)
    return part.run()


def _install_missing(parts: Sequence[Part]) -> None:
    needed = sorted({tool for part in parts for tool in part.needs})
    packages = [TOOLS[tool][0] for tool in needed if not TOOLS[tool][1]()]
    if "Chromium" in needed and _environment.is_root() and not shutil.which(TOOLS["Chromium"][0]):
        _environment.apt_install([TOOLS["Chromium"][0]])  # without it another Chromium does, at twice the time
    if packages and not _environment.apt_install(packages):
        print(f"For everything to run, install:\n\n    apt install {' '.join(packages)}\n", flush=True)


def _pytest(words: Sequence[str], extra: Mapping[str, str]) -> Outcome:
    with (
        _without("DATABASE_URL", "DATABASE_OWNER_URL", "DJANGO_SETTINGS_MODULE"),
        tempfile.TemporaryDirectory() as folder,
    ):
        report = Path(folder) / "report.xml"
        python = [str(_environment.PYTHON), "-m", "pytest", "-q", *SLOWEST, f"--junitxml={report}"]
        code = _environment.run([*python, *words], extra=extra)
        outcome = _counted(report)
    if code and not outcome["failed"]:  # nothing was collected, or pytest itself fell
        outcome["failed"] = 1
    return outcome


def _counted(report: Path) -> Outcome:
    if not report.exists():
        return Counter()
    outcome: Outcome = Counter()
    for tests in ElementTree.parse(report).getroot().iter("testsuite"):
        failed = int(tests.get("failures", 0)) + int(tests.get("errors", 0))
        skipped = int(tests.get("skipped", 0))
        outcome += Counter(failed=failed, skipped=skipped, passed=int(tests.get("tests", 0)) - failed - skipped)
    return outcome


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Take variables away for a while: whoever develops with a database of their own must not test on it."""
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


def _said(outcome: Outcome) -> str:
    skipped = f", {outcome['skipped']} skipped" if outcome["skipped"] else ""
    return f"{outcome['passed']} passed, {outcome['failed']} failed{skipped}"

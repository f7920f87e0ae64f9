"""
Change the engine's rules in small ways and see whether its tests notice: mutants made by mutmut 3.8.

    python bench/mutations.py --python MUTMUT_PYTHON --into FOLDER [--files clock msp] [--share 0.25] [--seed 1] [--whole]

MUTMUT_PYTHON belongs to an environment with mutmut 3.8, pytest below 9 and everything the engine's tests need; it is no
dependency of ours. The engine is copied into FOLDER, and `@kernel` is taken off there: mutmut leaves decorated functions
alone, and the decorator only registers them for compiling. Of each file's mutants a share is drawn by seed and asked with
the quick checks (`_mutants.py`: the clock at every minute, the dates of drawn plans). With --whole, what survives these
is asked by mutmut with the whole tests of the file.
FOLDER/survivors.txt holds what no test noticed; docs/engine/mutations.md tells what that is.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENGINE = HERE.parent / "engine"
OF_SCHEDULES = ("clock", "floats", "msp", "p6_backward", "p6_forward")
FILES = (
    *OF_SCHEDULES,
    *(f"privacy/{name}" for name in ("audit", "groups", "publishing", "rule", "survey")),
    "calendar",
)
OF_CALENDARS = ("clock", "passes", "crews", "calendar", "calendar_properties")
OF_SURVEYS = ("privacy", "privacy_release", "privacy_groups", "privacy_attacks")
OF_PASSES = ("edges", "floats", "passes", "cpm", "progress", "effort", "crews", "cpm_properties")
# Every run asks the same questions: a survivor is no matter of luck. A failure is enough; nobody reads the smallest one.
PROFILE = """
from hypothesis import Phase, settings

settings.register_profile("mutants", derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
settings.load_profile("mutants")
"""
SETTINGS = """
[tool.mutmut]
source_paths = ["src/"]
only_mutate = ["src/consortio_engine/{file}.py"]
also_copy = ["conftest.py"]
pytest_add_cli_args = ["-x", "-q", "-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = [{tests}]
track_dependencies = false
timeout_multiplier = 1.5
timeout_constant = 2.0

[tool.pytest.ini_options]
pythonpath = ["src", "tests"]
"""
GENERATE = """
from pathlib import Path
from mutmut import __main__ as m

if __name__ == "__main__":
    m.set_mutant_under_test("mutant_generation")
    Path("mutants").mkdir(exist_ok=True)
    m.copy_src_dir(); m.copy_also_copy_files(); m.setup_source_paths(); m.store_lines_covered_by_tests()
    m.create_mutants(1)
"""


def main() -> None:
    arguments = read_arguments()
    print(f"{'file':>20} {'mutants':>8} {'asked':>6} {'killed':>7} {'timeout':>8} {'survived':>9}")
    with (arguments.into / "survivors.txt").open("w") as out:
        for file in arguments.files:
            into = arguments.into / file.replace("/", "_")
            prepare(into, file)
            run([arguments.python, "generate.py"], into)
            found = asked(arguments, into, file)
            kinds = Counter(found.values())
            counts = f"{len(all_of(into, file)):>8} {len(found):>6} {kinds['killed']:>7} {kinds['timeout']:>8}"
            print(f"{file:>20} {counts} {kinds['survived']:>9}", flush=True)
            for name in (name for name, kind in found.items() if kind == "survived"):
                out.write(f"{name}\n{difference(arguments.python, into, name)}\n")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Mutate the engine's rules.")
    parser.add_argument("--python", required=True)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--files", nargs="+", choices=FILES, default=FILES)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole", action="store_true")
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    return arguments


def prepare(into: Path, file: str) -> None:
    """A copy of the engine without `@kernel`, with the settings of the run."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(ENGINE / "src", into / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ENGINE / "tests", into / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (into / "src" / "consortio_engine").glob("*.py"):
        path.write_text(re.sub(r"^@kernel\n", "", path.read_text(), flags=re.MULTILINE))
    (into / "conftest.py").write_text(PROFILE)
    (into / "generate.py").write_text(GENERATE)
    tests = ", ".join(f'"tests/test_{name}.py"' for name in tests_of(file))
    (into / "pyproject.toml").write_text(SETTINGS.format(file=file, tests=tests))


def tests_of(file: str) -> tuple[str, ...]:
    if file.startswith("privacy/"):
        return OF_SURVEYS
    return OF_CALENDARS if file in ("calendar", "clock") else OF_PASSES


def run(command: list[str], into: Path) -> None:
    with (into / "run.log").open("a") as log:
        subprocess.run(command, cwd=into, stdout=log, stderr=log, check=False)


def asked(arguments: argparse.Namespace, into: Path, file: str) -> dict[str, str]:
    """Each mutant that was asked, and how it ended."""
    results = into / "quick.json"
    words = [str(into), file, str(arguments.share), str(arguments.seed), str(results)]
    run([arguments.python, str(HERE / "_mutants.py"), *words], into)
    found: dict[str, str] = json.loads(results.read_text())
    left = [name for name, kind in found.items() if kind == "survived"]
    if arguments.whole and left:
        run([arguments.python, "-m", "mutmut", "run", "--max-children", "1", *left], into)
        codes = all_of(into, file)
        found |= {name: _kind(codes[name]) for name in left if codes[name] is not None}
    return found


def all_of(into: Path, file: str) -> dict[str, int | None]:
    """Every mutant of the file and the exit code of mutmut's tests; None: not asked by it."""
    meta = into / "mutants" / "src" / "consortio_engine" / f"{file}.py.meta"
    codes: dict[str, int | None] = json.loads(meta.read_text())["exit_code_by_key"]
    return codes


def _kind(code: int | None) -> str:
    return "survived" if code in (0, 5, 33) else "timeout" if code in (24, -24, 36, 152) else "killed"


def difference(python: str, into: Path, name: str) -> str:
    shown = subprocess.run(
        [python, "-m", "mutmut", "show", name], cwd=into, capture_output=True, text=True, check=False
    )
    lines = [line for line in shown.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

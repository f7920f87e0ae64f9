"""
Change the engine's schedule in small ways and see whether its tests notice: a mutation run by mutmut 3.8.

    python bench/mutations.py --python MUTMUT_PYTHON --into FOLDER [--files clock msp] [--share 0.25] [--seed 1]

MUTMUT_PYTHON belongs to an environment with mutmut 3.8 and everything the engine's tests need; it is no dependency of
ours. The engine is copied into FOLDER, and `@kernel` is taken off there: mutmut leaves decorated functions alone, and
the decorator only registers them for compiling. Of each file's mutants a share is drawn by seed. FOLDER/survivors.txt
holds the differences that no test noticed; what they are is told in docs/engine/mutations.md.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ENGINE = Path(__file__).resolve().parent.parent / "engine"
FILES = ("calendar", "clock", "floats", "msp", "p6_backward", "p6_forward")
# The tests of these rules, the quick ones first: a mutant is dropped at the first that fails.
TESTS = (
    "calendar",
    "cpm",
    "progress",
    "paths",
    "effort",
    "reschedule",
    "calendar_properties",
    "cpm_properties",
)
SETTINGS = """
[tool.mutmut]
source_paths = ["src/"]
only_mutate = [{files}]
also_copy = ["conftest.py"]
pytest_add_cli_args = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
pytest_add_cli_args_test_selection = [{tests}]
track_dependencies = false
timeout_multiplier = 5.0
timeout_constant = 5.0

[tool.pytest.ini_options]
pythonpath = ["src", "tests"]
"""


def main() -> int:
    arguments = read_arguments()
    prepare(arguments.into, arguments.files)
    if run(arguments, ["run", "--max-children", "1", "no_such_mutant"]) not in (0, 1):
        return 1
    wanted = drawn(arguments.into, arguments.files, arguments.share, arguments.seed)
    print(f"{len(wanted)} mutants", flush=True)
    run(arguments, ["run", "--max-children", str(arguments.children), *wanted])
    return report(arguments, wanted)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Mutate the engine's schedule.")
    parser.add_argument("--python", required=True)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--files", nargs="+", default=FILES)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--children", type=int, default=1)
    return parser.parse_args()


def prepare(into: Path, files: list[str]) -> None:
    """A copy of the engine without `@kernel`, with the settings of the run."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(ENGINE / "src", into / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ENGINE / "tests", into / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (into / "src" / "consortio_engine").glob("*.py"):
        path.write_text(re.sub(r"^@kernel\n", "", path.read_text(), flags=re.MULTILINE))
    # Every run asks the same questions: a survivor is then no matter of luck.
    settings = "from hypothesis import settings\n\nsettings.register_profile('m', derandomize=True, database=None)\n"
    (into / "conftest.py").write_text(settings + "settings.load_profile('m')\n")
    tests = [f"tests/test_{name}.py" for name in TESTS if (into / "tests" / f"test_{name}.py").exists()]
    listed = ", ".join(f'"src/consortio_engine/{name}.py"' for name in files)
    text = SETTINGS.format(files=listed, tests=", ".join(f'"{test}"' for test in tests))
    (into / "pyproject.toml").write_text(text)


def run(arguments: argparse.Namespace, words: list[str]) -> int:
    with (arguments.into / "run.log").open("a") as log:
        command = [arguments.python, "-m", "mutmut", *words]
        return subprocess.run(command, cwd=arguments.into, stdout=log, stderr=log, check=False).returncode


def results(into: Path, name: str) -> dict[str, int | None]:
    """Each mutant of a file and the exit code of the tests: 0 survived, None not asked, 33 no test reaches it."""
    meta = into / "mutants" / "src" / "consortio_engine" / f"{name}.py.meta"
    return json.loads(meta.read_text())["exit_code_by_key"] if meta.exists() else {}


def drawn(into: Path, files: list[str], share: float, seed: int) -> list[str]:
    names = [mutant for name in files for mutant in results(into, name)]
    draw = random.Random(seed)
    return [name for name in names if draw.random() < share]


def report(arguments: argparse.Namespace, wanted: list[str]) -> int:
    """Print counts per file, and write what survived."""
    survivors: list[str] = []
    print(f"{'file':>14} {'asked':>6} {'killed':>7} {'survived':>9} {'no test':>8} {'timeout':>8}")
    for name in arguments.files:
        asked = {key: code for key, code in results(arguments.into, name).items() if key in set(wanted)}
        kinds = Counter(_kind(code) for code in asked.values())
        survivors += [key for key, code in asked.items() if _kind(code) in ("survived", "no test")]
        print(f"{name:>14} {len(asked):>6}" + "".join(f" {kinds[kind]:>8}" for kind in _KINDS))
    with (arguments.into / "survivors.txt").open("w") as out:
        for key in survivors:
            words = [arguments.python, "-m", "mutmut", "show", key]
            shown = subprocess.run(words, cwd=arguments.into, capture_output=True, text=True, check=False).stdout
            out.write(f"{key}\n{shown}\n")
    return 0


_KINDS = ("killed", "survived", "no test", "timeout")


def _kind(code: int | None) -> str:
    known = {0: "survived", 5: "no test", 33: "no test", 36: "timeout", 24: "timeout", -24: "timeout", 152: "timeout"}
    return "not asked" if code is None else known.get(code, "killed")


if __name__ == "__main__":
    sys.exit(main())

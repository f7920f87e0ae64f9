"""`consortio plan read`, as people start it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from consortio import __version__
from consortio.interchange.tests.fixtures_mspdi import link, project, task
from consortio.interchange.tests.fixtures_xer import activity, xer

ROOT = Path(__file__).resolve().parents[3]
BINARY = str(ROOT / "bin" / "consortio")


def run(*words: str, program: tuple[str, ...] = (BINARY,), cwd: Path | None = None) -> tuple[int, str, str]:
    done = subprocess.run([*program, *words], capture_output=True, text=True, check=False, cwd=cwd)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def plan_file(tmp_path: Path) -> str:
    path = tmp_path / "bridge.xml"
    tasks = [
        task(1, Name="Foundation", Summary=1),
        task(2, Name="Dig", OutlineLevel=2, Start="2026-01-05T08:00:00", Finish="2026-01-05T17:00:00", Critical=1),
        task(3, Name="Done", Milestone=1, Duration="PT0H0M0S", more=link(2) + link(77)),
    ]
    path.write_bytes(project(*tasks))
    return str(path)


def test_a_person_gets_a_short_summary(plan_file: str) -> None:
    assert run("plan", "read", plan_file) == (
        0,
        "bridge.xml · MS Project XML\n"
        "\n"
        "Plan\n"
        "  start 2026-01-05 08:00\n"
        "\n"
        "3 items (1 phase, 1 task, 1 milestone) · 1 link · 1 calendar · 0 resources · 0 baselines\n"
        "    1 Foundation\n"
        "      2 Dig       2026-01-05 08:00  2026-01-05 17:00  critical\n"
        "    3 Done                                            milestone\n"
        "\n"
        "1 finding:\n"
        "  warning: A link of “Done” names item 77, which is not in the file. [uid 3, predecessor 77]\n",
        "",
    )


def test_a_program_gets_the_whole_plan(plan_file: str) -> None:
    code, out, _ = run("plan", "read", plan_file, "--json")

    shape = json.loads(out)
    assert code == 0
    assert list(shape) == ["file", "items", "links", "calendars", "resources", "baselines", "findings", "plan"]
    assert (shape["file"], [one["name"] for one in shape["items"]]) == ("bridge.xml", ["Foundation", "Dig", "Done"])
    assert shape["findings"][0]["where"] == {"uid": "3", "predecessor": "77"}


def test_a_refused_file_is_one_sentence_and_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "plan.mpp").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(100))
    (tmp_path / "cut.xer").write_bytes(xer([activity(1)], end=""))

    assert run("plan", "read", str(tmp_path / "plan.mpp")) == (3, "", "In MS Project: File › Save as › XML\n")
    assert run("plan", "read", str(tmp_path / "cut.xer"), "--json") == (
        3,
        "",
        "The file ends after line 13 without %E, its end mark: it seems cut off.\n",
    )
    assert run("plan", "read", str(tmp_path / "gone.xml")) == (
        3,
        "",
        "The file gone.xml cannot be opened: No such file or directory.\n",
    )


def test_columns_of_a_table_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("Who;What\nAnn;Paint\n", encoding="utf-8")
    columns = ("--column", "What=name", "--column", "Who=responsible", "--json")

    code, out, _ = run("plan", "read", str(tmp_path / "plan.csv"), *columns)

    assert (code, json.loads(out)["items"][0]["responsible"]) == (0, ["Ann"])
    assert run("plan", "read", str(tmp_path / "plan.csv"), "--column", "What")[0] == 2


def test_what_lies_in_the_current_folder_is_not_imported(tmp_path: Path, plan_file: str) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')", encoding="utf-8")

    assert run("plan", "read", plan_file, cwd=tmp_path)[0] == 0


def test_reading_a_plan_needs_no_django() -> None:
    code = (
        "import sys; from consortio.cli.main import main; main.get_command(None, 'plan').get_command(None, 'read');"
        "import consortio.interchange.child_inside, consortio.interchange.reading as r;"
        "[r.reader_for(one) for one in ('mspdi', 'xer', 'csv', 'xlsx')];"
        "sys.exit([one for one in sys.modules if one.partition('.')[0] in ('django', 'numpy')] != [])"
    )

    assert run("-c", code, program=(sys.executable,), cwd=ROOT) == (0, "", "")


def test_the_version_and_the_help_are_there() -> None:
    assert run("--version") == (0, f"consortio, version {__version__}\n", "")
    assert "--json" in run("plan", "read", "--help")[1]

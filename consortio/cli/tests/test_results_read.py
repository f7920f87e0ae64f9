"""`consortio results read` and `consortio partners read`, as people start them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from consortio.interchange.tests.fixtures_iati import activity, budget, iati, indicator, period, transaction
from consortio.interchange.tests.test_cordis import TWO, listed
from consortio.interchange.tests.test_proposal import PROPOSAL

ROOT = Path(__file__).resolve().parents[3]


def run(*words: str) -> tuple[int, str, str]:
    done = subprocess.run([str(ROOT / "bin" / "consortio"), *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def results_file(tmp_path: Path) -> str:
    path = tmp_path / "harbour.xml"
    path.write_bytes(iati(activity(transaction("3", "1250.50") + budget("7", kind="1") + indicator(period("9", "8")))))
    return str(path)


@pytest.fixture
def partners_file(tmp_path: Path) -> str:
    path = tmp_path / "quay.csv"
    path.write_bytes(listed(*TWO))
    return str(path)


def test_a_person_gets_the_figures(results_file: str, partners_file: str) -> None:
    assert run("results", "read", results_file) == (
        0,
        "harbour.xml · IATI 2.03\n"
        "\n"
        "1 activity · 1 result · 1 indicator · 1 period\n"
        "  funding 1\n"
        "  disbursements: 1 · 1250.50 EUR\n"
        "  budgets, original: 1 · 7 EUR\n"
        "\n"
        "No findings: everything was understood.\n",
        "",
    )
    assert run("partners", "read", partners_file) == (
        0,
        "quay.csv\n"
        "\n"
        "1 project · 2 rows\n"
        "  700001 QUAY · HARBOUR BOARD and 2 participants · 300.50 of 300.50\n"
        "\n"
        "No findings: everything was understood.\n",
        "",
    )


def test_a_person_gets_the_figures_of_a_proposal(tmp_path: Path) -> None:
    (tmp_path / "proposal.yml").write_text(PROPOSAL, encoding="utf-8")

    assert run("partners", "read", str(tmp_path / "proposal.yml")) == (
        0,
        "proposal.yml\n"
        "\n"
        "700001 QUAY Deeper quays\n"
        "2 partners · 1 work package · 2 deliverables\n"
        "  PT: 12.5 person months\n"
        "  MT: 7 person months\n"
        "\n"
        "1 finding:\n"
        "  info: PT is number 1 of the sites and was read as their coordinator. [part site]\n",
        "",
    )


def test_a_program_gets_everything_and_a_summary(results_file: str, partners_file: str) -> None:
    results = json.loads(run("results", "read", results_file, "--json")[1])
    partners = json.loads(run("partners", "read", partners_file, "--json")[1])

    assert list(results) == ["file", "root", "version", "encoding", "activities", "findings", "summary"]
    assert results["summary"]["transactions"] == {"3|EUR": {"n": 1, "sum": "1250.50"}}
    assert list(partners) == ["file", "rows", "parts", "projects", "findings", "summary"]
    assert partners["summary"]["by_project"]["700001"]["sum_participant_eu"] == "100.25"


def test_a_file_is_written_from_a_file_and_from_what_was_read(results_file: str, tmp_path: Path) -> None:
    (tmp_path / "read.json").write_text(run("results", "read", results_file, "--json")[1], encoding="utf-8")
    read = json.loads((tmp_path / "read.json").read_text(encoding="utf-8"))

    said = [
        run("results", "write", str(source), str(tmp_path / "new.xml"))
        for source in (results_file, tmp_path / "read.json")
    ]

    again = json.loads(run("results", "read", str(tmp_path / "new.xml"), "--json")[1])
    assert said == [(0, "new.xml · IATI 2.03 · 1 activity\n\nNo findings: everything was understood.\n", "")] * 2
    assert again["summary"] == read["summary"]


def test_a_file_that_cannot_be_written_is_one_sentence_and_exit_code_3(results_file: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")

    said = [
        run("results", "write", results_file, str(tmp_path / "gone" / "new.xml")),
        run("results", "write", str(tmp_path / "empty"), str(tmp_path / "new.xml")),
    ]

    assert said[0] == (3, "", "The file new.xml cannot be written: No such file or directory.\n")
    assert (said[1][:2], said[1][2].count("\n"), (tmp_path / "new.xml").exists()) == ((3, ""), 1, False)


@pytest.mark.parametrize("command", ["results", "partners"])
def test_a_refused_file_is_one_sentence_and_exit_code_3(command: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 40)

    answers = [run(command, "read", str(tmp_path / name), "--json") for name in ("empty", "noise", "gone", ".")]

    assert [(code, out, said.count("\n")) for code, out, said in answers] == [(3, "", 1)] * 4
    assert answers[2][2] == "The file gone cannot be opened: No such file or directory.\n"
    assert "Traceback" not in "".join(said for _, _, said in answers)


def test_reading_needs_no_django() -> None:
    code = (
        "import sys; from consortio.cli.main import main;"
        "[main.get_command(None, one).get_command(None, 'read') for one in ('results', 'partners')];"
        "main.get_command(None, 'results').get_command(None, 'write');"
        "import consortio.interchange.child_inside, consortio.interchange.documents as d;"
        "[d.document_reader(one) for one in ('Results', 'Partners')];"
        "sys.exit([one for one in sys.modules if one.partition('.')[0] in ('django', 'numpy')] != [])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)

    assert (done.returncode, done.stderr) == (0, "")

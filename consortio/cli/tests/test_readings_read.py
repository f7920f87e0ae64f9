"""`consortio readings read`, as people start it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from consortio.cli.tests.test_results_read import ROOT, run

TABLE = "KPI;Q1 2030;Q2 2030;Comment\nK-1;1.234;;by hand\nK-2;0,5;n/a;\n"


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "harbour.csv"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


def test_a_person_sees_how_the_table_was_read(table: str) -> None:
    assert run("readings", "read", table) == (
        0,
        "harbour.csv · a period a column\n"
        "\n"
        "kpi: KPI · note: Comment\n"
        "periods: Q1 2030, Q2 2030\n"
        "3 readings of 2 KPIs\n"
        "  K-1 · Q1 2030 · 1234\n"
        "  K-2 · Q1 2030 · 0.5\n"
        "  K-2 · Q2 2030 · no value\n"
        "\n"
        "2 findings:\n"
        "  info: B2 (Q1 2030) is “1.234”, which can be read in two ways; it was read as 1234. The setting decimal_sign"
        " says otherwise. [row 2, line 2, cell B2, setting decimal_sign]\n"
        "  info: C3 (Q2 2030) is “n/a”; it was taken for a missing value. [row 3, line 3, cell C3]\n",
        "",
    )


def test_the_options_correct_it(table: str) -> None:
    words = ("--decimal-sign", ".", "--map", "Q2 2030=none", "--map", "Comment=source", "--json")

    read = json.loads(run("readings", "read", table, *words)[1])

    assert [(one["value"], one["source"]) for one in read["rows"]] == [("1.234", "by hand"), ("0.5", "")]
    assert read["findings"] == []


def test_json_follows_the_schema_and_other_json_does_not(table: str) -> None:
    schema: Any = json.loads((ROOT / "docs" / "schemas" / "readings.schema.json").read_text(encoding="utf-8"))
    read = json.loads(run("readings", "read", table, "--json")[1])
    valid = jsonschema_rs.validator_for(schema)

    assert valid.is_valid(read)
    read["rows"][0]["value"] = 1.5
    assert not valid.is_valid(read)


def test_a_refused_file_is_one_sentence_and_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "other.csv").write_bytes(b"a,b\n1,2\n")

    answers = [run("readings", "read", str(tmp_path / name)) for name in ("empty", "noise", "other.csv", "gone", ".")]

    assert [(code, out, said.count("\n")) for code, out, said in answers] == [(3, "", 1)] * 5
    assert "Traceback" not in "".join(said for _, _, said in answers)


def test_reading_needs_no_django() -> None:
    code = (
        "import sys; from consortio.cli.main import main;"
        "main.get_command(None, 'readings').get_command(None, 'read');"
        "import consortio.interchange.child_inside, consortio.interchange.documents as d; d.document_reader('Tables');"
        "sys.exit([one for one in sys.modules if one.partition('.')[0] in ('django', 'numpy')] != [])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)

    assert (done.returncode, done.stderr) == (0, "")

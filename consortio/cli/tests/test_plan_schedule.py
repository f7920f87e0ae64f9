"""`consortio plan schedule`, as people start it."""

import json
import subprocess
from datetime import date
from pathlib import Path

import jsonschema_rs
import pytest

from consortio.interchange.tests.fixtures_mspdi import link, project, task

ROOT = Path(__file__).resolve().parents[3]
KEYS = ["id", "code", "project", "name", "manual", "stored", "computed", "agrees"]


def run(*words: str) -> tuple[int, str, str]:
    done = subprocess.run([ROOT / "bin" / "consortio", *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def plan_file(tmp_path: Path) -> str:
    path = tmp_path / "bridge.xml"
    path.write_bytes(
        project(
            task(1, Name="Foundation", Summary=1, Start="2026-01-05T08:00:00", Finish="2026-01-07T17:00:00"),
            task(
                2,
                Name="Dig",
                OutlineLevel=2,
                Duration="PT16H0M0S",
                Start="2026-01-05T08:00:00",
                Finish="2026-01-06T17:00:00",
            ),
            task(
                3, Name="Pour", OutlineLevel=2, Start="2026-01-08T08:00:00", Finish="2026-01-08T17:00:00", more=link(2)
            ),
            task(4, Name="By hand", Manual=1, Start="2026-01-09T08:00:00", Finish="2026-01-09T17:00:00"),
        )
    )
    return str(path)


def test_json_holds_both_dates_of_every_item(plan_file: str) -> None:
    code, out, err = run("plan", "schedule", plan_file, "--json")

    answer = json.loads(out)
    rows = {row["id"]: row for row in answer["items"]}
    assert (code, err, list(answer)) == (0, "", ["file", "items", "agree", "of", "findings"])
    assert (answer["file"], answer["agree"], answer["of"]) == ("bridge.xml", 2, 3)
    assert all(list(row) == KEYS for row in answer["items"])
    assert rows["3"]["stored"] == {"start": "2026-01-08T08:00", "finish": "2026-01-08T17:00"}
    assert rows["3"]["computed"] == {"start": "2026-01-07T08:00", "finish": "2026-01-07T17:00"}
    assert [rows[one]["agrees"] for one in ("1", "2", "3", "4")] == [None, True, False, True]
    assert [rows[one]["manual"] for one in ("2", "4")] == [False, True]


def test_json_is_as_its_schema_says(plan_file: str) -> None:
    schema = json.loads((ROOT / "docs" / "schemas" / "schedule.schema.json").read_text(encoding="utf-8"))
    _, said, _ = run("plan", "schedule", plan_file, "--json")

    assert list(jsonschema_rs.validator_for(schema).iter_errors(json.loads(said))) == []
    assert not jsonschema_rs.validator_for(schema).is_valid({**json.loads(said), "more": 1})


def test_people_see_the_count_and_what_differs(plan_file: str) -> None:
    code, out, err = run("plan", "schedule", plan_file)

    assert (code, err) == (0, "")
    assert out.splitlines()[:4] == [
        "2 of 3 items come out at the dates in the file.",
        "  3 Pour",
        "    in the file  2026-01-08 08:00 to 2026-01-08 17:00",
        "    computed     2026-01-07 08:00 to 2026-01-07 17:00",
    ]


def test_a_refused_file_is_one_sentence_and_code_3(tmp_path: Path) -> None:
    path = tmp_path / "broken.xml"
    path.write_bytes(b"<Nothing/>")

    code, out, err = run("plan", "schedule", str(path))

    assert (code, out, err.count("\n")) == (3, "", 1)
    assert "Traceback" not in err


def test_items_with_a_finish_only_come_out_at_it(tmp_path: Path) -> None:
    path = tmp_path / "due.csv"
    path.write_text("Name,Start,Due date\nKick-off,,2026-03-02\nReport,2026-13-45,2026-04-10\n")

    code, out, _ = run("plan", "schedule", str(path), "--json")

    answer = json.loads(out)
    assert (code, [row["computed"] for row in answer["items"]]) == (
        0,
        [
            {"start": "2026-03-02T08:00", "finish": "2026-03-02T17:00"},
            {"start": "2026-04-10T08:00", "finish": "2026-04-10T17:00"},
        ],
    )
    assert {one["code"] for one in answer["findings"]} == {"mapping", "calendar", "cell", "dates_by_hand"}


def test_a_table_without_dates_begins_today(tmp_path: Path) -> None:
    path = tmp_path / "self.csv"
    path.write_text("Name,Duration\nKick-off,1 day\n")
    today = date.today()

    _, out, _ = run("plan", "schedule", str(path))

    days = (today, date.today())  # midnight may lie between
    assert any(f"Project 'self' has no start and no other date; {day} 08:00 is taken." in out for day in days)

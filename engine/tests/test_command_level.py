"""`consortio-engine level`: plans with resources, PSPLIB files, what is refused, and the picture."""

import json
import re
from xml.etree import ElementTree

import pytest
from numpy import array
from test_levelling_psplib import MM, RCP, SM

from consortio_engine.command import main
from consortio_engine.command.pictures.load import load_picture, most_in
from consortio_engine.command.reading import load_schema
from consortio_engine.command.schema import faults_of
from consortio_engine.resources import Load

CREW = {"name": "Crew", "capacity": 1}
PLAN = {
    "name": "Bridge",
    "start": "2026-01-05T08:00",
    "tasks": [
        {"id": "phase"},
        {"id": "dig", "parent": "phase", "duration": "2d", "needs": {"Crew": 1}},
        {"id": "pour", "parent": "phase", "duration": "3d", "needs": {"Crew": 1}, "weight": 2},
        {"id": 7, "duration": "1d", "needs": {"Crew": 1}, "deadline": "2026-01-05T12:00"},
        {"id": "done", "duration": 0},
    ],
    "links": [{"from": "phase", "to": "done"}],
    "resources": [CREW],
}


@pytest.fixture
def run(tmp_path, capsys):
    """Run `level` on content; return the exit code, the answer (with --json) or the text, and what was said."""

    def ran(content, *words, name="plan.json"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        code = main(["level", str(path), "--limit", "20", "--workers", "1", *words])
        out, err = capsys.readouterr()
        answer = json.loads(out) if "--json" in words and out else out
        if isinstance(answer, dict):
            assert faults_of(load_schema("level-answer"), answer) == []
        return code, answer, err

    return ran


def test_a_plan_is_levelled_and_told_in_the_order_of_its_tasks(run):
    code, answer, err = run(PLAN, "--json", "--gains")

    assert (code, err, answer["status"], answer["finish"], answer["bound"]) == (
        0, "", "ok", "2026-01-12T17:00", "2026-01-12T17:00",
    )  # fmt: skip
    # Pouring moves by a day and counts double, digging by four days: no other order costs less.
    assert answer["starts"] == [None, "2026-01-09T08:00", "2026-01-06T08:00", "2026-01-05T08:00", "2026-01-12T17:00"]
    assert answer["findings"] == [
        {"code": "deadline_missed", "severity": "error", "task": 7, "resource": None, "value": 240}
    ]
    row = answer["gains"]["rows"][0]
    assert (row["resource"], row["unit"], answer["gains"]["ceiling"]) == (
        "Crew", {"minutes": 7200, "most": 7200, "proved": True}, 7200,
    )  # fmt: skip


def test_the_table_shows_before_and_after_and_the_picture_both(run, tmp_path):
    code, text, _ = run(PLAN, "--gains", "--svg", str(tmp_path / "load.svg"))

    assert code == 0
    assert " dig  dig   2026-01-05 08:00  2026-01-09 08:00  2026-01-12 17:00" in text
    assert "Finish 2026-01-12 17:00 (proved to be the best); 3 moved." in text
    assert "In minutes; no more than 7200 can be gained." in text
    picture = ElementTree.fromstring((tmp_path / "load.svg").read_text())
    assert [part.text for part in picture][:2] == ["Bridge", "Crew: at most 3 before, 1 after, of 1."]


@pytest.mark.parametrize(
    ("content", "name", "finish", "modes"),
    [(SM, "a.sm", 9, [1] * 4), (RCP, "a.rcp", 9, [1] * 4), (MM, "a.mm", 7, [1, 2, 1, 1]), (RCP, "unnamed", 9, [1] * 4)],
)
def test_psplib_files_are_answered_in_steps(content, name, finish, modes, run):
    code, answer, _ = run(content, "--json", name=name)

    assert (code, answer["status"], answer["finish"], answer["bound"], answer["modes"]) == (
        0,
        "ok",
        finish,
        finish,
        modes,
    )
    assert answer["starts"][0] == 0 and answer["starts"][-1] == finish


def test_the_instant_answer_needs_no_solver(run):
    code, answer, _ = run(PLAN, "--json", "--quick", "--seed", "5")

    assert (code, answer["solver"], answer["seed"], answer["finish"]) == (0, "heuristic", 5, "2026-01-12T17:00")


def test_one_seed_gives_one_answer(run):
    one, other = (run(PLAN, "--json", "--quick", "--seed", "5")[1] for _ in range(2))

    assert {**one, "elapsed": 0} == {**other, "elapsed": 0}


def test_bands_modes_and_wishes_are_read(run):
    bands = [
        {"from": "2026-01-01T00:00", "to": "2026-01-07T00:00", "units": None},
        {"from": "2026-01-07T00:00", "to": "2027-01-01T00:00", "units": 2},
    ]
    ways = [{"duration": "4d", "needs": {"Crew": 1}}, {"duration": "1d", "needs": {"Crew": 2, "Money": 5}}]
    resources = [{"name": "Crew", "bands": bands}, {"name": "Money", "capacity": 5, "renewable": False}]
    tasks = [{"id": "a", "duration": "4d", "modes": ways}]
    content = {
        "start": "2026-01-05T08:00",
        "tasks": tasks,
        "resources": resources,
        "levelling": {"samples": 3, "stable": False},
    }

    code, answer, _ = run(content, "--json")

    assert (code, answer["starts"], answer["modes"]) == (0, ["2026-01-07T08:00"], [2])
    assert [(one["code"], one["resource"]) for one in answer["findings"]] == [("unanswered", "Crew")]


def test_what_never_fits_has_no_answer_and_no_picture(run, tmp_path):
    content = PLAN | {"resources": [CREW | {"capacity": 0}]}

    code, answer, err = run(content, "--json", "--svg", str(tmp_path / "load.svg"))

    assert (code, err, answer["status"], answer["finish"], answer["bound"]) == (4, "", "infeasible", None, None)
    assert {(one["code"], one["task"]) for one in answer["findings"]} == {
        ("never_enough", task) for task in ("dig", "pour", 7)
    }
    assert not (tmp_path / "load.svg").exists()


def _task(**change):
    return PLAN | {"tasks": [{"id": "a", "duration": 1} | change], "links": []}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({key: value for key, value in PLAN.items() if key != "resources"}, "resources: is missing."),
        (_task(needs={"Ada": 1}), "tasks[0].needs: there is no resource 'Ada'."),
        (_task(needs={"Crew": -1}), "tasks[0].needs.Crew: is -1, and must be at least 0."),
        (_task(modes=[{"duration": 1, "needs": {"Bob": 1}}]), "tasks[0].modes[0].needs: there is no resource 'Bob'."),
        (PLAN | {"resources": [CREW, CREW]}, "resources[1].name: 'Crew' is there already."),
        (PLAN | {"resources": [{"name": "Crew"}]}, "resources[0]: has a capacity or bands, one of them."),
        (PLAN | {"resources": [CREW | {"calendar": "x"}]}, "resources[0].calendar: there is no calendar 'x'."),
        (PLAN | {"levelling": {"objective": ["luck"]}}, "levelling.objective[0]: is the text 'luck', and must be one of"),
        (PLAN | {"levelling": {"freeze_until": "2026-02-31T08:00"}}, "levelling.freeze_until: there is no"),
        (PLAN | {"links": [{"from": "dig", "to": "pour"}, {"from": "pour", "to": "dig"}]}, "these tasks wait for each other"),
        ("4 1\n2\n0 0 2 2", "plan.json: The text ends early"),
        (RCP.replace("5 1 1 4", "5 1 1 2").replace("4 2 1 4", "4 2 1 3"), "these jobs wait for each other: 2 -> 3 -> 2."),
    ],
)  # fmt: skip
def test_faulty_input_is_refused_with_its_place(content, said, run):
    code, out, err = run(content, "--json")

    assert (code, out) == (3, "")
    assert said in err and "Traceback" not in err


@pytest.mark.parametrize("words", [["--workers", "0"], ["--workers", "many"], ["--workers", "300"]])
def test_wrong_words_are_usage(words, run):
    assert run(PLAN, *words)[0] == 2


def test_columns_of_the_picture_show_the_most_in_them():
    one = Load(0, "A", array([0, 10, 20, 30]), array([1, 5, 2, 0]), array([3, 3, 3, 3]))

    assert most_in(one, one.load, array([0, 15, 25, 40])).tolist() == [5, 5, 2]


def test_names_in_the_picture_are_escaped_and_shortened():
    one = Load(0, "<b>" + "x" * 50, array([0, 10]), array([1, 0]), array([3, 3]))

    picture = load_picture([one], [one], title="A & <B>" * 20, step=1, label=str)

    texts = [part.text for part in ElementTree.fromstring(picture).iter() if part.text and part.text.strip()]
    assert texts[0].startswith("A & <B>") and len(texts[0]) == 80
    assert any(re.fullmatch("<b>x{10}…", text) for text in texts)


def test_a_picture_without_any_load_is_drawn():
    idle = Load(0, "A", array([0]), array([0]), array([3]))

    assert ElementTree.fromstring(load_picture([idle], [idle], title="", step=1, label=str)) is not None
    assert ElementTree.fromstring(load_picture([], [], title="None", step=1, label=str)) is not None

"""`consortio-engine simulate`: a plan with spreads and risks as a file, its answer, and the picture."""

import json
from xml.etree import ElementTree

import pytest

from consortio_engine.command import main
from consortio_engine.command.pictures.s_curve import s_curve
from consortio_engine.command.reading import checked
from consortio_engine.command.simulation_file import read_simulation
from consortio_engine.simulate import Branch, Cost, Driver, EventRisk, Spread
from consortio_engine.simulate.outcome import Point

PLAN = {
    "name": "Bridge <1>",
    "start": "2026-01-05T08:00",
    "tasks": [
        {"id": "dig", "duration": "10d", "spread": ["8d", "10d", "16d"], "cost": {"per_hour": 90, "units": 4}},
        {"id": "order", "duration": "12d", "spread": {"share": [0.5, 1, 2], "shape": "triangular"}, "cost": 500},
        {"id": "pour", "duration": 2400, "spread": {"low": 1920, "likely": "5d", "high": "9d", "shape": "lognormal"}},
        {"id": "cure", "duration": "3d", "spread": {"values": ["1d", "2d"], "weights": [3, 1]}},
        {"id": "check", "duration": "1d", "spread": {"values": [300, 480, 600]}},
        {"id": "done", "duration": 0, "deadline": "2026-02-06T17:00"},
    ],
    "links": [
        {"from": "dig", "to": "pour"},
        {"from": "order", "to": "pour"},
        {"from": "pour", "to": "cure"},
        {"from": "cure", "to": "check"},
        {"from": "check", "to": "done"},
    ],
    "risks": [
        {"name": "Flood", "chance": 0.3, "tasks": ["dig"], "impact": ["2d", "4d", "10d"], "cost": [1000, 2000, 9000]},
        {"chance": 0.1, "tasks": ["order"], "impact": "-1d", "kind": "additive"},
    ],
    "drivers": [{"name": "New crew", "chance": 0.8, "tasks": ["dig", "pour"], "factor": [0.9, 1.05, 1.3]}],
    "branches": [{"alternatives": [{"chance": 0.7, "tasks": ["check"]}]}],
    "simulation": {"trials": 300, "correlations": [{"tasks": ["dig", "order"], "rank": 0.4}]},
}


@pytest.fixture
def plan(tmp_path):
    def written(content) -> str:
        path = tmp_path / "plan.json"
        path.write_text(json.dumps(content))
        return str(path)

    return written


def test_a_file_says_what_may_happen():
    given = read_simulation(PLAN)

    assert given.spreads == {
        0: Spread(8 * 480, 10 * 480, 16 * 480),
        1: Spread(6 * 480, 12 * 480, 24 * 480, "triangular"),
        2: Spread(1920, 2400, 9 * 480, "lognormal"),
        3: Spread.discrete([(480, 3), (960, 1)]),
        4: Spread.empirical([300, 480, 600]),
    }
    assert given.costs == {0: Cost(rate=1.5, units=4), 1: Cost(fixed=500)}
    assert given.risks == [
        EventRisk(0.3, (0,), Spread(960, 1920, 4800), cost=Spread(1000, 2000, 9000), name="Flood"),
        EventRisk(0.1, (1,), Spread.fixed(-480), kind="additive"),
    ]
    assert given.drivers == [Driver(0.8, (0, 2), Spread(0.9, 1.05, 1.3), "New crew")]
    assert given.branches == [Branch(((0.7, (4,)),))]
    assert (given.correlations, given.trials) == ({(0, 1): 0.4}, 300)


def test_the_answer_fits_its_schema_and_repeats(plan, capsys):
    codes = [main(["simulate", plan(PLAN), "--json", "--seed", "7"]) for _ in range(2)]

    one, two = (json.loads(part + "}") for part in capsys.readouterr().out.split("\n}\n")[:2])
    assert codes == [0, 0]
    assert (one["seed"], one["trials"], one["status"]) == (7, 300, "ok")
    assert one | {"elapsed": 0} == two | {"elapsed": 0}
    assert checked(one, "simulate-answer") == one
    assert [row["id"] for row in one["tasks"] if row["deadline_chance"] is not None] == ["done"]
    assert [row["name"] for row in one["effects"]] == ["Flood", "risk 2", "New crew"]
    assert set(one["cost"]["joint"]) == {"50", "70", "80"}
    assert one["curve"][-1][1] == 1.0


def test_a_table_is_printed_and_a_picture_written(plan, tmp_path, capsys):
    picture = tmp_path / "curve.svg"

    code = main(["simulate", plan(PLAN), "--svg", str(picture), "--trials", "100"])

    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert "of 100 trials" in out and "Flood" in out and "Cost 10 %" in out
    root = ElementTree.parse(picture).getroot()
    texts = [each.text for each in root.iter() if (each.text or "").strip()]
    assert texts[:2] == ["Bridge <1>", next(text for text in texts if text.startswith("Share of trials"))]
    assert any(text.startswith("80 %: 2026-") for text in texts)


def test_calendars_reach_as_far_as_the_longest_trial(plan, capsys):
    far = {
        "start": "2026-01-05T08:00",
        "tasks": [{"id": 1, "duration": "1d", "spread": ["1d", "2d", "3000d"]}],
        "simulation": {"trials": 200},
    }

    assert main(["simulate", plan(far), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["finish"]["quantiles"]["95"] > "2029"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"risks": [{"chance": 2, "tasks": ["dig"]}]}, "risks[0].chance"),
        ({"risks": [{"chance": 0.5, "tasks": ["nobody"]}]}, "risks[0].tasks[0]: there is no task 'nobody'."),
        ({"risks": [{"chance": 0.5, "tasks": ["dig"], "impact": {"share": [1, 2, 3]}}]}, "risks[0].impact: is a share"),
        ({"risks": [{"chance": 0.5, "tasks": ["dig"], "impact": "-1d"}]}, "risks[0].impact: Risk 0 saves time"),
        ({"drivers": [{"chance": 1, "tasks": ["dig"], "factor": [2, 1, 3]}]}, "drivers[0].factor: is not in order"),
        ({"costs": [1]}, "costs: is a list"),
        ({"simulation": {"trials": 0}}, "simulation.trials"),
        (
            {"simulation": {"correlations": [{"tasks": ["dig", "done"], "rank": 0.5}]}},
            "simulation.correlations ('done'): Task 5 is",
        ),
        ({"tasks": [{"id": 1, "duration": 60, "spread": ["3d", "2d", "1d"]}]}, "tasks[0].spread: is not in order"),
        (
            {"tasks": [{"id": 1, "duration": 60, "spread": {"values": [1, 2], "weights": [1]}}], "links": []},
            "one weight",
        ),
        ({"links": [{"from": "dig", "to": "order"}, {"from": "order", "to": "dig"}]}, "dig -> order -> dig"),
    ],
)
def test_what_cannot_be_simulated_is_refused_with_its_place(change, said, plan, capsys):
    base = {**PLAN, "risks": [], "drivers": [], "branches": [], "simulation": {"trials": 10}}
    if "tasks" in change:
        base |= {"links": []}

    code = main(["simulate", plan(base | change)])

    out, err = capsys.readouterr()
    assert (code, out) == (3, "")
    assert said in err and "Traceback" not in err
    assert main(["simulate", plan(base)]) == 0


def test_what_is_wrong_is_told_at_once_by_place_and_name(plan, capsys):
    wrong = {
        "start": "2026-01-05T08:00",
        "tasks": [
            {"id": "dig", "duration": "10d", "spread": ["3d", "2d", "1d"]},
            {"id": "pour", "duration": "1d", "spread": ["1d", "2d", "3d"]},
            {"id": "cure", "duration": "1d", "spread": "x"},
            {"id": "phase", "kind": "summary", "spread": ["1d", "2d", "3d"], "cost": 5},
            {"id": "wall", "duration": "1d", "parent": "phase"},
        ],
        "risks": [{"name": "Flood", "chance": 0.1, "tasks": ["dig"], "impact": "-1d"}],
        "drivers": [
            {"name": "Weather", "chance": 1, "tasks": ["pour"], "factor": [1, "a", 3]},
            {"name": "New crew", "chance": 1, "tasks": ["pour"], "factor": [-1, 1, 2]},
            {"chance": 1, "tasks": ["none"], "factor": 2},
        ],
        "branches": [{"alternatives": [{"chance": 0.7, "tasks": ["dig"]}, {"chance": 0.7, "tasks": ["pour"]}]}],
        "simulation": {
            "trials": 5.5,
            # The spread of one is told already, and so not that it is missing.
            "correlations": [{"tasks": ["dig", "pour"], "rank": 0.5}, {"tasks": ["pour", "pour"], "rank": 0.5}],
        },
    }

    assert main(["simulate", plan(wrong)]) == 3

    told = [line.removeprefix("consortio-engine: ") for line in capsys.readouterr().err.splitlines()]
    assert told == [
        "tasks[2].spread: is the text 'x', and must be a list or an object or an object or an object.",
        "drivers[0].factor[1]: is the text 'a', and must be a number.",
        "simulation.trials: is the number 5.5, and must be a whole number.",
        "tasks[0].spread: is not in order: 1440, 960, 480.",
        "drivers[2].tasks[0]: there is no task 'none'.",
        "tasks[3].spread ('phase'): Task 3 is a summary: its parts have spreads, it has none.",
        "risks[0].impact ('Flood'): Risk 0 saves time: only an additive risk can.",
        "drivers[1].factor ('New crew'): The factor of driver 1 begins below 0: -1.",
        "branches[0]: The chances of branch 0 have a sum above 1: 1.4.",
        "simulation.correlations ('pour'): Tasks 1 and 1 are correlated twice, or with themselves.",
    ]


def test_faults_without_end_are_told_as_far_as_they_are_known(plan, capsys):
    many = {"drivers": [{"chance": 2, "tasks": ["dig"], "factor": 1}] * 60, "simulation": {"trials": 0}}

    assert main(["simulate", plan(PLAN | many)]) == 3

    told = capsys.readouterr().err.splitlines()
    assert (len(told), told[-1]) == (51, "consortio-engine: and more.")


def test_a_limit_that_comes_first_is_no_answer(plan, capsys):
    assert main(["simulate", plan(PLAN), "--limit", "0.000001"]) == 4
    assert capsys.readouterr().out == "No answer: limit.\n"
    assert main(["simulate", plan(PLAN), "--limit", "60"]) == 0


@pytest.mark.parametrize("words", [["--trials", "0"], ["--trials", "x"], ["--trials", "1000001"]])
def test_wrong_words_are_usage(words, plan, capsys):
    assert main(["simulate", plan(PLAN), *words]) == 2
    assert "the number of trials" in capsys.readouterr().err


def test_a_curve_of_one_point_is_a_picture_too():
    picture = s_curve([Point(29_500_000, 1.0)], title="x" * 200, planned=29_500_000, quantiles={50: 29_500_000})

    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert "…" in picture and "nan" not in picture


def test_the_last_trials_do_not_squeeze_the_picture():
    start = 29_460_000
    curve = [Point(start + 1440 * day, day / 100) for day in range(1, 100)]

    near = s_curve(curve, title="Near", planned=start, quantiles={})
    far = s_curve([*curve, Point(start + 10**7, 1.0)], title="Near", planned=start, quantiles={})

    assert far == near

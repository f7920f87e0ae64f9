"""`consortio-engine choose`, as people start it."""

import json
import os
import signal
import threading
import time

import jsonschema_rs
import pytest
from engine_cases import shared_cases

from consortio_engine.command import main
from consortio_engine.command.reading import load_schema

ITEMS = {
    "items": [
        {"id": "bridge", "name": "Foot bridge", "value": 8, "uses": {"2027": 6}, "worth": {"Orchard": 5, "Harbour": 3}},
        {"id": "path", "value": 7, "uses": {"2027": 5}, "worth": {"Orchard": 2, "Harbour": 5}},
        {"id": "garden", "value": 6, "uses": {"2027": 5}, "worth": {"Orchard": 6}},
        {"id": 4, "value": 4, "uses": {"2027": 4}, "needs": ["path"], "worth": {"Orchard": 1, "Harbour": 3}},
    ],
    "budgets": [{"name": "2027", "most": 10, "organisation": "Orchard", "period": "2027"}],
    "exclusions": [["bridge", "garden"]],
}


@pytest.fixture
def file(tmp_path):
    def written(content) -> str:
        path = tmp_path / "input"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return written


def answered(capsys, *words) -> tuple[int, dict]:
    code = main(["choose", *words, "--json"])
    answer = json.loads(capsys.readouterr().out)
    for one in answer.get("problems", [answer]):
        jsonschema_rs.validator_for(load_schema("choose-answer")).validate(one)
    return code, answer


def test_items_are_chosen_by_their_ids(file, capsys):
    code, answer = answered(capsys, file(ITEMS))

    assert (code, answer["status"], answer["value"], answer["bound"]) == (0, "ok", 13, 13)
    assert (answer["chosen"], answer["budgets"]) == (
        ["path", "garden"],
        [{"name": "2027", "most": 10, "used": 10, "binding": True}],
    )
    assert answer["prices"] == [
        {"rule": "budget", "of": "2027", "gain": 6, "proved": True},
        {"rule": "exclusion", "of": ["bridge", "garden"], "gain": 0, "proved": True},
        {"rule": "need", "of": 4, "gain": 0, "proved": True},
    ]


def test_the_table_says_the_same(file, capsys):
    assert main(["choose", file(ITEMS)]) == 0

    out = capsys.readouterr().out
    assert out.startswith("Value 13, no choice is worth more than 13 (ok).\n")
    assert "Without budget 2027: 6 more.\n" in out


def test_a_brief_answer_knows_no_prices(file, capsys):
    _, answer = answered(capsys, file(ITEMS), "--brief")

    assert (answer["prices"], answer["near"], answer["budgets"][0]["binding"]) == ([], [], None)


def test_what_is_fair_is_shown(file, capsys):
    code, answer = answered(capsys, file(ITEMS), "--pareto")

    assert (code, answer["status"], answer["organisations"]) == (0, "ok", ["Orchard", "Harbour"])
    assert answer["plans"] == [
        {"chosen": ["path", "garden"], "worth": [8, 5]},
        {"chosen": ["path", 4], "worth": [3, 8]},
    ]
    assert main(["choose", file(ITEMS), "--pareto"]) == 0
    assert "Orchard  Harbour  chosen" in capsys.readouterr().out


def test_what_cannot_be_chosen_says_why_and_ends_with_four(file, capsys):
    wrong = ITEMS | {"items": [{**item, "mandatory": True} for item in ITEMS["items"][:2]], "exclusions": []}
    del wrong["items"][0]["worth"]

    code, answer = answered(capsys, file(wrong))

    assert (code, answer["status"], answer["value"], answer["chosen"]) == (4, "infeasible", None, [])
    assert answer["conflict"] == [
        {"rule": "budget", "of": "2027"},
        {"rule": "mandatory", "of": "bridge"},
        {"rule": "mandatory", "of": "path"},
    ]
    assert main(["choose", file(wrong)]) == 4
    assert "Cannot hold with the others: mandatory bridge" in capsys.readouterr().out


def test_an_mknap_file_has_its_published_optima(file, capsys):
    cases = shared_cases("mknap1.json")
    numbers = [len(cases)]
    for case in cases:
        numbers += [case["n"], case["m"], case["optimum"], *case["value"]]
        numbers += [use for row in case["weight"] for use in row] + case["capacity"]
    path = file("\n".join(f"{number:g}" for number in numbers))

    code, answer = answered(capsys, path)
    _, third = answered(capsys, path, "--instance", "3")

    assert (code, answer["status"]) == (0, "ok")
    assert [one["value"] for one in answer["problems"]] == [case["optimum"] for case in cases]
    assert [one["value"] for one in answer["problems"]] == [one["known"] for one in answer["problems"]]
    assert third["value"] == 4015 == sum(cases[2]["value"][item] for item in third["chosen"])
    assert main(["choose", path, "--instance", "8"]) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("1 2 3", "input: It ends where"),
        ({}, "items: is missing."),
        (ITEMS | {"exclusions": [["bridge", "castle"]]}, "exclusions[0][1]: there is no item 'castle'."),
        (ITEMS | {"budgets": []}, "items[0].uses: there is no budget '2027'."),
        (ITEMS | {"budgets": ITEMS["budgets"] * 2}, "budgets[1].name: '2027' is also the name of budgets[0]."),
        (ITEMS | {"shares": {"Orchard": 2}}, "shares.Orchard: is 2, and may be at most 1."),
        (ITEMS | {"shares": {"Orchard": 0.6, "Harbour": 0.6}}, "shares: The shares are more than 1 together."),
        (ITEMS | {"budgets": [{"name": "2027", "most": -3}]}, "budgets[0].most: is -3, and must be at least 0."),
        (ITEMS | {"exclusions": [["path", "path"]]}, "exclusions: Exclusion 0 names an item twice."),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(content, said, file, capsys):
    assert main(["choose", file(content)]) == 3

    out, err = capsys.readouterr()
    assert out == "" and said in err


def test_what_is_wrong_is_told_at_once(file, capsys):
    items = [
        {"id": "bridge", "value": 1, "uses": {"2028": 1}},
        {"id": "bridge", "value": 2},
        {"id": "path", "value": 3, "needs": ["path"]},
    ]

    assert main(["choose", file(ITEMS | {"items": items, "exclusions": [], "shares": {"A": 0.6, "B": 0.6}})]) == 3

    assert capsys.readouterr().err.splitlines() == [
        "consortio-engine: items[1].id: 'bridge' is also the id of items[0].",
        "consortio-engine: items[0].uses: there is no budget '2028'.",
        "consortio-engine: items[2] ('path'): Item 2 needs itself.",
        "consortio-engine: shares: The shares are more than 1 together.",
    ]
    assert main(["choose", file(ITEMS | {"budgets": [{"name": "2027", "most": 0}]})]) == 0


def test_without_the_solver_it_is_said(file, capsys, monkeypatch):
    monkeypatch.setattr("consortio_engine.choice.solving.find_spec", lambda name: None)

    assert main(["choose", file(ITEMS)]) == 3
    assert "install consortio-engine[solve]" in capsys.readouterr().err


def test_a_limit_ends_the_search_with_a_bound(file, capsys):
    code, answer = answered(capsys, file(hard()), "--limit", "2")

    assert (code, answer["status"]) == (0, "feasible")
    assert answer["bound"] > answer["value"] > 0 and "unproved" in answer["findings"]


def test_control_c_ends_the_search_at_once(file, capsys):
    others = set(threading.enumerate())

    def press():
        while set(threading.enumerate()) <= {*others, threading.current_thread()}:
            time.sleep(0.05)  # until the solver has begun
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    code, answer = answered(capsys, file(hard()))

    assert (code, answer["status"]) == (130, "cancelled")


def hard() -> str:
    """An mknap problem that is not proved in a moment: 100 items, 12 budgets."""
    count, rows = 100, 12
    uses = [[(7919 * (i + 1) * (k + 3) + 104729 * i) % 996 + 5 for i in range(count)] for k in range(rows)]
    values = [sum(row[i] for row in uses) // rows + (15485863 * (i + 1)) % 500 for i in range(count)]
    numbers = [1, count, rows, 0, *values, *(use for row in uses for use in row), *(sum(row) // 2 for row in uses)]
    return " ".join(map(str, numbers))

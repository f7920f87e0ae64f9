"""Sentences that can be said in other languages: text and values stay apart, in JSON too."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import consortio_engine.checks
from consortio.interchange import wording
from consortio.interchange.engine import FAULTS
from consortio.interchange.plan import plan_from_json
from consortio.interchange.reading import read_bytes
from consortio.interchange.wording import PLACEHOLDER, Wording, filled

FOLDER = Path(wording.__file__).parent
CSV = b"ID,Name,Start\n1,Survey,2031-05-05\n2,Dredge {dredge},soon\n"


def test_a_wording_is_its_english_sentence() -> None:
    told = Wording(
        "Line {line} has {count:,} cells and {days:.1f} days, {rest}.", line=7, count=12000, days=2.25, rest="x"
    )

    assert told == "Line 7 has 12,000 cells and 2.2 days, x."
    assert json.dumps(told) == '"Line 7 has 12,000 cells and 2.2 days, x."'


def test_a_wording_survives_json_with_the_wordings_in_it() -> None:
    told = Wording("“{name}” expected {expected}.", name="{expected}", expected=Wording("a number"))

    kept = Wording.from_json(json.loads(json.dumps(told.to_json())))

    assert (kept, kept.text, kept.values) == (told, told.text, told.values)
    assert kept == "“{expected}” expected a number."
    assert isinstance(kept.values["expected"], Wording)


def test_what_was_kept_as_a_sentence_stays_that_sentence() -> None:
    kept = Wording.from_json("“{name}” is {no} number.")

    assert (kept, kept.text, kept.values) == ("“{name}” is {no} number.", "“{name}” is {no} number.", {})


@pytest.mark.parametrize("text", ["{name:>999999999}", "{name.__class__}", "{name!r}", "{other}", "{", "{}"])
def test_what_is_no_placeholder_of_ours_stays_as_it_stands(text: str) -> None:
    assert filled(text + " {name}", {"name": "x"}) == text + " x"


def test_people_get_sentences_and_pipes_get_text_and_values() -> None:
    plan = read_bytes(CSV, "a.csv")
    finding = next(one for one in plan.findings if one.code == "cell")

    (for_people,) = (one for one in plan.to_json()["findings"] if one["code"] == "cell")
    back = plan_from_json(json.loads(json.dumps(plan.to_json(sparse=True))))

    assert for_people["message"] == finding.message
    assert back == plan
    assert [(one.message.text, one.message.values) for one in back.findings] == [
        (one.message.text, one.message.values) for one in plan.findings
    ]


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Wording":
                yield f"{path.name}:{node.lineno}", node


def test_every_text_is_filled_with_what_it_asks_for() -> None:
    wrong, count = [], 0
    for place, call in _calls():
        text, names = call.args[0], {one.arg for one in call.keywords}
        if isinstance(text, ast.Constant) and names and None not in names:
            count += 1
            asked = {found[1] for found in PLACEHOLDER.finditer(text.value)}
            if asked != names or "{" in PLACEHOLDER.sub("", text.value):
                wrong.append(place)

    assert (count > 100, wrong) == (True, [])


def test_nothing_is_refused_or_found_in_plain_english() -> None:
    takers = {"Refused": 0, "Unreadable": 0, "Finding": 3, "add": 2}
    plain, count = [], 0
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", getattr(getattr(node, "func", None), "attr", ""))
            if isinstance(node, ast.Call) and len(node.args) > takers.get(name, 99):
                count += 1
                if isinstance(node.args[takers[name]], ast.Constant | ast.JoinedStr):
                    plain.append(f"{path.name}:{node.lineno}")

    assert (count > 90, plain) == (True, [])


def test_what_the_engine_refuses_is_said_as_the_engine_says_it() -> None:
    source = Path(consortio_engine.checks.__file__).read_text(encoding="utf-8")

    missing = [code for code, one in FAULTS.items() if one.text.partition("{index} ")[2].rstrip(".") not in source]

    assert missing == []

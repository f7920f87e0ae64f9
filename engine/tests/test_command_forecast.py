"""`consortio-engine forecast`, as people start it."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consortio_engine.command import main
from consortio_engine.command.forecast_file import written
from consortio_engine.command.pictures.fan import fan_picture
from consortio_engine.command.reading import load_schema
from consortio_engine.forecast import Fan, Series, Target, reach

VALUES = [10, 12, 11, 15, 14, 16, 13, 15]
ASKED = {"kind": "flow", "periods": list(range(8)), "values": VALUES, "target": 16, "by": 10}
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "engine" / "forecast.md"


@pytest.fixture
def file(tmp_path):
    def written(content) -> str:
        path = tmp_path / "readings.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return written


def answered(capsys, *words) -> tuple[int, dict]:
    code = main(["forecast", *words, "--json"])
    answer = json.loads(capsys.readouterr().out)
    jsonschema_rs.validator_for(load_schema("forecast-answer")).validate(answer)
    return code, answer


def test_readings_are_answered_as_by_the_library(file, capsys):
    code, answer = answered(capsys, file(ASKED))

    plain = reach(Series.of(VALUES), Target(16, 10), kind="flow")
    shown = plain.shown
    assert (code, answer["status"], answer["method"]) == (0, "ok", shown.method)
    assert answer["chance"] == shown.probability
    assert answer["quantiles"] == {"10": shown.low, "50": shown.middle, "90": shown.high}
    assert answer["backtest"]["naive"]["pinball"] == plain.records[1].pinball
    assert answer["fingerprint"] == plain.fingerprint


def test_the_same_seed_says_the_same(file, capsys):
    total = {"kind": "cumulative", "values": [0, 3.14, 5.5, 9.26, 12.8, 13.1], "target": 30, "by": 10}

    first, second, other = (answered(capsys, file(total), "--seed", seed)[1] for seed in ("7", "7", "8"))

    assert first | {"elapsed": 0} == second | {"elapsed": 0}
    assert (first["seed"], other["seed"], first["quantiles"] != other["quantiles"]) == (7, 8, True)


def test_the_example_of_the_page(file, capsys):
    text = DOCUMENT.read_text()
    content = re.search(r"```json\n(.*?)```", text, re.DOTALL)[1]

    code = main(["forecast", file(content)])

    assert code == 0
    assert capsys.readouterr().out == re.search(r"```text\n(.*?)```", text, re.DOTALL)[1]


@pytest.mark.parametrize(
    ("periods", "by"),
    [
        ([f"{year}" for year in range(2010, 2018)], "2020"),
        (["2025-Q3", "2025-Q4", *(f"2026-Q{at}" for at in range(1, 5)), "2027-Q1", "2027-Q2"], "2028-Q1"),
        ([*(f"2025-{at:02}" for at in range(8, 13)), "2026-01", "2026-02", "2026-03"], "2026-06"),
        ([f"2026-01-{at:02}" for at in range(1, 9)], "2026-01-11"),
        ([float(at) for at in range(8)], 10.0),
        (None, 10),
    ],
)
def test_periods_are_counted_in_their_own_steps(periods, by, file, capsys):
    content = ASKED | {"by": by} | ({"periods": periods} if periods else {})
    if periods is None:
        del content["periods"]

    assert answered(capsys, file(content))[1]["quantiles"] == answered(capsys, file(ASKED))[1]["quantiles"]


def test_a_period_without_a_reading_is_not_filled_in(file, capsys):
    gap = ASKED | {"values": [10, None, 11, 15, 14, 16, 13, 15]}
    left_out = ASKED | {"periods": [0, 2, 3, 4, 5, 6, 7], "values": [10, 11, 15, 14, 16, 13, 15]}

    assert answered(capsys, file(gap))[1]["fingerprint"] == answered(capsys, file(left_out))[1]["fingerprint"]


def test_without_a_target_only_quantiles_are_asked_for(file, capsys):
    code, answer = answered(capsys, file({"values": VALUES, "by": 9, "target": None}))

    assert (code, answer["chance"], answer["interval"]) == (0, None, None)
    assert answer["quantiles"]["10"] < answer["quantiles"]["50"] < answer["quantiles"]["90"]


@pytest.mark.parametrize("values", [[], [3], [4, 4, 4, 4]])
def test_too_little_is_no_answer_but_with_comparable_measures(values, file, capsys):
    content = {"values": values, "by": 9, "target": 5}
    others = [{"values": [3, 5, 4, 6, 8, 7]}, {"values": [1, 2, 4, 3, 5, 9]}, {"values": [9, 8, 6, 7, 5, 4]}]

    code, answer = answered(capsys, file(content))
    helped, other = answered(capsys, file(content | {"reference": others}))

    assert (code, answer["status"], answer["quantiles"], answer["backtest"]) == (4, "no_answer", None, None)
    assert (helped, other["method"], "class_alone" in other["findings"]) == (0, "reference_class", True)
    assert main(["forecast", file(content)]) == 4
    assert "No answer." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "magic"}, "kind: is the text 'magic', and must be one of revised, flow, cumulative."),
        ({"periods": [0, 1]}, "periods: holds 2, and must hold as many as values (8)."),
        ({"periods": [0, 1, 2, 2, 4, 5, 6, 7]}, "periods[3]: does not lie after the one before it."),
        ({"periods": [0, 1, 2, "2026", 4, 5, 6, 7]}, "periods[3]: is '2026', and must be written as the others"),
        ({"periods": ["2026-13"] * 8, "by": "2026-14"}, "by: '2026-14' is no month of the calendar."),
        ({"by": 7}, "by: 7 does not lie after the last reading."),
        ({"by": "soon"}, "by: is the text 'soon', and must be a year 2026"),
        ({"values": [1, 2, 3, "x", 5, 6, 7, 8]}, "values[3]: is the text 'x', and must be a number or null."),
        ({"values": [0] * 61, "periods": list(range(61)), "by": 70}, "values: 61 readings; at most 60."),
        ({"direction": "band"}, "highest: A band target has the highest value None."),
        ({"target": None, "direction": "up"}, "direction: has no target."),
        ({"reference": [{"values": [1, 2], "periods": [1]}]}, "reference[0].periods: holds 1, and must hold as many"),
        ({"periods": None}, "periods: is null, and must be a list."),
        ({"target": 10**400}, "target: is"),
        ({"mood": 1}, "mood: is not known here."),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(change, said, file, capsys):
    code = main(["forecast", file(ASKED | change)])

    out, err = capsys.readouterr()
    assert (code, out) == (3, "")
    assert said in err and "Traceback" not in err


def test_days_are_missing_where_by_is_a_day(file, capsys):
    assert main(["forecast", file({"values": VALUES, "by": "2026-05-01"})]) == 3
    assert "periods: is missing, as by is a day." in capsys.readouterr().err


def test_the_picture_is_svg_with_title_and_words(file, tmp_path, capsys):
    drawn = tmp_path / "fan.svg"

    code = main(["forecast", file(ASKED | {"name": "Crew <1> & Co"}), "--svg", str(drawn)])

    root = ElementTree.parse(drawn).getroot()  # our own file
    names = {child.tag.removeprefix("{http://www.w3.org/2000/svg}") for child in root}
    assert (code, root[0].text) == (0, "Crew <1> & Co")
    assert root[1].text.startswith("8 readings and the forecast. By 10: 10 % below ")
    assert {"title", "desc", "polygon", "polyline", "circle"} <= names
    assert "nan" not in drawn.read_text()


def test_no_answer_is_no_picture(file, tmp_path, capsys):
    code = main(["forecast", file({"values": [], "by": 3}), "--svg", str(tmp_path / "fan.svg")])

    assert (code, (tmp_path / "fan.svg").exists()) == (3, False)
    assert "--svg: there is no answer to draw (no_readings)." in capsys.readouterr().err


@pytest.mark.parametrize("target", [None, Target(5, 3), Target(-1e100, 3, "band", 1e100), Target(1e100, 3, "down")])
@pytest.mark.parametrize("readings", [(), (5.0,), (5.0, 5.0), (1e100, -1e100)])
def test_any_fan_can_be_drawn(readings, target):
    row = tuple(float(level) for level in range(99))
    flat = Fan((9.0,), ((5.0,) * 99,))

    for fan in (Fan((8.0, 9.0), (row, row)), flat):
        text = fan_picture(Series.of(readings), fan, title="x" * 200, target=target, label=str)

        ElementTree.fromstring(text)  # our own text
        assert "nan" not in text and "inf" not in text


def test_moments_are_written_as_they_were_read():
    assert [written(at, "month") for at in (24312, 24323.4)] == ["2026-01", "2026-12"]
    assert (written(8105, "quarter"), written(2026.2, "year"), written(739617, "day")) == (
        "2026-Q2",
        "2026",
        "2026-01-01",
    )
    assert written(1.5, "number") == "1.5"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["kind", "periods", "values", "target", "by", "highest", "reference"]),
        st.none() | st.integers(-5, 70) | st.floats() | st.text(max_size=4) | st.lists(st.integers(-3, 3) | st.none()),
    )
)
def test_whatever_is_written_there_is_an_exit_code(file, capsys, change):
    code = main(["forecast", file(ASKED | change), "--json"])

    out, err = capsys.readouterr()
    assert code in (0, 3, 4) and (out != "") == (code != 3) and (err != "") == (code == 3)

"""Plans in JSON: what they mean, what is refused with which sentence, and what `schedule` prints of them."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
from engine_cases import at, shared_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import ELAPSED, Constraint, Kind, LinkType
from consortio_engine.command import main
from consortio_engine.command.lengths import Length, Units, instant_of, instant_text, length_of
from consortio_engine.command.plan_file import read_plan
from consortio_engine.command.reading import Refused, load_schema

REPOSITORY = Path(__file__).resolve().parents[2]
START = "2026-01-05T08:00"
CONSTRAINTS = {
    "SNET": "start_no_earlier",
    "FNET": "finish_no_earlier",
    "SNLT": "start_no_later",
    "MSO": "must_start_on",
    "MFO": "must_finish_on",
}


def plan_of(*tasks, links=(), **more):
    return {"start": START, "tasks": list(tasks), "links": list(links), **more}


def scheduled(plan, tmp_path, capsys) -> dict:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan))
    assert main(["schedule", str(path), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refusals(plan) -> tuple[str, ...]:
    with pytest.raises(Refused) as refusal:
        read_plan(plan)
    return refusal.value.faults


def test_every_known_case_has_its_dates(tmp_path, capsys):
    cases = shared_cases("cpm.json")["cases"]
    assert len(cases) == 13
    for case in cases:
        second = {"id": "B", "duration": "3d"}
        if "constraint" in case:
            second |= {"constraint": CONSTRAINTS[case["constraint"]], "at": case["at"]}
        link = {"from": "A", "to": "B", "type": case["link"], "lag": f"{case['lag_d']}d"}
        for mode, wanted in [("msp", case["B"]), ("p6", case.get("p6", case)["B"])]:
            plan = plan_of({"id": "A", "duration": "2d"}, second, links=[link], options={"mode": mode})

            answer = scheduled(plan, tmp_path, capsys)

            assert [answer["tasks"][1][name] for name in ("early_start", "early_finish")] == wanted


def test_the_answer_fits_its_schema(tmp_path, capsys):
    answer = scheduled(example(), tmp_path, capsys)

    jsonschema_rs.validator_for(load_schema("schedule-answer")).validate(answer)
    assert answer["longest_path"] == ["dig", "pour", "done"]
    assert [finding["code"] for finding in answer["findings"]] == []


def example() -> dict:
    document = (REPOSITORY / "docs" / "engine" / "command.md").read_text()
    return json.loads(re.search(r"```json\n(.*?)```", document, re.DOTALL)[1])


def test_the_document_shows_what_is_printed(tmp_path, capsys):
    document = (REPOSITORY / "docs" / "engine" / "command.md").read_text()
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(example()))

    assert main(["schedule", str(path)]) == 0

    assert f"```text\n{capsys.readouterr().out}```" in document


def test_what_is_left_out_has_its_meaning():
    plan = read_plan(
        plan_of({"id": "S"}, {"id": 7, "parent": "S", "duration": "1.5d"}, {"id": "M", "duration": 0, "name": "End"})
    )

    network = plan.network
    assert (plan.names, plan.ids, plan.titles) == (("S", "7", "M"), ("S", 7, "M"), ("S", "7", "End"))
    assert network.kind.tolist() == [Kind.SUMMARY, Kind.TASK, Kind.MILESTONE]
    assert (network.duration.tolist(), network.parent.tolist()) == ([0, 720, 0], [-1, 0, -1])
    assert (plan.mode, plan.options.near_float) == ("msp", 4800)
    assert (plan.index_of(7), plan.index_of("M"), plan.index_of("none")) == (1, 2, None)
    standard = network.calendars[0]
    assert standard.work_between(at(START), at("2026-01-12T08:00")) == 5 * 480


def test_every_attribute_is_read():
    dated = {
        "at": "2026-02-01T08:00",
        "at2": "2026-02-02T08:00",
        "deadline": "2026-02-03T08:00",
        "expected_finish": "2026-02-04T08:00",
        "actual_start": "2026-01-05T09:00",
        "actual_finish": "2026-01-06T09:00",
        "external_start": "2026-02-05T08:00",
        "external_finish": "2026-02-06T08:00",
        "suspended_at": "2026-02-07T08:00",
        "resumed_at": "2026-02-08T08:00",
        "start": "2026-02-09T08:00",
        "finish": "2026-02-10T08:00",
    }
    flags = {"manual": True, "active": False, "constraint": "start_on", "constraint2": "finish_no_later"}
    project = {"data_date": "2026-01-06T08:00", "must_finish_by": "2026-06-01T17:00"}

    network = read_plan(
        plan_of({"id": "A", "duration": "3ed", "calendar": "elapsed", "remaining": "1h", **dated, **flags}, **project)
    ).network

    read = [
        network.constraint_at, network.constraint2_at, network.deadline, network.expected_finish, network.actual_start,
        network.actual_finish, network.external_start, network.external_finish, network.suspended_at,
        network.resumed_at, network.manual_start, network.manual_finish,
    ]  # fmt: skip
    assert [int(column[0]) for column in read] == [at(text) for text in dated.values()]
    assert (network.is_manual[0], network.is_active[0], network.is_elapsed[0], network.remaining[0]) == (1, 0, 1, 60)
    assert (network.duration[0], network.calendar[0]) == (3 * 1440, ELAPSED)
    assert (network.constraint[0], network.constraint2[0]) == (Constraint.START_ON, Constraint.FINISH_NO_LATER)
    dates = [getattr(network.projects[0], name) for name in ("start", "data_date", "must_finish_by")]
    assert dates == [at(START), at("2026-01-06T08:00"), at("2026-06-01T17:00")]


def test_links_have_types_and_lags():
    tasks = [{"id": "A", "duration": 100}, {"id": "B", "duration": "1ed"}]
    lags = [None, -30, "2d", "1ed", "50%", "-25%"]
    rows = [{"from": "A", "to": "B", "type": "SS"} | ({} if lag is None else {"lag": lag}) for lag in lags]

    network = read_plan(plan_of(*tasks, links=[*rows, {"from": "B", "to": "A", "lag": "10%"}])).network

    assert network.lag.tolist() == [0, -30, 960, 1440, 50, -25, 144]
    assert network.lag_calendar.tolist() == [-1, -1, -1, ELAPSED, -1, -1, ELAPSED]
    assert network.type.tolist() == [LinkType.SS] * 6 + [LinkType.FS]


def test_calendars_have_nights_and_exceptions():
    night = {
        "name": "night",
        "week": [[["22:00", "06:00"]]] * 5 + [[], []],
        "exceptions": {"2026-01-06/2026-01-08": []},
    }
    long = {"name": "long", "week": [[["08:00", "24:00"]]] * 7, "exceptions": {"2026-01-06": [["08:00", "32:00"]]}}

    network = read_plan(
        plan_of({"id": "A", "duration": 1}, {"id": "B", "duration": 1, "calendar": "long"}, calendars=[night, long])
    ).network

    assert network.calendar.tolist() == [0, 1]
    days = [(at(f"2026-01-0{day}T12:00"), at(f"2026-01-0{day + 1}T12:00")) for day in range(5, 9)]
    assert [network.calendars[0].work_between(*day) for day in days] == [480, 0, 0, 0]
    assert [network.calendars[1].work_between(*day) for day in days] == [960, 1440, 960, 960]


def test_options_are_read():
    options = {"mode": "p6", "lag_calendar": "project", "critical_float": "1d", "minutes_per_day": 420}
    plan = read_plan(plan_of({"id": "A", "duration": "1w"}, options=options | {"use_expected_finish": True}))

    assert (plan.mode, plan.options.lag_calendar, plan.options.critical_float) == ("p6", "project", 420)
    assert (plan.options.near_float, plan.options.use_expected_finish, plan.options.total_float) == (
        4200,
        True,
        "smaller",
    )
    assert (plan.units, plan.network.duration.tolist()) == (Units(420, 2100), [2100])


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (plan_of({"id": "A"}), "tasks[0].duration: is missing; a milestone has a duration of 0."),
        (plan_of({"id": "A", "duration": -1}), "tasks[0].duration: is -1, and must be at least 0."),
        (plan_of({"id": "A", "duration": "3x"}), "tasks[0].duration: is the text '3x', and must be minutes, or text like 90m, 4h, 3d, 2w or 2ed."),
        (plan_of({"id": "A", "duration": 1}, {"id": "A", "duration": 1}), "tasks[1].id: 'A' is also the id of tasks[0]."),
        (plan_of({"id": 1, "duration": 1}, {"id": "1", "duration": 1}), "tasks[1].id: '1' is also the id of tasks[0]."),
        (plan_of({"id": "A", "duration": 1, "calendar": "none"}), "tasks[0].calendar: there is no calendar 'none'."),
        (plan_of({"id": "A", "duration": 1, "parent": "none"}), "tasks[0].parent: there is no task 'none'."),
        (plan_of({"id": "A", "duration": 1, "at": "2026-02-30T08:00"}), "tasks[0].at: there is no '2026-02-30T08:00'."),
        (plan_of({"id": "A", "duration": 1, "at": "soon"}), "tasks[0].at: is the text 'soon', and must be a local date and time like 2026-01-05T08:00, from the year 1900 to 2199."),
        (plan_of({"id": "A", "duration": 1, "constraint": "start_on"}), "tasks[0] ('A'): Task 0 has a constraint without a date: start_on."),
        (plan_of({"id": "A", "duration": 1}, links=[{"from": "A", "to": "A"}]), "links[0]: Link 0 joins task 0 with itself."),
        (plan_of({"id": "A", "duration": 1}, links=[{"from": "A", "to": "B"}]), "links[0].to: there is no task 'B'."),
        (plan_of(calendars=[{"name": "c", "week": [[]] * 7}]), "calendars[0].week: there is no working time in it."),
        (plan_of(calendars=[{"name": "c", "week": [[["08:00", "33:00"]]] * 7}]), "calendars[0].week[0][0]: is longer than a day."),
        (plan_of(calendars=[{"name": "c", "week": [[["25:00", "26:00"]]] * 7}]), "calendars[0].week[0][0]: begins at 25:00, and must begin before 24:00."),
        (plan_of(calendars=[{"name": "c", "week": [[["08:00", "09:00"]]] * 7, "exceptions": {"2026-02-02/2026-02-01": []}}]), 'calendars[0].exceptions: there is no "2026-02-02/2026-02-01".'),
        (plan_of(calendars=[{"name": "c", "week": [[["08:00", "09:00"]]] * 7, "exceptions": {"1900-01-01/2100-01-01": []}}]), "calendars[0].exceptions: 73,050 days, and may be at most 40,000."),
        (plan_of(colour="red"), "colour: is not known here."),
        (plan_of({"id": "A", "duration": 1, "constrant": "asap"}), "tasks[0].constrant: is not known here."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place(plan, said):
    assert refusals(plan)[0] == said


def test_all_faults_are_told_at_once():
    assert refusals(plan_of({"id": "A"}, {"id": "B"}, links=[{"from": "A", "to": "C"}])) == (
        "tasks[0].duration: is missing; a milestone has a duration of 0.",
        "tasks[1].duration: is missing; a milestone has a duration of 0.",
        "links[0].to: there is no task 'C'.",
    )


def test_a_ring_is_told_by_its_ids(tmp_path, capsys):
    path = tmp_path / "ring.json"
    links = [{"from": "A", "to": "B"}, {"from": "B", "to": "A"}]
    path.write_text(json.dumps(plan_of({"id": "A", "duration": 1}, {"id": "B", "duration": 1}, links=links)))

    assert main(["schedule", str(path)]) == 3
    assert "links: these tasks wait for each other: " in (said := capsys.readouterr().err)
    assert "A -> B -> A" in said or "B -> A -> B" in said


def test_a_date_in_another_age_is_told_by_its_task(tmp_path, capsys):
    path = tmp_path / "long.json"
    path.write_text(json.dumps(plan_of({"id": "A", "duration": 100_000_000})))

    assert main(["schedule", str(path)]) == 3
    assert "tasks[0] ('A'): a date lies more than 60 years" in capsys.readouterr().err


@given(st.decimals(0, 9999, places=3), st.sampled_from("mhdw"), st.booleans())
@settings(deadline=None)
def test_a_length_is_its_number_times_its_unit(count, unit, is_elapsed):
    factors = {"m": 1, "h": 60, "d": 1440 if is_elapsed else 480, "w": 10080 if is_elapsed else 2400}

    assert length_of(f"{count:f}{'e' * is_elapsed}{unit}", Units()) == Length(round(count * factors[unit]), is_elapsed)


@given(st.integers(-36_000_000, 120_000_000))
def test_instants_are_read_as_they_are_written(minutes):
    assert instant_of(instant_text(minutes)) == minutes

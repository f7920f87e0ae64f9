"""Facts that documents repeat."""

import json
import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from engine_cases import shown

import consortio_engine
from consortio_engine.choice import choose
from consortio_engine.command.choice_file import read_problems
from consortio_engine.command.main import COMMANDS, parser
from consortio_engine.command.simulation_file import read_simulation
from consortio_engine.forecast import Forecast
from consortio_engine.results import Finding
from consortio_engine.simulate import Note
from consortio_engine.ties import RaciFinding

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_document_and_the_docstring_name_every_finding():
    source = Path(consortio_engine.__file__).with_name("findings.py").read_text()
    document = (REPOSITORY / "docs" / "engine" / "cpm.md").read_text()
    found = re.findall(
        r'Finding\("([a-z0-9_]+)"|^        "([a-z0-9_]+)":|rules\["([a-z0-9_]+)"\]', source, re.MULTILINE
    )
    names = {name for row in found for name in row if name}

    assert len(names) == 10
    assert [name for name in sorted(names) if f"`{name}`" not in document] == []
    assert [name for name in sorted(names) if f"`{name}`" not in (Finding.__doc__ or "")] == []


def test_the_document_and_the_docstring_name_every_finding_of_a_forecast():
    source = Path(consortio_engine.__file__).with_name("forecast") / "reach.py"
    document = (REPOSITORY / "docs" / "engine" / "forecast.md").read_text()
    names = set(
        re.findall(r'"([a-z]+(?:_[a-z]+)*_(?:readings|spread|alone|better|baseline)|unproven)"', source.read_text())
    )

    assert len(names) == 7
    assert [name for name in sorted(names) if f"| `{name}` |" not in document] == []
    assert [name for name in sorted(names) if f"`{name}`" not in (Forecast.__doc__ or "")] == []


def test_the_example_of_the_forecasts_runs():
    document = (REPOSITORY / "docs" / "engine" / "forecast.md").read_text()
    scope: dict = {}

    exec(re.search(r"```python\n(.*?)```", document, re.DOTALL)[1], scope)

    assert scope["answer"].status == "ok"


def test_the_example_of_choice_runs_as_it_is_worked_by_hand():
    document = (REPOSITORY / "docs" / "engine" / "choice.md").read_text()
    scope: dict = {}

    exec(re.search(r"```python\n(.*?)```", document, re.DOTALL)[1], scope)

    answer = scope["answer"]
    assert (answer.chosen, answer.value, [price.gain for price in answer.prices], answer.near) == ((1, 2), 13, [12], ())


def test_the_file_of_choice_is_read():
    document = (REPOSITORY / "docs" / "engine" / "choice.md").read_text()

    (problem,) = read_problems(re.search(r"```json\n(.*?)```", document, re.DOTALL)[1], "choice.md")

    assert choose(problem.items, problem.limits).value == 11  # path and bench: of 13, 5 would be less than two fifths


def test_the_examples_of_resilience_run_as_they_are_worked_by_hand():
    document = (REPOSITORY / "docs" / "engine" / "resilience.md").read_text()
    scope: dict = {}

    for example in re.findall(r"```python\n(.*?)```", document, re.DOTALL):
        exec(example, scope)

    assert (scope["found"].count, scope["found"].cut) == (1, (0,))
    assert (scope["answer"].index, scope["answer"].weakest) == (0.55, "Harbour")
    assert scope["shares"].interval == (pytest.approx(0.36), pytest.approx(0.38))
    codes = {finding.code for finding in scope["table"].findings}
    assert codes == {"several_accountable", "no_lead", "no_accountable", "no_responsible"}


def test_the_document_and_the_docstring_name_every_finding_of_a_table_of_responsibilities():
    source = Path(consortio_engine.__file__).with_name("ties") / "raci.py"
    document = (REPOSITORY / "docs" / "engine" / "resilience.md").read_text()
    names = set(re.findall(r'RaciFinding\("([a-z_]+)"', source.read_text()))

    assert len(names) == 7
    assert [name for name in sorted(names) if f"| `{name}` |" not in document] == []
    assert [name for name in sorted(names) if f"`{name}`" not in (RaciFinding.__doc__ or "")] == []


def test_the_example_of_earned_value_runs():
    document = (REPOSITORY / "docs" / "engine" / "earned-value.md").read_text()
    scope: dict = {}

    exec(re.search(r"```python\n(.*?)```", document, re.DOTALL)[1], scope)

    assert scope["answer"].joint.cpi == 0.95


def test_the_example_of_surveys_runs():
    document = (REPOSITORY / "docs" / "engine" / "surveys.md").read_text()
    scope: dict = {}

    exec(re.search(r"```python\n(.*?)```", document, re.DOTALL)[1], scope)

    assert [one.release.reason for one in scope["page"].results] == ["everything", "everything"]
    assert len(scope["page"].texts) == 5


def test_the_example_of_the_readme_runs():
    readme = (REPOSITORY / "engine" / "README.md").read_text()
    example = re.search(r"```python\n(.*?)```", readme, re.DOTALL)
    scope: dict = {}

    exec(example[1], scope)

    assert scope["plan"].total_float.tolist() == [0, 0]


def test_the_example_of_the_simulation_says_what_the_document_says():
    document = (REPOSITORY / "docs" / "engine" / "simulation.md").read_text()
    scope: dict = {}

    exec(re.search(r"```python\n(.*?)```", document, re.DOTALL)[1], scope)

    answer, monday = scope["answer"], scope["monday_evening"]
    quantiles = dict(zip(answer.levels, answer.project_finish.tolist(), strict=True))
    assert (quantiles[50], quantiles[80], quantiles[90]) == (monday, monday, monday + 1440)
    assert abs(scope["chance_by"](answer, monday).share - 0.88) < 0.01
    assert (answer.effects[0].p50_work, answer.effects[0].p80_work) == (480, 0)
    assert answer.effects[0].p50 == 3 * 1440


def test_the_plan_of_the_simulation_can_be_simulated():
    document = (REPOSITORY / "docs" / "engine" / "simulation.md").read_text()

    given = read_simulation(json.loads(re.search(r"```json\n(.*?)```", document, re.DOTALL)[1]))

    assert sorted(given.spreads) == [0, 1, 2, 3]


def test_the_document_and_the_docstring_name_every_finding_of_a_simulation():
    source = (Path(consortio_engine.__file__).with_name("simulate") / "figures.py").read_text()
    document = (REPOSITORY / "docs" / "engine" / "simulation.md").read_text()
    names = re.findall(r'Note\("([a-z_]+)"', source)

    assert len(names) == 5
    assert [name for name in names if f"| `{name}` |" not in document] == []
    assert [name for name in names if f"`{name}`" not in (Note.__doc__ or "")] == []


def test_the_page_of_measurements_tells_what_each_row_asks_and_what_was_found():
    rows = re.findall(r'^    "(E\d+)": ', (REPOSITORY / "bench" / "engine.py").read_text(), re.MULTILINE)
    document = (REPOSITORY / "docs" / "engine" / "measurements.md").read_text()
    asked, found = (re.findall(r"^\| (E\d+) \|", part, re.MULTILINE) for part in document.split(": begin -->"))

    assert rows == [f"E{number}" for number in range(1, 13)]
    assert asked == rows
    assert list(dict.fromkeys(found)) == rows


def test_the_example_of_calendars_is_answered_as_it_is_worked_by_hand():
    scope = _run("calendars.md")
    document = _page("calendars.md")
    calendar, midnights = scope["calendar"], {"Mon": scope["monday"], "Wed": scope["wednesday"]}

    def instant(text: str) -> int:
        day, hour = text.split()
        return midnights[day] + int(hour[:2]) * 60 + int(hour[3:])

    asked = re.findall(r"^\| `(\w+)\((.+?)(?:, (-?\d+))?\)` \|.*\| ([^|]+) \|$", document, re.MULTILINE)
    known = [row for row in asked if row[0] in ("work", "finish_at", "start_at", "add", "next_start", "prev_finish")]
    rows = [row for row in known if row[1][0].isupper() or row[1].isdigit()]
    assert len(rows) == 7
    for name, first, second, answer in rows:
        given = [int(first) if first.isdigit() else instant(first), *([int(second)] if second else [])]
        assert getattr(calendar, name)(*given) == (int(answer) if answer.isdigit() else instant(answer)), name
    intervals = re.findall(r"^\| \d \| (\w{3}) \d, (\d\d:\d\d) \| (\d\d:\d\d) \| (\d+) \|$", document, re.MULTILINE)
    told = [(instant(f"{day} {start}"), instant(f"{day} {end}"), int(before)) for day, start, end, before in intervals]
    assert told == list(zip(calendar.start[:4], calendar.end[:4], calendar.before[:4], strict=True))


@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_the_example_of_the_critical_path_has_the_dates_and_floats_that_are_worked_by_hand(mode):
    scope = _run("cpm.md")

    plan = consortio_engine.schedule(scope["network"], mode=mode)

    told = _page("cpm.md").split("<!-- example: begin -->")[1].split("<!-- example: end -->")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in told.strip().splitlines()[2:]]
    dates = [plan.early_start, plan.early_finish, plan.late_start, plan.late_finish]
    found = [
        [
            "ABCDE"[task],
            *(shown(column[task]).replace("T", " ") for column in dates),
            *(_days(column[task]) for column in (plan.total_float, plan.free_float)),
            "yes" if plan.longest_path[task] else "no",
        ]
        for task in range(5)
    ]
    if mode == "p6":  # counts the work between what the link asks and what its successor has
        rows[1][6] = "0 days"
    assert found == rows
    assert ((scope["plan"].total_float // 480).tolist(), (scope["plan"].free_float // 480).tolist()) == (
        [1, 2, 0, 1, 0],
        [0, 2, 0, 1, 0],
    )


def test_the_example_of_the_forecasts_says_what_is_worked_by_hand():
    opening = _run("forecast.md")["opening"]

    said = [opening.shown.low, opening.shown.middle, opening.shown.high, opening.shown.probability]
    assert said == [pytest.approx(value) for value in (106, 109, 115, 0.6 + 0.1 / 3)]
    assert opening.interval == (pytest.approx(0.546 - 0.400, abs=0.001), pytest.approx(0.546 + 0.400, abs=0.001))
    naive = opening.baselines[0]
    assert (naive.method, naive.middle, round(naive.high, 1)) == ("naive", 106, 112.0)
    assert (opening.method, opening.findings) == ("reference_class", ("unproven",))


@pytest.mark.parametrize(
    "name", ["calendars.md", "choice.md", "cpm.md", "forecast.md", "levelling.md", "resilience.md"]
)
def test_a_page_of_an_algorithm_has_an_example_by_hand_limits_and_sources(name):
    page = _page(name)

    assert re.search("by hand|a worked example", page, re.IGNORECASE)
    assert re.search("^## (Limits|What is not done)$", page, re.MULTILINE)
    assert re.search("^## Sources", page, re.MULTILINE)


def _page(name: str) -> str:
    return (REPOSITORY / "docs" / "engine" / name).read_text()


def _run(name: str) -> dict:
    """What the page's examples leave behind."""
    scope: dict = {}
    for example in re.findall(r"```python\n(.*?)```", _page(name), re.DOTALL):
        exec(example, scope)
    return scope


def _days(minutes: int) -> str:
    return "1 day" if minutes == 480 else f"{minutes // 480} days"


def test_the_page_of_the_command_offers_what_each_command_takes():
    page = (REPOSITORY / "docs/engine/command.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if re.match(r"\| `[a-z]+` \|", line)]
    offered = {row[1].strip(" `"): set(re.findall(r"--[a-z]+", row[4])) for row in rows}

    assert offered == {name: {"--limit", "--svg"} & words_of(name) for name in COMMANDS}


def words_of(command: str) -> set[str]:
    with pytest.raises(SystemExit), redirect_stdout(StringIO()) as told:
        parser().parse_args([command, "--help"])
    return set(re.findall(r"--[a-z]+", told.getvalue()))

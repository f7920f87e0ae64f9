"""Facts that documents repeat."""

import json
import re
from pathlib import Path

import consortio_engine
from consortio_engine.command.simulation_file import read_simulation
from consortio_engine.forecast import Forecast
from consortio_engine.results import Finding
from consortio_engine.simulate import Note

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_document_and_the_docstring_name_every_finding():
    source = Path(consortio_engine.__file__).with_name("findings.py").read_text()
    document = (REPOSITORY / "docs" / "engine" / "cpm.md").read_text()
    found = re.findall(
        r'Finding\("([a-z0-9_]+)"|^        "([a-z0-9_]+)":|rules\["([a-z0-9_]+)"\]', source, re.MULTILINE
    )
    names = {name for row in found for name in row if name}

    assert len(names) == 13
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

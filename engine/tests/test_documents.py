"""Facts that documents repeat."""

import re
from pathlib import Path

import consortio_engine
from consortio_engine.forecast import Forecast
from consortio_engine.results import Finding

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


def test_the_example_of_earned_value_runs():
    document = (REPOSITORY / "docs" / "engine" / "earned-value.md").read_text()
    scope: dict = {}

    exec(re.search(r"```python\n(.*?)```", document, re.DOTALL)[1], scope)

    assert scope["answer"].joint.cpi == 0.95


def test_the_example_of_the_readme_runs():
    readme = (REPOSITORY / "engine" / "README.md").read_text()
    example = re.search(r"```python\n(.*?)```", readme, re.DOTALL)
    scope: dict = {}

    exec(example[1], scope)

    assert scope["plan"].total_float.tolist() == [0, 0]

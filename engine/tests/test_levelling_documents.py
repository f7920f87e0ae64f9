"""Facts about levelling that its document repeats."""

import re
from pathlib import Path
from statistics import mean

from engine_cases import shared_cases

from consortio_engine.resources.wording import Finding

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "engine" / "levelling.md").read_text()


def test_the_example_runs_and_gives_what_it_says():
    code = re.search(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)[1]
    scope: dict = {}
    checked = 0
    exec("\n".join(line for line in code.splitlines() if "  # " not in line or "Job(" in line), scope)
    for said in re.findall(r"^(\S.*?)  # (.*)$", code, re.MULTILINE):
        assert repr(eval(said[0], scope)) == said[1]  # noqa: S307  # our own document
        checked += 1

    assert checked == 4


def test_the_document_and_the_docstring_name_every_finding():
    folder = Path(__file__).resolve().parents[1] / "src" / "consortio_engine" / "resources"
    source = "".join(path.read_text() for path in folder.glob("*.py"))
    names = set(re.findall(r'Finding\(\s*"([a-z_]+)"', source))

    assert len(names) == 16
    assert [name for name in sorted(names) if f"| `{name}` |" not in DOCUMENT] == []
    assert [name for name in sorted(names) if f"`{name}`" not in (Finding.__doc__ or "")] == []


def test_the_gaps_without_samples_are_those_of_the_known_lengths():
    known = shared_cases("psplib/truth.json")
    found = []
    for jobs in (30, 60, 120):
        cases = [case for name, case in known.items() if name.startswith(f"j{jobs}_")]
        gap = mean(case["with_justification"] / case["best_known"] - 1 for case in cases)
        found.append(f"| {jobs} jobs, {len(cases)} instances | {100 * gap:.1f} %")

    assert [row for row in found if row not in DOCUMENT] == []

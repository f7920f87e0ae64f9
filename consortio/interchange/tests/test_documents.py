"""Results and partners on their way through a process of their own, and as JSON."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from consortio.interchange import partners, results_summary
from consortio.interchange.child import Limits, read_document_apart
from consortio.interchange.cordis import read_cordis
from consortio.interchange.iati import read_iati
from consortio.interchange.partners import Partners
from consortio.interchange.plan import Refused
from consortio.interchange.proposal import read_proposal
from consortio.interchange.results import Results
from consortio.interchange.tests.fixtures_iati import activity, budget, iati, indicator, period, transaction
from consortio.interchange.tests.test_cordis import TWO, listed
from consortio.interchange.tests.test_proposal import PROPOSAL

SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "schemas"
RICH = iati(
    *(activity(transaction("3", "1250.50") + budget("7") + indicator(period("9", "1,000.5")) + "<colour/>"),) * 600
)


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_results_come_through_the_process_as_they_are() -> None:
    apart = read_document_apart(RICH, Results, "a.xml")

    assert len(apart.activities) == 600
    assert apart == read_iati(RICH, "a.xml")
    assert [one.message.text for one in apart.findings] == [
        one.message.text for one in read_iati(RICH, "a.xml").findings
    ]


def test_partners_come_through_the_process_as_they_are() -> None:
    data = listed(*TWO, {"name": ""})

    assert read_document_apart(data, Partners, "a.csv") == read_cordis(data, "a.csv")
    assert read_document_apart(PROPOSAL.encode(), Partners, "p.yml") == read_proposal(PROPOSAL.encode(), "p.yml")


def test_what_is_refused_there_is_refused_here() -> None:
    with pytest.raises(Refused) as refused:
        read_document_apart(b"<iati-organisations/>", Results, "a.xml")

    assert refused.value.code == "organisation_file"


def test_a_limit_ends_the_reading_with_a_sentence() -> None:
    with pytest.raises(Refused) as refused:
        read_document_apart(RICH, Results, "a.xml", limits=Limits(wall_seconds=0.0))

    assert refused.value.code == "timeout"


def test_json_follows_the_schemas_and_other_json_does_not() -> None:
    read, listing = read_iati(RICH, "a.xml"), read_cordis(listed(*TWO, {"eu": "much"}), "a.csv")
    proposal = read_proposal(PROPOSAL.encode(), "p.yml")
    shapes = [("results", {**read.to_json(), "summary": results_summary.summary(read)})]
    shapes += [("partners", {**one.to_json(), "summary": partners.summary(one)}) for one in (listing, proposal)]

    valid = [jsonschema_rs.validator_for(schema(name)).is_valid(shape) for name, shape in shapes]
    for _, shape in shapes:
        shape["summary"]["surprise"] = 1
    wrong = [jsonschema_rs.validator_for(schema(name)).is_valid(shape) for name, shape in shapes]

    assert (valid, wrong) == ([True] * 3, [False] * 3)


def test_no_figure_is_a_float() -> None:
    floats: list[str] = []

    read = read_iati(RICH, "a.xml")
    text = json.dumps({**read.to_json(), "summary": results_summary.summary(read)})
    json.loads(text, parse_float=floats.append)

    assert floats == []
    assert '"1250.50"' in text

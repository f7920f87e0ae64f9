"""Proposals in YAML as neutral partners, and YAML that is no such thing."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from consortio.interchange import yaml_tree
from consortio.interchange.partner_files import read_partners
from consortio.interchange.partners import Deliverable, Partner, Partners, Project, WorkPackage, summary
from consortio.interchange.plan import Refused
from consortio.interchange.proposal import read_proposal
from consortio.interchange.tests.shared import files
from consortio.interchange.yaml_tree import read_yaml

PROPOSAL = """
prop: {gen: {acronym: QUAY, title: Deeper quays, proposalnumber: '700001', callid: HARBOUR-2030}}
site:
  PT: {number: '1'}
  MT: {number: '2'}
all:
  PT: {RM: '12.5'}
  MT: {RM: '7'}
  total: {RM: '19.5'}
wp:
  dredge: {RM: '19.5', label: WP1, title: Dredging, lead: PT}
dredge:
  PT: {RM: '12.5'}
  MT: {RM: '7'}
deliv:
  dredge:
    map: {label: D1.1, title: 'Map: the depths', lead: MT, due: '12', status: delivered}
    log: {label: D1.2, title: Log, lead: PT, due: '24', status: null}
"""


def codes(text: str) -> list[str]:
    return [one.code for one in read_proposal(text.encode(), "p.yml").findings]


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_proposal(data, "p.yml")
    assert "\n" not in caught.value.message
    return caught.value


def test_a_proposal_is_read_whole() -> None:
    read = read_partners(PROPOSAL.encode(), "p.yml")

    assert [one.message for one in read.findings] == ["PT is number 1 of the sites and was read as their coordinator."]
    assert read == Partners(
        file="p.yml",
        parts=("prop", "site", "all", "wp", "dredge", "deliv"),
        projects=(
            Project(
                id="700001",
                acronym="QUAY",
                title="Deeper quays",
                program="HARBOUR-2030",
                person_months_told="19.5",
                partners=(
                    Partner("PT", "coordinator", order="1", person_months=Decimal("12.5")),
                    Partner("MT", "participant", order="2", person_months=Decimal(7)),
                ),
                work_packages=(WorkPackage("dredge", "WP1", "Dredging", "PT", Decimal("19.5")),),
                deliverables=(
                    Deliverable("map", "dredge", "D1.1", "Map: the depths", "MT", "12", "delivered"),
                    Deliverable("log", "dredge", "D1.2", "Log", "PT", "24"),
                ),
            ),
        ),
        findings=read.findings,
    )


def test_the_summary_adds_up_whole_months_and_parts_of_them() -> None:
    assert summary(read_proposal(PROPOSAL.encode(), "p.yml")) == {
        "sites": 2,
        "person_months_by_site": {"PT": "12.5", "MT": 7},
        "person_months_total_field": "19.5",
        "sum_person_months_sites": "19.5",
        "person_months_by_wp": {"dredge": "19.5"},
        "deliverables": 2,
        "deliverables_by_status": {"delivered": 1, "null": 1},
        "deliverables_by_lead": {"MT": 1, "PT": 1},
        "deliverables_by_due_month": {"12": 1, "24": 1},
        "deliverables_by_wp": {"dredge": 2},
        "top_keys": ["all", "deliv", "dredge", "prop", "site", "wp"],
    }


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("total: {RM: '19.5'}", "total: {RM: '20'}", "person_months"),
        ("dredge: {RM: '19.5'", "dredge: {RM: '20'", "person_months"),
        ("lead: MT, due", "lead: GR, due", "unknown_lead"),
        ("total: {RM: '19.5'}", "MT2: {RM: '19.5'}", ""),
        ("wp:\n  dredge: {RM: '19.5'", "wp:\n  dredge: {RM: 'many'", "value"),
    ],
)
def test_what_does_not_hold_is_one_finding(before: str, after: str, code: str) -> None:
    assert before in PROPOSAL
    assert codes(PROPOSAL.replace(before, after, 1)) == ["coordinator", *([code] if code else [])]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("a: 1", "format"),
        ("- a", "format"),
        ("site: [", "yaml"),
        ("site: {PT: {number: 1}}\n\tx: 1", "yaml"),
        ("site: &a {PT: {number: 1}}\nall: *a", "alias"),
        ("site: !!python/object/apply:os.system ['id']", "alias"),
        ("site: {? [a] : 1}", "name"),
        ("site: {PT: 1, PT: 2}", "name"),
        ("site: " + "[" * 100_000, "too_large"),
        ("site: {PT: 1}\n---\nsite: *a", "alias"),
    ],
    ids=lambda one: str(one)[:20],
)
@pytest.mark.parametrize("loader", [yaml_tree._LOADER, yaml.BaseLoader], ids=["fast", "slow"])
def test_what_is_no_plain_proposal_is_refused(
    loader: Any, text: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_tree, "_LOADER", loader)

    assert refusal(text.encode()).code == code


def test_half_a_character_is_refused_whoever_parses(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b'site: {"P\\uD800": {number: 1}}'

    assert refusal(data).code in ("yaml", "text")
    monkeypatch.setattr(yaml_tree, "_LOADER", yaml.BaseLoader)
    assert refusal(data).code == "text"
    assert len(read_proposal(data.replace(b"\\uD800", b"\\u00D8"), "p.yml").projects[0].partners) == 1


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(read_proposal(PROPOSAL.encode(), "p.yml").projects) == 1

    monkeypatch.setattr(yaml_tree, "PARTS_MAX", 20)
    assert refusal(PROPOSAL.encode()).code == "too_large"


def test_every_value_stays_the_text_that_it_is() -> None:
    assert read_yaml(b"{a: 1e999, b: 2030-01-01, c: yes, d: 0x10, e: ~, f: 'null', g: [.nan]}") == {
        "a": "1e999",
        "b": "2030-01-01",
        "c": "yes",
        "d": "0x10",
        "e": "",
        "f": "null",
        "g": [".nan"],
    }


@pytest.mark.parametrize(("path", "truth"), files("opendreamkit", only="proposal.yml", data="consortia"))
def test_every_figure_is_the_one_that_another_parser_read(path: Path, truth: dict[str, Any]) -> None:
    assert summary(read_partners(path.read_bytes(), path.name)) == truth

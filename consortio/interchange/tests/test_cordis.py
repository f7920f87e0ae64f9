"""Lists of projects and participants as neutral partners."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from consortio.interchange.cordis import read_cordis
from consortio.interchange.cordis_values import parse_amount
from consortio.interchange.partners import Partner, Partners, Project, summary
from consortio.interchange.plan import Refused
from consortio.interchange.tests.shared import files

HEADINGS = (
    "short title,project id,program,status,start_date,end_date,total_cost,eu_contribution,coordinator,"
    "coordinator_eu_contribution,number_participants,participant_no,participant_name,participant_eu_contribution"
)
ROW = {
    "acronym": "QUAY",
    "id": "700001.0",
    "program": "H2030",
    "status": "Signed",
    "start": "1 January 2030",
    "end": "31 December 2031",
    "total": '"400,00"',
    "contribution": '"300,50"',
    "coordinator": "HARBOUR BOARD",
    "lead": '"200,25"',
    "told": "2",
    "no": "1",
    "name": "DREDGERS   Participation ended   Greece",
    "eu": '"100,25"',
}


def listed(*rows: dict[str, str]) -> bytes:
    lines = [HEADINGS, *(",".join({**ROW, **row}.values()) for row in rows)]
    return "\n".join(lines).encode()


def found(data: bytes) -> list[str]:
    return [one.code for one in read_cordis(data, "a.csv").findings]


TWO = ({}, {"no": "2", "name": "DIVERS   Malta", "eu": "0"})


def test_a_list_is_read_whole() -> None:
    read = read_cordis(listed(*TWO), "a.csv")

    assert read == Partners(
        file="a.csv",
        rows=2,
        projects=(
            Project(
                id="700001",
                acronym="QUAY",
                program="H2030",
                status="Signed",
                written_start="1 January 2030",
                written_end="31 December 2031",
                start=date(2030, 1, 1),
                end=date(2031, 12, 31),
                total_cost=Decimal("400.00"),
                contribution=Decimal("300.50"),
                participants_told="2",
                partners=(
                    Partner("HARBOUR BOARD", "coordinator", contribution=Decimal("200.25"), line=2),
                    Partner(
                        "DREDGERS",
                        "participant",
                        order="1",
                        country="Greece",
                        remark="Participation ended",
                        contribution=Decimal("100.25"),
                        line=2,
                    ),
                    Partner("DIVERS", "participant", order="2", country="Malta", contribution=Decimal(0), line=3),
                ),
            ),
        ),
    )


def test_the_summary_adds_up_without_losing_a_cent() -> None:
    assert summary(read_cordis(listed(*TWO), "a.csv")) == {
        "rows": 2,
        "projects": 1,
        "by_project": {
            "700001": {
                "acronym": "QUAY",
                "program": "H2030",
                "start": "1 January 2030",
                "end": "31 December 2031",
                "status": "Signed",
                "total_cost": "400.00",
                "eu_contribution": "300.50",
                "coordinator": "HARBOUR BOARD",
                "coordinator_eu": "200.25",
                "number_participants_field": "2",
                "participants": 2,
                "bad": 0,
                "sum_participant_eu": "100.25",
                "coordinator_plus_participants_eu": "300.50",
                "equals_eu_contribution": True,
            }
        },
    }


def test_a_list_with_roles_in_its_rows_is_read_too() -> None:
    data = (
        b"projectID;projectAcronym;name;country;role;order;ecContribution\n"
        b"7;QUAY;Board;PT;coordinator;1;200,25\n7;QUAY;Divers;MT;participant;2;100.25\n8;PIER;Masons;IT;participant;1;5\n"
    )

    first, second = read_cordis(data, "a.csv").projects

    assert [(one.name, one.role, one.country, one.contribution) for one in first.partners] == [
        ("Board", "coordinator", "PT", Decimal("200.25")),
        ("Divers", "participant", "MT", Decimal("100.25")),
    ]
    assert (second.id, [one.role for one in second.partners]) == ("8", ["participant"])


def test_projects_without_a_number_go_by_their_acronym() -> None:
    rows = [{**row, "id": "", "acronym": name} for name in ("QUAY", "PIER") for row in TWO]

    figures = summary(read_cordis(listed(*rows), "a.csv"))

    assert (figures["projects"], list(figures["by_project"])) == (2, ["", "PIER"])


BROKEN: dict[str, list[dict[str, str]]] = {
    "value": [{}, {**TWO[1], "eu": "No data"}],
    "participants": [{**row, "told": "3"} for row in TWO],
    "contributions": [{}, {**TWO[1], "eu": "0.06"}],
    "dates_out_of_order": [{**row, "end": "31 December 2029"} for row in TWO],
    "no_project": [*TWO, {"id": "", "acronym": ""}],
    "no_name": [*TWO, {"name": ""}],
}


@pytest.mark.parametrize("code", BROKEN)
def test_what_does_not_hold_is_one_finding(code: str) -> None:
    assert found(listed(*BROKEN[code])) == [code]


def test_what_holds_has_no_finding_and_cents_of_rounding_are_none() -> None:
    assert found(listed(*TWO)) == []
    assert found(listed({}, {**TWO[1], "eu": "0.05"})) == []


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        ("1963982,50", "1963982.50"),
        ("1963982.50", "1963982.50"),
        ("1.963.982,50", "1963982.50"),
        ("1,963,982.50", "1963982.50"),
        ("1 963 982,50", "1963982.50"),
        ("1 963", "1963"),
        ("-5", "-5"),
    ],
)
def test_amounts_are_read_with_either_sign(raw: str, amount: str) -> None:
    assert parse_amount(raw) == Decimal(amount)


@pytest.mark.parametrize("raw", ["", "1,234", "1.234", "1.963.98", "1,963,982,50", "1e5", "NaN", "5 EUR", "9" * 41])
def test_amounts_that_could_be_two_or_none_are_not_guessed(raw: str) -> None:
    assert parse_amount(raw) is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 an archive", "format"),
        (b"a,b\n1,2\n", "columns"),
        (b"project id,participant_name\n1,2\n", "columns"),
        (b"participant_name,ecContribution\n1,2\n", "columns"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_cordis(data, "a.csv")

    assert refused.value.code == code


@pytest.mark.parametrize(("path", "truth"), files("cordis", only="and_participants.csv", data="consortia"))
def test_every_figure_is_the_one_that_another_parser_read(path: Path, truth: dict[str, Any]) -> None:
    assert summary(read_cordis(path.read_bytes(), path.name)) == truth

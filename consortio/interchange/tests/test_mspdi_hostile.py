"""Hostile and broken MS Project XML: one sentence each, with the place and what was expected."""

from typing import Any

import pytest

from consortio.interchange import mspdi, mspdi_xml
from consortio.interchange.mspdi import read_mspdi
from consortio.interchange.plan import Refused
from consortio.interchange.tests.fixtures_mspdi import STANDARD, period, project, task, values

LAUGHS = b"<!ENTITY a 'ha'>" + b"".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>".encode() for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_mspdi(data, "plan.xml")
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    "declaration",
    [
        b"<!DOCTYPE Project [" + LAUGHS + b"]>",
        b"<!DOCTYPE Project [<!ENTITY file SYSTEM 'file:///etc/passwd'>]>",
        b"<!DOCTYPE Project SYSTEM 'http://example.org/evil.dtd'>",
        b"<!DOCTYPE Project [<!ENTITY % all SYSTEM 'http://example.org/evil.dtd'> %all;]>",
        b"<!DOCTYPE Project>",
    ],
    ids=["billion laughs", "file", "outside", "parameter", "bare"],
)
def test_a_document_type_is_refused_before_anything_in_it_happens(declaration: bytes) -> None:
    refused = refusal(declaration + b"<Project><Tasks>&i;</Tasks></Project>")

    assert refused.message == (
        "The file declares a document type or an entity; expected plain XML without any (line 1)."
    )
    assert (refused.code, refused.where) == ("doctype", {"line": 1})


def test_an_entity_nobody_declared_is_refused() -> None:
    assert refusal(b"<Project><Name>&file;</Name></Project>").code == "xml"


def test_deep_nesting_is_refused_where_it_starts() -> None:
    deep = b"<Project>" + b"<a>" * 200_000

    assert refusal(deep).message == "Elements are nested more than 64 deep; expected fewer levels (line 1)."
    assert refusal(b"<Project><Views>" + b"<a>" * 200_000).code == "too_deep"


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = project(task(1))
    elements = allowed.count(b"<") - allowed.count(b"</") - 1

    monkeypatch.setattr(mspdi_xml, "ELEMENTS_MAX", elements)
    assert len(read_mspdi(allowed, "plan.xml").items) == 1

    monkeypatch.setattr(mspdi_xml, "ELEMENTS_MAX", elements - 1)
    assert refusal(allowed).code == "too_many_elements"


def test_two_million_elements_are_the_limit() -> None:
    refused = refusal(b"<Project>" + b"<a/>" * 2_000_001)

    assert refused.message == "The file has more than 2,000,000 elements; expected fewer (line 1)."


def test_too_many_tasks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mspdi, "ITEMS_MAX", 2)

    assert len(read_mspdi(project(task(1), task(2)), "plan.xml").items) == 2
    assert refusal(project(task(1), task(2), task(3))).code == "too_many_items"


def test_a_file_over_80_mb_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    data = project(task(1))

    monkeypatch.setattr(mspdi_xml, "BYTES_MAX", len(data))
    assert len(read_mspdi(data, "plan.xml").items) == 1

    monkeypatch.setattr(mspdi_xml, "BYTES_MAX", len(data) - 1)
    assert refusal(data).code == "too_large"


def test_one_endless_value_is_refused() -> None:
    assert refusal(project(task(1, Notes="x" * 1_100_000))).code == "value_too_long"


def test_a_cut_off_file_is_refused_with_line_and_column() -> None:
    refused = refusal(b"<Project>\n<Tasks>\n<Task><UID>1</U")

    assert refused.where["line"] == 3
    assert refused.message.startswith("The XML breaks off at line 3, column")


@pytest.mark.parametrize("length", range(1, 400, 23))
def test_no_beginning_of_a_file_is_taken_for_the_whole(length: int) -> None:
    whole = project(task(1), task(2))

    refusal(whole[:length])
    refusal(whole[:-length])


@pytest.mark.parametrize(
    "data",
    [
        project(task(1, Name="a\0b")),
        project(task(1, Name="&#0;")),
        project(task(1, Name="&#xD800;")),
        project(task(1)).replace(b"Task 1", b"T\xe4sk"),
        b"<?xml version='1.0' encoding='utf-7'?><Project/>",
        b"<?xml version='1.0' encoding='no-such'?><Project/>",
        b"\x1f\x8b\x08\x00 compressed",
        b"",
    ],
    ids=["zero byte", "zero reference", "half a character", "latin-1 as utf-8", "utf-7", "unknown", "gzip", "empty"],
)
def test_text_that_is_none_is_refused(data: bytes) -> None:
    refusal(data)


def test_other_encodings_that_say_so_are_read() -> None:
    text = project(task(1, Name="Größe")).decode().partition("?>")[2]
    encodings = {"utf-16": "utf-16", "iso-8859-1": "latin-1", "windows-1251": "cp1251", "utf-8-sig": "utf-8"}
    names = []

    for python, _xml in encodings.items():
        name = "Задача" if python == "windows-1251" else "Größe"
        header = "" if python == "utf-8-sig" else f"<?xml version='1.0' encoding='{python}'?>"
        data = (header + text.replace("Größe", name)).encode(python)
        names.append(read_mspdi(data, "plan.xml").items[0].name)

    assert names == ["Größe", "Größe", "Задача", "Größe"]


@pytest.mark.parametrize(
    "fields",
    [
        {"Duration": "PT99999999999H0M0S"},
        {"Duration": "PT999999999H0M0S"},
        {"TotalSlack": "9" * 5000},
        {"TotalSlack": "1e999"},
        {"TotalSlack": "nan"},
        {"PercentComplete": "-5"},
        {"PercentComplete": "100000000000"},
        {"Start": "99999-01-01T00:00:00"},
        {"Start": "0001-01-01T00:00:00"},
        {"Start": "2026-02-30T00:00:00"},
        {"Start": "9999-12-31T23:59:59"},
    ],
)
def test_a_monstrous_value_is_left_empty_with_a_finding(fields: dict[str, Any]) -> None:
    plan = read_mspdi(project(task(1, **fields)), "plan.xml")

    assert {one.code for one in plan.findings} - {"no_duration"} == {"value"}
    assert all(len(one.message) < 200 for one in plan.findings)


def test_exceptions_that_cover_ages_are_refused_and_a_long_one_is_not() -> None:
    def exceptions(count: int) -> str:
        one = f"<Exception>{period('1900-01-01', '2199-12-31')}{values(DayWorking=0)}</Exception>"
        return STANDARD.format(days="", more=f"<Exceptions>{one * count}</Exceptions>")

    assert refusal(project(task(1), calendars=exceptions(10))).code == "too_many_exception_days"
    assert len(read_mspdi(project(task(1), calendars=exceptions(1)), "plan.xml").calendars) == 1


def test_an_endless_recurrence_stops() -> None:
    more = f"<Exceptions><Exception>{period('1900-01-01', '2199-12-31')}{values(Type=7, Period=1)}</Exception></Exceptions>"

    plan = read_mspdi(project(task(1), calendars=STANDARD.format(days="", more=more)), "plan.xml")

    assert len(plan.calendars[0].exceptions) == 2000
    assert [one.code for one in plan.findings] == ["recurrence"]


def test_a_deep_outline_is_refused() -> None:
    rows = [task(number, OutlineLevel=number, Summary=1) for number in range(1, 70)]

    assert refusal(project(*rows)).code == "too_deep"
    assert len(read_mspdi(project(*rows[:60]), "plan.xml").items) == 60


def test_a_thousand_equal_findings_are_fifty_and_a_count() -> None:
    plan = read_mspdi(project(*(task(number, Start="soon") for number in range(1, 1001))), "plan.xml")

    assert len(plan.findings) == 51
    assert plan.findings[-1].message == "… and 950 more like these."

"""Hostile and broken IATI files: one sentence each, and never a figure that nobody wrote."""

import pytest

from consortio.interchange import mspdi_xml
from consortio.interchange.iati import read_iati
from consortio.interchange.iati_values import parse_day, parse_decimal
from consortio.interchange.plan import Refused
from consortio.interchange.tests.fixtures_iati import activity, iati, transaction


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_iati(data, "a.xml")
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    "declaration",
    [
        b"<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;'>]>",
        b"<!DOCTYPE a [<!ENTITY file SYSTEM 'file:///etc/passwd'>]>",
        b"<!DOCTYPE a SYSTEM 'http://example.org/evil.dtd'>",
        b"<!DOCTYPE a>",
    ],
    ids=["laughs", "file", "outside", "bare"],
)
def test_a_document_type_is_refused_before_anything_in_it_happens(declaration: bytes) -> None:
    assert refusal(declaration + b"<iati-activities version='2.03'>&c;</iati-activities>").code == "doctype"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"identifier,title\n1,2\n", "xml"),
        (b"PK\x03\x04 an archive", "format"),
        (b"<iati-organisations version='2.03'/>", "organisation_file"),
        (b"<Project/>", "format"),
        (b"<iati-activities version='2.03'>" + b"<a>" * 100_000, "too_deep"),
        (b"<iati-activities version='2.03'><a>" + b"x" * 1_100_000, "value_too_long"),
        (b"<iati-activities version='2.03'>&passwd;</iati-activities>", "xml"),
        (b"<?xml version='1.0' encoding='no-such'?><iati-activities version='2.03'/>", "xml"),
    ],
)
def test_what_is_no_activity_file_is_refused(data: bytes, code: str) -> None:
    assert refusal(data).code == code


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04 xl/workbook.xml and more", "This is a spreadsheet; expected an IATI activity file"),
        (
            b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "This is a spreadsheet; expected an IATI activity file",
        ),
        (b"\xd0\xcf\x11\xe0 and more", "This is a spreadsheet; expected an IATI activity file"),
        (b"PK\x03\x04 activities.xml", "This is a zip archive; expected an IATI activity file"),
    ],
)
def test_a_spreadsheet_and_an_archive_are_called_what_they_are(data: bytes, says: str) -> None:
    assert refusal(data).message.startswith(says)


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = iati(activity())
    elements = data.count(b"<") - data.count(b"</") - 1

    monkeypatch.setattr(mspdi_xml, "ELEMENTS_MAX", elements)
    assert len(read_iati(data, "a.xml").activities) == 1

    monkeypatch.setattr(mspdi_xml, "ELEMENTS_MAX", elements - 1)
    assert refusal(data).code == "too_many_elements"


@pytest.mark.parametrize("length", range(1, 700, 61))
def test_no_beginning_of_a_file_is_taken_for_the_whole(length: int) -> None:
    whole = iati(activity(transaction("3", "5")))

    refusal(whole[:length])
    refusal(whole[:-length])


@pytest.mark.parametrize("raw", ["1e9", "NaN", "Infinity", "9" * 41, "0x10", "١٢", "1,5", "1 000", "--1", "5%", ""])
def test_what_is_no_plain_number_is_none(raw: str) -> None:
    assert parse_decimal(raw) is None


@pytest.mark.parametrize("raw", ["2030-02-30", "0001-01-01", "9999-12-31", "1.1.2030", "2030-01", "2030-01-01" * 9])
def test_what_is_no_day_is_none(raw: str) -> None:
    assert parse_day(raw) is None


def test_plain_numbers_and_days_are_read() -> None:
    assert [str(parse_decimal(raw)) for raw in ("12", "-0.50", "+7.", ".5")] == ["12", "-0.50", "7", "0.5"]
    assert [str(parse_day(raw)) for raw in ("2030-01-31", "2030-01-31Z", "2030-01-31T08:00:00Z")] == ["2030-01-31"] * 3


def test_a_namesake_in_another_namespace_counts_for_nothing() -> None:
    foreign = f'<own:wrap xmlns:own="urn:own">{transaction("3", "7")}</own:wrap><own:budget xmlns:own="urn:own"/>'

    (one,) = read_iati(iati(activity(foreign)), "a.xml").activities

    assert (one.transactions, one.budgets) == ((), ())


def test_a_thousand_equal_findings_are_fifty_and_a_count() -> None:
    read = read_iati(iati(activity(transaction("3", "much") * 1000)), "a.xml")

    assert (len(read.findings), read.findings[-1].message) == (51, "… and 950 more like these.")

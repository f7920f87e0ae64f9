"""Which reader a file gets, and what is said of files that get none."""

from pathlib import Path

import pytest

from consortio.interchange import reading
from consortio.interchange.plan import Refused
from consortio.interchange.reading import format_of, read_bytes, read_file
from consortio.interchange.tests.fixtures_mspdi import project, task
from consortio.interchange.tests.fixtures_xer import activity, xer

OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500)
MSPDI, XER = project(task(1)), xer([activity(1)])


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (MSPDI, "a.xml", "mspdi"),
        (MSPDI, "a.xer", "mspdi"),
        (b"\xef\xbb\xbf\r\n " + MSPDI, "a", "mspdi"),
        (MSPDI.decode().encode("utf-16"), "a", "mspdi"),
        (XER, "a.xml", "xer"),
        (XER.decode().encode("utf-16"), "a", "xer"),
        (b"\xef\xbb\xbf" + XER, "a", "xer"),
        (b"Name;Start\nA;1.2.2026\n", "a", "csv"),
        (b"Name", "a.csv", "csv"),
        (b"no plan", "a.xer", "xer"),
        (b"PK\x03\x04......xl/workbook.xml", "a.zip", "xlsx"),
    ],
)
def test_the_content_says_which_reader_and_the_name_only_where_it_does_not(
    data: bytes, name: str, expected: str
) -> None:
    assert format_of(data, name) == expected


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (OLD_OFFICE, "a.mpp", "In MS Project: File › Save as › XML"),
        (OLD_OFFICE, "a.xml", "In MS Project: File › Save as › XML"),
        (
            OLD_OFFICE + "Workbook".encode("utf-16-le"),
            "a.xls",
            "This is an old Excel file (.xls); expected XLSX. In Excel: File › Save as › .xlsx.",
        ),
        (b"", "a.xml", "The file is empty; expected MS Project XML, Primavera XER, CSV or XLSX."),
        (b"\0\0 \n", "a.xml", f"The file is empty; expected {reading.READABLE}."),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0",
            "a.png",
            f"This is no plan file that can be read here; expected {reading.READABLE}.",
        ),
        (
            b"PK\x03\x04 word/document.xml",
            "a.docx",
            f"This is an archive without a workbook; expected {reading.READABLE}.",
        ),
        (
            b"MPX,Microsoft Project,4.0,ANSI\r\n",
            "a.mpx",
            f"This is an MPX file of an old MS Project; expected {reading.READABLE}. {reading.SAVE_AS_XML}.",
        ),
    ],
)
def test_other_files_get_one_sentence_that_says_what_to_do(data: bytes, name: str, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        format_of(data, name)

    assert str(caught.value) == sentence


def test_a_plan_is_read_from_bytes_and_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.xer"
    path.write_bytes(XER)

    assert read_file(path) == read_bytes(XER, "plan.xer")
    assert [item.name for item in read_file(path).items] == ["The project", "Activity 1"]


def test_a_table_is_read_with_what_a_person_says_about_it() -> None:
    data = b"Who;What\nAnn;Paint\n"

    plan = read_bytes(data, "plan.csv", options={"columns": [["What", "name"], ["Who", "responsible"]]})

    assert [(item.name, item.responsible) for item in plan.items] == [("Paint", ("Ann",))]


def test_files_that_cannot_be_opened_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path, tmp_path / "missing.xml"):
        with pytest.raises(Refused, match="cannot be opened"):
            read_file(path)
    (tmp_path / "large.xer").write_bytes(XER)
    monkeypatch.setattr(reading, "BYTES_MAX", len(XER) - 1)
    with pytest.raises(Refused, match="expected at most"):
        read_file(tmp_path / "large.xer")

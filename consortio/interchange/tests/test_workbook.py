import io
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from consortio.interchange import workbook, xlsx_cells
from consortio.interchange.plan import TEXT_MAX, Refused
from consortio.interchange.reading import format_of
from consortio.interchange.tests.shared import schedules
from consortio.interchange.workbook import read_xlsx, sheet_names

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{sheets}</sheets></workbook>'
)
RELATION = (
    '<Relationship Id="r{n}" Target="{target}" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{all}</Relationships>'


def book(*sheets: str, extra: dict[str, bytes] | None = None, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook whose sheets have exactly this XML."""
    named = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1))
    related = "".join(RELATION.format(n=n, target=f"worksheets/s{n}.xml") for n in range(1, len(sheets) + 1))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", kind) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", BOOK.format(sheets=named))
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(all=related))
        for n, sheet in enumerate(sheets, start=1):
            archive.writestr(f"xl/worksheets/s{n}.xml", sheet)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return packed.getvalue()


def sheet(rows: str) -> str:
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>"


def cell(place: str, value: str = "1") -> str:
    return f'<c r="{place}"><v>{value}</v></c>'


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_xlsx(data)
    return caught.value


def values(data: bytes) -> dict[str, object]:
    (table,) = read_xlsx(data)
    return {
        f"{'ABCDEFGHIJ'[column]}{row.number}": value
        for row in table.rows
        for column, value in enumerate(row.values)
        if value is not None
    }


def written(fill) -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as made:
        fill(made, made.add_worksheet("Plan"))
    return packed.getvalue()


def test_values_come_as_their_formats_say():
    def fill(made, page):
        page.write_string("A1", "Text")
        page.write_number("B1", 3)
        page.write_number("C1", 1.5)
        page.write_number("D1", 0.45, made.add_format({"num_format": "0%"}))
        page.write_datetime("E1", datetime(2026, 3, 31), made.add_format({"num_format": "dd.mm.yyyy"}))
        page.write_datetime("F1", datetime(2026, 3, 31, 17, 30), made.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        page.write_datetime("G1", time(8, 15), made.add_format({"num_format": "hh:mm"}))
        page.write_number("H1", 1.25, made.add_format({"num_format": "[h]:mm"}))
        page.write_boolean("I1", True)
        page.write_formula("J1", "=1+1", None, 2)

    assert values(written(fill)) == {
        "A1": "Text",
        "B1": 3,
        "C1": 1.5,
        "D1": "45%",
        "E1": date(2026, 3, 31),
        "F1": datetime(2026, 3, 31, 17, 30),
        "G1": time(8, 15),
        "H1": timedelta(hours=30),
        "I1": True,
        "J1": 2,
    }


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "number"),
        ("0.00", "number"),
        ('0 "days"', "number"),
        ("0.0%", "percent"),
        ("d/m/yy", "date"),
        ("[$-409]mmm d, yyyy;@", "date"),
        ("mmm", "date"),
        ("dd.mm.yyyy hh:mm", "datetime"),
        ("hh:mm:ss", "time"),
        ("m/d/yy h:mm AM/PM", "datetime"),
        ("[hh]:mm", "duration"),
        ('#,##0 "EUR";[Red]-#,##0', "number"),
    ],
)
def test_number_formats_tell_dates_from_numbers(code, kind):
    assert xlsx_cells.format_kind(code) == kind


def test_serial_numbers_are_days_with_excels_own_29_february_1900():
    assert xlsx_cells.moment_of_serial(59, "date") == date(1900, 2, 28)
    assert xlsx_cells.moment_of_serial(61, "date") == date(1900, 3, 1)
    assert xlsx_cells.moment_of_serial(46112, "date") == date(2026, 3, 31)
    assert xlsx_cells.moment_of_serial(0, "date", epoch_1904=True) == date(1904, 1, 1)
    assert xlsx_cells.moment_of_serial(1e9, "date") is None


def test_levels_and_indents_of_rows_come_along():
    def fill(made, page):
        page.write_string("A1", "Phase")
        page.write_string("A2", "Task", made.add_format({"indent": 2}))
        page.set_row(1, None, None, {"level": 1})

    (table,) = read_xlsx(written(fill))

    assert [(row.level, row.indent(0)) for row in table.rows] == [(0, 0), (1, 2)]


def test_escaped_characters_are_resolved():
    inline = '<c r="A1" t="inlineStr"><is><t>a_x000A_b_x005F_x0041_</t></is></c>'

    assert values(book(sheet(f'<row r="1">{inline}</row>'))) == {"A1": "a\nb_x0041_"}


def test_reading_aids_are_no_part_of_a_text():
    inline = '<c r="A1" t="inlineStr"><is><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is></c>'

    assert values(book(sheet(f'<row r="1">{inline}</row>'))) == {"A1": "東京"}


def test_rows_and_cells_without_places_follow_each_other():
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"

    assert values(book(sheet(rows))) == {"A1": 1, "B1": 2, "A2": 3}


def test_sheets_are_named_and_one_can_be_asked_for():
    data = book(sheet(f'<row r="1">{cell("A1")}</row>'), sheet(f'<row r="1">{cell("A1", "7")}</row>'))

    assert sheet_names(data) == ["S1", "S2"]
    assert [table.rows[0].values for table in read_xlsx(data, sheet="S2")] == [(7,)]
    with pytest.raises(Refused, match="no sheet “S3”; its sheets are “S1”, “S2”"):
        read_xlsx(data, sheet="S3")


def test_far_cell_is_refused_by_its_place_and_far_formatting_is_not():
    far = '<row r="1">{a}</row><row r="1048576"><c r="XFD1048576"{rest}</row>'

    problem = refusal(book(sheet(far.format(a=cell("A1"), rest="><v>1</v></c>"))))

    assert (problem.code, problem.where["cell"]) == ("rows", "XFD1048576")
    assert values(book(sheet(far.format(a=cell("A1"), rest=' s="1"/>')))) == {"A1": 1}


def test_wide_sheet_is_refused_from_the_column_after_the_last():
    assert len(read_xlsx(book(sheet(f'<row r="1">{cell("GR1")}</row>')))[0].rows[0].values) == workbook.COLUMNS_MAX
    assert refusal(book(sheet(f'<row r="1">{cell("GS1")}</row>'))).where["cell"] == "GS1"


def test_document_types_are_refused_in_every_part_that_is_read():
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaa">]>' + sheet(f'<row r="1">{cell("A1", "&a;")}</row>')

    assert refusal(book(bomb)).code == "doctype"


@pytest.mark.parametrize("encoding", ["hex", "idna", "utf-7", "windows-1250", "no-such"])
def test_parts_in_other_encodings_than_excels_are_refused(encoding):
    rows = sheet(f'<row r="1">{cell("A1")}</row>')
    assert values(book('<?xml version="1.0" encoding="ISO-8859-1"?>' + rows)) == {"A1": 1}

    refused = refusal(book(f'<?xml version="1.0" encoding="{encoding}"?>{rows}'))

    assert refused.message == (
        f"xl/worksheets/s1.xml in the workbook says that it is in {encoding}; expected UTF-8 or UTF-16, as Excel writes."
    )


@pytest.mark.parametrize("place", ["1A", "A0B", "AAAAA1", "A99999999", ""])
def test_cells_at_no_place_are_refused(place):
    assert refusal(book(sheet(f'<row r="1">{cell(place)}</row>'))).code == "place"


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e3", "99999999"])
def test_rows_without_a_number_are_refused(number):
    assert refusal(book(sheet(f'<row r="{number}">{cell("A1")}</row>'))).code == "place"


@pytest.mark.parametrize("index", ["0", "-1", "x", "99999999999"])
def test_texts_that_are_not_there_are_refused(index):
    assert refusal(book(sheet(f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>'))).code == "shared_text"


@pytest.mark.parametrize("number", ["NaN", "1e999", "9" * 400, "0x10"])
def test_numbers_that_are_none_stay_texts(number):
    assert isinstance(values(book(sheet(f'<row r="1">{cell("A1", number)}</row>')))["A1"], str)


def test_long_cell_is_refused_by_its_place():
    problem = refusal(book(sheet(f'<row r="1"><c r="B1" t="str"><v>{"x" * (TEXT_MAX + 1)}</v></c></row>')))

    assert (problem.code, problem.where["cell"]) == ("cell", "B1")


def test_too_many_sheets_are_refused_and_as_many_as_allowed_are_read():
    one = sheet(f'<row r="1">{cell("A1")}</row>')

    assert len(read_xlsx(book(*[one] * workbook.SHEETS_MAX))) == workbook.SHEETS_MAX
    assert refusal(book(*[one] * (workbook.SHEETS_MAX + 1))).code == "sheets"


def test_deep_xml_is_refused():
    assert refusal(book("<worksheet>" + "<a>" * 100 + "</a>" * 100 + "</worksheet>")).code == "depth"


def test_too_many_elements_are_refused(monkeypatch):
    monkeypatch.setattr(workbook, "ELEMENTS_MAX", 50)

    assert refusal(book(sheet("".join(f'<row r="{n}">{cell(f"A{n}")}</row>' for n in range(1, 40))))).code == "elements"


def test_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked():
    blanks = b" " * (2 * 1024 * 1024)

    assert refusal(book(sheet(""), extra={"xl/media/blank.xml": blanks})).code == "ratio"


def test_archive_of_too_many_bytes_is_refused(monkeypatch):
    monkeypatch.setattr(workbook, "UNPACKED_MAX", 100)

    assert refusal(book(sheet(""))).code == "unpacked"


def test_archive_of_too_many_members_is_refused():
    assert refusal(book(sheet(""), extra={f"m{n}": b"" for n in range(workbook.MEMBERS_MAX)})).code == "members"


def test_unusual_packing_is_refused():
    assert refusal(book(sheet(""), kind=zipfile.ZIP_BZIP2)).code == "archive"


def test_names_that_lead_out_of_the_archive_are_only_names():
    data = book(sheet(f'<row r="1">{cell("A1")}</row>'), extra={"../../etc/passwd": b"x"})

    assert values(data) == {"A1": 1}


def test_sheet_that_leads_out_of_the_archive_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", BOOK.format(sheets='<sheet name="S" sheetId="1" r:id="r1"/>'))
        target = RELATION.format(n=1, target="../../../etc/passwd")
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(all=target))

    assert refusal(packed.getvalue()).code == "archive"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "archive"),
        (b"PK\x03\x04 broken", "archive"),
        (b"Task;Start\n", "archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_excel"),
    ],
)
def test_what_is_no_workbook_is_refused(data, code):
    assert refusal(data).code == code


def test_a_workbook_with_a_password_is_refused_by_name():
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

    with pytest.raises(Refused, match="The workbook has a password"):
        format_of(start + "EncryptedPackage".encode("utf-16-le"), "plan.xlsx")


def test_open_document_and_other_archives_are_refused_by_name():
    def archive_of(**members: bytes) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return packed.getvalue()

    assert refusal(archive_of(mimetype=b"application/vnd.oasis.opendocument.spreadsheet")).code == "opendocument"
    assert refusal(archive_of(other=b"x")).message == "This archive holds no Excel workbook."


def test_every_cut_and_flipped_workbook_is_read_or_refused():
    data = book(sheet("".join(f'<row r="{n}">{cell(f"A{n}")}</row>' for n in range(1, 30))))

    for at in range(0, len(data), 7):
        for damaged in (data[:at], data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]):
            try:
                read_xlsx(damaged)
            except Refused as problem:
                assert problem.message.endswith((".", "…"))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.skipif(schedules() is None, reason="the folder shared/data is not beside this checkout")
def test_real_workbooks_read_as_another_library_reads_them():
    compared = 0
    for path in sorted((schedules() or Path()).parent.glob("registers/**/*.xlsx")):
        ours = {table.name: table for table in read_xlsx(path.read_bytes())}
        for page in openpyxl.load_workbook(path, data_only=True).worksheets:
            theirs = {
                (one.row, one.column - 1): one.value
                for row in page.iter_rows()
                for one in row
                if one.value is not None and str(one.value).strip()
            }
            found = {
                (row.number, column): value
                for row in ours[page.title].rows
                for column, value in enumerate(row.values)
                if value is not None
            }
            assert found.keys() == theirs.keys(), (path.name, page.title)
            assert all(is_same(found[place], theirs[place]) for place in theirs), (path.name, page.title)
            compared += len(theirs)
    assert compared > 5000


def is_same(ours: object, theirs: object) -> bool:
    if isinstance(ours, str) and ours.endswith("%") and isinstance(theirs, int | float):
        return abs(float(ours[:-1]) - theirs * 100) < 1e-6
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return abs(ours - theirs) <= 1e-9 * max(1, abs(theirs))
    if type(ours) is date and isinstance(theirs, datetime):
        return datetime(ours.year, ours.month, ours.day) == theirs
    return ours == theirs

"""Readings of KPIs in tables: long and wide, guessed and corrected, and what of them is not understood."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio.interchange import readings_table, tables
from consortio.interchange.child import read_document_apart
from consortio.interchange.plan import Refused
from consortio.interchange.readings import ReadingRow, ReadingsFile, summary
from consortio.interchange.readings_columns import ReadingWishes
from consortio.interchange.readings_periods import Span, plain_period
from consortio.interchange.readings_table import read_readings, read_readings_bytes
from consortio.interchange.tables import Tables, read_tables

Q1, Q2 = (date(2030, 1, 1), date(2030, 3, 31)), (date(2030, 4, 1), date(2030, 6, 30))


def read(text: str | bytes, **wishes: Any) -> ReadingsFile:
    data = text if isinstance(text, bytes) else text.encode()
    return read_readings_bytes(data, "harbour.csv", plain_period, ReadingWishes(**wishes))


def book(*sheets: list[list[Any]]) -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as made:
        day, share = made.add_format({"num_format": "mmm yyyy"}), made.add_format({"num_format": "0.000%"})
        for rows in sheets:
            page = made.add_worksheet()
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    style = day if isinstance(value, datetime) else share if value == 0.12345 else None
                    page.write(number, column, value, style)
    return packed.getvalue()


def told(found: ReadingsFile) -> list[tuple[str, str]]:
    return [(one.severity, one.code) for one in found.findings]


def values(found: ReadingsFile) -> list[tuple[str, date | None, Decimal | None]]:
    return [(one.kpi_text, one.start, one.value) for one in found.rows]


def test_a_long_table_is_read_whole() -> None:
    found = read(
        "Harbour\n\nKennzahl;Zeitraum;Wert;Bemerkung;Quelle;Stand;Einheit\nK-3;Q1 2030;1.234,5;gut;Zähler;31.04.2030;m\n"
        "K-3;Q2 2030;1.234;;;02.07.2030;m\n"
    )

    assert found.rows == (
        ReadingRow(
            "K-3", "Q1 2030", *Q1, Decimal("1234.5"), "gut", "Zähler", None, {"row": 4, "line": 4, "cell": "C4"}
        ),
        ReadingRow("K-3", "Q2 2030", *Q2, Decimal(1234), "", "", date(2030, 7, 2), {"row": 5, "line": 5, "cell": "C5"}),
    )
    assert told(found) == [("warning", "cell"), ("info", "ambiguous_number")]
    assert found.findings[0].message == (
        "F4 (Stand) is “31.04.2030”, expected a date such as 2026-03-31; it was left empty."
    )
    assert found.findings[1].where == {"row": 5, "line": 5, "cell": "C5", "setting": "decimal_sign"}


def test_a_wide_table_is_read_cell_by_cell_and_an_empty_cell_is_missing() -> None:
    found = read("No\tIndicator\tQ1 2030\tQ2 2030\tComment\nK-1\tDepth\t0\t\tby hand\nK-2\tWidth\t\t7\t\n")

    assert [(one.kpi_text, one.period_text, one.start, one.end, one.value, one.note) for one in found.rows] == [
        ("K-1", "Q1 2030", *Q1, Decimal(0), "by hand"),
        ("K-2", "Q2 2030", *Q2, Decimal(7), ""),
    ]
    assert found.columns.to_json()["columns"] == {"number": "No", "kpi": "Indicator", "note": "Comment"}
    assert [one["text"] for one in found.columns.to_json()["periods"]] == ["Q1 2030", "Q2 2030"]
    assert found.findings == ()


def test_a_row_without_a_value_is_missing_and_never_zero() -> None:
    found = read("KPI,Period,Value,Note\nK-1,2030,,not yet\nK-1,2031,n/a,\nK-1,2032,soon,\nK-1,2033,0,\n")

    assert [(one.value, one.note) for one in found.rows] == [
        (None, "not yet"),
        (None, ""),
        (None, ""),
        (Decimal(0), ""),
    ]
    assert told(found) == [("info", "absent"), ("warning", "cell")]
    assert summary(found) == {
        "rows": 4,
        "values": 1,
        "without_value": 3,
        "without_period": 0,
        "by_kpi": {"K-1": 4},
        "start": "2030-01-01",
        "end": "2033-12-31",
    }


def test_quarters_stand_below_their_years() -> None:
    found = read("KPI,2030,,2031,\n,Q1,Q2,Q1,Q2\nDepth,1,2,3,4\n")

    assert [one.period_text for one in found.rows] == ["Q1 2030", "Q2 2030", "Q1 2031", "Q2 2031"]
    assert found.columns.header_row == 2


def test_values_that_look_like_years_head_nothing() -> None:
    found = read("KPI,Q1 2030,Q2 2030,as of\nDepth,2025,2027,2030-07-01\nWidth,1,2,2030-07-01\n")

    assert values(found)[:2] == [("Depth", Q1[0], Decimal(2025)), ("Depth", Q2[0], Decimal(2027))]
    assert [one.as_of for one in found.rows] == [date(2030, 7, 1)] * 4


def test_rows_with_dates_among_other_things_head_nothing() -> None:
    with pytest.raises(Refused) as refused:
        read(
            "Project,Opens,Closes,Lead,Place\nQuay,2030-01-01,2030-12-31,Ann,East\nPier,2031-01-01,2031-12-31,Bo,West\n"
        )

    assert refused.value.code == "no_header"
    assert len(read(",2030,2031\nQuay,1,2\n").rows) == 2


def test_days_may_stand_in_columns_of_their_own() -> None:
    found = read(
        "KPI,Period,Start,End,Value\nA,,2030-01-01,2030-03-31,1\nB,2030,2030-01-01,2030-03-31,2\n"
        "C,,2030-03-31,2030-01-01,3\nD,,2030-01-01,,4\nE,,,,5\n"
    )

    assert [(one.period_text, one.start, one.end) for one in found.rows] == [
        ("2030-01-01 – 2030-03-31", *Q1),
        ("2030", *Q1),
        ("2030-03-31 – 2030-01-01", *reversed(Q1)),
        ("2030-01-01", Q1[0], None),
        ("", None, None),
    ]
    assert told(found) == [
        ("warning", "period_differs"),
        ("error", "dates_out_of_order"),
        ("warning", "no_period"),
        ("warning", "no_period"),
    ]


def test_periods_are_understood_by_the_function_handed_in() -> None:
    asked = []

    def sprints(text: str) -> Span | None:
        asked.append(text)
        return {"Sprint 7": Q1}.get(text)

    long = read_readings_bytes(b"KPI,Period,Value\nA,Sprint 7,1\nA,Sprint 8,2\n", "a.csv", sprints)
    wide = read_readings_bytes(b"KPI,Sprint 7,Sprint 8\nA,1,2\n", "a.csv", sprints)

    assert [(one.period_text, one.start) for one in long.rows] == [("Sprint 7", Q1[0]), ("Sprint 8", None)]
    assert told(long) == [("warning", "period")]
    assert [(one.period_text, one.end) for one in wide.rows] == [("Sprint 7", Q1[1])]
    assert wide.columns.to_json()["unread"] == ["Sprint 8"]
    assert max(map(len, asked)) < 60


def test_a_day_of_a_period_is_read_in_the_order_of_the_table() -> None:
    found = read("KPI,Date,Value\nA,03/04/2030,1\nA,03/25/2030,2\n")

    assert [one.start for one in found.rows] == [date(2030, 3, 4), date(2030, 3, 25)]
    assert told(read("KPI,Date,Value\nA,03/04/2030,1\n")) == [("warning", "ambiguous_dates")]
    assert read("KPI,Date,Value\nA,03/04/2030,1\n", date_order="mdy").findings == ()


@pytest.mark.parametrize(
    ("cells", "sign", "value", "severity"),
    [
        ("1.234", None, "1.234", "warning"),
        ("1.234;0,5", None, "1234", "info"),
        ("1.234", ",", "1234", None),
        ("1.234;0,5", ".", "1.234", None),
    ],
)
def test_a_number_that_could_be_two_is_named_until_somebody_chose(
    cells: str, sign: str | None, value: str, severity: str | None
) -> None:
    rows = "".join(f"K-1;{2030 + number};{cell}\n" for number, cell in enumerate(cells.split(";")))

    found = read(f"KPI;Year;Value\n{rows}", decimal_sign=sign)

    assert found.rows[0].value == Decimal(value)
    assert told(found) == ([(severity, "ambiguous_number")] if severity else [])
    assert all(f"it was read as {value}." in one.message for one in found.findings)


def test_rows_without_a_kpi_and_second_readings_are_named() -> None:
    found = read("KPI,Period,Value\n,2030,1\nK-1,Q1 2030,2\nk-1,2030-Q1,3\n")

    assert values(found) == [("K-1", Q1[0], Decimal(2)), ("k-1", Q1[0], Decimal(3))]
    assert told(found) == [("warning", "no_kpi"), ("warning", "twice")]
    assert found.findings[1].message == "C4 is a second reading of “k-1” for 2030-Q1; the first one is C3."


def test_a_name_without_what_nobody_sees() -> None:
    found = read("KPI,Period,Value\nDep\u202eth,2030,1\n")

    assert (found.rows[0].kpi_text, told(found)) == ("Depth", [("info", "unseen")])


@pytest.mark.parametrize(
    "headings",
    [
        "KPI;Period;Value;Note;Source;As of",
        "Kennzahl;Zeitraum;Istwert;Bemerkung;Quelle;Stichtag",
        "Indicateur;Période;Valeur;Remarque;Source;Date de relevé",
        "Indicador;Período;Valor;Comentario;Fuente;Fecha de corte",
        "Indicatore;Periodo;Valore;Commento;Fonte;Alla data",
        "Indicator;Periode;Waarde;Opmerking;Bron;Peildatum",
        "Wskaźnik;Okres;Wartość;Uwagi;Źródło danych;Stan na",
        "Показатель;Период;Значение;Примечание;Источник;По состоянию на",
        "Показник;Період;Значення;Примітка;Джерело;Станом на",
        "Indicador;Período;Realizado;Observações;Fonte;Data de medição",
    ],
)
def test_headings_are_known_in_ten_languages(headings: str) -> None:
    found = read(f"{headings}\nK-1;2030-Q1;5;n;s;2030-04-01\n")

    assert [field for _, field in found.columns.columns] == ["kpi", "period", "value", "note", "source", "as_of"]
    assert found.rows[0].value == 5 and found.findings == ()


def test_a_workbook_holds_months_and_percentages() -> None:
    rows = [["Figures"], [], ["Name", datetime(2030, 1, 1), datetime(2030, 2, 1)], ["Depth", 0.1 + 0.2, 0.12345]]
    other = [["KPI", "Period", "Value"], ["Width", 2030, 4]]
    data = book(rows, other)

    found = read(data)

    assert [(one.period_text, one.end, one.value, one.where) for one in found.rows] == [
        ("2030-01", date(2030, 1, 31), Decimal("0.3"), {"table": "Sheet1", "row": 4, "cell": "B4"}),
        ("2030-02", date(2030, 2, 28), Decimal("12.345"), {"table": "Sheet1", "row": 4, "cell": "C4"}),
    ]
    assert told(found) == [("info", "other_sheets"), ("info", "months")]
    assert values(read(data, sheet="Sheet2")) == [("Width", date(2030, 1, 1), Decimal(4))]


def test_the_guess_can_be_corrected() -> None:
    text = "What,When,How much,Goal\nA,2030,1,2\nB,2031,3,4\n"

    named = read(text, columns=(("What", "kpi"), ("When", "period"), ("Goal", "value")))
    lettered = read(text, header_row=0, columns=(("A", "kpi"), ("B", "period"), ("C", "value")))
    narrowed = read("KPI,Period,Value,2030,2031\nA,2030,1,2,3\n", layout="wide", columns=(("2031", "none"),))

    assert values(named) == [("A", date(2030, 1, 1), Decimal(2)), ("B", date(2031, 1, 1), Decimal(4))]
    assert [one.kpi_text for one in lettered.rows] == ["What", "A", "B"]
    assert values(narrowed) == [("A", date(2030, 1, 1), Decimal(2))]


@pytest.mark.parametrize(
    ("text", "wishes", "code"),
    [
        ("", {}, "empty"),
        ("<a/>", {}, "format"),
        ("a,b\n1,2\n", {}, "no_header"),
        ("KPI,Period,Value\nA,2030,1\n", {"columns": (("Gone", "value"),)}, "mapping"),
        ("KPI,Period,Value\nA,2030,1\n", {"columns": (("ZZ", "value"),)}, "mapping"),
        ("KPI,Period,Value\nA,2030,1\n", {"columns": (("A", "colour"),)}, "mapping"),
        ("KPI,Period,Value\nA,2030,1\n", {"header_row": 9}, "header_row"),
        ("KPI,Period,Value\nA,2030,1\n", {"layout": "wide"}, "no_column"),
        ("KPI,Value\nA,1\n", {}, "no_column"),
        ("2030,2031\n1,2\n", {}, "no_column"),
        ("KPI,Period,Value\nA,2030,1\n", {"sheet": "Plan"}, "sheet"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(text: str, wishes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text, **wishes)

    assert (refused.value.code, str(refused.value.message)[-1]) == (code, ".")


def test_a_table_that_was_not_understood_offers_what_to_choose_from() -> None:
    with pytest.raises(Refused) as refused:
        read("What,How much\nA,1\n")

    assert refused.value.where == {"columns": [["What", "What"], ["How much", "How much"]], "sheets": []}


def test_more_readings_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    long, wide = "KPI,Period,Value\n" + "A,2030,1\n" * 4, "KPI,2030,2031\n" + "A,1,2\n" * 2
    fits = [len(read(long).rows), len(read(wide).rows)]
    monkeypatch.setattr(readings_table, "READINGS_MAX", 3)

    codes = []
    for text in (long, wide):
        with pytest.raises(Refused) as refused:
            read(text)
        codes.append(refused.value.code)

    assert (fits, codes) == ([4, 4], ["too_many_readings"] * 2)


def test_more_cells_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CELLS_MAX", 5)

    with pytest.raises(Refused) as refused:
        read("KPI,Period,Value\nA,2030,1\n")

    assert refused.value.code == "cells"


def test_tables_come_through_the_process_as_they_are() -> None:
    text = b"KPI;2030\nA;1,5\nB\n"
    data = book([["KPI", datetime(2030, 1, 1), datetime(2030, 2, 1)], ["A", 1.5, True], ["B", "x", 0.12345]])

    for given_data in (text, data):
        apart = read_document_apart(given_data, Tables, "a")
        assert apart == read_tables(given_data, "a")
        assert read_readings(apart, plain_period) == read_readings_bytes(given_data, "a", plain_period)


NAMES = st.text(st.characters(categories=("Lu", "Ll")), min_size=1, max_size=12)
NUMBERS = st.none() | st.decimals(min_value=-(10**9), max_value=10**9, places=1)
PERIODS = [("2030-Q1", Q1), ("2030-Q2", Q2), ("March 2031", (date(2031, 3, 1), date(2031, 3, 31)))]


def written(rows: list[list[str]], delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


def in_style(value: Decimal | None, style: str) -> str:
    shown = "" if value is None else f"{value:,}"
    return shown.translate(str.maketrans(",.", ".,")) if style == "," else shown


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(NAMES, st.sampled_from(PERIODS), NUMBERS, NAMES),
        min_size=1,
        max_size=8,
        unique_by=lambda row: row[0].casefold(),
    ),
    st.sampled_from(",."),
    st.sampled_from(";\t,"),
)
def test_a_long_table_that_is_written_reads_back(rows: list[Any], style: str, delimiter: str) -> None:
    lines = [[name, period[0], in_style(value, style), note] for name, period, value, note in rows]

    found = read(written([["KPI", "Period", "Value", "Note"], *lines], delimiter))

    assert [(one.kpi_text, (one.start, one.end), one.value, one.note) for one in found.rows] == [
        (name, period[1], value, note) for name, period, value, note in rows
    ]
    assert found.findings == ()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(NAMES, st.lists(NUMBERS, min_size=3, max_size=3)),
        min_size=1,
        max_size=8,
        unique_by=lambda row: row[0].casefold(),
    ),
    st.sampled_from(",."),
)
def test_a_wide_table_that_is_written_reads_back(rows: list[Any], style: str) -> None:
    lines = [[name, *(in_style(value, style) for value in cells)] for name, cells in rows]

    found = read(written([["KPI", *(words for words, _ in PERIODS)], *lines], ";"))

    assert values(found) == [
        (name, period[1][0], value)
        for name, cells in rows
        for period, value in zip(PERIODS, cells, strict=True)
        if value is not None
    ]


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"KPI,Period,Value\n", b"KPI;2030;2031\n", b"PK\x03\x04", b"\xff\xfe"]),
)
def test_any_bytes_are_read_or_refused(data: bytes, before: bytes) -> None:
    try:
        found = read(before + data)
    except Refused as refused:
        assert refused.message
    else:
        assert all(one.kpi_text for one in found.rows)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5), max_size=6))
def test_any_table_is_read_or_refused(rows: list[list[str]]) -> None:
    try:
        found = read(written([["KPI", "Period", "Value", "As of", "Start"], *rows], ";").replace(b"\xed", b""))
    except Refused as refused:
        assert refused.message
    else:
        assert len(found.rows) <= len(rows) * 12

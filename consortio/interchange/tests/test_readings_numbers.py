"""Values of readings, in both decimal styles."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortio.interchange.cells import Unreadable
from consortio.interchange.readings_numbers import Number, is_formatted, read_value, settle_sign

VALUES = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", "0"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("12,34,567.5", "1234567.5"),
        ("1 234 567,5", "1234567.5"),
        ("1\u00a0234,50\u00a0€", "1234.50"),
        ("1\u202f234", "1234"),
        ("1'234.50", "1234.50"),
        ("1234.567", "1234.567"),
        ("0.123", "0.123"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("45%", "45"),
        ("12,5 %", "12.5"),
        ("$1.50", "1.50"),
        ("US$ 5", "5"),
        ("-€5", "-5"),
        ("€ −5", "-5"),
        ("5 zł", "5"),
        ("EUR 1.234,50", "1234.50"),
        ("(1,234.50)", "-1234.50"),
        ("+7", "7"),
        ("1,5E+03", "1500"),
        ("-0", "0"),
    ],
)
def test_a_number_that_can_be_read_in_one_way_is_read_so_whatever_the_setting(written: str, value: str) -> None:
    read = [read_value(written, sign) for sign in (".", ",")]

    assert [(one.value, one.is_ambiguous) for one in read] == [(Decimal(value), False)] * 2


@pytest.mark.parametrize(
    ("written", "with_point", "with_comma"),
    [("1.234", "1.234", "1234"), ("1,234", "1234", "1.234"), ("-12.345 €", "-12.345", "-12345")],
)
def test_a_number_that_can_be_read_in_two_ways_follows_the_setting(
    written: str, with_point: str, with_comma: str
) -> None:
    assert read_value(written, ".") == Number(Decimal(with_point), is_ambiguous=True)
    assert read_value(written, ",") == Number(Decimal(with_comma), is_ambiguous=True)


@pytest.mark.parametrize(
    "written",
    ["", "n/a", "12 km", "1.2.3", "1,23,45", "--5", "-(5)", "€", "5€%", "12 34", "٣", "1e999", "9" * 61, True],
)
def test_what_is_no_number_is_not_read(written: str) -> None:
    with pytest.raises(Unreadable):
        read_value(written, ".")


def test_a_cell_of_a_workbook_keeps_the_digits_that_people_see() -> None:
    cells = [5, 0.1 + 0.2, 1e15, 0.1]

    assert [str(read_value(cell, ",").value) for cell in cells] == ["5", "0.3", "1E+15", "0.1"]
    with pytest.raises(Unreadable):
        read_value(float("nan"), ".")


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["1.234", "0,5", None, 7, "n/a"], (",", True)),
        (["1.234", "2.345.678"], (",", True)),
        (["1,234", "1,234.5"], (".", True)),
        (["1.234"], (".", False)),
        (["0.5", "0,5"], (".", True)),
        ([], (".", False)),
    ],
)
def test_cells_show_the_decimal_sign(cells: list[object], sign: tuple[str, bool]) -> None:
    assert settle_sign(cells) == sign


def test_a_percentage_of_a_workbook_is_no_text_of_a_person() -> None:
    assert [is_formatted("12.345%", one) for one in ("xlsx", "csv")] == [True, False]
    assert not is_formatted("12,345%", "xlsx")


@given(VALUES, st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "'", ""]))
def test_whatever_is_written_in_either_style_reads_back(value: Decimal, group: str) -> None:
    point = f"{value:,}".replace(",", group) if group != "." else f"{value:,}".translate(str.maketrans(",.", ".,"))
    comma = point if group in ".," else point.replace(".", ",")

    assert [read_value(one, sign).value for one in (point, comma) for sign in (".", ",")] == [value] * 4


@given(st.text(max_size=70), st.sampled_from([".", ","]))
def test_any_text_is_a_number_or_none(text: str, sign: str) -> None:
    try:
        number = read_value(text, "." if sign == "." else ",")
    except Unreadable as problem:
        assert problem.expected
    else:
        assert number.value.is_finite()

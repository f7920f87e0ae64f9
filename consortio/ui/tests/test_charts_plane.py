"""From values to pixels, and amounts as readers of several languages write them."""

from decimal import Decimal

import pytest
from django.utils import translation

from consortio.ui import formats
from consortio.ui.charts.plane import Axis, Span, area, digits_of, hatch, line, px, steps_between
from consortio.ui.charts.units import Unit, amount, brief, full, full_reach, on_axis, reach


def test_an_axis_turns_values_into_pixels_of_two_decimals():
    axis = Axis(0, 3, 100, 0)

    assert [axis.at(value) for value in (0, 1, Decimal(3))] == [100, 66.67, 0]


def test_one_single_value_stands_in_the_middle():
    assert Axis(5, 5, 0, 40).at(5) == 20


def test_no_pixel_is_a_minus_zero():
    assert str(px(-0.001)) == "0.0"


def test_a_line_needs_two_points_and_an_area_closes():
    assert line([(1, 2)]) == ""
    assert line([(1, 2), (3.456, 4.5)]) == "M1 2L3.46 4.5"
    assert area([(0, 0), (4, 0)], [(0, 2), (4, 3)]) == "M0 0L4 0L4 3L0 2z"


def test_strokes_stay_inside_their_rectangle():
    assert hatch(0, 10, 0, 8) == "M0 2L2 0M0 6L6 0M2 8L10 0M6 8L10 4"


@pytest.mark.parametrize(
    ("low", "high", "steps"),
    [
        (37.0, 41.2, "37 38 39 40 41 42"),
        (0, 184_000, "0 50000 100000 150000 200000"),
        (-3, 5, "-4 -2 0 2 4 6"),
        (5, 5, "4.50 4.75 5.00 5.25 5.50"),
        (0, 0, "-1.0 -0.5 0.0 0.5 1.0"),
        (0.001, 0.0013, "0.0010 0.0011 0.0012 0.0013"),
    ],
)
def test_steps_are_read_easily_and_reach_beyond_both_ends(low, high, steps):
    assert steps_between(low, high, 6) == [Decimal(step) for step in steps.split()]


def test_no_steps_lead_to_what_is_no_number():
    with pytest.raises(ValueError, match="no steps from nan"):
        steps_between(float("nan"), 1, 6)


def test_as_many_decimals_as_tell_the_steps_apart():
    assert [digits_of(map(Decimal, values)) for values in (["1", "20"], ["0.00", "0.250"], [])] == [0, 2, 0]


def test_amounts_carry_their_unit_as_the_reader_writes_it():
    leakage, share, euro = Unit("Ml/day", digits=1), Unit("%"), Unit(currency="EUR")

    assert (amount(38, leakage), full(38.44, leakage), full(Decimal("97.1"), share)) == (
        "38.0",
        "38.4\xa0Ml/day",
        "97.1%",
    )
    assert amount(-1234.5, euro) == "−€1,234.50"
    with translation.override("de"):
        assert (amount(1234.5, euro), formats.money(1234567, "EUR", 0)) == ("1.234,50\xa0€", "1.234.567\xa0€")


def test_a_range_names_both_ends_ascending():
    unit = Unit("Ml/day", digits=1)

    assert full_reach(Span.of(38.4, 37), unit) == "37.0–38.4\xa0Ml/day"
    assert (reach(Span.of(5), unit), reach(Span.of(-4, -2), unit)) == ("5.0", "−4.0 – −2.0")


def test_an_axis_shortens_large_numbers_while_they_stay_apart():
    thousands, close = [Decimal(0), Decimal(50_000), Decimal(100_000)], [Decimal(10**9), Decimal(10**9 + 1)]

    assert on_axis(thousands, Unit()) == ["0", "50K", "100K"]
    assert on_axis(close, Unit()) == ["1,000,000,000", "1,000,000,001"]
    assert on_axis([Decimal("0.0"), Decimal("0.5")], Unit()) == ["0.0", "0.5"]
    with translation.override("de"):
        assert on_axis(thousands, Unit()) == ["0", "50.000", "100.000"]


def test_a_picture_writes_much_money_briefly():
    euro = Unit(currency="EUR")

    assert (brief(1_250_000_000, euro), brief(118.4, euro), brief(184_000, Unit("meters"))) == (
        "€1.25B",
        "€118.40",
        "184K",
    )
    with translation.override("de"):
        assert (brief(184_000, euro), brief(184_000, Unit())) == ("184.000\xa0€", "184.000")

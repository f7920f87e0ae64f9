"""Chances and rates: never without an interval or a word for its absence, never 0% for what is possible."""

import pytest
from django.utils import translation

from consortio.ui.charts.chance import chance, rate
from consortio.ui.charts.plane import Span


def test_a_chance_is_a_stroke_on_its_interval():
    figure = chance(Span.of(0.62), low=0.44, high=0.78, method="trend", asked=0.5)

    assert (figure.points, figure.low, figure.high, figure.asked) == ((64.24,), 45.88, 80.56, 52)
    assert (figure.value, figure.note) == ("62%", "44–78%, trend")


def test_two_claims_lead_to_two_chances():
    figure = chance(Span(0.29, 0.41), low=0.21, high=0.52)

    assert (len(figure.points), figure.value, figure.note) == (2, "29–41%", "21–52%")


def test_too_little_data_says_so():
    assert (chance(None).points, chance(None).note) == ((), "too little data")
    assert chance(None, lacking="needs October's reading").note == "needs October's reading"


def test_a_chance_without_an_interval_is_refused():
    with pytest.raises(ValueError, match="needs an interval"):
        chance(Span.of(0.5))


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0%"), (0.004, "under 1%"), (0.012, "1%"), (0.994, "over 99%"), (1, "100%")]
)
def test_what_may_still_happen_is_no_round_figure(value, words):
    assert chance(Span.of(value), low=0, high=1).value == words


def test_an_interval_that_leaves_a_doubt_keeps_it():
    assert chance(Span.of(0.5), low=0.001, high=0.999).note == "1–99%"


def test_where_the_sign_comes_first_both_ends_carry_it():
    with translation.override("tr"):
        assert chance(Span.of(0.5), low=0.44, high=0.78).note == "%44–%78"


def test_a_rate_counts_before_it_divides():
    figure = rate(14, 20, low=0.48, high=0.85)

    assert (figure.kind, figure.points, figure.value, figure.note) == ("rate", (72.4,), "14 of 20", "70%, 48–85%")


def test_few_have_no_interval_and_none_have_no_rate():
    few, none = rate(2, 3), rate(0, 0)

    assert (few.low, few.note) == (None, "too few for a range")
    assert (none.points, none.note) == ((), "none due yet")


def test_the_macro_writes_what_it_draws(render):
    drawn = render("charts", "{{ m.share(figure) }}", figure=chance(Span.of(0.62), low=0.44, high=0.78, method="<i>"))
    absent = render("charts", "{{ m.share(figure) }}", figure=chance(None))

    assert ("62%" in drawn, "44–78%, &lt;i&gt;" in drawn, "chance-point" in drawn) == (True, True, True)
    assert ("too little data" in absent, "chance-point" in absent) == (True, False)

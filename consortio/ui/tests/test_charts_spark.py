"""A sparkline: gaps where readings are missing, a bar where claims differ, and a sentence that says the same."""

from consortio.ui.charts.plane import Span
from consortio.ui.charts.spark import LARGE, spark
from consortio.ui.charts.units import Unit

UNIT = Unit("Ml/day", digits=1)


def spans(*values: float | None) -> list[Span | None]:
    return [None if value is None else Span.of(value) for value in values]


def test_readings_are_joined_and_the_last_one_is_a_dot():
    figure = spark(spans(0, 5, 10), UNIT)

    assert (figure.course, figure.dot, figure.rings) == ("M4 20L48 12L92 4", (92, 4), ())
    assert figure.words == "3 readings, from 0.0 to 10.0\xa0Ml/day"


def test_a_missing_reading_is_a_gap_with_a_ring():
    figure = spark(spans(0, 10, None, 10, 0), UNIT)

    assert figure.course == "M4 20L26 4M70 4L92 20"
    assert figure.rings == ((48, 4),)
    assert figure.words == "4 readings, from 0.0 to 0.0\xa0Ml/day; 1 reading missing"


def test_where_the_last_one_is_missing_no_dot_says_now():
    figure = spark(spans(0, 10, None), UNIT)

    assert (figure.dot, figure.rings) == (None, ((92, 4),))


def test_a_contested_reading_is_an_upright_bar_and_never_a_mean():
    figure = spark([*spans(0, 10), Span(5, 10)], UNIT)

    assert figure.course == "M4 20L48 4"
    assert figure.claims == "M92 4L92 12M89.5 12L94.5 12M89.5 4L94.5 4"
    assert figure.dot is None
    assert figure.words == "3 readings, from 0.0 to 5.0–10.0\xa0Ml/day; 1 contested"


def test_one_between_two_gaps_is_still_seen():
    figure = spark(spans(0, None, 5, None, 10), UNIT)

    assert figure.dots == ((4, 20), (48, 12), (92, 4))


def test_a_single_reading_stands_at_the_end():
    figure = spark(spans(21.6), UNIT)

    assert (figure.dot, figure.words) == ((92, 12), "One reading, 21.6\xa0Ml/day")


def test_nothing_known_is_rings_and_says_so():
    figure = spark(spans(None, None, None), UNIT)

    assert figure.rings == ((4, 12), (48, 12), (92, 12))
    assert figure.words == "No reading yet; 3 readings missing"


def test_no_period_at_all_is_empty():
    assert spark([], UNIT).words == "No reading yet"


def test_many_gaps_close_together_have_no_rings_of_their_own():
    values = [None if at % 2 else 1.0 for at in range(61)]

    assert spark(spans(*values), UNIT).rings == ()


def test_the_agreed_path_goes_on_to_its_target():
    figure = spark(spans(0, 5), UNIT, expected=[0, 2, 4, 10], size=LARGE)

    assert (figure.width, figure.height) == (220, 64)
    assert figure.path == "M4 60L74.67 48.8L145.33 37.6L216 4"
    assert figure.target == "M213 4L219 4"


def test_the_macro_draws_what_is_there_and_speaks_the_sentence(render):
    page = render("charts", "{{ m.sparkline(figure) }}", figure=spark(spans(0, None, 10), Unit("<b>")))

    assert 'role="img" aria-label="2 readings, from 0 to 10\xa0&lt;b&gt;; 1 reading missing"' in page
    assert (page.count("<circle"), "<path" in page) == (4, False)

"""Now, expected and target on one bar: what is filled, what is hatched, and the words beside it."""

import pytest

from consortio.ui.charts.attainment import STATES, WIDTH, attainment
from consortio.ui.charts.plane import Span
from consortio.ui.charts.units import Unit

UNIT = Unit("Ml/day", digits=1)
FALLING = {"baseline": 41.0, "target": 33.0, "expected": 37.0, "state": "behind", "unit": UNIT}


def test_what_is_reached_is_filled_and_the_tick_says_what_was_expected():
    figure = attainment(now=Span.of(39.0), **FALLING)

    assert (figure.filled, figure.hatched, figure.expected_x, figure.target_x) == (50, "", 100, WIDTH)
    assert (figure.now, figure.expected, figure.target) == ("39.0\xa0Ml/day", "expected 37.0", "target 33.0")
    assert (figure.state, figure.sign, figure.kind, figure.past) == ("Behind", "clock", "", "")


def test_a_contested_figure_is_filled_to_the_lesser_claim_and_hatched_to_the_other():
    figure = attainment(now=Span(37.0, 39.0), **FALLING)

    assert figure.filled == 50
    assert figure.hatched.startswith("M")
    assert figure.now == "37.0–39.0\xa0Ml/day"


def test_beyond_the_target_the_target_moves_into_the_bar():
    figure = attainment(now=Span.of(31.0), **FALLING)

    assert (figure.filled, figure.target_x, figure.past) == (WIDTH, 160, "")


def test_far_beyond_and_worse_than_at_the_start_are_said_by_a_point():
    beyond, worse = attainment(now=Span.of(10.0), **FALLING), attainment(now=Span.of(43.0), **FALLING)

    assert (beyond.filled, beyond.past) == (WIDTH, "after")
    assert (worse.filled, worse.past) == (0, "before")


def test_what_is_not_known_is_no_zero():
    figure = attainment(**{**FALLING, "now": None, "expected": None, "state": "unknown"})

    assert (figure.now, figure.filled, figure.expected, figure.expected_x) == ("", 0, "", None)


def test_a_goal_that_is_kept_has_no_way():
    figure = attainment(baseline=5, target=5, now=Span.of(5), expected=5, state="on-track", unit=Unit())

    assert (figure.target_x, figure.expected_x, figure.filled) == (None, None, 0)


def test_every_state_has_a_word_and_a_sign_of_its_own():
    assert (
        len({(str(word), sign) for word, sign, _ in STATES.values()})
        == len({sign for _, sign, _ in STATES.values()})
        == 6
    )
    with pytest.raises(KeyError):
        attainment(**{**FALLING, "now": None, "state": "amber"})


@pytest.mark.parametrize("state", STATES)
def test_the_macro_says_the_state_in_words(render, state):
    figure = attainment(**{**FALLING, "now": None, "state": state})

    page = render("charts", "{{ m.attainment(figure) }}", figure=figure)

    assert str(STATES[state][0]) in page
    assert "no reading" in page

"""The days that a curve is held against: their words meet neither each other nor another day's line."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from consortio.ui.charts.labels import width_of
from consortio.ui.charts.s_curve import Day, s_curve

FIRST = date(2027, 7, 1)
LEVELS = [(level, FIRST + timedelta(days=days), FIRST, FIRST) for level, days in ((10, 40), (80, 75))]


def figure(*days: int):
    points = [(FIRST + timedelta(days=nth * 10), nth / 14) for nth in range(15)]
    held = [Day(FIRST + timedelta(days=day), f"some words {day} Jul 2027") for day in days]
    return s_curve(points, LEVELS, held)


@pytest.mark.parametrize("days", [(5, 25, 77), (5, 5, 77), (5, 6, 7), (130, 135, 140), (70, 71, 140), (0, 40, 80)])
def test_words_meet_neither_each_other_nor_a_line(days):
    for picture in figure(*days).pictures:
        for one, other in permutations(picture.flags, 2):
            ends = one.words_x + width_of(one.words)
            meet = one.words_x < other.words_x + width_of(other.words) and other.words_x < ends
            assert not (meet and one.words_y == other.words_y), picture.size
            assert not (other.words_y < one.words_y and one.words_x < other.x < ends), picture.size


def test_words_that_have_room_stand_on_the_first_row():
    large = figure(5, 60, 110).pictures[-1]

    assert {flag.words_y for flag in large.flags} == {11}

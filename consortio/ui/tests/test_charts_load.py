"""Weeks as bars: two pictures that are held against each other are of one scale."""

from datetime import date

from consortio.ui.charts.load import WeekNeed, load_figure

MONDAY = date(2031, 5, 5)
SHOWN = {"since": MONDAY, "count": 4, "today": MONDAY}
BEFORE, AFTER = [WeekNeed(MONDAY, 200, 100)], [WeekNeed(MONDAY, 100, 100)]


def test_a_picture_reaches_up_to_the_most_that_is_in_it():
    (alone,) = load_figure(AFTER, **SHOWN).bars

    assert (alone.y, alone.height) == (2, 38)


def test_two_pictures_that_stand_beside_each_other_are_of_one_scale():
    before, after = load_figure(BEFORE, **SHOWN, beside=AFTER), load_figure(AFTER, **SHOWN, beside=BEFORE)

    assert before.bars == after.bars
    assert [(bar.y, bar.height) for bar in before.over] == [(2, 19)]
    assert before.line == after.line


def test_a_week_that_is_not_shown_has_no_part_in_the_scale():
    later = [WeekNeed(date(2031, 9, 1), 900)]

    assert load_figure(AFTER, **SHOWN, beside=later) == load_figure(AFTER, **SHOWN)

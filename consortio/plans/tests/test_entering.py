from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortio.plans.entering import (
    Line,
    NotUnderstood,
    amount_words,
    hours_of,
    lines_of,
    minutes_of,
    rest_days_of,
    share_of,
    signed_minutes_of,
)
from consortio.plans.neutral import office_week


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("11 d", 5280),
        ("11", 5280),
        ("0.5d", 240),
        ("1,5 w", 3600),
        ("6 h", 360),
        ("35 min", 35),
        ("2 Wk.", 4800),
        ("0", 0),
    ],
)
def test_an_amount_of_work_is_read_in_days_hours_and_weeks(words, minutes):
    assert minutes_of(words, 480) == minutes


def test_a_day_is_as_long_as_the_plan_says():
    assert minutes_of("2 d", 420) == 840
    assert amount_words(840, 420) == "2 d"


@pytest.mark.parametrize("words", ["", "soon", "3 crates", "1 d 2 h", "--2", "1e9", "999999999", "NaN"])
def test_what_is_no_amount_is_refused_with_what_was_expected(words):
    with pytest.raises(NotUnderstood, match="11 d, 6 h or 2 w|fifty years"):
        minutes_of(words, 480)


def test_work_is_not_below_nothing_but_days_between_may_be():
    with pytest.raises(NotUnderstood, match="not below nothing"):
        minutes_of("-2 d", 480)
    assert signed_minutes_of("-2 d", 480) == -960


@given(st.integers(0, 10_000_000), st.sampled_from([420, 450, 480, 600, 1440]))
def test_what_a_form_shows_is_read_back_as_it_was(minutes, day_minutes):
    assert minutes_of(amount_words(minutes, day_minutes), day_minutes) == minutes


@pytest.mark.parametrize(("words", "share"), [("73%", 73), ("0", 0), (" 100 % ", 100)])
def test_a_share_is_a_whole_number_of_percent(words, share):
    assert share_of(words) == share


@pytest.mark.parametrize("words", ["101", "-1", "7.5", "much", ""])
def test_another_share_is_refused(words):
    with pytest.raises(NotUnderstood, match="0 to 100"):
        share_of(words)


def test_a_bare_day_begins_and_ends_with_the_calendars_hours():
    hours = hours_of(office_week())
    monday, sunday = date(2031, 5, 5), date(2031, 5, 4)

    assert hours.at(monday, is_end=False) == datetime(2031, 5, 5, 8)
    assert hours.at(monday, is_end=True) == datetime(2031, 5, 5, 17)
    assert hours.at(sunday, is_end=True) == datetime(2031, 5, 4, 17)  # nobody works then: as in an office


def test_a_day_that_did_not_change_keeps_its_hour():
    before = datetime(2031, 5, 5, 13, 30)

    assert hours_of(office_week()).at(date(2031, 5, 5), is_end=False, before=before) == before
    assert hours_of(office_week()).at(date(2031, 5, 6), is_end=False, before=before) == datetime(2031, 5, 6, 8)


def test_night_shifts_and_days_that_are_as_in_another_calendar_have_hours_too():
    hours = hours_of([[[1320, 1800]], None])

    assert hours.at(date(2031, 5, 5), is_end=False) == datetime(2031, 5, 5, 22)
    assert hours.at(date(2031, 5, 5), is_end=True) == datetime(2031, 5, 5, 17)  # 6:00 is of the next day
    assert hours.at(date(2031, 5, 6), is_end=False) == datetime(2031, 5, 6, 8)


def test_a_pasted_list_is_read_with_its_depths_its_bullets_and_its_work():
    text = "Reed masts\n  - Survey of 14 sites\t5 d\tJonas\n\tFoundations\t12 d\n\n      Deeper than its parent allows\n1.2 Reed on air\n"

    assert lines_of(text, 480) == [
        Line("Reed masts", 0, None),
        Line("Survey of 14 sites", 1, 2400),
        Line("Foundations", 1, 5760),
        Line("Deeper than its parent allows", 2, None),
        Line("Reed on air", 0, None),
    ]


def test_a_line_that_cannot_be_read_is_named():
    with pytest.raises(NotUnderstood, match=r"^Line 2: Write days, hours or weeks"):
        lines_of("Survey\t5 d\nSpare parts\t10 crates", 480)
    with pytest.raises(NotUnderstood, match="^Line 1: .* 500"):
        lines_of("x" * 501, 480)


WORK = [[480, 720]]


@pytest.mark.parametrize(
    ("week", "rest"),
    [
        (None, (5, 6)),
        ([], (5, 6)),
        (office_week(), (5, 6)),
        (office_week(7), ()),
        ([WORK] * 4 + [[], []] + [WORK], (4, 5)),  # from Sunday on
        ([None] * 5 + [WORK, None], (6,)),  # what is null is as in its base
        ([[]] * 7, ()),  # there would be no end
    ],
)
def test_days_of_the_week_without_work_are_known(week, rest):
    assert rest_days_of(week) == rest

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from consortio.kpis.periods import (
    Frequency,
    NotAPeriod,
    OtherFrequency,
    OutsideCalendar,
    Period,
    PeriodAmbiguous,
    PeriodRefused,
    Said,
    label,
    next_period,
    parse,
    period_of,
    periods_between,
    previous_period,
    read_period,
)

WEEK, MONTH, QUARTER, HALF_YEAR, YEAR = Frequency
days = st.dates(date(1901, 1, 1), date(2198, 12, 31))
frequencies = st.sampled_from(Frequency)
starts = st.integers(1, 12)


def period(start, end):
    return Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("day", "frequency", "fiscal_start", "expected"),
    [
        ("2032-02-29", WEEK, 1, period("2032-02-23", "2032-03-01")),
        ("2032-02-29", MONTH, 1, period("2032-02-01", "2032-03-01")),
        ("1900-02-28", MONTH, 1, period("1900-02-01", "1900-03-01")),
        ("2031-05-17", QUARTER, 1, period("2031-04-01", "2031-07-01")),
        ("2031-05-17", HALF_YEAR, 1, period("2031-01-01", "2031-07-01")),
        ("2031-05-17", YEAR, 1, period("2031-01-01", "2032-01-01")),
        ("2031-05-17", QUARTER, 2, period("2031-05-01", "2031-08-01")),
        ("2031-01-31", QUARTER, 2, period("2030-11-01", "2031-02-01")),
        ("2031-03-31", YEAR, 4, period("2030-04-01", "2031-04-01")),
        ("2031-04-01", YEAR, 4, period("2031-04-01", "2032-04-01")),
        ("2031-03-31", HALF_YEAR, 10, period("2030-10-01", "2031-04-01")),
        ("1900-01-01", YEAR, 12, period("1899-12-01", "1900-12-01")),
        ("2199-12-31", WEEK, 1, period("2199-12-30", "2200-01-06")),
    ],
)
def test_a_day_lies_in_one_period(day, frequency, fiscal_start, expected):
    assert period_of(date.fromisoformat(day), frequency, fiscal_start) == expected


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2200, 1, 1)])
def test_other_centuries_are_refused(day):
    with pytest.raises(OutsideCalendar, match="Write a year from 1900 to 2199."):
        period_of(day, MONTH)


@pytest.mark.parametrize("fiscal_start", [0, 13])
def test_a_financial_year_begins_in_a_month(fiscal_start):
    with pytest.raises(ValueError, match="begins in month 1 to 12"):
        period_of(date(2031, 1, 1), YEAR, fiscal_start)


def test_every_period_that_is_touched_is_listed():
    found = periods_between(date(2031, 1, 31), date(2031, 4, 1), MONTH)

    assert [each.start.month for each in found] == [1, 2, 3]
    assert periods_between(date(2031, 4, 1), date(2031, 4, 1), MONTH) == ()
    assert len(periods_between(date(1900, 1, 1), date(2200, 1, 1), WEEK)) == 15_654


def test_a_period_knows_its_days():
    leap = period("2032-02-01", "2032-03-01")

    assert (leap.days, date(2032, 2, 29) in leap, date(2032, 3, 1) in leap) == (29, True, False)
    with pytest.raises(NotAPeriod):
        period("2032-03-01", "2032-03-01")


@pytest.mark.parametrize(
    ("day", "frequency", "fiscal_start", "words"),
    [
        ("2031-03-05", MONTH, 1, "March 2031"),
        ("2031-03-05", MONTH, 4, "March 2031"),
        ("2031-05-05", QUARTER, 1, "Q2 2031"),
        ("2031-05-05", QUARTER, 4, "FY 2031/32 Q1"),
        ("2031-01-31", QUARTER, 2, "FY 2030/31 Q4"),
        ("2031-05-05", HALF_YEAR, 1, "H1 2031"),
        ("2031-11-05", HALF_YEAR, 4, "FY 2031/32 H2"),
        ("2031-05-05", YEAR, 1, "2031"),
        ("2099-05-05", YEAR, 4, "FY 2099/00"),
        ("2031-04-02", WEEK, 1, "week 14, 2031"),
        ("2032-12-31", WEEK, 1, "week 53, 2032"),
        ("2033-01-01", WEEK, 1, "week 53, 2032"),
    ],
)
def test_a_period_has_a_label(day, frequency, fiscal_start, words):
    assert label(period_of(date.fromisoformat(day), frequency, fiscal_start), frequency, fiscal_start) == words


@pytest.mark.parametrize(
    ("language", "month", "quarter"), [("de", "März 2031", "Q1 2031"), ("fr", "mars 2031", "T1 2031")]
)
def test_a_label_is_in_the_readers_language(language, month, quarter):
    with translation.override(language):
        assert label(period("2031-03-01", "2031-04-01"), MONTH) == month
        assert label(period("2031-01-01", "2031-04-01"), QUARTER) == quarter


MARCH = Said(period("2031-03-01", "2031-04-01"), MONTH)
SPRING = Said(period("2031-04-01", "2031-07-01"), QUARTER)
WEEK_14 = Said(period("2031-03-31", "2031-04-07"), WEEK)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["2031-03", "2031-3", "2031/03", "03/2031", "3/2031", "03.2031", " 2031 \u2013 03".replace(" ", "")], MARCH),
        (["Mar 2031", "march 2031", "MARCH, 2031", "Mar. 2031", "Mar-2031", "2031 March", "Mar\u00a02031"], MARCH),
        (["Q2 2031", "2031 Q2", "2031-Q2", "q2/2031", "2031Q2", "T2 2031"], SPRING),
        (["2031-W14", "2031W14", "W14 2031", "week 14, 2031", "Week 14 of 2031", "KW 14/2031", "CW14 2031"], WEEK_14),
        (["2031", " 2031 ", "FY 2031", "fy2031"], Said(period("2031-01-01", "2032-01-01"), YEAR)),
        (["H2 2031", "2031 H2", "FY 2031 H2"], Said(period("2031-07-01", "2032-01-01"), HALF_YEAR)),
        (["2031-03-31", "2031-03-31T00:00:00", "2031-03-31 23:59"], Said(period("2031-03-31", "2031-04-01"), None)),
        (["2032-W53"], Said(period("2032-12-27", "2033-01-03"), WEEK)),
        (["2032-02-29"], Said(period("2032-02-29", "2032-03-01"), None)),
    ],
)
def test_what_people_write_is_read(texts, said):
    assert [parse(text) for text in texts] == [said] * len(texts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("FY 2031/32", Said(period("2031-04-01", "2032-04-01"), YEAR)),
        ("FY 2031/2032", Said(period("2031-04-01", "2032-04-01"), YEAR)),
        ("FY 2031/32 Q4", Said(period("2032-01-01", "2032-04-01"), QUARTER)),
        ("Q1 FY2031/32", Said(period("2031-04-01", "2031-07-01"), QUARTER)),
        ("FY 2031/32 H2", Said(period("2031-10-01", "2032-04-01"), HALF_YEAR)),
        ("2031-03", MARCH),
    ],
)
def test_a_financial_year_is_written_with_both_years(text, said):
    assert parse(text, fiscal_start=4) == said


@pytest.mark.parametrize("text", ["2031", "Q2 2031", "2031 H1", "FY 2031", "FY 2031 Q1"])
def test_one_year_may_mean_two_where_the_financial_year_touches_two(text):
    assert parse(text).frequency
    with pytest.raises(PeriodAmbiguous, match="Write FY 2031/32, and Q or H after it."):
        parse(text, fiscal_start=4)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "31", "Mar 31", "2031-13", "0/2031", "2031-02-29", "2031-W53", "2031-W00", "Q5 2031", "H3 2031"]
    + ["Marketing 2031", "FY 2031/32", "2031-03-05T00:00Z", "1" * 61, "\u0662\u0660\u0663\u0661", "20311"],
)
def test_what_says_no_period_is_refused(text):
    with pytest.raises(NotAPeriod):
        parse(text)


@pytest.mark.parametrize("text", ["FY 2031/33", "FY 2031/31 Q1", "FY 2031/2033"])
def test_a_financial_year_names_years_that_follow_each_other(text):
    with pytest.raises(NotAPeriod):
        parse(text, fiscal_start=4)


@pytest.mark.parametrize("text", ["1899", "2200-01", "9999-W01", "0000"])
def test_years_of_other_centuries_are_refused(text):
    assert parse("1900").period.days == 365
    with pytest.raises(OutsideCalendar):
        parse(text)


def test_a_reading_is_of_the_period_that_is_asked_for():
    assert read_period("2031-03", MONTH) == MARCH.period
    assert read_period("2031-03-31", MONTH) == MARCH.period
    assert read_period("2031-03-31", WEEK) == WEEK_14.period
    assert read_period("2031-05-31", QUARTER, 2) == period("2031-05-01", "2031-08-01")
    with pytest.raises(OtherFrequency, match="Write a month, as 2031-03, or a day in it."):
        read_period("Q1 2031", MONTH)


@given(days, frequencies, starts)
def test_periods_follow_each_other_without_a_gap(day, frequency, fiscal_start):
    found = period_of(day, frequency, fiscal_start)
    later, earlier = (step(found, frequency, fiscal_start) for step in (next_period, previous_period))

    assert day in found
    assert (earlier.end, later.start) == (found.start, found.end)
    assert previous_period(later, frequency, fiscal_start) == next_period(earlier, frequency, fiscal_start) == found
    assert period_of(found.end - timedelta(days=1), frequency, fiscal_start) == found


@given(days, frequencies, starts)
def test_a_year_is_made_of_whole_periods(day, frequency, fiscal_start):
    year = period_of(day, YEAR, fiscal_start)
    found = periods_between(year.start, year.end, frequency, fiscal_start)

    assert [one.end for one in found[:-1]] == [one.start for one in found[1:]]
    if frequency != WEEK:
        assert (found[0].start, found[-1].end, len(found)) == (
            year.start,
            year.end,
            {1: 12, 3: 4, 6: 2, 12: 1}[length(found[0])],
        )


def length(one):
    return (one.end.year - one.start.year) * 12 + one.end.month - one.start.month


@given(days, frequencies, starts, st.sampled_from(["en", "en-us", "de", "fr", "es", "it", "nl", "pt"]))
def test_a_label_is_read_as_its_period(day, frequency, fiscal_start, language):
    found = period_of(day, frequency, fiscal_start)

    with translation.override(language):
        assert parse(label(found, frequency, fiscal_start), fiscal_start) == Said(found, frequency)


@given(st.one_of(st.text(max_size=70), st.text(alphabet="0123456789-/ WQHFYmar.:T", max_size=14)), starts)
@example("0000-00-00", 1)
@example("\ud800", 1)
def test_no_text_ends_in_another_error(text, fiscal_start):
    try:
        parse(text, fiscal_start)
    except PeriodRefused as refusal:
        assert str(refusal)

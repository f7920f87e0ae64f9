"""Days, instants and numbers as readers of several languages write them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from consortio.ui import formats
from consortio.ui.jinja import day_tag, instant_tag

TODAY = date(2026, 11, 12)
MOMENT = datetime(2026, 11, 12, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "today", "written"),
    [
        (date(2026, 11, 17), TODAY, "17 Nov"),
        (date(2027, 1, 5), TODAY, "5 Jan 2027"),
        (date(2026, 11, 17), None, "17 Nov 2026"),
        (None, TODAY, ""),
    ],
)
def test_a_year_is_written_only_where_it_is_another_one(value, today, written):
    assert formats.day(value, today) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Tue 17 Nov"),
        ("en-us", "Tue, Nov 17"),
        ("de", "Di., 17. Nov."),
        ("fr", "mar. 17 nov."),
        ("xx", "Tue 17 Nov"),
    ],
)
def test_a_day_is_written_as_the_reader_writes_it(language, written):
    with translation.override(language):
        assert formats.day_of_week(date(2026, 11, 17), TODAY) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 11, 12), "today"),
        (date(2026, 11, 13), "tomorrow"),
        (date(2026, 11, 11), "yesterday"),
        (date(2026, 11, 17), "in 5 days"),
        (date(2026, 10, 2), "41 days ago"),
        (date(2027, 7, 23), "in 8 months"),
        (date(2029, 11, 12), "in 3 years"),
    ],
)
def test_a_distance_keeps_days_as_long_as_days_are_counted(value, written):
    assert formats.distance(value, TODAY) == written


def test_an_instant_is_shown_in_the_zone_of_the_reader():
    with timezone.override(ZoneInfo("Asia/Kolkata")):
        assert formats.instant(MOMENT, TODAY) == "12 Nov, 11:35"
        assert "11:35:00" in formats.zone_of_instant(MOMENT)
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        assert formats.day(MOMENT, TODAY) == "12 Nov"
        assert formats.day(datetime(2026, 11, 12, 12, 0, tzinfo=UTC), TODAY) == "13 Nov"


@pytest.mark.parametrize(
    ("language", "value", "digits", "written"),
    [
        ("en", 75600, None, "75,600"),
        ("en", Decimal("38.40"), None, "38.4"),
        ("en", 37.0, 1, "37.0"),
        ("en", -3, None, "\u22123"),
        ("de", Decimal("1234.5"), None, "1.234,5"),
        ("en", None, None, ""),
    ],
)
def test_a_number_follows_the_reader_and_its_own_digits(language, value, digits, written):
    with translation.override(language):
        assert formats.number(value, digits) == written


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (1, "1 byte"),
        (52, "52 bytes"),
        (999, "999 bytes"),
        (140_000, "140 kB"),
        (1_500_000, "1.5 MB"),
        (3 * 10**9, "3 GB"),
    ],
)
def test_a_size_has_few_digits(size, written):
    assert formats.file_size(size) == written


@pytest.mark.parametrize("zero", [-0.0, Decimal("-0"), Decimal("-0.001"), -0.004])
def test_what_rounds_to_zero_has_no_sign(zero):
    assert formats.percent(zero) == "0%"
    assert formats.number(zero, 1) == "0.0"
    assert formats.money(zero, "EUR", 0) == "€0"
    assert formats.percent(-0.02) == "\u22122%"
    with translation.override("de"):
        assert formats.number(zero, 1) == "0,0"


def test_the_rest_of_the_wording():
    assert formats.signed(3) == "+3"
    assert formats.signed(-3) == "\u22123"
    assert formats.percent(0.38) == "38%"
    assert formats.workdays(Decimal("12.5")) == "12.5 d"
    assert formats.days_late(1) == "1 day late"
    assert formats.days_late(41) == "41 days late"
    assert formats.listing(["A", "B", "C"]) == "A, B and C"
    assert formats.unit(5, "duration-week", "long") == "5 weeks"
    assert formats.month(TODAY) == "Nov 2026"
    assert formats.date_long(TODAY) == "Thursday 12 November 2026"
    assert formats.local_time(datetime(2026, 11, 12, 8, 0)) == "08:00"


def test_a_day_tag_holds_the_exact_day_and_follows_the_language():
    early = datetime(2026, 11, 12, 22, 0, tzinfo=UTC)  # the 13th in Kolkata

    with timezone.override(ZoneInfo("Asia/Kolkata")), translation.override("de"):
        german = day_tag(early, TODAY)
    english = day_tag(early, TODAY)

    assert german == '<time class="nowrap" datetime="2026-11-13" title="Freitag, 13. November 2026">13. Nov.</time>'
    assert english == '<time class="nowrap" datetime="2026-11-12" title="Thursday 12 November 2026">12 Nov</time>'
    assert day_tag(None) == ""


def test_an_instant_tag_names_the_zone():
    with timezone.override(ZoneInfo("Europe/Berlin")):
        tag = instant_tag(MOMENT, TODAY)

    assert 'datetime="2026-11-12T06:05:00+00:00"' in tag
    assert "Central European" in tag
    assert tag.endswith(">12 Nov, 07:05</time>")

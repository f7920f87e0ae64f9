from datetime import date, datetime, timedelta

import pytest

from consortio.interchange.cells import (
    Moment,
    Reference,
    Span,
    Unreadable,
    is_absent,
    read_constraint,
    read_duration,
    read_flag,
    read_kind,
    read_mode,
    read_moment,
    read_number,
    read_percent,
    read_reference,
    split_references,
)
from consortio.interchange.plan import Constraint

MARCH_12 = datetime(2026, 3, 12)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-12",
        "2026/3/12",
        "20260312",
        "12.03.2026",
        "12.3.26",
        "12/03/26",
        "12-03-2026",
        "12.03.2026 г.",
        "Thu 12/03/26",
        "Do 12.03.26",
        "jeu. 12/03/26",
        "Чт 12.03.26",
        "12 Mar 2026",
        "12-Mar-26",
        "March 12, 2026",
        "12th March 2026",
        "12. März 2026",
        "12 mars 2026",
        "12 de marzo de 2026",
        "12 marzo 2026",
        "12 maart 2026",
        "12 mrt 2026",
        "12 marca 2026",
        "12 марта 2026 г.",
        "12 березня 2026 р.",
        "12 de março de 2026",
    ],
)
def test_dates_are_read_in_every_language(text):
    assert read_moment(text, "dmy") == Moment(MARCH_12, has_time=False)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-12T08:00", (8, 0)),
        ("2026-03-12 17:30:15", (17, 30)),
        ("2026-03-12T08:00:00Z", (8, 0)),
        ("2026-03-12-01:00:00-+0100", (1, 0)),
        ("12.03.2026 17:00 Uhr", (17, 0)),
        ("12/03/2026 5:00 PM", (17, 0)),
        ("12/03/2026 12:15 am", (0, 15)),
        ("12/03/2026 5:00 p.m.", (17, 0)),
        ("Чт 12.03.26 9:00", (9, 0)),
    ],
)
def test_times_of_day_come_along_and_zones_are_dropped(text, at):
    assert read_moment(text, "dmy") == Moment(MARCH_12.replace(hour=at[0], minute=at[1]), has_time=True)


def test_the_order_is_a_setting():
    assert read_moment("03/04/2026", "dmy").at == datetime(2026, 4, 3)
    assert read_moment("03/04/2026", "mdy").at == datetime(2026, 3, 4)
    assert read_moment("26/03/04", "ymd").at == datetime(2026, 3, 4)


def test_cells_with_dates_and_numbers_of_days_are_dates():
    assert read_moment(date(2026, 3, 12), "dmy") == Moment(MARCH_12, has_time=False)
    assert read_moment(datetime(2026, 3, 12, 8), "dmy") == Moment(MARCH_12.replace(hour=8), has_time=True)
    assert read_moment(46093, "dmy") == Moment(MARCH_12, has_time=False)


@pytest.mark.parametrize(
    "value",
    [
        "TBD",
        "Q1 2026",
        "2026-02-30",
        "32.01.2026",
        "13/13/2026",
        "12:00",
        "5",
        5,
        46093000,
        1.5,
        True,
        "x" * 500,
        "31.12.1899",
    ],
)
def test_what_is_no_date_is_refused(value):
    with pytest.raises(Unreadable, match="a date such as 2026-03-31"):
        read_moment(value, "dmy")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("5 days", 2400),
        ("5d", 2400),
        ("1 day", 480),
        ("2 wks", 4800),
        ("8 hrs", 480),
        ("90 mins", 90),
        ("1 mon", 9600),
        ("3 weeks 2 days", 8160),
        ("1d 4h", 720),
        ("5 Tage", 2400),
        ("1,5 Tage", 720),
        ("2 Wochen", 4800),
        ("1.200 Std.", 72_000),
        ("10 Arbeitstage", 4800),
        ("5 jours", 2400),
        ("2 semaines", 4800),
        ("5 días", 2400),
        ("2 semanas", 4800),
        ("5 giorni", 2400),
        ("3 settimane", 7200),
        ("5 gg", 2400),
        ("5 dagen", 2400),
        ("2 weken", 4800),
        ("4 uur", 240),
        ("5 dni", 2400),
        ("2 tygodnie", 4800),
        ("3 godz.", 180),
        ("5 дней", 2400),
        ("1 день", 480),
        ("4 нед.", 9600),
        ("5 днів", 2400),
        ("2 тижні", 4800),
        ("3 год", 180),
        ("5 dias", 2400),
        ("2 meses", 19_200),
        ("PT8H0M0S", 480),
        ("0 days", 0),
        ("7", 3360),
        ("2 days (estimate)", 960),
    ],
)
def test_durations_are_read_in_every_language(text, minutes):
    assert read_duration(text, "d", ",") == Span(minutes)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2 edays", 2880),
        ("3 ed", 4320),
        ("2 fTage", 2880),
        ("2 jours écoulés", 2880),
        ("2 días transcurridos", 2880),
        ("10 Kalendertage", 14_400),
        ("10 календарных дней", 14_400),
        ("1 eweek", 10_080),
        ("2 dni kalendarzowych", 2880),
    ],
)
def test_elapsed_durations_run_by_the_clock(text, minutes):
    assert read_duration(text, "d", ",") == Span(minutes, elapsed=True)


def test_a_question_mark_means_estimated():
    assert read_duration("5 days?", "d", ".") == Span(2400, estimated=True)


def test_a_number_takes_the_unit_of_the_setting_or_of_the_column_beside():
    assert read_duration(5, "h", ".") == Span(300)
    assert read_duration(5, "d", ".", "weeks") == Span(12_000)
    assert read_duration(timedelta(hours=30), "d", ".") == Span(1800)


@pytest.mark.parametrize(
    "value", ["soon", "-3 d", "5 bananas", "5 d d d x", "1e999 d", "99999999999 y", "PX", "", "d", -2, 1e12]
)
def test_what_is_no_duration_is_refused(value):
    with pytest.raises(Unreadable):
        read_duration(value, "d", ".")


@pytest.mark.parametrize(
    ("text", "sign", "number"),
    [
        ("1,5", ".", 1.5),
        ("1.5", ",", 1.5),
        ("1.234", ",", 1234),
        ("1.234", ".", 1.234),
        ("1,234", ".", 1234),
        ("1,234", ",", 1.234),
        ("1 234,5", ",", 1234.5),
        ("1.234,56", ",", 1234.56),
        ("1,234.56", ".", 1234.56),
    ],
)
def test_numbers_take_the_sign_that_they_show(text, sign, number):
    assert read_number(text, sign) == number


@pytest.mark.parametrize(
    ("value", "as_share", "percent"),
    [
        ("45%", False, 45),
        ("45 %", True, 45),
        (45, False, 45),
        (0.45, True, 45),
        (1, True, 100),
        ("0,5", True, 50),
        ("33,3", False, 33.3),
    ],
)
def test_percentages_are_read_as_shares_or_not(value, as_share, percent):
    assert read_percent(value, ".", as_share=as_share) == percent


@pytest.mark.parametrize("value", ["101%", -1, "half", 250])
def test_what_is_no_percentage_is_refused(value):
    with pytest.raises(Unreadable):
        read_percent(value, ".", as_share=False)


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("12", [Reference("12")]),
        ("12FS+3d;14SS", [Reference("12", "FS", Span(1440)), Reference("14", "SS")]),
        ("3,6", [Reference("3"), Reference("6")]),
        ("3, 6FF", [Reference("3"), Reference("6", "FF")]),
        ("12FS+1,5d", [Reference("12", "FS", Span(720))]),
        ("12FS+1.5 days, 13", [Reference("12", "FS", Span(720)), Reference("13")]),
        ("12FS-2d", [Reference("12", "FS", Span(-960))]),
        ("12FS+2ed", [Reference("12", "FS", Span(2880, elapsed=True))]),
        ("12FS+50%", [Reference("12", "FS", lag_percent=50)]),
        ("1.2.3;1.2.4SF", [Reference("1.2.3"), Reference("1.2.4", "SF")]),
        ("A1000: FS, A1010: SS", [Reference("A1000"), Reference("A1010", "SS")]),
        ("WP1.2", [Reference("WP1.2")]),
        ("1 - 15", [Reference("1", last="15")]),
        ("2\n3", [Reference("2"), Reference("3")]),
        ("12EA+2 Tage;13AA;14EE;15AE", [Reference("12", "FS", Span(960)), Reference("13", "SS"), Reference("14", "FF"), Reference("15", "SF")]),
        ("8FD-1 jour;9DD;10DF", [Reference("8", "FS", Span(-480)), Reference("9", "SS"), Reference("10", "SF")]),
        ("3FC+2 días;4CC;5CF", [Reference("3", "FS", Span(960)), Reference("4", "SS"), Reference("5", "SF")]),
        ("3FI+2 g;4II;5IF", [Reference("3", "FS", Span(960)), Reference("4", "SS"), Reference("5", "SF")]),
        ("3EB+2 dagen;4BB;5BE", [Reference("3", "FS", Span(960)), Reference("4", "SS"), Reference("5", "SF")]),
        ("3ZR+2 dni;4RR;5ZZ;6RZ", [Reference("3", "FS", Span(960)), Reference("4", "SS"), Reference("5", "FF"), Reference("6", "SF")]),
        ("5ОН+2 дн;6НН;7ОО;8НО", [Reference("5", "FS", Span(960)), Reference("6", "SS"), Reference("7", "FF"), Reference("8", "SF")]),
        ("5ЗП+2 дн;6ПП;7ЗЗ;8ПЗ", [Reference("5", "FS", Span(960)), Reference("6", "SS"), Reference("7", "FF"), Reference("8", "SF")]),
        ("3TI+2 dias;4II;5TT;6IT", [Reference("3", "FS", Span(960)), Reference("4", "SS"), Reference("5", "FF"), Reference("6", "SF")]),
    ],
)  # fmt: skip
def test_references_are_read_with_the_codes_of_every_language(text, references):
    assert [read_reference(one, "d", ".") for one in split_references(text)] == references


def test_numbers_are_references_too():
    assert [read_reference(one, "d", ".") for one in split_references(12)] == [Reference("12")]


@pytest.mark.parametrize("text", ["the design", "12XX+3", "+3d", "12FS+3 bananas", "12FS+99999999999y"])
def test_what_is_no_reference_is_refused(text):
    with pytest.raises(Unreadable):
        read_reference(text, "d", ".")


@pytest.mark.parametrize(
    "word", ["yes", "Ja", "oui", "Sí", "sì", "tak", "Да", "так", "sim", "x", "1", True, "Milestone", "Веха"]
)
def test_yes_in_every_language(word):
    assert read_flag(word) is True


@pytest.mark.parametrize("word", ["no", "Nein", "non", "nie", "Нет", "ні", "não", "0", False])
def test_no_in_every_language(word):
    assert read_flag(word) is False


def test_what_is_neither_is_refused():
    with pytest.raises(Unreadable, match="yes or no"):
        read_flag("perhaps")


def test_kinds_and_modes_are_read():
    assert [read_kind(word) for word in ("Meilenstein", "Фаза", "livrable", "Tasks")] == [
        "milestone",
        "phase",
        "deliverable",
        "task",
    ]
    assert [read_mode(word) for word in ("Manually Scheduled", "Автоматическое планирование")] == [True, False]
    with pytest.raises(Unreadable):
        read_kind("Bug")
    with pytest.raises(Unreadable):
        read_mode("sometimes")


@pytest.mark.parametrize(
    "word",
    ["Start No Earlier Than", "SNET", "4", 4, "Anfang nicht früher als", "Début au plus tôt le", "Начало не ранее"],
)
def test_constraints_are_read_in_every_language(word):
    assert read_constraint(word, MARCH_12) == Constraint("snet", MARCH_12)


def test_constraints_without_a_date_are_refused_where_they_need_one():
    assert read_constraint("As Soon As Possible", None) is None
    assert read_constraint("So spät wie möglich", None) == Constraint("alap")
    with pytest.raises(Unreadable, match="a constraint date beside it"):
        read_constraint("Must Start On", None)
    with pytest.raises(Unreadable, match="a constraint such as"):
        read_constraint("Whenever", MARCH_12)


def test_words_for_nothing_are_nothing():
    assert [is_absent(value) for value in (None, "", "  ", "-", "NA", "н/д", "n/a", 0, "x")] == [True] * 7 + [False] * 2

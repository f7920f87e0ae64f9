"""The demo world's data, without a database."""

from datetime import date, timedelta

import pytest

from consortio.demo.cast import CAST, COMPANIES, PEOPLE
from consortio.demo.crossing import NOTES, ROWS
from consortio.demo.holidays import closures, easter
from consortio.demo.table import lines_of, parts
from consortio.demo.unfolding import REVISIONS, Crossing
from consortio.interchange.engine import schedule_plan

from .conftest import TODAY

LINES = {line.key: line for line in lines_of(ROWS)}
SOME_DAYS = [TODAY + timedelta(days=days) for days in (0, 60, 150, 240, 330)]  # holidays fall elsewhere each time


def test_a_row_says_what_it_says():
    line = LINES["tercable"]

    assert (line.parent, line.depth, line.kind, line.days, line.calendar) == ("terna", 2, "task", 18, "yard")
    assert line.after == ("terswitch:SS+6d", "terbatt:FF+3d")
    assert [parts(word) for word in line.after] == [("terswitch", "SS", 6, "d"), ("terbatt", "FF", 3, "d")]


def test_rows_name_known_people_and_rows():
    assert {line.who for line in LINES.values()} <= {"", *CAST, *COMPANIES}
    assert {parts(word)[0] for line in LINES.values() for word in line.after} <= LINES.keys()
    assert NOTES.keys() <= LINES.keys()
    assert sum(not line.who for line in LINES.values()) in range(2, 8)


def test_everybody_has_an_address_of_their_own_where_no_mail_goes():
    addresses = {one.email for one in PEOPLE}

    assert len(addresses) == len(PEOPLE)
    assert all(address.endswith(".example") for address in addresses)


@pytest.mark.parametrize(
    ("year", "day"), [(2024, date(2024, 3, 31)), (2026, date(2026, 4, 5)), (2000, date(2000, 4, 23))]
)
def test_easter_falls_as_in_the_almanac(year, day):
    assert easter(year) == day


def test_the_yard_is_shut_for_three_weeks_from_a_monday():
    shut = closures(2031)

    assert (shut.first, shut.last) == (date(2031, 7, 14), date(2031, 8, 3))


def test_the_same_day_tells_the_same_story():
    one, other = Crossing(TODAY), Crossing(TODAY)

    assert [one.revision(n) for n in (1, 5, 9)] == [other.revision(n) for n in (1, 5, 9)]
    assert list(one.reports()) == list(other.reports())


@pytest.mark.parametrize("today", SOME_DAYS, ids=str)
def test_whatever_the_day_the_story_holds(today):
    crossing = Crossing(today)
    last = crossing.revision(len(REVISIONS))

    agreed, now = schedule_plan(crossing.revision(1)), schedule_plan(last)
    grant = next(item for item in last.items if item.id == "starttwo").deadline

    assert agreed.findings == now.findings == ()
    for key, weeks in (("startone", 1), ("starttwo", 2), ("power", 4)):
        assert now.items[key].finish - agreed.items[key].finish >= timedelta(weeks=weeks)
    assert now.items["starttwo"].finish < grant
    assert all(now.items[key].is_critical for key in ("terout", "lomsteel", "starttwo"))


@pytest.mark.parametrize("today", SOME_DAYS, ids=str)
def test_nobody_knows_what_comes_after_the_data_date(today):
    crossing = Crossing(today)
    for number in range(2, len(REVISIONS) + 1):
        plan = crossing.revision(number)
        said = [at for item in plan.items for at in (item.actual_start, item.actual_finish) if at]
        assert max(said) <= plan.data_date

    reports = list(crossing.reports())
    assert reports == sorted(reports, key=lambda one: (one.at, one.key))
    assert max(one.at.date() for one in reports) < crossing.sheet.monday
    assert len(reports) > 10

"""The course of milestones: one axis, and the sentence above it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortio.plans.lanes import MARGIN, WIDTH, WORD, Course, by_date, course_of, lane_of

from .test_gantt import DAY, MONDAY, PLAIN

STONE = replace(PLAIN, kind="milestone", start_at=MONDAY, finish_at=MONDAY)


def stone(number: int, days: int, agreed: int | None = None, **more):
    at = MONDAY + days * DAY
    promised = None if agreed is None else MONDAY + agreed * DAY
    own = {"id": UUID(int=number), "number": f"I-{number}", "start_at": at, "finish_at": at}
    return replace(STONE, **own, baseline_finish_at=promised, **more)


def page(*rows):
    return SimpleNamespace(groups=((None, rows[::2]), (None, rows[1::2])))


def test_an_empty_page_still_has_an_axis_with_today():
    lane = lane_of(page(), MONDAY.date())

    assert MARGIN <= lane.today <= WIDTH - MARGIN


@given(st.lists(st.integers(-5000, 5000), min_size=1, max_size=8), st.integers(-3000, 3000))
def test_all_dates_lie_on_the_axis_and_its_words_stand_apart(offsets, today):
    rows = [stone(nth, days) for nth, days in enumerate(offsets)]

    lane = lane_of(page(*rows), MONDAY.date() + timedelta(days=today))

    places = [lane.x(row.finish_at) for row in rows]
    assert all(MARGIN <= x <= WIDTH - MARGIN for x in [*places, lane.today])
    assert sorted(places) == [lane.x(row.finish_at) for row in sorted(rows, key=lambda row: row.finish_at)]
    ticks = [x for x, _ in lane.ticks]
    assert all(after - before >= WORD * 0.7 for before, after in pairwise(ticks))
    assert len(ticks) <= 5


def test_a_course_counts_what_is_reached_what_holds_and_what_slips():
    longest = stone(4, 100, agreed=30)
    rows = [
        stone(1, 0, agreed=0, percent=100),
        stone(2, 10, agreed=5, actual_finish_at=MONDAY + 10 * DAY),
        stone(3, 50, agreed=50),
        longest,
        stone(5, 60, agreed=55),
        stone(6, 70),
    ]

    assert course_of(page(*rows)) == Course(reached=2, reached_late=1, ahead=4, holding=1, slipping=2, longest=longest)


def test_a_course_without_slip_names_none():
    assert course_of(page(stone(1, 0, agreed=3))).longest is None


def test_by_date_mixes_organisations_and_puts_the_undated_last():
    undated = replace(stone(3, 0), finish_at=None)

    found = by_date(page(stone(1, 20), stone(2, 10), undated))

    assert [row.id.int for row in found] == [2, 1, 3]


@pytest.mark.parametrize("day", [date(2031, 5, 5), date(2040, 1, 1)])
def test_today_is_marked_wherever_it_lies(day):
    lane = lane_of(page(stone(1, 0)), day)

    assert lane.since <= day <= lane.until

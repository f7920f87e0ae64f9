"""Where bars, signs, ticks and links stand."""

import re
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortio.plans.gantt import HEAD, ROW, Signs, chart_of, slip_words
from consortio.plans.rows import LinkRow, Row
from consortio.plans.scale import MAJOR_ROOM, PX_PER_DAY, scale_over, ticks_of, weekends_of
from consortio.plans.ties import GRID, End, Way, ties_of

DAY = timedelta(days=1)
MONDAY = datetime(2031, 5, 5, 8)
PLAIN = Row(
    id=UUID(int=0), number="I-1", code="", name="Dredge", kind="task", milestone_end="", depth=0, parent_id=None,
    parents=(), has_children=False, is_open=False, circle=None, start_at=MONDAY, finish_at=MONDAY + 30 * DAY,
    is_computed=True, late_start_at=None, late_finish_at=None, house_start_at=None, house_finish_at=None,
    baseline_start_at=None, baseline_finish_at=None, actual_start_at=None, actual_finish_at=None, deadline_at=None,
    duration_minutes=480, remaining_minutes=None, percent=0, total_float_minutes=0, free_float_minutes=0, is_critical=False,
    is_on_longest_path=False, is_late=False, is_manual=False, is_active=True, calendar_id=None, organisation=None,
    person_id=None, person="", version=1, person_is_former=False, can_progress=False, can_redate=False, can_edit=True,
)  # fmt: skip


def row(number: int, start: int = 0, days: int = 30, **more) -> Row:
    begin = MONDAY + start * DAY
    return replace(PLAIN, id=UUID(int=number), start_at=begin, finish_at=begin + days * DAY, **more)


def link(first: int, second: int, is_private: bool = False) -> LinkRow:
    pk = UUID(int=first * 1000 + second)
    return LinkRow(pk, UUID(int=first), UUID(int=second), "FS", 0, "working", is_private, version=1)


def window(*rows: Row, links=()):
    dates = [at for one in rows for at in (one.start_at, one.finish_at) if at]
    return SimpleNamespace(
        rows=rows, links=tuple(links), start_at=min(dates, default=None), finish_at=max(dates, default=None)
    )


def chart(*rows: Row, links=(), zoom="month", today=MONDAY, **more):
    return chart_of(window(*rows, links=links), zoom=zoom, today=today, **more)


def test_bars_stand_in_their_rows_at_their_days():
    first, second = chart(row(1), row(2, start=30, days=10), zoom="week").bars

    assert (first.y, second.y) == (HEAD, HEAD + ROW)
    assert second.x == pytest.approx(first.x + 30 * PX_PER_DAY["week"], abs=0.1)
    assert second.width == pytest.approx(10 * PX_PER_DAY["week"], abs=0.1)


@pytest.mark.parametrize("zoom", ["month", "quarter", "whole"])
def test_what_is_written_large_above_months_and_quarters_is_written_once(zoom):
    long = scale_over(MONDAY, MONDAY + 700 * DAY, zoom=zoom, today=MONDAY.date())

    words = [tick.words for tick in ticks_of(long) if tick.is_major]

    assert len(words) == len(set(words)) > 1
    assert {"month": "Q3 2031", "quarter": "2032", "whole": "2032"}[zoom] in words


def test_an_hour_of_work_is_still_seen_and_a_row_without_dates_has_no_bar():
    short = replace(PLAIN, finish_at=MONDAY + timedelta(hours=1))
    none = replace(PLAIN, id=UUID(int=2), start_at=None, finish_at=None)

    bars = chart(short, none).bars

    assert (bars[0].width, bars[1].kind) == (3.0, "none")


def test_signs_are_drawn_where_they_are_asked_for():
    signed = replace(
        PLAIN, is_critical=True, total_float_minutes=480, late_finish_at=MONDAY + 35 * DAY,
        baseline_start_at=MONDAY - 5 * DAY, baseline_finish_at=MONDAY + 20 * DAY,
    )  # fmt: skip

    shown = chart(signed).bars[0]
    hidden = chart(signed, signs=Signs(critical=False, floats=False, baseline=False)).bars[0]

    assert (shown.is_critical, shown.float_to is None, shown.ghost is None) == (True, False, False)
    assert (hidden.is_critical, hidden.float_to, hidden.ghost) == (False, None, None)


def test_what_stands_where_the_baseline_had_it_has_no_ghost():
    kept = replace(PLAIN, baseline_start_at=PLAIN.start_at, baseline_finish_at=PLAIN.finish_at)

    assert chart(kept).bars[0].ghost is None


@pytest.mark.parametrize(
    ("days", "words"), [(0, ""), (3, "+3 d"), (-3, "−3 d"), (13, "+13 d"), (70, "+10 wk"), (-21, "−3 wk")]
)
def test_a_slip_is_said_in_days_and_then_in_weeks(days, words):
    assert slip_words(MONDAY, MONDAY + days * DAY) == words


def test_the_words_of_a_slip_stand_on_its_line_or_before_it_and_within_the_pane():
    def stone(agreed):
        kept = {"baseline_finish_at": MONDAY + agreed * DAY}
        return replace(PLAIN, kind="milestone", start_at=MONDAY + 100 * DAY, finish_at=MONDAY + 100 * DAY, **kept)

    near, far = chart(row(1), stone(95)).bars[1], chart(row(1), stone(30)).bars[1]
    edge = chart(replace(stone(-1), start_at=MONDAY, finish_at=MONDAY)).bars[0]

    assert (near.label.anchor, far.label.anchor) == ("end", "middle")
    assert far.ghost[0] < far.label.x < far.x
    assert edge.label.left >= 0


def test_a_phase_shows_the_critical_work_below_it_open_or_folded():
    top = row(1, days=60, has_children=True, is_open=True, kind="phase")
    critical = row(2, start=5, days=10, depth=1, is_critical=True)
    folded = row(3, start=20, days=30, depth=1, has_children=True, kind="phase")
    inside = {folded.id: ((MONDAY + 30 * DAY, MONDAY + 40 * DAY),)}

    bars = chart(top, critical, folded, inside=inside).bars

    px = PX_PER_DAY["month"]
    assert [width for _, width in bars[0].heavy] == pytest.approx([10 * px, 10 * px], abs=0.1)
    assert [width for _, width in bars[2].heavy] == pytest.approx([10 * px], abs=0.1)


def test_critical_stretches_that_touch_are_one():
    top = row(1, days=60, has_children=True, is_open=True, kind="phase")
    chain = [row(2 + nth, start=nth * 10, days=10, depth=1, is_critical=True) for nth in range(6)]

    assert len(chart(top, *chain).bars[0].heavy) == 1


def test_what_is_private_is_not_drawn_into_the_phase_that_all_see():
    top = row(1, days=60, has_children=True, is_open=True, kind="phase")
    ours = row(2, start=5, days=10, depth=1, is_critical=True, circle=SimpleNamespace(id=1))

    assert chart(top, ours).bars[0].heavy == ()
    assert chart(top, replace(ours, circle=None)).bars[0].heavy != ()


zooms = st.sampled_from([*PX_PER_DAY, "whole"])
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1))


@given(zooms, days, st.integers(0, 12_000), days)
def test_a_scale_is_never_wider_than_a_page_can_hold_and_its_ticks_stand_apart(zoom, first, length, today):
    begin = datetime.combine(first, datetime.min.time())

    scale = scale_over(begin, begin + length * DAY, zoom=zoom, today=today)
    ticks = list(ticks_of(scale))

    assert 0 < scale.width <= 3300
    minors, majors = ([tick.x for tick in ticks if tick.is_major is kind] for kind in (False, True))
    assert len(minors) <= 420
    for xs, room in ((minors, 15), (majors, MAJOR_ROOM)):
        assert all(after - before >= room for before, after in pairwise(xs))
    assert all(0 <= tick.x < scale.width for tick in ticks)


@given(days, st.integers(100, 12_000), st.integers(0, 100))
def test_today_is_in_sight_when_it_lies_within_the_plan(first, length, percent):
    begin = datetime.combine(first, datetime.min.time())
    today = first + timedelta(days=length * percent // 100)

    scale = scale_over(begin, begin + length * DAY, zoom="week", today=today)

    assert scale.since <= today < scale.until


def test_weekends_are_saturdays_and_sundays():
    scale = scale_over(MONDAY, MONDAY + 20 * DAY, zoom="day", today=MONDAY.date())

    found = [
        (scale.since + DAY * round(x / scale.px_per_day), round(width / scale.px_per_day))
        for x, width in weekends_of(scale)
    ]

    assert {(day.weekday(), count) for day, count in found[1:-1]} == {(5, 2)}
    assert len(found) >= 3


def test_earlier_and_later_days_lead_through_a_long_plan_without_a_gap():
    long = window(row(1, days=4000))
    seen = chart_of(long, zoom="week", today=MONDAY, since=date(2031, 1, 1))
    spans = [(seen.since, seen.until)]
    while seen.later:
        seen = chart_of(long, zoom="week", today=MONDAY, since=seen.later)
        spans.append((seen.since, seen.until))

    assert all(after[0] <= before[1] for before, after in pairwise(spans))
    assert spans[-1][1] > (MONDAY + 4000 * DAY).date()


VERTICAL = re.compile(r"([MHV])(-?[\d.]+)(?: (-?[\d.]+))?")


def verticals(path: str) -> list[tuple[float, float, float]]:
    """Return x, top and bottom of each vertical of a path."""
    x = y = 0.0
    found = []
    for act, first, second in VERTICAL.findall(path):
        if act == "M":
            x, y = float(first), float(second)
        elif act == "H":
            x = float(first)
        else:
            found.append((x, *sorted((y, float(first)))))
            y = float(first)
    return found


def end(row: int, left: float, right: float, **more) -> End:
    return End(row, left, right, HEAD + ROW * row + 15, **more)


def test_a_link_goes_out_of_the_finish_and_into_the_start_from_the_left():
    first, second = end(0, 0, 50), end(3, 120, 200)

    (tie,) = ties_of([Way("a", "FS", first, second, False)], [first, second], (), None)

    assert tie.path.startswith(f"M50 {first.y:g}H")
    assert tie.path.endswith(f"V{second.y:g}H119")
    assert 50 < verticals(tie.path)[0][0] < 120


def test_where_there_is_no_room_a_link_comes_from_above_near_the_start():
    first, second = end(0, 0, 50), end(1, 52, 120)

    (tie,) = ties_of([Way("a", "FS", first, second, False)], [first, second], (), None)

    ((x, top, bottom),) = verticals(tie.path)
    assert 52 <= x <= 52 + 16
    assert (top, bottom) == (first.y, second.y - 9)


def test_links_out_of_one_item_share_a_trunk_and_those_of_others_keep_apart():
    sources = [end(nth, 0, 50) for nth in range(2)]
    targets = [end(5 + nth, 150, 200) for nth in range(4)]
    ways = [Way(nth % 2, "FS", sources[nth % 2], target, False) for nth, target in enumerate(targets)]

    ties = ties_of(ways, [*sources, *targets], (), None)

    trunks = {}
    for way, tie in zip(sorted(ways, key=lambda one: one.after.row - one.before.row), ties, strict=True):
        trunks.setdefault(way.key, set()).add(verticals(tie.path)[0][0])
    assert [len(xs) for xs in trunks.values()] == [1, 1]
    assert abs(trunks[0].pop() - trunks[1].pop()) >= GRID


def test_a_vertical_keeps_out_of_bars_words_and_today():
    first, second = end(0, 0, 50), end(4, 150, 200)
    between = end(2, 40, 61)

    (tie,) = ties_of([Way("a", "FS", first, second, False)], [first, between, second], [(62, 68, 3)], 72)

    ((x, _, _),) = verticals(tie.path)
    assert x > 74


def test_critical_links_choose_first_and_are_drawn_last():
    first, second, third = end(0, 0, 50), end(1, 0, 50), end(5, 150, 200)
    ways = [Way("soft", "FS", second, third, False), Way("hard", "FS", first, third, True)]

    ties = ties_of(ways, [first, second, third], (), None)

    assert [tie.is_critical for tie in ties] == [False, True]
    assert verticals(ties[1].path)[0][0] < verticals(ties[0].path)[0][0]


ends = st.builds(lambda row, left, width, stone: end(row, left, left + width, is_stone=stone),
                 st.integers(0, 60), st.integers(0, 900), st.integers(3, 300), st.booleans())  # fmt: skip
ways = st.builds(Way, st.integers(0, 5), st.sampled_from(["FS", "SS", "FF", "SF"]), ends, ends, st.booleans())


@given(st.lists(ways.filter(lambda way: way.before.row != way.after.row), max_size=12))
def test_every_link_begins_at_its_predecessor_and_ends_at_its_successor(found):
    ties = ties_of(found, [one for way in found for one in (way.before, way.after)], (), 300)

    assert len(ties) == len(found)
    for tie in ties:
        x, y = map(float, re.match(r"M(-?[\d.]+) (-?[\d.]+)", tie.path).groups())
        heads = re.match(r"M(-?[\d.]+) (-?[\d.]+)", tie.head).groups()
        assert any(abs(y - way.before.y) < 0.1 and way.before.left - 7 <= x <= way.before.right + 7 for way in found)
        assert any(abs(float(heads[1]) - way.after.y) <= 16 for way in found)


def test_links_of_a_full_window_are_laid_in_little_time():
    rows = [row(nth, start=nth * 3 % 300, days=20 + nth % 17) for nth in range(1, 151)]
    links = [link(nth, nth + step) for nth in range(1, 140) for step in (1, 4)]

    began = time.process_time()
    made = chart(*rows, links=links)

    assert len(made.ties) == 278
    assert time.process_time() - began < 0.5  # some 15 ms; what this refuses is the square of the rows


def test_a_link_of_our_house_is_told_from_a_joint_one():
    made = chart(row(1), row(2, start=40), links=[link(1, 2, is_private=True)])

    assert [tie.is_private for tie in made.ties] == [True]

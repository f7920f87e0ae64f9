import numpy as np
import pytest
from engine_cases import AROUND_THE_CLOCK, DAY, NIGHT_WEEK, OFFICE, OFFICE_WEEK, at, calendar, shared_cases, shown

from consortio_engine import Calendar, HorizonExceeded, InvalidPattern, combine, unite

office, night = calendar(), calendar(NIGHT_WEEK)


@pytest.mark.parametrize("week", ["office", "night"])
def test_shared_cases(week):
    data = shared_cases("calendar.json")
    cases = data["cases"] if week == "office" else data["night"]["cases"]
    chosen = office if week == "office" else night

    found = [
        shown(chosen.add(at(case["add"][0]), case["add"][1]))
        if "add" in case
        else chosen.work_between(*map(at, case["work_between"]))
        for case in cases
    ]

    assert found == [case["gives"] for case in cases]


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-02-06T15:00", 120, "2026-02-06T17:00"),
        ("2026-02-06T15:00", 121, "2026-02-09T08:01"),
        ("2026-02-06T17:00", 0, "2026-02-06T17:00"),
        ("2026-02-07T12:00", 0, "2026-02-07T12:00"),
        ("2026-02-07T12:00", 60, "2026-02-09T09:00"),
        ("2026-02-09T09:00", -60, "2026-02-09T08:00"),
        ("2026-02-09T09:00", -61, "2026-02-06T16:59"),
        ("2026-02-09T08:00", -480, "2026-02-06T08:00"),
        ("2026-02-09T12:00", 1, "2026-02-09T13:01"),
        ("2026-02-09T13:00", -1, "2026-02-09T11:59"),
    ],
)
def test_add_counts_working_minutes(start, minutes, end):
    assert shown(office.add(at(start), minutes)) == end


def test_work_is_done_at_17_and_goes_on_at_8():
    friday, monday = at("2026-02-06T17:00"), at("2026-02-09T08:00")
    w = office.work(friday)

    assert office.work(monday) == w
    assert (office.finish_at(w), office.start_at(w)) == (friday, monday)
    assert (office.next_start(friday), office.prev_finish(monday)) == (monday, friday)
    assert office.equiv_finish(monday) == friday
    assert (office.next_start(monday), office.prev_finish(friday)) == (monday, friday)


def test_a_night_shift_belongs_to_the_day_it_starts_on():
    # Friday's shift ends on Saturday at 06:00; the next begins on Monday evening.
    assert shown(night.add(at("2026-02-06T23:00"), 420)) == "2026-02-07T06:00"
    assert shown(night.next_start(at("2026-02-07T06:00"))) == "2026-02-09T22:00"


def test_the_tail_of_the_first_night_is_there():
    tuesday = calendar(NIGHT_WEEK, first="2026-02-03T00:00", last="2026-03-01T00:00")

    # Monday evening's shift, and before it Sunday's, which has none.
    assert tuesday.work_between(at("2026-02-03T00:00"), at("2026-02-04T00:00")) == 480
    assert shown(tuesday.prev_finish(at("2026-02-03T12:00"))) == "2026-02-03T06:00"


def test_an_exception_replaces_its_whole_day():
    friday = at("2026-02-06T00:00") // DAY
    holiday, short = calendar(exceptions={friday: []}), calendar(exceptions={friday: [(600, 660)]})

    assert shown(holiday.next_start(at("2026-02-06T09:00"))) == "2026-02-09T08:00"
    assert short.work_between(at("2026-02-06T00:00"), at("2026-02-07T00:00")) == 60
    assert office.work_between(at("2026-02-06T00:00"), at("2026-02-07T00:00")) == 480


def test_an_exception_can_add_a_day():
    saturday = at("2026-02-07T00:00") // DAY

    busy = calendar(exceptions={saturday: OFFICE})

    assert shown(busy.next_start(at("2026-02-06T17:00"))) == "2026-02-07T08:00"


def test_a_night_shift_reaches_into_a_holiday():
    tuesday = at("2026-02-03T00:00") // DAY

    holiday = calendar(NIGHT_WEEK, {tuesday: []})

    # Monday's shift ends on Tuesday; Tuesday's own is off.
    assert holiday.work_between(at("2026-02-03T00:00"), at("2026-02-04T12:00")) == 360


def test_touching_and_overlapping_periods_become_one():
    split = calendar([[(480, 720), (720, 1020), (600, 700)]] * 5 + [[], []])

    assert len(split.start) == len(calendar([[(480, 1020)]] * 5 + [[], []]).start)
    assert split.work_between(at("2026-02-02T00:00"), at("2026-02-03T00:00")) == 540


def test_around_the_clock_is_the_clock():
    clock = calendar(AROUND_THE_CLOCK)

    assert len(clock.start) == 1
    assert clock.add(at("2026-02-07T23:30"), 90) == at("2026-02-08T01:00")


def test_combine_works_when_both_work():
    evening = calendar([[(900, 1320)]] * 7)

    both = combine(office, evening)

    assert both.work_between(at("2026-02-02T00:00"), at("2026-02-03T00:00")) == 120
    assert shown(both.next_start(at("2026-02-06T17:00"))) == "2026-02-09T15:00"


def test_what_works_around_the_clock_works_to_the_ends_of_what_both_cover():
    long, short = (
        calendar([[(0, 1440)]] * 7, first=f"2026-01-0{first}T00:00", last=f"2026-01-{last}T00:00")
        for first, last in ((1, 20), (5, 12))
    )

    for both in (combine(long, short), unite(short, long)):
        assert (both.first, both.last) == (short.first, short.last)
        assert both.total == short.last - short.first


def test_unite_works_when_either_works_over_what_both_cover():
    night = calendar([[(0, 480)]] * 7, first="2026-01-05T00:00", last="2026-01-12T00:00")

    either = unite(office, night)

    assert either.work_between(at("2026-01-06T00:00"), at("2026-01-07T00:00")) == 480 + 480
    assert either.work_between(at("2026-01-10T00:00"), at("2026-01-12T00:00")) == 2 * 480  # at a weekend
    assert (either.first, either.last) == (night.first, night.last)


@pytest.mark.parametrize("made_of", [combine, unite])
def test_calendars_that_only_touch_share_no_day(made_of):
    early, later = calendar(last="2026-01-05T00:00"), calendar(first="2026-01-05T00:00")
    touching = Calendar(later.start, later.end, early.last, later.last)

    with pytest.raises(HorizonExceeded, match="The calendars share no day: "):
        made_of(early, touching)


def test_combine_keeps_the_common_span():
    early, later = calendar(last="2026-02-01T00:00"), calendar(first="2026-01-01T00:00")

    both = combine(early, later)

    assert (shown(both.first), shown(both.last)) == ("2025-12-31T00:00", "2026-02-01T00:00")
    with pytest.raises(HorizonExceeded):
        combine(calendar(last="2025-06-01T00:00"), calendar(first="2026-01-01T00:00"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.work(c.first - 1),
        lambda c: c.work(c.last + 1),
        lambda c: c.add(c.last - DAY, 10_000),
        lambda c: c.add(c.first + DAY, -10_000),
        lambda c: c.next_start(c.last),
        lambda c: c.prev_finish(c.first),
        lambda c: c.start_at(c.total),
        lambda c: c.finish_at(0),
        lambda c: c.work_each(np.array([c.last + 1])),
        lambda c: c.start_at_each(np.array([c.total])),
        lambda c: c.finish_at_each(np.array([0])),
    ],
)
def test_nothing_is_extrapolated(ask):
    short = calendar(first="2026-01-05T00:00", last="2026-01-31T00:00")

    with pytest.raises(HorizonExceeded):
        ask(short)


def test_the_edges_of_the_span_are_covered():
    short = calendar(first="2026-01-05T00:00", last="2026-01-31T00:00")

    assert short.work(short.first) == 0
    assert short.work(short.last) == short.total == 20 * 480
    assert shown(short.start_at(0)) == "2026-01-05T08:00"
    assert shown(short.finish_at(short.total)) == "2026-01-30T17:00"


def test_a_calendar_without_work_says_so():
    idle = calendar([[]] * 7)

    assert (idle.total, idle.work(at("2026-01-05T08:00"))) == (0, 0)
    with pytest.raises(HorizonExceeded):
        idle.next_start(at("2026-01-05T08:00"))


@pytest.mark.parametrize(
    ("week", "exceptions", "why"),
    [
        ([OFFICE] * 6, {}, "A week has seven lists of periods, not 6."),
        ([[(720, 480)]] + [[]] * 6, {}, "The period 720 to 480 must start within the day and end after its start."),
        ([[(-10, 480)]] + [[]] * 6, {}, "The period -10 to 480 "),
        ([[(1440, 1600)]] + [[]] * 6, {}, "The period 1440 to 1600 "),
        ([[(480, 2881)]] + [[]] * 6, {}, "The period 480 to 2881 "),
        (OFFICE_WEEK, {20_000: [(600, 600)]}, "The period 600 to 600 "),
    ],
)
def test_a_period_that_is_none_is_refused(week, exceptions, why):
    with pytest.raises(InvalidPattern) as refused:
        calendar(week, exceptions)

    assert str(refused.value).startswith(why)


def test_the_longest_period_ends_with_the_next_day():
    """From the last minute of Monday on; on Monday's midnight nobody works yet."""
    long = calendar([[(1439, 2880)], *[[]] * 6])

    assert long.work_between(at("2026-01-05T00:00"), at("2026-01-12T00:00")) == 1441


@pytest.mark.parametrize("last", ["2026-01-01T00:00", "2026-01-31T00:00"])
def test_a_span_that_ends_before_it_begins_is_refused(last):
    with pytest.raises(InvalidPattern, match=r"The span ends \(\d+\) before it begins \(\d+\)\."):
        Calendar.compile(OFFICE_WEEK, {}, at("2026-02-01T00:00"), at(last))


def test_arrays_are_refused_in_words():
    with pytest.raises(HorizonExceeded, match="The calendar covers "):
        office.work_each(np.array([office.first - 1]))
    with pytest.raises(HorizonExceeded, match="The calendar holds "):
        office.start_at_each(np.array([office.total]))


def test_what_would_begin_as_the_common_span_ends_is_none_of_it():
    short = calendar(last="2026-01-10T00:00")  # a Saturday
    nights = calendar([[(0, 480)]] * 7)

    with pytest.raises(HorizonExceeded):
        unite(short, nights).next_start(at("2026-01-09T17:00"))


def test_arrays_convert_like_single_instants():
    instants = np.arange(at("2026-02-02T00:00"), at("2026-02-16T00:00"), 37)
    amounts = np.concatenate(([-1, 0, 1, 600], np.arange(len(instants) - 4) * 13 % 1201 - 600))

    work = office.work_each(instants)

    assert work.tolist() == [office.work(t) for t in instants.tolist()]
    assert office.start_at_each(work).tolist() == [office.start_at(w) for w in work.tolist()]
    assert office.finish_at_each(work).tolist() == [office.finish_at(w) for w in work.tolist()]
    pairs = zip(instants.tolist(), amounts.tolist(), strict=True)
    assert office.add_each(instants, amounts).tolist() == [office.add(t, d) for t, d in pairs]

"""The load of weeks: what is needed at once, against what there is."""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from consortio.levelling.loads import EPOCH, Work, loads_of, minute_of, monday_of, week_of
from consortio.levelling.rules import Band, Held, Key, Need, held_by, overlaps

from .builders import FIRST, FROM, SECOND, START, item, loads, need, say, works

pytestmark = pytest.mark.django_db


def ids(count):
    return [UUID(int=number) for number in range(1, count + 1)]


def row(organisation_id, work, percent, from_on, until_on):
    own = {"organisation_id": organisation_id, "person_id": None, "circle_id": organisation_id}
    return SimpleNamespace(**own, work=work, percent=percent, from_on=from_on, until_on=until_on)


def test_somebody_answering_for_two_items_of_a_week_is_needed_twice(world):
    made = works(world)
    say(world, 100, person="ada")

    shown = loads(world, made.plan)

    assert shown["ada"] == [(FIRST, 200, 100, 10.0)]
    assert shown["Harbour"] == [(FIRST, 200, None, 10.0)]
    assert shown["Orchard"] == [(SECOND, 100, None, 5.0)]


def test_items_one_after_the_other_are_never_needed_at_once(world):
    made = works(world)
    say(world, 100, who="bo@Orchard")
    need(world, made.hull, "Orchard", 50)
    need(world, made.deck, "Orchard", 50)

    assert loads(world, made.plan) == {"Orchard": [(FIRST, 100, 100, 5.0), (SECOND, 100, 100, 5.0)]}


def test_what_is_said_of_an_item_holds_instead_of_who_answers_for_it(world):
    made = works(world)
    need(world, made.deck, "Harbour", 50, person_id=world.ids["abe"])
    need(world, made.deck, "Island", 25, work="welding")

    shown = loads(world, made.plan)

    assert shown["ada"] == [(FIRST, 100, None, 5.0)]
    assert shown["abe"] == [(FIRST, 50, None, 2.5)]
    assert shown["Island welding"] == shown["Island"] == [(FIRST, 25, None, 1.25)]
    assert shown["Harbour"] == [(FIRST, 150, None, 7.5)]


def test_between_two_bands_there_is_nothing(world):
    made = works(world)
    say(world, 200, person="", until_on=date(2031, 5, 13))
    say(world, 150, person="", from_on=date(2031, 5, 15))

    (week,) = loads(world, made.plan)["Harbour"]

    assert week == (FIRST, 200, 0, 10.0)  # on Wednesday


def test_a_person_of_an_organisation_that_has_said_something_is_one_person(world):
    made = works(world)

    assert loads(world, made.plan)["ada"] == [(FIRST, 200, None, 10.0)]

    say(world, 300)
    assert loads(world, made.plan)["ada"] == [(FIRST, 200, 100, 10.0)]


def test_in_our_house_our_own_items_and_words_count_too(world):
    made = works(world)
    say(world, 100, person="ada")
    say(world, 50, person="ada", circle="Harbour only")
    item(world, made.plan, "Secret", "Harbour only", organisation_id=world.ids["Harbour"], person_id=world.ids["ada"])

    assert loads(world, made.plan)["ada"] == [(FIRST, 200, 100, 10.0)]
    assert loads(world, made.plan, is_house=True)["ada"] == [(FIRST, 300, 50, 15.0)]
    assert loads(world, made.plan, "bo@Orchard", is_house=True)["ada"] == [(FIRST, 200, 100, 10.0)]


def test_hours_that_never_meet_are_not_needed_at_once():
    key = Key(*ids(1))
    nights = [(minute_of(START) + day * 1440 + 720, minute_of(START) + day * 1440 + 900) for day in range(5)]
    days = [(minute_of(START) + day * 1440, minute_of(START) + day * 1440 + 540) for day in range(5)]
    one, two = ids(2)
    works_of = {one: Work(one, days, {}), two: Work(two, nights, {})}

    (load,) = loads_of([Need(one, key, 100), Need(two, key, 100)], works_of, {})

    assert [week.percent for week in load.weeks] == [100]


def test_weeks_begin_on_mondays():
    assert [monday_of(week_of(minute_of(START) + day * 1440)) for day in (0, 6, 7)] == [FIRST, FIRST, SECOND]
    assert EPOCH + timedelta(days=4) == monday_of(0)


def test_an_organisation_that_speaks_of_kinds_of_work_has_their_sum():
    own, item_id = ids(2)
    rows = [row(own, "welding", 100, FROM, None), row(own, "paint", 50, date(2031, 6, 1), date(2031, 6, 30))]
    needs = [Need(item_id, Key(own), 100)]

    held = held_by(rows, needs, [own])

    assert [(band.from_on, band.until_on, band.percent) for band in held.bands[Key(own)]] == [
        (FROM, date(2031, 5, 31), 100),
        (date(2031, 6, 1), date(2031, 6, 30), 150),
        (date(2031, 7, 1), date.max, 100),
    ]


def test_who_has_said_nothing_is_not_limited_and_is_named():
    own, item_id = ids(2)

    assert held_by([], [Need(item_id, Key(own), 100)], []) == Held({}, frozenset(), frozenset({own}))


def test_bands_overlap_on_a_common_day():
    may, june = Band(date(2031, 5, 1), date(2031, 5, 31), 100), Band(date(2031, 6, 1), date(2031, 6, 30), 100)

    assert not overlaps(may, june)
    assert overlaps(may, may._replace(from_on=date(2031, 5, 31)))

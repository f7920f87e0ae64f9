"""What one more of somebody gains: worked by hand, for who blocks and for who does not."""

from engine_cases import MONDAY, shown
from test_levelling import ADA, DAY, problem, solved, work

from consortio_engine.resources import Job, Mode, Resource, bottlenecks


def test_bottlenecks_tell_what_one_more_unit_gains_and_that_it_is_proved():
    asked = problem(
        [work(), work(), Job(duration=480, demand={1: 1}, calendar=0)],
        resources=[ADA, Resource(name="Bob", capacity=1)],
    )
    plan = solved(asked)

    found = bottlenecks(asked, plan, deterministic_limit=1.0, workers=1)

    assert [
        (row.name, row.blocked, row.unit and row.unit.minutes, row.unit and row.unit.proved) for row in found.rows
    ] == [
        ("Ada", 1, 2 * DAY, True),
        ("Bob", 0, 0, True),
    ]
    week = found.rows[0].week
    assert (week and week.minutes, shown(found.rows[0].week_from), found.ceiling) == (2 * DAY, MONDAY, 2 * DAY)
    assert found.status == "ok"


def test_who_never_blocks_gains_where_more_of_them_allow_another_way():
    """Two of the crew take two days, three would take one; nobody waits for a third."""
    ways = (Mode(duration=960, demand={0: 2}), Mode(duration=480, demand={0: 3}))
    asked = problem([Job(modes=ways, calendar=0)], resources=[Resource(name="Crew", capacity=2)])

    found = bottlenecks(asked, solved(asked), deterministic_limit=1.0, workers=1)

    (crew,) = found.rows
    assert (crew.blocked, crew.unit.minutes, crew.unit.proved, found.status) == (0, DAY, True, "ok")


def test_what_was_not_asked_for_want_of_time_is_not_proved():
    asked = problem([work(), work()])

    found = bottlenecks(asked, solved(asked), limit=0.0, workers=1)

    assert (found.rows[0].unit, found.status) == (None, "feasible")


def test_nothing_gains_where_links_alone_take_as_long():
    asked = problem([work(), work()], [(0, 1)])

    found = bottlenecks(asked, solved(asked), deterministic_limit=1.0, workers=1)

    assert (found.ceiling, found.rows[0].unit, found.rows[0].week) == (0, None, None)

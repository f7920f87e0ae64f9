"""How far promises hold, worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from consortio.commitments.counting import Fact, Reliability, Share, Wait, figures_of, reliability

AT = datetime(2031, 6, 30, 12, tzinfo=UTC)
DUE = date(2031, 6, 1)
A, B, C = (UUID(int=number) for number in (1, 2, 3))


def fact(
    number=0,
    state="confirmed",
    *,
    by=A,
    to=B,
    due=DUE,
    size=1,
    was_on_time=True,
    wait=2,
    early=False,
    late=False,
    asked=(None, None),
):
    delivered = datetime(2031, 5, 30, 9, tzinfo=UTC) if state in ("confirmed", "delivered", "disputed") else None
    closed = delivered + timedelta(days=wait) if state == "confirmed" else None
    on_time = was_on_time if state == "confirmed" else None
    return Fact(UUID(int=100 + number), by, to, state, due, size, delivered, closed, on_time, early, late, *asked)


@pytest.mark.parametrize(
    ("one", "figures"),
    [
        (fact(), {"kept", "counted", "waited"}),
        (fact(was_on_time=False), {"missed", "counted", "slipped", "waited"}),
        (fact(early=True), {"kept", "counted", "moved", "slipped", "waited"}),
        (fact(late=True), {"missed", "counted", "slipped", "waited"}),
        (fact(early=True, late=True), {"missed", "counted", "slipped", "moved", "waited"}),
        (fact(state="broken"), {"missed", "counted", "slipped"}),
        (fact(state="accepted"), {"missed", "counted", "slipped"}),
        (fact(state="accepted", due=date(2031, 7, 9)), set()),
        (fact(state="accepted", due=date(2031, 7, 9), early=True), {"moved", "slipped"}),
        (fact(state="accepted", due=date(2031, 7, 9), late=True), {"missed", "counted", "slipped"}),
        (fact(state="accepted", asked=(date(2031, 7, 9), True)), set()),
        (fact(state="accepted", asked=(date(2031, 7, 9), False)), {"missed", "counted", "slipped"}),
        (fact(state="accepted", asked=(date(2031, 6, 2), True)), {"missed", "counted", "slipped"}),
        (fact(state="accepted", late=True, asked=(date(2031, 7, 9), True)), {"missed", "counted", "slipped"}),
        (fact(state="delivered"), set()),
        (fact(state="delivered", due=date(2031, 5, 28)), {"missed", "counted", "slipped"}),
        (fact(state="disputed"), {"disputed"}),
        (fact(state="disputed", due=date(2031, 5, 28)), {"disputed"}),
        (fact(state="disputed", late=True), {"disputed", "missed", "counted", "slipped"}),
        (fact(state="released"), set()),
        (fact(state="released", early=True), set()),
        (fact(state="offered"), set()),
        (fact(state="declined"), set()),
        (fact(state="withdrawn"), set()),
    ],
)
def test_what_a_promise_is_counted_in(one, figures):
    assert figures_of(one, AT) == figures


def ten():
    """Return seven kept, one of them large and one moved in time; three missed."""
    kept = [fact(n, wait=n) for n in range(5)] + [fact(5, size=4, wait=5), fact(6, early=True, wait=6)]
    return [*kept, fact(7, "broken"), fact(8, "accepted"), fact(9, was_on_time=False, wait=40)]


def test_ten_promises_by_hand():
    found = reliability(ten(), [A, B], AT)[A]

    assert found.count == 10 and found.kept is not None
    assert (found.kept.hits, found.kept.count) == (7, 10)
    assert (round(found.kept.low, 4), round(found.kept.high, 4)) == (0.3968, 0.8922)
    assert found.by_size == pytest.approx(10 / 13)
    assert (found.slipped, found.moved) == (4, None)
    assert (found.handed_over, found.waits) == (8, None)


def test_what_is_disputed_is_a_number_of_its_own_and_enters_no_share():
    facts = [*ten(), fact(20, "disputed"), fact(21, "disputed"), fact(22, "disputed", by=B, to=A)]

    found, without = reliability(facts, [A, B, C], AT), reliability(ten(), [A], AT)[A]

    assert (found[A].disputed, found[B].disputed, found[C].disputed) == (2, 1, 0)
    assert (found[A].kept, found[A].count) == (without.kept, 10)


def test_the_wait_is_the_median_seen_from_both_ends():
    facts = [fact(n, wait=n) for n in range(11)]

    found = reliability(facts, [A, B], AT)

    assert found[A].waits == Wait(5.0, 11) and found[A].lets_wait is None
    assert found[B].lets_wait == Wait(5.0, 11) and found[B].waits is None


def test_nine_are_too_few_for_any_figure():
    facts = [fact(n, early=True) for n in range(9)]

    found = reliability(facts, [A, B, C], AT)

    assert found[A] == Reliability(A, 9, None, None, 9, None, 9, None, 0, None)
    assert found[C] == Reliability(C, 0, None, None, 0, None, 0, None, 0, None)
    assert reliability([*facts, fact(9)], [A], AT)[A].kept == Share(10, 10, pytest.approx(0.7225, abs=1e-4), 1.0)


def test_splitting_a_promise_shows_where_they_are_weighed():
    small = [fact(n) for n in range(10)]
    large = [fact(n + 10, "broken", size=10) for n in range(2)]

    found = reliability([*small, *large], [A], AT)[A]

    assert found.kept is not None and found.by_size is not None
    assert found.kept.share == pytest.approx(10 / 12)
    assert found.by_size == pytest.approx(10 / 30)


def test_the_order_and_the_names_of_organisations_change_nothing():
    facts, other = ten(), {A: C, B: A, C: B}
    moved = [Fact(one.id, other[one.promiser_id], other[one.receiver_id], *list(as_tuple(one))[3:]) for one in facts]
    Random(4).shuffle(moved)

    before, after = reliability(facts, [A, B, C], AT), reliability(moved, [C, A, B], AT)

    assert {other[pk]: as_tuple(own)[1:] for pk, own in before.items()} == {
        pk: as_tuple(own)[1:] for pk, own in after.items()
    }


def as_tuple(row):
    return tuple(getattr(row, name) for name in row.__dataclass_fields__)

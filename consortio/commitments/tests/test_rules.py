"""The table of steps, looked through whole: every state, step, side, date and waiting date."""

from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from consortio.commitments.models import CommitmentState as State
from consortio.commitments.rules import (
    OPEN,
    WAYS,
    Kind,
    No,
    Side,
    Standing,
    day_of,
    is_past,
    states_meant,
    step_from,
    steps_of,
    waits_for,
)

MAKERS = (Side.PROMISER, Side.RECEIVER)
EVERYTHING = [Standing(*one) for one in product(State, MAKERS, (False, True), (False, True))]


def allowed():
    """Return what may be said at all, as (state, step, side, maker, past, date waits) with what follows."""
    found = {}
    for standing, kind, side in product(EVERYTHING, WAYS, Side):
        after = step_from(standing, kind, side)
        if isinstance(after, State):
            found[standing, kind, side] = after
    return found


def ways(kind):
    """Return of a step: (state, side as seen from the maker or by itself, past or not) and the state that follows."""
    return {(one.state, side, after) for (one, name, side), after in allowed().items() if name == kind}


P, R = Side.PROMISER, Side.RECEIVER


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.DELIVERED, {(State.ACCEPTED, P, State.DELIVERED), (State.DISPUTED, P, State.DELIVERED)}),
        (Kind.CONFIRMED, {(State.DELIVERED, R, State.CONFIRMED)}),
        (Kind.DISPUTED, {(State.DELIVERED, R, State.DISPUTED)}),
        (Kind.ASKED, {(State.ACCEPTED, P, State.ACCEPTED), (State.DISPUTED, P, State.DISPUTED)}),
        (Kind.MOVED, {(State.ACCEPTED, R, State.ACCEPTED), (State.DISPUTED, R, State.ACCEPTED)}),
        (Kind.KEPT_DATE, {(State.ACCEPTED, R, State.ACCEPTED), (State.DISPUTED, R, State.DISPUTED)}),
        (Kind.RELEASED, {(State.ACCEPTED, R, State.RELEASED), (State.DISPUTED, R, State.RELEASED)}),
        (
            Kind.BROKEN,
            {(s, side, State.BROKEN) for s, side in ((State.ACCEPTED, P), (State.ACCEPTED, R), (State.DISPUTED, P))},
        ),
        (Kind.ACCEPTED, {(State.OFFERED, side, State.ACCEPTED) for side in (P, R)}),
        (Kind.DECLINED, {(State.OFFERED, side, State.DECLINED) for side in (P, R)}),
        (Kind.WITHDRAWN, {(State.OFFERED, side, State.WITHDRAWN) for side in (P, R)}),
    ],
)
def test_each_step_leads_from_where_it_should_and_from_nowhere_else(kind, expected):
    assert ways(kind) == expected


def test_while_a_delivery_is_disputed_only_the_promiser_says_that_it_is_broken():
    disputed = [one for one in EVERYTHING if one.state == State.DISPUTED and one.is_past]

    assert {step_from(one, Kind.BROKEN, R) for one in disputed} == {No.DISPUTED}
    assert {step_from(one, Kind.BROKEN, Side.NEITHER) for one in disputed} == {No.NOT_PROMISER}
    assert {step_from(one, Kind.BROKEN, P) for one in disputed} == {State.BROKEN}
    assert {step_from(one, Kind.RELEASED, R) for one in disputed} == {State.RELEASED}


def test_whoever_made_an_offer_takes_it_back_and_the_other_side_answers_it():
    for standing, kind, side in allowed():
        if kind == Kind.WITHDRAWN:
            assert side == standing.maker
        if kind in (Kind.ACCEPTED, Kind.DECLINED):
            assert side != standing.maker


def test_a_date_that_has_passed_ends_accepting_and_begins_breaking():
    assert {one.is_past for one, kind, _ in allowed() if kind == Kind.ACCEPTED} == {False}
    assert {one.is_past for one, kind, _ in allowed() if kind == Kind.BROKEN} == {True}
    assert {one.is_past for one, kind, _ in allowed() if kind == Kind.DELIVERED} == {False, True}


def test_one_other_date_waits_at_a_time():
    assert {one.date_waits for one, kind, _ in allowed() if kind == Kind.ASKED} == {False}
    assert {one.date_waits for one, kind, _ in allowed() if kind in (Kind.MOVED, Kind.KEPT_DATE)} == {True}


def test_the_promiser_never_confirms_and_nobody_beside_the_two_says_anything():
    assert not [1 for _, kind, side in allowed() if kind == Kind.CONFIRMED and side == P]
    assert not [1 for _, _, side in allowed() if side == Side.NEITHER]


def test_what_is_over_stays_over():
    over = [one for one in EVERYTHING if one.state not in OPEN]

    assert {kind for one in over for side in Side for kind in steps_of(one, side)} == set()
    assert {waits_for(one) for one in over} == {None}


def test_whoever_is_waited_for_can_do_something_and_there_is_always_a_way_on():
    for standing in EVERYTHING:
        side = waits_for(standing)
        assert side is None or steps_of(standing, side), standing


def test_each_refusal_is_one_of_the_named_ones():
    refused = {
        after
        for one, kind, side in product(EVERYTHING, WAYS, Side)
        if isinstance(after := step_from(one, kind, side), No)
    }

    assert refused == set(No)


def test_a_day_is_over_once_it_is_over_everywhere():
    due = date(2031, 5, 20)

    assert not is_past(due, datetime(2031, 5, 21, 11, 59, tzinfo=UTC))
    assert is_past(due, datetime(2031, 5, 21, 12, 0, tzinfo=UTC))
    assert day_of(datetime(2031, 5, 21, 12, 0, tzinfo=UTC)) == date(2031, 5, 21)


def test_filters_of_states_take_all_of_them_apart():
    assert set(states_meant("open")) | set(states_meant("closed")) == set(State)
    assert not set(states_meant("open")) & set(states_meant("closed"))
    assert list(states_meant("broken")) == [State.BROKEN]


class Life(RuleBasedStateMachine):
    """A commitment lives at random; what must hold at each moment does."""

    def __init__(self):
        super().__init__()
        self.standing = Standing(State.OFFERED, P, False, False)
        self.said: list[tuple[Kind, Side]] = []

    @rule(kind=st.sampled_from(list(WAYS)), side=st.sampled_from(list(Side)))
    def somebody_says(self, kind, side):
        after = step_from(self.standing, kind, side)
        if isinstance(after, No):
            return
        waits = {Kind.ASKED: True, Kind.MOVED: False, Kind.KEPT_DATE: False}.get(kind, self.standing.date_waits)
        moved = after != self.standing.state
        past = self.standing.is_past and kind != Kind.MOVED
        self.standing = Standing(after, self.standing.maker, waits and not moved, past)
        self.said.append((kind, side))

    @precondition(lambda self: not self.standing.is_past)
    @rule()
    def the_date_passes(self):
        self.standing = Standing(self.standing.state, self.standing.maker, self.standing.date_waits, True)

    @invariant()
    def confirmed_only_after_the_other_side_delivered(self):
        if self.standing.state == State.CONFIRMED:
            assert self.said[-2:] == [(Kind.DELIVERED, P), (Kind.CONFIRMED, R)]

    @invariant()
    def broken_after_a_dispute_by_the_promiser_or_under_another_date(self):
        kinds = [kind for kind, _ in self.said]
        if self.standing.state == State.BROKEN and self.said[-1] == (Kind.BROKEN, R) and Kind.DISPUTED in kinds:
            assert Kind.MOVED in kinds[kinds.index(Kind.DISPUTED) :]

    @invariant()
    def nothing_runs_without_both(self):
        if self.standing.state not in (State.OFFERED, State.DECLINED, State.WITHDRAWN):
            assert (Kind.ACCEPTED, R) in self.said

    @invariant()
    def a_date_waits_only_while_somebody_has_to_deliver(self):
        assert not self.standing.date_waits or self.standing.state in (State.ACCEPTED, State.DISPUTED)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)

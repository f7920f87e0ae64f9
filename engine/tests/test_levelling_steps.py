"""The solver's view of time: stretches of functions, and lags counted for many positions at once as one by one."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from levelling_random import random_problem

from consortio_engine.resources.cp_steps import Steps, asked_steps, pieces_of
from consortio_engine.resources.goals import asked_position
from consortio_engine.resources.layout import Layout


@given(st.lists(st.tuples(st.integers(-2, 2), st.booleans()), min_size=1, max_size=30))
def test_stretches_tell_a_function_back_where_it_is_valid_and_nowhere_else(rows):
    values = np.cumsum([rise for rise, _ in rows])
    valid = np.array([is_valid for _, is_valid in rows])

    told = {}
    for piece in pieces_of(values, valid):
        for step in range(piece.first, piece.last + 1):
            assert step not in told
            told[step] = piece.value if piece.shift is None else step + piece.shift

    assert told == {step: int(values[step]) for step in np.flatnonzero(valid).tolist()}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**20))
def test_lags_of_many_positions_are_those_of_each(seed):
    layout = Layout.of(random_problem(seed))
    steps = Steps(size=60, count=layout.axis.extent // 120, is_exact=True)
    joints = [joint for joint in layout.joints if joint.lag and joint.by != -1]
    assume(joints)

    for joint in joints:
        asked, valid = asked_steps(layout, joint, steps)
        for step in np.flatnonzero(valid).tolist()[::7]:
            assert asked[step] == asked_position(layout, joint, step * 60)


def test_the_step_is_the_coarsest_that_loses_nothing():
    layout = Layout.of(random_problem(3, mixed=False, simple=True))

    steps = Steps.of(layout, layout.axis.extent)

    spans = [way.span for ways in layout.ways for way in ways]
    assert steps.is_exact and steps.size > 1
    assert [span % steps.size for span in spans] == [0] * len(spans)

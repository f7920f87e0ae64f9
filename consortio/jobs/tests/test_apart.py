"""A long computation has a process of its own, whose end is always noticed."""

import os
from uuid import UUID

import pytest

from consortio.access import Actor
from consortio.jobs.apart import PARTS, ComputationEnded, ComputationFailed, run_apart
from consortio.jobs.registry import Cancelled, Task
from tests.world import NOON

from . import computing

NOBODY = UUID(int=0)


class Told:
    """Keeps what a computation says of its progress; stops it after some questions."""

    def __init__(self, patience: int = 10**9) -> None:
        self.said, self.patience = [], patience

    def task(self) -> Task:
        return Task(NOBODY, Actor(NOBODY, NOBODY), {}, NOON, lambda *far: self.said.append(far), self.check)

    def check(self) -> None:
        self.patience -= 1
        if self.patience < 0:
            raise Cancelled


def test_it_answers_from_another_process_and_tells_how_far_it_is():
    told = Told()

    first, last, process = run_apart(computing.count, 7, task=told.task(), step="counting", last=4)

    assert (first, last) == (7, 4)
    assert process != os.getpid()
    assert told.said[0] == (0, PARTS, "counting")
    assert told.said[-1] == (PARTS, PARTS, "counting")


def test_what_it_raises_is_told_here():
    with pytest.raises(ComputationFailed, match="No such plan") as caught:
        run_apart(computing.refuse, task=Told().task(), step="")
    assert caught.value.code == "ValueError"


def test_a_process_that_dies_is_noticed():
    with pytest.raises(ComputationEnded):
        run_apart(computing.die, task=Told().task(), step="")


def test_whoever_stops_it_does_not_wait_for_it():
    with pytest.raises(Cancelled):
        run_apart(computing.wait_long, task=Told(patience=1).task(), step="")

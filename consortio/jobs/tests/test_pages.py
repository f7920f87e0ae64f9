"""The page of a job says what it is at, before its first step, too."""

from html import unescape

import pytest

from consortio.jobs import worker
from consortio.jobs.actions import cancel_job
from consortio.jobs.models import Job
from tests.world import system

from .test_worker import start, work  # noqa: F401  -- a fixture


@pytest.fixture
def own(world, work):  # noqa: F811
    return start(world)


def page(world, own):
    return unescape(world.client("ada@Harbour").get(f"/jobs/{own}").content.decode())


def test_before_its_first_step_words_stand_where_the_number_will(world, own):
    waits = page(world, own)
    worker._take()
    begins = page(world, own)

    assert "waiting for its turn" in waits and "getting ready" in begins
    assert "<b>0</b>" not in waits + begins
    assert "You may leave this page; the work goes on." in begins


@pytest.mark.parametrize(("steps", "said"), [(100, "<b>66%</b>"), (300, "<b>66</b> of 300")])
def test_hundredths_are_per_cent_and_other_steps_are_counted(world, own, steps, said):
    worker._take()
    with system():
        Job.objects.filter(pk=own).update(done=66, steps=steps, step="computing")

    assert said in page(world, own)


def test_a_job_that_is_to_stop_says_so_until_it_does(world, own):
    worker._take()
    cancel_job(actor=world.actor("ada@Harbour"), job_id=own, at=worker.timezone.now())

    stopping = page(world, own)

    assert "It is being stopped." in stopping
    assert "the work goes on" not in stopping and "Stop</button>" not in stopping


def test_a_job_that_was_stopped_waits_for_nothing(world, own):
    cancel_job(actor=world.actor("ada@Harbour"), job_id=own, at=worker.timezone.now())

    over = page(world, own)

    assert "Stopped." in over and "waiting for its turn" not in over

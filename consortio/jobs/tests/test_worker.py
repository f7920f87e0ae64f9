"""Background work: each job ends once, whatever becomes of its worker and of its starter."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone, translation

from consortio.access import NotVisible, Refused, reading, unscoped, visible
from consortio.access.gate import as_system
from consortio.jobs import actions, registry, worker
from consortio.jobs.actions import cancel_job, start_job
from consortio.jobs.models import Job
from consortio.partnerships.actions import unseat_person
from consortio.ui import pseudo
from tests.world import NOON

KIND = "tests.work"


@pytest.fixture
def work(monkeypatch):
    """A kind of job that does what the test says."""
    kinds = dict(registry._kinds)
    monkeypatch.setattr(registry, "_kinds", kinds)

    def does(function):
        kinds[KIND] = registry.JobKind(function, lambda: "Testing", dict, lambda result: "")

    does(lambda task: {"n": 1})
    return does


def start(world, who="ada@Harbour", circle="Harbour only", step="job", **arguments):
    return world.do(step, start_job, who, circle_id=world.ids[circle], kind=KIND, arguments=arguments)


def state(pk):
    with unscoped("test"):
        job = Job.objects.get(pk=pk)
        return job.state, job.message, job.result, job.attempts


def test_a_job_is_done_once(world, work):
    own = start(world)
    assert worker.run_next() and not worker.run_next()
    assert state(own) == ("done", "", {"n": 1}, 1)


def raising(error):
    def function(task):
        raise error

    return function


@pytest.mark.parametrize(
    ("error", "ended"),
    [
        (registry.JobRefused("The file has no items."), ("refused", "The file has no items.")),
        (Refused("The plan was changed."), ("refused", "The plan was changed.")),
        (NotVisible("secret plan"), ("refused", "What it needs is not there any more, or not for you.")),
        (KeyError("draft 7 of Harbour"), ("failed", "")),
        (PermissionError("/srv/consortio/var"), ("failed", "")),
        (registry.Cancelled(), ("cancelled", "")),
        (MemoryError(), ("failed", "")),
    ],
)
def test_what_a_job_tells_is_meant_for_its_starter(world, work, error, ended):
    work(raising(error))
    own = start(world)
    worker.run_next()
    assert state(own)[:2] == ended


def test_a_job_speaks_its_starters_language(world, work, monkeypatch):
    """Also where the worker has just spoken another."""
    monkeypatch.setattr("django.utils.translation.trans_real._translations", {})
    pseudo.install()
    work(raising(NotVisible()))
    for who, language in [("ada@Harbour", "en-xa"), ("bo@Orchard", "")]:
        world.client(who)  # makes the account
        get_user_model().objects.filter(person=world.ids[who.partition("@")[0]]).update(language=language)

    theirs, plain = start(world), start(world, "bo@Orchard", "Orchard only", step="another")
    with translation.override("ar-xb"):
        assert worker.run_next() and worker.run_next()
        assert translation.get_language() == "ar-xb"
    said = "What it needs is not there any more, or not for you."
    assert (state(theirs)[1], state(plain)[1]) == (pseudo.longer(said), said)


def test_a_starter_whose_seat_has_ended_meanwhile_reaches_nothing(world, work):
    seen = []

    def look(task):
        with reading(task.actor):
            seen.append(visible(task.actor, Job).count())
        raise NotVisible

    work(look)
    own = start(world, who="abe@Harbour")
    world.do("out", unseat_person, "ada@Harbour", joint_id=world.ids["coast"], person_id=world.ids["abe"])
    worker.run_next()
    assert seen == [0] and state(own)[0] == "refused"


def silent(seconds=61):
    with as_system("test"):
        Job.objects.update(beat_at=timezone.now() - timedelta(seconds=seconds))


def test_a_job_whose_worker_died_is_done_by_another(world, work):
    own = start(world)
    worker._take()  # and is killed
    assert not worker.run_next()
    silent()
    assert worker.run_next()
    assert state(own) == ("done", "", {"n": 1}, 2)


def test_a_worker_that_comes_back_late_writes_nothing_over_the_one_that_followed(world, work):
    own = start(world)
    slow = worker._take()
    silent()
    assert worker.run_next()
    work(raising(registry.JobRefused("too late")))
    worker.run(slow)
    assert state(own) == ("done", "", {"n": 1}, 2)


def test_a_job_that_kills_its_workers_fails_and_the_next_is_taken(world, work):
    first, second = start(world, step="first"), start(world, step="second")
    with as_system("test"):
        Job.objects.filter(pk=second).update(asked_at=NOON + timedelta(seconds=1))
    for _ in range(worker.TRIES_MAX):
        assert worker._take().pk == first
        silent()
    assert worker.run_next()
    assert (state(first)[0], state(second)[0]) == ("failed", "done")


def test_a_job_stops_at_its_next_step(world, work):
    reached = []

    def steps(task):
        cancel_job(actor=world.actor("ada@Harbour"), job_id=task.job_id, at=NOON)
        worker.TELL_EVERY_SECONDS, kept = 0, worker.TELL_EVERY_SECONDS
        try:
            task.progress(1, 2, "count")
        finally:
            worker.TELL_EVERY_SECONDS = kept
        reached.append("further")

    work(steps)
    own = start(world)
    worker.run_next()
    assert state(own)[0] == "cancelled" and reached == []


def test_only_its_starter_stops_a_job(world, work):
    own = start(world)
    address = f"/jobs/{own}/cancellation"
    assert world.client("abe@Harbour").post(address).status_code == 403
    assert world.client("bo@Orchard").post(address).status_code == 404
    assert world.client("ada@Harbour").post(address).status_code == 302
    assert state(own)[0] == "cancelled"


def test_one_person_does_not_fill_the_queue(world, work, monkeypatch):
    monkeypatch.setattr(actions, "UNDER_WAY_MAX", 2)
    for step in ("one", "two"):
        start(world, step=step)
    with pytest.raises(actions.TooMany, match="2 of your jobs"):
        start(world, step="three")
    start(world, who="abe@Harbour", step="abe's")
    while worker.run_next():
        pass
    start(world, step="three")


@pytest.mark.django_db(transaction=True)
def test_workers_do_what_is_asked_for_and_stop(committed_world, work):
    own = start(committed_world)
    running = worker.start()
    try:
        until = timezone.now() + timedelta(seconds=20)
        while state(own)[0] in ("waiting", "running") and timezone.now() < until:
            pass
    finally:
        running.stop()
    assert state(own)[0] == "done"
    assert not any(one._thread.is_alive() for one in running._all)

"""
The workers: they take waiting jobs from the database one at a time, in threads of the serving process or in one of its
own, and serve the outbox of the record between two jobs.

A job whose worker died (killed, power gone) is taken again after a minute of silence; after three tries it has failed.
So a job's function must reach the same end when it runs twice. A worker that was only slow and comes back finds that
its job is another's, and writes nothing more about it.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from consortio.access import NotPermitted, NotVisible, Refused, actor_for
from consortio.access.gate import as_system
from consortio.accounts.reads import language_of
from consortio.record import outbox

from . import periodic, signal
from .models import Job, State
from .registry import Cancelled, JobRefused, Task, function_of

log = logging.getLogger(__name__)
SILENT = timedelta(seconds=60)
BEAT_SECONDS = 15
SWEEP_SECONDS = 60  # how often the outbox is looked through, and what is due by the clock is done, unasked
TRIES_MAX = 3
TELL_EVERY_SECONDS = 0.5


class Worker:
    def __init__(self, name: str) -> None:
        self._ends = False
        self._swept = 0.0
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def ask_to_stop(self) -> None:
        self._ends = True
        signal.wake.set()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        is_woken = False
        while not self._ends:
            close_old_connections()
            try:
                self._serve_outbox(is_woken)
                while not self._ends and run_next(beats=True):
                    self._serve_outbox(False)
            except Exception:
                log.exception("the worker could not take a job")
            is_woken = signal.wake.wait(timeout=1)
            signal.wake.clear()
        connection.close()

    def _serve_outbox(self, is_woken: bool) -> None:
        is_due = time.monotonic() - self._swept > SWEEP_SECONDS
        if is_due:
            self._swept = time.monotonic()
            periodic.run_all(timezone.now)
        if is_woken or is_due:
            outbox.serve_due(clock=timezone.now)


class Workers:
    def __init__(self, count: int) -> None:
        self._all = [Worker(f"jobs-{number}") for number in range(count)]

    def stop(self, seconds: float = 5) -> None:
        """Let each finish its step, as far as the time goes; a job that is left is taken again after the next start."""
        for worker in self._all:
            worker.ask_to_stop()
        until = time.monotonic() + seconds
        for worker in self._all:
            worker.join(max(until - time.monotonic(), 0))


def start() -> Workers:
    """Start one worker, or on a database with many writers two, so that a slow job does not hold up the others."""
    return Workers(1 if connection.vendor == "sqlite" else 2)


def run_next(beats: bool = False) -> bool:
    """Take the oldest job that waits and do it; tell whether there was one."""
    job = _take()
    if job is None:
        return False
    if not beats:
        run(job)
        return True
    with _beating(job):
        run(job)
    return True


def run(job: Job) -> None:
    """Do one job in its starter's language, and write down how it ended."""
    with translation.override(language_of(job.person_id) or settings.LANGUAGE_CODE):
        _run(job)


def _run(job: Job) -> None:
    reporter = _Reporter(job)
    try:
        actor = actor_for(job.person_id, job.organisation_id, "job")
        reporter.check()
        task = Task(job.pk, actor, job.arguments, timezone.now(), reporter.progress, reporter.check)
        result = function_of(job.kind)(task)
    except Cancelled:
        _end(job, State.CANCELLED)
    except JobRefused as refusal:
        _end(job, State.REFUSED, message=str(refusal), result=refusal.result)
    except Refused as refusal:
        _end(job, State.REFUSED, message=str(refusal))
    except (NotVisible, NotPermitted):  # a seat that ended meanwhile; the two look alike, and say nothing of why
        _end(job, State.REFUSED, message=_("What it needs is not there any more, or not for you."))
    except Exception:
        log.exception("job %s failed", job.pk)
        _end(job, State.FAILED)
    else:
        _end(job, State.DONE, result=result or {})


class _Reporter:
    """Writes progress at most twice a second, and learns at the same time whether to stop."""

    def __init__(self, job: Job) -> None:
        self.job, self._told, self._is_cancelled = job, 0.0, False

    def progress(self, done: int, steps: int, step: str) -> None:
        self.job.done, self.job.steps, self.job.step = done, steps, step
        self.check()

    def check(self) -> None:
        if time.monotonic() - self._told > TELL_EVERY_SECONDS:
            self._told = time.monotonic()
            self._is_cancelled = self._tell()
        if self._is_cancelled:
            raise Cancelled

    def _tell(self) -> bool:
        job = self.job
        return _is_unwanted(job, done=job.done, steps=job.steps, step=job.step)


def _is_unwanted(job: Job, **said: Any) -> bool:
    """Say that its worker lives, and learn whether somebody stopped it, or another worker has it by now."""
    with as_system("progress of a job is no fact of the record"):
        _ours(job).update(beat_at=timezone.now(), **said)
        is_stopped = _ours(job).values_list("is_cancel_asked", flat=True).first()
    return is_stopped is None or is_stopped


def _ours(job: Job) -> Any:
    """Return the row while it is this run's: each try of a job counts on."""
    return Job.objects.filter(pk=job.pk, attempts=job.attempts, state=State.RUNNING)


@contextmanager
def _beating(job: Job) -> Iterator[None]:
    """Say now and then that the job's worker lives, while one of its steps takes long."""
    ends = Event()

    def beat() -> None:
        try:
            while not ends.wait(BEAT_SECONDS):
                _is_unwanted(job)
        except Exception:
            log.exception("job %s does not beat", job.pk)
        finally:
            connection.close()

    thread = Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join(1)


def _take() -> Job | None:
    now = timezone.now()
    with as_system("a worker serves everybody"):
        left = Q(state=State.RUNNING, beat_at__lt=now - SILENT)
        Job.objects.filter(left, attempts__gte=TRIES_MAX).update(state=State.FAILED, ended_at=now)
        waiting = Job.objects.filter(Q(state=State.WAITING) | left).order_by("asked_at", "pk")
        job = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if job is None:
            return None
        job.attempts += 1
        job.state, job.beat_at = State.RUNNING, now
        job.save(update_fields=["attempts", "state", "beat_at"])
        return job


def _end(job: Job, state: State, *, message: str = "", result: Mapping[str, Any] | None = None) -> None:
    with as_system("how a job ended"):
        ended = {"state": state, "message": message, "result": dict(result or {}), "ended_at": timezone.now()}
        _ours(job).update(done=job.done, steps=job.steps, step=job.step, **ended)

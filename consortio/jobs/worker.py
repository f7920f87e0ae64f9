"""
The worker: takes waiting jobs from the database one at a time, in a thread of the serving process or in one of its own.

A job that its worker left behind (killed, power gone) is taken again after a minute of silence; after three tries it
has failed. So a job's function must reach the same end when it runs twice.
"""

import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from threading import Thread
from typing import Any

from django.db import close_old_connections, connection
from django.db.models import Q
from django.utils import timezone

from consortio.access import actor_for
from consortio.access.gate import as_system

from . import signal
from .models import Job, State
from .registry import Cancelled, JobRefused, Task, function_of

log = logging.getLogger(__name__)
SILENT = timedelta(seconds=60)
TRIES_MAX = 3
TELL_EVERY_SECONDS = 0.5


class Worker:
    def __init__(self, name: str) -> None:
        self._ends = False
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 10) -> None:
        self._ends = True
        signal.wake.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._ends:
            close_old_connections()
            try:
                while not self._ends and run_next():
                    pass
            except Exception:
                log.exception("the worker could not take a job")
            signal.wake.wait(timeout=1)
            signal.wake.clear()
        connection.close()


def start() -> Worker:
    return Worker("jobs")


def run_next() -> bool:
    """Take the oldest job that waits and do it; tell whether there was one."""
    job = _take()
    if job is None:
        return False
    run(job)
    return True


def run(job: Job) -> None:
    """Do one job, and write down how it ended."""
    actor = actor_for(job.person_id, job.organisation_id, "job")
    reporter = _Reporter(job)
    task = Task(job.pk, actor, job.arguments, timezone.now(), reporter.progress, reporter.check)
    try:
        reporter.check()
        result = function_of(job.kind)(task)
    except Cancelled:
        _end(job, State.CANCELLED)
    except JobRefused as refusal:
        _end(job, State.REFUSED, message=str(refusal), result=refusal.result)
    except (LookupError, PermissionError) as refusal:
        _end(job, State.REFUSED, message=str(refusal))
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
        with as_system("progress of a job is no fact of the record"):
            rows = Job.objects.filter(pk=job.pk)
            rows.update(done=job.done, steps=job.steps, step=job.step, beat_at=timezone.now())
            return bool(rows.values_list("is_cancel_asked", flat=True).get())


def _take() -> Job | None:
    now = timezone.now()
    with as_system("a worker serves everybody"):
        left = Q(state=State.RUNNING, beat_at__lt=now - SILENT)
        waiting = Job.objects.filter(Q(state=State.WAITING) | left).order_by("asked_at", "pk")
        job = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if job is None:
            return None
        job.attempts += 1
        job.state = State.RUNNING if job.attempts <= TRIES_MAX else State.FAILED
        job.beat_at, job.ended_at = now, None if job.state == State.RUNNING else now
        job.save(update_fields=["attempts", "state", "beat_at", "ended_at"])
    return job if job.state == State.RUNNING else None


def _end(job: Job, state: State, *, message: str = "", result: Mapping[str, Any] | None = None) -> None:
    with as_system("how a job ended"):
        ended = {"state": state, "message": message, "result": dict(result or {}), "ended_at": timezone.now()}
        Job.objects.filter(pk=job.pk).update(done=job.done, steps=job.steps, step=job.step, **ended)

"""Starting and stopping background work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission, Refused
from consortio.access.models import Circle
from consortio.record.log import action, nothing_changed, record

from . import signal
from .models import Job, State
from .registry import function_of, shared_kinds

UNDER_WAY_MAX = 20  # jobs of one person


class TooMany(Refused):
    """One person's jobs do not keep the others' waiting without end."""


@action
def start_job(*, actor: Actor, circle_id: UUID, kind: str, arguments: Mapping[str, Any], at: datetime) -> UUID:
    """Ask for work to be done, in a circle of one's own; it begins when this transaction has ended."""
    circle = access.lock(actor, Permission.EXPORT, Circle, circle_id)
    own = access.visible(actor, Job).filter(person=actor.person_id, state__in=[State.WAITING, State.RUNNING])
    if own.exclude(kind__in=shared_kinds()).count() >= UNDER_WAY_MAX:
        raise TooMany(_("%(n)d of your jobs are under way: wait until one has ended.") % {"n": UNDER_WAY_MAX})
    return _start(actor, circle, kind, arguments, at)


def _start(actor: Actor, circle: Circle, kind: str, arguments: Mapping[str, Any], at: datetime) -> UUID:
    function_of(kind)
    job = Job(circle=circle, kind=kind, arguments=dict(arguments), asked_at=at)
    job.person_id, job.organisation_id = actor.person_id, actor.organisation_id
    job.save()
    record("job.started", job, kind=kind)
    transaction.on_commit(signal.wake.set)
    return job.pk


@action
def start_once(*, actor: Actor, circle_id: UUID, kind: str, arguments: Mapping[str, Any], at: datetime) -> UUID:
    """
    Ask for work that one job does for many who ask: where one waits in this circle, whoever started it, it will do.

    It belongs to something that is done already, so it is never refused because of other jobs, and none of its starter's
    in their number. There are as many as there are things to be done, not as many as ask.

    Args:
        kind: one that is registered as shared.
    """
    circle = access.lock(actor, Permission.EXPORT, Circle, circle_id)
    assert kind in shared_kinds(), kind
    same = access.visible(actor, Job).filter(circle=circle_id, kind=kind, arguments=dict(arguments))
    # A worker that has taken it meanwhile has not begun, if it must wait for what the caller has locked.
    waiting = same.filter(state=State.WAITING, is_cancel_asked=False).order_by("asked_at", "pk").first()
    if waiting is not None:
        nothing_changed()
        return UUID(str(waiting.pk))
    return _start(actor, circle, kind, arguments, at)


@action
def cancel_job(*, actor: Actor, job_id: UUID, at: datetime) -> None:
    """Ask a job to stop. One that waits is stopped at once; one that runs stops at its next step."""
    job = access.lock(actor, Permission.EXPORT, Job, job_id)
    if job.state not in (State.WAITING, State.RUNNING) or job.is_cancel_asked:
        return nothing_changed()
    job.is_cancel_asked = True
    if job.state == State.WAITING:
        job.state, job.ended_at = State.CANCELLED, at
    job.save(update_fields=["is_cancel_asked", "state", "ended_at"])
    record("job.cancelled", job, kind=job.kind)

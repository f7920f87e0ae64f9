"""What is shown of background work, to the one who started it and their colleagues in the same circle."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Kind

from . import registry
from .models import Job, State


@dataclass(frozen=True, slots=True)
class JobPage:
    id: UUID
    kind: str
    state: str
    done: int
    steps: int
    step: str
    message: str
    result: Mapping[str, Any]
    arguments: Mapping[str, Any]
    asked_at: datetime
    ended_at: datetime | None
    can_cancel: bool
    is_stopping: bool  # somebody asked for it; it stops at its next step
    is_in_house: bool

    @property
    def step_words(self) -> str:
        return registry.step_words(self.kind, self.step) if self.step else self._before_the_first

    @property
    def _before_the_first(self) -> str:
        return {State.WAITING: _("waiting for its turn"), State.RUNNING: _("getting ready")}.get(State(self.state), "")

    @property
    def left(self) -> registry.Left:
        return registry.left_by(self.kind, self.arguments)

    @property
    def is_over(self) -> bool:
        return self.state not in (State.WAITING, State.RUNNING)


@access.read
def job_page(*, actor: Actor, job_id: UUID) -> JobPage:
    job = access.get(actor, Job, job_id)
    is_over = job.state not in (State.WAITING, State.RUNNING)
    return JobPage(
        id=job.pk,
        kind=job.kind,
        state=job.state,
        done=job.done,
        steps=job.steps,
        step=job.step,
        message=job.message,
        result=job.result,
        arguments=job.arguments,
        asked_at=job.asked_at,
        ended_at=job.ended_at,
        can_cancel=not is_over and not job.is_cancel_asked and access.can(actor, Permission.EXPORT, job),
        is_stopping=not is_over and job.is_cancel_asked,
        is_in_house=job.circle.kind == Kind.HOUSE,
    )

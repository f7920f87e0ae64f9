"""Asking for a simulation, and keeping what it answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid, NotVisible, Permission, Refused
from consortio.access.models import Circle
from consortio.jobs.actions import start_job
from consortio.plans.choosing import circles_within, plan_head
from consortio.record.log import action, nothing_changed, record

from .models import Simulation
from .rules import RUN, SEED_MAX, TRIALS


class NothingUncertain(Refused):
    """Without an estimate and without a risk each trial would be the plan as it stands."""


@action
def ask_for_simulation(
    *, actor: Actor, plan_id: UUID, circle_id: UUID, trials: int | None, seed: int, at: datetime
) -> UUID:
    """
    Ask for a simulation of a plan as everybody in a circle sees it: the plan's own circle, or one within it.

    Args:
        trials: one of `TRIALS`; None: as many as it takes.

    Returns:
        The job's id.

    Raises:
        NotVisible: also of a circle in which not everybody sees the plan.
        Invalid: names the field.
    """
    circle = access.lock(actor, Permission.PROGRESS_UPDATE, Circle, circle_id)
    head = plan_head(actor=actor, plan_id=plan_id)
    if circle.pk not in circles_within(actor=actor, circle_id=head.circle.id):
        raise NotVisible
    if trials is not None and trials not in TRIALS:
        raise Invalid("trials", _("Choose one of: %(words)s.") % {"words": ", ".join(map(str, TRIALS))})
    if not 0 <= seed <= SEED_MAX:
        raise Invalid("seed", _("Write a whole number from 0 to %(most)s.") % {"most": SEED_MAX})
    asked = {"plan": str(plan_id), "circle": str(circle_id), "trials": trials, "seed": seed}
    return start_job(actor=actor, circle_id=circle.pk, kind=RUN, arguments=asked, at=at)


@action
def keep_simulation(
    *, actor: Actor, plan_id: UUID, circle_id: UUID, said: Mapping[str, Any], at: datetime, job_id: UUID | None = None
) -> UUID:
    """Keep what a simulation answered; a job that runs twice keeps it once."""
    circle = access.lock(actor, Permission.PROGRESS_UPDATE, Circle, circle_id)
    own = access.visible(actor, Simulation).filter(circle=circle, job=job_id)
    known = own.values_list("pk", flat=True).first() if job_id else None
    if known is not None:
        nothing_changed()
        return UUID(str(known))
    head = plan_head(actor=actor, plan_id=plan_id)
    made = Simulation(circle=circle, plan_id=head.id, job_id=job_id, computed_at=at, **said)
    made.person_id, made.organisation_id = actor.person_id, actor.organisation_id
    made.save()
    record("plan.simulated", made, plan=str(head.id), trials=made.trials)
    return made.pk

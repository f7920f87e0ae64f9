"""Estimating how long items take, and asking for a simulation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio import access
from consortio.access import ANY, Actor, Invalid, NotPermitted, NotVisible, Permission, Refused, Stale, wall
from consortio.access.gate import granted_now
from consortio.access.models import Circle
from consortio.jobs.actions import start_job
from consortio.plans.choosing import circles_within, plan_head
from consortio.plans.models import Item, Plan
from consortio.plans.rules import may_redate
from consortio.record.log import action, nothing_changed, record

from .models import Estimate, Simulation
from .rules import MINUTES_MAX, ROWS_MAX, RUN, SEED_MAX, TRIALS, Said

COLUMNS = ("low_minutes", "likely_minutes", "high_minutes")


class NothingUncertain(Refused):
    """Without an estimate and without a risk each trial would be the plan as it stands."""


class StaleEstimates(Stale):
    """Somebody else saved some of the rows first. Nothing was written."""

    def __init__(self, items: Sequence[Item]) -> None:
        names = ", ".join(item.name for item in items)
        words = ngettext("%(names)s was changed meanwhile.", "%(names)s were changed meanwhile.", len(items))
        Exception.__init__(self, words % {"names": names})
        self.item_ids = tuple(item.pk for item in items)


@action
def estimate_items(*, actor: Actor, plan_id: UUID, said: Sequence[Said], at: datetime) -> int:
    """
    Say how long items of a plan may take, each in its own circle, in one step: all of it or nothing.

    Returns:
        How many were changed.

    Raises:
        NotVisible, NotPermitted: of any of them; only who may change an item's work says how long it may take.
        StaleEstimates: somebody saved some of the rows first.
        Invalid: the field is "low", "likely" or "high"; the message begins with the item's name.
    """
    plan = access.lock(actor, Permission.EXPORT, Plan, plan_id, version=ANY)  # each item asks for what it takes
    if len(said) > ROWS_MAX:
        raise Invalid(
            "items", _("One step takes at most %(most)s items: do the rest in another one.") % {"most": ROWS_MAX}
        )
    items = _permitted(actor, plan, said)
    kept = {row.item_id: row for row in _kept(actor, items)}
    stale = [items[one.item_id] for one in said if one.version != _version(kept.get(one.item_id))]
    if stale:
        raise StaleEstimates(stale)
    changed = [_written(items[one.item_id], kept.get(one.item_id), one) for one in said]
    made = [row for row in changed if row is not None]
    if not made:
        nothing_changed()
        return 0
    for row in made:
        record("estimate.written", row, item=str(row.item_id), **{name: getattr(row, name) for name in COLUMNS})
    return len(made)


def _permitted(actor: Actor, plan: Plan, said: Sequence[Said]) -> Mapping[UUID, Item]:
    """Return the items by id, each seen, permitted and locked; in one order, as everywhere."""
    wanted = {one.item_id for one in said}
    rows = access.visible(actor, Item).filter(plan=plan, pk__in=wanted, withdrawn_at=None).order_by("pk")
    items = {item.pk: item for item in rows.select_for_update(no_key=True, of=("self",))}
    if len(items) < len(said):
        raise NotVisible
    granted = {circle_id: granted_now(actor, circle_id) for circle_id in {item.circle_id for item in items.values()}}
    for item in items.values():
        if not may_redate(actor, granted[item.circle_id], item):
            raise NotPermitted(Permission.PROGRESS_UPDATE)
    return items


def _kept(actor: Actor, items: Mapping[UUID, Item]) -> list[Estimate]:
    rows = access.visible(actor, Estimate).filter(item__in=list(items)).order_by("pk")
    return [row for row in rows.select_for_update(of=("self",)) if row.circle_id == items[row.item_id].circle_id]


def _version(row: Estimate | None) -> int | None:
    return row.version if row else None


def _written(item: Item, row: Estimate | None, said: Said) -> Estimate | None:
    """Write one estimate; return it if it is another than before."""
    values = dict(zip(COLUMNS, _checked(item, said), strict=True))
    if row is None:
        if said.likely is None:
            return None
        row = Estimate(circle_id=item.circle_id, item=item, **values)
        try:
            with wall.savepoint():
                row.save()
        except IntegrityError as error:  # somebody wrote the first one at the same time
            raise StaleEstimates([item]) from error
        return row
    if all(getattr(row, name) == value for name, value in values.items()):
        return None
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(COLUMNS))
    return row


def _checked(item: Item, said: Said) -> tuple[int | None, int | None, int | None]:
    three = [amount for amount in said.three if amount is not None]
    if not three:
        return None, None, None
    if len(three) < 3:
        raise Invalid("likely", _("%(name)s: write all three, or none of them.") % {"name": item.name})
    if not 0 <= min(three) <= max(three) <= MINUTES_MAX:
        raise Invalid("high", _("%(name)s: write an amount of work up to fifty years.") % {"name": item.name})
    if three != sorted(three):
        said_so = _("%(name)s: the best comes before the most likely, and that before the worst.")
        raise Invalid("likely", said_so % {"name": item.name})
    return said.three


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
    plan = access.get(actor, Plan, plan_id)
    made = Simulation(circle=circle, plan=plan, job_id=job_id, computed_at=at, **said)
    made.person_id, made.organisation_id = actor.person_id, actor.organisation_id
    made.save()
    record("plan.simulated", made, plan=str(plan.pk), trials=made.trials)
    return made.pk

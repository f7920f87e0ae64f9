"""Saying how much time there is, and whom an item needs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid, NotPermitted, NotVisible, Permission, Refused
from consortio.access.gate import granted_now
from consortio.access.models import Circle, Place, Seat
from consortio.access.models import Kind as CircleKind
from consortio.record.log import action, nothing_changed, record

from .models import Capacity, Demand
from .rules import FAR, PERCENT_MAX, PERSON_STEPS, STEP, WORK_MAX, YEARS_MAX, Band, overlaps

HOLDING = (CircleKind.JOINT, CircleKind.SIDE, CircleKind.HOUSE)


class NotOurs(Refused):
    """How much time an organisation has, nobody else says for it."""


class SaidAlready(Invalid):
    """For one span of days there is one word."""


@dataclass(frozen=True, slots=True)
class Said:
    """How much time there is from a day on, until a day or for the time being; of a person, or of all we bring."""

    percent: int
    from_on: date
    until_on: date | None = None
    person_id: UUID | None = None
    work: str = ""


@action
def say_capacity(*, actor: Actor, circle_id: UUID, said: Said, at: datetime) -> UUID:
    """
    Say in a circle how much time the organisation acted for has, or one of its people. Everybody may say it of themselves.

    Raises:
        NotVisible: in such a circle no time is planned.
        SaidAlready: something is said of these days already.
        Invalid: names the field.
    """
    circle = access.lock(actor, _right(actor, said.person_id), Circle, circle_id)
    if circle.kind not in HOLDING or actor.organisation_id is None:
        raise NotVisible
    row = Capacity(circle=circle, organisation_id=actor.organisation_id)
    _take_over(actor, row, said)
    row.save()
    record("capacity.said", row, **_facts(row))
    return row.pk


@action
def edit_capacity(*, actor: Actor, capacity_id: UUID, version: int | None, said: Said, at: datetime) -> None:
    """
    Say something else instead.

    Raises:
        NotOurs: another organisation said it.
        SaidAlready, Invalid, Stale.
    """
    row = access.lock(actor, Permission.PROGRESS_UPDATE, Capacity, capacity_id, version=version)
    _require_ours(actor, row)
    before = _plain(row)
    _take_over(actor, row, said)
    changes = {name: (before[name], after) for name, after in _plain(row).items() if before[name] != after}
    if not changes:
        return nothing_changed()
    row.save()
    record("capacity.edited", row, changes=changes, **_facts(row))


@action
def withdraw_capacity(*, actor: Actor, capacity_id: UUID, version: int | None, at: datetime) -> None:
    """Take back what was said. Raises: NotOurs, Stale."""
    row = access.lock(actor, Permission.PROGRESS_UPDATE, Capacity, capacity_id, version=version)
    _require_ours(actor, row)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    record("capacity.withdrawn", row, **_facts(row))


def _require_ours(actor: Actor, row: Capacity) -> None:
    if row.withdrawn_at:
        raise NotVisible
    if row.organisation_id != actor.organisation_id:
        raise NotOurs(_("Only the organisation itself says how much time it has."))
    wanted = _right(actor, row.person_id)
    if wanted not in granted_now(actor, row.circle_id):
        raise NotPermitted(wanted)


def _right(actor: Actor, person_id: UUID | None) -> Permission:
    """Return what it takes to speak of somebody's time: of one's own, as little as to say how far one is."""
    return Permission.PROGRESS_UPDATE if person_id and person_id == actor.person_id else Permission.PLAN_EDIT


def _take_over(actor: Actor, row: Capacity, said: Said) -> None:
    row.person_id = _person(actor, row, said.person_id)
    if _right(actor, row.person_id) not in granted_now(actor, row.circle_id):
        raise NotPermitted(Permission.PLAN_EDIT)
    row.work = _work(said.work)
    if row.work and row.person_id:
        raise Invalid("work", _("A person’s time is one: leave out the kind of work, or the person."))
    row.percent = _percent(said.percent, row.person_id)
    row.from_on, row.until_on = said.from_on, said.until_on
    if said.until_on and said.until_on < said.from_on:
        raise Invalid("until_on", _("Write a last day that is not before the first one."))
    if not 2000 <= said.from_on.year <= 2000 + 2 * YEARS_MAX:
        raise Invalid("from_on", _("Write a day of this century."))
    _refuse_twice(actor, row)


def _person(actor: Actor, row: Capacity | Demand, person_id: UUID | None) -> UUID | None:
    """Return somebody who sits for the organisation in the circle. Raises: Invalid."""
    if person_id is None or (row.pk and person_id == row.person_id):
        return person_id
    own = {"person": person_id, "organisation": row.organisation_id}
    if not access.common(actor, Seat, row.circle_id).filter(**own, ended_at=None).exists():
        raise Invalid("person_id", _("Choose somebody who sits for that organisation in the chosen circle."))
    return person_id


def _work(text: str) -> str:
    kept = " ".join(text.split())
    if len(kept) > WORK_MAX or "\0" in kept:
        raise Invalid("work", _("Say the kind of work in at most %(most)s signs.") % {"most": WORK_MAX})
    return kept


def _percent(percent: int, person_id: UUID | None) -> int:
    if person_id and percent not in PERSON_STEPS:
        steps = ", ".join(str(step) for step in PERSON_STEPS)
        raise Invalid("percent", _("Say a person’s time coarsely: %(steps)s percent.") % {"steps": steps})
    if not 0 <= percent <= PERCENT_MAX or percent % STEP:
        words = _("Write percent of one full-time person in steps of %(step)s: 250 is two and a half people.")
        raise Invalid("percent", words % {"step": STEP})
    return percent


def _refuse_twice(actor: Actor, row: Capacity) -> None:
    own = {"circle": row.circle_id, "organisation": row.organisation_id, "person": row.person_id, "work": row.work}
    others = access.visible(actor, Capacity).filter(**own, withdrawn_at=None).exclude(pk=row.pk)
    mine = Band(row.from_on, row.until_on or FAR, row.percent)
    for first, last in others.values_list("from_on", "until_on"):
        if overlaps(mine, Band(first, last or FAR, 0)):
            words = _("Something is said of these days already: change that, or let it end the day before.")
            raise SaidAlready("from_on", words)


def _facts(row: Capacity) -> dict[str, Any]:
    return {
        "organisation": str(row.organisation_id),
        "person": str(row.person_id) if row.person_id else None,
        "percent": row.percent,
        "from": row.from_on.isoformat(),
        "until": row.until_on.isoformat() if row.until_on else None,
    }


def _plain(row: Capacity) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in ("person_id", "work", "percent", "from_on", "until_on")}
    return {name: str(value) if isinstance(value, UUID | date) else value for name, value in values.items()}


@action
def say_demand(
    *,
    actor: Actor,
    item_id: UUID,
    circle_id: UUID,
    organisation_id: UUID,
    percent: int,
    at: datetime,
    person_id: UUID | None = None,
    work: str = "",
) -> UUID:
    """
    Say whom an item needs while it is worked on, in the circle of the item or a narrower one.

    Raises:
        NotVisible: not everybody in the circle sees the item, or the organisation takes no part in it.
        Invalid: names the field.
    """
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    row = Demand(circle=circle, organisation_id=organisation_id)
    _take_item(actor, row, item_id)
    if not access.common(actor, Place, circle.pk).filter(organisation=organisation_id).exists():
        raise Invalid("organisation_id", _("Choose an organisation that takes part in the chosen circle."))
    row.person_id, row.work, row.percent = _person(actor, row, person_id), _work(work), _needed(percent)
    row.save()
    record("demand.said", row, item=str(item_id), organisation=str(organisation_id), percent=row.percent)
    return row.pk


def _take_item(actor: Actor, row: Demand, item_id: UUID) -> None:
    model = Demand._meta.get_field("item").related_model
    assert isinstance(model, type)
    if not access.common(actor, model, row.circle_id).filter(pk=item_id, withdrawn_at=None).exists():
        raise NotVisible
    row.item_id = item_id


def _needed(percent: int) -> int:
    if not 0 < percent <= PERCENT_MAX:
        raise Invalid("percent", _("Write how many percent of one full-time person it needs, from 1 on."))
    return percent


@action
def edit_demand(*, actor: Actor, demand_id: UUID, version: int | None, percent: int, at: datetime) -> None:
    """Let an item need more or less of them. Raises: Invalid, Stale."""
    row = access.lock(actor, Permission.PLAN_EDIT, Demand, demand_id, version=version)
    if row.withdrawn_at:
        raise NotVisible
    before, row.percent = row.percent, _needed(percent)
    if before == row.percent:
        return nothing_changed()
    row.save(update_fields=["percent"])
    record("demand.edited", row, item=str(row.item_id), changes={"percent": (before, row.percent)})


@action
def withdraw_demand(*, actor: Actor, demand_id: UUID, version: int | None, at: datetime) -> None:
    """Let an item not need them any more. Raises: Stale."""
    row = access.lock(actor, Permission.PLAN_EDIT, Demand, demand_id, version=version)
    if row.withdrawn_at:
        return nothing_changed()
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    record("demand.withdrawn", row, item=str(row.item_id))

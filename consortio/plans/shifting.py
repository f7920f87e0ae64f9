"""Where a file that was read again puts the milestones of a plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from consortio import access
from consortio.access import Actor

from .importing import Prepared
from .models import Item, Kind, Plan, Scheduled
from .recognising import key_of, left_elsewhere, recognise


@dataclass(frozen=True, slots=True)
class Shift:
    """A milestone that lies on another day if the whole file is taken."""

    name: str
    here_on: date | None  # None: it is not in the plan
    file_on: date | None  # None: it is not in the file, or nothing can be computed for it


class _Lies(NamedTuple):
    name: str
    is_milestone: bool
    at: datetime | None


@access.read
def shifts_of(*, actor: Actor, plan_id: UUID, prepared: Prepared) -> tuple[Shift, ...]:
    """
    Return the milestones that the file moves, brings or leaves out, the earliest first; four queries.

    Both dates are computed in the same way, as everybody in the plan's circle sees them. What was made here and never
    came in with a file is no matter of the file's.
    """
    plan = access.get(actor, Plan, plan_id)
    prepared = left_elsewhere(actor, plan, prepared)
    here, there = _here(actor, plan, prepared), _in_file(prepared)
    keys = [key for key in {**here, **there} if any(key in side and side[key].is_milestone for side in (here, there))]
    made = [Shift((here.get(key) or there[key]).name, _day(here.get(key)), _day(there.get(key))) for key in keys]
    return tuple(sorted((one for one in made if one.here_on != one.file_on), key=_order))


def _here(actor: Actor, plan: Plan, prepared: Prepared) -> Mapping[str, _Lies]:
    own = {"plan": plan, "circle": plan.circle_id}
    dates = dict(access.visible(actor, Scheduled).filter(**own).values_list("item_id", "finish_at"))
    rows = access.visible(actor, Item).filter(**own, withdrawn_at=None).order_by("path", "pk")
    columns = ("pk", "external_id", "name", "kind", "stored_finish_at")
    found = list(rows.values_list(*columns, named=True))
    recognise(prepared, {row.pk: key_of(row) for row in found})
    in_file = {row.external_id for row in prepared.items}
    return {
        key_of(row): _Lies(row.name, row.kind == Kind.MILESTONE, dates.get(row.pk) or row.stored_finish_at)
        for row in found
        if row.external_id or key_of(row) in in_file
    }


def _in_file(prepared: Prepared) -> Mapping[str, _Lies]:
    dates = prepared.result.dates
    return {
        row.external_id: _Lies(
            row.name,
            row.kind == Kind.MILESTONE,
            (dates[row.pk].finish_at if row.pk in dates else None) or row.stored_finish_at,
        )
        for row in prepared.items
    }


def _day(lies: _Lies | None) -> date | None:
    return lies.at.date() if lies and lies.at else None


def _order(one: Shift) -> tuple[date, str]:
    return min((day for day in (one.here_on, one.file_on) if day), default=date.max), one.name

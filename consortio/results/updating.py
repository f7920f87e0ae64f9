"""What bringing an activity in again does to the partnership that was made from it: its readings, and nothing else."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access import Actor, Permission
from consortio.goals.imported import imported_goals
from consortio.goals.terms import GoalTerms
from consortio.kpis.holding import Holding, Imported, imported_kpis, readings_in
from consortio.partnerships.reads import PartnershipRow

RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class GoalDifference:
    """A goal that says something else in the file: it stays as it is here."""

    goal_id: UUID
    name: str
    unit: str
    decimals: int
    here: GoalTerms
    target: Decimal
    due_on: date


@dataclass(frozen=True, slots=True)
class Update:
    """
    Attributes:
        new, same, corrected, contested: what becomes of the readings, as in `claim_readings`; the same ones confirm others'.
        settled: readings that stay as the members decided.
        absent: KPIs of the file that are not there any more, or take no such readings.
        uncounted: readings of which a file has more than are compared beforehand.
    """

    partnership: PartnershipRow
    new: int
    same: int
    corrected: int
    contested: int
    settled: int
    absent: int
    uncounted: int
    goals: tuple[GoalDifference, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What partnerships hold that came in with files, by their joint circles: asked once for all of them."""

    kpis: Mapping[UUID, Mapping[str, Imported]]
    held: Mapping[UUID, Sequence[Holding]]
    goals: Mapping[UUID, Mapping[str, tuple[UUID, GoalTerms]]]


@access.read
def known_in(*, actor: Actor, joint_ids: Collection[UUID]) -> Known:
    """Return it of those in which the actor may claim readings; three queries at most."""
    open_to_us = [pk for pk in joint_ids if Permission.PROGRESS_UPDATE in actor.permissions.get(pk, ())]
    kpis = imported_kpis(actor=actor, circle_ids=open_to_us)
    held = readings_in(actor=actor, kpi_ids=[kpi.id for own in kpis.values() for kpi in own.values()])
    goals = imported_goals(actor=actor, circle_ids=open_to_us)
    return Known({pk: kpis.get(pk, {}) for pk in open_to_us}, held, goals)


def update_of(
    activity: Mapping[str, Any], here: PartnershipRow, known: Known, organisation_id: UUID | None
) -> Update | None:
    """Return what an activity, as a summary keeps it, would change; None where its readings cannot go."""
    kpis = known.kpis.get(here.joint_id)
    if kpis is None:
        return None
    held = known.held
    counts: Counter[str] = Counter()
    offered = [one for one in activity["kpis"] if one["is_offered"]]
    for one in offered:
        kpi = fitting(kpis, _key(offered, one), one["frequency"], one["fiscal_start"])
        counts["absent"] += kpi is None
        values = [(date.fromisoformat(day), Decimal(value)) for day, value in one["values"] or ()] if kpi else []
        counts.update(becoming(held.get(kpi.id, ()) if kpi else (), values, organisation_id))
    return Update(
        partnership=here,
        new=counts["new"],
        same=counts["same"] + counts["confirmed"],
        corrected=counts["corrected"],
        contested=counts["contested"],
        settled=counts["settled"],
        absent=counts["absent"],
        uncounted=sum(one["readings"] for one in offered if one["values"] is None),
        goals=tuple(_differing(known.goals.get(here.joint_id, {}), offered)),
    )


def _key(offered: Sequence[Mapping[str, Any]], one: Mapping[str, Any]) -> str:
    """Return what its KPI is called, which two goals may share."""
    first = one if one["shares"] is None else next(each for each in offered if each["at"] == one["shares"])
    return str(first["external_id"])


def fitting(kpis: Mapping[str, Imported], key: str, frequency: str, fiscal_start: int) -> Imported | None:
    """Return the KPI that takes readings of this calendar, if it does."""
    kpi = kpis.get(key)
    if kpi is None or not kpi.takes_readings or (kpi.frequency, kpi.fiscal_start) != (frequency, fiscal_start):
        return None
    return kpi


def becoming(
    held: Iterable[Holding], values: Iterable[tuple[date, Decimal]], organisation_id: UUID | None
) -> Iterable[str]:
    """Yield what becomes of each value that an organisation claims beside the readings that hold."""
    by_day = {one.start_on: one for one in held}
    for day, value in values:
        yield _becoming(by_day.get(day), value, organisation_id)


def _becoming(held: Holding | None, value: Decimal, organisation_id: UUID | None) -> str:
    if held is None:
        return "new"
    if held.state == RESOLVED:
        return "same" if held.low == value else "settled"
    if held.claimant_id == organisation_id:
        return "same" if held.value == value else "corrected"
    return "confirmed" if held.value == value else "contested"


def _differing(
    goals: Mapping[str, tuple[UUID, GoalTerms]], offered: Sequence[Mapping[str, Any]]
) -> Iterable[GoalDifference]:
    for one in offered:
        said, known = one["goal"], goals.get(one["external_id"])
        if said is None or known is None:
            continue
        target, due_on = Decimal(said["target"]), date.fromisoformat(said["due_on"])
        goal_id, terms = known
        if (terms.target, terms.due_on) != (target, due_on):
            yield GoalDifference(goal_id, terms.name, one["unit"], one["decimals"], terms, target, due_on)

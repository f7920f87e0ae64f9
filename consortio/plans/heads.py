"""What every page of a plan says of it: its circle, its dates there and in our house, who takes part."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Circle, Kind
from consortio.interchange.wording import Wording
from consortio.partnerships.reads import Member, partnership
from consortio.ui.said import said

from .engine import REFUSALS
from .entering import rest_days_of
from .models import Baseline, Plan, Schedule


@dataclass(frozen=True, slots=True)
class CircleRef:
    id: UUID
    kind: str
    title: str
    mark: str  # worn by numbers that count there


@dataclass(frozen=True, slots=True)
class Outdated:
    """Since when a circle's dates do not follow from its rows, and the job that computes them, while there is one."""

    circle_id: UUID
    since: datetime
    job_id: UUID | None
    can_compute: bool  # whoever may edit the plan there


@dataclass(frozen=True, slots=True)
class House:
    """What our own house computes, where it has items or links of its own or sees narrower ones."""

    circle: CircleRef
    start_at: datetime | None
    finish_at: datetime | None
    refusal: str
    outdated: Outdated | None


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """Items by kind; then those that are no summaries: finished, late and critical ones."""

    phases: int
    tasks: int
    milestones: int
    deliverables: int
    done: int
    late: int
    critical: int


@dataclass(frozen=True, slots=True)
class BaselineRef:
    id: UUID
    number: int
    name: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class PlanHead:
    id: UUID
    number: str
    name: str
    circle: CircleRef
    partnership_id: UUID
    version: int
    mode: str
    zone: str
    day_minutes: int
    source: str
    data_at: datetime | None
    start_at: datetime | None  # from here on: of everybody in the plan's circle
    finish_at: datetime | None
    computed_at: datetime
    items: int
    counts: PlanCounts
    refusal: str  # why nothing could be computed; empty where all is well
    house: House | None
    members: tuple[Member, ...]  # of the partnership, by name
    member_ids: Mapping[UUID, Member]  # the same by organisation
    can_edit: bool
    circles: Mapping[UUID, CircleRef]  # those with items of this plan, as far as the actor sees them
    outdated: Outdated | None  # the joint dates are
    rest_days: tuple[int, ...]  # of the week of the plan's calendar, Monday is 0

    @property
    def critical_items(self) -> int:
        return self.counts.critical


def head_of(actor: Actor, plan_id: UUID) -> tuple[Plan, PlanHead]:
    """
    Return a plan and what is said of it; two queries, because every plan has its circle's schedule.

    Raises:
        NotVisible: there is no such plan for this actor.
    """
    schedules = _SCHEDULES.ask(actor, plan_id)
    own = next((row for row in schedules if row.circle_id == row.plan.circle_id), None)
    if own is None or own.plan.withdrawn_at:
        raise access.NotVisible
    plan, circle = own.plan, own.plan.circle
    members = partnership(actor=actor, partnership_id=circle.partnership_id).members
    return plan, PlanHead(
        id=plan.pk,
        number=f"{circle.mark}P-{plan.number}",
        name=plan.name,
        circle=circle_ref(circle),
        partnership_id=circle.partnership_id,
        version=plan.version,
        mode=plan.mode,
        zone=plan.zone,
        day_minutes=plan.day_minutes,
        source=plan.source,
        data_at=plan.data_at,
        start_at=own.start_at,
        finish_at=own.finish_at,
        computed_at=own.computed_at,
        items=own.items,
        counts=_counts(own),
        refusal=refusal_of(own),
        house=_house(actor, schedules, own),
        members=members,
        member_ids={member.organisation_id: member for member in members},
        can_edit=Permission.PLAN_EDIT in actor.permissions.get(circle.pk, ()),
        circles={row.circle_id: circle_ref(row.circle) for row in schedules},
        outdated=_outdated(actor, own),
        rest_days=rest_days_of(own.week),
    )


def _schedules(actor: Actor, plan_id: UUID) -> QuerySet:
    rows = access.visible(actor, Schedule).filter(plan=plan_id)
    rows = rows.annotate(week=F("plan__calendar__week"))
    return rows.select_related("plan__circle__organisation", "circle__organisation", "job")


_SCHEDULES = access.Question(_schedules, Actor, UUID)


def _counts(schedule: Schedule) -> PlanCounts:
    names = ("phase", "task", "milestone", "deliverable", "done", "late", "critical")
    return PlanCounts(*(schedule.counts.get(name, 0) for name in names))


def circle_ref(circle: Circle) -> CircleRef:
    return CircleRef(circle.pk, circle.kind, circle.name or _owner(circle), circle.mark)


def _owner(circle: Circle) -> str:
    return circle.organisation.name if circle.organisation else ""


def refusal_of(schedule: Schedule) -> str:
    found = next((one for one in schedule.findings if one["code"] in REFUSALS), None)
    return said(Wording.from_json(found.get("wording", found["message"]))) if found else ""


def _outdated(actor: Actor, schedule: Schedule) -> Outdated | None:
    if schedule.outdated_at is None:
        return None
    job, pk = schedule.job, schedule.circle_id
    is_under_way = job is not None and job.ended_at is None
    can_compute = Permission.PLAN_EDIT in actor.permissions.get(pk, ())
    return Outdated(pk, schedule.outdated_at, job.pk if job and is_under_way else None, can_compute)


def _house(actor: Actor, schedules: list[Schedule], own: Schedule) -> House | None:
    for row in schedules:
        is_ours = row.circle.kind == Kind.HOUSE and row.circle.organisation_id == actor.organisation_id
        if is_ours and row is not own:
            return House(circle_ref(row.circle), row.start_at, row.finish_at, refusal_of(row), _outdated(actor, row))
    return None


def baselines_of(actor: Actor, plan: Plan) -> tuple[BaselineRef, ...]:
    """Return the plan's baselines, the newest number first; one query."""
    return tuple(baseline_ref(row) for row in _BASELINES.ask(actor, plan.pk, plan.circle_id))


def _baselines(actor: Actor, plan_id: UUID, circle_id: UUID) -> QuerySet:
    return access.visible(actor, Baseline).filter(plan=plan_id, circle=circle_id).order_by("-number", "pk")


_BASELINES = access.Question(_baselines, Actor, UUID, UUID)


def baseline_ref(row: Baseline) -> BaselineRef:
    return BaselineRef(row.pk, row.number, row.name, row.taken_at)

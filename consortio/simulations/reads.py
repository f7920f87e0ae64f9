"""Simulations as pages show them, estimates as they are entered, and what a simulation is computed from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet

from consortio import access
from consortio.access import Actor, NotVisible, Permission
from consortio.access.models import Circle
from consortio.access.models import Kind as CircleKind
from consortio.circles.reads import audience_of
from consortio.plans.aimed import AimedItem, items_aimed_at
from consortio.plans.choosing import circles_within
from consortio.plans.heads import PlanHead, head_of
from consortio.plans.loading import load
from consortio.plans.models import Item, Kind, OwnSide
from consortio.plans.rows import Row, beside, row_of, values_of
from consortio.risks.reads import open_risks, risks_named
from consortio.ui.marks import Audience

from .engine import Inputs, Three, inputs_of
from .models import Estimate, Simulation
from .outcomes import Outcome, outcome_in
from .rules import ROWS_MAX

EARLIER_MAX = 12


@dataclass(frozen=True, slots=True)
class Asked:
    inputs: Inputs
    data_at: datetime | None
    agreed: Mapping[UUID, datetime]


@access.read
def asked_for(*, actor: Actor, plan_id: UUID, circle_id: UUID) -> Asked:
    """
    Return what a simulation of a plan is computed from: what everybody in the circle sees, and nothing else.

    In a house its own estimates of items come before the joint ones.

    Raises:
        NotVisible: also of a circle in which not everybody sees the plan.
        CannotCompute: the plan has no dates there.
    """
    plan, head = head_of(actor, plan_id)
    if circle_id not in circles_within(actor=actor, circle_id=head.circle.id):
        raise NotVisible
    rows = load(plan, lambda model: access.common(actor, model, circle_id))
    risks = open_risks(actor=actor, plan_id=plan_id, circle_id=circle_id)
    return Asked(inputs_of(rows, estimates_in(actor, plan_id, circle_id), risks), plan.data_at, rows.agreed)


def estimates_in(actor: Actor, plan_id: UUID, circle_id: UUID) -> dict[UUID, Three]:
    """Return how long items may take, as everybody in a circle sees it; two queries."""
    columns = ("item_id", "low_minutes", "likely_minutes", "high_minutes")
    found: dict[UUID, Three] = {}
    for model, own in ((Estimate, Q(circle=F("item__circle"))), (OwnSide, Q(circle=circle_id))):
        rows = access.common(actor, model, circle_id).filter(own, item__plan=plan_id, item__withdrawn_at=None)
        rows = rows.exclude(Q(low_minutes=None) | Q(likely_minutes=None) | Q(high_minutes=None))
        found |= {pk: (low, likely, high) for pk, low, likely, high in rows.values_list(*columns)}
    return found


@dataclass(frozen=True, slots=True)
class SimulationRow:
    id: UUID
    circle_id: UUID
    computed_at: datetime
    person: str
    data_at: datetime | None
    trials: int
    seed: int
    engine: str
    fingerprint: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class View:
    """From whose rows one may simulate: everybody's beside the plan, or one's own house's."""

    circle_id: UUID
    audience: Audience
    is_house: bool
    may_ask: bool


@dataclass(frozen=True, slots=True)
class SimulationPage:
    head: PlanHead
    view: View
    views: tuple[View, ...]
    row: SimulationRow | None
    earlier: tuple[SimulationRow, ...]  # of the same circle, the newest first, the one that is shown among them
    items: Mapping[UUID, AimedItem]  # those that it tells of, as far as they are there
    risks: Mapping[UUID, tuple[str, str]]  # number and name
    is_current: bool  # nothing that it was computed from has changed since


@access.read
def plan_simulation(*, actor: Actor, plan_id: UUID, in_house: bool = False) -> SimulationPage:
    """Return the newest simulation of a plan in its own circle, or in our house; there may be none. Raises: NotVisible."""
    _plan, head = head_of(actor, plan_id)
    views = _views(actor, head)
    view = next((one for one in views if one.is_house), None) if in_house else views[0]
    if view is None:
        raise NotVisible
    rows = _of(actor, plan_id, view.circle_id)
    return _page(actor, head, views, view, rows[0] if rows else None, rows)


@access.read
def simulation_page(*, actor: Actor, simulation_id: UUID) -> SimulationPage:
    """Return one simulation. Raises: NotVisible."""
    row = access.get(actor, Simulation, simulation_id, "person")
    _plan, head = head_of(actor, row.plan_id)
    views = _views(actor, head)
    view = next((one for one in views if one.circle_id == row.circle_id), None) or _view(actor, head, row.circle_id)
    return _page(actor, head, views, view, _row(row), _of(actor, row.plan_id, row.circle_id))


@access.read
def simulations_of(
    *, actor: Actor, plan_id: UUID, before: int = 0, limit: int = EARLIER_MAX
) -> tuple[Sequence[SimulationRow], int]:
    """Return the simulations of a plan that the actor sees, the newest first, and how many there are. Raises: NotVisible."""
    head_of(actor, plan_id)
    rows = access.visible(actor, Simulation).filter(plan=plan_id).order_by("-computed_at", "-pk")
    return [_row(row) for row in rows.select_related("person")[before : before + limit]], rows.count()


@access.read
def newest_in(*, actor: Actor, plan_ids: Collection[UUID]) -> Mapping[UUID, Outcome]:
    """Return the newest simulation's outcome of each plan, of what everybody beside the plan sees; one query."""
    return {row.plan_id: outcome_in(row.outcome, row.computed_at) for row in _NEWEST.ask(actor, sorted(plan_ids))}


def _newest(actor: Actor, plan_ids: Collection[UUID]) -> QuerySet:
    rows = access.visible(actor, Simulation).filter(plan__in=plan_ids, circle=F("plan__circle"))
    newer = access.visible(actor, Simulation).filter(plan=OuterRef("plan"), circle=OuterRef("circle"))
    return rows.filter(pk=newer.order_by("-computed_at", "-pk").values("pk")[:1])


_NEWEST = access.Question(_newest, Actor, [UUID])


def _of(actor: Actor, plan_id: UUID, circle_id: UUID) -> tuple[SimulationRow, ...]:
    rows = access.visible(actor, Simulation).filter(plan=plan_id, circle=circle_id).order_by("-computed_at", "-pk")
    return tuple(_row(row) for row in rows.select_related("person")[:EARLIER_MAX])


def _row(row: Simulation) -> SimulationRow:
    return SimulationRow(
        id=row.pk,
        circle_id=row.circle_id,
        computed_at=row.computed_at,
        person=row.person.name,
        data_at=row.data_at,
        trials=row.trials,
        seed=row.seed,
        engine=row.engine,
        fingerprint=row.fingerprint,
        outcome=outcome_in(row.outcome, row.computed_at),
    )


def _views(actor: Actor, head: PlanHead) -> tuple[View, ...]:
    """Return the plan's own circle and our house in its partnership, as far as that lies within."""
    houses = access.visible(actor, Circle).filter(
        kind=CircleKind.HOUSE, organisation=actor.organisation_id, partnership=head.partnership_id
    )
    within = circles_within(actor=actor, circle_id=head.circle.id)
    own = [pk for pk in houses.values_list("pk", flat=True) if pk in within and pk != head.circle.id]
    return (_view(actor, head, head.circle.id), *(_view(actor, head, pk, is_house=True) for pk in own))


def _view(actor: Actor, head: PlanHead, circle_id: UUID, *, is_house: bool = False) -> View:
    kind = CircleKind.HOUSE if is_house else head.circle.kind if circle_id == head.circle.id else CircleKind.SIDE
    return View(
        circle_id=circle_id,
        audience=audience_of(actor=actor, circle_id=circle_id, kind=kind, members=head.members),
        is_house=is_house,
        may_ask=Permission.PROGRESS_UPDATE in actor.permissions.get(circle_id, ()),
    )


def _page(
    actor: Actor,
    head: PlanHead,
    views: tuple[View, ...],
    view: View,
    row: SimulationRow | None,
    earlier: tuple[SimulationRow, ...],
) -> SimulationPage:
    outcome = row.outcome if row else None
    return SimulationPage(
        head=head,
        view=view,
        views=views,
        row=row,
        earlier=earlier,
        items=items_aimed_at(actor=actor, item_ids=outcome.item_ids) if outcome else {},
        risks=risks_named(actor=actor, risk_ids=outcome.risk_ids) if outcome and outcome.risk_ids else {},
        is_current=row is not None and _is_current(head, view, row),
    )


def _is_current(head: PlanHead, view: View, row: SimulationRow) -> bool:
    """Tell whether the plan's dates are those of the simulation; computed later they may be the same."""
    finish = head.house.finish_at if view.is_house and head.house else head.finish_at
    return finish is None or row.outcome.planned is None or finish == row.outcome.planned


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """An item with how long it may take; `version` is none where nothing has been said."""

    row: Row
    version: int | None
    low: int | None
    likely: int | None
    high: int | None
    house: Three | None  # what our house thinks by itself


@dataclass(frozen=True, slots=True)
class EstimatesPage:
    head: PlanHead
    rows: tuple[EstimateRow, ...]  # in the order of the plan
    total: int
    before: int
    whose: str  # mine, ours, all
    audience: Audience


@access.read
def estimates_page(*, actor: Actor, plan_id: UUID, whose: str = "all", before: int = 0) -> EstimatesPage:
    """Return the items of a plan that are not done, whose work the actor may change, with their estimates."""
    _plan, head = head_of(actor, plan_id)
    rows = access.visible(actor, Item).filter(plan=plan_id, withdrawn_at=None, is_active=True, actual_finish_at=None)
    rows = rows.filter(is_summary=False).exclude(kind__in=[Kind.MILESTONE, Kind.PHASE]).filter(_editable(actor, whose))
    ordered = rows.order_by("path", "pk")
    items = list(values_of(ordered, partial(access.visible, actor))[before : before + ROWS_MAX])
    more = beside(actor, head, items, None)
    said = {row.item_id: row for row in _estimates(actor, [item.pk for item in items])}
    ours = _ours(actor, [item.pk for item in items])
    made = [_estimate(row_of(actor, head, one, more, holds=False), said.get(one.pk), ours.get(one.pk)) for one in items]
    total = len(items) if before == 0 and len(items) < ROWS_MAX else rows.count()
    audience = audience_of(actor=actor, circle_id=head.circle.id, kind=head.circle.kind, members=head.members)
    return EstimatesPage(head, tuple(made), total, before, whose, audience)


@access.read
def estimates_of(*, actor: Actor, plan_id: UUID, before: int = 0, limit: int = ROWS_MAX) -> tuple[list[Estimate], int]:
    """Return what has been said of a plan's items that the actor sees, in the order of the plan. Raises: NotVisible."""
    head_of(actor, plan_id)
    rows = access.visible(actor, Estimate).filter(
        item__plan=plan_id, item__withdrawn_at=None, likely_minutes__isnull=False
    )
    return list(rows.order_by("item__path", "pk")[before : before + limit]), rows.count()


def _editable(actor: Actor, whose: str) -> Q:
    editable = [pk for pk, granted in actor.permissions.items() if Permission.PLAN_EDIT in granted]
    progress = [pk for pk, granted in actor.permissions.items() if Permission.PROGRESS_UPDATE in granted]
    narrowed = {"mine": Q(person=actor.person_id), "ours": Q(organisation=actor.organisation_id)}.get(whose, Q())
    return (Q(circle__in=editable) | Q(circle__in=progress, person=actor.person_id)) & narrowed


def _estimates(actor: Actor, item_ids: Sequence[UUID]) -> QuerySet:
    return access.visible(actor, Estimate).filter(item__in=item_ids, circle=F("item__circle"))


def _ours(actor: Actor, item_ids: Sequence[UUID]) -> dict[UUID, Three]:
    rows = access.visible(actor, OwnSide).filter(item__in=item_ids, likely_minutes__isnull=False)
    rows = rows.filter(circle__organisation=actor.organisation_id)
    columns = ("item_id", "low_minutes", "likely_minutes", "high_minutes")
    return {
        pk: (low, likely, high)
        for pk, low, likely, high in rows.values_list(*columns)
        if low is not None and high is not None
    }


def _estimate(row: Row, said: Estimate | None, ours: Three | None) -> EstimateRow:
    if said is None:
        return EstimateRow(row, None, None, None, None, ours)
    return EstimateRow(row, said.version, said.low_minutes, said.likely_minutes, said.high_minutes, ours)

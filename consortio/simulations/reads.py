"""Simulations as pages show them, and what a simulation is computed from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from consortio import access
from consortio.access import Actor, NotVisible, Permission
from consortio.access.models import Circle
from consortio.access.models import Kind as CircleKind
from consortio.circles.reads import audience_of
from consortio.plans.aimed import AimedItem, items_aimed_at
from consortio.plans.choosing import circles_within
from consortio.plans.estimates import estimates_in
from consortio.plans.heads import PlanHead, head_of
from consortio.plans.loading import load
from consortio.risks.reads import open_risks, risks_named
from consortio.ui.marks import Audience

from .basis import Basis, Changes, bases_in, changes_since
from .engine import Inputs, inputs_of
from .models import Simulation
from .outcomes import Outcome, outcome_in

EARLIER_MAX = 12


@dataclass(frozen=True, slots=True)
class Asked:
    inputs: Inputs
    basis: Basis
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
    return Asked(
        inputs_of(rows, estimates_in(actor=actor, plan_id=plan_id, circle_id=circle_id), risks),
        bases_in(actor, plan_id, [circle_id])[circle_id],
        plan.data_at,
        rows.agreed,
    )


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
    changed: Changes  # since

    @property
    def is_current(self) -> bool:
        """Tell whether everything that it was computed from is as it was."""
        return not self.changed


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


@access.read
def plan_simulation(*, actor: Actor, plan_id: UUID, in_house: bool = False) -> SimulationPage:
    """Return the newest simulation of a plan in its own circle, or in our house; there may be none. Raises: NotVisible."""
    _plan, head = head_of(actor, plan_id)
    views = _views(actor, head)
    view = next((one for one in views if one.is_house), None) if in_house else views[0]
    if view is None:
        raise NotVisible
    rows = _rows(actor, plan_id, _of(actor, plan_id, view.circle_id))
    return _page(actor, head, views, view, rows[0] if rows else None, rows)


@access.read
def simulation_page(*, actor: Actor, simulation_id: UUID) -> SimulationPage:
    """Return one simulation. Raises: NotVisible."""
    row = access.get(actor, Simulation, simulation_id, "person")
    _plan, head = head_of(actor, row.plan_id)
    views = _views(actor, head)
    view = next((one for one in views if one.circle_id == row.circle_id), None) or _view(actor, head, row.circle_id)
    shown, *earlier = _rows(actor, row.plan_id, [row, *_of(actor, row.plan_id, row.circle_id)])
    return _page(actor, head, views, view, shown, tuple(earlier))


@access.read
def simulations_of(
    *, actor: Actor, plan_id: UUID, before: int = 0, limit: int = EARLIER_MAX
) -> tuple[Sequence[SimulationRow], int]:
    """Return the simulations of a plan that the actor sees, the newest first, and how many there are. Raises: NotVisible."""
    head_of(actor, plan_id)
    rows = access.visible(actor, Simulation).filter(plan=plan_id).order_by("-computed_at", "-pk")
    return _rows(actor, plan_id, rows.select_related("person")[before : before + limit]), rows.count()


def _of(actor: Actor, plan_id: UUID, circle_id: UUID) -> QuerySet:
    rows = access.visible(actor, Simulation).filter(plan=plan_id, circle=circle_id).order_by("-computed_at", "-pk")
    return rows.select_related("person")[:EARLIER_MAX]


def _rows(actor: Actor, plan_id: UUID, found: Iterable[Simulation]) -> tuple[SimulationRow, ...]:
    rows = list(found)
    now = bases_in(actor, plan_id, {row.circle_id for row in rows})
    return tuple(_row(row, changes_since(row.basis, now[row.circle_id])) for row in rows)


def _row(row: Simulation, changed: Changes) -> SimulationRow:
    return SimulationRow(
        id=row.pk,
        circle_id=row.circle_id,
        computed_at=row.computed_at,
        person=row.person.name,
        data_at=datetime.fromisoformat(row.data_at) if row.data_at else None,
        trials=row.trials,
        seed=row.seed,
        engine=row.engine,
        fingerprint=row.fingerprint,
        outcome=outcome_in(row.outcome, row.computed_at),
        changed=changed,
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
    )

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Query, Router, Schema, Status
from pydantic import Field

from consortio.bodies import Body
from consortio.jobs.api import JobOut
from consortio.jobs.reads import job_page
from consortio.paging import Page, Paging, counted, start_of
from consortio.plans.choosing import plan_head

from . import actions, reads
from .rules import SEED_MAX

router = Router(tags=["Simulation"])
of_plans = Router(tags=["Simulation"])


class ChanceOut(Schema):
    """A share of the trials, and the interval in which it lies with 95 % if more were run."""

    share: float
    low: float
    high: float


class MilestoneOut(Schema):
    """Instants of the plan's wall clock: finished by then in 10, 50, 80 and 90 of a hundred trials."""

    item_id: UUID
    planned: datetime | None
    p10: datetime
    p50: datetime
    p80: datetime
    p90: datetime
    agreed: datetime | None
    chance: ChanceOut | None


class EffectOut(Schema):
    """What a risk costs: working minutes by which 50 and 80 of a hundred trials would end earlier without it."""

    risk_id: UUID
    happened: float
    p50: int
    p80: int


class DrivingOut(Schema):
    item_id: UUID
    criticality: float
    sensitivity: float


class LevelOut(Schema):
    """Finished by then in so many of a hundred trials; `low` and `high` are the 95 % interval of that instant."""

    level: int
    finish: datetime
    low: datetime
    high: datetime


class ChangedSinceOut(Schema):
    """How often an estimate was said anew, how many risks are otherwise; and whether the plan, or what our house thinks, is."""

    plan: bool
    estimates: int
    own_estimates: bool
    risks: int


class SimulationOut(Schema):
    """`is_current`: everything that it was computed from is as it was; else `changed` says what is not."""

    id: UUID
    circle_id: UUID
    computed_at: datetime
    data_at: datetime | None
    method: str
    trials: int
    seed: int
    engine: str
    fingerprint: str
    is_current: bool
    changed: ChangedSinceOut
    planned: datetime | None
    planned_chance: ChanceOut
    agreed: datetime | None
    agreed_chance: ChanceOut | None
    levels: list[LevelOut]
    milestones: list[MilestoneOut]
    effects: list[EffectOut]
    items: list[DrivingOut]
    open: int
    estimated: int


class SimulationIn(Body):
    """From what everybody in the circle sees: the plan's own, or one within it."""

    circle_id: UUID
    trials: Literal[1000, 2000, 5000, 20000] | None = None
    seed: Annotated[int, Field(ge=0, le=SEED_MAX)] = 0


def _out(row: reads.SimulationRow) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in SimulationOut.model_fields if hasattr(row, name)}
    told = {name: getattr(row.outcome, name) for name in SimulationOut.model_fields if hasattr(row.outcome, name)}
    levels = [
        {"level": level, "finish": at, "low": row.outcome.interval[level][0], "high": row.outcome.interval[level][1]}
        for level, at in row.outcome.finish.items()
    ]
    return told | said | {"levels": levels}


@of_plans.get(
    "/{uuid:plan_id}/simulations", response=Page[SimulationOut], summary="Simulations of a plan, the newest first"
)
def simulations(request: HttpRequest, plan_id: UUID, paging: Query[Paging]) -> Any:
    start = start_of(request, paging)
    rows, total = reads.simulations_of(actor=request.actor, plan_id=plan_id, before=start, limit=paging.limit)
    return {"rows": [_out(row) for row in rows], "next": counted(request, start, len(rows), total)}


@of_plans.post(
    "/{uuid:plan_id}/simulations", response={202: JobOut}, summary="Simulate a plan; the job says when it is done"
)
def simulating(request: HttpRequest, plan_id: UUID, body: SimulationIn) -> Any:
    plan_head(actor=request.actor, plan_id=plan_id)  # what is not there comes before what is not permitted
    job_id = actions.ask_for_simulation(actor=request.actor, plan_id=plan_id, at=now(), **body.dict())
    return Status(202, job_page(actor=request.actor, job_id=job_id))


@router.get("/{uuid:simulation_id}", response=SimulationOut, summary="One simulation")
def simulation(request: HttpRequest, simulation_id: UUID) -> Any:
    row = reads.simulation_page(actor=request.actor, simulation_id=simulation_id).row
    assert row is not None  # it was found
    return _out(row)

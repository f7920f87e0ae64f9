"""The pages one comes in by: everything I take part in, and one partnership at a glance."""

from dataclasses import dataclass
from uuid import UUID

from consortio import access
from consortio.access import Actor, Permission
from consortio.circles.reads import CircleRow, circles_in
from consortio.partnerships.reads import PartnershipRow, partnership, partnerships_of
from consortio.plans.reads import PlanRow, plans_of


@dataclass(frozen=True, slots=True)
class HomePage:
    house: PartnershipRow | None
    partnerships: tuple[PartnershipRow, ...]
    may_found: bool


@dataclass(frozen=True, slots=True)
class PartnershipPage:
    partnership: PartnershipRow
    circles: tuple[CircleRow, ...]
    plans: tuple[PlanRow, ...]
    may_import: bool


@access.read
def home_page(*, actor: Actor) -> HomePage:
    mine = partnerships_of(actor=actor)
    house = next((row for row in mine if row.is_house), None)
    may_found = house is not None and Permission.PARTNERSHIP_FOUND in actor.permissions.get(house.joint_id, ())
    return HomePage(house, tuple(row for row in mine if not row.is_house), may_found)


@access.read
def partnership_page(*, actor: Actor, partnership_id: UUID) -> PartnershipPage:
    row = partnership(actor=actor, partnership_id=partnership_id)
    circles = circles_in(actor=actor, partnership_id=partnership_id)
    may_import = any(Permission.PLAN_EDIT in circle.granted for circle in circles)
    return PartnershipPage(row, circles, plans_of(actor=actor, partnership_id=partnership_id), may_import)

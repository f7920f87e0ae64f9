"""Goals in outline: what a list wants to know of all of them before it shows some; one query."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from consortio import access
from consortio.access import Actor
from consortio.approvals.reads import open_on
from consortio.partnerships.reads import PartnershipRow

from .agreeing import GOAL, GOAL_END
from .models import Goal, GoalState

_COLUMNS = ("pk", "circle_id", "state", "organisation_id", "parent_id", "name", "due_on", "number")


class Outline(NamedTuple):
    """A goal without its figures. `state` is as pages say it: a draft that waits for answers is proposed."""

    id: UUID
    circle_id: UUID
    state: str
    organisation_id: UUID | None
    parent_id: UUID | None
    name: str
    due_on: date
    serial: int


def outlines(actor: Actor, here: PartnershipRow, at: datetime) -> list[Outline]:
    """Return the goals of a partnership that the actor sees, as they are due."""
    return [_outline(row) for row in _OUTLINES.ask(actor, here.id, at)]


def _outlines(actor: Actor, partnership_id: UUID, at: datetime) -> QuerySet:
    rows = access.visible(actor, Goal).filter(circle__partnership=partnership_id, withdrawn_at=None)
    is_asked = Exists(open_on(actor, (GOAL, GOAL_END), at).filter(subject_id=OuterRef("pk")))
    return rows.order_by("due_on", "circle", "number").values_list(*_COLUMNS, is_asked)


_OUTLINES = access.Question(_outlines, Actor, UUID, datetime)


def _outline(row: tuple) -> Outline:
    *columns, is_asked = row
    found = Outline(*columns)
    return found._replace(state=GoalState.PROPOSED.value) if is_asked and found.state == GoalState.DRAFT else found

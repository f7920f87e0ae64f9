"""What commitments ask of somebody: to accept, to answer a date, to confirm, to deliver."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Count, OuterRef, Q, QuerySet

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.beside_seats import circles_beside
from consortio.partnerships.reads import PartnershipRow, partnerships_of

from .models import Commitment
from .models import CommitmentState as State
from .reads import CommitmentRow, rows_of, with_people
from .rules import RUNNING, SOON_DAYS, day_of

What = Literal["answer", "date", "confirmation", "delivery"]
WAITING_MAX = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A commitment at which the actor can do something now; `since` it waits."""

    row: CommitmentRow
    what: What
    since: datetime


@access.read
def waiting_for(*, actor: Actor, at: datetime) -> tuple[Waiting, ...]:
    """Return what waits for the organisation acted for and that the actor may do something about; the oldest first."""
    here = {row.id: row for row in partnerships_of(actor=actor) if not row.is_house}
    if not here or actor.organisation_id is None:
        return ()
    found = with_people(actor, access.visible(actor, Commitment).filter(_mine(actor, at)))
    rows = list(found.order_by("offered_at", "pk")[:WAITING_MAX])
    return tuple(_waiting(actor, row, here[row.circle.partnership_id], at) for row in rows)


def _mine(actor: Actor, at: datetime) -> Q:
    own = actor.organisation_id
    circles = [pk for pk, granted in actor.permissions.items() if Permission.PLAN_EDIT in granted]
    may_report = [pk for pk, granted in actor.permissions.items() if Permission.PROGRESS_UPDATE in granted]
    due = Q(
        promiser=own, state__in=list(RUNNING), asked_due_on=None, due_on__lte=day_of(at) + timedelta(days=SOON_DAYS)
    )
    named = Q(promiser_person=actor.person_id, circle__in=may_report)
    return Q(circle__in=circles) & asked_of(own) | due & (Q(circle__in=circles) | named)


def asked_of(organisation: object) -> Q:
    """Return the condition of what waits for an organisation's answer: an offer, another date, a delivery."""
    offered = (
        Q(state=State.OFFERED) & (Q(promiser=organisation) | Q(receiver=organisation)) & ~Q(offered_by=organisation)
    )
    dated = Q(state__in=list(RUNNING), asked_due_on__isnull=False)
    return offered | Q(receiver=organisation) & (dated | Q(state=State.DELIVERED))


def held_beside() -> QuerySet:
    """Return the open commitments of the organisation of a seat, to stand beside rows of open seats as `asked_beside`."""
    circles = circles_beside()
    ours = Q(promiser=OuterRef("organisation")) | Q(receiver=OuterRef("organisation"))
    rows = Commitment.objects.filter(ours, state__in=[State.OFFERED, *RUNNING, State.DELIVERED], circle__in=circles)
    return rows.filter(circle__partnership=OuterRef("circle__partnership"))


def _waiting(actor: Actor, row: Commitment, here: PartnershipRow, at: datetime) -> Waiting:
    (shown,) = rows_of([row], here, {}, at)
    if row.state == State.OFFERED:
        return Waiting(shown, "answer", row.offered_at)
    if row.state == State.DELIVERED and row.delivered_at:
        return Waiting(shown, "confirmation", row.delivered_at)
    since = row.accepted_at or row.offered_at
    return Waiting(shown, "delivery" if row.promiser_id == actor.organisation_id else "date", since)


def asked_beside() -> QuerySet:
    """
    Return how many answers are asked of the organisation of a seat in a joint circle, in its partnership: to stand
    beside rows of open seats, with the gate open. Those of circles where the person does not sit are left out.
    """
    circles = circles_beside()
    rows = Commitment.objects.filter(asked_of(OuterRef("organisation")), circle__in=circles)
    rows = rows.filter(circle__partnership=OuterRef("circle__partnership")).order_by()
    return rows.values("circle__partnership").annotate(n=Count("pk")).values("n")

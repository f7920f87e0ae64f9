"""Who must know of a decision, and who has read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from consortio import access
from consortio.access import Actor
from consortio.access.beside_seats import circles_beside
from consortio.access.models import Seat
from consortio.partnerships.reads import Member, PartnershipRow
from consortio.ui.marks import Face

from .models import Decision, DecisionState, MustKnow


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """
    Somebody who must know; `read_at` is empty until they said that they have read it.

    Attributes:
        may_take_off: the actor may ask them no more.
    """

    id: UUID
    person_id: UUID
    name: str
    organisation_id: UUID
    member: Member | None
    read_at: datetime | None
    is_former: bool
    is_you: bool
    taken_off_at: datetime | None
    may_take_off: bool

    @property
    def face(self) -> Face:
        return Face(self.name, self.member.mark.hue if self.member else "", self.member.name if self.member else "")


def readers_of_decision(
    actor: Actor, decision_id: UUID, here: PartnershipRow, *, may_name: bool, is_author: bool
) -> tuple[ReaderRow, ...]:
    """
    Return who must know of a decision, and who had read it before they were taken off, by organisation, then by name;
    one query.
    """
    own = {name: OuterRef(f"{name}_id") for name in ("circle", "person", "organisation")}
    sitting = access.visible(actor, Seat).filter(**own, ended_at=None)
    rows = access.visible(actor, MustKnow).filter(decision=decision_id).annotate(sits=Exists(sitting))
    rows = rows.exclude(taken_off_at__isnull=False, read_at=None)
    columns = ("pk", "person_id", "person__name", "organisation_id", "read_at", "taken_off_at", "sits")
    members: Mapping[UUID, Member] = here.member_ids
    made = [
        ReaderRow(
            id=pk,
            person_id=person_id,
            name=name,
            organisation_id=organisation_id,
            member=members.get(organisation_id),
            read_at=read_at,
            is_former=not sits,
            is_you=(person_id, organisation_id) == (actor.person_id, actor.organisation_id),
            taken_off_at=taken_off_at,
            may_take_off=may_name and taken_off_at is None and (is_author or organisation_id == actor.organisation_id),
        )
        for pk, person_id, name, organisation_id, read_at, taken_off_at, sits in rows.values_list(*columns)
    ]
    return tuple(sorted(made, key=_by_name))


def _by_name(row: ReaderRow) -> tuple[str, str, UUID]:
    return row.member.name.casefold() if row.member else "", row.name.casefold(), row.person_id


def unread_by(actor: Actor) -> QuerySet:
    """Return the rows that ask the actor to read a decision and that they have not answered."""
    own = access.visible(actor, MustKnow).filter(person=actor.person_id, organisation=actor.organisation_id)
    return own.filter(read_at=None, taken_off_at=None)


def asked_beside() -> QuerySet:
    """
    Return how many decisions wait to be read, in a partnership, for whoever has a seat in its joint circle, under that
    hat: to stand beside rows of open seats, with the gate open. Those of circles where they do not sit are left out.
    """
    circles = circles_beside()
    whom: dict[str, Any] = {"person": OuterRef("person"), "organisation": OuterRef("organisation")}
    whom |= {"read_at": None, "taken_off_at": None}
    rows = MustKnow.objects.filter(**whom, circle__partnership=OuterRef("circle__partnership"), circle__in=circles)
    rows = rows.filter(decision__state=DecisionState.AGREED).order_by()
    return rows.values("circle__partnership").annotate(n=Count("pk")).values("n")


def reviews_beside() -> QuerySet:
    """Return decisions that somebody may have to review, beside the same rows: those of the organisation with a day for it."""
    circles = circles_beside()
    rows = Decision.objects.filter(state=DecisionState.AGREED, organisation=OuterRef("organisation"))
    return rows.exclude(review_on=None).filter(circle__partnership=OuterRef("circle__partnership"), circle__in=circles)

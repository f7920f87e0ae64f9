"""
How many answers somebody is asked for under each of their hats: what stands beside the places of every page, and on home.
Proposals and promises of their organisation that they may answer, forecasts that they may give, items that they are asked
to answer for, and decisions that they must know of and have not read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, QuerySet, Subquery

from consortio import access
from consortio.access import Permission
from consortio.accounts.reads import HAT_COLUMNS, Hats, hat_seats, hats_from
from consortio.approvals import reads as approvals
from consortio.commitments import waiting as promises_waiting
from consortio.decisions import knowing
from consortio.forecasts import waiting as forecasts_waiting
from consortio.goals import due as goals_due
from consortio.kpis import waiting as readings_waiting
from consortio.partnerships.reads import active_beside
from consortio.plans import answering

MAY = ("goals", "goals past", "promises", "readings", "reviews")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Counts by partnership."""

    proposals: Mapping[UUID, int] = field(default_factory=dict)
    nominations: Mapping[UUID, int] = field(default_factory=dict)
    promises: Mapping[UUID, int] = field(default_factory=dict)
    decisions: Mapping[UUID, int] = field(default_factory=dict)
    forecasts: Mapping[UUID, int] = field(default_factory=dict)
    may: Mapping[str, set[UUID]] = field(default_factory=dict)  # where there may be more: only there it is asked for

    def may_have(self, name: str, partnership_ids: Iterable[UUID]) -> bool:
        return not self.may.get(name, set()).isdisjoint(partnership_ids)

    @property
    def total(self) -> int:
        counts = (self.proposals, self.nominations, self.promises, self.decisions, self.forecasts)
        return sum(sum(each.values()) for each in counts)


@dataclass(frozen=True, slots=True)
class WantedUnder:
    """A person's hats, and what they are asked for under each."""

    hats: Hats
    by_organisation: Mapping[UUID, Wanted]

    def of(self, organisation_id: UUID | None) -> Wanted:
        return self.by_organisation.get(organisation_id, Wanted()) if organisation_id else Wanted()


def wanted_of(*, person_id: UUID, at: datetime) -> WantedUnder:
    """Return what somebody is asked for under each hat, of what its own seats let them see; one query for each page."""
    return access.once(("wanted_of", person_id), lambda: _wanted(person_id, at))


def _wanted(person_id: UUID, at: datetime) -> WantedUnder:
    with access.unscoped("a person is told what waits under all their hats, each by its own seats"):
        rows = _SEATS.ask(person_id, at, at.date())
        hats = hats_from([row[: len(HAT_COLUMNS)] for row in rows], person_id)
    own: dict[UUID, Any] = {hat.id: Wanted({}, {}, {}, {}, {}, {}) for hat in hats.organisations}
    for row in rows:
        organisation_id, (partnership_id, granted, is_active, *more) = row[1], row[len(HAT_COLUMNS) :]
        flags, counts = more[: len(MAY)], more[len(MAY) :]
        found, (proposals, nominations, promises, decisions, rounds) = own[organisation_id], counts
        if proposals and is_active and Permission.PROPOSAL_ANSWER in (granted or ()):
            found.proposals[partnership_id] = proposals
        if promises and Permission.PLAN_EDIT in (granted or ()):
            found.promises[partnership_id] = promises
        if rounds and is_active and Permission.PLAN_EDIT in (granted or ()):
            found.forecasts[partnership_id] = rounds
        if nominations:
            found.nominations[partnership_id] = nominations
        if decisions:
            found.decisions[partnership_id] = decisions
        for name, is_there in zip(MAY, flags, strict=True):
            if is_there:
                found.may.setdefault(name, set()).add(partnership_id)
    return WantedUnder(hats, own)


def _seats(person_id: UUID, at: datetime, today: date) -> QuerySet:
    counts = {
        "proposals": Subquery(approvals.asked_beside(at)),
        "nominations": Subquery(answering.asked_beside()),
        "promises": Subquery(promises_waiting.asked_beside()),
        "decisions": Subquery(knowing.asked_beside()),
        "forecasts": Subquery(forecasts_waiting.asked_beside(at)),
    }
    asked = {"is_active": Exists(active_beside())}
    asked |= {
        "may_goals": Exists(goals_due.agreed_beside()),
        "may_goals_past": Exists(goals_due.past_beside(today)),
        "may_promises": Exists(promises_waiting.held_beside()),
        "may_readings": Exists(readings_waiting.watched_beside()),
        "may_reviews": Exists(knowing.reviews_beside()),
    }
    rows = hat_seats(person_id).annotate(**asked, **counts)
    more = ("circle__partnership_id", "role__permissions", *asked, *counts)
    return rows.values_list(*HAT_COLUMNS, *more)


_SEATS = access.Question(_seats, UUID, datetime, date)

"""What a simulation was computed from, in a few figures that are kept with it, and what of that has changed since."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from consortio import access
from consortio.access import Actor
from consortio.access.models import Within
from consortio.gathered import lists_in
from consortio.plans.beneath import dates_beneath, estimates_beneath, own_estimates_beneath
from consortio.risks.beneath import risks_beneath


@dataclass(frozen=True, slots=True)
class Basis:
    """
    What everybody in a circle sees of what a plan's simulation is computed from. Equal where nothing of it has changed.

    Args:
        dates: what the dates of each circle that keeps some were computed from; empty ones do not follow from it.
        estimates: how often somebody has said how long an item may take.
        own: a hash of what the house thinks of that by itself.
        risks: the open ones with what counts of them, by id.
    """

    dates: Sequence[str]
    estimates: int
    own: str
    risks: Mapping[str, Sequence[Any]]

    @property
    def plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Changes:
    """
    What has changed since a simulation, and how often or of how many; false where nothing has.

    Args:
        plan: its items, links, calendars, progress, data date, or what was agreed.
        estimates: how often one of them was said anew, or taken back.
        own_estimates: what our house thinks by itself.
        risks: how many were written down, seen anew, ended or opened again.
    """

    plan: bool = False
    estimates: int = 0
    own_estimates: bool = False
    risks: int = 0

    def __bool__(self) -> bool:
        return bool(self.plan or self.estimates or self.own_estimates or self.risks)


def bases_in(actor: Actor, plan_id: UUID, circle_ids: Collection[UUID]) -> dict[UUID, Basis]:
    """Return what a simulation in each of these circles would be computed from now; one query, and none for no circles."""
    if not circle_ids:
        return {}
    pairs: dict[UUID, list[Any]] = {pk: [] for pk in circle_ids}
    for pair in _BENEATH.ask(actor, plan_id, sorted(circle_ids)):
        pairs[pair.circle_id].append(pair)
    return {pk: _basis(own) for pk, own in pairs.items()}


def _beneath(actor: Actor, plan_id: UUID, circle_ids: Collection[UUID]) -> QuerySet:
    return access.visible(actor, Within).filter(circle__in=circle_ids).annotate(
        dates=dates_beneath(actor, plan_id),
        estimates=estimates_beneath(actor, plan_id),
        own=own_estimates_beneath(actor, plan_id),
        risks=risks_beneath(actor, plan_id),
    )  # fmt: skip


_BENEATH = access.Question(_beneath, Actor, UUID, [UUID])


def _basis(pairs: Sequence[Any]) -> Basis:
    """Return together what the pairs of one circle tell: it lies within itself, too."""
    own = [thought for pair in pairs for thought in lists_in(pair.own)]
    return Basis(
        dates=sorted(pair.dates for pair in pairs if pair.dates is not None),
        estimates=sum(pair.estimates or 0 for pair in pairs),
        own=_hash(own) if own else "",
        risks={str(UUID(pk)): said for pair in pairs for pk, *said in lists_in(pair.risks)},
    )


def _hash(rows: Sequence[Sequence[Any]]) -> str:
    return hashlib.sha256(json.dumps(sorted([str(UUID(pk)), *rest] for pk, *rest in rows)).encode()).hexdigest()


def changes_since(kept: Mapping[str, Any] | None, now: Basis) -> Changes:
    """
    Compare what was kept with a simulation with what is there now.

    While dates do not follow from the plan's rows, something in these has changed. Of a simulation that was kept before
    this was, nobody knows what has.
    """
    if kept is None:
        return Changes(plan=True)
    then = Basis(**kept)
    return Changes(
        plan="" in now.dates or list(then.dates) != list(now.dates),
        estimates=now.estimates - then.estimates,
        own_estimates=then.own != now.own,
        risks=sum(then.risks.get(pk) != now.risks.get(pk) for pk in {*then.risks, *now.risks}),
    )

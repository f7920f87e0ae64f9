"""Promises to test with: Orchard promises Harbour something, in the joint circle or beside."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access import ANY
from consortio.commitments.actions import Terms, offer_commitment, take_step
from consortio.commitments.models import Commitment, Step
from tests.world import NOON

DUE = date(2031, 5, 20)
AFTER = NOON + timedelta(days=16)  # the date has passed everywhere
ACCEPTS = "ada@Harbour"
PROMISES = "bo@Orchard"


def terms(**more: Any) -> Terms:
    return Terms(**{"name": "Survey of the quay", "done_when": "Depths every ten metres", "due_on": DUE} | more)


def offer(
    world: Any,
    who: str = PROMISES,
    promiser: str = "Orchard",
    receiver: str = "Harbour",
    circle: str = "coast",
    at: datetime = NOON,
    **more: Any,
) -> UUID:
    both = {"promiser_id": world.ids[promiser], "receiver_id": world.ids[receiver]}
    return offer_commitment(actor=world.actor(who), circle_id=world.ids[circle], **both, terms=terms(**more), at=at)


def step(world: Any, made: UUID, kind: str, who: str, at: datetime = NOON, words: str = "so", **more: Any) -> str:
    own = {"commitment_id": made, "version": ANY, "step": kind, "words": words}
    return take_step(actor=world.actor(who), at=at, **own | more)


def accepted(world: Any, by: str = ACCEPTS, **more: Any) -> UUID:
    made = offer(world, **more)
    step(world, made, "accepted", by, at=more.get("at", NOON))
    return made


def kept(made: UUID) -> Commitment:
    with access.unscoped("test"):
        return Commitment.objects.get(pk=made)


def story(made: UUID) -> list[str]:
    with access.unscoped("test"):
        return list(Step.objects.filter(commitment=made).order_by("taken_at", "pk").values_list("kind", flat=True))

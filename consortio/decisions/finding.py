"""Decisions that somebody means by a few words, in whichever partnership they lie."""

from collections.abc import Sequence

from consortio import access
from consortio.access import Actor
from consortio.plans.finding import FoundRow, meant

from .models import Decision


@access.read
def found_decisions(*, actor: Actor, words: Sequence[str], most: int) -> tuple[FoundRow, ...]:
    """Return decisions whose question holds each of the words, or whose key is the only one; the best first."""
    return meant(access.visible(actor, Decision).filter(withdrawn_at=None), "D-", words, most, name="question")

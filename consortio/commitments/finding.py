"""Promises that somebody means by a few words, in whichever partnership they lie."""

from collections.abc import Sequence

from consortio import access
from consortio.access import Actor
from consortio.plans.finding import FoundRow, meant

from .models import Commitment


@access.read
def found_commitments(*, actor: Actor, words: Sequence[str], most: int) -> tuple[FoundRow, ...]:
    """Return promises whose name holds each of the words, or whose key is the only one; the best first."""
    return meant(access.visible(actor, Commitment), "C-", words, most)

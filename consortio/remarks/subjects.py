"""What one can remark on: features name their rows here when they are loaded. What is not named takes no remarks."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from consortio.access import Actor, NotVisible
from consortio.record.words import Named, named, noun_of


@dataclass(frozen=True, slots=True)
class Subject:
    kind: str  # "plans.item"
    id: UUID
    circle_id: UUID
    partnership_id: UUID
    name: str
    url: str
    shows_remarks: bool = False  # its own page holds what was said about it


Find = Callable[[Actor, UUID], Subject | None]
_finds: dict[str, Find] = {}


def may_be_remarked_on(kind: str, find: Find) -> None:
    """Register a kind of row, and how one of it is found for an actor; none where it is not there for them."""
    _finds[kind] = find


def subject_of(actor: Actor, subject_id: UUID) -> Subject:
    """
    Return the row that an id means, whatever its kind.

    Raises:
        NotVisible: there is no such row for this actor, or nobody remarks on its kind.
    """
    for find in _finds.values():
        if found := find(actor, subject_id):
            return found
    raise NotVisible


def names_of(actor: Actor, asked: Mapping[str, Collection[UUID]]) -> dict[UUID, Named]:
    """Return what rows are called, by kind; those that the actor does not see have the name of their kind."""
    found: dict[UUID, Named] = {}
    for kind, ids in asked.items():
        found |= {pk: Named(noun_of(kind)) for pk in ids} | dict(named(actor, kind, ids))
    return found

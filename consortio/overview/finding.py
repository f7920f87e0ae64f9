"""What somebody means by a few words: partnerships, people, and records of every kind, as far as they see them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from consortio import access
from consortio.access import Actor
from consortio.access.models import Seat
from consortio.commitments.finding import found_commitments
from consortio.decisions.finding import found_decisions
from consortio.goals.finding import found_goals
from consortio.kpis.finding import found_kpis
from consortio.partnerships.reads import partnerships_of
from consortio.plans.finding import FoundRow, found_items, found_plans

FOUND_MAX, LETTERS_MIN, LETTERS_MAX = 10, 2, 80
RECORDS = {  # by the name of the address of their page
    "plan": found_plans,
    "item": found_items,
    "goal": found_goals,
    "kpi": found_kpis,
    "decision": found_decisions,
    "commitment": found_commitments,
}
HATS = 4  # so many rows of one person are looked through: each acts for few organisations


@dataclass(frozen=True, slots=True)
class Found:
    """A record with a page of its own; `kind` is the name of that page's address."""

    kind: str
    id: UUID
    name: str
    number: str = ""
    where: str = ""


@access.read
def find(*, actor: Actor, text: str) -> tuple[Found, ...]:
    """Return at most ten records that the words mean, the best first; with fewer than two letters none."""
    words = text[:LETTERS_MAX].split()
    if actor.person_id is None or sum(map(len, words)) < LETTERS_MIN:
        return ()
    found = [*_partnerships(actor, words), *_records(actor, words), *_people(actor, words)]
    return tuple(sorted(found, key=lambda one: _rank(one, " ".join(words)))[:FOUND_MAX])


def _partnerships(actor: Actor, words: Sequence[str]) -> Iterator[Found]:
    for row in partnerships_of(actor=actor):
        if all(word.casefold() in row.name.casefold() for word in words):
            yield Found("partnership", row.id, row.name)


def _records(actor: Actor, words: Sequence[str]) -> Iterator[Found]:
    for kind, found in RECORDS.items():
        yield from (_row(kind, row) for row in found(actor=actor, words=words, most=FOUND_MAX))


def _row(kind: str, row: FoundRow) -> Found:
    return Found(kind, row.id, row.name, row.number, row.where)


def _people(actor: Actor, words: Sequence[str]) -> Iterator[Found]:
    seats = access.visible(actor, Seat).filter(ended_at=None)
    for word in words:
        seats = seats.filter(person__name__icontains=word)
    columns = ("person_id", "person__name", "organisation__name")
    rows = seats.order_by(*columns[1:], "person_id").values_list(*columns).distinct()[: FOUND_MAX * HATS]
    first = {pk: (name, organisation) for pk, name, organisation in reversed(list(rows))}
    for pk, (name, organisation) in first.items():
        yield Found("person", pk, name, where=organisation)


def _rank(found: Found, text: str) -> tuple[int, int]:
    """Return how well it is meant: by its whole number or name, by how the name or a word of it begins, or at all."""
    wanted, name = text.casefold(), found.name.casefold()
    if wanted in (name, found.number.casefold()):
        return 0, 0
    return (1 if name.startswith(wanted) else 2 if f" {wanted}" in name else 3), len(name)

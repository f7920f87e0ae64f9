"""The promises about a row, on that row's own page."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.timezone import now

from consortio import access
from consortio.access import Actor
from consortio.circles.reads import circles_in
from consortio.gathered import gathered, lists_in, values_in
from consortio.partnerships.reads import partnership
from consortio.record.beside import Part, beside

from . import words
from .models import Commitment
from .reads import LINKED, CommitmentRow, rows_of, with_people

SHOWN_MAX = 50
COLUMNS = {kind: column for column, kind in LINKED.items()}
OWN = tuple(field.attname for field in Commitment._meta.concrete_fields)
OTHERS = (
    "circle__mark", "circle__partnership_id",
    "promiser_person__name", "promiser_person_is_former", "receiver_person__name", "receiver_person_is_former",
)  # fmt: skip


def _about(actor: Actor, kind: str) -> Subquery:
    column = COLUMNS[kind]
    asked = access.visible(actor, Commitment).filter(**{column: OuterRef("pk")})
    return gathered(with_people(actor, asked), column, *OWN, *OTHERS)


@beside(*COLUMNS, order=3, gathers=_about)
def promises_about(actor: Actor, _pk: UUID, gathered: str | None) -> Part | None:
    found = [_commitment(one) for one in lists_in(gathered)]
    if not found:
        return None
    latest = sorted(found, key=lambda row: (row.due_on, row.pk), reverse=True)[:SHOWN_MAX]
    return Part("commitments/beside.html", {"rows": _rows(actor, latest), "words": words})


def _rows(actor: Actor, found: list[Any]) -> tuple[CommitmentRow, ...]:
    here = partnership(actor=actor, partnership_id=found[0].circle.partnership_id)
    is_narrower = any(row.circle_id != here.joint_id for row in found)
    circles = circles_in(actor=actor, partnership_id=here.id) if is_narrower else ()
    return rows_of(found, here, {circle.id: circle.audience for circle in circles}, now())


def _commitment(gathered: list[Any]) -> Any:
    """Return what `rows_of` takes, as if it had been asked for by itself."""
    own = values_in(Commitment, OWN, gathered)
    mark, partnership_id, promiser, promiser_is_former, receiver, receiver_is_former = gathered[len(OWN) :]
    return SimpleNamespace(
        **own,
        pk=own["id"],
        circle=SimpleNamespace(mark=mark, partnership_id=UUID(partnership_id)),
        promiser_person=_person(own["promiser_person_id"], promiser),
        promiser_person_is_former=bool(promiser_is_former),
        receiver_person=_person(own["receiver_person_id"], receiver),
        receiver_person_is_former=bool(receiver_is_former),
    )


def _person(pk: UUID | None, name: str) -> Any:
    return SimpleNamespace(pk=pk, name=name) if pk else None

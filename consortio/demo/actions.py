"""What the demo world needs and the product has no action for."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from consortio.access.models import Circle, Role
from consortio.access.seating import Sitting, seat_many
from consortio.record.log import record, system_action

from .reads import LOADED


@system_action("the organisations of the demo world are marked by nobody of them")
def mark_houses(*, house_ids: list[UUID], at: datetime) -> None:
    """Say in the record of each house that its organisation is of the demo world: what is removed goes by this."""
    for house in Circle.objects.filter(pk__in=house_ids):
        record(LOADED, house)


@system_action("nobody of two organisations alone may let a person act for both")
def lend_person(
    *, joint_ids: list[UUID], person_id: UUID, organisation_id: UUID, employer_id: UUID, role: str, at: datetime
) -> None:
    """Let one organisation's person act for another one too, in these joint circles."""
    seats = []
    for given in Role.objects.filter(circle__in=joint_ids, name=role).select_related("circle"):
        circles = Circle.objects.filter(partnership=given.circle.partnership_id)
        houses = circles.filter(kind="house", organisation=organisation_id)
        for circle_id in [given.circle_id, *houses.values_list("pk", flat=True)]:
            seats.append(Sitting(circle_id, person_id, organisation_id, given.pk, employer_id))
        record("person.lent", given.circle, person=str(person_id), role=role)
    seat_many(seats)


@system_action("the founder of a body cannot name the people of the other organisations")
def convene(*, body_id: UUID, people: Mapping[UUID, tuple[UUID, UUID]], at: datetime) -> None:
    """Name the first person of each other organisation for a body: organisation to person and role."""
    body = Circle.objects.get(pk=body_id)
    seat_many(Sitting(body.pk, person, organisation, role) for organisation, (person, role) in people.items())
    for person, _ in people.values():
        record("person.appointed", body, person=str(person))

"""Of whom readings may be asked: organisations of a partnership, and their people."""

from consortio import access
from consortio.access import Actor
from consortio.access.models import Seat
from consortio.partnerships.reads import PartnershipRow


@access.read
def owners_in(*, actor: Actor, here: PartnershipRow) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return each organisation that takes part, with itself and its people as choices of a form."""
    seats = access.visible(actor, Seat).filter(circle=here.joint_id, ended_at=None).order_by("person__name", "pk")
    people = list(seats.values_list("organisation_id", "person_id", "person__name"))
    found = []
    for member in here.present:
        own = [
            (f"{member.organisation_id}:{pk}", name)
            for organisation, pk, name in people
            if organisation == member.organisation_id
        ]
        found.append((member.name, ((str(member.organisation_id), member.name), *own)))
    return tuple(found)

from django.db.models import Q

from consortio.access import Actor, Permission, rule

from .models import Remark


@rule(Remark, Permission.REMARK_WRITE)
def changed_by(actor: Actor) -> Q:
    """Whoever wrote a remark changes it, under the hat that they wore."""
    return Q(person=actor.person_id, organisation=actor.organisation_id, withdrawn_at=None)


@rule(Remark, Permission.CIRCLE_SEAT)
def taken_back_by(actor: Actor) -> Q:
    """A lead takes back what was said for their own organisation; nobody takes back another's words."""
    return Q(organisation=actor.organisation_id, withdrawn_at=None)

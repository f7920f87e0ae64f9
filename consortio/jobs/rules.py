from django.db.models import Q

from consortio.access import Actor, Permission, rule

from .models import Job


@rule(Job, Permission.EXPORT)
def stopped_by(actor: Actor) -> Q:
    """Whoever started a job stops it."""
    return Q(person=actor.person_id, organisation=actor.organisation_id)

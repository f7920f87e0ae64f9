from django.db.models import Q

from consortio.access import Actor, Permission, rule

from .models import ResultsFile


@rule(ResultsFile, Permission.PARTNERSHIP_FOUND)
def brought_by(actor: Actor) -> Q:
    """The organisation that brought a file goes on with it."""
    return Q(organisation=actor.organisation_id)

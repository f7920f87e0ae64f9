from django.db.models import Q

from consortio.access import Actor, Permission, rule

from .models import Attachment


@rule(Attachment, Permission.FILE_ADD)
def withdrawn_by(actor: Actor) -> Q:
    """The organisation that brought a file withdraws it."""
    return Q(organisation=actor.organisation_id)

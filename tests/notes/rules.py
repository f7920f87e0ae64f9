from django.db.models import Q

from consortio.access import Actor, Permission, rule

from .models import Note


@rule(Note, Permission.PROGRESS_UPDATE)
def edited_by(actor: Actor) -> Q:
    """The organisation that wrote a note edits it."""
    return Q(organisation=actor.organisation_id)


@rule(Note, Permission.PLAN_EDIT)
def shared_by(actor: Actor) -> Q:
    """The organisation that wrote a note shares it, once."""
    return Q(organisation=actor.organisation_id, shared_as=None)

"""The admission of a further organisation, as a thing that all members agree."""

from datetime import datetime

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission
from consortio.approvals.registry import Line, Proposed, subject

from .actions import send_out
from .models import Invitation, State


def _words() -> str:
    return _("Admission")


def _headline(proposed: Proposed) -> str:
    return _("Admission of %(organisation)s") % {"organisation": proposed.content["name"]}


def _difference(actor: Actor, proposed: Proposed) -> tuple[Line, ...]:
    return (Line(_("Members"), "", _("also %(organisation)s") % {"organisation": proposed.content["name"]}),)


def _otherwise(proposed: Proposed) -> str:
    return _("The members stay as they are, and no invitation goes out.")


@subject(
    "admission",
    may_propose=Permission.PARTNERSHIP_INVITE,
    words=_words,
    headline=_headline,
    difference=_difference,
    otherwise=_otherwise,
    alike=("name",),
)
def admit(actor: Actor, proposed: Proposed, at: datetime) -> None:
    """Let the invitation go out that waited for the members' yes."""
    waiting = access.visible(actor, Invitation).filter(circle=proposed.circle_id, state=State.PROPOSED)
    for invitation in waiting.filter(pk=proposed.content["invitation"]):
        send_out(invitation, at)

"""The admission of a further organisation, as a thing that all members agree."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission
from consortio.approvals.registry import Line, Proposed, subject
from consortio.partnerships.reads import partnership

from .actions import send_out
from .models import Invitation, Letter, State
from .reads import is_expected


def _words() -> str:
    return _("Admission")


def _headline(proposed: Proposed) -> str:
    return _("Admission of %(organisation)s") % {"organisation": proposed.content["name"]}


def _difference(actor: Actor, proposed: Proposed) -> tuple[Line, ...]:
    return (Line(_("Members"), "", _("also %(organisation)s") % {"organisation": proposed.content["name"]}),)


def _otherwise(proposed: Proposed) -> str:
    return _("The members stay as they are, and no invitation goes out.")


def _is_here(actor: Actor, proposed: Proposed, at: datetime) -> bool:
    here = partnership(actor=actor, partnership_id=proposed.partnership_id)
    return is_expected(actor, here, proposed.content["name"], at)


def _goes_to_one_address(actor: Actor, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell it of our own two letters: to whom another member writes is not for us to find out."""
    letters = access.visible(actor, Letter).filter(invitation__in=[one["invitation"], other["invitation"]])
    found = [email.casefold() for email in letters.values_list("email", flat=True)]
    return len(found) == 2 and found[0] == found[1]


@subject(
    "admission",
    may_propose=Permission.PARTNERSHIP_INVITE,
    words=_words,
    headline=_headline,
    difference=_difference,
    otherwise=_otherwise,
    has_come=_is_here,
    alike=("name",),
    alike_for=_goes_to_one_address,
)
def admit(actor: Actor, proposed: Proposed, at: datetime) -> None:
    """Let the invitation go out that waited for the members' yes."""
    waiting = access.visible(actor, Invitation).filter(circle=proposed.circle_id, state=State.PROPOSED)
    for invitation in waiting.filter(pk=proposed.content["invitation"]):
        send_out(invitation, at)

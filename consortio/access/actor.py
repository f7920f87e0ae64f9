"""Who is asking: a value, made once per request or job and passed on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from uuid import UUID

from .errors import NotPermitted

Door = Literal["web", "api", "mail", "cli", "job", "mcp"]


class Permission(StrEnum):
    CIRCLE_OPEN = "circle:open"
    CIRCLE_PUBLISH = "circle:publish"
    CIRCLE_SEAT = "circle:seat"
    EXPORT = "export"
    FILE_ADD = "file:add"
    MEMBERSHIP_EDIT = "membership:edit"
    ORGANISATION_EDIT = "organisation:edit"
    PARTNERSHIP_FOUND = "partnership:found"
    PARTNERSHIP_INVITE = "partnership:invite"
    PARTNERSHIP_JOIN = "partnership:join"
    PLAN_EDIT = "plan:edit"
    PROGRESS_UPDATE = "progress:update"
    PROPOSAL_ANSWER = "proposal:answer"
    REMARK_WRITE = "remark:write"


_TAKE_PART = [Permission.EXPORT, Permission.FILE_ADD, Permission.PROGRESS_UPDATE, Permission.REMARK_WRITE]
ROLES = {  # what a new partnership starts with; afterwards they are its own rows
    "lead": list(Permission),
    "deputy": [permission for permission in Permission if permission != Permission.PROPOSAL_ANSWER],
    "project manager": [*_TAKE_PART, Permission.PLAN_EDIT],
    "sponsor": [Permission.CIRCLE_OPEN, Permission.EXPORT, Permission.PROPOSAL_ANSWER, Permission.REMARK_WRITE],
    "contributor": _TAKE_PART,
    "observer": [Permission.EXPORT],
}


@dataclass(frozen=True, slots=True)
class Actor:
    """
    A person acting for an organisation, or anyone with a public link, through a door.

    `permissions` holds, for each circle the person sits in, what their role there grants; it is for buttons and for
    refusals. What is visible is always asked of the database, so that an ended seat is gone at once.
    """

    person_id: UUID | None
    organisation_id: UUID | None
    permissions: Mapping[UUID, frozenset[str]] = field(default_factory=dict, hash=False, compare=False)
    door: Door = "web"
    employer_id: UUID | None = field(default=None, compare=False)  # for a delegate: their own organisation ("X for Y")
    link_id: UUID | None = None  # for anyone with the link: the public circle
    houses: Mapping[UUID, UUID] = field(default_factory=dict, hash=False, compare=False)  # in-house, by partnership


SYSTEM = Actor(None, None, door="job")


def require(actor: Actor, permission: Permission, circle_id: UUID) -> None:
    """
    Refuse at the door, before what was sent is looked at, whose role in a circle did not grant this when the request
    began. The action asks again.
    """
    if permission not in actor.permissions.get(circle_id, ()):
        raise NotPermitted(permission)

"""Inviting, and the link that its mail carries, as tests of the whole feature need them."""

import re
from datetime import UTC, datetime, timedelta

from django.core import mail
from django.utils import timezone

import consortio.urls  # noqa: F401  -- loaded before a clock is set: it keeps whatever clock it finds
from consortio import access
from consortio.access.gate import as_system
from consortio.access.models import Seat
from consortio.invitations.actions import invite_organisation, invite_person
from consortio.invitations.models import Invitation, Letter
from consortio.record import outbox
from consortio.record.models import Entry

AT = datetime(2031, 5, 7, 9, tzinfo=UTC)
DAY = timedelta(days=1)
NEWCOMER = {"name": "Eve Newcomb", "password": "nine slow kettles sing"}


def invite(world, who="ada@Harbour", email="eve@harbour.example", role="contributor", at=AT, **more):
    """Invite somebody into the house of whoever invites; `joint` and `there` name a partnership and the role in it."""
    house = f"{who.partition('@')[2]}'s house"
    own = {"house_id": world.ids[house], "house_role_id": world.role(house, role), "email": email}
    if joint := more.pop("joint", ""):
        own |= {"joint_id": world.ids[joint], "role_id": world.role(joint, more.pop("there"))}
    return invite_person(actor=world.actor(who), at=at, **own)


def ask_in(world, who="ada@Harbour", name="Ferry", email="fern@ferry.example", joint="quay", at=AT):
    return invite_organisation(actor=world.actor(who), joint_id=world.ids[joint], name=name, email=email, at=at)


def found(world, who="ada@Harbour", name="quay"):
    """Found another partnership, in which Harbour is alone."""
    from consortio.partnerships.actions import found_partnership

    own = {"house_id": world.ids[f"{who.partition('@')[2]}'s house"], "name": name, "letters": "HAR"}
    return world.do(name, found_partnership, who, **own)


def serve(monkeypatch, at=AT):
    """Let the worker serve the outbox at an instant, and return the mails that went out."""
    mail.outbox = []
    monkeypatch.setattr(timezone, "now", lambda: at)  # from here on, for what the test asks later
    outbox.serve_due(clock=lambda: at)
    return mail.outbox


def secret_in(message) -> str:
    return re.search(r"/invitations/([0-9a-f]{64})\s", message.body)[1]


def mailed(monkeypatch, at=AT) -> str:
    """Return the secret of the one mail that goes out now."""
    (message,) = serve(monkeypatch, at)
    return secret_in(message)


def letter_of(invitation_id) -> Letter:
    with access.unscoped("test"):
        return Letter.objects.select_related("invitation").get(invitation=invitation_id)


def state_of(invitation_id) -> str:
    with access.unscoped("test"):
        return Invitation.objects.get(pk=invitation_id).state


def change(invitation_id, **columns) -> None:
    with as_system("test"):
        Invitation.objects.filter(pk=invitation_id).update(**columns)


def seats_of(world, person, organisation) -> set[tuple[str, str]]:
    """Return the open seats of somebody: kind of circle, role."""
    with access.unscoped("test"):
        own = Seat.objects.filter(person=person, organisation=world.ids[organisation], ended_at=None)
        return {(kind, role or "") for kind, role in own.values_list("circle__kind", "role__name")}


def events(circle_id) -> list[str]:
    with access.unscoped("test"):
        return list(Entry.objects.filter(circle=circle_id).order_by("number").values_list("event", flat=True))

"""Until when an invitation holds, and for whom."""

from datetime import datetime, timedelta
from hashlib import sha256

from consortio.access import Permission
from consortio.access.seating import rights_in
from consortio.ids import salt

from .models import Invitation, Kind, Letter, State

LIVES = timedelta(days=14)


def new_secret() -> str:
    """Return what a link carries: 256 bits, of which only the hash is kept."""
    return salt().hex()


def hash_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def right_to_invite(kind: str) -> Permission:
    return Permission.PARTNERSHIP_INVITE if kind == Kind.ORGANISATION else Permission.CIRCLE_SEAT


def is_open(invitation: Invitation, at: datetime) -> bool:
    """Tell whether it waits for an answer, and whoever invited might still do so: a right that ended takes it along."""
    is_waiting = invitation.state == State.OPEN and invitation.expires_at is not None and at < invitation.expires_at
    return is_waiting and _may_still_invite(invitation)


def open_letter(secret_hash: str, at: datetime) -> Letter | None:
    """Return the letter whose link this is, while its invitation is open. Called where the gate is open."""
    columns = ("invitation__circle", "invitation__role", "invitation__organisation", "invitation__inviter")
    found = Letter.objects.filter(secret_hash=secret_hash).exclude(secret_hash="").select_related(*columns)
    letter = found.first()
    return letter if letter is not None and is_open(letter.invitation, at) else None


def _may_still_invite(invitation: Invitation) -> bool:
    if invitation.kind == Kind.RECOVERY:
        return True
    wanted = {right_to_invite(invitation.kind)}
    if invitation.kind == Kind.PERSON:
        wanted |= set(invitation.role.permissions)
    return wanted <= rights_in(invitation.circle_id, invitation.inviter_id, invitation.organisation_id)

"""Changing the address that one signs in with: asked of whoever reads the mail of the new one."""

from datetime import datetime, timedelta

from django.core import signing

from . import mail
from .models import User

LIVES = timedelta(hours=1)
SALT = "consortio.accounts.addresses"


def ask(user: User, new: str, at: datetime) -> None:
    """Mail a link to the new address; to one that has an account none goes out, and nobody is told so."""
    new = new.strip().lower()
    if User.objects.filter(email=new).exists():
        return mail.work_as_for_somebody(new)
    said = {"user": str(user.pk), "old": user.email, "new": new, "until": (at + LIVES).isoformat()}
    token = signing.Signer(salt=SALT).sign_object(said)
    mail.send_new_address(new, user.email, mail.address("account_new_address", token))


def asked(user: User, token: str, at: datetime) -> str | None:
    """Return the address that a link offers to this user; none where it is old, false, used, or another's."""
    try:
        said = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    is_theirs = (said["user"], said["old"]) == (str(user.pk), user.email)
    return said["new"] if is_theirs and at < datetime.fromisoformat(said["until"]) else None

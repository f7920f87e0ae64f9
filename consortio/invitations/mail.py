"""The mail that carries an invitation: the only place where its link stands."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from .reads import Asked


def send(asked: Asked, *, secret: str, effect_id: UUID, attempt: int, at: datetime) -> None:
    """
    Send it now; whoever calls tries again where that fails.

    Each try carries another link, so each has a number of its own: one that looked like a copy of the last would be dropped,
    and its reader left with the link that is dead.
    """
    words = {"asks": asks(asked), "link": address(secret), "until": asked.expires_at, "today": at.date()}
    text, html = (render_to_string(f"invitations/mail/invitation.{form}", words) for form in ("txt", "html"))
    number = f"{effect_id.hex}.{attempt}" if attempt > 1 else effect_id.hex
    headers = {"Message-ID": f"<{number}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].rstrip('>') or 'consortio'}>"}
    made = EmailMultiAlternatives(
        " ".join(subject(asked).split()),
        text.strip() + "\n",
        settings.DEFAULT_FROM_EMAIL,
        [asked.email],
        headers=headers,
    )
    made.attach_alternative(html, "text/html")
    made.send()


def is_taken() -> bool:
    """Tell whether a server takes mails; without one, whoever invites hands the link over."""
    return bool(settings.EMAIL_HOST)


def subject(asked: Asked) -> str:
    if asked.partnership:
        said = {"organisation": asked.organisation, "partnership": asked.partnership.name}
        return _("%(organisation)s invites you to “%(partnership)s”") % said
    if asked.inviter:
        return _("%(inviter)s invites you to %(organisation)s") % {
            "inviter": asked.inviter,
            "organisation": asked.organisation,
        }
    return _("Lead %(organisation)s on Consortio") % {"organisation": asked.organisation}


def asks(asked: Asked) -> str:
    """Return what is asked, in a sentence."""
    if asked.partnership:
        return _("%(inviter)s of %(organisation)s asks whether %(invited)s will take part in “%(partnership)s”.") % {
            "inviter": asked.inviter,
            "organisation": asked.organisation,
            "invited": asked.invited,
            "partnership": asked.partnership.name,
        }
    said = {"inviter": asked.inviter, "organisation": asked.organisation}
    if asked.inviter:
        return _("%(inviter)s invites you to work for %(organisation)s on Consortio.") % said
    return (
        _("Nobody can lead %(organisation)s on Consortio any more. Whoever runs the server was asked to invite you.")
        % said
    )


def address(secret: str) -> str:
    return settings.BASE_URL + reverse("invitation", args=[secret])

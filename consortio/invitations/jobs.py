"""What follows from an invitation: its mail. The secret is made with the mail, so neither the record nor a page has it."""

from django.utils import timezone

from consortio.record.outbox import Delivery, subscriber

from . import mail
from .sending import fresh_secret, sent


@subscriber("invitations.mail", "organisation.invited", "person.invited", "invitation.resent", "lead.recovery")
def send_mail(delivery: Delivery) -> None:
    """
    Send the mail of an open invitation whose inviter may still invite; a later one, or a link shown by hand, counts.

    Can be killed anywhere and run again: another secret takes the last one's place.
    """
    at = timezone.now()
    made = fresh_secret(invitation_id=delivery.subject_id, asked_at=delivery.at, at=at)
    if made is None:
        return
    asked, secret = made
    mail.send(asked, secret=secret, effect_id=delivery.effect_id, attempt=delivery.attempt, at=at)
    sent(invitation_id=delivery.subject_id, at=at)

from django.db import models

from consortio.access.guarded import InCircle


class Kind(models.TextChoices):
    ORGANISATION = "organisation"  # into a partnership; whoever accepts leads it there
    PERSON = "person"  # into one's own house
    RECOVERY = "recovery"  # into a house that lost its leads, by the operator


class State(models.TextChoices):
    PROPOSED = "proposed"  # the members have not agreed yet
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Invitation(InCircle):
    """
    Somebody is asked to take part, once and until a day. It lies where they are invited to: in the joint circle of a
    partnership, or of a house. Nobody there sees the address; that is in the letter.
    """

    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=100, blank=True)  # of the organisation that the inviter means
    role = models.ForeignKey("access.Role", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    inviter = models.ForeignKey("organisations.Person", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # counts from the day on which it goes out
    accepted_by = models.ForeignKey("organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+")


class Letter(InCircle):
    """
    Whom an invitation is sent to, in the inviter's in-house circle: partners never see an address.

    The link's secret is made with the mail and not kept; a new mail makes a new one, and the old link is dead.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(max_length=254)
    secret_hash = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(null=True)  # when the mail that counts was asked for
    sent_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)  # when the inviter was shown the link instead

    class Meta(InCircle.Meta):
        indexes = [models.Index(fields=["secret_hash"], name="letter_by_secret")]


class PromisedSeat(InCircle):
    """
    A seat in a partnership that goes with an invitation into a house. It lies in the house's circle of that partnership:
    colleagues who do not take part there learn nothing of it, so it names the invitation by its id alone.
    """

    invitation_id = models.UUIDField(db_index=True)
    role = models.ForeignKey("access.Role", on_delete=models.PROTECT, related_name="+")

"""What was proposed to the members of a partnership, and what each of them answered."""

from django.db import models
from django.db.models import Q

from consortio.access.guarded import Editable


class State(models.TextChoices):
    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"
    LAPSED = "lapsed"  # the deadline passed
    OUTDATED = "outdated"  # what it would change has moved on
    WITHDRAWN = "withdrawn"


class Verdict(models.TextChoices):
    APPROVE = "approve"
    OBJECT = "object"


class Proposal(Editable):
    """
    Something that comes into force when every active member has said yes; until then nothing changes.

    `content` are the values that come into force, ids and plain values; what of them is too long for a list lies in
    `snapshot`. Answers leave the version as it is: they change nothing of what is answered.
    """

    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)  # the name under which a feature registered what is agreed
    subject_id = models.UUIDField(null=True)  # the row it is about, in the joint circle
    subject_version = models.PositiveIntegerField(null=True)
    content = models.JSONField(default=dict)
    snapshot = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    rule = models.CharField(max_length=10, default="unanimous")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)

    class Meta(Editable.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="proposal_number_once")]
        indexes = [
            models.Index(fields=["deadline_at"], condition=Q(state="open"), name="proposal_open"),
            models.Index(fields=["circle", "subject_id"], name="proposal_of_subject"),
        ]


class Answer(Editable):
    """What one organisation says to a proposal; it may change its mind until the proposal closes."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=7, choices=Verdict)
    reason = models.TextField(blank=True)
    answered_at = models.DateTimeField()

    class Meta(Editable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["circle", "proposal", "organisation"], name="answer_once"),
        ]

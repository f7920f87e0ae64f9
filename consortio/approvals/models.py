"""What was proposed to the members of a partnership, and what each of them answered."""

from django.db import models
from django.db.models import Q, Value

from consortio.access.guarded import Editable, InCircle


class Rule(models.TextChoices):
    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    WEIGHTED = "weighted"
    LEAD = "lead"  # one member decides, after the others were heard


class Silence(models.TextChoices):
    """What it means at the deadline that a member has said nothing."""

    NOTHING = "nothing"
    CONSENT = "consent"


class State(models.TextChoices):
    OPEN = "open"
    DUE = "due"  # never stored: the deadline has passed, and the answers are about to be counted
    AGREED = "agreed"
    REFUSED = "refused"
    LAPSED = "lapsed"  # the deadline passed
    OUTDATED = "outdated"  # what it would change has moved on
    WITHDRAWN = "withdrawn"


class Verdict(models.TextChoices):
    APPROVE = "approve"
    OBJECT = "object"
    ABSTAIN = "abstain"


class Deciding(models.Model):
    """How answers are counted. `weights` are whole numbers by organisation's id; whoever has none there counts once."""

    rule = models.CharField(max_length=10, choices=Rule, default=Rule.UNANIMOUS, db_default=Rule.UNANIMOUS)
    quorum = models.PositiveSmallIntegerField(default=0, db_default=0)  # percent of the votes that must have been given
    silence = models.CharField(max_length=7, choices=Silence, default=Silence.NOTHING, db_default=Silence.NOTHING)
    weights = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    decider = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class DecisionRule(Deciding, InCircle):
    """How proposals of one kind are decided from a time on, as every member agreed; before the first one, unanimously."""

    append_only = True
    number = models.PositiveIntegerField()  # from 1, over all kinds
    kind = models.CharField(max_length=20)  # of proposals
    agreed_at = models.DateTimeField()
    proposal = models.ForeignKey("approvals.Proposal", on_delete=models.PROTECT, related_name="+")

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="decision_rule_number_once")]


class Proposal(Deciding, Editable):
    """
    Something that comes into force when the members agree, by the rule that held when it was made; until then nothing
    changes.

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
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    recused = models.ForeignKey(  # the member that it is about, where that has no vote in it
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    voters = models.JSONField(null=True)  # the ids of those who had a vote when it was closed

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

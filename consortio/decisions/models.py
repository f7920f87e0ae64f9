"""What was decided, why, and what it governs. A decision is superseded by another one and never edited."""

from django.db import models
from django.db.models import Q

from consortio.access.guarded import Editable, InCircle


class DecisionState(models.TextChoices):
    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"


class Decision(Editable):
    """
    A question, what there was to choose from, and the choice. It is edited as a draft only; but `review_on` goes on to the
    next day, or to none, with each review that finds that it still fits.

    `options` are [{"name": text, "words": text}] in their order, `choice` counts into them from 0. In a circle of one
    organisation, or of some of the members, those who may propose there settle it themselves: `proposal` is empty, and
    `agreed_by` are the organisations that they say have agreed, ids as text.
    """

    number = models.PositiveIntegerField()
    question = models.CharField(max_length=300)
    context = models.TextField(blank=True)
    options = models.JSONField(default=list)
    choice = models.PositiveSmallIntegerField(null=True)
    reasons = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=DecisionState, default=DecisionState.DRAFT)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    effective_on = models.DateField(null=True)
    review_on = models.DateField(null=True)
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey("approvals.Proposal", null=True, on_delete=models.PROTECT, related_name="+")
    agreed_by = models.JSONField(default=list)
    withdrawn_at = models.DateTimeField(null=True)  # a draft only

    class Meta(Editable.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="decision_number_once")]
        indexes = [models.Index(fields=["circle", "raised_at"], name="decision_in_order")]


class Governed(InCircle):
    """A row that a decision rules: one of the four. The newest word on a pair holds."""

    append_only = True
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("plans.Item", null=True, on_delete=models.PROTECT, related_name="+")
    goal = models.ForeignKey("goals.Goal", null=True, on_delete=models.PROTECT, related_name="+")
    kpi = models.ForeignKey("kpis.Kpi", null=True, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    is_governed = models.BooleanField(default=True)
    said_at = models.DateTimeField()

    class Meta(InCircle.Meta):
        indexes = [
            models.Index(fields=["decision"], name="governed_by"),
            models.Index(fields=["item"], condition=Q(item__isnull=False), name="governed_item"),
            models.Index(fields=["goal"], condition=Q(goal__isnull=False), name="governed_goal"),
            models.Index(fields=["kpi"], condition=Q(kpi__isnull=False), name="governed_kpi"),
            models.Index(fields=["other"], condition=Q(other__isnull=False), name="governed_decision"),
        ]


class Review(InCircle):
    """That the organisation which raised a decision has looked at it again and finds that it still fits."""

    append_only = True
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    due_on = models.DateField()  # the day for which it was asked
    next_on = models.DateField(null=True)  # when it is looked at again
    said_at = models.DateTimeField()

    class Meta(InCircle.Meta):
        indexes = [models.Index(fields=["decision", "said_at"], name="review_of_decision")]


class MustKnow(Editable):
    """
    Somebody who must know of a decision, and when they said that they have read it.

    Who was named can be taken off again: they are asked no more, and that they had read it stays.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    taken_off_at = models.DateTimeField(null=True)

    class Meta(Editable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["circle", "decision", "person", "organisation"], name="must_know_once")
        ]
        indexes = [
            models.Index(fields=["person", "organisation"], condition=Q(read_at=None), name="must_know_of_person")
        ]

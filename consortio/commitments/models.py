"""What one organisation promises another. Whether it was kept, the receiver says."""

from django.db import models

from consortio.access.guarded import Editable, InCircle


class CommitmentState(models.TextChoices):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    BROKEN = "broken"
    RELEASED = "released"  # the receiver does not want it any more
    DECLINED = "declined"  # it was never accepted
    WITHDRAWN = "withdrawn"  # the offer was taken back


class Commitment(Editable):
    """
    One organisation promises another something by a date; in a circle where both sit.

    `first_due_on` is the date first accepted, `due_on` the one that holds now. `asked_due_on` is another date that the
    promiser asks for while it waits for the receiver's answer. `size` weighs it against others where reliability is shown.
    """

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    done_when = models.TextField()  # the definition of done
    promiser = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    promiser_person = models.ForeignKey("organisations.Person", null=True, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    receiver_person = models.ForeignKey("organisations.Person", null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    first_due_on = models.DateField()
    asked_due_on = models.DateField(null=True)
    size = models.PositiveSmallIntegerField(default=1)
    item = models.ForeignKey("plans.Item", null=True, on_delete=models.PROTECT, related_name="+")
    goal = models.ForeignKey("goals.Goal", null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey("decisions.Decision", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=CommitmentState, default=CommitmentState.OFFERED)
    offered_by = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    was_on_time = models.BooleanField(null=True)  # of a confirmed one: delivered by the date that held

    class Meta(Editable.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="commitment_number_once")]
        indexes = [models.Index(fields=["circle", "due_on"], name="commitment_by_date")]


class Step(InCircle):
    """One step in a commitment's life, with the words that were said: what its page shows, and what is counted."""

    class Kind(models.TextChoices):
        OFFERED = "offered"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        ASKED = "asked"  # for another date
        MOVED = "moved"  # the other date holds
        KEPT_DATE = "kept-date"  # it was refused
        DELIVERED = "delivered"
        CONFIRMED = "confirmed"
        DISPUTED = "disputed"
        BROKEN = "broken"
        RELEASED = "released"
        WITHDRAWN = "withdrawn"

    append_only = True
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    due_before = models.DateField(null=True)
    due_after = models.DateField(null=True)
    was_in_time = models.BooleanField(null=True)  # another date was asked for before the one that held
    taken_at = models.DateTimeField()

    class Meta(InCircle.Meta):
        indexes = [models.Index(fields=["commitment", "taken_at"], name="step_of_commitment")]

"""How long work may take, and what follows from that for the dates of a plan."""

from django.db import models
from django.db.models import F, Q

from consortio.access.guarded import Editable, InCircle
from consortio.plans.models import LocalDateTimeField


class Estimate(Editable):
    """
    How long an item may take, in three points and working minutes, in the item's own circle; none where they are null.

    What an organisation thinks of it by itself is the item's own side in its house.
    """

    item = models.ForeignKey("plans.Item", on_delete=models.PROTECT, related_name="+")
    low_minutes = models.PositiveIntegerField(null=True)
    likely_minutes = models.PositiveIntegerField(null=True)
    high_minutes = models.PositiveIntegerField(null=True)

    class Meta(Editable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["circle", "item"], name="estimate_once"),
            models.CheckConstraint(
                condition=Q(low_minutes=None, likely_minutes=None, high_minutes=None)
                | Q(low_minutes__lte=F("likely_minutes"), likely_minutes__lte=F("high_minutes")),
                name="estimate_in_order",
            ),
        ]
        indexes = [models.Index(fields=["item"], name="estimate_of_item")]


class Simulation(InCircle):
    """
    One simulation of a plan, from what everybody in its circle sees: many schedules with durations drawn at random.

    `outcome` holds figures and ids, never names or sentences; see `outcomes`.
    """

    append_only = True
    plan = models.ForeignKey("plans.Plan", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    computed_at = models.DateTimeField()
    data_at = LocalDateTimeField(null=True)  # the plan's data date of then
    trials = models.PositiveIntegerField()
    seed = models.PositiveBigIntegerField()
    engine = models.CharField(max_length=20)  # version
    fingerprint = models.CharField(max_length=64)  # of all that it was computed from
    outcome = models.JSONField()
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "job"], name="simulation_of_job_once")]
        indexes = [models.Index(fields=["plan", "-computed_at"], name="simulation_newest")]

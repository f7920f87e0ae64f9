"""What follows for the dates of a plan from how long its work may take, and from what may happen."""

from django.db import models

from consortio.access.guarded import InCircle


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
    data_at = models.CharField(max_length=16, blank=True)  # the plan's data date of then, on its own clock
    trials = models.PositiveIntegerField()
    seed = models.PositiveBigIntegerField()
    engine = models.CharField(max_length=20)  # version
    fingerprint = models.CharField(max_length=64)  # of all that it was computed from
    basis = models.JSONField(null=True)  # what of its inputs is compared with those of now, see there
    outcome = models.JSONField()
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "job"], name="simulation_of_job_once")]
        indexes = [models.Index(fields=["plan", "-computed_at"], name="simulation_newest")]

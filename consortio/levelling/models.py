"""Who has how much time, who is needed for an item, and dates that were found to respect both."""

from django.db import models
from django.db.models import Q

from consortio.access.guarded import Editable, InCircle


class Objective(models.TextChoices):
    FINISH = "finish"  # as early as possible, then as few moved dates
    STABLE = "stable"  # as few moved dates as possible, then early


class Capacity(Editable):
    """
    How much time an organisation has for joint work in a span of days: one person's, or of all it brings.

    In the joint circle everybody plans with it; in our house nobody but us. `percent` counts hundredths of one full-time
    person. Without a `person` it is the organisation as a whole; `work` narrows that to one kind of work.
    """

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", null=True, on_delete=models.PROTECT, related_name="+")
    work = models.CharField(max_length=100, blank=True)
    percent = models.PositiveIntegerField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # the last day; null: for the time being
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(Editable.Meta):
        indexes = [
            models.Index(
                fields=["circle", "organisation", "from_on"], condition=Q(withdrawn_at=None), name="capacity_said"
            )
        ]


class Demand(Editable):
    """
    Whom an item needs while it is worked on, and how much of them.

    Without any, it needs the person who answers for it, or one of the organisation in charge, for all of its time.
    """

    item = models.ForeignKey("plans.Item", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", null=True, on_delete=models.PROTECT, related_name="+")
    work = models.CharField(max_length=100, blank=True)
    percent = models.PositiveIntegerField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(Editable.Meta):
        indexes = [models.Index(fields=["item"], condition=Q(withdrawn_at=None), name="demand_of_item")]


class Levelling(InCircle):
    """
    Dates that respect capacity, found from what everybody in the circle sees. It never changes.

    What is kept of items, people and organisations are ids and figures, never words: whoever reads it sees the names of
    their own circle.
    """

    written_by, append_only = "system", True
    plan = models.ForeignKey("plans.Plan", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.PROTECT, related_name="+")  # none: found at once
    found_at = models.DateTimeField()
    engine = models.CharField(max_length=20)  # version
    method = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # of the plan, its needs and the capacities
    objective = models.CharField(max_length=6, choices=Objective)
    seed = models.PositiveIntegerField(null=True)
    limit_seconds = models.PositiveIntegerField()
    status = models.CharField(max_length=10)  # the engine's: ok, feasible, infeasible, no_answer, limit
    gap = models.FloatField(null=True)  # of the finish over its bound, in working time
    # Of the plan's own wall clock, as "2031-05-06T17:00"; empty where there is none.
    bound_at = models.CharField(max_length=16, blank=True)  # no dates end earlier
    finish_before = models.CharField(max_length=16, blank=True)
    finish_at = models.CharField(max_length=16, blank=True)
    # Of items: [id, start and finish before, start and finish after], those that moved, in the order of their start.
    moved = models.JSONField(default=list)
    moved_count = models.PositiveIntegerField(default=0)
    holds = models.JSONField(
        default=list
    )  # [id, start]: what "start no earlier than" has to say so that these come out
    untouched = models.JSONField(default=list)  # ids of items that would have to start later, and keep their own dates
    loads = models.JSONField(default=list)  # of each resource, before and after, by week
    # Working minutes that more of everybody gains at most, and "rows": what one more of somebody gains.
    bottlenecks = models.JSONField(default=dict)
    findings = models.JSONField(default=list)  # {"code", "items": [ids], "keys": [...]}

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "job"], name="levelling_of_job_once")]
        indexes = [models.Index(fields=["plan", "circle", "found_at"], name="levelling_of_plan")]

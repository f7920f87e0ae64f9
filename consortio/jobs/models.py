from django.db import models
from django.db.models import Q

from consortio.access.guarded import InCircle


class State(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"  # what it was given could not be done; `message` says why
    FAILED = "failed"  # a fault of ours
    CANCELLED = "cancelled"


class Job(InCircle):
    """
    Work that outlasts a request, in a circle of the one who started it; it may be killed anywhere and runs again.

    `arguments` are ids and choices, never data of other circles; the actor is loaded anew when it runs.
    """

    kind = models.CharField(max_length=60)  # the name under which a feature registered the function
    arguments = models.JSONField(default=dict)
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)  # steps
    steps = models.PositiveIntegerField(default=0)  # 0: not known yet
    step = models.CharField(max_length=60, blank=True)  # what is being done: a code, translated where it is shown
    message = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    is_cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)  # of the worker that has it; a silent one has died
    ended_at = models.DateTimeField(null=True)

    class Meta(InCircle.Meta):
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state__in=["waiting", "running"]), name="job_to_do"),
            models.Index(fields=["circle", "person", "asked_at"], name="job_of_person"),
        ]

from django.db import models

from consortio.access.guarded import Editable


class State(models.TextChoices):
    READING = "reading"
    READ = "read"
    REFUSED = "refused"
    APPLYING = "applying"
    APPLIED = "applied"
    DROPPED = "dropped"


class Draft(Editable):
    """
    A plan file on its way in: uploaded, read, looked at, and not yet applied. It lies in the starter's own house, so
    nobody else knows of it until it is applied in the circle that was chosen. What goes to a body lies in that body
    from the start: colleagues who do not sit there must not read it either.
    """

    file = models.ForeignKey("attachments.Attachment", on_delete=models.PROTECT, related_name="+")
    neutral = models.ForeignKey("attachments.Attachment", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey("access.Circle", on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey("plans.Plan", null=True, on_delete=models.PROTECT, related_name="+")  # imported again
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.READING)
    choices = models.JSONField(default=dict)  # column mapping, who is who, which changes are ticked
    summary = models.JSONField(default=dict)  # counts, dates, findings: what the preview shows
    message = models.TextField(blank=True)
    made_at = models.DateTimeField()

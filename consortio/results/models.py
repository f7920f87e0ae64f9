from django.db import models

from consortio.access.guarded import Editable, InCircle


class Step(models.TextChoices):
    READING = "reading"
    READ = "read"
    REFUSED = "refused"
    APPLYING = "applying"
    APPLIED = "applied"
    DROPPED = "dropped"


class ResultsFile(Editable):
    """
    A results file on its way in: uploaded, read, looked at, and not yet brought in. It lies in the starter's own house,
    so nobody else knows of it; each partnership that is made from it gets the file itself and an `Origin`.
    """

    file = models.ForeignKey("attachments.Attachment", on_delete=models.PROTECT, related_name="+")
    neutral = models.ForeignKey("attachments.Attachment", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=Step, default=Step.READING)
    choices = models.JSONField(default=dict)  # which activities, under which names, who of their organisations is who
    summary = models.JSONField(default=dict)  # what the preview shows
    made = models.JSONField(default=dict)  # the partnerships that were made, by the place of their activity in the file
    message = models.TextField(blank=True)
    made_at = models.DateTimeField()


class Origin(InCircle):
    """
    The activity of a results file that a partnership was made from, for all its members; the newest one holds.

    `content` is the activity as `interchange.results` has it, without results and money: what an export says again.
    """

    append_only = True
    identifier = models.CharField(max_length=200, blank=True)
    file = models.ForeignKey("attachments.Attachment", on_delete=models.PROTECT, related_name="+")
    imported = models.ForeignKey("record.Import", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    us = models.PositiveSmallIntegerField(null=True)  # the place of the organisation that brought it among those named
    content = models.JSONField(default=dict)
    brought_at = models.DateTimeField()

    class Meta(InCircle.Meta):
        indexes = [models.Index(fields=["circle", "brought_at"], name="origin_of_partnership")]

"""What the members of a partnership have agreed to be, and where they stand together."""

from django.db import models

from consortio.access.guarded import InCircle


class Phase(models.TextChoices):
    EXPLORING = "exploring"
    DESIGNING = "designing"
    ACTIVE = "active"
    RENEWING = "renewing"
    WINDING_DOWN = "winding-down"
    CLOSED = "closed"


class CharterVersion(InCircle):
    """A charter as every member agreed to it; the newest holds. `articles` are texts by their names in `rules`."""

    append_only = True
    number = models.PositiveIntegerField()  # from 1
    articles = models.JSONField()
    agreed_at = models.DateTimeField()
    proposal = models.ForeignKey("approvals.Proposal", on_delete=models.PROTECT, related_name="+")

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="charter_number_once")]


class Stage(InCircle):
    """The partnership's stage since a time, as every member agreed; before the first one it is exploring."""

    append_only = True
    number = models.PositiveIntegerField()  # from 1
    phase = models.CharField(max_length=12, choices=Phase)
    began_at = models.DateTimeField()
    proposal = models.ForeignKey("approvals.Proposal", on_delete=models.PROTECT, related_name="+")

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="stage_number_once")]

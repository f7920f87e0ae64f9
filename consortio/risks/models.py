"""What may happen to a plan, and to which of its items."""

from django.db import models
from django.db.models import Q

from consortio.access.guarded import Editable, InCircle


class RiskKind(models.TextChoices):
    EVENT = "event"  # happens once or not, and costs time
    DRIVER = "driver"  # stretches the work of many items at once


class RiskState(models.TextChoices):
    OPEN = "open"
    OCCURRED = "occurred"
    CLOSED = "closed"


class Risk(Editable):
    """
    Something uncertain that would change a plan's dates. In a narrower circle than its plan it counts only there.

    Of an event the three are working minutes that it costs each of its items; of a driver per cent of their duration.
    """

    plan = models.ForeignKey("plans.Plan", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=6, choices=RiskKind, default=RiskKind.EVENT)
    chance = models.PositiveSmallIntegerField()  # per cent
    low = models.PositiveIntegerField()
    likely = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    response = models.TextField(blank=True)  # what is done about it
    organisation = models.ForeignKey(  # bears it
        "organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey("organisations.Person", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=RiskState, default=RiskState.OPEN)
    raised_at = models.DateTimeField()

    class Meta(Editable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["circle", "plan", "number"], name="risk_number_once"),
            models.CheckConstraint(condition=Q(chance__gte=1, chance__lte=99), name="risk_is_uncertain"),
            models.CheckConstraint(condition=Q(low__lte=models.F("likely")), name="risk_low_is_lowest"),
            models.CheckConstraint(condition=Q(likely__lte=models.F("high")), name="risk_high_is_highest"),
        ]
        indexes = [models.Index(fields=["plan", "number"], name="risk_of_plan")]


class Threat(InCircle):
    """A risk concerns an item, or does not any more. The newest word on a pair holds."""

    append_only = True
    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("plans.Item", on_delete=models.PROTECT, related_name="+")
    is_meant = models.BooleanField(default=True)
    said_at = models.DateTimeField()

    class Meta(InCircle.Meta):
        indexes = [
            models.Index(fields=["risk"], name="threat_of_risk"),
            models.Index(fields=["item"], name="threat_of_item"),
        ]

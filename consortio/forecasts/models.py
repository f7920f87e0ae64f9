"""
What each organisation expects of a goal, said before it knows what the others say.

An own forecast lies in its organisation's house. That it was given is known to all; what it says, only once a round is
revealed: then each is copied into the round's circle.
"""

from django.db import models
from django.db.models import Q

from consortio.access.guarded import Editable, InCircle
from consortio.exact import ExactField


class Round(Editable):
    """
    The organisations of a circle are asked for their forecast of a goal, until all have given one or the time is up.

    It keeps the KPI, the unit and the decimals that it was asked in, whatever measures the goal later.
    """

    goal = models.ForeignKey("goals.Goal", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # of the goal's rounds, from 1
    about_on = models.DateField()  # the day whose value is forecast
    kpi = models.ForeignKey("kpis.Kpi", null=True, on_delete=models.PROTECT, related_name="+")  # by which it was asked
    unit = models.CharField(max_length=100, default="", db_default="")  # of the KPI, as it was asked in
    decimals = models.PositiveSmallIntegerField(default=0, db_default=0)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True)

    class Meta(Editable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["circle", "goal", "number"], name="round_number_once"),
            models.UniqueConstraint(fields=["circle", "goal"], condition=Q(revealed_at=None), name="round_open_once"),
        ]


class Quantiles(models.Model):
    """What somebody expects: in one case of ten less than `p10`, in half of them less than `p50`, in nine less than `p90`."""

    p10 = ExactField()
    p50 = ExactField()
    p90 = ExactField()
    words = models.TextField(blank=True)

    class Meta:
        abstract = True


class OwnForecast(Quantiles, Editable):
    """An organisation's forecast in its own house, until the round is revealed; it may be changed so long."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta(Editable.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "round"], name="own_forecast_once")]


class Given(InCircle):
    """That an organisation has given its forecast, and no more than that."""

    append_only = True
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "round", "organisation"], name="given_once")]


class Revealed(Quantiles, InCircle):
    """An organisation's forecast as all see it since its round was revealed."""

    append_only = True
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "round", "organisation"], name="revealed_once")]


class Scored(Editable):
    """Whether an organisation lets its forecasts be scored for all to see; shown where every one of them does."""

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    is_willing = models.BooleanField(default=False)
    said_at = models.DateTimeField()

    class Meta(Editable.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "organisation"], name="scored_once")]

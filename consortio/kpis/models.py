"""
What is measured: KPIs, and readings of them as claims of organisations.

A reading is claimed by one organisation for one period; others confirm it or contest it, and may say what it is by their
own figures. Nobody's figure is above another's: of a contested reading the range of all that was claimed holds.
"""

from django.db import models
from django.db.models import Q

from consortio.access.guarded import Editable, InCircle
from consortio.exact import ExactField


class Frequency(models.TextChoices):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


class Aggregation(models.TextChoices):
    """What several periods come to."""

    LAST = "last"
    SUM = "sum"
    MEAN = "mean"


class Better(models.TextChoices):
    """Which way is good."""

    UP = "up"
    DOWN = "down"
    BAND = "band"  # to be kept between two values


class Kpi(Editable):
    """
    An indicator that is watched over time. One with a formula is computed from others and has no readings of its own.

    `warn_at` and `alarm_at` are thresholds in the direction that `better` calls bad; with a band they are distances.
    """

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    formula = models.CharField(max_length=500, blank=True)
    unit = models.CharField(max_length=100, default="number")  # a code of `units`: "money:EUR", "own:users|days"
    decimals = models.PositiveSmallIntegerField(default=0)  # that are shown
    frequency = models.CharField(max_length=9, choices=Frequency, default=Frequency.MONTH)
    fiscal_start = models.PositiveSmallIntegerField(default=1)  # the month in which its years begin
    aggregation = models.CharField(max_length=4, choices=Aggregation, default=Aggregation.LAST)
    better = models.CharField(max_length=4, choices=Better, default=Better.UP)
    warn_at = ExactField(null=True)
    alarm_at = ExactField(null=True)
    source = models.CharField(max_length=300, blank=True)  # where its values come from
    informs = models.TextField(blank=True)  # the decision it informs
    organisation = models.ForeignKey(  # that owns it: its readings are asked of
        "organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey("organisations.Person", null=True, on_delete=models.PROTECT, related_name="+")
    is_headline = models.BooleanField(default=False)
    external_id = models.CharField(max_length=200, blank=True)
    imported = models.ForeignKey("record.Import", null=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta(Editable.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="kpi_number_once")]


class ReadingState(models.TextChoices):
    PROPOSED = "proposed"  # nobody else has said anything
    CONFIRMED = "confirmed"  # by another organisation; where there is none, by being said
    CONTESTED = "contested"
    RESOLVED = "resolved"  # as the members decided
    CORRECTED = "corrected"  # another reading of the same organisation stands in its place


class Reading(Editable):
    """
    One value of a KPI for a period, as an organisation claims it; in the KPI's own circle.

    `low` and `high` are the range of what is claimed: both are `value` unless it is contested by another figure, or the
    figure that the members settled on. A correction is another reading; the one that it `replaces` stays.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="+")
    start_on = models.DateField()
    end_on = models.DateField()  # the first day after the period
    value = ExactField()
    low = ExactField()
    high = ExactField()
    state = models.CharField(max_length=9, choices=ReadingState, default=ReadingState.PROPOSED)
    as_of = models.DateField(null=True)
    source = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey("approvals.Proposal", null=True, on_delete=models.PROTECT, related_name="+")
    imported = models.ForeignKey("record.Import", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Editable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "kpi", "start_on"], condition=~Q(state="corrected"), name="reading_holds_once"
            )
        ]
        indexes = [models.Index(fields=["kpi", "start_on"], name="reading_of_kpi")]


class Stance(InCircle):
    """What another organisation says to a reading. It may say something else later: its newest one holds."""

    append_only = True
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    is_confirming = models.BooleanField()
    value = ExactField(null=True)  # what it is by their own figures, where they contest and have any
    reason = models.TextField(blank=True)
    taken_at = models.DateTimeField()

    class Meta(InCircle.Meta):
        indexes = [models.Index(fields=["reading", "taken_at"], name="stance_on_reading")]


class Course(InCircle):
    """
    The last readings of a KPI, the newest last, kept for lists: [start, end, low, high, state] each, values as text.

    It is made anew with every reading, in the same transaction.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="+")
    recent = models.JSONField(default=list)
    readings = models.PositiveIntegerField(default=0)  # how many hold, in all
    contested = models.PositiveIntegerField(default=0)
    unconfirmed = models.PositiveIntegerField(default=0)

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "kpi"], name="course_once")]

"""What the members want to reach: goals, the versions of them that were agreed, opinions beside them, and chances."""

from django.db import models

from consortio.access.guarded import Editable, InCircle
from consortio.exact import ExactField


class GoalKind(models.TextChoices):
    MEASURE = "measure"  # a KPI reaches a target
    MILESTONE = "milestone"  # items of a plan are finished


class Direction(models.TextChoices):
    """Which way a goal goes: its KPI is to grow, to fall, or to stay between two values."""

    UP = "up"
    DOWN = "down"
    BAND = "band"


class GoalState(models.TextChoices):
    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed"
    ACHIEVED = "achieved"
    MISSED = "missed"
    RETIRED = "retired"


class Goal(Editable):
    """
    A measurable result. In the joint circle it is agreed by the members; in a narrower one its writers adopt it.

    `contributions` are what each organisation brings to it, and who of it is accountable for that: [{"organisation": id,
    "words": text, "amount": text or null, "person": id or null}], the amount in the KPI's unit. `agreed_number` is the version that the members agreed to last, 0 before the first.
    """

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    why = models.TextField(blank=True)
    kind = models.CharField(max_length=9, choices=GoalKind, default=GoalKind.MEASURE)
    kpi = models.ForeignKey("kpis.Kpi", null=True, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=4, choices=Direction, default=Direction.UP)
    baseline = ExactField(null=True)
    target = ExactField(null=True)
    band_low = ExactField(null=True)
    band_high = ExactField(null=True)
    start_on = models.DateField()
    due_on = models.DateField()
    weight = models.PositiveSmallIntegerField(default=1)
    organisation = models.ForeignKey(  # in charge
        "organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey("organisations.Person", null=True, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    contributions = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=GoalState, default=GoalState.DRAFT)
    agreed_number = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)  # when it came into the state that it has
    external_id = models.CharField(max_length=200, blank=True)
    imported = models.ForeignKey("record.Import", null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)  # a draft that nobody agreed to

    class Meta(Editable.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="goal_number_once")]
        indexes = [models.Index(fields=["kpi"], name="goal_of_kpi")]


class GoalItem(InCircle):
    """An item of a plan that a goal of the kind milestone waits for. The newest link of a pair holds."""

    append_only = True
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("plans.Item", on_delete=models.PROTECT, related_name="+")
    is_linked = models.BooleanField(default=True)
    linked_at = models.DateTimeField()

    class Meta(InCircle.Meta):
        indexes = [models.Index(fields=["goal"], name="goal_item"), models.Index(fields=["item"], name="item_of_goal")]


class GoalVersion(InCircle):
    """A goal as the members agreed to it: `terms` are its fields as plain values."""

    append_only = True
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # from 1
    terms = models.JSONField()
    agreed_at = models.DateTimeField()
    proposal = models.ForeignKey("approvals.Proposal", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "goal", "number"], name="goal_version_once")]


class Opinion(InCircle):
    """How those in charge see a goal: it stands beside what the readings say, and never in their place."""

    append_only = True
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    confidence = models.PositiveSmallIntegerField()  # percent, that it will be reached
    words = models.TextField(blank=True)
    given_at = models.DateTimeField()

    class Meta(InCircle.Meta):
        indexes = [models.Index(fields=["goal", "given_at"], name="opinion_of_goal")]


class Chance(InCircle):
    """
    How likely a goal is to be reached by its date, as computed from what everybody in its circle sees.

    It carries what computed numbers carry: `as_of` the last period it knows, `method`, and the `fingerprint` of what it was
    computed from, by which a stale one is known. `result` is as `engine.chance_of` makes it. Written by no person.
    """

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    as_of = models.DateField(null=True)
    method = models.CharField(max_length=40, blank=True)
    result = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "goal"], name="chance_once")]

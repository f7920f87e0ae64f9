"""
Items, links, calendars and baselines of one piece of joint work, and the dates computed from them.

Local date-times of the plan's zone are kept without a zone, to the minute: a plan computes in its own wall time.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import F, Q

from consortio.access.guarded import Editable, InCircle
from consortio.sqlite.compiler import converted_by

MINUTES_PER_DAY = 480


@lru_cache(maxsize=16_384)
def _read(text: str) -> datetime | None:
    """Return a kept date-time; a plan repeats few of them, thousands of times."""
    return datetime.fromisoformat(text) if text else None


class LocalDateTimeField(models.CharField):
    """
    A date-time of the plan's wall clock, "2031-05-06T08:00", as text: it sorts as it reads, on every database.

    Python sees `datetime` without a zone.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"max_length": 16})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("max_length", None)
        return name, path, args, options

    @converted_by(_read)
    def from_db_value(self, value: Any, expression: object, connection: object) -> datetime | None:
        return None if value is None else _read(value)

    def to_python(self, value: Any) -> datetime | None:
        return datetime.fromisoformat(value) if isinstance(value, str) and value else value or None

    def get_prep_value(self, value: Any) -> Any:
        return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value


class PathField(models.CharField):
    """Text that sorts by its bytes on every database: PostgreSQL would else sort it by its own locale."""

    def db_parameters(self, connection: Any) -> Any:
        return super().db_parameters(connection) | {"collation": "C" if connection.vendor == "postgresql" else None}


class Mode(models.TextChoices):
    MSP = "msp"  # scheduled as MS Project does; plans made here
    P6 = "p6"  # as Primavera P6 does


class Kind(models.TextChoices):
    PHASE = "phase"
    TASK = "task"
    MILESTONE = "milestone"
    DELIVERABLE = "deliverable"


class LinkType(models.TextChoices):
    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


class LagKind(models.TextChoices):
    WORKING = "working"
    ELAPSED = "elapsed"
    PERCENT = "percent"  # of the predecessor's duration


class Calendar(Editable):
    """
    When work is done: of a plan, an organisation (in its house) or a person.

    `week` has seven lists, Monday first, of [from, to] in minutes after midnight; `to` may pass 1440 (night shift); a
    day that is null is as in `base`. `exceptions` and `weeks` are as in the JSON of `interchange.plan`.
    """

    plan = models.ForeignKey("plans.Plan", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey("organisations.Person", null=True, on_delete=models.PROTECT, related_name="+")
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    week = models.JSONField(default=list)
    exceptions = models.JSONField(default=list)
    weeks = models.JSONField(default=list)  # other weeks for a time
    day_minutes = models.PositiveIntegerField(null=True)


class Plan(Editable):
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    start_at = LocalDateTimeField()
    data_at = LocalDateTimeField(null=True)  # the data date: progress is known up to here
    finish_by = LocalDateTimeField(null=True)  # must finish by (p6)
    zone = models.CharField(max_length=60, default="UTC")
    mode = models.CharField(max_length=3, choices=Mode, default=Mode.MSP)
    calendar = models.ForeignKey(Calendar, null=True, on_delete=models.PROTECT, related_name="+")
    float_limit_minutes = models.PositiveIntegerField(default=0)  # critical up to this total float
    day_minutes = models.PositiveIntegerField(default=MINUTES_PER_DAY)  # what "1 d" means where durations are shown
    options = models.JSONField(default=dict)  # what else a file says of its scheduling: lag calendar, projects
    source = models.CharField(max_length=20, blank=True)  # mspdi, xer, csv, xlsx; empty: made here
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    imported = models.ForeignKey("record.Import", null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(Editable.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="plan_number_once")]


class Item(Editable):
    """
    A row of a plan: phase, task, milestone or deliverable. In a narrower circle than its plan it is private there.

    `path` orders the tree depth first: one segment for each ancestor and the item itself, so a subtree is a prefix and
    a window of the tree is one range of an index (see `tree`). `depth` counts the ancestors.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    path = PathField(max_length=1000)
    depth = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=100, blank=True)  # WBS or activity code, as people know it
    name = models.CharField(max_length=500)
    kind = models.CharField(max_length=11, choices=Kind, default=Kind.TASK)
    is_summary = models.BooleanField(default=False)  # has children that everybody in its circle sees
    milestone_end = models.CharField(max_length=6, blank=True)  # start or finish, of a milestone
    note = models.TextField(blank=True)
    organisation = models.ForeignKey(  # in charge
        "organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey("organisations.Person", null=True, on_delete=models.PROTECT, related_name="+")
    calendar = models.ForeignKey(Calendar, null=True, on_delete=models.PROTECT, related_name="+")
    duration_minutes = models.PositiveIntegerField(default=0)  # working
    remaining_minutes = models.PositiveIntegerField(null=True)
    percent = models.PositiveSmallIntegerField(default=0)
    is_manual = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    constraint = models.CharField(max_length=14, blank=True)  # as in interchange.plan: snet, fnet, mso ...
    constraint_at = LocalDateTimeField(null=True)
    constraint2 = models.CharField(max_length=14, blank=True)
    constraint2_at = LocalDateTimeField(null=True)
    deadline_at = LocalDateTimeField(null=True)
    actual_start_at = LocalDateTimeField(null=True)
    actual_finish_at = LocalDateTimeField(null=True)
    stored_start_at = LocalDateTimeField(null=True)  # as the file or a manual item says
    stored_finish_at = LocalDateTimeField(null=True)
    extra = models.JSONField(default=dict)  # what else a file says, by field of interchange.plan.Item
    imported_values = models.JSONField(default=dict)  # the file's, of what people edit: tells their changes from its
    external_id = models.CharField(max_length=100, blank=True)
    imported = models.ForeignKey("record.Import", null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_with = models.ForeignKey(  # what was withdrawn in that step: itself, or what held it
        "self", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Editable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["circle", "plan", "number"], name="item_number_once"),
            models.UniqueConstraint(
                fields=["circle", "plan", "external_id"], condition=~Q(external_id=""), name="item_external_once"
            ),
        ]
        indexes = [
            # In the order of windows, and holds all that decides whether a row is shown: a window walks this index alone.
            models.Index(
                fields=["plan", "path", "id", "depth", "circle", "parent"],
                condition=Q(withdrawn_at=None),
                name="item_in_tree",
            ),
            # For totals beside windows, which walk an index alone, and for what stands above an item.
            models.Index(
                fields=["circle", "plan", "depth", "path"], condition=Q(withdrawn_at=None), name="item_by_depth"
            ),
            models.Index(fields=["circle", "plan", "kind"], condition=Q(withdrawn_at=None), name="item_of_kind"),
            models.Index(fields=["parent", "path"], name="item_of_parent"),
            models.Index(
                fields=["plan", "person", "circle"],
                condition=Q(withdrawn_at=None, person__isnull=False),
                name="item_of_person",
            ),
        ]


class Link(Editable):
    """`successor` depends on `predecessor`. In a narrower circle than its items it binds only there."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    predecessor = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=2, choices=LinkType, default=LinkType.FS)
    lag_minutes = models.IntegerField(default=0)  # of a percentage: tenths of a percent
    lag_kind = models.CharField(max_length=7, choices=LagKind, default=LagKind.WORKING)
    imported_lag = models.CharField(max_length=20, blank=True)  # the file's, as in `changes.lag_words`
    imported = models.ForeignKey("record.Import", null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_with = models.ForeignKey(  # the item that it went with
        Item, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Editable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "predecessor", "successor", "type"],
                condition=Q(withdrawn_at=None),
                name="link_once",
            )
        ]
        indexes = [models.Index(fields=["plan"], name="link_of_plan")]


class Nomination(Editable):
    """Somebody of another organisation is asked to answer for an item; they say so themselves."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    nominated_by = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    nominated_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    reason = models.TextField(blank=True)  # why they declined
    answered_at = models.DateTimeField(null=True)

    class Meta(Editable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["circle", "item"], condition=Q(state="open"), name="nomination_open_once")
        ]
        indexes = [
            models.Index(fields=["person", "organisation"], condition=Q(state="open"), name="nomination_of_person")
        ]


class OwnSide(Editable):
    """What one organisation keeps to itself about a joint item: in its house, its words and its own estimate."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    low_minutes = models.PositiveIntegerField(null=True)  # working
    likely_minutes = models.PositiveIntegerField(null=True)
    high_minutes = models.PositiveIntegerField(null=True)

    class Meta(Editable.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "item"], name="own_side_once")]


class Estimate(Editable):
    """
    How long an item may take, in three points and working minutes, in the item's own circle; none where they are null.

    What an organisation thinks of it by itself is the item's own side in its house.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    low_minutes = models.PositiveIntegerField(null=True)
    likely_minutes = models.PositiveIntegerField(null=True)
    high_minutes = models.PositiveIntegerField(null=True)

    class Meta(Editable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["circle", "item"], name="estimate_once"),
            models.CheckConstraint(
                condition=Q(low_minutes=None, likely_minutes=None, high_minutes=None)
                | Q(low_minutes__lte=F("likely_minutes"), likely_minutes__lte=F("high_minutes")),
                name="estimate_in_order",
            ),
        ]
        indexes = [models.Index(fields=["item"], name="estimate_of_item")]


class Baseline(InCircle):
    """The plan as it was agreed or taken at a time; it never changes."""

    append_only = True
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    taken_at = models.DateTimeField()

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "plan", "number"], name="baseline_number_once")]


class BaselineItem(InCircle):
    append_only = True
    baseline = models.ForeignKey(Baseline, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    start_at = LocalDateTimeField(null=True)
    finish_at = LocalDateTimeField(null=True)
    duration_minutes = models.PositiveIntegerField(null=True)

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "baseline", "item"], name="baseline_item_once")]
        indexes = [models.Index(fields=["item"], name="baseline_of_item")]


class Schedule(InCircle):
    """One computation of a plan's dates, from what everybody in the circle sees. The newest replaces the one before."""

    written_by, erasable = "system", True
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    computed_at = models.DateTimeField()
    engine = models.CharField(max_length=20)  # version
    fingerprint = models.CharField(max_length=64)  # of the inputs
    start_at = LocalDateTimeField(null=True)
    finish_at = LocalDateTimeField(null=True)
    items = models.PositiveIntegerField(default=0)
    # Of items: by kind; done, late and critical ones that are no summaries; and "standing", see there.
    counts = models.JSONField(default=dict)
    findings = models.JSONField(default=list)  # {"code", "items": [ids], ...}: facts, never sentences
    outdated_at = models.DateTimeField(null=True)  # since when rows say more than the dates do; null: they agree
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.PROTECT, related_name="+")  # the last that follows

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "plan"], name="schedule_once")]


class Scheduled(InCircle):
    """
    The computed dates of one item in one circle. Computing is no change of the item: its version stays.

    A narrower circle keeps rows only for its own items and for those whose dates differ there from the wider circle's.
    """

    written_by, erasable = "system", True
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    start_at = LocalDateTimeField(null=True)
    finish_at = LocalDateTimeField(null=True)
    late_start_at = LocalDateTimeField(null=True)
    late_finish_at = LocalDateTimeField(null=True)
    total_float_minutes = models.IntegerField(null=True)
    free_float_minutes = models.IntegerField(null=True)
    is_critical = models.BooleanField(default=False)
    is_on_longest_path = models.BooleanField(default=False)
    is_late = models.BooleanField(default=False)  # see `lateness`
    percent = models.PositiveSmallIntegerField(default=0)  # of a summary: weighted by duration
    is_computed = models.BooleanField(default=True)  # else these are the dates that were stored with the item

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "item"], name="scheduled_once")]
        indexes = [
            models.Index(fields=["plan", "circle", "finish_at"], name="scheduled_by_finish"),
            models.Index(fields=["plan", "circle", "start_at"], name="scheduled_by_start"),
        ]

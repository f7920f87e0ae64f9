"""What an item may cost, what it has cost so far, and how it earns."""

from django.db import models
from django.db.models import Q

from consortio.access.guarded import Editable


class Rule(models.TextChoices):
    """How an item earns its budget; the names are the engine's."""

    PERCENT = "percent"  # as much of it as is done
    ALL_AT_END = "0/100"
    HALVES = "50/50"


class Cost(Editable):
    """
    One item's cost in one circle: in the item's own what all there agreed, in a house what it really costs us.

    Amounts are minor units of the currency; one that nobody said is null. `currency` is empty where the file that the
    cost came from names none. In a house what is left empty is as in the item's own circle.
    """

    item = models.ForeignKey("plans.Item", on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, blank=True)
    budget = models.BigIntegerField(null=True)
    actual = models.BigIntegerField(null=True)
    payer = models.ForeignKey(  # null: whoever is in charge of the item
        "organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    rule = models.CharField(max_length=7, choices=Rule, blank=True)  # empty: percent, or as in the item's own circle
    imported_values = models.JSONField(default=dict)  # the file's: tells people's changes from its
    imported = models.ForeignKey("record.Import", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Editable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["circle", "item"], name="cost_once"),
            models.CheckConstraint(condition=Q(budget=None) | Q(budget__gte=0), name="cost_budget_not_negative"),
        ]
        indexes = [models.Index(fields=["item"], name="cost_of_item")]

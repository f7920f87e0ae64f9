from django.conf import settings
from django.db import models

from consortio.ids import uuid7


class Visit(models.Model):
    """
    Up to where somebody, under one hat, has read what happened in a partnership.

    Organisation, partnership and the circles of `numbers` are no references: what of them the person sees is asked at
    each reading.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation_id = models.UUIDField()
    partnership_id = models.UUIDField()
    numbers = models.JSONField(default=dict)  # the entry last seen, by circle
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation_id", "partnership_id"], name="visit_once")]

"""What is told to whom by mail. No row here is of a circle: they hold wishes of somebody who signs in, and what was sent."""

from django.conf import settings
from django.db import models

from consortio.ids import uuid7


class Wish(models.Model):
    """How somebody wants to be told of one topic, where that is not as usual."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=12)
    how = models.CharField(max_length=8)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="wish_once")]


class Sent(models.Model):
    """That somebody was told of one effect of the record: a second try tells them nothing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    effect_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["effect_id", "user"], name="sent_once")]


class Digest(models.Model):
    """The digest of one day for one reader, whether or not there was something to say."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()  # the reader's own day
    taken_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=1)
    done_at = models.DateTimeField(null=True)
    upto = models.TextField(blank=True)  # a cursor: in which circle it told up to which number

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="digest_once")]

from django.db import models

from consortio.access.guarded import Editable, InCircle


class Remark(Editable):
    """What somebody says about a row, in its own circle: the row's or a narrower one. One that is withdrawn stays."""

    subject_id = models.UUIDField()  # of a kind that `subjects` knows, in the same circle or a wider one
    subject_kind = models.CharField(max_length=60)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    made_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(Editable.Meta):
        indexes = [models.Index(fields=["subject_id", "made_at"], name="remark_of_row")]


class Mention(InCircle):
    """Somebody of the circle whom a remark names. It stays when the words change: they were told."""

    append_only = True
    remark = models.ForeignKey(Remark, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="+")

    class Meta(InCircle.Meta):
        constraints = [models.UniqueConstraint(fields=["circle", "remark", "person"], name="mention_once")]

from django.db import models

from consortio.access.guarded import InCircle


class Attachment(InCircle):
    """
    A file in a circle. Its bytes lie under the circle's id and their hash: the same file in two circles is kept twice,
    because whether somebody else has a file is nobody's business.
    """

    subject_id = models.UUIDField(null=True)  # the row it belongs to, in the same circle or a wider one
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("organisations.Person", null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(InCircle.Meta):
        indexes = [models.Index(fields=["circle", "subject_id"], name="attachment_of_row")]

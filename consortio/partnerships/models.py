from django.db import models

from consortio.access.guarded import Editable, Guarded


class Partnership(Guarded):
    """Organisations that do something together. An organisation's own house is a partnership of one."""

    seen_through = (("access.Circle", "partnership"),)
    written_by = "system"
    name = models.CharField(max_length=100)


class MemberState(models.TextChoices):
    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWING = "withdrawing"
    LEFT = "left"


class Membership(Editable):
    """
    How an organisation takes part in a partnership, and how it looks there.

    `number` is its place in the order of joining, from 0; shape and hue follow from it, for good. The letters are worn
    by numbers ("KRAN/P-3"), so they stay too.
    """

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    letters = models.CharField(max_length=4)
    part = models.CharField(max_length=60, blank=True)  # in its own words: client, technology partner ...
    state = models.CharField(max_length=11, choices=MemberState, default=MemberState.ACTIVE)
    suspended_at = models.DateTimeField(null=True)  # since then without a vote, also while it is withdrawing
    ends_at = models.DateTimeField(null=True)  # withdrawing: when it will have left; left: when it did

    class Meta(Editable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["circle", "organisation"], name="member_once"),
            models.UniqueConstraint(fields=["circle", "number"], name="member_number_once"),
            models.UniqueConstraint(fields=["circle", "letters"], name="member_letters_once"),
        ]

    @property
    def shape(self) -> int:
        return self.number % 8

    @property
    def hue(self) -> int:
        return (self.number + 3 * (self.number // 8)) % 8

"""Where pages of a partnership lie: below it."""

from django.urls import reverse

from consortio.ui.shell import Crumb

from .reads import PartnershipRow


def crumb_of(row: PartnershipRow) -> Crumb:
    return Crumb(row.name, reverse("partnership", args=[row.id]))

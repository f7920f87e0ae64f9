"""The purpose that all members have agreed, for whoever is invited to join them."""

from uuid import UUID

from consortio import access
from consortio.invitations.purpose import purpose_told_by

from .models import CharterVersion


@purpose_told_by
def agreed_purpose(joint_id: UUID) -> str:
    with access.unscoped("whoever is invited reads, before they answer, what all members agreed it is for"):
        newest = CharterVersion.objects.filter(circle=joint_id).order_by("-number").first()
    return str(newest.articles.get("purpose", "")) if newest else ""

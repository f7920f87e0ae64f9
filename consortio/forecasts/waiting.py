"""Rounds that wait for an organisation's forecast, counted for every page."""

from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet

from consortio.access.beside_seats import circles_beside

from .models import Given, Round


def asked_beside(at: datetime) -> QuerySet:
    """
    Return how many open rounds wait for the organisation of a seat in a joint circle, in its partnership: to stand beside
    rows of open seats, with the gate open. Those of circles where the person does not sit are left out.
    """
    circles = circles_beside()
    given = Given.objects.filter(organisation=OuterRef(OuterRef("organisation"))).values("round")
    rows = Round.objects.filter(revealed_at=None, closes_at__gt=at, circle__in=circles).exclude(pk__in=given)
    rows = rows.filter(circle__partnership=OuterRef("circle__partnership")).order_by()
    return rows.values("circle__partnership").annotate(n=Count("pk")).values("n")

"""What is asked of other tables beside rows of open seats, with the gate open: each only where that seat's person sits."""

from django.db.models import OuterRef, QuerySet

from .models import Seat


def circles_beside() -> QuerySet:
    """
    Return the circles in which the person of a seat sits, for the organisation of that seat.

    It stands inside a subquery beside rows of seats: `rows.filter(circle__in=circles_beside())`.
    """
    sits = {"person": OuterRef(OuterRef("person")), "organisation": OuterRef(OuterRef("organisation"))}
    return Seat.objects.filter(**sits, ended_at=None).values("circle")

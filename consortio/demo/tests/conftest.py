"""One demo world for all tests that only look at it; it is told from a fixed day."""

from datetime import date

import pytest
from django.db import transaction

from consortio import access
from consortio.accounts.models import User
from consortio.accounts.reads import organisations_of
from consortio.demo.cast import CAST
from consortio.demo.story import load

TODAY = date(2031, 5, 7)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Load the demo world, and roll it back after the last test of the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(TODAY)
        yield
        transaction.set_rollback(True)


def acting(who: str, hat: int = 0) -> access.Actor:
    """Return somebody of the cast, acting for the first organisation they may act for or for another one."""
    person_id = User.objects.get(email=CAST[who].email).person_id
    return access.actor_for(person_id, organisations_of(person_id)[hat])

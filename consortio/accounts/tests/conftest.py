"""Ada has an account with a password; counts of tries begin anew with each test."""

import re
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consortio import access
from consortio.access import wall
from consortio.access.models import Circle
from consortio.access.seating import seat_in_partnership
from consortio.access.wall_text import role
from consortio.accounts import users
from consortio.partnerships.actions import register_organisation
from tests.world import NOON

EMAIL, PASSWORD = "ada@harbour.example", "four grey herons wait"
BESIDE = ("SAVEPOINT", "RELEASE", "SET LOCAL", "SELECT set_config")
MASKS = (rb'name="csrfmiddlewaretoken" value="\w+"', rb'nonce="[^"]+"')


@pytest.fixture(autouse=True)
def _begin_counting_anew():
    cache.clear()


@pytest.fixture
def ada(world):
    return users.create_account(email=EMAIL, person_id=world.ids["ada"], password=PASSWORD, at=NOON)


@pytest.fixture
def reef(world):
    """Ada acts for a second organisation too, Reef, in whose partnership with itself she is a lead."""
    with world.step("Reef"):
        organisation, _, house = register_organisation(name="Reef", letters="REE", lead="rex", at=NOON)
    with access.gate.as_system("test"):
        partnership = Circle.objects.get(pk=house).partnership_id
        role = access.models.Role.objects.get(circle=house, name="contributor")
        seat_in_partnership(
            partnership_id=partnership, person_id=world.ids["ada"], organisation_id=organisation, role=role
        )
    world.ids["Reef"] = organisation
    return organisation


@pytest.fixture
def client(world) -> Client:
    return Client()


@pytest.fixture
def ada_in(ada, client) -> Client:
    """Ada's browser, in which she has just signed in."""
    sign_in(client)
    return client


def sign_in(client, email=EMAIL, password=PASSWORD, **more):
    return client.post("/sign-in", {"login": email, "password": password}, **more)


def is_in(client) -> bool:
    return client.get("/account").status_code == 200


@contextmanager
def queries_max(most: int):
    """Count what is asked of the database; what a test adds by running inside a transaction is no question."""
    with CaptureQueriesContext(connection) as seen:
        yield
    asked = [query["sql"] for query in seen if not query["sql"].startswith(BESIDE)]
    assert len(asked) <= most, asked


def unmasked(response) -> tuple[int, bytes]:
    """Return what somebody can compare: the status and the bytes without what differs with every answer."""
    body = response.content
    for mask in MASKS:
        body = re.sub(mask, b"", body)
    return response.status_code, body


@pytest.fixture
def later(monkeypatch):
    """Return a function that moves the clock of sign-in on; sessions and codes notice it alike."""
    real_time, real_now = time.time, timezone.now

    def move(**by) -> None:
        ahead = timedelta(**by)
        monkeypatch.setattr("time.time", lambda: real_time() + ahead.total_seconds())
        monkeypatch.setattr("django.utils.timezone.now", lambda: real_now() + ahead)

    return move


@pytest.fixture
def _serving_again():
    """Log in as the role that serves again, after the owner has cleaned."""
    yield
    if connection.vendor == "postgresql":
        log_in_as("app")


@pytest.fixture
def committed_empty(_serving_again, transactional_db):
    """An empty database that threads see. Afterwards the owner cleans; on SQLite the wall comes down for that."""
    yield
    if connection.vendor == "postgresql":
        log_in_as("owner")
    else:
        wall.take_down()


def log_in_as(kind: str) -> None:
    connection.close()
    connection.settings_dict["USER"] = role(kind)

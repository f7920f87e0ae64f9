"""One's own preferences and sessions through the API: as the pages, and a token gets nothing more by them."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from consortio.accounts import tokens, users
from consortio.accounts.models import Session
from tests.world import NOON

from .conftest import is_in, sign_in

PREFERENCES, SESSIONS = "/api/v1/me/preferences", "/api/v1/me/sessions"
LEFT = {"language": "", "zone": "", "theme": "", "density": ""}


def put(client, body, **headers):
    return client.put(PREFERENCES, json.dumps(body), "application/json", headers=headers)


@pytest.fixture
def phone(ada) -> Client:
    """Another browser in which Ada is signed in."""
    client = Client(HTTP_USER_AGENT="Firefox on Linux")
    sign_in(client)
    return client


@pytest.fixture
def bo_in(world) -> Client:
    users.create_account(email="bo@orchard.example", person_id=world.ids["bo"], password="plums in a long row", at=NOON)
    client = Client()
    sign_in(client, email="bo@orchard.example", password="plums in a long row")
    return client


def program(user, world, *scopes):
    own = {"user": user, "organisation_id": world.ids["Harbour"], "name": "x", "days": 30, "at": timezone.now()}
    secret = tokens.make_token(scopes=scopes, **own)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def rows(client):
    return client.get(SESSIONS).json()["rows"]


def test_what_a_change_leaves_out_stands(ada_in):
    first = ada_in.get(PREFERENCES)
    assert (first["ETag"], first.json()) == ('"1"', LEFT | {"version": 1})

    said = put(ada_in, {"zone": "Europe/Oslo", "theme": "dark"}, **{"If-Match": '"1"'})

    assert (said.status_code, said["ETag"]) == (200, '"2"')
    assert ada_in.get(PREFERENCES).json() == LEFT | {"zone": "Europe/Oslo", "theme": "dark", "version": 2}
    assert ada_in.cookies["consortio_theme"].value == "dark"  # this browser is told at once
    assert put(ada_in, {"zone": "", "version": 2}).json()["zone"] == ""


def test_nothing_is_saved_over_what_was_not_seen(ada_in):
    assert put(ada_in, {"theme": "dark"}).status_code == 428
    assert put(ada_in, {"theme": "dark"}, **{"If-Match": '"2"'}).status_code == 412
    assert ada_in.get(PREFERENCES).json()["theme"] == ""


def test_what_is_chosen_on_a_page_counts_the_version_on(ada_in):
    ada_in.post("/preferences", {"theme": "light"})
    assert put(ada_in, {"theme": "dark"}, **{"If-Match": '"1"'}).status_code == 412
    form = {"language": "en", "zone": "Europe/Oslo", "theme": "dark", "density": "compact"}
    assert ada_in.post("/account/preferences", form).status_code == 302
    assert ada_in.get(PREFERENCES).json() == form | {"version": 3}


@pytest.mark.parametrize(
    "wrong", [{"language": "tlh"}, {"zone": "Etc/GMT-3"}, {"zone": "x"}, {"theme": "pink"}, {"keys": 3, "theme": 1}]
)
def test_what_is_not_offered_is_refused(ada_in, wrong):
    assert put(ada_in, wrong | {"version": 1}).status_code == 422
    assert ada_in.get(PREFERENCES).json()["version"] == 1


def test_sessions_are_listed_and_another_is_ended(ada_in, phone):
    assert sorted((row["browser"], row["is_this"]) for row in rows(ada_in)) == [("", True), ("Firefox", False)]
    other = next(row["key_hash"] for row in rows(ada_in) if not row["is_this"])

    assert ada_in.delete(f"{SESSIONS}/{other}").status_code == 204

    assert not is_in(phone) and is_in(ada_in)
    assert ada_in.delete(f"{SESSIONS}/{other}").status_code == 404


def test_all_others_end_at_once_and_the_one_that_asks_by_signing_out(ada_in, phone):
    assert ada_in.delete(SESSIONS).status_code == 204
    assert not is_in(phone) and is_in(ada_in)
    (own,) = rows(ada_in)
    refused = ada_in.delete(f"{SESSIONS}/{own['key_hash']}")
    assert refused.status_code == 409 and "signing out" in refused.json()["detail"]
    assert is_in(ada_in)


def test_anothers_session_is_not_there(ada_in, bo_in):
    (own,) = rows(ada_in)
    assert bo_in.delete(f"{SESSIONS}/{own['key_hash']}").status_code == 404
    assert bo_in.delete(SESSIONS).status_code == 204
    assert is_in(ada_in) and own not in rows(bo_in)


@pytest.mark.parametrize("scopes", [("read",), ("write:plans", "write:members")])
def test_a_program_without_the_scope_reads_and_ends_nothing(ada_in, ada, world, scopes):
    reading = program(ada, world, *scopes)
    (own,) = rows(reading)
    assert own["is_this"] is False
    refused = reading.delete(SESSIONS)
    assert refused.status_code == 403 and 'scope="write:account"' in refused["WWW-Authenticate"]
    assert reading.delete(f"{SESSIONS}/{own['key_hash']}").status_code == 403
    assert put(reading, {"version": 1, "theme": "dark"}).status_code == 403
    assert is_in(ada_in) and reading.get(PREFERENCES).json()["theme"] == ""


@pytest.mark.parametrize("scope", ["write:account", "write"])
def test_a_program_with_the_scope_asks_in_no_session_and_gains_nothing(ada_in, ada, world, scope):
    writing = program(ada, world, scope)
    writing.cookies["session"] = ada_in.cookies["session"].value  # which does not count beside a token
    assert put(writing, {"version": 1, "theme": "dark"}).status_code == 200

    assert writing.delete(SESSIONS).status_code == 204

    assert not is_in(ada_in) and not Session.objects.filter(user=ada).exists()
    assert writing.get(SESSIONS).json()["rows"] == []
    asked = {"organisation": str(world.ids["Harbour"])}
    assert writing.post("/api/v1/me/acting-for", asked, "application/json").status_code == 403
    if scope == "write:account":
        own = {"name": "Pier", "letters": "HAR"}
        assert writing.post("/api/v1/partnerships", own, "application/json").status_code == 403


def test_nobody_else_reads_them(ada_in, bo_in):
    put(ada_in, {"version": 1, "zone": "Europe/Oslo"})
    assert bo_in.get(PREFERENCES).json()["zone"] == ""
    assert Client().get(PREFERENCES).status_code == Client().get(SESSIONS).status_code == 401
    assert get_user_model().objects.get(email="bo@orchard.example").version == 1

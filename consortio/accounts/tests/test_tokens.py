"""Tokens for programs: how they are made, what the table holds, and when they are worth nothing."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import OperationalError
from django.test import Client

from consortio.access import Refused
from consortio.accounts import reads, tokens, users
from consortio.accounts.bearer import CALLS_A_MINUTE
from consortio.accounts.models import Token
from consortio.partnerships.actions import unseat_person
from tests.world import NOON

from .conftest import queries_max, sign_in

API_DOCUMENT = Path(settings.ROOT) / "docs" / "api.md"
FIELDS = {"name": "nightly report", "scopes": ["read", "write:plans"], "days": "30"}


@pytest.fixture
def secret(ada_in, world) -> str:
    return made(ada_in, world)


def made(browser, world, **other) -> str:
    page = browser.post("/account/tokens/new", FIELDS | {"organisation": str(world.ids["Harbour"])} | other)
    assert page.status_code == 200, page.content
    return re.search(r"cons_[0-9a-f]{64}", page.content.decode())[0]


def call(secret, method="GET", address="/api/v1/me", body=b"", **headers):
    shown = {"Authorization": f"Bearer {secret}"} if secret else {}
    return Client(enforce_csrf_checks=True).generic(method, address, body, "application/json", headers=shown | headers)


def test_a_token_is_shown_once_and_kept_as_a_hash(ada_in, ada, world, secret):
    row = Token.objects.get()

    assert len(secret) == len("cons_") + 64  # 256 bits
    assert secret not in str(Token.objects.values().get()) and row.secret_hash == tokens.hash_of(secret)
    listed = ada_in.get("/account/tokens").content.decode()
    assert "nightly report" in listed and "Harbour" in listed and secret not in listed
    assert row.scopes == ["read", "write:plans"] and row.user == ada
    assert "token was made" in mail.outbox[-1].body


def test_a_program_acts_as_its_person_for_its_organisation(world, secret):
    answer = call(secret)

    assert answer.status_code == 200
    assert answer.json()["acting_for"] == str(world.ids["Harbour"])
    assert answer.json()["person"]["name"] == "ada"
    found = [row["name"] for row in call(secret, address="/api/v1/partnerships").json()["rows"]]
    assert "Coast" in found


def test_nothing_but_the_whole_secret_counts(world, secret):
    wrong = [secret[:-1], secret + "0", secret.upper(), "cons_" + "0" * 64, secret.replace("cons_", "ghp_"), "", "x"]
    for other in [*wrong, tokens.hash_of(secret)]:
        answer = call(None, Authorization=f"Bearer {other}")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"'), other
    assert call(secret).status_code == 200


def test_who_shows_a_token_is_asked_by_it_alone(ada_in, world, secret):
    with_cookie = ada_in.get("/api/v1/me", headers={"Authorization": "Bearer cons_" + "0" * 64})
    assert with_cookie.status_code == 401
    assert ada_in.get("/api/v1/me", headers={"Authorization": "Basic eDp5"}).status_code == 200  # a proxy's own


def test_pages_know_no_tokens(secret):
    for address in ("/", "/account", "/account/tokens", "/account/tokens/new", "/account/sessions"):
        answer = call(secret, address=address)
        assert answer.status_code == 302 and "/sign-in" in answer["Location"]


def test_a_token_in_an_address_is_refused(secret):
    answer = call(None, address=f"/api/v1/me?access_token={secret}")
    assert answer.status_code == 400 and "revoke it" in answer.json()["detail"]


def test_a_revoked_token_does_nothing_from_the_next_call_on(ada_in, secret):
    assert call(secret).status_code == 200

    answer = ada_in.post(f"/account/tokens/{Token.objects.get().pk}/revocation")

    assert answer["Location"] == "/account/tokens"
    assert call(secret).status_code == 401
    assert "revoked" in ada_in.get("/account/tokens").content.decode()
    assert ada_in.post(f"/account/tokens/{Token.objects.get().pk}/revocation").status_code == 404


def test_anothers_token_is_not_there(ada_in, world, secret):
    users.create_account(email="bo@orchard.example", person_id=world.ids["bo"], password="plums in a long row", at=NOON)
    bo = Client()
    sign_in(bo, email="bo@orchard.example", password="plums in a long row")

    foreign = bo.post(f"/account/tokens/{Token.objects.get().pk}/revocation")

    assert foreign.status_code == 404 and call(secret).status_code == 200
    assert "nightly" not in bo.get("/account/tokens").content.decode()


def test_a_token_ends_on_its_day(ada_in, secret, later):
    later(days=29, hours=23)
    assert call(secret).status_code == 200
    later(days=30, minutes=1)
    assert call(secret).status_code == 401


def test_a_closed_account_has_no_programs(ada, secret):
    get_user_model().objects.filter(pk=ada.pk).update(is_active=False)
    assert call(secret).status_code == 401


def test_rights_are_those_of_the_moment(ada_in, world):
    out = {"joint_id": world.ids["coast"], "person_id": world.ids["abe"], "at": NOON}
    users.create_account(email="abe@harbour.example", person_id=world.ids["abe"], password="plums in a row", at=NOON)
    abe = Client()
    sign_in(abe, email="abe@harbour.example", password="plums in a row")
    secret = made(abe, world)
    here = f"/api/v1/circles/{world.ids['coast']}"
    assert call(secret, address=here).status_code == 200

    unseat_person(actor=world.actor("ada@Harbour"), **out)

    assert call(secret, address=here).status_code == 404


def test_who_sits_nowhere_for_an_organisation_sees_nothing_of_it(ada, world):
    foreign = tokens.make_token(user=ada, organisation_id=world.ids["Orchard"], name="x", scopes=["read"], days=1,
                                at=NOON + timedelta(days=3650))  # fmt: skip
    Token.objects.update(made_at=NOON - timedelta(days=3650))

    assert call(foreign, address="/api/v1/partnerships").json()["rows"] == []
    assert call(foreign, address=f"/api/v1/circles/{world.ids['coast']}").status_code == 404
    assert call(foreign).json()["organisations"] == []


def test_only_ones_own_organisation_can_be_chosen(ada_in, world):
    wanted = FIELDS | {"organisation": str(world.ids["Orchard"])}
    assert ada_in.post("/account/tokens/new", wanted).status_code == 422
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"scopes": []}, {"scopes": ["all"]}, {"days": "367"}, {"days": "0"}, {"name": ""}, {"days": "x"}]
)
def test_a_token_without_scope_or_end_is_not_made(ada_in, world, wrong):
    own = {"organisation": str(world.ids["Harbour"])}
    assert ada_in.post("/account/tokens/new", FIELDS | own | wrong).status_code == 422
    assert not Token.objects.exists()
    assert ada_in.post("/account/tokens/new", FIELDS | own).status_code == 200


def test_a_life_has_an_end_whoever_asks(ada, world):
    own = {"user": ada, "organisation_id": world.ids["Harbour"], "name": "x", "at": NOON}
    for scopes, days in [(["read"], 367), (["read"], 0), ([], 1), (["admin"], 1)]:
        with pytest.raises(ValueError):
            tokens.make_token(**own, scopes=scopes, days=days)
    assert tokens.make_token(**own, scopes=["read"], days=366)


def test_nobody_needs_more_than_fifty(ada, world):
    own = {"user": ada, "organisation_id": world.ids["Harbour"], "name": "x", "scopes": ["read"], "days": 30}
    for _ in range(tokens.HELD_MAX):
        tokens.make_token(**own, at=NOON)
    with pytest.raises(Refused, match="50"):
        tokens.make_token(**own, at=NOON)

    tokens.make_token(**own, at=NOON + timedelta(days=61))  # those that ended long ago are swept
    assert Token.objects.count() == 1


def test_making_one_wants_a_fresh_proof_and_revoking_does_not(ada_in, world, secret, later):
    later(minutes=6)
    assert "/account/confirmation" in ada_in.get("/account/tokens/new")["Location"]
    assert ada_in.get("/account/tokens").status_code == 200
    assert ada_in.post(f"/account/tokens/{Token.objects.get().pk}/revocation")["Location"] == "/account/tokens"


def test_the_day_of_use_is_kept_and_nothing_finer(ada, secret, later):
    call(secret)
    first = Token.objects.get().used_on
    with queries_max(12):
        call(secret)
    later(days=1)
    call(secret)

    assert Token.objects.get().used_on == first + timedelta(days=1)
    assert reads.tokens_of(ada, NOON)[0].used_on == Token.objects.get().used_on


def test_a_busy_database_does_not_undo_what_was_asked(secret, monkeypatch):
    def busy(*_):
        raise OperationalError

    monkeypatch.setattr(tokens, "note_use", busy)
    assert call(secret).status_code == 200


def test_a_program_that_runs_wild_is_slowed_and_a_browser_is_not(ada_in, secret, monkeypatch):
    monkeypatch.setattr("consortio.accounts.bearer.CALLS_A_MINUTE", 3)
    assert [ada_in.get("/api/v1/me").status_code for _ in range(8)] == [200] * 8

    answers = [call(secret).status_code for _ in range(8)]  # a minute may begin in between

    assert answers[:3] == [200] * 3 and 429 in answers


def test_the_description_says_what_is_limited(ada_in):
    document = ada_in.get("/api/v1/openapi.json").json()
    operations = [operation for each in document["paths"].values() for operation in each.values()]

    assert {operation["responses"]["429"]["$ref"] for operation in operations} == {"#/components/responses/429"}
    assert document["components"]["responses"]["429"]["description"] == (
        f"A token made more than {CALLS_A_MINUTE} calls in this minute; try again after `Retry-After` seconds."
    )
    assert f"more than {CALLS_A_MINUTE} calls in this minute" in API_DOCUMENT.read_text()


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("/api/v1/plans", "plans"),
        ("/api/v1/partnerships/7", "members"),
        ("/api/v1/partnerships/7/charter/proposals", "members"),
        ("/api/v1/partnerships/7/readings", "goals"),
        ("/api/v1/kpis/7/readings", "goals"),
        ("/api/v1/forecast-rounds/7/own", "goals"),
        ("/api/v1/decisions/7/settlement", ""),
        ("/api/v1/proposals/7/answer", ""),
    ],
)
def test_what_an_address_is_about(address, area):
    assert tokens.area_of(address) == area


@pytest.mark.parametrize(
    ("scopes", "area", "reads_it", "writes_it"),
    [
        (["read"], "plans", True, False),
        (["write:plans"], "plans", True, True),
        (["write:plans"], "members", True, False),
        (["write:plans"], "", True, False),
        (["read", "write:members"], "members", True, True),
        (["write"], "", True, True),
        (["write"], "plans", True, True),
        ([], "plans", False, False),
    ],
)
def test_scopes(scopes, area, reads_it, writes_it):
    assert tokens.may(scopes, writes=False, area=area) is reads_it
    assert tokens.may(scopes, writes=True, area=area) is writes_it

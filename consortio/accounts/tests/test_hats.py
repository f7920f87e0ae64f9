import json

import pytest
from django.test import Client

from consortio.accounts import reads

from .conftest import is_in, sign_in


def acting_for(client) -> str:
    return client.session["organisation"]


def test_one_acts_for_an_organisation_from_sign_in_on(ada, ada_in, world):
    assert acting_for(ada_in) == str(world.ids["Harbour"])


def test_a_person_is_known_with_all_their_organisations(world, reef):
    assert reads.hats_of(world.ids["ada"]) == reads.Hats(
        "ada", (reads.Hat(world.ids["Harbour"], "Harbour"), reads.Hat(reef, "Reef"))
    )
    assert reads.organisations_of(world.ids["bo"]) == (world.ids["Orchard"],)


def test_changing_hats_is_a_post_and_changes_the_key(ada, ada_in, world, reef):
    key = ada_in.cookies["session"].value
    assert ada_in.get("/acting-for").status_code == 405

    changed = ada_in.post("/acting-for", {"organisation": str(reef), "next": "/account"})

    assert changed["Location"] == "/account"
    assert acting_for(ada_in) == str(reef)
    assert ada_in.cookies["session"].value != key
    assert ada_in.get("/account").wsgi_request.actor.organisation_id == reef


def test_other_peoples_hats_are_not_there(ada, ada_in, world):
    answers = [
        ada_in.post("/acting-for", {"organisation": value})
        for value in (str(world.ids["Orchard"]), str(world.ids["ada"]), "no id at all", "")
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert acting_for(ada_in) == str(world.ids["Harbour"])


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_one_is_led_back_to_our_own_addresses_only(ada, ada_in, reef, elsewhere):
    assert ada_in.post("/acting-for", {"organisation": str(reef), "next": elsewhere})["Location"] == "/"


def test_without_signing_in_there_is_no_hat_to_change(client, world):
    answer = client.post("/acting-for", {"organisation": str(world.ids["Harbour"])})

    assert answer["Location"].startswith("/sign-in?")


@pytest.mark.urls("consortio.accounts.tests.urls")
def test_the_api_tells_who_one_is_and_changes_hats(ada, ada_in, world, reef):
    me = {
        "person": {"id": str(world.ids["ada"]), "name": "ada"},
        "organisations": [
            {"id": str(world.ids["Harbour"]), "name": "Harbour"},
            {"id": str(reef), "name": "Reef"},
        ],
        "acting_for": str(world.ids["Harbour"]),
    }
    assert ada_in.get("/api/alone/me").json() == me

    changed = ada_in.post("/api/alone/me/acting-for", json.dumps({"organisation": str(reef)}), "application/json")

    assert changed.json() == me | {"acting_for": str(reef)}


@pytest.mark.urls("consortio.accounts.tests.urls")
def test_the_api_refuses_strangers_and_strange_hats(ada, ada_in, world):
    body = json.dumps({"organisation": str(world.ids["Orchard"])})

    assert Client().get("/api/alone/me").status_code == 401
    assert Client().post("/api/alone/me/acting-for", body, "application/json").status_code == 401
    assert ada_in.post("/api/alone/me/acting-for", body, "application/json").status_code == 404
    assert is_in(ada_in)


@pytest.mark.urls("consortio.accounts.tests.urls")
def test_a_write_by_the_api_wants_the_token(ada, reef):
    careful = Client(enforce_csrf_checks=True)
    token = careful.get("/sign-in").cookies["csrf"].value
    sign_in(careful, HTTP_X_CSRFTOKEN=token)
    body, kind = json.dumps({"organisation": str(reef)}), "application/json"

    assert careful.post("/api/alone/me/acting-for", body, kind).status_code == 403
    token = careful.cookies["csrf"].value
    assert careful.post("/api/alone/me/acting-for", body, kind, HTTP_X_CSRFTOKEN=token).status_code == 200

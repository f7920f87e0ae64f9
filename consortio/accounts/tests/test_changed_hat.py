"""A form that was shown for one organisation is not taken for another."""

import json
import re

import pytest

from consortio.accounts.changed_hat import WHOEVER
from tests.isolation import samples
from tests.isolation.routes import routes

pytestmark = pytest.mark.django_db
NOTE = "Between us: the pump is late again"
ITEM = "0190b5a4-0000-7000-8000-00000000abcd"
SIGNED_OUT = {"unsubscription"}  # answered without a session
NOBODYS = "0190b5a4-0000-7000-8000-000000000000"
CIRCLE_NEW = "/partnerships/0190b5a4-0000-7000-8000-000000000000/circles/new"
FILLED = {"uuid": NOBODYS, "int": "7", "str": "anything", "regex": "0" * 32}


def posted(client, address, shown_for, **more):
    return client.post(address, {"acting_for": str(shown_for), "words": NOTE, **more})


def addresses() -> list[tuple[str, str]]:
    pages = [route for route in routes() if not route.template.startswith("/api/") and route.name not in SIGNED_OUT]
    return [(route.name, next(address for _, address in route.filled(filled(route)))) for route in pages]


def filled(route):
    return {name: samples.SLOTS.get(name, [FILLED.get(kind, NOBODYS)]) for name, kind in route.slots}


def test_each_address_refuses_a_form_that_was_shown_for_another_organisation(ada_in, world, reef):
    taken = {
        address: answer.status_code
        for name, address in addresses()
        if name not in WHOEVER and (answer := posted(ada_in, address, reef)).status_code != 409
    }

    assert taken == {}
    assert len(addresses()) > 100


def test_the_same_form_is_read_for_the_organisation_it_was_shown_for(ada_in, world, reef):
    answers = {
        address: posted(ada_in, address, world.ids["Harbour"]) for name, address in addresses() if name not in WHOEVER
    }

    refused = [address for address, answer in answers.items() if b"This page was opened for" in answer.content]
    assert refused == []
    assert 404 in {answer.status_code for answer in answers.values()}


def test_the_refusal_says_for_whom_keeps_what_was_written_and_leads_back(ada_in, world, reef):
    form = "http://testserver/partnerships/1?at=2"

    answer = ada_in.post(
        CIRCLE_NEW,
        {"acting_for": str(reef), "note": NOTE, "password": "four grey herons", "item": ITEM},
        headers={"Referer": form},
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This page was opened for Reef; you act for Harbour now. Nothing was saved." in page
    assert NOTE in page
    assert "four grey herons" not in page
    assert ITEM not in page
    assert f'name="organisation" value="{reef}"' in page
    assert 'name="next" value="/partnerships/1?at=2"' in page


def test_an_organisation_of_others_and_none_are_answered_alike(ada_in, world):
    answers = [posted(ada_in, CIRCLE_NEW, of) for of in (world.ids["Orchard"], NOBODYS, "", "no id at all")]

    pages = {re.sub(r'csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", each.content.decode()) for each in answers}
    assert {each.status_code for each in answers} == {409}
    assert len(pages) == 1
    assert "opened for another organisation" in pages.pop()


def test_a_script_is_told_in_json_and_a_page_that_comes_next_tells_it(ada_in, reef):
    asks = {"Accept": "application/json"}

    answer = ada_in.post(CIRCLE_NEW, {"acting_for": str(reef), "tell": "1"}, headers=asks)

    assert answer.status_code == 409
    assert answer.json()["says"].startswith("This page was opened for Reef")
    assert "opened for Reef" in ada_in.get("/account").content.decode()


def test_a_program_that_was_shown_nothing_is_not_asked(ada_in, world):
    assert ada_in.post(CIRCLE_NEW, {"words": NOTE}).status_code != 409


def test_hat_colours_and_signing_out_are_open_to_whoever_acts(ada_in, world, reef):
    assert posted(ada_in, "/preferences", reef, theme="dark").status_code in {204, 302}
    assert posted(ada_in, "/acting-for", world.ids["Harbour"], organisation=str(reef)).status_code == 302
    assert posted(ada_in, "/sign-out", world.ids["Harbour"]).status_code == 302


def test_the_api_names_its_organisation_by_its_session_or_token(ada_in, reef):
    body = json.dumps({"acting_for": str(reef)})

    assert ada_in.post("/api/v1/me/acting-for", body, "application/json").status_code == 422


def test_every_form_of_a_page_says_for_whom_it_was_shown(ada_in, world, client):
    page = ada_in.get("/account").content.decode()

    tokens = re.findall('name="csrfmiddlewaretoken"', page)
    assert tokens
    assert page.count(f'name="acting_for" value="{world.ids["Harbour"]}"') == len(tokens)
    assert "acting_for" not in client.get("/sign-in").content.decode()

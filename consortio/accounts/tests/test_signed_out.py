"""Whoever is signed out is shown the way in, whatever they asked for, and loses nothing that they wrote."""

import re
from urllib.parse import quote

import pytest
from django.test import Client

from consortio import access
from consortio.access.models import Circle

from .conftest import EMAIL, PASSWORD

pytestmark = pytest.mark.django_db
NOTHING = "0190b5a4-0000-7000-8000-000000000000"
WORDS = "The pump is late again,\nand Reef knows"


@pytest.fixture
def partnership_id(ada, world):
    """Return where Ada takes part: what a mail would point to."""
    with access.gate.as_system("test"):
        return Circle.objects.get(pk=world.ids["coast"]).partnership_id


def bytes_of(answer, address):
    return re.sub(quote(address, safe="").encode(), b"", answer.content).replace(quote(address).encode(), b"")


def test_each_missing_address_offers_to_sign_in_with_the_way_back(client, world):
    address = f"/partnerships/{NOTHING}?at=2"

    answer = client.get(address)

    assert answer.status_code == 404
    assert f'href="/sign-in?next={quote(address, safe="")}"' in answer.content.decode()


def test_what_is_there_and_what_is_not_are_the_same_bytes_but_for_the_address(ada_in, partnership_id):
    there, nowhere = f"/partnerships/{partnership_id}", f"/partnerships/{NOTHING}"
    assert ada_in.get(there).status_code == 200

    answers = [Client().get(address) for address in (there, nowhere, "/no/such/address")]

    addresses = (there, nowhere, "/no/such/address")
    assert len({bytes_of(answer, address) for answer, address in zip(answers, addresses, strict=True)}) == 1
    assert {answer.status_code for answer in answers} == {404}
    assert {tuple(sorted(answer.headers)) for answer in answers} == {tuple(sorted(answers[0].headers))}


def test_signing_in_leads_to_what_was_asked_for(client, ada, partnership_id):
    way = re.search(r'href="(/sign-in[^"]+)"', client.get(f"/partnerships/{partnership_id}").content.decode())[1]

    page = client.get(way).content.decode()
    fields = {"login": EMAIL, "password": PASSWORD, "next": re.search(r'name="next" value="([^"]+)"', page)[1]}

    assert client.post("/sign-in", fields)["Location"] == f"/partnerships/{partnership_id}"


def test_somebody_who_is_signed_in_is_not_asked_to_sign_in(ada_in):
    assert "Sign in" not in ada_in.get(f"/partnerships/{NOTHING}").content.decode()


def test_a_form_sent_after_the_session_ended_is_shown_with_the_way_to_its_page(client, partnership_id):
    form = f"/partnerships/{partnership_id}/circles/new"

    answer = client.post(
        f"/partnerships/{partnership_id}/seen",
        {"words": WORDS, "password": "four grey herons wait"},
        headers={"Referer": f"http://testserver{form}"},
    )

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "The pump is late again,\nand Reef knows</textarea>" in page
    assert "grey herons" not in page
    assert f"next={quote(form, safe='')}" in page
    assert "<script" not in page and "<form" not in page


def test_what_a_page_of_others_sends_is_not_repeated(partnership_id):
    careful = Client(enforce_csrf_checks=True)

    answer = careful.post(f"/partnerships/{partnership_id}/seen", {"words": WORDS})
    nowhere = careful.post("/no/such/address", {"words": WORDS}, headers={"Referer": "https://evil.example/a"})

    assert (answer.status_code, nowhere.status_code) == (403, 404)
    assert "pump" not in answer.content.decode() + nowhere.content.decode()
    assert "evil" not in nowhere.content.decode()


@pytest.mark.parametrize(
    ("address", "above"),
    [
        (f"/partnerships/{NOTHING}/members/seating", f"/partnerships/{NOTHING}/members"),
        (f"/plans/{NOTHING}/rows", f"/plans/{NOTHING}"),
        ("/acting-for", ""),
    ],
)
def test_an_address_that_takes_a_form_only_leads_to_its_page(ada_in, address, above):
    answer = ada_in.get(address)

    page = answer.content.decode()
    assert (answer.status_code, answer["Allow"], answer["Content-Type"]) == (405, "POST", "text/html; charset=utf-8")
    assert "This address cannot be asked like that" in page
    assert (f'href="{above}">To its page' in page) if above else ("To its page" not in page)

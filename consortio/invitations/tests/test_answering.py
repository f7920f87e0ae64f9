"""The pages that a link opens, and what cannot be reached past them."""

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache
from django.test import Client

from consortio import access
from consortio.access.models import Seat
from consortio.accounts.users import create_account
from consortio.invitations import purpose
from consortio.invitations.actions import decline_invitation, withdraw_invitation
from consortio.invitations.rules import LIVES, hash_of
from tests.world import NOON

from .builders import AT, NEWCOMER, ask_in, change, found, invite, mailed, seats_of, state_of

FERN, EVE = "fern@ferry.example", "eve@harbour.example"
PASSWORD = NEWCOMER["password"]
BRINGS = NEWCOMER | {"organisation": "Ferry", "letters": "fer"}


@pytest.fixture(autouse=True)
def _begin_counting_anew():
    cache.clear()


@pytest.fixture
def asked_in(world, monkeypatch):
    """Ferry is invited to a partnership; the address of the page."""
    found(world)
    invitation = ask_in(world)
    return invitation, f"/invitations/{mailed(monkeypatch)}"


@pytest.fixture
def invited(world, monkeypatch):
    invitation = invite(world, joint="coast", there="observer")
    return invitation, f"/invitations/{mailed(monkeypatch)}"


def signed_in(world, person, email, organisation=None) -> Client:
    create_account(email=email, person_id=world.ids[person], password=PASSWORD, at=NOON)
    client = Client()
    assert client.post("/sign-in", {"login": email, "password": PASSWORD}).status_code == 302
    return client


def text_of(response) -> str:
    return response.content.decode()


def accounts() -> int:
    return get_user_model().objects.count()


def test_looking_does_nothing_however_often(asked_in):
    invitation, page = asked_in
    for method in ("get", "head", "get"):
        assert getattr(Client(), method)(page).status_code == 200
    assert (state_of(invitation), accounts()) == ("open", 0)
    assert Client().put(page).status_code == 405


def test_before_one_answers_one_sees_the_name_the_members_the_inviter_and_nothing_else(world, asked_in):
    world.write("berth", "ada@Harbour", "quay")
    page = text_of(Client().get(asked_in[1]))

    assert "quay" in page and "Harbour" in page and "ada" in page and FERN in page
    for hidden in ("berth", "Coast", "Orchard", ">abe<", "What it is for"):
        assert hidden not in page


def test_the_purpose_that_all_agreed_stands_there_too(world, asked_in, monkeypatch):
    said = {world.ids["quay"]: "A bridge by 2032"}
    monkeypatch.setattr(purpose, "_told", lambda joint_id: said.get(joint_id, ""))
    page = text_of(Client().get(asked_in[1]))
    assert "What it is for" in page and "A bridge by 2032" in page


def test_who_is_seated_with_it_reads_what_the_partnership_is_for(world, invited, monkeypatch):
    said = {world.ids["coast"]: "A harbour without oil"}
    monkeypatch.setattr(purpose, "_told", lambda joint_id: said.get(joint_id, ""))
    assert "A harbour without oil" in text_of(Client().get(invited[1]))


def test_a_page_holds_no_link_not_even_its_own(asked_in):
    page = text_of(Client().get(asked_in[1]))
    assert asked_in[1].rpartition("/")[2] not in page


def test_a_newcomer_accepts_and_lands_in_the_partnership(world, asked_in):
    client = Client()
    answer = client.post(asked_in[1], BRINGS, follow=True)

    assert answer.redirect_chain[-1][0].startswith("/partnerships/")
    assert answer.status_code == 200 and "quay" in text_of(answer)
    assert client.get("/account").status_code == 200
    assert Client().post("/sign-in", {"login": FERN, "password": PASSWORD}).status_code == 302
    assert Client().get(asked_in[1]).status_code == 404


def test_a_colleague_accepts_and_lands_where_their_seat_is(world, invited):
    client = Client()
    answer = client.post(invited[1], NEWCOMER, follow=True)
    assert answer.status_code == 200 and "Coast" in text_of(answer)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "This field is required"),
        ({"letters": "HAR"}, "wears the letters"),
        ({"letters": "F1"}, "Two to four letters"),
        ({"password": "short"}, "at least 12"),
        ({"password": "fern ferry fern"}, "Anybody who knows you"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_made(asked_in, wrong, says):
    answer = Client().post(asked_in[1], BRINGS | wrong)
    assert answer.status_code == 422 and says in text_of(answer)
    assert (state_of(asked_in[0]), accounts()) == ("open", 0)


def test_without_a_password_one_signs_in_by_code_where_mails_go_out(asked_in, settings):
    nothing = BRINGS | {"password": ""}
    assert Client().post(asked_in[1], nothing).status_code == 422
    settings.EMAIL_HOST = "mail.example.org"
    assert Client().post(asked_in[1], nothing).status_code == 302
    assert not get_user_model().objects.get(email=FERN).has_usable_password()


def test_links_that_are_no_good_look_alike(world, monkeypatch):
    found(world)
    pages = {}
    for name in ("spent", "expired", "withdrawn", "declined"):
        invitation = ask_in(world, email=f"{name}@ferry.example")
        pages[name] = invitation, mailed(monkeypatch)
    letters = BRINGS | {"organisation": "Spent"}
    assert Client().post(f"/invitations/{pages['spent'][1]}", letters).status_code == 302
    change(pages["expired"][0], expires_at=AT)
    withdraw_invitation(actor=world.actor("ada@Harbour"), invitation_id=pages["withdrawn"][0], at=AT)
    decline_invitation(secret_hash=hash_of(pages["declined"][1]), at=AT)
    links = [*(secret for _, secret in pages.values()), "0" * 64, "no"]

    for method in ("get", "post"):
        seen = {bare(getattr(Client(), method)(f"/invitations/{link}", BRINGS)) for link in links}
        assert len(seen) == 1 and next(iter(seen))[0] == 404


def bare(response) -> tuple[int, str]:
    """Return status and page without what every answer draws anew."""
    import re

    page = re.sub(r'(nonce="|csrfmiddlewaretoken" value=")[^"]+', "", text_of(response))
    return response.status_code, page


def test_another_account_is_refused_and_learns_no_address(world, asked_in):
    client = signed_in(world, "bo", "bo@orchard.example")
    for method in ("get", "post"):
        answer = getattr(client, method)(asked_in[1], BRINGS)
        assert answer.status_code == 403
        for hidden in (FERN, "Ferry", "quay", "Harbour"):
            assert hidden not in text_of(answer)
    assert state_of(asked_in[0]) == "open"


def test_an_account_of_the_address_accepts_by_one_button_for_a_house_it_leads(world, asked_in, monkeypatch):
    client = signed_in(world, "bo", FERN)
    page = text_of(client.get(asked_in[1]))
    assert "You answer for Orchard." in page

    answer = client.post(asked_in[1], {"organisation": str(world.ids["Orchard"])}, follow=True)

    assert answer.status_code == 200 and state_of(asked_in[0]) == "accepted"
    with access.unscoped("test"):
        assert Seat.objects.filter(circle=world.ids["quay"], organisation=world.ids["Orchard"]).count() == 1


@pytest.mark.parametrize("house", ["Harbour", "Island", "no uuid"])
def test_nobody_answers_for_a_house_that_they_do_not_lead(world, asked_in, house):
    client = signed_in(world, "bo", FERN)
    answer = client.post(asked_in[1], {"organisation": str(world.ids.get(house, house))})
    assert (answer.status_code, state_of(asked_in[0])) == (422, "open")


def test_whoever_leads_no_house_is_told_so(world, asked_in):
    client = signed_in(world, "bea", FERN)  # an observer of Orchard
    assert "You lead no organisation" in text_of(client.get(asked_in[1]))
    assert client.post(asked_in[1], {"organisation": str(world.ids["Orchard"])}).status_code == 409
    assert state_of(asked_in[0]) == "open"


def test_an_account_takes_a_seat_in_a_second_house_and_wears_its_hat(world, invited):
    client = signed_in(world, "bo", EVE)
    answer = client.post(invited[1], follow=True)

    assert answer.status_code == 200
    assert client.session["organisation"] == str(world.ids["Harbour"])
    assert ("joint", "observer") in seats_of(world, world.ids["bo"], "Harbour")


def test_an_address_with_an_account_signs_in_first_and_is_led_back(world, asked_in):
    create_account(email=FERN, person_id=world.ids["bo"], password=PASSWORD, at=NOON)
    client = Client()
    assert "This address has an account" in text_of(client.get(asked_in[1]))
    assert client.post(asked_in[1], BRINGS).url == "/sign-in?next=%2Finvitation"

    page = client.get("/sign-in?next=/invitation")
    assert asked_in[1].rpartition("/")[2] not in text_of(page)
    back = client.post("/sign-in", {"login": FERN, "password": PASSWORD, "next": "/invitation"})
    assert back.url == "/invitation"
    assert "You answer for Orchard." in text_of(client.get("/invitation"))
    assert client.post("/invitation", {"organisation": str(world.ids["Orchard"])}).status_code == 302
    assert (state_of(asked_in[0]), accounts()) == ("accepted", 1)


def test_nothing_waits_for_whoever_has_opened_no_link(world):
    assert Client().get("/invitation").status_code == 404
    assert signed_in(world, "bo", "bo@orchard.example").get("/invitation").status_code == 404


def test_whoever_declines_is_told_and_makes_nothing(asked_in):
    answer = Client().post(asked_in[1], {"act": "decline"})
    assert "You declined" in text_of(answer)
    assert (state_of(asked_in[0]), accounts()) == ("declined", 0)


# An invitation makes no account before it is accepted, so nothing else can make one of it (RELIABILITY, row 29).

OPEN, EXPIRED, WITHDRAWN, ACCEPTED = "open", "expired", "withdrawn", "accepted"
ENTRANCES = {
    "a new password": ("/forgotten-password", {"email": FERN}),
    "a code": ("/sign-in/code", {"email": FERN}),
    "a password": ("/sign-in", {"login": FERN, "password": PASSWORD}),
    "the first run": ("/first-run", BRINGS | {"email": FERN, "zone": "UTC"}),
}


def bring_to(state, world, invitation, page):
    if state == EXPIRED:
        change(invitation, expires_at=AT)
    elif state == WITHDRAWN:
        withdraw_invitation(actor=world.actor("ada@Harbour"), invitation_id=invitation, at=AT)
    elif state == ACCEPTED:
        assert Client().post(page, BRINGS).status_code == 302


@pytest.mark.parametrize("entrance", ENTRANCES)
@pytest.mark.parametrize("state", [OPEN, EXPIRED, WITHDRAWN, ACCEPTED])
def test_no_other_entrance_accepts_an_invitation(world, asked_in, state, entrance):
    invitation, page = asked_in
    create_account(email="ada@harbour.example", person_id=world.ids["ada"], password=PASSWORD, at=NOON)
    bring_to(state, world, invitation, page)
    before, mail.outbox = (accounts(), state_of(invitation), seat_count()), []
    where, said = ENTRANCES[entrance]

    answer = Client().post(where, said)

    assert (accounts(), state_of(invitation), seat_count()) == before
    went_out = [message.to for message in mail.outbox]
    is_by_mail = entrance in ("a new password", "a code")
    assert went_out == ([[FERN]] if state == ACCEPTED and is_by_mail else [])
    if entrance == "a password":
        assert answer.status_code == (302 if state == ACCEPTED else 422)


@pytest.mark.parametrize("state", [EXPIRED, WITHDRAWN])
def test_an_account_made_meanwhile_does_not_revive_a_dead_link(world, asked_in, state):
    invitation, page = asked_in
    bring_to(state, world, invitation, page)
    client = signed_in(world, "bo", FERN)
    assert client.get(page).status_code == 404
    assert client.post(page, {"organisation": str(world.ids["Orchard"])}).status_code == 404
    assert state_of(invitation) != "accepted"


def test_the_last_instant_counts(world, asked_in, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + LIVES)
    assert Client().post(asked_in[1], BRINGS).status_code == 404
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + LIVES - LIVES / 100)
    assert Client().post(asked_in[1], BRINGS).status_code == 302


def seat_count() -> int:
    with access.unscoped("test"):
        return Seat.objects.count()

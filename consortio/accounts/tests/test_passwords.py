import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from consortio.accounts import users
from consortio.accounts.passwords import Argon2id
from tests.world import NOON

from .conftest import EMAIL, is_in, sign_in

NEW = "seven slow barges pass"


def test_passwords_are_kept_by_argon2id_at_19_mebibytes_or_more():
    kept = Argon2id().encode("a password", "a salt of ours")

    memory, passes, lanes = re.match(r"argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", kept).groups()
    assert int(memory) >= 19 * 1024
    assert (passes, lanes) == ("2", "1")
    assert Argon2id().verify("a password", kept)
    assert not Argon2id().verify("another one", kept)


@pytest.mark.parametrize(
    "password",
    [
        "short one",
        "x" * 129,
        "qwerty123456",
        "Consortio-2031!",
        "harbour_harbour",
        "ada.harbour.2031",
        "ConsortioHarbour",
    ],
)
def test_short_long_common_and_guessable_passwords_are_refused(ada, password):
    with pytest.raises(ValidationError):
        validate_password(password, ada)


@pytest.mark.parametrize(
    "password",
    ["x" * 127 + "y", "four grey herons wait", "harbour lights at dusk", "пароль из слов", "🚢⚓️🌊 × twelve"],
)
def test_any_characters_and_long_sentences_are_welcome(ada, password):
    validate_password(password, ada)


def reset_link(client) -> str:
    client.post("/forgotten-password", {"email": EMAIL})
    return re.search(r"http://127\.0\.0\.1:8000(\S+)", mail.outbox[-1].body)[1]


def test_a_forgotten_password_is_replaced_by_link_once(ada, client):
    link = reset_link(client)
    form = client.get(link, follow=True)
    assert form.status_code == 200
    action = form.request["PATH_INFO"]

    answer = client.post(action, {"password1": NEW})

    assert answer["Location"] == "/sign-in"
    assert not is_in(client)  # whoever reads the mail still passes the second step, if there is one
    sign_in(client, password=NEW)
    assert is_in(client)
    assert mail.outbox[-1].subject == "A change to your Consortio account"
    assert Client().get(link, follow=True).status_code == 410


def test_a_weak_new_password_is_refused_and_the_link_still_works(ada, client):
    action = client.get(reset_link(client), follow=True).request["PATH_INFO"]

    assert client.post(action, {"password1": "short"}).status_code == 422
    assert client.post(action, {"password1": NEW}).status_code == 302


def test_looking_at_the_link_changes_nothing(ada, client):
    Client().get(reset_link(client), follow=True)

    sign_in(client)
    assert is_in(client)


def test_a_link_is_good_for_an_hour(ada, client, settings):
    link = reset_link(client)
    settings.PASSWORD_RESET_TIMEOUT = -1

    assert client.get(link, follow=True).status_code == 410


def test_a_false_link_looks_like_an_old_one(ada, client):
    link = reset_link(client)

    assert client.get(link[:-1] + ("a" if link[-1] != "a" else "b"), follow=True).status_code == 410
    assert client.get(f"/forgotten-password/{'0' * 32}-abc-def", follow=True).status_code == 410


def test_a_new_password_ends_every_session(ada, ada_in):
    elsewhere = Client()
    sign_in(elsewhere)
    stranger = Client()
    action = stranger.get(reset_link(stranger), follow=True).request["PATH_INFO"]

    stranger.post(action, {"password1": NEW})

    assert not is_in(elsewhere)
    assert not is_in(ada_in)


def test_the_mail_names_our_own_address_whatever_the_request_calls_us(ada, client, settings):
    settings.ALLOWED_HOSTS = ["*"]

    client.post("/forgotten-password", {"email": EMAIL}, HTTP_HOST="evil.example")

    assert "evil.example" not in mail.outbox[-1].body + mail.outbox[-1].alternatives[0].content


def test_changing_it_asks_for_the_old_one_and_ends_the_other_sessions(ada, ada_in, later):
    elsewhere = Client()
    sign_in(elsewhere)
    later(minutes=6)
    assert ada_in.get("/account/password")["Location"] == "/account/confirmation?next=%2Faccount%2Fpassword"
    assert ada_in.post("/account/password", {"password": NEW}).status_code == 302
    assert ada_in.post("/account/confirmation", {"password": "wrong", "next": "/account/password"}).status_code == 422

    confirmed = ada_in.post("/account/confirmation", {"password": "four grey herons wait", "next": "/account/password"})
    assert confirmed["Location"] == "/account/password"
    ada_in.post("/account/password", {"password": NEW})

    assert is_in(ada_in)
    assert not is_in(elsewhere)
    fresh = Client()
    sign_in(fresh)
    assert not is_in(fresh)
    sign_in(fresh, password=NEW)
    assert is_in(fresh)


def test_whoever_opens_anothers_link_stays_in_until_they_use_it(ada, world, client):
    users.create_account(email="bo@orchard.example", person_id=world.ids["bo"], password="plums in a long row", at=NOON)
    sign_in(client, email="bo@orchard.example", password="plums in a long row")
    action = client.get(reset_link(Client()), follow=True).request["PATH_INFO"]
    assert is_in(client)

    client.post(action, {"password1": NEW})

    assert not is_in(client)
    sign_in(client, password=NEW)
    assert client.session["organisation"] == str(world.ids["Harbour"])

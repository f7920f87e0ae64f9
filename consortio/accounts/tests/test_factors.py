import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from consortio.accounts import factors, users
from tests.world import NOON

from .conftest import EMAIL, PASSWORD, is_in, sign_in
from .device import Passkey, app_code

HTTPS = {"HTTP_HOST": "localhost", "wsgi.url_scheme": "https"}


@pytest.fixture
def still(monkeypatch):
    """Let time stand, so that no step of the app's codes ends within a test."""
    now = 1_930_000_015.0
    monkeypatch.setattr("time.time", lambda: now)
    return now


@pytest.fixture
def laptop(ada) -> Client:
    """Ada's browser on a site with a name, in which she has just signed in."""
    client = Client(**HTTPS)
    sign_in(client)
    return client


def add_passkey(client, passkey) -> int:
    options = client.get("/account/passkeys/options").json()["creation_options"]
    answer = {"name": "laptop", "credential": json.dumps(passkey.make(options))}
    return client.post("/account/passkeys", answer).status_code


def use_passkey(client, passkey, path="/sign-in/passkey", **more):
    options = client.get("/sign-in/passkey").json()["request_options"]
    return client.post(path, {"credential": json.dumps(passkey.use(options)), **more})


def set_up_app(client) -> tuple[str, list[str]]:
    page = client.get("/account/one-time-codes").content.decode()
    secret = re.search(r'data-text="([A-Z2-7]{32})"', page)[1]
    shown = client.post("/account/one-time-codes", {"code": app_code(secret, time.time())})
    return secret, re.findall(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>", shown.content.decode())


def test_a_passkey_is_added_and_signs_in_without_a_password(laptop):
    passkey = Passkey()
    assert add_passkey(laptop, passkey) == 302
    assert mail.outbox[-1].subject == "A change to your Consortio account"
    fresh = Client(**HTTPS)
    assert not is_in(fresh)

    answer = use_passkey(fresh, passkey)

    assert answer["Location"] == "/"
    assert is_in(fresh)
    assert fresh.session["organisation"]


def test_a_passkey_asks_for_nothing_more_where_there_is_a_code_app(laptop):
    passkey = Passkey()
    add_passkey(laptop, passkey)
    set_up_app(laptop)
    fresh = Client(**HTTPS)

    use_passkey(fresh, passkey)

    assert is_in(fresh)


def test_a_password_alone_still_signs_in_where_there_is_a_passkey(laptop):
    add_passkey(laptop, Passkey())
    fresh = Client(**HTTPS)

    sign_in(fresh)

    assert is_in(fresh)


@pytest.mark.parametrize("false", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"asks": False}])
def test_a_passkey_of_another_site_or_one_that_asked_nobody_is_refused(laptop, false):
    assert add_passkey(laptop, Passkey(**false)) == 422
    assert add_passkey(laptop, Passkey()) == 302


def test_a_passkey_that_did_not_ask_signs_nobody_in(laptop):
    passkey = Passkey()
    add_passkey(laptop, passkey)
    passkey.asks = False
    fresh = Client(**HTTPS)

    use_passkey(fresh, passkey)
    assert not is_in(fresh)

    passkey.asks = True
    use_passkey(fresh, passkey)
    assert is_in(fresh)


def test_a_refused_passkey_is_answered_on_the_page_of_all_ways(laptop):
    fresh = Client(**HTTPS)

    answer = fresh.post("/sign-in/passkey", {"credential": json.dumps({"id": "none"})}, follow=True)

    assert answer.redirect_chain == [("/sign-in", 302)]
    assert "This is not the code, or it is no longer good." in answer.content.decode()
    assert fresh.head("/sign-in/passkey").status_code == 200


def test_passkeys_are_not_tried_without_end(db):
    fresh = Client(**HTTPS)

    answers = [fresh.post("/sign-in/passkey", {"credential": "{}"}).status_code for _ in range(11)]

    assert answers == [302] * 10 + [429]


def test_another_key_with_the_same_name_signs_nobody_in(laptop):
    passkey = Passkey()
    add_passkey(laptop, passkey)
    thief, fresh = Passkey(), Client(**HTTPS)
    thief.handle = passkey.handle

    assert use_passkey(fresh, thief)["Location"] == "/sign-in"
    assert not is_in(fresh)


def test_a_challenge_is_answered_once(laptop):
    passkey = Passkey()
    add_passkey(laptop, passkey)
    fresh = Client(**HTTPS)
    options = fresh.get("/sign-in/passkey").json()["request_options"]
    credential = {"credential": json.dumps(passkey.use(options))}
    fresh.post("/sign-in/passkey", credential)
    assert is_in(fresh)
    fresh.post("/sign-out")

    fresh.post("/sign-in/passkey", credential)

    assert not is_in(fresh)


@pytest.mark.parametrize(
    "credential",
    [
        "", "null", "[]", "7", "{}", '"text"', '{"id": 7}', '{"id": "a", "rawId": "a", "response": null}', "{",
        '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "YQ", "attestationObject": "YQ",'
        ' "authenticatorData": "YQ", "signature": "YQ", "userHandle": "YQ"}}',
        '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject":'
        ' "oA", "authenticatorData": "oA", "signature": "oA", "userHandle": "____"}}',
    ],
)  # fmt: skip
def test_what_no_browser_would_answer_is_refused(laptop, credential):
    laptop.get("/account/passkeys/options")
    assert laptop.post("/account/passkeys", {"name": "x", "credential": credential}).status_code == 422
    stranger = Client(**HTTPS)
    stranger.get("/sign-in/passkey")
    assert stranger.post("/sign-in/passkey", {"credential": credential})["Location"] == "/sign-in"


def test_passkeys_are_renamed_and_removed_by_their_owner_only(laptop, world):
    add_passkey(laptop, Passkey())
    pk = Authenticator.objects.get().pk
    users.create_account(email="bo@orchard.example", person_id=world.ids["bo"], password="plums in a long row", at=NOON)
    bo = Client(**HTTPS)
    sign_in(bo, email="bo@orchard.example", password="plums in a long row")

    assert bo.post(f"/account/passkeys/{pk}/name", {"name": "mine"}).status_code == 404
    assert bo.post(f"/account/passkeys/{pk}/removal").status_code == 404
    assert laptop.post(f"/account/passkeys/{pk}/name", {"name": ""}).status_code == 422
    assert laptop.post(f"/account/passkeys/{pk}/name", {"name": "desk"}).status_code == 302
    assert 'value="desk"' in laptop.get("/account/passkeys").content.decode()
    assert laptop.post(f"/account/passkeys/{pk}/removal").status_code == 302
    assert not Authenticator.objects.exists()


def test_a_code_app_asks_at_the_next_sign_in(ada_in, still, monkeypatch):
    secret, _ = set_up_app(ada_in)
    monkeypatch.setattr("time.time", lambda: still + 30)
    fresh = Client()

    assert sign_in(fresh)["Location"] == "/sign-in/second-step"
    assert not is_in(fresh)
    assert fresh.post("/sign-in/second-step", {"code": "000000"}).status_code == 422
    answer = fresh.post("/sign-in/second-step", {"code": app_code(secret, still + 30)})

    assert answer["Location"] == "/"
    assert is_in(fresh)


def test_a_code_by_mail_asks_for_the_app_too(ada_in, still):
    set_up_app(ada_in)
    fresh = Client()
    fresh.post("/sign-in/code", {"email": EMAIL})
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", mail.outbox[-1].body)[0]

    assert fresh.post("/sign-in/code/confirmation", {"code": code})["Location"] == "/sign-in/second-step"
    assert not is_in(fresh)


def test_a_code_of_the_app_counts_once_and_so_does_none_before_it(ada, ada_in, still, monkeypatch):
    secret, _ = set_up_app(ada_in)
    monkeypatch.setattr("time.time", lambda: still + 60)

    factors.check_code(ada, app_code(secret, still + 60))

    for step in (still + 60, still + 30):
        with pytest.raises(factors.ValidationError):
            factors.check_code(ada, app_code(secret, step))
    factors.check_code(ada, app_code(secret, still + 90))


def test_the_code_that_set_the_app_up_does_not_sign_in(ada_in, still):
    secret, _ = set_up_app(ada_in)
    fresh = Client()
    sign_in(fresh)

    assert fresh.post("/sign-in/second-step", {"code": app_code(secret, still)}).status_code == 422


def test_an_app_that_shows_other_codes_is_not_set_up(ada_in, still):
    ada_in.get("/account/one-time-codes")

    assert ada_in.post("/account/one-time-codes", {"code": "123456"}).status_code == 422
    assert not Authenticator.objects.exists()


def test_a_recovery_code_stands_in_for_the_app_once(ada_in, still):
    _, codes = set_up_app(ada_in)
    assert len(set(codes)) == 10

    for code, status in [(codes[3], 302), (codes[3], 422), (codes[4].upper().replace("-", " "), 302)]:
        fresh = Client()
        sign_in(fresh)
        assert fresh.post("/sign-in/second-step", {"code": code}).status_code == status


def test_new_recovery_codes_replace_the_old(ada, ada_in, still):
    _, old = set_up_app(ada_in)

    shown = ada_in.post("/account/recovery-codes").content.decode()

    new = re.findall(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>", shown)
    with pytest.raises(factors.ValidationError):
        factors.check_code(ada, old[0])
    factors.check_code(ada, new[0])


def test_neither_codes_nor_the_apps_secret_can_be_read_from_the_database(ada_in, still):
    secret, codes = set_up_app(ada_in)

    kept = json.dumps([row.data for row in Authenticator.objects.all()])

    assert secret not in kept
    assert [code for code in codes if code in kept or code.replace("-", "") in kept] == []


def test_five_wrong_codes_in_a_minute_are_enough(ada_in, still):
    _, codes = set_up_app(ada_in)
    fresh = Client()
    sign_in(fresh)

    answers = [fresh.post("/sign-in/second-step", {"code": "000000"}).status_code for _ in range(6)]

    assert answers == [422] * 5 + [429]
    assert fresh.post("/sign-in/second-step", {"code": codes[0]}).status_code == 429


def test_the_second_step_is_nothing_without_the_first(client):
    assert client.get("/sign-in/second-step")["Location"] == "/sign-in"


def test_removing_the_app_removes_its_recovery_codes(ada_in, still):
    set_up_app(ada_in)
    assert "Remove the code app" in ada_in.get("/account/one-time-codes").content.decode()

    ada_in.post("/account/one-time-codes/removal")

    assert not Authenticator.objects.exists()
    fresh = Client()
    sign_in(fresh)
    assert is_in(fresh)


def test_recovery_codes_without_an_app_are_not_there(ada_in):
    assert ada_in.post("/account/recovery-codes").status_code == 404


STEP_UP = [
    ("get", "/account/password"),
    ("get", "/account/address"),
    ("get", "/account/passkeys"),
    ("get", "/account/passkeys/options"),
    ("get", "/account/one-time-codes"),
    ("post", "/account/password"),
    ("post", "/account/address"),
    ("post", "/account/passkeys"),
    ("post", "/account/passkeys/1/name"),
    ("post", "/account/passkeys/1/removal"),
    ("post", "/account/one-time-codes"),
    ("post", "/account/one-time-codes/removal"),
    ("post", "/account/recovery-codes"),
]


@pytest.mark.parametrize(("verb", "path"), STEP_UP)
def test_what_could_lock_somebody_out_wants_a_fresh_proof(ada_in, later, verb, path):
    assert not getattr(ada_in, verb)(path).get("Location", "").startswith("/account/confirmation")
    later(minutes=5, seconds=1)

    assert getattr(ada_in, verb)(path)["Location"].startswith("/account/confirmation?next=")

    ada_in.post("/account/confirmation", {"password": PASSWORD})
    assert not getattr(ada_in, verb)(path).get("Location", "").startswith("/account/confirmation")


def test_a_proof_is_also_given_by_passkey_or_app(laptop, later):
    passkey = Passkey()
    add_passkey(laptop, passkey)
    _, codes = set_up_app(laptop)
    later(minutes=6)
    assert laptop.get("/account/password").status_code == 302

    assert (
        use_passkey(laptop, passkey, "/account/confirmation", next="/account/password")["Location"]
        == "/account/password"
    )
    assert laptop.get("/account/password").status_code == 200
    later(minutes=12)
    assert laptop.post("/account/confirmation", {"code": codes[0]}).status_code == 302
    assert laptop.get("/account/password").status_code == 200


def test_a_proof_leads_on_to_our_own_addresses_only(ada_in):
    answer = ada_in.post("/account/confirmation", {"password": PASSWORD, "next": "https://evil.example"})

    assert answer["Location"] == "/account"

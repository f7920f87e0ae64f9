import re

import pytest
from allauth.account.urls import urlpatterns as account_urls
from allauth.mfa.urls import urlpatterns as mfa_urls
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, get_resolver, resolve, reverse

from consortio.accounts import urls, users
from tests.world import NOON

from .conftest import EMAIL, PASSWORD, is_in, sign_in, unmasked

STRANGER = "nobody@harbour.example"
DRAWN = {  # of allauth's names, those that have a screen of ours
    "account_login",
    "account_logout",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reauthenticate",
    "mfa_login_webauthn",
    "mfa_authenticate",
}


def code_in_mail() -> str:
    return re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", mail.outbox[-1].body)[0]


def link_in_mail() -> str:
    return re.search(r"http://127\.0\.0\.1:8000(\S+)", mail.outbox[-1].body)[1]


def names(patterns) -> set[str]:
    found = set()
    for pattern in patterns:
        found |= names(pattern.url_patterns) if hasattr(pattern, "url_patterns") else {pattern.name}
    return found


def test_only_the_screens_that_are_drawn_have_an_address():
    allauth = names(account_urls) | names(mfa_urls) | {"account_signup", "account_email", "account_confirm_email"}
    resolver = get_resolver()
    there = {name for name in allauth if resolver.reverse_dict.getlist(name)}

    assert there == DRAWN - {"mfa_trust"}
    assert {name for name in names(urls.urlpatterns) if name.startswith("mfa_")} <= DRAWN
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/signup", "/sign-up", "/accounts/2fa/"])
def test_allauths_own_addresses_lead_nowhere(path):
    with pytest.raises(Resolver404):
        resolve(path)


def test_a_password_signs_in(ada, client):
    assert not is_in(client)

    answer = sign_in(client)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_in(client)


def test_the_address_is_the_same_in_any_case(ada, client):
    sign_in(client, email="Ada@Harbour.Example")

    assert is_in(client)


def test_one_letter_may_be_typed_in_two_ways(ada, client):
    ada.set_password("caf\u00e9 with harbour view")
    ada.save()

    sign_in(client, password="cafe\u0301 with harbour view")

    assert is_in(client)


def test_signing_in_leads_on_to_where_one_was_going_but_never_elsewhere(ada, client):
    page = client.get("/account/sessions")
    assert page["Location"] == "/sign-in?next=/account/sessions"

    assert sign_in(client, QUERY_STRING="next=/account/sessions")["Location"] == "/account/sessions"
    client.post("/sign-out")
    assert sign_in(client, QUERY_STRING="next=https://evil.example/")["Location"] == "/"


def test_a_wrong_password_and_no_account_are_the_same_answer(ada, world):
    known = sign_in(Client(), password="not her password at all")
    unknown = sign_in(Client(), email="bda@harbour.example", password="not her password at all")
    good = sign_in(Client())

    assert known.status_code == 422
    assert unmasked(known)[1].replace(b"ada@", b"bda@") == unmasked(unknown)[1]
    assert (known.status_code, good.status_code) == (unknown.status_code, 302)


def test_a_closed_account_lets_nobody_in(ada, client):
    ada.is_active = False
    ada.save()

    assert sign_in(client)["Location"] == "/sign-in"
    assert not is_in(client)


def test_a_code_is_mailed_and_signs_in_once(ada, client):
    asked = client.post("/sign-in/code", {"email": EMAIL})
    assert asked["Location"] == "/sign-in/code/confirmation"
    code = code_in_mail()
    assert not is_in(client)

    confirmed = client.post("/sign-in/code/confirmation", {"code": code})

    assert confirmed["Location"] == "/"
    assert is_in(client)
    client.post("/sign-out")
    again = client.post("/sign-in/code/confirmation", {"code": code})
    assert again["Location"] == "/sign-in/code"
    assert not is_in(client)


def test_the_button_beside_the_password_sends_the_code_to_what_was_typed(ada, client):
    client.post("/sign-in/code", {"login": EMAIL, "password": ""})

    assert mail.outbox[-1].to == [EMAIL]


def test_the_link_in_the_mail_fills_the_code_in_and_signs_nobody_in(ada, client):
    client.post("/sign-in/code", {"email": EMAIL})

    page = client.get(link_in_mail())

    assert f'value="{code_in_mail()}"' in page.content.decode()
    assert not is_in(client)
    client.post("/sign-in/code/confirmation", {"code": code_in_mail()})
    assert is_in(client)


def test_the_link_in_another_browser_shows_the_code_and_is_no_way_in(ada, client):
    client.post("/sign-in/code", {"email": EMAIL})
    other = Client()

    page = other.get(link_in_mail())

    assert code_in_mail() in page.content.decode()
    other.post("/sign-in/code/confirmation", {"code": code_in_mail()})
    assert not is_in(other)


def test_what_stands_in_a_link_is_shown_only_if_it_looks_like_a_code(client):
    assert client.get("/sign-in/code/confirmation", {"code": "<b>call us</b>"})["Location"] == "/sign-in/code"


def test_three_wrong_codes_end_the_sign_in(ada, client):
    client.post("/sign-in/code", {"email": EMAIL})
    code = code_in_mail()

    answers = [client.post("/sign-in/code/confirmation", {"code": "AAAA-AAAA"}).status_code for _ in range(3)]

    assert answers == [422, 422, 302]
    client.post("/sign-in/code/confirmation", {"code": code})
    assert not is_in(client)


def test_a_code_is_good_for_fifteen_minutes(ada, client, monkeypatch):
    client.post("/sign-in/code", {"email": EMAIL})
    real = __import__("time").time
    monkeypatch.setattr("time.time", lambda: real() + 15 * 60 + 1)

    answer = client.post("/sign-in/code/confirmation", {"code": code_in_mail()})

    assert answer.status_code == 302
    assert not is_in(client)


def steps_of(client, email: str) -> list[tuple[int, bytes]]:
    """Return what a browser sees that asks for a code and for a new password."""
    seen = [unmasked(client.post("/sign-in/code", {"email": email}))]
    seen.append(unmasked(client.get("/sign-in/code/confirmation")))
    seen += [unmasked(client.post("/sign-in/code/confirmation", {"code": "AAAA-AAAA"})) for _ in range(3)]
    seen.append(unmasked(client.post("/forgotten-password", {"email": email})))
    seen.append(unmasked(client.get("/forgotten-password/sent")))
    return [(status, body.replace(email.encode(), b"")) for status, body in seen]


def test_asking_for_a_code_or_a_password_does_not_tell_who_has_an_account(ada):
    known, unknown = steps_of(Client(), EMAIL), steps_of(Client(), STRANGER)

    assert known == unknown
    assert [message.to for message in mail.outbox] == [[EMAIL], [EMAIL]]


def test_a_get_never_signs_in(ada, client):
    client.post("/sign-in/code", {"email": EMAIL})

    for path in ("/sign-in", "/sign-in/code", "/sign-in/code/confirmation", "/sign-in/passkey", "/sign-in/second-step"):
        client.get(path, {"login": EMAIL, "password": PASSWORD, "code": code_in_mail()})
        assert not is_in(client)
    sign_in(client)
    assert is_in(client)


def test_a_post_from_elsewhere_is_refused(ada):
    careful = Client(enforce_csrf_checks=True)

    assert sign_in(careful).status_code == 403


def test_signing_out_is_a_post(ada_in):
    assert ada_in.get("/sign-out").status_code == 405
    assert is_in(ada_in)

    ada_in.post("/sign-out")

    assert not is_in(ada_in)


def test_five_wrong_passwords_in_a_minute_are_enough(ada):
    answers = [sign_in(Client(), password=f"wrong number {n}").status_code for n in range(6)]

    assert answers == [422] * 5 + [429]
    assert sign_in(Client())["Retry-After"] == "60"  # the right one waits too, or guessing would go on


def test_one_address_that_tries_many_accounts_is_stopped(ada):
    answers = [sign_in(Client(), email=f"p{n}@harbour.example").status_code for n in range(21)]

    assert answers == [422] * 20 + [429]
    assert sign_in(Client(), REMOTE_ADDR="192.0.2.7").status_code == 302


def test_neighbours_in_one_ipv6_network_count_together(ada):
    for n in range(20):
        sign_in(Client(), email=f"p{n}@harbour.example", REMOTE_ADDR=f"2001:db8:7:{n}::1")

    assert sign_in(Client(), REMOTE_ADDR="2001:db8:7:ffff::9").status_code == 429
    assert sign_in(Client(), REMOTE_ADDR="2001:db8:8::1").status_code == 302


@pytest.mark.parametrize("email", [EMAIL, STRANGER])
def test_three_codes_a_minute_and_three_resets_an_hour(ada, email):
    codes = [Client().post("/sign-in/code", {"email": email}) for _ in range(4)]
    resets = [Client().post("/forgotten-password", {"email": email}) for _ in range(4)]

    assert [answer.status_code for answer in codes] == [302, 302, 302, 429]
    assert [answer.status_code for answer in resets] == [302, 302, 302, 429]
    assert (codes[3]["Retry-After"], resets[3]["Retry-After"]) == ("60", "3600")


def test_looking_writes_nothing_but_the_session(committed_world):
    """On PostgreSQL a page is read in a transaction that refuses writes; elsewhere this shows that pages answer."""
    person = committed_world.ids["ada"]
    users.create_account(email=EMAIL, person_id=person, password=PASSWORD, at=NOON)
    client = Client(HTTP_HOST="localhost")
    client.post("/sign-in/code", {"email": EMAIL})
    client.post("/forgotten-password", {"email": EMAIL})
    before = ["/sign-in", "/sign-in/code", "/sign-in/code/confirmation", "/sign-in/passkey", "/forgotten-password"]
    seen = [client.get(path).status_code for path in [*before, "/forgotten-password/sent"]]
    seen.append(client.get(link_in_mail(), follow=True).status_code)

    sign_in(client)
    after = ["account", "password", "address", "passkeys", "passkeys/options", "one-time-codes", "sessions"]
    seen += [client.get(f"/account/{path}".replace("/account/account", "/account")).status_code for path in after]

    assert seen == [200] * 14
    client.post("/sign-out")
    assert not is_in(client)

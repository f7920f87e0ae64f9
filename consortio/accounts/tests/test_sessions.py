import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from consortio.accounts import reads, users
from consortio.accounts.models import Session
from consortio.accounts.sessions import SessionStore, key_hash
from tests.world import NOON

from .conftest import EMAIL, is_in, queries_max, sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


def cookie(client) -> str:
    return client.cookies["session"].value


def test_the_table_of_sessions_is_no_way_in(ada_in):
    key = cookie(ada_in)
    row = Session.objects.get()

    assert len(key) >= 43  # 256 bits
    assert row.pk == key_hash(key)
    assert key not in row.data
    thief = Client()
    thief.cookies["session"] = row.pk
    assert not is_in(thief)
    thief.cookies["session"] = key
    assert is_in(thief)


def test_no_code_lies_in_the_table_after_it_was_used(ada, client):
    client.post("/sign-in/code", {"email": EMAIL})
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", mail.outbox[-1].body)[0]
    before = SessionStore(cookie(client)).load()
    client.post("/sign-in/code/confirmation", {"code": code})

    assert code in str(before)
    assert code not in str(SessionStore(cookie(client)).load())


def test_signing_in_changes_the_key_and_the_old_one_is_nothing(ada, client):
    client.post("/sign-in/code", {"email": EMAIL})  # an anonymous session, whose key somebody may have planted
    planted = cookie(client)

    sign_in(client)

    assert cookie(client) != planted
    fixed = Client()
    fixed.cookies["session"] = planted
    assert not is_in(fixed)
    assert is_in(client)


def test_a_session_ends_after_eight_hours_without_use(ada_in, later):
    later(hours=7, minutes=59)
    assert is_in(ada_in)  # which counts as use
    later(hours=15, minutes=58)
    assert is_in(ada_in)
    later(hours=24)
    assert not is_in(ada_in)


def test_a_session_ends_after_seven_days_of_use(ada_in, later):
    for hours in range(7, 7 * 24, 7):
        later(hours=hours)
        assert is_in(ada_in)

    later(days=7, minutes=1)
    assert not is_in(ada_in)


def test_waiting_at_the_door_costs_nothing_of_the_seven_days(ada, client, later):
    client.post("/sign-in/code", {"email": EMAIL})
    later(hours=7)
    sign_in(client)

    assert Session.objects.get(user=ada).made_at > timezone.now() - timedelta(minutes=1)


def test_ended_sessions_are_swept_when_somebody_signs_in(ada, ada_in, later):
    later(days=8)

    sign_in(Client())

    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("browser", "named"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        ("HeadlessChrome/140 Safari/537 (X11; Linux)", ("Chrome", "Linux")),
        (SAFARI, ("Safari", "iPhone")),
        ("", ("", "")),
        ("curl/8", ("", "")),
    ],
)
def test_a_browser_is_called_by_its_name(browser, named):
    assert reads.named(browser) == named


def test_sessions_are_listed_and_ended_one_by_one(ada, ada_in):
    phone = Client(HTTP_USER_AGENT=SAFARI)
    sign_in(phone)
    page = ada_in.get("/account/sessions").content.decode()
    assert "Safari on iPhone" in page
    assert "this one" in page

    ended = ada_in.post(f"/account/sessions/{key_hash(cookie(phone))}/end")

    assert ended["Location"] == "/account/sessions"
    assert not is_in(phone)
    assert is_in(ada_in)


def test_another_persons_session_is_not_there(ada, ada_in, world):
    users.create_account(email="bo@orchard.example", person_id=world.ids["bo"], password="plums in a long row", at=NOON)
    bo = Client(HTTP_USER_AGENT=SAFARI)
    sign_in(bo, email="bo@orchard.example", password="plums in a long row")

    foreign = ada_in.post(f"/account/sessions/{key_hash(cookie(bo))}/end")
    nothing = ada_in.post(f"/account/sessions/{'0' * 64}/end")

    assert (foreign.status_code, foreign.content) == (404, nothing.content)
    assert is_in(bo)
    assert "Safari" not in ada_in.get("/account/sessions").content.decode()


def test_all_others_end_at_once_and_this_one_stays(ada, ada_in):
    others = [Client(), Client()]
    for other in others:
        sign_in(other)

    ada_in.post("/account/sessions/others/end")

    assert [is_in(other) for other in others] == [False, False]
    assert is_in(ada_in)


def test_a_page_of_many_sessions_costs_as_many_queries_as_one(ada, ada_in):
    with queries_max(12):
        ada_in.get("/account/sessions")
    for _ in range(3):
        sign_in(Client())
    with queries_max(12):
        ada_in.get("/account/sessions")


def test_looking_at_a_page_is_no_write_but_for_the_note_of_use(ada_in):
    before = Session.objects.get()
    ada_in.get("/account")

    assert Session.objects.get().seen_at == before.seen_at

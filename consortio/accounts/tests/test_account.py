import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from consortio.accounts import addresses, users
from consortio.accounts import mail as accounts_mail
from consortio.accounts.mail import send_code
from tests.world import NOON

from .conftest import EMAIL, PASSWORD, is_in, queries_max, sign_in

NEW = "ada@lighthouse.example"
PREFERENCES = {"language": "browser", "zone": "Asia/Tokyo", "theme": "dark", "density": "compact"}


def link_in_mail() -> str:
    return re.search(r"http://127\.0\.0\.1:8000(\S+)", mail.outbox[-1].body)[1]


def test_the_settings_show_who_one_is_and_how_one_signs_in(ada_in):
    page = ada_in.get("/account").content.decode()

    assert EMAIL in page
    assert "ada, for Harbour" in page
    assert "not set up" in page


@pytest.mark.parametrize("path", ["/account", "/account/passkeys", "/account/one-time-codes", "/account/sessions"])
def test_pages_stay_within_their_budget(ada_in, path):
    with queries_max(12):
        assert ada_in.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/account", "/account/password", "/account/address", "/account/passkeys", "/account/one-time-codes",
     "/account/sessions", "/account/confirmation", "/account/address/x"],
)  # fmt: skip
def test_strangers_are_asked_to_sign_in(client, path):
    assert client.get(path)["Location"].startswith("/sign-in?next=")


def test_preferences_hold_in_every_browser(ada, ada_in):
    saved = ada_in.post("/account/preferences", PREFERENCES)

    assert saved["Location"] == "/account"
    assert 'data-theme="dark"' in ada_in.get("/account").content.decode()
    phone = Client()
    sign_in(phone)
    page = phone.get("/account").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-density="compact"' in page
    assert '<option value="Asia/Tokyo" selected>' in page


def test_instants_are_shown_in_ones_own_zone(ada, ada_in):
    hour = timezone.now().astimezone(timezone.get_fixed_timezone(9 * 60)).strftime("%H:%M")
    before = ada_in.get("/account/sessions").content.decode()

    ada_in.post("/account/preferences", PREFERENCES)

    assert f", {hour}</time>" in ada_in.get("/account/sessions").content.decode()
    assert "Japan" not in before
    assert timezone.get_current_timezone_name() == "UTC"  # the next request begins anew


@pytest.mark.parametrize(
    ("field", "value"), [("zone", "../etc"), ("theme", "pink"), ("language", "xx"), ("density", "")]
)
def test_preferences_that_do_not_exist_are_refused(ada, ada_in, field, value):
    assert ada_in.post("/account/preferences", PREFERENCES | {field: value}).status_code == 422
    ada.refresh_from_db()
    assert (ada.zone, ada.theme) == ("", "")


def test_what_is_chosen_beside_a_page_is_kept_for_the_person(ada, ada_in):
    ada_in.post("/preferences", {"theme": "dark", "next": "/account"})
    ada_in.post("/preferences", {"theme": "pink", "is_active": "", "email": NEW})

    ada.refresh_from_db()
    assert (ada.theme, ada.email, ada.is_active) == ("dark", EMAIL, True)


def test_the_reader_s_language_rules_pages_and_mails(ada, ada_in, settings, tmp_path):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    ada_in.post("/account/preferences", PREFERENCES | {"language": "de"})

    assert '<html lang="de"' in ada_in.get("/account").content.decode()
    assert translation.get_language() == "en"
    send_code(EMAIL, "AAAA-BBBB")
    assert '<html lang="de"' in mail.outbox[-1].alternatives[0].content


def test_mails_are_text_and_html_and_carry_no_markup_in_the_text(ada, ada_in):
    Client().post("/forgotten-password", {"email": EMAIL})

    sent = mail.outbox[-1]
    assert sent.to == [EMAIL]
    assert "&" not in sent.body
    assert "<" not in sent.body
    assert link_in_mail() in sent.alternatives[0].content


def sent_behind() -> int:
    """Return how many mails have gone out, once those that wait behind the answers have."""
    accounts_mail._behind.submit(int).result()
    return len(mail.outbox)


def test_through_a_server_mails_go_out_behind_the_answer(ada, settings):
    settings.EMAIL_HOST = "mail.example"

    send_code(EMAIL, "AAAA-BBBB")

    assert sent_behind() == 1


def test_a_server_that_is_away_breaks_no_answer(ada, client, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert client.post("/sign-in/code", {"email": EMAIL}).status_code == 302

    assert sent_behind() == 0
    assert "a mail could not be sent" in caplog.text


def test_a_new_address_is_asked_of_its_owner(ada, ada_in):
    ada_in.post("/account/address", {"email": NEW})
    assert mail.outbox[-1].to == [NEW]
    link = link_in_mail()

    assert NEW in ada_in.get(link).content.decode()
    ada.refresh_from_db()
    assert ada.email == EMAIL
    ada_in.post(link)

    assert mail.outbox[-1].to == [EMAIL]  # the old one is told
    fresh = Client()
    sign_in(fresh)
    assert not is_in(fresh)
    sign_in(fresh, email=NEW)
    assert is_in(fresh)
    assert ada_in.get(link).status_code == 404  # once


def test_a_link_for_a_new_address_is_its_asker_s_alone_and_good_for_an_hour(ada, ada_in, world, later):
    users.create_account(email="bo@orchard.example", person_id=world.ids["bo"], password="plums in a long row", at=NOON)
    bo = Client()
    sign_in(bo, email="bo@orchard.example", password="plums in a long row")
    ada_in.post("/account/address", {"email": NEW})
    link = link_in_mail()

    assert bo.post(link).status_code == 404
    assert ada_in.get(link + "x").status_code == 404
    assert ada_in.get(link).status_code == 200
    later(hours=1, minutes=1)
    assert ada_in.get(link).status_code == 404


def test_nobody_learns_by_asking_whether_an_address_has_an_account(ada, ada_in, world):
    users.create_account(email="bo@orchard.example", person_id=world.ids["bo"], password="plums in a long row", at=NOON)
    mail.outbox.clear()

    taken = ada_in.post("/account/address", {"email": "bo@orchard.example"})
    free = ada_in.post("/account/address", {"email": NEW})

    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    assert [message.to for message in mail.outbox] == [[NEW]]


def test_an_address_that_was_taken_meanwhile_is_refused(ada, ada_in, world):
    ada_in.post("/account/address", {"email": NEW})
    link = link_in_mail()
    users.create_account(email=NEW, person_id=world.ids["bo"], password=None, at=NOON)

    assert ada_in.post(link).status_code == 409
    ada.refresh_from_db()
    assert ada.email == EMAIL


def test_a_token_for_one_thing_is_none_for_another(ada):
    from consortio.accounts import links

    link = links.sign_in_link(ada, timezone.now()).rsplit("/", 1)[1]

    assert addresses.asked(ada, link, timezone.now()) is None
    assert links.user_of(link, timezone.now()) == ada


def test_whoever_has_no_password_can_set_one(world, client):
    users.create_account(email="abe@harbour.example", person_id=world.ids["abe"], password=None, at=NOON)
    client.post("/sign-in/code", {"email": "abe@harbour.example"})
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", mail.outbox[-1].body)[0]
    client.post("/sign-in/code/confirmation", {"code": code})

    assert client.post("/account/password", {"password": "short"}).status_code == 422
    assert client.post("/account/password", {"password": PASSWORD}).status_code == 302

    fresh = Client()
    sign_in(fresh, email="abe@harbour.example")
    assert is_in(fresh)

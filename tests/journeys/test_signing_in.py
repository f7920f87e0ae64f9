"""Every way in and out: a password, a code by mail, a second step; sessions seen and ended."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from .hub import code_in
from .reader import Reader
from .story import EMAIL, PASSWORD, make_first_organisation

pytestmark = pytest.mark.browser


@pytest.fixture
def begun(begun_by):
    return begun_by(make_first_organisation, sign_out)


def sign_out(reader):
    reader.open_own_menu()
    reader.press("Sign out")


@pytest.fixture
def signed_out(reader):
    """A reader who has an account and stands before the door."""
    return reader


def sign_in(reader, password=PASSWORD, answers=200):
    reader.fill(Work_mail=EMAIL, Password=password)
    return reader.press("Sign in", answers)


def test_a_wrong_password_says_so_and_the_right_one_leads_where_one_wanted_to_go(signed_out):
    page = signed_out.go("/account")
    assert page.url.endswith("/sign-in?next=/account")
    signed_out.look()

    sign_in(signed_out, "eight herons over the weir", answers=422)
    assert page.locator("[role=alert]").count() > 0
    signed_out.look()
    sign_in(signed_out)

    assert page.url.endswith("/account")
    signed_out.look()
    for where in ("password", "address", "passkeys", "confirmation"):
        signed_out.go(f"/account/{where}")
        signed_out.look()


def test_a_code_from_the_mail_signs_in_by_its_link_in_the_same_browser_only(signed_out, hub, chromium):
    signed_out.fill(Work_mail=EMAIL)
    signed_out.press("Send me a code by mail")
    signed_out.look()
    mail = hub.mail()
    link = re.search(rf"{hub.address}/\S+", mail).group()

    stranger = Reader(chromium, hub.address)
    stranger.go(link)
    assert stranger.page.get_by_role("button", name="Sign in").count() == 0
    assert code_in(mail) in stranger.page.locator("main").inner_text()
    stranger.look()
    stranger.close()

    page = signed_out.go(link)
    assert page.get_by_label("Code", exact=True).input_value() == code_in(mail)
    signed_out.go("/account")
    assert "/sign-in" in page.url  # a link that was opened signs nobody in
    signed_out.go(link)
    signed_out.press("Sign in")
    assert page.locator("h1").inner_text().endswith(", Vera Lindqvist")


def test_a_code_that_was_mistyped_is_refused_and_the_right_one_taken(signed_out, hub):
    signed_out.go("/sign-in/code")
    signed_out.look()
    signed_out.fill(Work_mail=EMAIL)
    signed_out.press("Send me a code by mail")

    signed_out.fill(Code="AAAA-AAAA")
    signed_out.press("Sign in", answers=422)
    signed_out.look()
    signed_out.fill(Code=code_in(hub.mail()))
    signed_out.press("Sign in")

    assert signed_out.page.locator("h1").inner_text().endswith(", Vera Lindqvist")


def test_a_code_app_is_asked_for_after_the_password(signed_out):
    sign_in(signed_out)
    page = signed_out.go("/account/one-time-codes")
    signed_out.look()
    secret = page.locator("copy-text code").inner_text()
    signed_out.fill(Code="000000")
    signed_out.press("Set it up", answers=422)
    signed_out.fill(Code=code_of(secret))
    signed_out.press("Set it up")
    kept = page.locator("main li code").first.inner_text()
    signed_out.look()
    signed_out.follow("I have them")
    signed_out.open_own_menu()
    signed_out.press("Sign out")

    sign_in(signed_out)
    assert page.locator("h1").inner_text() == "One step more"
    signed_out.look()
    signed_out.fill(Code="000000")
    signed_out.press("Sign in", answers=422)
    signed_out.fill(Code=kept)
    signed_out.press("Sign in")

    assert page.locator("h1").inner_text().endswith(", Vera Lindqvist")


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_sessions_are_listed_and_one_ends_from_elsewhere(signed_out, hub, chromium):
    sign_in(signed_out)
    other = Reader(chromium, hub.address)
    other.go("/sign-in")
    sign_in(other)

    page = signed_out.go("/account/sessions")
    assert page.locator("tbody tr").count() == 2
    signed_out.look()
    signed_out.press("End it")

    assert page.locator("tbody tr").count() == 1
    other.go("/account")
    assert other.page.url.endswith("/sign-in?next=/account")
    other.close()


def test_a_new_password_comes_by_mail_and_ends_the_old_one(signed_out, hub):
    signed_out.follow("I have forgotten my password")
    signed_out.look()
    signed_out.fill(Work_mail=EMAIL)
    signed_out.press(signed_out.page.locator("main form button"))
    signed_out.look()
    page = signed_out.go(re.search(rf"{hub.address}/\S+", hub.mail()).group())
    signed_out.look()
    page.locator("#id_password1").fill("short")
    signed_out.press(page.locator("main form button"), answers=422)
    page.locator("#id_password1").fill("nine herons under the weir")
    signed_out.press(page.locator("main form button"))

    sign_in(signed_out, answers=422)
    sign_in(signed_out, "nine herons under the weir")
    assert page.locator("h1").inner_text().endswith(", Vera Lindqvist")

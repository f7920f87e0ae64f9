from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from consortio.accounts import links

from .conftest import EMAIL, is_in

HERE = "localhost:8000"


@pytest.fixture
def link(ada, settings) -> str:
    settings.SIGN_IN_LINKS = True
    found = links.sign_in_links([EMAIL, "nobody@harbour.example"], timezone.now())
    assert list(found) == [EMAIL]
    return urlsplit(found[EMAIL]).path


def test_a_link_shows_a_button_and_the_button_signs_in(link):
    client = Client(HTTP_HOST=HERE)
    page = client.get(link)
    assert "Sign in as ada" in page.content.decode()
    assert "for Harbour" in page.content.decode()
    assert not is_in(client)

    client.post(link)

    assert is_in(client)
    assert client.session["organisation"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_HOST": "consortio.example"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_a_link_works_on_this_machine_only(link, settings, elsewhere):
    settings.ALLOWED_HOSTS = ["*"]

    assert Client().post(link, **elsewhere).status_code == 404
    assert Client().post(link, HTTP_HOST="localhost:8000").status_code == 302


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "[::1]", "[::1]:8000"])
def test_this_machine_has_more_than_one_name(link, host):
    assert Client().get(link, HTTP_HOST=host).status_code == 200


def test_a_link_works_only_where_somebody_asked_for_links(link, settings):
    assert Client().get(link, HTTP_HOST=HERE).status_code == 200
    settings.SIGN_IN_LINKS = False

    assert Client().get(link, HTTP_HOST=HERE).status_code == 404


def test_a_link_is_good_for_a_day(ada, settings):
    settings.SIGN_IN_LINKS = True
    old = urlsplit(links.sign_in_link(ada, timezone.now() - timedelta(days=1))).path
    young = urlsplit(links.sign_in_link(ada, timezone.now() - timedelta(hours=23))).path

    assert Client().get(old, HTTP_HOST=HERE).status_code == 404
    assert Client().get(young, HTTP_HOST=HERE).status_code == 200


def test_a_false_link_and_a_closed_account_are_not_there(link, ada):
    client = Client(HTTP_HOST=HERE)

    assert client.get(link).status_code == 200
    assert client.get(link + "x").status_code == 404
    assert client.get("/sign-in/link/anything").status_code == 404
    ada.is_active = False
    ada.save()
    assert client.get(link).status_code == 404

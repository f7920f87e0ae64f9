"""
Whether an open session still holds. Session and user come in one query, so the check of Django's `get_user` is made again in
`sessions`: whoever comes in there comes in by Django's way too, whatever was changed since.
"""

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.test import Client, override_settings

from consortio.accounts import users
from consortio.accounts.models import Session
from consortio.accounts.sessions import SessionStore, key_hash
from tests.world import NOON

from .conftest import EMAIL, is_in, sign_in

BO = ("bo@orchard.example", "plums in a long row")
NEW_SECRET = "a new secret that is long enough, 0123456789 abcdefghij"


@pytest.fixture
def bo(world):
    return users.create_account(email=BO[0], person_id=world.ids["bo"], password=BO[1], at=NOON)


def key_of(client: Client) -> str:
    return client.cookies["session"].value


def by_django(key: str):
    """Return who Django's own check lets in."""
    request = HttpRequest()
    request.session = SessionStore(key)
    return get_user(request)


def deactivate(client, ada, bo):
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)


def change_password(client, ada, bo):
    ada.set_password("three white herons fly")
    ada.save()


def delete_account(client, ada, bo):
    if connection.vendor == "postgresql":
        pytest.skip("the role that serves deletes no account")
    ada.delete()


def end_session(client, ada, bo):
    Session.objects.filter(pk=key_hash(key_of(client))).delete()


def write(client, **changes):
    store = SessionStore(key_of(client))
    for key, value in changes.items():
        store[key] = value
    store.save()


def forget_hash(client, ada, bo):
    store = SessionStore(key_of(client))
    del store[HASH_SESSION_KEY]
    store.save()


def empty_hash(client, ada, bo):
    write(client, **{HASH_SESSION_KEY: ""})


def foreign_hash(client, ada, bo):
    write(client, **{HASH_SESSION_KEY: bo.get_session_auth_hash()})


def unknown_backend(client, ada, bo):
    write(client, **{BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend"})


def name_another(client, ada, bo):
    write(client, **{SESSION_KEY: str(bo.pk)})


def spoil_data(client, ada, bo):
    row = Session.objects.get(pk=key_hash(key_of(client)))
    Session.objects.filter(pk=row.pk).update(data=row.data[:-1] + ("A" if row.data[-1] != "A" else "B"))


def borrow_data(client, ada, bo):
    """What was signed for an anonymous session says of nobody that they are in."""
    Session.objects.filter(pk=key_hash(key_of(client))).update(data=SessionStore().encode({}))


ENDS = [
    deactivate, change_password, delete_account, end_session, forget_hash, empty_hash, foreign_hash, unknown_backend,
    name_another, spoil_data, borrow_data,
]  # fmt: skip


@pytest.mark.parametrize("change", ENDS, ids=lambda change: change.__name__)
def test_a_session_ends_here_whenever_it_ends_by_djangos_own_check(ada_in, ada, bo, change):
    key = key_of(ada_in)
    assert SessionStore(key).signed_in() == ada == by_django(key)

    change(ada_in, ada, bo)

    assert SessionStore(key).signed_in() is None
    assert not by_django(key).is_authenticated
    assert not is_in(ada_in)


def test_the_signed_data_say_whose_session_it_is_and_not_the_row_beside(ada_in, ada, bo):
    type(bo).objects.filter(pk=bo.pk).update(password=ada.password)  # so that the hash of the session says nothing
    Session.objects.filter(pk=key_hash(key_of(ada_in))).update(user=bo)

    page = ada_in.get("/account").content.decode()

    assert SessionStore(key_of(ada_in)).signed_in() is None  # so Django asks for itself
    assert EMAIL in page
    assert BO[0] not in page


def test_a_new_secret_ends_every_session(ada_in):
    with override_settings(SECRET_KEY=NEW_SECRET):
        assert not is_in(ada_in)


def test_a_new_secret_beside_the_old_one_keeps_sessions_under_a_new_key(ada_in, ada, later):
    old, made_at = key_of(ada_in), Session.objects.get().made_at
    later(hours=1)

    with override_settings(SECRET_KEY=NEW_SECRET, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert is_in(ada_in)
        new = key_of(ada_in)

    assert new != old
    assert Session.objects.get().pk == key_hash(new)  # the old key is nothing any more
    assert Session.objects.get().made_at == made_at  # seven days are seven days
    with override_settings(SECRET_KEY=NEW_SECRET):
        assert is_in(ada_in)
        assert SessionStore(new).signed_in() == ada


def test_an_ended_session_is_not_brought_back_by_a_request_under_way(ada_in, ada):
    under_way = SessionStore(key_of(ada_in))
    assert under_way.signed_in() == ada
    Session.objects.all().delete()

    under_way["organisation"] = "any"
    with pytest.raises(UpdateError):
        under_way.save()

    assert not Session.objects.exists()


def test_of_an_emptied_session_nobody_is_signed_in(ada_in, ada):
    store = SessionStore(key_of(ada_in))
    assert store.signed_in() == ada

    store.flush()

    assert store.signed_in() is None


def test_two_people_in_two_browsers_are_two_people(ada_in, ada, bo):
    other = Client()
    sign_in(other, *BO)

    assert [SessionStore(key_of(one)).signed_in() for one in (ada_in, other, ada_in)] == [ada, bo, ada]


def test_a_database_that_goes_away_answers_503_before_anybody_is_known(ada_in):
    def away(execute, sql, *rest):
        if "accounts_session" in sql:
            raise OperationalError("gone")
        return execute(sql, *rest)

    ada_in.raise_request_exception = False
    with connection.execute_wrapper(away):
        refused = ada_in.get("/account")

    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert is_in(ada_in)

"""Each setting that is not fit for partners is refused by name, and the cure makes it silent."""

import pytest
from django.db import connection

from consortio.operating import doctor

GOOD = {
    "SECRET_KEY": "k7Gq_2vZr9XwL0mTfB4yNcHsUeAjDpIo-8K5R3",
    "DEBUG": False,
    "ALLOWED_HOSTS": ["plans.example.org"],
    "BASE_URL": "https://plans.example.org",
    "IS_HTTPS": True,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}
BAD = {
    "key": {"SECRET_KEY": "secret"},
    "debug": {"DEBUG": True},
    "hosts": {"ALLOWED_HOSTS": ["*"]},
    "https": {"BASE_URL": "http://plans.example.org", "IS_HTTPS": False},
    "proxy": {"SECURE_PROXY_SSL_HEADER": None},
    "mail": {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"},
}


@pytest.fixture
def fit(db, settings, tmp_path):
    settings.DATA, settings.FILES = tmp_path, tmp_path / "files"
    for name, value in GOOD.items():
        setattr(settings, name, value)
    return settings


FAST = {"fsync", "synchronous_commit", "full_page_writes"}  # the tests' own cluster keeps nothing, on purpose


def refused():
    return [fault.name for fault in doctor.faults() if fault.severity == "refused" and fault.name not in FAST]


def test_a_fit_server_hears_nothing(fit):
    assert refused() == []


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_fit_is_refused_by_name(fit, name):
    for setting, value in BAD[name].items():
        setattr(fit, setting, value)

    assert refused() == [name]


def test_a_key_that_others_can_read_is_refused(fit, tmp_path):
    (tmp_path / "secret_key").write_text("x")
    (tmp_path / "secret_key").chmod(0o644)
    assert refused() == ["key-file"]
    (tmp_path / "secret_key").chmod(0o600)
    assert refused() == []


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's own")
@pytest.mark.django_db(transaction=True)
def test_synchronous_below_full_is_refused(fit, monkeypatch):
    connection.ensure_connection()
    connection.connection.execute("PRAGMA synchronous=NORMAL")
    try:
        assert "synchronous" in refused()
    finally:
        connection.connection.execute("PRAGMA synchronous=FULL")
    assert refused() == []

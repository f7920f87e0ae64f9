"""The shared beginning of the twin worlds, once for each file of tests that compares or crawls them."""

import pytest

from tests.isolation.twins import beginning


@pytest.fixture(scope="module")
def twins(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), beginning(tmp_path_factory.mktemp("files")) as made:
        yield made

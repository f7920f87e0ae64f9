"""The shared beginning of the twin worlds, once for each file of tests that compares or crawls them."""

import pytest
import time_machine
from django.test import override_settings

from tests.isolation.observe import undone
from tests.isolation.story import Story
from tests.isolation.twins import Twins, begin
from tests.world import NOON


@pytest.fixture(scope="module")
def twins(django_db_setup, django_db_blocker, tmp_path_factory):
    files = tmp_path_factory.mktemp("files") / "beginning"
    files.mkdir()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), undone():
        with time_machine.travel(NOON, tick=False), override_settings(FILES=files):
            story = begin(Story(patch))
        yield Twins(story, files)

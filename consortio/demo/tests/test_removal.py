"""The demo world goes whole, and nothing else goes with it."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from consortio import access
from consortio.access import wall
from consortio.access.models import Circle
from consortio.access.wall_text import guarded_models, role
from consortio.attachments.bringing import bring_file
from consortio.attachments.store import path_of
from consortio.demo.reads import is_loaded
from consortio.demo.removal import NotLoaded, OthersTakePart, OwnerOnly, remove
from consortio.demo.story import load
from consortio.partnerships.actions import let_in
from consortio.plans.models import Scheduled
from tests.world import system

from .conftest import TODAY, acting

OF_ACCOUNTS = ("accounts", "account", "mfa")
sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the role that serves deletes no record")
postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no roles")
pytestmark = pytest.mark.slow  # each loads or removes a whole world


def own_everything() -> None:
    """Be who may delete records: on PostgreSQL the owner of the tables."""
    if connection.vendor == "postgresql":
        connection.close()
        connection.settings_dict["USER"] = role("owner")


def kept() -> dict[str, int]:
    """Return how many rows each table has."""
    with access.unscoped("test"):
        found = {model._meta.label: model.objects.count() for model in guarded_models()}
    others = [model for model in apps.get_models() if model._meta.label not in found]
    return found | {m._meta.label: m._default_manager.count() for m in others if m._meta.app_label in OF_ACCOUNTS}


def files(root) -> list:
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def test_the_demo_world_goes_and_all_others_stay(committed_world, load_here, settings):
    world, folder = committed_world, settings.FILES
    world.client("ada@Harbour")
    world.do("chart", bring_file, "ada@Harbour", circle_id=world.ids["coast"], name="chart.txt", content=b"deep")
    before, lying = kept(), files(folder)
    load_here()
    own_everything()
    assert len(files(folder)) > len(lying)

    remove()

    assert (kept(), files(folder)) == (before, lying)
    assert path_of(world.ids["coast"], lying[0].name).read_bytes() == b"deep"
    if connection.vendor == "sqlite":
        wall.verify()


@sqlite
@pytest.mark.whole
def test_told_again_it_is_the_same(demo_here):
    def told():
        with access.unscoped("test"):
            columns = ("circle__kind", "item__name", "item__percent", "start_at", "finish_at", "is_critical")
            rows = Scheduled.objects.order_by(*columns).values_list(*columns)
            return list(rows)

    first = told()
    remove()
    load(TODAY)

    assert told() == first


@sqlite
def test_what_others_share_with_it_is_not_torn_apart(world, demo_here):
    with system():
        joint = Circle.objects.get(partnership__name="Quiet Crossing", kind="joint")
        let_in(joint, world.ids["Island"], world.ids["cy"], "ISL")
    before = kept()

    with pytest.raises(OthersTakePart, match="Island"):
        remove()

    assert kept() == before


def test_there_must_be_one_to_remove(db):
    with pytest.raises(OwnerOnly if connection.vendor == "postgresql" else NotLoaded):
        remove()


def browser(settings, who: str) -> Client:
    settings.SIGN_IN_LINKS = True
    client = Client(HTTP_HOST="localhost")
    actor = acting(who)
    client.force_login(get_user_model().objects.get(person=actor.person_id))
    session = client.session
    session["organisation"] = str(actor.organisation_id)
    session.save()
    return client


@sqlite
def test_one_click_and_a_confirmation_leave_nothing(demo_here, settings):
    assert kept()["plans.Item"] > 150
    client = browser(settings, "mette")
    assert b"demo/removal" in client.get("/").content
    assert b"Remove the demo world" in client.get("/demo/removal").content

    answer = client.post("/demo/removal")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert set(kept().values()) == {0}
    assert not is_loaded()
    wall.verify()
    assert "session" not in client.cookies or not client.cookies["session"].value


def test_it_is_removed_by_its_people_on_this_machine_only(world, demo_here, settings):
    theirs = browser(settings, "mette")
    others = world.client("ada@Harbour", HTTP_HOST="localhost")

    assert [client.get("/demo/removal").status_code for client in (theirs, others, Client())] == [200, 404, 404]
    assert others.post("/demo/removal").status_code == 404
    assert theirs.post("/demo/removal", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert b"demo/removal" not in others.get("/").content
    assert is_loaded()


@postgresql
def test_the_role_that_serves_may_not_remove_it(demo_here, settings):
    answer = browser(settings, "mette").post("/demo/removal")

    assert answer.status_code == 409
    assert b"DATABASE_OWNER_URL" in answer.content
    assert is_loaded()

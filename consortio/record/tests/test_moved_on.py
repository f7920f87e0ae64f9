"""Whether something happened meanwhile: what an open page asks, and what that costs."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio import access
from consortio.accounts.models import Session
from consortio.record.feed import cursor_in, moved_on
from consortio.record.reads import parse_cursor
from tests.notes.actions import edit_note
from tests.world import NOON

WAY = "/changes/any"


@pytest.fixture
def cursor(world):
    with access.unscoped("test"):
        partnership = access.models.Circle.objects.get(pk=world.ids["coast"]).partnership_id
    return lambda who: cursor_in(actor=world.actor(who), partnership_id=partnership)


def ask(world, cursor, who="bo@Orchard", **more):
    return world.client(who).get(WAY, {"since": cursor}, **more)


def test_nothing_is_answered_until_something_happens_in_a_circle_of_the_page(world, cursor):
    bos, adas = cursor("bo@Orchard"), cursor("ada@Harbour")
    assert ask(world, bos).status_code == ask(world, adas, "ada@Harbour").status_code == 204

    world.write("In house", "ada@Harbour", "Harbour only")
    assert ask(world, bos).status_code == 204
    assert ask(world, adas, "ada@Harbour").json() == {"circles": [str(world.ids["Harbour only"])]}

    world.write("Joint", "ada@Harbour", "coast")
    assert ask(world, bos).json() == {"circles": [str(world.ids["coast"])]}
    assert ask(world, cursor("bo@Orchard")).status_code == 204


def test_a_cursor_names_the_circles_that_its_reader_sees(world, cursor):
    own = {who: set(parse_cursor(cursor(who))) for who in ("bo@Orchard", "cy@Island")}

    assert world.ids["coast"] in own["bo@Orchard"] and world.ids["offer"] in own["cy@Island"]
    assert not own["bo@Orchard"] & {world.ids[name] for name in ("offer", "Harbour only", "board")}


def test_somebody_elses_cursor_tells_nothing(world, cursor):
    """Of circles that the reader does not see, nothing comes back, whatever happened there."""
    theirs = ".".join(f"{world.ids[name].hex}:0" for name in ("offer", "Harbour only", "board"))

    assert ask(world, theirs).status_code == 204
    assert ask(world, theirs, "ada@Harbour").status_code == 200


def test_whoever_has_signed_out_is_told_to_stop(world, cursor):
    client = world.client("bo@Orchard")
    assert client.get(WAY, {"since": cursor("bo@Orchard")}).status_code == 204

    client.post("/sign-out")
    assert client.get(WAY, {"since": "x"}).status_code == 401


@pytest.mark.parametrize("wrong", ["x", "x:1", f"{'0' * 32}:-1", f"{'0' * 32}:{2**60}", f"{'0' * 32}:y"])
def test_what_is_no_cursor_is_refused(world, wrong):
    assert ask(world, wrong).status_code == 422
    assert ask(world, "").status_code == 204


def test_it_is_one_query_for_one_circle_and_for_all(world, cursor, django_assert_num_queries):
    bo = world.actor("bo@Orchard")
    for since in (parse_cursor(cursor("bo@Orchard")), {world.ids["coast"]: 0}):
        with access.reading(bo), django_assert_num_queries(1):
            moved_on(actor=bo, since=since)


def test_with_session_and_actor_it_is_three_queries(world, cursor):
    client, since = world.client("bo@Orchard"), cursor("bo@Orchard")
    client.get(WAY, {"since": since})
    with CaptureQueriesContext(connection) as found:
        assert client.get(WAY, {"since": since}).status_code == 204

    assert len([one for one in found if one["sql"].startswith("SELECT") and "set_config" not in one["sql"]]) <= 3


def test_a_page_that_asks_by_itself_keeps_no_session_alive(world, cursor):
    with time_machine.travel(NOON, tick=False) as clock:
        client, since = world.client("bo@Orchard"), cursor("bo@Orchard")
        client.get("/")
        began = Session.objects.get().seen_at
        clock.shift(timedelta(hours=1))
        client.get(WAY, {"since": since}, headers={"X-Unattended": "1"})
        assert Session.objects.get().seen_at == began
        client.get("/")
        assert Session.objects.get().seen_at == began + timedelta(hours=1)


def test_what_others_change_while_a_page_is_made_comes_with_the_next_question(world, cursor):
    since = cursor("bo@Orchard")
    edit_note(actor=world.actor("ada@Harbour"), note_id=world.ids["dredger"], version=1, title="x", text="x", at=NOON)

    assert ask(world, since).status_code == 200

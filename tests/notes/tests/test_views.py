"""The web door: answers, refusals that look alike, and the cost of a list."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio import ids


@pytest.fixture(autouse=True)
def one_nonce(monkeypatch):
    """Two answers are compared as they come: the policy's nonce must not differ."""
    monkeypatch.setattr(ids, "_random_bytes", lambda count: b"x" * count)


def client(world, who):
    return world.client(who)


def answer(response):
    return response.status_code, sorted(response.headers.items()), response.content


def said(response, pk):
    """Return what is answered, but for the id that was asked for: a 405 leads to the page above it."""
    status, headers, content = answer(response)
    return status, headers, content.replace(str(pk).encode(), b"it")


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head", "options"])
@pytest.mark.parametrize(("address", "private"), [
    ("/notes/{}", "lease"), ("/notes/{}/edition", "lease"), ("/notes/{}/sharing", "lease"), ("/circles/{}", "offer"),
    ("/circles/{}/notes", "Harbour only"), ("/circles/{}/notes/new", "board"), ("/circles/{}/changes/0", "offer"),
])  # fmt: skip
def test_what_is_hidden_and_what_is_not_there_look_alike(world, method, address, private):
    posted = {"title": "x", "text": "x", "version": 1, "wider_id": str(world.ids["coast"])}
    bo, ada = client(world, "bo@Orchard"), client(world, "ada@Harbour")
    hidden, absent = (said(getattr(bo, method)(address.format(pk), posted), pk) for pk in (world.ids[private], uuid4()))
    assert hidden == absent and b"lease" not in hidden[2]
    if method == "get" and hidden[0] == 404:
        assert ada.get(address.format(world.ids[private])).status_code == 200
        assert answer(bo.get("/nowhere")) == hidden


def test_a_reference_to_a_hidden_row_is_refused_as_one_to_none(world):
    bo, here = client(world, "bo@Orchard"), f"/circles/{world.ids['coast']}/notes/new"
    about = [{"title": "x", "text": "x", "about_id": str(pk)} for pk in (world.ids["lease"], uuid4())]
    assert [bo.post(here, body).status_code for body in about] == [404, 404]
    assert bo.post(here, about[0] | {"about_id": str(world.ids["frost"])}).status_code == 404  # narrower
    assert bo.post(here, about[0] | {"about_id": str(world.ids["dredger"])}).status_code == 302


def test_a_note_is_edited_by_its_organisation_and_not_over_another_edit(world):
    address = f"/notes/{world.ids['dredger']}"
    edit = {"title": "Dredger late", "text": "Since May.", "version": 1}
    assert client(world, "bo@Orchard").post(f"{address}/edition", edit).status_code == 403
    assert client(world, "abe@Harbour").post(f"{address}/edition", edit).status_code == 302
    refused = client(world, "ada@Harbour").post(f"{address}/edition", edit | {"title": "Dredger early"})
    assert refused.status_code == 409 and b"Dredger late" in refused.content and b"Dredger early" in refused.content
    assert client(world, "ada@Harbour").post(f"{address}/edition", {}).status_code == 422
    page = client(world, "bo@Orchard").get(address).content.decode()
    assert "N-1 Dredger late" in page and "Version 2" in page and "yours to edit" not in page
    assert "yours to edit" in client(world, "ada@Harbour").get(address).content.decode()


def test_a_list_costs_the_same_queries_with_more_rows(world):
    ada, address = client(world, "ada@Harbour"), f"/circles/{world.ids['coast']}/notes"
    counts = []
    for title in ("one", "two"):
        with CaptureQueriesContext(connection) as queries:
            assert ada.get(address).status_code == 200
        counts.append(
            len([q for q in queries if q["sql"].lstrip().startswith("SELECT") and "set_config" not in q["sql"]])
        )
        world.write(title, "bo@Orchard", "coast")
    assert counts == [7, 7]  # session, user, actor; circle, total, rows; the partnerships and hats of the shell


def test_the_api_asks_which_version_was_seen(world):
    ada, address = client(world, "ada@Harbour"), f"/api/notes/{world.ids['dredger']}"
    put = {"data": {"title": "Late", "text": "x"}, "content_type": "application/json"}
    assert ada.get(address)["ETag"] == '"1"'
    versions = [None, '"2"', "W/x", '"1"', '"1"']
    answers = [ada.put(address, **put, headers={"If-Match": sent} if sent else {}).status_code for sent in versions]
    assert answers == [428, 412, 412, 200, 412]
    bo = client(world, "bo@Orchard")
    assert [bo.put(f"/api/notes/{pk}", **put).status_code for pk in (world.ids["lease"], uuid4())] == [404, 404]

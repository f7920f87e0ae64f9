"""Which mails one gets: the page, the API, and the way out that stands in each mail."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from consortio.notices.leaving import meant_by, way_out
from consortio.notices.wishes import USUAL, keep_wishes, wishes_of

ALL_OFF = dict.fromkeys(USUAL, "off")


@pytest.fixture
def bo(world):
    world.client("bo@Orchard")
    return get_user_model().objects.get(email="bo@example.org")


@pytest.fixture
def way(bo):
    return way_out(bo.pk, "mentions").removeprefix("http://127.0.0.1:8000")


def test_wishes_are_shown_and_kept_for_oneself_only(world, bo):
    client = world.client("bo@Orchard")
    page = client.get("/account/notices")
    assert page.status_code == 200 and "A remark names you" in page.content.decode()

    assert client.post("/account/notices", ALL_OFF).status_code == 302
    assert wishes_of(bo.pk) == ALL_OFF
    world.client("ada@Harbour")
    assert wishes_of(get_user_model().objects.get(email="ada@example.org").pk) == USUAL


@pytest.mark.parametrize("wrong", [{"mentions": "hourly"}, {"changes": "at once"}, {"proposals": ""}])
def test_a_wish_that_is_none_is_refused_by_name(world, bo, wrong):
    client = world.client("bo@Orchard")
    answer = client.post("/account/notices", ALL_OFF | wrong)
    assert answer.status_code == 422 and f"id_{next(iter(wrong))}-fault" in answer.content.decode()

    body = json.dumps(ALL_OFF | wrong)
    assert client.put("/api/v1/me/notices", body, content_type="application/json").status_code == 422
    assert wishes_of(bo.pk) == USUAL


def test_programs_read_and_change_wishes(world, bo):
    client = world.client("bo@Orchard")
    assert client.get("/api/v1/me/notices").json() == USUAL

    said = client.put("/api/v1/me/notices", json.dumps(ALL_OFF), content_type="application/json")
    assert said.json() == wishes_of(bo.pk) == ALL_OFF


def test_whoever_is_not_signed_in_has_no_wishes(db):
    client = Client()
    assert client.get("/account/notices").status_code == 302
    assert client.get("/api/v1/me/notices").status_code == 401


def test_the_way_out_ends_one_kind_of_mail_without_signing_in_and_looking_does_nothing(bo, way):
    stranger = Client(enforce_csrf_checks=True)  # the provider's machine has no cookie of ours
    page = stranger.get(way)
    assert page.status_code == 200 and "Send no more of these" in page.content.decode()
    assert wishes_of(bo.pk) == USUAL

    done = stranger.post(way, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200 and "No more such mails come" in done.content.decode()
    assert wishes_of(bo.pk) == USUAL | {"mentions": "off"}
    assert stranger.post(way).status_code == 200


def test_a_way_out_that_we_did_not_sign_is_not_there(bo, way):
    client = Client()
    for wrong in ("x", way.rpartition("/")[2] + "x", "x:y:z"):
        assert client.get(f"/unsubscription/{wrong}").status_code == 404
        assert client.post(f"/unsubscription/{wrong}").status_code == 404
    assert client.get(way).status_code == 200 and wishes_of(bo.pk) == USUAL


def test_a_way_out_of_an_account_that_is_closed_looks_like_none(bo, way):
    bo.is_active = False
    bo.save()
    assert Client().get(way).status_code == Client().post(way).status_code == 404


def test_a_way_out_says_for_whom_and_of_what_it_is(bo, way):
    assert meant_by(way.rpartition("/")[2]) == (bo.pk, "mentions")
    from django.core import signing

    for other in (signing.Signer(salt="other").sign_object({"user": bo.pk.hex, "topic": "mentions"}),
                  signing.Signer(salt="consortio.notices.leaving").sign_object({"user": bo.pk.hex, "topic": "all"})):  # fmt: skip
        assert meant_by(other) is None


def test_a_topic_that_is_none_is_not_kept(bo):
    with pytest.raises(ValueError, match="sleep"):
        keep_wishes(bo.pk, {"sleep": "off"})
    assert wishes_of(bo.pk) == USUAL

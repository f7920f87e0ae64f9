"""POST with an Idempotency-Key: one effect, the same bytes, for nobody but the one who asked, through death and crowds."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.utils import timezone

from consortio import access
from consortio.accounts import replies, tokens
from consortio.accounts.models import Reply, User
from consortio.imports.models import Draft
from consortio.partnerships.actions import seat_person, unseat_person
from consortio.partnerships.models import Partnership
from consortio.plans.models import Plan
from tests.world import NOON

from .test_api import call, problem

ANOTHERS = "01c2b8c4-fa00-7000-8000-000000000007"
PIER = json.dumps({"name": "Pier", "letters": "HAR"})


@pytest.fixture
def ada(world):
    return world.client("ada@Harbour")


def found(client, body=PIER, key="first", address="/api/v1/partnerships"):
    return call(client, "POST", address, body, **({"Idempotency-Key": key} if key is not None else {}))


def named(name):
    return json.dumps({"name": name, "letters": "HAR"})


def count(model=Partnership, **facts):
    with access.unscoped("test"):
        return model.objects.filter(**facts).count()


def whole(answer):
    return answer.status_code, answer.content, {name: answer.get(name) for name in ("Content-Type", "ETag")}


def test_a_call_that_is_repeated_is_done_once_and_answered_alike(ada):
    first, second = found(ada), found(ada)

    assert first.status_code == 201 and whole(second) == whole(first)
    assert count(name="Pier") == 1
    assert found(ada, key="second").status_code == 409  # done again, and refused: the name is taken
    assert found(ada, key=None).status_code == 409


def test_etags_come_back_too(ada, world):
    plan = json.dumps({"circle_id": str(world.ids["coast"]), "name": "Works", "start_at": "2031-05-06T08:00:00"})
    answers = [found(ada, plan, address="/api/v1/plans") for _ in range(2)]
    assert whole(answers[0]) == whole(answers[1]) and answers[1]["ETag"] == '"1"'
    assert count(Plan, name="Works") == 1


def test_the_same_key_with_another_body_is_refused(ada):
    assert found(ada).status_code == 201
    other = found(ada, json.dumps({"name": "Locks", "letters": "HAR"}))
    assert other.status_code == 422 and problem(other)["errors"][0]["field"] == "Idempotency-Key"
    assert count(name="Locks") == 0


def test_a_refusal_leaves_the_key_as_good_as_new(ada):
    wrong = found(ada, json.dumps({"name": "", "letters": "HAR"}))
    assert wrong.status_code == 422 and not Reply.objects.exists()
    assert found(ada).status_code == 201


def test_what_was_half_done_before_a_refusal_is_undone(ada, monkeypatch):
    def refused_after(**_):
        raise access.Refused("afterwards")

    with monkeypatch.context() as patch:
        patch.setattr("consortio.partnerships.reads.partnerships_of", refused_after)
        assert found(ada).status_code == 409
    assert count(name="Pier") == 0 and not Reply.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "Schlüssel"])
def test_a_key_is_visible_and_not_too_long(ada, key):
    assert found(ada, key=key).status_code == 422
    assert found(ada, key="x" * 255).status_code == 201


def test_a_key_is_ones_own(world, ada):
    for who in ("abe@Harbour", "bo@Orchard"):
        assert found(world.client(who)).status_code in (201, 403)
    assert found(ada).status_code == 201
    assert found(world.client("x@y")).status_code == 401


def test_another_address_is_another_call(ada, world):
    body = json.dumps({"name": "First"})
    house = world.ids["Harbour only"]  # where a baseline needs nobody else's yes
    plan = json.dumps({"circle_id": str(house), "name": "Works", "start_at": "2031-05-06T08:00:00"})
    ids = [found(ada, plan, key=key, address="/api/v1/plans").json()["id"] for key in ("a", "b")]
    answers = [found(ada, body, address=f"/api/v1/plans/{pk}/baselines").json()["id"] for pk in ids]
    assert answers == ids


def test_browser_and_token_of_one_person_share_keys_and_scopes_come_first(ada, world):
    assert found(ada).status_code == 201
    own = {
        "user": User.objects.get(person=world.ids["ada"]),
        "organisation_id": world.ids["Harbour"],
        "at": timezone.now(),
    }

    def with_token(*scopes):
        secret = tokens.make_token(**own, name="x", scopes=scopes, days=1)
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "first"}
        return call(ada, "POST", "/api/v1/partnerships", PIER, **headers)

    assert with_token("read").status_code == 403
    assert with_token("write:members").status_code == 201 and count(name="Pier") == 1


def test_a_file_is_the_same_whatever_parts_the_form(ada, world):
    def upload(content):
        file = SimpleUploadedFile("plan.csv", content, "text/csv")
        said = {"circle_id": str(world.ids["coast"]), "file": file}
        return ada.post("/api/v1/imports", said, headers={"Idempotency-Key": "file"})

    content = b"Name;Start\nDredge;2031-05-06\n"
    first, second = upload(content), upload(content)
    assert first.status_code == 202 and whole(first) == whole(second) and count(Draft) == 1
    assert upload(content + b"Wall;2031-05-07\n").status_code == 422


def test_replies_end_after_a_day_and_are_swept(ada, monkeypatch):
    for key in ("first", "other"):
        found(ada, named(key), key=key)
    later = timezone.now() + timedelta(hours=24, minutes=1)
    monkeypatch.setattr("consortio.api_once.now", lambda: later)
    assert found(ada, named("third"), key="first").status_code == 201
    assert Reply.objects.count() == 1


def test_whose_seats_have_ended_is_not_told_again(world, ada):
    items = json.dumps({"items": [{"name": "First"}]})
    plan = json.dumps({"circle_id": str(world.ids["coast"]), "name": "Works", "start_at": "2031-05-06T08:00:00"})
    pk = found(ada, plan, address="/api/v1/plans").json()["id"]
    seat = {"joint_id": world.ids["coast"], "person_id": world.ids["abe"], "at": NOON}
    seat_person(actor=world.actor("ada@Harbour"), role_id=world.role("coast", "project manager"), **seat)
    abe, address = world.client("abe@Harbour"), f"/api/v1/plans/{pk}/items"
    assert found(abe, items, address=address).status_code == 201

    unseat_person(actor=world.actor("ada@Harbour"), **seat)

    again = found(abe, items, address=address)
    assert again.status_code == 409 and "Works" not in again.content.decode()


def test_the_table_tells_nothing(ada):
    found(ada)
    row = str(Reply.objects.values().get())
    assert "Pier" not in row and "first" not in row and '"HAR"' not in row


def dead(*_, **__):
    raise SystemExit("the process is gone")


def test_death_between_the_deed_and_its_answer_leaves_neither(world, ada, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("consortio.accounts.replies.keep", dead)
        patch.setattr("consortio.accounts.replies.let_go", lambda *_: None)
        with pytest.raises(SystemExit):
            found(ada)
    assert count(name="Pier") == 0

    waiting = found(ada)
    assert (waiting.status_code, waiting["Retry-After"]) == (409, "1")
    later = timezone.now() + replies.CLAIM_LIVES + timedelta(seconds=1)
    monkeypatch.setattr("consortio.api_once.now", lambda: later)
    assert found(ada).status_code == 201 and found(ada).status_code == 201 and count(name="Pier") == 1


def test_whoever_was_only_slow_keeps_nothing_once_another_took_over(ada, monkeypatch):
    real = replies.keep

    def overtaken(asked, own, answered):
        Reply.objects.filter(pk=asked.key_hash).update(claim=ANOTHERS)
        real(asked, own, answered)

    monkeypatch.setattr("consortio.accounts.replies.keep", overtaken)
    assert found(ada).status_code == 409
    assert count(name="Pier") == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_crowd_with_one_key_has_one_effect(committed_world):
    browsers = [committed_world.client("ada@Harbour") for _ in range(4)]

    def ask(browser, key):
        try:
            return whole(found(browser, named(key), key=key))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(browsers)) as pool:
        for round in range(10):
            answers = list(pool.map(lambda browser, key=f"round {round}": ask(browser, key), browsers))
            done = {answer for answer in map(str, answers) if answer.startswith("(201")}
            assert len(done) == 1 and {answer[0] for answer in answers} <= {201, 409}
            assert str(whole(found(browsers[0], named(f"round {round}"), key=f"round {round}"))) in done
    assert count(name__startswith="round") == 10
    connection.close()

"""What was delivered carries files by which it is done: brought with the word or later, and seen by nobody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consortio.access import unscoped
from consortio.attachments import evidence
from consortio.attachments.models import Attachment

from .builders import ACCEPTS, PROMISES, accepted, kept, step


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.FILES = tmp_path


def upload(name="depths.csv", content=b"7;38"):
    return SimpleUploadedFile(name, content, "text/csv")


def carried(made):
    with unscoped("test"):
        rows = Attachment.objects.filter(subject_id=made, withdrawn_at=None).order_by("added_at", "pk")
        return list(rows.values_list("name", "organisation__name"))


def deliver(world, made, who=PROMISES, **more):
    said = {"version": kept(made).version, "step": "delivered", "words": "All of it", **more}
    return world.client(who).post(f"/commitments/{made}/steps", said)


def test_it_is_delivered_with_its_evidence_and_the_receiver_reads_it(world):
    made = accepted(world)

    assert deliver(world, made, evidence=upload()).status_code == 302

    assert kept(made).state == "delivered" and [name for name, *_rest in carried(made)] == ["depths.csv"]
    shown = world.client(ACCEPTS).get(f"/commitments/{made}").content.decode()
    assert "depths.csv" in shown and "added by bo, Orchard" in shown


def test_without_a_file_it_is_delivered_as_before(world):
    made = accepted(world)

    assert deliver(world, made).status_code == 302 and kept(made).state == "delivered" and carried(made) == []


def test_a_file_that_is_none_leaves_it_undelivered_with_what_was_written(world):
    made = accepted(world)

    refused = deliver(world, made, evidence=upload("empty.csv", b""))

    assert refused.status_code == 422 and "The file is empty." in refused.content.decode()
    assert kept(made).state == "accepted" and carried(made) == []


def test_both_sides_add_more_and_a_third_adds_none(world):
    made = accepted(world)
    step(world, made, "delivered", PROMISES)

    for who, status in ((PROMISES, 302), (ACCEPTS, 302), ("cy@Island", 403), ("bea@Orchard", 403)):
        answer = world.client(who).post(f"/commitments/{made}/evidence", {"file": upload(f"{who[:2]}.csv")})
        assert answer.status_code == status
        by_api = world.client(who).post(f"/api/v1/commitments/{made}/evidence", {"file": upload(f"{who[:2]}2.csv")})
        assert by_api.status_code == {302: 201}.get(status, status)

    assert sorted(name for name, *_rest in carried(made)) == ["ad.csv", "ad2.csv", "bo.csv", "bo2.csv"]
    listed = world.client("cy@Island").get(f"/api/v1/commitments/{made}/evidence").json()["rows"]
    assert [row["name"] for row in listed] == [name for name, *_rest in carried(made)]


def test_what_two_promise_each_other_beside_is_evidence_for_nobody_else(world):
    made = accepted(world, who="cy@Island", promiser="Island", circle="offer")
    world.client("cy@Island").post(f"/commitments/{made}/evidence", {"file": upload()})
    with unscoped("test"):
        file = Attachment.objects.get(subject_id=made)

    ways = [f"/files/{file.pk}", f"/commitments/{made}", f"/api/v1/commitments/{made}/evidence"]
    for who, status in ((ACCEPTS, 200), ("cy@Island", 200), (PROMISES, 404)):
        assert [world.client(who).get(way).status_code for way in ways] == [status] * 3
    assert world.client(PROMISES).post(f"/commitments/{made}/evidence", {"file": upload()}).status_code == 404


def test_a_promise_carries_so_many_and_no_more_and_what_was_said_stands(world, monkeypatch):
    monkeypatch.setattr(evidence, "FILES_MAX", 1)
    made = accepted(world)
    client = world.client(PROMISES)
    client.post(f"/commitments/{made}/evidence", {"file": upload()})

    assert client.post(f"/commitments/{made}/evidence", {"file": upload("more.csv")}).status_code == 409
    said = deliver(world, made, evidence=upload("more.csv"))

    assert said.status_code == 302
    assert kept(made).state == "delivered" and [name for name, *_rest in carried(made)] == ["depths.csv"]
    assert "its file was not" in said.client.get(f"/commitments/{made}").content.decode()

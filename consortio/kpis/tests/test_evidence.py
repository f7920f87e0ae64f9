"""A reading carries files by which it is so: brought with it or later, shown with who added them, and to nobody else."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from consortio.access import unscoped
from consortio.attachments import evidence
from consortio.attachments.models import Attachment
from consortio.kpis.models import Reading
from consortio.kpis.tests.test_readings import claim, said, watched
from tests.world import NOON

PHOTO = b"weighed on the quay"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.FILES = tmp_path
    with time_machine.travel(NOON, tick=False):
        yield


def reading_of(kpi):
    with unscoped("test"):
        return Reading.objects.exclude(state="corrected").get(kpi=kpi)


def upload(name="scales.txt", content=PHOTO):
    return SimpleUploadedFile(name, content, "text/plain")


def read(world, circle="coast", **more):
    kpi = watched(world, circle=circle)
    claim(world, kpi, said(3, "38.4"), **more)
    return kpi


def carried(reading_id):
    with unscoped("test"):
        rows = Attachment.objects.filter(subject_id=reading_id, withdrawn_at=None).order_by("added_at", "pk")
        return list(rows.values_list("name", "circle_id", "organisation_id"))


def test_a_claim_is_entered_with_its_evidence(world):
    kpi = watched(world)
    sent = {"period": "March 2031", "figure": "38.4", "evidence": upload()}

    answer = world.client("ada@Harbour").post(f"/kpis/{kpi}/readings", sent)

    assert answer.status_code == 302
    assert carried(reading_of(kpi).pk) == [("scales.txt", world.ids["coast"], world.ids["Harbour"])]
    for page in (f"/kpis/{kpi}", f"/readings/{reading_of(kpi).pk}"):
        shown = world.client("bo@Orchard").get(page).content.decode()
        assert "scales.txt" in shown and "ada, Harbour" in shown


def test_a_correction_brings_its_own_and_the_old_one_stays_to_be_read(world):
    kpi = read(world)
    first = reading_of(kpi).pk
    ada = world.client("ada@Harbour")
    ada.post(f"/readings/{first}/evidence", {"file": upload("old.txt")})

    ada.post(f"/kpis/{kpi}/readings", {"period": "March 2031", "figure": "39", "evidence": upload("new.txt", b"n")})

    now = reading_of(kpi).pk
    assert [name for name, *_rest in carried(now)] == ["new.txt"] and now != first
    shown = ada.get(f"/readings/{now}").content.decode()
    assert "old.txt" in shown and "new.txt" in shown


def test_who_contests_brings_evidence_to_the_same_reading(world):
    kpi = read(world)
    sent = {"period": "March 2031", "figure": "37", "note": "weighed", "evidence": upload("ours.txt")}

    world.client("bo@Orchard").post(f"/kpis/{kpi}/readings", sent)

    assert reading_of(kpi).state == "contested"
    assert carried(reading_of(kpi).pk) == [("ours.txt", world.ids["coast"], world.ids["Orchard"])]


def test_evidence_lies_in_the_reading_s_own_circle_and_is_seen_by_nobody_else(world):
    kpi = read(world, "offer")
    row = reading_of(kpi)
    world.client("ada@Harbour").post(f"/readings/{row.pk}/evidence", {"file": upload()})
    with unscoped("test"):
        file = Attachment.objects.get(subject_id=row.pk)

    assert file.circle_id == world.ids["offer"]
    for who, status in (("ada@Harbour", 200), ("cy@Island", 200), ("bo@Orchard", 404)):
        client = world.client(who)
        ways = [f"/files/{file.pk}", f"/readings/{row.pk}", f"/api/v1/readings/{row.pk}/evidence"]
        assert [client.get(way).status_code for way in ways] == [status] * 3
    assert world.client("bo@Orchard").post(f"/readings/{row.pk}/evidence", {"file": upload()}).status_code == 404


@pytest.mark.parametrize(
    ("file", "says"),
    [(None, "Choose a file."), (("empty.txt", b""), "The file is empty."), (("large.txt", b"x" * 3000), "at most")],
)
def test_a_file_that_is_none_is_answered(world, monkeypatch, file, says):
    monkeypatch.setattr(evidence, "MEGABYTES_MAX", 0.001)
    kpi = read(world)
    row, ada = reading_of(kpi), world.client("ada@Harbour")

    answers = [ada.post(f"/readings/{row.pk}/evidence", {"file": upload(*file)} if file else {})]
    if file:
        sent = {"period": "April 2031", "figure": "12", "evidence": upload(*file)}
        answers.append(ada.post(f"/kpis/{kpi}/readings", sent))

    assert {answer.status_code for answer in answers} == {422}
    assert all(says in answer.content.decode() for answer in answers)
    assert carried(row.pk) == [] and reading_of(kpi).pk == row.pk


def test_a_reading_carries_so_many_and_no_more(world, monkeypatch):
    monkeypatch.setattr(evidence, "FILES_MAX", 1)
    kpi = read(world)
    ada, way = world.client("ada@Harbour"), f"/readings/{reading_of(kpi).pk}/evidence"
    assert ada.post(way, {"file": upload()}).status_code == 302

    full = ada.post(way, {"file": upload("more.txt", b"more")})

    assert full.status_code == 409 and "takes no more" in full.content.decode()
    assert [name for name, *_rest in carried(reading_of(kpi).pk)] == ["scales.txt"]
    sent = {"period": "March 2031", "figure": "39", "evidence": upload("third.txt", b"3")}
    assert ada.post(f"/kpis/{kpi}/readings", sent).status_code == 302  # another reading carries its own


def test_who_may_only_look_adds_none(world):
    row = reading_of(read(world))
    bea = world.client("bea@Orchard")

    assert bea.post(f"/readings/{row.pk}/evidence", {"file": upload()}).status_code == 403
    assert "Add the file" not in bea.get(f"/readings/{row.pk}").content.decode()
    assert "Add the file" in world.client("bo@Orchard").get(f"/readings/{row.pk}").content.decode()


def test_by_api_a_file_is_added_listed_and_withdrawn(world):
    row = reading_of(read(world))
    ada = world.client("ada@Harbour")

    made = ada.post(f"/api/v1/readings/{row.pk}/evidence", {"file": upload()})
    listed = world.client("bo@Orchard").get(f"/api/v1/readings/{row.pk}/evidence").json()

    assert made.status_code == 201 and listed == {"rows": [made.json()], "next": ""}
    assert (made.json()["name"], made.json()["person"], made.json()["organisation"]) == (
        "scales.txt",
        "ada",
        "Harbour",
    )
    empty = ada.post(f"/api/v1/readings/{row.pk}/evidence", {"file": upload("empty.txt", b"")})
    assert empty.status_code == 422 and empty.json()["errors"][0]["field"] == "file"
    assert (
        world.client("bea@Orchard").post(f"/api/v1/readings/{row.pk}/evidence", {"file": upload()}).status_code == 403
    )
    assert ada.delete(f"/api/v1/files/{made.json()['id']}").status_code == 204
    assert carried(row.pk) == []


@pytest.mark.parametrize(
    ("source", "is_link"),
    [("https://example.org/log?a=1&b=2", True), ("Log of the yard", False), ("javascript:alert(1)", False)],
)
def test_a_source_that_is_an_address_of_the_web_leads_there_and_nothing_else_does(world, source, is_link):
    kpi = watched(world)
    claim(world, kpi, said(3, "38.4", source=source))

    for way in (f"/readings/{reading_of(kpi).pk}", f"/kpis/{kpi}"):
        shown = world.client("bo@Orchard").get(way).content.decode()
        assert escape(source) in shown
        assert (f'<a href="{escape(source)}" rel="nofollow noopener noreferrer">' in shown) == is_link

"""A results file from upload to partnerships; each refusal beside its permitted twin."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consortio import access
from consortio.access.models import Circle
from consortio.attachments.models import Attachment
from consortio.goals.models import Goal
from consortio.invitations.models import Invitation
from consortio.jobs import worker
from consortio.kpis.models import Kpi, Reading
from consortio.partnerships.reads import partnerships_of
from consortio.results.models import Origin, ResultsFile

from .files import LEAKS, WATER, file, lagoon

NEW = "/results-imports/new"


def upload(client, content=None, name="lagoon.xml"):
    return client.post(NEW, {"file": SimpleUploadedFile(name, file() if content is None else content)})


def run_jobs():
    while worker.run_next():
        pass


def draft_of(world, who="ada@Harbour"):
    with access.reading(actor := world.actor(who)):
        return access.visible(actor, ResultsFile).order_by("-made_at").first()


def partnership_called(world, name, who="ada@Harbour"):
    with access.reading(actor := world.actor(who)):
        return next((row for row in partnerships_of(actor=actor) if row.name == name), None)


def rows(world, model, row, who="ada@Harbour"):
    with access.reading(actor := world.actor(who)):
        order = {Kpi: "number", Goal: "number", Reading: "start_on"}.get(model, "pk")
        return list(access.visible(actor, model).filter(circle=row.joint_id).order_by(order, "pk"))


def ticked(draft, **more):
    """Return the form as the page of the first activity shows it, with all of it ticked."""
    kpis = [one for one in draft.summary["activities"][0]["kpis"] if one["is_offered"]]
    ticks = ["0", *(f"0.{one['at']}{part}" for one in kpis for part in ("", ".goal", ".readings"))]
    return {"version": draft.version, "letters": "har", "tick": ticks, "name-0": "Clean lagoon", "us-0": "0"} | more


@pytest.fixture
def brought(world):
    ada = world.client("ada@Harbour")
    assert upload(ada).status_code == 302
    run_jobs()
    return ada, draft_of(world)


def bring_in(client, draft, **more):
    return client.post(f"/results-imports/{draft.pk}/application", ticked(draft, **more))


def test_a_file_is_read_looked_at_and_brought_in(world, brought):
    ada, draft = brought
    page = ada.get(f"/results-imports/{draft.pk}").content.decode()
    assert "One activity was read in lagoon.xml." in page and "Households with water" in page
    assert partnership_called(world, "Clean lagoon") is None

    assert bring_in(ada, draft).status_code == 302
    run_jobs()

    here = partnership_called(world, "Clean lagoon")
    water, lost = rows(world, Kpi, here)
    assert (water.name, water.external_id, water.frequency) == ("Households with water", "XX-1-LAGOON/1/1", "year")
    assert (lost.name, lost.unit, lost.better, lost.frequency) == ("Water lost", "percent", "down", "quarter")
    goals = rows(world, Goal, here)
    assert [(goal.name, goal.state, goal.target, goal.kpi_id) for goal in goals] == [
        ("Water for all", "draft", Decimal(500), water.pk),
        ("Fewer leaks: Water lost", "draft", Decimal(20), lost.pk),
    ]
    readings = rows(world, Reading, here)
    assert [(one.value, one.source) for one in readings if one.kpi_id == water.pk] == [
        (Decimal("180.5"), "IATI, lagoon.xml"),
        (Decimal(410), "IATI, lagoon.xml"),
    ]
    assert {one.organisation_id for one in readings} == {world.ids["Harbour"]}
    assert {row.imported_id for row in [water, lost, *goals, *readings]} == {rows(world, Origin, here)[0].imported_id}
    assert [one.name for one in rows(world, Attachment, here)] == ["lagoon.xml"]
    assert ada.get(f"/results-imports/{draft.pk}")["Location"] == f"/partnerships/{here.id}"
    assert ada.get(f"/partnerships/{here.id}/results").status_code == 200


def test_what_is_unticked_stays_outside(world, brought):
    ada, draft = brought

    bring_in(ada, draft, tick=["0", "0.0", "0.0.readings", "0.1.goal"])
    run_jobs()

    here = partnership_called(world, "Clean lagoon")
    assert [kpi.name for kpi in rows(world, Kpi, here)] == ["Households with water"]
    assert rows(world, Goal, here) == [] and len(rows(world, Reading, here)) == 2


def test_whoever_has_an_address_is_invited_and_nobody_else(world, brought):
    ada, draft = brought

    bring_in(ada, draft, **{"email-0-1": "lead@lagoon.example"})
    run_jobs()

    (invitation,) = rows(world, Invitation, partnership_called(world, "Clean lagoon"))
    assert (invitation.name, invitation.state) == ("Lagoon Trust", "open")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"tick": []}, "Tick at least one activity"),
        ({"name-0": "Coast"}, "called Coast already"),
        ({"name-0": ""}, ""),
        ({"letters": "1"}, "Two to four letters"),
        ({"email-0-1": "nobody"}, "Write for Lagoon Trust an address"),
        ({"email-0-0": "ada@example.org"}, "not yourselves"),
        ({"us-0": "7"}, "Choose one of the organisations shown"),
    ],
)
def test_what_cannot_be_is_refused_with_a_word_and_nothing_is_made(world, brought, more, words):
    ada, draft = brought

    answer = bring_in(ada, draft, **more)

    is_fine = more == {"name-0": ""}  # then it is called after its title
    assert answer.status_code == (302 if is_fine else 422)
    assert words in answer.content.decode()
    run_jobs()
    assert (partnership_called(world, "Clean lagoon") is not None) == is_fine


def test_two_activities_become_two_partnerships(world):
    ada = world.client("ada@Harbour")
    upload(ada, file(lagoon(), lagoon(WATER, identifier="XX-1-B", title="Second lagoon")))
    run_jobs()
    draft = draft_of(world)
    page = ada.get(f"/results-imports/{draft.pk}").content.decode()
    assert 'value="0" checked' not in page

    answer = bring_in(ada, draft, tick=["0", "1", "1.0"], **{"name-1": "Second lagoon"})
    run_jobs()

    assert answer.status_code == 302 and draft_of(world).state == "applied"
    assert rows(world, Kpi, partnership_called(world, "Clean lagoon")) == []
    assert len(rows(world, Kpi, partnership_called(world, "Second lagoon"))) == 1
    assert "Second lagoon" in ada.get(f"/results-imports/{draft.pk}").content.decode()


def test_one_that_cannot_be_made_leaves_those_before_it_and_nothing_of_itself(world):
    ada = world.client("ada@Harbour")
    upload(ada, file(lagoon(), lagoon(WATER, identifier="XX-1-B", title="Second lagoon")))
    run_jobs()
    draft = draft_of(world)
    bring_in(ada, draft, tick=["0", "1"], **{"name-1": "Second lagoon"})
    ada.post("/partnerships/new", {"name": "Second lagoon", "letters": "HAR"})
    run_jobs()

    draft = draft_of(world)
    assert (draft.state, list(draft.made)) == ("applying", ["0"])
    page = ada.get(f"/results-imports/{draft.pk}").content.decode()
    assert "What is marked as made stays" in page and "This partnership is made" in page
    again = {"version": draft.version, "letters": "HAR", "tick": ["1", "1.0"], "name-1": "Another lagoon"}
    assert ada.post(f"/results-imports/{draft.pk}/application", again).status_code == 302
    run_jobs()
    assert (
        draft_of(world).state == "applied" and len(rows(world, Kpi, partnership_called(world, "Another lagoon"))) == 1
    )


def test_nobody_else_learns_of_a_file_that_is_not_brought_in(world, brought):
    _, draft = brought
    bo = world.client("bo@Orchard")
    for path in (f"/results-imports/{draft.pk}", f"/jobs/{draft.job_id}", f"/files/{draft.file_id}"):
        assert bo.get(path).status_code == 404
        assert world.client("ada@Harbour").get(path).status_code in (200, 302)
    assert bo.post(f"/results-imports/{draft.pk}/application", ticked(draft)).status_code == 404
    assert bo.post(f"/results-imports/{draft.pk}/dropping").status_code == 404


def test_a_contributor_of_the_house_looks_on(world, brought):
    _, draft = brought
    abe = world.client("abe@Harbour")
    assert abe.get(NEW).status_code == 403 and abe.post(NEW).status_code == 403
    assert abe.post(f"/results-imports/{draft.pk}/application", ticked(draft)).status_code in (403, 404)


@pytest.mark.parametrize("content", [b"", b"no xml", b"<iati-organisations/>", b"<other/>", b'{"file": 1}'])
def test_a_file_that_cannot_be_read_says_why_and_leaves_nothing(world, content):
    ada = world.client("ada@Harbour")
    answer = upload(ada, content)
    if not content:
        assert answer.status_code == 422
        return
    run_jobs()

    page = ada.get(f"/results-imports/{draft_of(world).pk}")

    assert page.status_code == 200 and b"could not be read" in page.content and b"Nothing has changed" in page.content


def test_a_dropped_file_is_gone(world, brought):
    ada, draft = brought

    assert ada.post(f"/results-imports/{draft.pk}/dropping").status_code == 302

    assert ada.get(f"/results-imports/{draft.pk}").status_code == 404
    assert bring_in(ada, draft).status_code == 404


def test_it_lies_in_our_house_only(world, brought):
    _, draft = brought
    with access.reading(ada := world.actor("ada@Harbour")):
        house = access.get(ada, Circle, draft.circle_id)
        assert house.organisation_id == world.ids["Harbour"]


def test_programs_do_the_same(world, brought):
    ada, draft = brought
    shown = ada.get(f"/api/v1/results-imports/{draft.pk}").json()
    assert shown["state"] == "read" and shown["summary"]["activities"][0]["title"] == "Clean lagoon"
    said = {"version": shown["version"], "letters": "HAR", "activities": [{"at": 0, "us": 0, "without": ["1"]}]}

    wrong = said | {"activities": [{"at": 3}]}
    over = {"content_type": "application/json"}
    assert ada.post(f"/api/v1/results-imports/{draft.pk}/application", wrong, **over).status_code == 422
    assert ada.post(f"/api/v1/results-imports/{draft.pk}/application", said, **over).status_code == 202
    run_jobs()

    here = partnership_called(world, "Clean lagoon")
    assert ada.get(f"/api/v1/results-imports/{draft.pk}").json()["made"] == {"0": str(here.id)}
    assert len(rows(world, Kpi, here)) == 1
    assert ada.get(f"/api/v1/partnerships/{here.id}/results.xml").status_code == 200


def test_a_program_uploads(world):
    ada = world.client("ada@Harbour")

    answer = ada.post("/api/v1/results-imports", {"file": SimpleUploadedFile("lagoon.xml", file(lagoon(LEAKS)))})

    assert answer.status_code == 202 and answer.json()["state"] == "reading"
    assert ada.delete(f"/api/v1/results-imports/{answer.json()['id']}").status_code == 204

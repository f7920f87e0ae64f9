"""A plan file from upload to plan, and again; each refusal beside its permitted twin."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consortio import access
from consortio.access.models import Kind
from consortio.imports.models import Draft
from consortio.jobs import worker
from consortio.jobs.models import Job
from consortio.plans.models import Item, Plan

CSV = """ID,Name,Start,Finish,Duration,Predecessors,Responsible
1,Survey,2031-05-05,2031-05-09,5 days,,ada
2,Dredge,2031-05-12,2031-05-23,10 days,1,Orchard
3,Open,2031-05-23,2031-05-23,0 days,2,bo
"""


def upload(client, where, circle_id, content=CSV, name="coast.csv"):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post(where, {"file": file, "circle": str(circle_id)})


def run_jobs():
    while worker.run_next():
        pass


def draft_of(world, who="ada@Harbour"):
    with access.reading(actor := world.actor(who)):
        return access.visible(actor, Draft).order_by("-made_at", "-pk").first()


def partnership(world):
    with access.reading(ada := world.actor("ada@Harbour")):
        return access.get(ada, access.models.Circle, world.ids["coast"]).partnership_id


@pytest.fixture
def brought(world):
    """Ada has uploaded the file for everybody, and it has been read."""
    ada = world.client("ada@Harbour")
    where = f"/partnerships/{partnership(world)}/import"
    assert upload(ada, where, world.ids["coast"]).status_code == 302
    run_jobs()
    return ada, draft_of(world)


def choices(draft, **more):
    return {"version": draft.version, "name": "Coast works", "zone": "Europe/Berlin"} | more


def seen(draft):
    return {f"seen-{group['code']}": "on" for group in draft.summary["findings"]}


def test_a_file_is_read_looked_at_and_applied(world, brought):
    ada, draft = brought
    page = ada.get(f"/imports/{draft.pk}")
    assert page.status_code == 200 and b"Look before it is saved" in page.content
    assert draft.summary["counts"]["items"] == 3
    who = {f"who-{index}": "" for index, _ in enumerate(draft.summary["names"])}

    asked = choices(draft, **seen(draft), **who)
    assert ada.post(f"/imports/{draft.pk}/application", asked).status_code == 302
    run_jobs()

    with access.reading(bo := world.actor("bo@Orchard")):
        plan = access.visible(bo, Plan).get()
        assert (plan.name, plan.zone, plan.circle_id) == ("Coast works", "Europe/Berlin", world.ids["coast"])
        assert sorted(access.visible(bo, Item).values_list("name", flat=True)) == ["Dredge", "Open", "Survey"]
    answer = ada.get(f"/imports/{draft.pk}")
    assert answer.status_code == 302 and answer["Location"] == f"/plans/{plan.pk}"
    assert ada.get(answer["Location"]).status_code == 200


def test_who_is_who_is_guessed_and_kept(world, brought):
    ada, draft = brought
    page = ada.get(f"/imports/{draft.pk}").content.decode()
    person = f"{world.ids['ada']}@{world.ids['Harbour']}"
    assert f'value="{person}" selected' in page

    index = [name for name, _ in draft.summary["names"]].index("ada")
    ada.post(f"/imports/{draft.pk}/application", choices(draft, **seen(draft), **{f"who-{index}": person}))
    run_jobs()

    with access.reading(bo := world.actor("bo@Orchard")):
        survey = access.visible(bo, Item).get(name="Survey")
        assert (survey.person_id, survey.organisation_id) == (world.ids["ada"], world.ids["Harbour"])


def test_nobody_else_learns_of_a_file_that_is_not_applied(world, brought):
    _, draft = brought
    bo = world.client("bo@Orchard")
    for path in (f"/imports/{draft.pk}", f"/jobs/{draft.job_id}", f"/files/{draft.file_id}"):
        assert bo.get(path).status_code == 404
        assert world.client("ada@Harbour").get(path).status_code in (200, 302)
    assert bo.post(f"/imports/{draft.pk}/application", choices(draft)).status_code == 404
    assert bo.post(f"/imports/{draft.pk}/dropping").status_code == 404


def test_a_file_that_cannot_be_read_says_why_and_leaves_nothing(world):
    ada = world.client("ada@Harbour")
    upload(ada, f"/partnerships/{partnership(world)}/import", world.ids["coast"], b"\x00\x01 no plan", "plan.xml")
    run_jobs()

    page = ada.get(f"/imports/{draft_of(world).pk}")
    assert (
        page.status_code == 200 and b"could not be read" in page.content and b"XML. Nothing has changed" in page.content
    )
    with access.reading(actor := world.actor("ada@Harbour")):
        assert not access.visible(actor, Plan).exists()


def test_a_table_without_known_headings_is_read_when_they_are_named(world):
    ada = world.client("ada@Harbour")
    upload(
        ada, f"/partnerships/{partnership(world)}/import", world.ids["coast"], b"Foo,Bar\nDredge,2031-05-06\n", "a.csv"
    )
    run_jobs()
    draft = draft_of(world)
    page = ada.get(f"/imports/{draft.pk}").content.decode()
    assert "Say how the table is to be read" in page and '<option value="Foo">Foo</option>' in page

    ada.post(f"/imports/{draft.pk}/mapping", {"version": draft.version, "column-name": "Foo", "column-start": "Bar"})
    run_jobs()

    assert draft_of(world).state == "read"
    assert "One item was read in a.csv." in ada.get(f"/imports/{draft.pk}").content.decode()


def test_the_preview_says_how_many_items_have_a_cost(world, brought):
    ada, draft = brought
    assert b"Items with a cost" not in ada.get(f"/imports/{draft.pk}").content
    where = f"/partnerships/{partnership(world)}/import"
    table = b"Task name;Duration;Budget (EUR);Actual cost\nPlan;5 days;1200;\nDig;2 days;;300\nLook;1 day;;\n"
    sent = upload(ada, where, world.ids["coast"], table, "costs.csv")
    run_jobs()

    page = ada.get(sent.headers["Location"]).content.decode()

    assert '>Items with a cost</th><td class="number" data-label="Read">2</td>' in page


@pytest.mark.parametrize("way", ["mapping", "application"])
def test_what_was_refused_has_nothing_to_choose_from(world, way):
    ada = world.client("ada@Harbour")
    upload(ada, f"/partnerships/{partnership(world)}/import", world.ids["coast"], b"<Project>")
    run_jobs()
    draft = draft_of(world)

    answer = ada.post(
        f"/imports/{draft.pk}/{way}", {"version": draft.version, "delimiter": "none", "name": "", "zone": "x"}
    )

    assert (answer.status_code, answer["Location"]) == (302, f"/imports/{draft.pk}")


def test_the_page_of_the_work_leads_on_to_the_file_that_was_refused(world):
    ada = world.client("ada@Harbour")
    sent = upload(ada, f"/partnerships/{partnership(world)}/import", world.ids["coast"], b"\x00\x01", "coast.xml")
    run_jobs()
    draft = draft_of(world)
    with access.reading(actor := world.actor("ada@Harbour")):
        job = access.visible(actor, Job).order_by("-asked_at").first()
    assert sent.headers["Location"] == f"/imports/{draft.pk}"

    page = ada.get(f"/jobs/{job.pk}")
    part = ada.get(f"/jobs/{job.pk}", headers={"HX-Request": "true"})

    assert (page.status_code, page.headers["Location"]) == (302, f"/imports/{draft.pk}")
    assert part.headers["HX-Redirect"] == f"/imports/{draft.pk}"
    assert b"Bring another file" in ada.get(f"/imports/{draft.pk}").content


def test_mpp_is_answered_with_the_way_to_xml(world):
    ada = world.client("ada@Harbour")
    content = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    upload(ada, f"/partnerships/{partnership(world)}/import", world.ids["coast"], content, "plan.mpp")
    run_jobs()
    page = ada.get(f"/imports/{draft_of(world).pk}").content.decode()
    assert '<p class="lede">In MS Project: File › Save as › XML. Nothing has changed.</p>' in page


@pytest.mark.parametrize(("who", "status"), [("abe@Harbour", 403), ("bea@Orchard", 403), ("ada@Harbour", 200)])
def test_who_may_change_plans_may_bring_one(world, who, status):
    assert world.client(who).get(f"/partnerships/{partnership(world)}/import").status_code == status


def test_a_circle_that_one_does_not_sit_in_is_none(world):
    bo, where = world.client("bo@Orchard"), f"/partnerships/{partnership(world)}/import"
    refused = [
        upload(bo, where, circle) for circle in (world.ids["offer"], world.ids["Harbour only"], world.ids["ada"])
    ]
    assert [answer.status_code for answer in refused] == [422, 422, 422]
    assert upload(bo, where, world.ids["Orchard only"]).status_code == 302


def test_findings_are_ticked_before_anything_is_applied(world):
    ada = world.client("ada@Harbour")
    upload(ada, f"/partnerships/{partnership(world)}/import", world.ids["coast"], CSV.replace("2031-05-12", "soon"))
    run_jobs()
    draft = draft_of(world)
    assert seen(draft)

    refused = ada.post(f"/imports/{draft.pk}/application", choices(draft))
    assert refused.status_code == 422 and b"Tick the findings" in refused.content
    assert ada.post(f"/imports/{draft.pk}/application", choices(draft, **seen(draft))).status_code == 302


@pytest.mark.parametrize("change", [{"zone": "Mars/Base"}, {"who-0": "nobody"}, {"version": "x"}])
def test_bad_choices_are_named_and_nothing_is_lost(world, brought, change):
    ada, draft = brought
    refused = ada.post(f"/imports/{draft.pk}/application", choices(draft, **seen(draft)) | change)
    assert refused.status_code == 422 and b"Look before it is saved" in refused.content


def test_a_stale_preview_is_refused(world, brought):
    ada, draft = brought
    asked = choices(draft, **seen(draft)) | {"version": draft.version - 1}
    assert ada.post(f"/imports/{draft.pk}/application", asked).status_code == 409


def test_columns_are_corrected_and_the_file_read_again(world, brought):
    ada, draft = brought
    sent = {"version": draft.version, "column-name": "Responsible", "column-notes": "Name"}
    assert ada.post(f"/imports/{draft.pk}/mapping", sent).status_code == 302
    run_jobs()
    again = draft_of(world)
    assert again.state == "read" and again.summary["mapping"]["columns"]["name"] == "Responsible"


def test_a_later_file_shows_what_is_new_changed_gone_and_applies_what_is_ticked(world, brought):
    ada, draft = brought
    ada.post(f"/imports/{draft.pk}/application", choices(draft, **seen(draft)))
    run_jobs()
    with access.reading(actor := world.actor("ada@Harbour")):
        plan = access.visible(actor, Plan).get()
    later = CSV.replace("Dredge", "Dredge twice").replace("3,Open", "4,Open late")
    upload(ada, f"/plans/{plan.pk}/import", world.ids["coast"], later)
    run_jobs()
    again = draft_of(world)
    found = {(line["state"], line["what"], line["name"]) for line in again.summary["difference"]["lines"]}
    assert {("changed", "item", "Dredge twice"), ("new", "item", "Open late"), ("gone", "item", "Open")} <= found or {
        ("changed", "item", "Dredge"),
        ("new", "item", "Open late"),
        ("gone", "item", "Open"),
    } <= found

    ticks = [line["key"] for line in again.summary["difference"]["lines"] if line["state"] != "gone"]
    asked = choices(again, **seen(again), plan_version=plan.version, tick=ticks)
    assert ada.post(f"/imports/{again.pk}/application", asked).status_code == 302
    run_jobs()

    with access.reading(actor):
        names = sorted(access.visible(actor, Item).filter(withdrawn_at=None).values_list("name", flat=True))
    assert names == ["Dredge twice", "Open", "Open late", "Survey"]


def test_what_goes_to_a_body_lies_there_from_the_start(world):
    ada, where = world.client("ada@Harbour"), f"/partnerships/{partnership(world)}/import"
    upload(ada, where, world.ids["board"])
    with access.reading(actor := world.actor("ada@Harbour")):
        assert access.visible(actor, Draft).get().circle_id == world.ids["board"]
        assert access.get(actor, access.models.Circle, world.ids["board"]).kind == Kind.BODY
    with access.reading(abe := world.actor("abe@Harbour")):
        assert not access.visible(abe, Draft).exists()


def test_a_file_that_was_thrown_away_is_gone(world, brought):
    ada, draft = brought
    assert ada.post(f"/imports/{draft.pk}/dropping").status_code == 302
    assert ada.get(f"/imports/{draft.pk}").status_code == 404


def test_a_job_that_is_stopped_leaves_the_preview(world, brought):
    ada, draft = brought
    ada.post(f"/imports/{draft.pk}/application", choices(draft, **seen(draft)))
    busy = draft_of(world)
    assert ada.post(f"/jobs/{busy.job_id}/cancellation").status_code == 302
    run_jobs()
    with access.reading(actor := world.actor("ada@Harbour")):
        assert not access.visible(actor, Plan).exists()
    assert b"Look before it is saved" in ada.get(f"/imports/{draft.pk}").content

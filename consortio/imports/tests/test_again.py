"""Jobs of an import that are killed, stopped, followed by others or run twice; and what the API takes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from consortio import access
from consortio.access import unscoped
from consortio.attachments.models import Attachment
from consortio.circles.actions import appoint
from consortio.imports import jobs
from consortio.imports.models import Draft
from consortio.interchange.write_mspdi import write_mspdi
from consortio.jobs import worker
from consortio.jobs.models import Job
from consortio.jobs.registry import Cancelled, Task
from consortio.partnerships.actions import seat_person
from consortio.plans.actions import NewItem, PlanSettings, add_item, edit_plan_settings, withdraw_item
from consortio.plans.editing import edit_item
from consortio.plans.exporting import export_plan
from consortio.plans.models import Item, Plan

from .test_flow import CSV, brought, choices, draft_of, partnership, run_jobs, seen, upload

__all__ = ["brought"]


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.FILES = tmp_path
    return tmp_path


def task_of(world, draft, who="ada@Harbour"):
    return Task(draft.job_id, world.actor(who, "job"), {"draft": str(draft.pk)}, timezone.now(), _tell, lambda: None)


def _tell(done, steps, step):
    pass


def plans(world, who="ada@Harbour"):
    with access.reading(actor := world.actor(who)):
        return list(access.visible(actor, Plan))


def apply(ada, draft, **more):
    return ada.post(f"/imports/{draft.pk}/application", choices(draft, **seen(draft), **more))


def test_reading_that_is_run_again_after_it_was_kept_keeps_it_as_it_is(world, brought):
    _, draft = brought
    assert jobs.read(task_of(world, draft)) == {"draft": str(draft.pk)}
    assert draft_of(world).version == draft.version


def test_applying_that_is_run_again_leads_to_the_same_plan(world, brought):
    ada, draft = brought
    apply(ada, draft)
    task = task_of(world, draft_of(world))
    first, second = jobs.apply(task), jobs.apply(task)
    assert first == second and [str(plan.pk) for plan in plans(world)] == [first["plan"]]


@pytest.mark.parametrize("step", ["read", "dates", "save"])
def test_applying_that_is_killed_at_a_step_leaves_nothing_and_runs_again(world, brought, step):
    ada, draft = brought
    apply(ada, draft)
    task = task_of(world, draft_of(world))

    def tell(done, steps, now):
        if now == step:
            raise SystemExit

    with pytest.raises(SystemExit):
        jobs.apply(Task(task.job_id, task.actor, task.arguments, task.at, tell, task.check))
    assert plans(world) == [] and draft_of(world).state == "applying"
    assert "plan" in jobs.apply(task) and len(plans(world)) == 1


def bytes_kept(files):
    return sorted(path for path in files.rglob("*") if path.is_file())


def test_what_the_last_step_wrote_is_undone_with_it(world, brought, files, monkeypatch):
    ada, draft = brought
    apply(ada, draft)
    before = bytes_kept(files)
    monkeypatch.setattr(jobs.actions, "_end", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        jobs.apply(task_of(world, draft_of(world)))
    with access.reading(actor := world.actor("ada@Harbour")):
        assert not access.visible(actor, Item).exists()
    assert draft_of(world).state == "applying"
    assert bytes_kept(files) == before != []


def test_a_stopped_reading_is_read_again_or_thrown_away(world, brought):
    ada, draft = brought
    ada.post(f"/imports/{draft.pk}/mapping", {"version": draft.version})
    busy = draft_of(world)
    assert ada.post(f"/imports/{draft.pk}/mapping", {"version": busy.version}).status_code == 409
    ada.post(f"/jobs/{busy.job_id}/cancellation")
    assert b"Reading was stopped" in ada.get(f"/imports/{draft.pk}").content
    assert ada.post(f"/imports/{draft.pk}/dropping").status_code == 302


def test_a_file_that_is_thrown_away_while_it_is_read_is_not_kept(world):
    ada = world.client("ada@Harbour")
    upload(ada, f"/partnerships/{partnership(world)}/import", world.ids["coast"])
    draft = draft_of(world)
    assert ada.post(f"/imports/{draft.pk}/dropping").status_code == 302
    run_jobs()
    assert draft_of(world).state == "dropped"
    with unscoped("test"):
        assert Job.objects.get(pk=draft.job_id).state == "refused"
        assert not Attachment.objects.filter(withdrawn_at=None).exists()


def test_a_job_that_another_has_followed_changes_nothing(world, brought):
    ada, draft = brought
    old = task_of(world, draft)
    ada.post(f"/imports/{draft.pk}/mapping", {"version": draft.version})
    assert jobs.read(old) == {"draft": str(draft.pk)}
    assert draft_of(world).state == "reading"


def test_stopping_while_the_file_is_read_ends_the_reader(world):
    ada = world.client("ada@Harbour")
    upload(ada, f"/partnerships/{partnership(world)}/import", world.ids["coast"])
    task = task_of(world, draft_of(world))

    def check():
        raise Cancelled

    with pytest.raises(Cancelled):
        jobs.read(Task(task.job_id, task.actor, task.arguments, task.at, _tell, check))
    assert draft_of(world).state == "reading"


def test_who_loses_the_right_meanwhile_brings_nothing_in(world, brought):
    ada, draft = brought
    world.hire("amy", "ada@Harbour", "lead")
    apply(ada, draft)
    lesser = {"person_id": world.ids["ada"], "role_id": world.role("coast", "observer")}
    world.do("lesser", seat_person, "amy@Harbour", joint_id=world.ids["coast"], **lesser)
    run_jobs()
    own = draft_of(world).job_id
    with unscoped("test"):
        job = Job.objects.get(pk=own)
    assert (job.state, job.message) == ("refused", "What it needs is not there any more, or not for you.")
    assert plans(world) == []


def test_copies_of_what_was_read_do_not_stay(world, brought):
    ada, draft = brought
    ada.post(f"/imports/{draft.pk}/mapping", {"version": draft.version})
    run_jobs()
    apply(ada, draft_of(world))
    run_jobs()
    with unscoped("test"):
        kept = Attachment.objects.filter(withdrawn_at=None).values_list("name", "circle")
        assert sorted(kept, key=str) == sorted(
            [("coast.csv", world.ids["Harbour only"]), ("coast.csv", world.ids["coast"])], key=str
        )


def test_a_colleague_looks_on_and_brings_nothing_in(world, brought):
    _, draft = brought
    abe = world.client("abe@Harbour")
    page = abe.get(f"/imports/{draft.pk}")
    assert (
        page.status_code == 200 and b"Your role looks on here" in page.content and b"Throw it away" not in page.content
    )
    assert abe.post(f"/imports/{draft.pk}/dropping").status_code == 403
    assert apply(abe, draft).status_code == 403


@pytest.fixture
def again(world, brought):
    """The plan is there, and a later file of it has been compared with it."""
    ada, draft = brought
    apply(ada, draft)
    run_jobs()
    (plan,) = plans(world)
    upload(ada, f"/plans/{plan.pk}/import", world.ids["coast"], CSV.replace("Dredge", "Dredge twice"))
    run_jobs()
    return ada, plan, draft_of(world)


def line_of(draft, name):
    return next(line["key"] for line in draft.summary["difference"]["lines"] if name in line["name"])


def test_a_line_that_somebody_changed_since_it_was_compared_is_not_written_over(world, again):
    ada, _, draft = again
    with access.reading(actor := world.actor("bo@Orchard")):
        item = access.visible(actor, Item).get(name="Dredge")
    withdraw_item(actor=actor, item_id=item.pk, version=item.version, at=timezone.now())

    apply(ada, draft, tick=[line_of(draft, "Dredge")])
    run_jobs()
    page = ada.get(f"/imports/{draft.pk}").content
    assert b"read the file again" in page and b"as_before" in page

    sent = {"version": draft_of(world).version, "as_before": "yes"}
    assert ada.post(f"/imports/{draft.pk}/mapping", sent).status_code == 302
    run_jobs()
    assert b"as_before" not in ada.get(f"/imports/{draft.pk}").content


def test_settings_that_somebody_changed_since_are_not_written_over(world, again):
    ada, plan, draft = again
    settings = PlanSettings("Coast works", plan.start_at, None, None, "UTC", plan.calendar_id, "msp", 0)
    bo = world.actor("bo@Orchard")
    edit_plan_settings(actor=bo, plan_id=plan.pk, version=plan.version, settings=settings, at=timezone.now())
    assert b"was changed since the file was compared" in ada.get(f"/imports/{draft.pk}").content

    apply(ada, draft, tick=[line_of(draft, "Dredge")])
    run_jobs()
    with access.reading(bo):
        assert access.visible(bo, Item).filter(name="Dredge").exists()
    assert b"read the file again" in ada.get(f"/imports/{draft.pk}").content


@pytest.mark.parametrize("edited", ["Dredge", "Survey"])
def test_an_edit_between_the_check_and_the_write_stays(world, again, monkeypatch, edited):
    """Only a line that was ticked as it now is, is written."""
    ada, _, draft = again
    bo, write = world.actor("bo@Orchard"), jobs.actions.write_again

    def edit_first(**arguments):
        with access.reading(bo):
            item = access.visible(bo, Item).get(name=edited)
        edit_item(actor=bo, item_id=item.pk, version=item.version, values={"name": "Theirs"}, at=timezone.now())
        return write(**arguments)

    monkeypatch.setattr(jobs.actions, "write_again", edit_first)
    apply(ada, draft, tick=[line_of(draft, "Dredge")])
    run_jobs()
    with access.reading(bo):
        names = set(access.visible(bo, Item).values_list("name", flat=True))

    if edited == "Dredge":
        assert names == {"Survey", "Theirs", "Open"}
        assert b"read the file again" in ada.get(f"/imports/{draft.pk}").content
    else:
        assert names == {"Theirs", "Dredge twice", "Open"}


def test_lines_that_nobody_changed_are_applied(world, again):
    ada, _, draft = again
    apply(ada, draft, tick=[line_of(draft, "Dredge")])
    run_jobs()
    with access.reading(bo := world.actor("bo@Orchard")):
        assert access.visible(bo, Item).filter(name="Dredge twice").exists()


def test_a_file_is_compared_with_a_plan_of_the_same_circle_only(world, again, files):
    ada, plan, _ = again
    before = bytes_kept(files)
    file = SimpleUploadedFile("a.csv", CSV.encode())
    said = {"file": file, "circle_id": str(world.ids["Harbour only"]), "plan_id": str(plan.pk)}
    assert ada.post("/api/v1/imports", said).status_code == 404
    assert bytes_kept(files) == before != []


def test_who_may_change_plans_elsewhere_brings_no_later_file_of_this_one(world, again):
    _, plan, _ = again
    named = {"person_id": world.ids["abe"], "role_id": world.role("coast", "lead")}
    world.do("named", appoint, "ada@Harbour", body_id=world.ids["board"], **named)
    where = f"/plans/{plan.pk}/import"

    assert upload(world.client("abe@Harbour"), where, world.ids["coast"]).status_code == 403
    assert world.client("abe@Harbour").get(where).status_code == 403
    assert upload(world.client("ada@Harbour"), where, world.ids["coast"]).status_code == 302


@pytest.mark.parametrize(
    ("what", "wrong"), [("mapping", {"columns": {"name": "?"}}), ("application", {"zone": "Mars"})]
)
def test_a_colleague_is_refused_before_what_they_sent_is_read(world, brought, what, wrong):
    _, draft = brought
    wrong = {"version": draft.version, **wrong}
    for who, status in [("abe@Harbour", 403), ("bo@Orchard", 404), ("ada@Harbour", 422)]:
        assert world.client(who).post(f"/imports/{draft.pk}/{what}").status_code == status
        assert posted(world.client(who), f"/api/v1/imports/{draft.pk}/{what}", **wrong).status_code == status


def test_the_preview_says_which_milestones_move(world, again):
    ada, plan, unmoved = again
    assert b"Milestones that change" not in ada.get(f"/imports/{unmoved.pk}").content
    added = "".join(f"{n},Gate {n},2031-06-{n:02},2031-06-{n:02},0 days,,\n" for n in range(4, 25))
    later = CSV.replace("5 days,,ada", "6 days,,ada").replace("2031-05-09", "2031-05-12") + added
    upload(ada, f"/plans/{plan.pk}/import", world.ids["coast"], later)
    run_jobs()
    draft = draft_of(world)

    shown, left = draft.summary["milestones"], draft.summary["milestones_left"]
    assert shown[0] == {"name": "Open", "here": "2031-05-23", "in_file": "2031-05-26"}
    assert (len(shown), left) == (20, 2)
    page = ada.get(f"/imports/{draft.pk}").content.decode()
    assert "23 May 2031" in page and "26 May 2031" in page and "2 more change." in page


def test_an_upload_is_refused_before_its_file_is_looked_at(world):
    for who, status in [("abe@Harbour", 403), ("bo@Orchard", 404), ("ada@Harbour", 422)]:
        said = {"file": SimpleUploadedFile("a.csv", b""), "circle_id": str(world.ids["Harbour only"])}
        assert world.client(who).post("/api/v1/imports", said).status_code == status


def posted(client, address, **body):
    return client.post(address, body, content_type="application/json")


def test_a_plan_comes_in_through_the_api(world, brought):
    ada, draft = brought
    own = f"{world.ids['ada']}@{world.ids['Harbour']}"
    body = {"version": draft.version, "name": " Works ", "zone": "Europe/Berlin", "who": {"ada": own}}
    answer = posted(ada, f"/api/v1/imports/{draft.pk}/application", **body)
    assert answer.status_code == 202 and answer.json()["state"] == "applying"
    run_jobs()
    (plan,) = plans(world, "bo@Orchard")
    assert (plan.name, plan.zone) == ("Works", "Europe/Berlin")


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"zone": "Mars/Base"}, "zone"),
        ({"who": {"ada": "nobody"}}, "who"),
        ({"who": {"nobody": ""}}, "who"),
        ({"who": {"ada": 7}}, "who/ada"),
        ({"ticks": ["item/none"]}, "ticks"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"version": 0}, "version"),
        ({"version": None}, "version"),
    ],
)
def test_choices_that_are_not_offered_are_refused_by_name(world, brought, bad, field):
    ada, draft = brought
    answer = posted(ada, f"/api/v1/imports/{draft.pk}/application", **({"version": draft.version} | bad))
    assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert draft_of(world).state == "read"


@pytest.mark.parametrize("columns", [{"name": "Salary"}, {"secret": "Name"}])
def test_columns_are_named_by_headings_that_were_found(world, brought, columns):
    ada, draft = brought
    address = f"/api/v1/imports/{draft.pk}/mapping"
    assert posted(ada, address, version=draft.version, columns=columns).status_code == 422
    assert posted(ada, address, version=draft.version, columns={"name": "Responsible"}).status_code == 202
    sent = {"version": draft_of(world).version, "column-name": "Salary"}
    assert ada.post(f"/imports/{draft.pk}/mapping", sent).status_code == 422


def test_drafts_of_one_world_are_found_by_their_own_alone(world, brought):
    with access.reading(bo := world.actor("bo@Orchard")):
        assert not access.visible(bo, Draft).exists()
    with access.reading(ada := world.actor("ada@Harbour")):
        assert access.visible(ada, Draft).count() == 1


def test_an_empty_file_is_refused_at_once(world):
    ada, where = world.client("ada@Harbour"), f"/partnerships/{partnership(world)}/import"
    refused = upload(ada, where, world.ids["coast"], b"")
    assert refused.status_code == 422 and b"The file is empty" in refused.content
    worker.run_next()
    assert draft_of(world) is None


def test_what_lies_in_our_house_is_left_out_of_a_later_file_with_words(world, brought):
    ada, draft = brought
    apply(ada, draft)
    run_jobs()
    (plan,) = plans(world)
    own = {"plan_id": plan.pk, "circle_id": world.ids["Harbour only"], "item": NewItem("Reserve", duration_minutes=480)}
    world.do("reserve", add_item, "ada@Harbour", **own)
    file = write_mspdi(export_plan(actor=world.actor("ada@Harbour"), plan_id=plan.pk, view="house"))
    upload(ada, f"/plans/{plan.pk}/import", world.ids["coast"], file, "coast.xml")
    run_jobs()
    later = draft_of(world)

    page = ada.get(f"/imports/{later.pk}").content.decode()
    apply(ada, later, tick=[line["key"] for line in later.summary["difference"]["lines"]])
    run_jobs()

    assert b"Reserve" in file and "One item of the file lies here where fewer see it." in page
    with access.reading(actor := world.actor("ada@Harbour")):
        found = access.visible(actor, Item).filter(name="Reserve").values_list("circle_id", flat=True)
        assert list(found) == [world.ids["Harbour only"]]

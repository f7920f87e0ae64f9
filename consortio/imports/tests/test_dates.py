"""The dates of a plan that comes in are those of its file; where it has none, it begins today."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from consortio import access
from consortio.access import unscoped
from consortio.imports import jobs
from consortio.interchange.tests.fixtures_mspdi import project, task
from consortio.jobs.registry import Task
from consortio.plans.models import Item, Plan, Scheduled

from .test_flow import choices, draft_of, partnership, run_jobs, seen, upload

DUE = "Name,Start,Due date\nKick-off,,2031-03-03\nReport,2031-13-45,2031-04-10\nVisit,,2031-04-12\n"
UNDATED = "Name,Duration,Predecessors\nDig,5 days,\nOpen,1 day,2\n"
TOLD, STOPPED = (lambda *_: None), (lambda: None)


def bring(world, content, name="due.csv"):
    """Upload the file, look at it and bring it in; return the preview."""
    ada = world.client("ada@Harbour")
    upload(ada, f"/partnerships/{partnership(world)}/import", world.ids["coast"], content, name)
    run_jobs()
    draft = draft_of(world)
    preview = ada.get(f"/imports/{draft.pk}").content.decode()
    assert ada.post(f"/imports/{draft.pk}/application", choices(draft, **seen(draft))).status_code == 302
    run_jobs()
    return preview


def the_plan(world):
    with access.reading(ada := world.actor("ada@Harbour")):
        return access.visible(ada, Plan).get()


def words_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_items_that_have_a_finish_only_end_on_it(world):
    preview = words_of(bring(world, DUE))

    plan = the_plan(world)
    with unscoped("test"):
        dates = {row.item.name: (row.start_at, row.finish_at) for row in Scheduled.objects.select_related("item")}
        report = Item.objects.get(name="Report")
    assert "Start Monday 3 March 2031" in preview and "Finish in the file Saturday 12 April 2031" in preview
    assert "Dates that stay as written, of items without predecessors and constraint: 3." in preview
    assert plan.start_at == datetime(2031, 3, 3, 8)
    assert dates == {
        "Kick-off": (datetime(2031, 3, 3, 8), datetime(2031, 3, 3, 17)),
        "Report": (datetime(2031, 4, 10, 8), datetime(2031, 4, 10, 17)),
        "Visit": (datetime(2031, 4, 12, 17), datetime(2031, 4, 12, 17)),  # on a Saturday nobody works
    }
    ada = world.client("ada@Harbour")
    item = words_of(ada.get(f"/items/{report.pk}").content.decode())
    assert "by hand: its dates stay as given" in item and "there it ended 10 Apr 2031" in item
    assert "Start 10 Apr 2031" in item and "Finish 10 Apr 2031" in item
    assert "The last item ends on 12 Apr 2031" in words_of(ada.get(f"/plans/{plan.pk}").content.decode())


def test_a_plan_of_a_file_without_dates_begins_on_the_day_it_came_in(world):
    before = timezone.now()

    bring(world, UNDATED)

    days = {datetime.combine(at.astimezone(ZoneInfo("Europe/Berlin")), time(8)) for at in (before, timezone.now())}
    assert the_plan(world).start_at in days


@pytest.mark.parametrize(("content", "changed"), [(UNDATED, []), (UNDATED.replace("5 days", "6 days"), ["item"])])
def test_a_file_without_dates_that_is_read_on_a_later_day_leaves_the_start_as_it_is(world, content, changed):
    bring(world, UNDATED)
    upload(world.client("ada@Harbour"), f"/plans/{the_plan(world).pk}/import", world.ids["coast"], content, "due.csv")
    draft, later = draft_of(world), timezone.now() + timedelta(days=30)

    jobs.read(Task(draft.job_id, world.actor("ada@Harbour", "job"), {"draft": str(draft.pk)}, later, TOLD, STOPPED))

    assert [line["what"] for line in draft_of(world).summary["difference"]["lines"]] == changed


def test_the_preview_shows_the_last_finish_of_a_file_whose_project_has_none(world):
    dig = task(1, Start="2031-01-06T08:00:00", Finish="2031-01-10T17:00:00")
    open_ = task(2, Start="2031-01-13T08:00:00", Finish="2031-01-14T17:00:00")
    left_out = task(3, Active=0, Start="2031-01-13T08:00:00", Finish="2031-02-14T17:00:00")

    preview = words_of(bring(world, project(dig, open_, left_out), "bridge.xml"))

    assert "Finish in the file Tuesday 14 January 2031" in preview

"""The story of plans and imports: a plan that all see, and what Harbour hangs under, beside and before it."""

import gzip
import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from consortio import access
from consortio.access import Refused
from consortio.attachments.bringing import brought
from consortio.imports.actions import (
    apply_draft,
    drop_draft,
    keep_reading,
    read_again,
    refuse_reading,
)
from consortio.imports.bringing import bring_plan
from consortio.imports.models import Draft
from consortio.imports.summary import summary_of
from consortio.interchange.plan import Plan as NeutralPlan
from consortio.interchange.reading import read_bytes
from consortio.interchange.wording import Wording
from consortio.jobs.actions import cancel_job
from consortio.plans import rescheduling
from consortio.plans.actions import (
    NewItem,
    NewLine,
    PlanSettings,
    Progress,
    Report,
    add_item,
    add_items,
    add_link,
    answer_nomination,
    create_plan,
    edit_item,
    edit_link,
    edit_plan_settings,
    indent_item,
    move_item,
    outdent_item,
    report_progress,
    restore_item,
    restore_link,
    set_accountable,
    set_progress,
    withdraw_item,
    withdraw_link,
    withdraw_nomination,
    write_own_side,
)
from consortio.plans.importing import import_plan, prepare_import
from consortio.plans.models import Calendar, Item, Link, Plan
from consortio.plans.reimporting import difference_of, reimport_plan
from consortio.plans.rescheduling import Moves
from consortio.plans.undoing import undo, undo_token
from tests.agreed import baseline_of_all
from tests.world import NOON, system

from .acts import do_jobs
from .chapters import BESIDE_ISLAND, after, before, private
from .story import Story

START, DAY = datetime(2031, 4, 28, 8), 480
FILE = "Id;Name;Start;Finish;Predecessors;Responsible\n1;{0} 1;2031-05-05;2031-05-09;;{0} crew\n2;{0} 2;2031-05-12;{1};1;bo\n"
NIGHTS = [[[1200, 1800]]] * 5 + [[], []]


def item(story: Story, name: str, who: str, circle: str = "coast", plan: str = "works", days: int = 1, **more) -> None:
    new = NewItem(
        name=story.said(name, circle), note=story.said(f"note on {name}", circle), duration_minutes=days * DAY
    )
    own = {"plan_id": story.ids[plan], "circle_id": story.ids[circle]}
    story.do(name, add_item, who, item=replace(new, **more), **own)


def link(story: Story, first: str, second: str, who: str, circle: str = "coast", **more) -> None:
    ends = {"predecessor_id": story.ids[first], "successor_id": story.ids[second]}
    story.do(f"{first} → {second}", add_link, who, circle_id=story.ids[circle], **ends, **more)


def version(story: Story, model: type, name: str) -> int:
    with access.unscoped("test"):
        return model.objects.get(pk=story.ids[name]).version


def read(text: str, until: str = "2031-05-16") -> tuple[bytes, NeutralPlan]:
    file = FILE.format(text, until).encode()
    return file, read_bytes(file, "plan.csv")


def bring(story: Story, name: str, who: str, circle: str) -> None:
    """Import a plan whose every word carries a canary, if its circle is private."""
    text = story.said(name, circle)
    file, plan = read(text)
    with story.step(f"prepare {name}"):
        prepared = prepare_import(plan=plan, circle_id=story.ids[circle])
    story.do(name, import_plan, who, circle_id=story.ids[circle], prepared=prepared, file_name=f"{text}.csv", file=file)


@before
def common_plan(story: Story) -> None:
    own = {"circle_id": story.ids["coast"], "name": "Works", "start_at": START, "zone": "Europe/Berlin"}
    story.do("works", create_plan, "ada@Harbour", **own)
    ours, theirs = {"organisation_id": story.ids["Harbour"]}, {"organisation_id": story.ids["Orchard"]}
    item(story, "dredging", "ada@Harbour", kind="phase", **ours)
    under = {"parent_id": story.ids["dredging"]}
    item(story, "survey", "ada@Harbour", days=3, **under, **ours, person_id=story.ids["ada"])
    item(story, "removal", "bo@Orchard", days=5, **under, **theirs, person_id=story.ids["bo"])
    item(story, "handover", "bo@Orchard", kind="milestone", days=0, **theirs, deadline_at=datetime(2031, 5, 9, 17))
    item(story, "inspection", "ada@Harbour", days=4, **ours, person_id=story.ids["abe"])
    item(story, "spare", "bo@Orchard", days=2, **theirs)
    item(story, "cleaning at first", "bo@Orchard", days=2, **theirs)
    link(story, "survey", "removal", "ada@Harbour")
    link(story, "removal", "handover", "bo@Orchard")
    story.do("first baseline", baseline_of_all, "ada@Harbour", plan_id=story.ids["works"], name="as agreed")
    bring(story, "brought", "bo@Orchard", "coast")
    with access.unscoped("test"):
        story.ids["office hours"] = Plan.objects.get(pk=story.ids["works"]).calendar_id
        story.ids["brought 2"] = Item.objects.get(plan=story.ids["brought"], external_id="2").pk


@private("plans")
def own_items_and_links(story: Story) -> None:
    """Under joint items, between them, on a person's own calendar: our house finishes later, all else not."""
    with story.step("abe's nights"), system():
        own = {"circle_id": story.ids["Harbour only"], "plan_id": story.ids["works"], "person_id": story.ids["abe"]}
        nights = Calendar(**own, name=story.said("abe's nights", "Harbour only"), week=NIGHTS)
        nights.save()
    story.ids["abe's nights"] = nights.pk
    house = {"circle": "Harbour only", "parent_id": story.ids["dredging"], "organisation_id": story.ids["Harbour"]}
    item(story, "permit", "ada@Harbour", days=30, **house, person_id=story.ids["ava"])
    item(story, "fence", "ada@Harbour", days=4, **house, calendar_id=nights.pk, constraint="snet", constraint_at=START)
    link(story, "permit", "removal", "ada@Harbour", "Harbour only", lag_minutes=DAY)
    link(story, "survey", "permit", "ada@Harbour", "Harbour only")
    link(story, "survey", "handover", "ada@Harbour", "Harbour only", lag_minutes=60 * DAY)
    item(story, "opening", "ada@Harbour", "Harbour only", kind="milestone", days=0)
    item(story, "escort", "ada@Harbour", "Harbour only", "brought", parent_id=story.ids["brought 2"])
    item(story, "divers", "ada@Harbour", "Harbour only", days=40, parent_id=story.ids["survey"])
    item(story, "under permit", "ada@Harbour", "Harbour only", days=2, parent_id=story.ids["permit"])
    done = {"version": version(story, Item, "fence"), "progress": Progress(percent=50, actual_start_at=START)}
    story.act("fence half", set_progress, "ada@Harbour", item_id=story.ids["fence"], **done)
    item(story, "dropped", "ada@Harbour", "Harbour only", days=9)
    gone = {"item_id": story.ids["dropped"], "version": version(story, Item, "dropped")}
    story.act("drop it", withdraw_item, "ada@Harbour", **gone)


@private("plans")
def own_plans(story: Story) -> None:
    own = {"circle_id": story.ids["Harbour only"], "name": story.said("Berths", "Harbour only"), "start_at": START}
    story.do("berths", create_plan, "ada@Harbour", **own)
    item(story, "quay wall", "ada@Harbour", "Harbour only", "berths", days=8)
    item(story, "crane", "ada@Harbour", "Harbour only", "berths", days=8, kind="milestone")
    taken = {"plan_id": story.ids["berths"], "name": story.said("first thought", "Harbour only")}
    story.do("own baseline", baseline_of_all, "ada@Harbour", **taken)
    bring(story, "secret programme", "ada@Harbour", "Harbour only")
    bring(story, "yard at home", "ada@Harbour", "Harbour's house")


@private("plans", knowing=BESIDE_ISLAND)
def items_beside(story: Story) -> None:
    item(story, "barge", "ada@Harbour", "offer", days=12, parent_id=story.ids["dredging"])
    answer_for(story, "barge", "ada@Harbour", "cy")
    link(story, "barge", "handover", "ada@Harbour", "offer")
    bring(story, "tender", "ada@Harbour", "offer")


@private("plans")
def own_work(story: Story) -> None:
    """Every way of working in a plan, with what nobody else sees, and beside what all see."""
    ada = "ada@Harbour"
    edit(story, "divers", ada, note=story.said("they are ill", "Harbour only"), duration_minutes=41 * DAY)
    answer_for(story, "fence", ada, "abe")
    lines(story, ["dig", "dig deep", "haul"], ada, "Harbour only", "inspection")
    move(story, "fence", ada, "inspection")
    story.act("haul in", indent_item, ada, **over(story, Item, "haul"))
    story.act("haul out", outdent_item, ada, **over(story, Item, "haul"))
    link(story, "dig deep", "dredging", ada, "Harbour only")
    tie = {"type": "SS", "lag_minutes": 2 * DAY, "lag_kind": "elapsed"}
    story.act("tie otherwise", edit_link, ada, **over(story, Link, "survey → permit", "link_id"), **tie)
    for function, what in ((withdraw_link, "untie"), (restore_link, "tie again")):
        story.act(what, function, ada, **over(story, Link, "survey → permit", "link_id"))
    for function, what in ((withdraw_item, "no digging"), (restore_item, "dig all the same")):
        story.act(what, function, ada, **over(story, Item, "dig"))
    report(story, "our week", ada, {"dig deep": 40, "fence": 60})
    story.act("our side", write_own_side, ada, item_id=story.ids["removal"], low_minutes=DAY, high_minutes=30 * DAY,
              note=story.said("they will not manage", "Harbour only"))  # fmt: skip
    take_back(story, "divers as before", ada, edit(story, "divers", ada, duration_minutes=50 * DAY))
    lines(story, ["quiet", "below quiet"], ada, "Harbour only", "cleaning at first")


@private("plans")
def own_dates_follow_in_a_job(story: Story) -> None:
    """As in a large plan: in the house of the edited row, whose job and dates nobody else hears of."""
    follow_later(story, "under permit", "ada@Harbour", duration_minutes=3 * DAY)


@private("imports")
def own_drafts(story: Story) -> None:
    """Files on their way in, each at another step."""
    for name in ("draft", "chosen draft"):
        bring_in_steps(story, name, "ada@Harbour", "Harbour only", "coast")
    _upload(story, "refused draft", "ada@Harbour", "Harbour only", "coast")
    sentence = Wording("{why}.", why=story.said("line 2 is odd", "Harbour only"))
    why = {"message": sentence, "job_id": story.ids["job of refused draft"]}
    story.act("refuse draft", refuse_reading, "ada@Harbour", draft_id=story.ids["refused draft"], **why)
    over = {"draft_id": story.ids["refused draft"], "version": version(story, Draft, "refused draft")}
    story.act("read it otherwise", read_again, "ada@Harbour", **over, mapping={})
    _upload(story, "dropped draft", "ada@Harbour", "Harbour only", "coast")
    story.act("drop draft", drop_draft, "ada@Harbour", draft_id=story.ids["dropped draft"])
    _stop_reading(story, "refused draft", "ada@Harbour")
    choose(story, "chosen draft", "ada@Harbour")
    _stop_reading(story, "chosen draft", "ada@Harbour")


@after
def common_plan_goes_on(story: Story) -> None:
    """Each way of moving joint dates: none may tell of what hangs on them in private."""
    progress = {"item_id": story.ids["survey"], "version": version(story, Item, "survey")}
    done = Progress(percent=100, actual_start_at=START, actual_finish_at=datetime(2031, 5, 1, 17))
    story.act("survey done", set_progress, "ada@Harbour", **progress, progress=done)
    item(story, "cleaning", "bo@Orchard", days=2, parent_id=story.ids["dredging"])
    link(story, "removal", "cleaning", "bo@Orchard", lag_minutes=DAY)
    link(story, "cleaning", "spare", "bo@Orchard")
    gone = {"link_id": story.ids["cleaning → spare"], "version": version(story, Link, "cleaning → spare")}
    story.act("not before spare", withdraw_link, "bo@Orchard", **gone)
    gone = {"item_id": story.ids["spare"], "version": version(story, Item, "spare")}
    story.act("spare not needed", withdraw_item, "bo@Orchard", **gone)
    wanted = PlanSettings(name="Works", start_at=START, data_at=datetime(2031, 5, 6, 17), zone="Europe/Berlin",
                          calendar_id=story.ids["office hours"])  # fmt: skip
    settings = {"plan_id": story.ids["works"], "version": version(story, Plan, "works"), "settings": wanted}
    story.act("data date", edit_plan_settings, "ada@Harbour", **settings)
    story.do("second baseline", baseline_of_all, "bo@Orchard", plan_id=story.ids["works"], name="in May")
    _bring_again(story)
    bring_in_steps(story, "catch draft", "bo@Orchard", "Orchard only", "coast")
    bring_in_steps(story, "applied draft", "bo@Orchard", "Orchard only", "Orchard only")
    choose(story, "applied draft", "bo@Orchard")
    do_jobs(story)


@after
def common_dates_follow_in_a_job(story: Story) -> None:
    """As in a large plan: joint dates, and those of houses that hang on them."""
    follow_later(story, "cleaning", "bo@Orchard", duration_minutes=4 * DAY)


def follow_later(story: Story, name: str, who: str, **values: object) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rescheduling, "AT_ONCE", -1)
        moves = edit(story, name, who, **values)
    assert moves.joint.job_id
    story.ids[f"dates of {name}"] = moves.joint.job_id
    do_jobs(story)


@after
def common_work(story: Story) -> None:
    """Every way of working in a plan on joint items, some of which hold what nobody else sees."""
    bo = "bo@Orchard"
    edit(story, "removal", bo, duration_minutes=6 * DAY, constraint="snet", constraint_at=START, code="R-1")
    asked = answer_for(story, "cleaning", bo, "ada")
    said = {"nomination_id": asked, "version": 1}
    story.act("ada will", answer_nomination, "ada@Harbour", **said, accept=True)
    said["nomination_id"] = answer_for(story, "removal", bo, "cy")
    answered = story.act("cy will not", answer_nomination, "cy@Island", **said, accept=False, reason="No divers.")
    take_back(story, "cy may", "cy@Island", answered)
    said["version"] = 3
    story.act("cy will not all the same", answer_nomination, "cy@Island", **said, accept=False, reason="No divers.")
    said["version"] = 1
    said["nomination_id"] = answer_for(story, "handover", bo, "cy")
    story.act("nobody asks cy", withdraw_nomination, bo, **said)
    answer_for(story, "handover", bo, "bo")
    answer_for(story, "cleaning at first", bo, "cy")
    with suppress(Refused):  # by a hole: what Harbour hung on it is no reason
        move(story, "inspection", bo, "dredging", "survey")
    lines(story, ["silt", "sand", "gravel"], bo, "coast", "dredging")
    story.act("gravel in", indent_item, bo, **over(story, Item, "gravel"))
    for function, what in ((withdraw_item, "no inspection"), (restore_item, "inspect all the same")):
        story.act(what, function, bo, **over(story, Item, "inspection"))
    story.act("no cleaning at first", withdraw_item, bo, **over(story, Item, "cleaning at first"))
    tie = {"type": "FF", "lag_minutes": DAY, "lag_kind": "working"}
    story.act("cleaning otherwise", edit_link, bo, **over(story, Link, "removal → cleaning", "link_id"), **tie)
    for function, what in ((withdraw_link, "cleaning alone"), (restore_link, "cleaning after it")):
        story.act(what, function, bo, **over(story, Link, "removal → cleaning", "link_id"))
    with suppress(Refused):  # by a hole: what holds Harbour's own reports on itself no more
        report(story, "their week", bo, {"removal": 30, "inspection": 10}, data_at=datetime(2031, 5, 7, 17))
    story.act("Orchard's side", write_own_side, bo, item_id=story.ids["handover"], note="We will.", likely_minutes=DAY)
    take_back(story, "handover as before", bo, edit(story, "handover", bo, deadline_at=datetime(2031, 6, 9, 17)))


def over(story: Story, model: type, name: str, called: str = "item_id") -> dict[str, Any]:
    """Return a row with the version that stands there."""
    return {called: story.ids[name], "version": version(story, model, name)}


def edit(story: Story, name: str, who: str, **values: Any) -> Moves:
    with story.step(f"edit {name}: {' '.join(values)}"):
        return edit_item(actor=story.actor(who), at=NOON, values=values, **over(story, Item, name))


def answer_for(story: Story, name: str, who: str, person: str) -> UUID | None:
    """Let somebody answer for an item; return the nomination, if they are only asked."""
    with story.step(f"{person} for {name}"):
        moves = set_accountable(actor=story.actor(who), at=NOON, person_id=story.ids[person], **over(story, Item, name))
    if not moves.made:
        return None
    story.ids[f"{person} for {name}"] = moves.made[0]
    return moves.made[0]


def lines(story: Story, names: list[str], who: str, circle: str, under: str) -> None:
    """Add items in a row, the second below the first."""
    made = [
        NewLine(story.said(name, circle), depth=int(nth == 1), duration_minutes=DAY) for nth, name in enumerate(names)
    ]
    with story.step(f"lines {names[0]}"):
        ids, _moves = add_items(
            actor=story.actor(who), plan_id=story.ids["works"], circle_id=story.ids[circle], items=made, at=NOON,
            parent_id=story.ids[under],
        )  # fmt: skip
    story.ids |= dict(zip(names, ids, strict=True))


def move(story: Story, name: str, who: str, into: str, after: str | None = None) -> None:
    place = {"parent_id": story.ids[into], "after_id": story.ids[after] if after else None}
    story.act(f"{name} into {into}", move_item, who, **over(story, Item, name), **place)


def report(story: Story, name: str, who: str, percents: dict[str, int], data_at: datetime | None = None) -> None:
    reports = [
        Report(story.ids[one], version(story, Item, one), Progress(percent)) for one, percent in percents.items()
    ]
    story.act(name, report_progress, who, plan_id=story.ids["works"], reports=reports, data_at=data_at)


def take_back(story: Story, name: str, who: str, moves: Moves) -> None:
    assert moves.undo
    story.act(name, undo, who, token=undo_token(story.actor(who), moves.undo))


def _bring_again(story: Story) -> None:
    file, plan = read("brought", "2031-05-23")
    with story.step("prepare again"):
        prepared = prepare_import(plan=plan, circle_id=story.ids["coast"])
    found = difference_of(actor=story.actor("bo@Orchard"), plan_id=story.ids["brought"], prepared=prepared)
    over = {"plan_id": story.ids["brought"], "version": version(story, Plan, "brought")}
    ticked = {"ticked": {change.key for change in found.changes}, "file_name": "plan.csv", "file": file}
    story.act("brought again", reimport_plan, "bo@Orchard", **over, prepared=prepared, **ticked)


def bring_in_steps(story: Story, name: str, who: str, home: str, target: str) -> None:
    """Upload a file, and read it here instead of in a process of its own."""
    plan = _upload(story, name, who, home, target)
    looked = {"summary": summary_of(plan), "job_id": story.ids[f"job of {name}"]}
    packed = gzip.compress(json.dumps(plan.to_json(sparse=True)).encode(), mtime=0)
    with brought(story.ids[home], packed) as neutral:
        story.act(f"read {name}", keep_reading, who, draft_id=story.ids[name], neutral=neutral, **looked)


def _upload(story: Story, name: str, who: str, home: str, target: str) -> NeutralPlan:
    file, plan = read(story.said(name, home))
    own = {"home_id": story.ids[home], "target_id": story.ids[target], "content": file}
    story.do(name, bring_plan, who, name=story.said(name, home) + ".csv", **own)
    _stop_reading(story, name, who)
    return plan


def _stop_reading(story: Story, name: str, who: str) -> None:
    with access.unscoped("test"):
        job_id = story.ids[f"job of {name}"] = Draft.objects.get(pk=story.ids[name]).job_id
    story.act(f"stop {job_id}", cancel_job, who, job_id=job_id)


def choose(story: Story, name: str, who: str) -> None:
    """Ask for a file to be applied."""
    over = {"draft_id": story.ids[name], "version": version(story, Draft, name)}
    story.act(f"apply {name}", apply_draft, who, **over, choices={"name": "", "zone": "UTC"})

"""The story of the cast, their circles, notes, files, jobs and sessions."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.test import Client

from consortio import access
from consortio.access.models import Circle, Kind, Role
from consortio.accounts.models import Token
from consortio.attachments.actions import withdraw_attachment
from consortio.attachments.bringing import bring_file
from consortio.circles.actions import appoint, open_body, open_side_circle
from consortio.jobs import worker
from consortio.jobs.actions import cancel_job, start_job
from consortio.jobs.models import Job, State
from consortio.organisations.actions import hire_person, rename_organisation, set_fiscal_year
from consortio.partnerships.actions import edit_membership, found_partnership, unseat_person
from consortio.partnerships.models import Membership, Partnership
from tests.notes.actions import edit_note, import_notes, share_note
from tests.notes.jobs import COUNT
from tests.world import act_alone, act_beside_island, act_together, begin

from .chapters import BESIDE_ISLAND, after, before, private
from .operations import KEY
from .story import CAST, PASSWORD, Story


@before
def cast(story: Story) -> None:
    """The cast comes together, and each kind of row that all can see is there once."""
    begin(story)
    for person, lead, role in [
        ("ava", "ada@Harbour", "observer"),
        ("fay", "ada@Harbour", "contributor"),
        ("ben", "bo@Orchard", "contributor"),
        ("fin", "bo@Orchard", "contributor"),
        ("cal", "cy@Island", "contributor"),
        ("cora", "cy@Island", "observer"),
    ]:
        story.hire(person, lead, role)
    story.register("Ferry", "fern")
    story.register("Quay", "quin")
    for who in [*CAST.values()][:-1]:
        story.account(who.partition("@")[0])
    _find_shared(story)
    story.do("chart", bring_file, "ada@Harbour", circle_id=story.ids["coast"], name="chart.txt", content=b"for all")
    _count(story, "own count", "bo@Orchard", "Orchard only")
    do_jobs(story)
    with _browser(story, "bo", "at home") as browser:
        _make_token(story, browser, "bo@Orchard")


def _make_token(story: Story, browser: Client, who: str) -> None:
    """Let somebody, who signs in for that, make a token for a program of theirs."""
    person, _, organisation = who.partition("@")
    assert browser.post("/sign-in", {"login": f"{person}@example.org", "password": PASSWORD}).status_code == 302
    wanted = {"name": "report", "scopes": ["read", "write"], "days": "30", "organisation": story.ids[organisation]}
    assert browser.post("/account/tokens/new", wanted).status_code == 200
    story.find_open(f"{person}'s token", Token, user__email=f"{person}@example.org")


def _find_shared(story: Story) -> None:
    story.find("Coast", Partnership, name="Coast")
    for organisation in ("Harbour", "Orchard", "Island"):
        own = story.ids[organisation]
        story.find(f"{organisation} in coast", Membership, circle=story.ids["coast"], organisation=own)
        story.find(f"{organisation} at home", Membership, circle=story.ids[f"{organisation}'s house"])
        with access.unscoped("test"):
            house = Circle.objects.get(pk=story.ids[f"{organisation}'s house"])
        story.ids[f"{organisation}'s own"] = house.partnership_id
    for circle in ("coast", "Orchard's house", "Harbour's house"):
        for role in ("lead", "contributor", "observer"):
            story.find(f"{role} in {circle}", Role, circle=story.ids[circle], name=role)


def _count(story: Story, name: str, who: str, circle: str) -> None:
    story.do(name, start_job, who, circle_id=story.ids[circle], kind=COUNT, arguments={})


def do_jobs(story: Story) -> None:
    """Do what waits, each job by its own chance."""
    while job := worker._take():
        with story.step(f"job {job.pk}"):
            worker.run(job)
        with access.unscoped("test"):
            assert Job.objects.get(pk=job.pk).state == State.DONE


@private("notes", "circles", knowing=BESIDE_ISLAND)
def offer(story: Story) -> None:
    act_beside_island(story)


@private("attachments", knowing=BESIDE_ISLAND)
def files_beside(story: Story) -> None:
    common = {"circle_id": story.ids["offer"], "content": story.said("our bid", "offer").encode()}
    story.do("bid", bring_file, "ada@Harbour", name=story.said("bid", "offer") + ".txt", **common)


@private("partnerships", knowing=BESIDE_ISLAND)
def another_partnership(story: Story) -> None:
    """Harbour and Island do something else together, and think of inviting a third."""
    name, letters = story.said("Pier", "pier"), story.called("Harbour")[1]
    own = {"house_id": story.ids["Harbour's house"], "name": name, "letters": letters}
    story.do("pier", found_partnership, "ada@Harbour", **own)
    story.join("pier", "ada@Harbour", "cy@Island")
    story.find("Pier", Partnership, name=name)
    story.ids["Harbour in Pier only"] = story.circle("pier", Kind.HOUSE, "Harbour")
    story.find("lead in pier", Role, circle=story.ids["pier"], name="lead")
    story.find("Harbour in pier", Membership, circle=story.ids["pier"], organisation=story.ids["Harbour"])
    part = {"membership_id": story.ids["Harbour in pier"], "version": 1, "part": story.said("owner", "pier")}
    story.act("part in pier", edit_membership, "ada@Harbour", **part)
    story.write("piles", "ada@Harbour", "pier")


@private("notes", "circles")
def own_notes_and_body(story: Story) -> None:
    act_alone(story)
    role = {"role_id": story.ids["lead in coast"], "person_id": story.ids["abe"]}
    story.act("abe on the board", appoint, "ada@Harbour", body_id=story.ids["board"], **role)
    words = {"title": story.said("lease signed", "Harbour only"), "text": story.said("signed", "Harbour only")}
    story.act("lease signed", edit_note, "ada@Harbour", note_id=story.ids["lease"], version=1, **words)
    rows = [(story.said(f"clause {n}", "Harbour only"), "x") for n in range(3)]
    own = {"circle_id": story.ids["Harbour only"], "name": story.said("clauses", "Harbour only"), "file": b"clauses"}
    story.act("clauses", import_notes, "ada@Harbour", notes=rows, **own)


@private("organisations")
def own_people(story: Story) -> None:
    house = story.ids["Harbour's house"]
    own = {"house_id": house, "role_id": story.ids["observer in Harbour's house"]}
    story.do("zoe", hire_person, "ada@Harbour", name=story.said("zoe", "Harbour's house"), **own)
    story.act("fiscal year", set_fiscal_year, "ada@Harbour", house_id=house, fiscal_start=4)
    part = {"version": 1, "part": story.said("at home", "Harbour's house")}
    story.act("part at home", edit_membership, "ada@Harbour", membership_id=story.ids["Harbour at home"], **part)


@private("attachments")
def own_files(story: Story) -> None:
    circle, text = story.ids["Harbour only"], story.said("drawing", "Harbour only")
    drawn = {"circle_id": circle, "name": f"{text}.txt", "subject_id": story.ids["dredger"]}
    story.do("drawing", bring_file, "ada@Harbour", content=text.encode(), **drawn)
    of_item = {"circle_id": circle, "name": f"{text} 2.txt", "subject_id": story.ids["works"]}
    story.do("cross section", bring_file, "ada@Harbour", content=text.encode(), **of_item)
    story.do("same as chart", bring_file, "ada@Harbour", circle_id=circle, name="same.txt", content=b"for all")
    story.do("wrong", bring_file, "ada@Harbour", circle_id=circle, name="wrong.txt", content=b"wrong")
    story.act("not wrong", withdraw_attachment, "ada@Harbour", attachment_id=story.ids["wrong"])


@private("jobs")
def own_jobs(story: Story) -> None:
    _count(story, "count in private", "ada@Harbour", "Harbour only")
    do_jobs(story)
    _count(story, "stopped in private", "ada@Harbour", "Harbour only")
    story.act("stop", cancel_job, "ada@Harbour", job_id=story.ids["stopped in private"])


@private("accounts")
def ways_in(story: Story) -> None:
    """Somebody signs in elsewhere, fails to, asks for a code and a new password, and chooses another look."""
    with _browser(story, "ada", "at home") as browser:
        wrong = {"login": "ada@example.org", "password": "not this one"}
        assert [browser.post("/sign-in", wrong).status_code for _ in range(3)] == [422] * 3
        assert browser.post("/sign-in/code", {"email": "ada@example.org"}).status_code == 302
        assert browser.post("/forgotten-password", {"email": "ada@example.org"}).status_code == 302
    with _browser(story, "ada", "in the office") as browser:
        right = {"login": "ada@example.org", "password": PASSWORD}
        assert browser.post("/sign-in", right).status_code == 302
        assert browser.post("/preferences", {"theme": "dark", "density": "compact"}).status_code == 302
        assert browser.post("/acting-for", {"organisation": story.ids["Harbour"]}).status_code == 302
        assert browser.get("/account").status_code == 200
        found = [cookie for name, cookie in browser.cookies.items() if name == "session"]
        story.sessions.append(found[0].value)
    with _browser(story, "ada", "on the road") as browser:
        _make_token(story, browser, "ada@Harbour")


@private("accounts")
def calls_with_a_key(story: Story) -> None:
    """A program of Harbour's does what the observers do, under the key that they use."""
    with _browser(story, "ada", "in a script") as browser:
        right = {"login": "ada@example.org", "password": PASSWORD}
        assert browser.post("/sign-in", right).status_code == 302
        own = {"name": story.said("Tunnel", "Harbour's house"), "letters": story.called("Harbour")[1]}
        headers = dict([KEY])
        made = browser.post("/api/v1/partnerships", json.dumps(own), "application/json", headers=headers)
        assert made.status_code == 201


@contextmanager
def _browser(story: Story, who: str, where: str) -> Iterator[Client]:
    with story.step(f"{who}'s browser {where}"):
        yield Client(REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Firefox of Harbour on Linux")


@after
def common_work(story: Story) -> None:
    """What must come out the same, whatever happened before."""
    act_together(story)
    joint = story.ids["coast"]
    story.write("tide", "ada@Harbour", "coast")
    words = {"title": "tide table", "text": "for May"}
    story.act("tide table", edit_note, "ada@Harbour", note_id=story.ids["tide"], version=1, **words)
    to_public = {"note_id": story.ids["dredger"], "version": 1, "wider_id": story.ids["public"]}
    story.do("dredger for all", share_note, "ada@Harbour", **to_public)
    rows = {"name": "pilots", "file": b"pilots", "notes": [("pilot 1", "x"), ("pilot 2", "x")]}
    story.act("pilots", import_notes, "bo@Orchard", circle_id=joint, **rows)
    pair = {"organisation_ids": [story.ids["Orchard"], story.ids["Island"]], "name": "Fish", "letters": "FSH"}
    story.do("fish", open_side_circle, "bo@Orchard", joint_id=joint, **pair)
    named = {"organisation_ids": [story.ids["Orchard"], story.ids["Island"]], "role_id": story.ids["lead in coast"]}
    story.do("panel", open_body, "bo@Orchard", joint_id=joint, name="Panel", letters="PNL", **named)
    part = {"membership_id": story.ids["Harbour in coast"], "version": 1, "part": "owner of the harbour"}
    story.act("part in coast", edit_membership, "ada@Harbour", **part)
    house = {"house_id": story.ids["Harbour's house"], "name": story.called("Harbour")[0] + " Ltd"}
    story.act("renamed", rename_organisation, "ada@Harbour", **house)
    for person, lead in [("fin", "bo@Orchard"), ("fay", "ada@Harbour")]:
        story.act(f"{person} out", unseat_person, lead, joint_id=joint, person_id=story.ids[person])
    story.do("plan of piers", bring_file, "bo@Orchard", circle_id=joint, name="piers.txt", content=b"piers")
    story.do("catch", bring_file, "bo@Orchard", circle_id=story.ids["Orchard only"], name="catch.txt", content=b"catch")
    _count(story, "later count", "bo@Orchard", "Orchard only")
    do_jobs(story)

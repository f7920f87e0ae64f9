"""What waits stands in one list, the oldest first, and is done in its own line: without a script, and back to the list."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from consortio.access import unscoped
from consortio.approvals.models import Answer
from consortio.approvals.tests.builders import named, put
from consortio.commitments.models import Commitment
from consortio.commitments.tests.builders import accepted, kept, offer, step
from consortio.kpis.models import Reading
from consortio.kpis.tests.test_readings import TONNES, claim, newest, said, watched
from consortio.overview.reads import waiting
from tests.world import NOON

LATER = NOON + timedelta(days=3)


@pytest.fixture(autouse=True)
def held():
    with named() as held, time_machine.travel(LATER, tick=False):
        yield held


def waits(world, who="bo@Orchard", at=LATER):
    return waiting(actor=world.actor(who), at=at).all


def only(world, kind, who="bo@Orchard"):
    (one,) = [wait for wait in waits(world, who) if wait.kind == kind]
    return one


def pressed(world, wait, word, who="bo@Orchard", **written):
    """Send the form of a line as a browser without scripts does, by the button that says `word`."""
    client = world.client(who)
    listed = client.get("/waiting").content.decode()
    doing = wait.doing
    assert f'action="{doing.url}"' in listed
    assert written.keys() <= {blank.name for blank in doing.blanks}
    (press,) = [press for press in doing.presses if press.words == word]
    return client.post(doing.url, {**dict(doing.fields), "back": "/waiting", press.name: press.value, **written})


def is_back(answer):
    return (answer.status_code, answer["Location"]) == (302, "/waiting")


def test_it_is_one_list_across_kinds_and_partnerships_the_oldest_first(world):
    kpi = watched(world, replace(TONNES, is_headline=True, organisation_id=world.ids["Harbour"]))
    claim(world, kpi, said(3, "38.4"), at=NOON + timedelta(days=2))
    offer(world, who="ada@Harbour", promiser="Harbour", receiver="Orchard", at=NOON + timedelta(days=1))
    put(world)
    offer(world, who="bo@Orchard", promiser="Orchard", receiver="Harbour", name="Ours")
    step(world, promise_named("Ours"), "accepted", "ada@Harbour")

    found = waits(world)

    assert [wait.kind for wait in found] == ["proposal", "promise", "reading", "delivery"]
    days = [wait.since for wait in found]
    assert days == sorted(days) and [wait.when(LATER.date()) for wait in found][-2:] == ["waiting", "ahead"]
    assert [found.index(wait) for wait in waits(world)] == [0, 1, 2, 3]
    page = world.client("bo@Orchard").get("/waiting").content.decode()
    assert page.index("The oldest first") < page.index(found[2].words.split("“")[0]) < page.index("Coming up")


def promise_named(name):
    with unscoped("test"):
        return Commitment.objects.get(name=name).pk


@pytest.mark.parametrize(
    ("word", "written", "verdict"),
    [("Agree", {}, "approve"), ("Object", {"reason": "Too wide"}, "object"), ("Abstain", {}, "abstain")],
)
def test_a_proposal_is_answered(world, word, written, verdict):
    proposal = put(world)

    answer = pressed(world, only(world, "proposal"), word, **written)

    assert is_back(answer) and [wait for wait in waits(world) if wait.kind == "proposal"] == []
    with unscoped("test"):
        assert Answer.objects.get(proposal=proposal, organisation=world.ids["Orchard"]).verdict == verdict


def test_what_is_refused_is_said_on_its_own_page_with_what_was_written(world):
    put(world)

    refused = pressed(world, only(world, "proposal"), "Object")

    assert refused.status_code == 422 and "whoever objects says why" in refused.content.decode()
    assert only(world, "proposal")


@pytest.mark.parametrize(("word", "state"), [("Accept", "accepted"), ("Decline", "declined")])
def test_a_promise_is_accepted_or_declined(world, word, state):
    made = offer(world, who="ada@Harbour", promiser="Harbour", receiver="Orchard")

    assert is_back(pressed(world, only(world, "promise"), word))
    assert kept(made).state == state


@pytest.mark.parametrize(
    ("word", "written", "state"),
    [("Confirm", {}, "confirmed"), ("Dispute", {"words": "The east end is missing"}, "disputed")],
)
def test_what_was_delivered_is_confirmed_or_disputed(world, word, written, state):
    made = accepted(world, who="ada@Harbour", promiser="Harbour", receiver="Orchard", by="bo@Orchard")
    step(world, made, "delivered", "ada@Harbour")

    assert is_back(pressed(world, only(world, "promise"), word, **written))
    assert kept(made).state == state


def test_ones_own_promise_is_delivered(world):
    made = accepted(world)

    assert is_back(pressed(world, only(world, "delivery"), "Say that it is delivered", words="In the yard"))
    assert kept(made).state == "delivered"


def test_another_date_is_taken(world):
    made = accepted(world, who="ada@Harbour", promiser="Harbour", receiver="Orchard", by="bo@Orchard")
    step(world, made, "asked", "ada@Harbour", due_on=kept(made).due_on + timedelta(days=9))

    assert is_back(pressed(world, only(world, "promise"), "Take the new date"))
    assert kept(made).asked_due_on is None and (kept(made).due_on - kept(made).first_due_on).days == 9


def test_readings_that_are_due_are_entered(world):
    own = {"organisation_id": world.ids["Harbour"]}
    first, second = (watched(world, replace(TONNES, name=name, **own)) for name in ("Dredged", "Sold"))
    wait = only(world, "reading-due", "ada@Harbour")
    figures = {f"value-{first.hex}": "38.4", f"value-{second.hex}": "12"}

    assert is_back(pressed(world, wait, "Enter them", "ada@Harbour", **figures))
    assert [newest(world, kpi).value for kpi in (first, second)] == [Decimal("38.4"), 12]
    assert [wait for wait in waits(world, "ada@Harbour") if wait.kind == "reading-due"] == []


def test_another_organisations_reading_is_contested(world):
    kpi = watched(world, replace(TONNES, is_headline=True))
    claim(world, kpi, said(3, "38.4"))

    answer = pressed(world, only(world, "reading"), "Contest it", figure="37.0", reason="We weighed it")

    assert is_back(answer)
    with unscoped("test"):
        assert Reading.objects.get(kpi=kpi).state == "contested"


def test_where_it_leads_back_is_ours(world):
    put(world)
    wait = only(world, "proposal")
    said = {**dict(wait.doing.fields), "verdict": "approve", "back": "//elsewhere.example"}

    assert world.client("bo@Orchard").post(wait.doing.url, said)["Location"] == f"/proposals/{wait.url.split('/')[-1]}"


def test_who_may_not_answer_is_offered_no_form(world):
    put(world)
    page = world.client("bea@Orchard").get("/waiting").content.decode()

    assert "wait-doing" not in page and "wait-doing" in world.client("bo@Orchard").get("/waiting").content.decode()

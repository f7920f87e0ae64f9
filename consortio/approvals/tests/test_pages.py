"""Answering on a page: looking decides nothing, a refusal keeps what was written, and each end is told in a sentence."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import unscoped
from consortio.approvals import views
from consortio.approvals.models import Answer, Proposal

from .builders import LATER, named, put, say, set_member, state_of
from .test_reads import LATE, partnership_of


@pytest.fixture(autouse=True)
def held():
    with named() as held:
        yield held


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Let the door's clock stand an hour after the proposals."""
    at = [LATER]
    monkeypatch.setattr(views, "now", lambda: at[0])
    return at


def text(answer):
    return answer.content.decode()


def post(world, who, proposal, verdict="approve", version=1, reason="", what="answer"):
    said = {"verdict": verdict, "version": str(version), "reason": reason}
    return world.client(who).post(f"/proposals/{proposal}/{what}", said)


def shown(world, who, proposal):
    return text(world.client(who).get(f"/proposals/{proposal}"))


def test_the_page_says_who_agreed_whom_it_waits_for_and_what_happens_otherwise(world):
    proposal = put(world, reason="It is <b>time</b>.")

    page = shown(world, "bo@Orchard", proposal)

    assert "Harbour agrees; it waits for Island and Orchard until 13 May" in page
    assert "One objection refuses the proposal at once." in page and "The name stays." in page
    assert "It is &lt;b&gt;time&lt;/b&gt;." in page and "<ins>Quay</ins>" in page
    assert page.count("not yet</span>") == 2


def test_looking_and_asking_by_address_decide_nothing(world):
    proposal, bo = put(world), world.client("bo@Orchard")

    for what in ("", "?verdict=approve&version=1"):
        assert bo.get(f"/proposals/{proposal}{what}").status_code == 200
    for what in ("answer", "withdrawal"):
        assert bo.get(f"/proposals/{proposal}/{what}?verdict=approve&version=1").status_code == 405

    with unscoped("test"):
        assert Answer.objects.count() == 1
    assert state_of(proposal) == "open"


def test_the_last_yes_puts_it_in_force(world, held):
    proposal = put(world)
    assert post(world, "bo@Orchard", proposal).status_code == 302
    assert post(world, "cy@Island", proposal, reason="fine").status_code == 302

    page = shown(world, "bea@Orchard", proposal)

    assert "Agreed on 6 May" in page and "fine" in page and "Your answer" not in page
    assert held.name == "Quay"


def test_an_objection_wants_a_reason_and_refuses(world):
    proposal = put(world)
    answer = post(world, "bo@Orchard", proposal, "object")
    assert answer.status_code == 422 and "whoever objects says why" in text(answer)
    assert state_of(proposal) == "open"

    assert post(world, "bo@Orchard", proposal, "object", reason="Too early.").status_code == 302

    page = shown(world, "ada@Harbour", proposal)
    assert "because Orchard objected. Nothing has changed." in page and "Too early." in page


def test_a_closed_proposal_keeps_what_was_written(world, clock):
    proposal = put(world)
    clock[0] = LATE

    answer = post(world, "bo@Orchard", proposal, reason="My long thought.")

    assert answer.status_code == 409 and "was closed while you wrote" in text(answer)
    assert "Lapsed on 13 May" in text(answer)


def test_an_objection_without_its_reason_is_told_that_the_proposal_is_closed(world, held):
    proposal = put(world)
    for who in ("bo@Orchard", "cy@Island"):
        post(world, who, proposal)

    answer = post(world, "bo@Orchard", proposal, "object")

    assert answer.status_code == 409 and "was closed while you wrote" in text(answer)


def test_what_has_moved_on_is_told_and_closed(world, held):
    proposal = put(world)
    held.version = 4
    assert "A yes would close it as outdated" in shown(world, "bo@Orchard", proposal)

    answer = post(world, "bo@Orchard", proposal)

    assert answer.status_code == 409 and "so your yes was not kept" in text(answer)
    assert state_of(proposal) == "outdated"
    assert "Outdated since 6 May" in shown(world, "cy@Island", proposal)


def test_who_may_not_answer_is_told_who_does(world):
    proposal = put(world)

    assert "A lead or a sponsor answers for your organisation." in shown(world, "bea@Orchard", proposal)
    assert post(world, "bea@Orchard", proposal, "nonsense").status_code == 403
    assert post(world, "bo@Orchard", proposal, "nonsense").status_code == 422


def test_withdrawing_is_for_the_proposing_organisation(world):
    proposal = put(world)
    assert "Withdraw the proposal" not in shown(world, "bo@Orchard", proposal)
    assert post(world, "bo@Orchard", proposal, what="withdrawal").status_code == 403
    assert post(world, "ada@Harbour", proposal, version="x", what="withdrawal").status_code == 422
    assert "Withdraw the proposal" in shown(world, "ada@Harbour", proposal)

    assert post(world, "ada@Harbour", proposal, what="withdrawal").status_code == 302

    assert "Withdrawn on 6 May" in shown(world, "bo@Orchard", proposal)
    assert post(world, "ada@Harbour", proposal, what="withdrawal").status_code == 409


def test_others_find_nothing(world):
    proposal = put(world)
    missing = world.client("bo@Orchard").get("/proposals/018f0000-0000-7000-8000-000000000000")
    for who in ("ada@Orchard",):
        answer = world.client(who).get(f"/proposals/{proposal}")
        assert (answer.status_code, missing.status_code) == (404, 404)
        assert post(world, who, proposal).status_code == 404


def listed(world, who="bo@Orchard", query=""):
    return text(world.client(who).get(f"/partnerships/{partnership_of(world)}/proposals{query}"))


def test_the_list_shows_what_waits_first_and_goes_on(world, monkeypatch):
    assert "No proposal waits for an answer." in listed(world)
    for number in range(3):
        say(world, "bo@Orchard", put(world, name=f"Old{number}"), "object")
    put(world, name="New")
    monkeypatch.setattr(views.reads, "ROWS_MAX", 2)

    page = listed(world)

    assert page.index("Name: New") < page.index("Name: Old2") < page.index("Name: Old1")
    assert "Name: Old0" in page and "Older ones" not in page


def test_older_ones_are_one_page_on(world):
    for number in range(52):
        say(world, "bo@Orchard", put(world, name=f"Old{number:02}"), "object")

    first, second = listed(world), listed(world, query="?before=3")

    assert "Old51" in first and "Old02" in first and "Old01" not in first and "?before=3" in first
    assert "Old01" in second and "Old02" not in second and "Older ones" not in second
    for odd in ("?before=x", "?before=-1", "?before=99999999999999999999", "?before=²"):
        assert "Old51" in listed(world, query=odd)


def test_a_list_of_three_costs_what_a_list_of_one_costs(world):
    def cost():
        client = world.client("bo@Orchard")
        way = f"/partnerships/{partnership_of(world)}/proposals"
        client.get(way)
        with CaptureQueriesContext(connection) as counted:
            client.get(way)
        return sum(" FROM " in query["sql"] for query in counted.captured_queries)

    put(world, name="One")
    one = cost()
    for name in ("Two", "Three"):
        say(world, "cy@Island", put(world, name=name))

    assert cost() == one <= 12


def test_one_who_left_is_told_apart(world):
    proposal = put(world)
    say(world, "cy@Island", proposal)
    set_member(world, "Island", "left")

    assert "without a vote, so it does not count" in shown(world, "bo@Orchard", proposal)


def test_what_counted_when_it_was_decided_is_not_taken_back_by_leaving(world, held):
    agreed, refused = put(world), put(world, name="Pier", subject_id=world.ids["coast"])
    say(world, "bo@Orchard", agreed)
    say(world, "cy@Island", agreed)
    say(world, "cy@Island", refused, "object", reason="Too early.")
    set_member(world, "Island", "left", ends_at=LATE)

    page = shown(world, "bo@Orchard", agreed)

    assert "3 of 3 agree" in page and "so it does not count" not in page
    assert "because Island objected" in shown(world, "bo@Orchard", refused)


def test_what_nobody_is_waited_for_is_said(world):
    proposal = put(world)
    say(world, "bo@Orchard", proposal)
    set_member(world, "Island", "left")

    assert "Nobody is waited for any more" in shown(world, "bo@Orchard", proposal)


def test_a_deadline_ends_to_the_second(world, clock):
    proposal = put(world)
    clock[0] = LATE - timedelta(seconds=1)
    assert post(world, "bo@Orchard", proposal).status_code == 302
    clock[0] = LATE

    assert post(world, "cy@Island", proposal).status_code == 409
    with unscoped("test"):
        assert Proposal.objects.get(pk=proposal).state == "open"  # nobody has swept yet; it is shown as lapsed
    assert "Lapsed on 13 May" in shown(world, "cy@Island", proposal)

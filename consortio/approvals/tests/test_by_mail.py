"""Answering from a mail: without signing in, by one person, for one answer; and only a POST decides."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client

from consortio.access import unscoped
from consortio.accounts.models import User
from consortio.approvals import views
from consortio.approvals.by_mail import way_to_answer
from consortio.approvals.models import Answer
from consortio.approvals.reads import proposal_page
from consortio.partnerships.actions import unseat_person
from consortio.record.models import Entry
from tests.world import NOON

from .builders import LATER, named, put, say, state_of

LATE = NOON + timedelta(days=7)


@pytest.fixture(autouse=True)
def held():
    with named() as held:
        yield held


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    at = [LATER]
    monkeypatch.setattr(views, "now", lambda: at[0])
    return at


def link(world, proposal, who="bo@Orchard"):
    world.client(who)  # who has an account
    page = proposal_page(actor=world.actor(who), proposal_id=proposal, at=LATER)
    return way_to_answer(user_of(who).pk, page.row)


def user_of(who):
    return User.objects.get(email=f"{who.partition('@')[0]}@example.org")


def post(address, verdict="approve", client=None, **more):
    return (client or Client()).post(address, {"verdict": verdict, "version": 1, **more})


def answers(world, organisation="Orchard"):
    with unscoped("test"):
        rows = Answer.objects.filter(organisation=world.ids[organisation])
        return list(rows.values_list("verdict", "person_id"))


def test_nobody_need_be_signed_in_and_looking_decides_nothing(world):
    address = link(world, put(world, reason="It is time."))

    for what in ("", "?verdict=approve&version=1"):
        page = Client().get(address + what).content.decode()
    Client().head(address)

    assert "Your answer, for Orchard" in page and "It is time." in page and "<ins>Quay</ins>" in page
    assert answers(world) == []


def test_one_click_answers_as_the_reader_for_the_organisation(world):
    proposal = put(world)
    address = link(world, proposal)

    answer = post(address)

    assert (answer.status_code, answer["Location"]) == (302, address)
    assert answers(world) == [("approve", world.ids["bo"])]
    with unscoped("test"):
        entries = Entry.objects.filter(event="proposal.answered", subject_id=proposal).order_by("number")
        assert '"door":"mail"' in entries.last().body
    assert "bo agreed for Orchard on" in Client().get(address).content.decode()


def test_the_link_is_good_for_one_answer(world):
    address = link(world, put(world))
    post(address)

    again = post(address, "object", reason="on second thought")

    assert again.status_code == 409 and "This link is spent" in again.content.decode()
    assert answers(world) == [("approve", world.ids["bo"])]


def test_a_later_mail_than_an_answer_changes_it(world):
    proposal = put(world)
    say(world, "bo@Orchard", proposal, "abstain")

    assert post(link(world, proposal)).status_code == 302

    assert answers(world) == [("approve", world.ids["bo"])]


def test_who_objects_says_why_there_too(world):
    proposal = put(world)
    address = link(world, proposal)

    refused = post(address, "object")

    assert refused.status_code == 422 and "whoever objects says why" in refused.content.decode()
    assert post(address, "object", reason="Too wide").status_code == 302
    assert state_of(proposal) == "refused"


def test_whoever_is_signed_in_answers_as_the_one_to_whom_the_mail_went(world):
    address = link(world, put(world))

    assert post(address, client=world.client("cy@Island")).status_code == 302

    assert answers(world) == [("approve", world.ids["bo"])] and answers(world, "Island") == []


def test_a_form_for_another_organisation_is_refused_in_words_to_whoever_is_not_signed_in(world):
    address = link(world, put(world))

    refused = post(address, acting_for=str(world.ids["Island"]))

    assert refused.status_code == 409 and "Nothing was saved." in refused.content.decode()
    assert answers(world) == []


def test_it_ends_with_the_deadline(world, clock):
    proposal = put(world)
    address = link(world, proposal)
    clock[0] = LATE

    assert post(address).status_code == 409
    assert "Lapsed on" in Client().get(address).content.decode()
    assert answers(world) == []


def test_who_has_lost_the_seat_or_the_account_meets_what_is_not_there(world):
    proposal = put(world)
    world.hire("eve", "bo@Orchard", "lead")
    lost, closed, there = (
        link(world, proposal, "eve@Orchard"),
        link(world, proposal, "cy@Island"),
        link(world, proposal),
    )
    world.do("gone", unseat_person, "bo@Orchard", joint_id=world.ids["coast"], person_id=world.ids["eve"])
    User.objects.filter(pk=user_of("cy@Island").pk).update(is_active=False)

    assert Client().get(there).status_code == 200
    nowhere = told("/answers/not-signed")
    for address in (lost, closed, there + "x", there.replace(":", "x:")):
        assert told(address) == nowhere
        assert post(address).status_code == 404
    assert answers(world) == []


def told(address):
    """Return what is said at an address where nothing is, but for the address itself."""
    found = Client().get(address)
    assert found.status_code == 404
    return found.content.decode().replace(quote(address), "here").replace(quote(address, safe=""), "here")


def test_who_may_only_look_is_told_who_answers(world):
    address = link(world, put(world), "bea@Orchard")

    assert "A lead or a sponsor answers for your organisation." in Client().get(address).content.decode()
    assert post(address).status_code == 403


def test_the_link_opens_nothing_else(world):
    address, client = link(world, put(world)), Client()
    client.get(address)

    assert client.get("/account/").status_code in (302, 404)
    assert client.get(f"/circles/{world.ids['coast']}/activity").status_code in (302, 404)
    assert "sessionid" not in client.cookies


def test_a_post_from_another_site_is_refused(world):
    address = link(world, put(world))

    assert post(address, client=Client(enforce_csrf_checks=True)).status_code == 403
    assert answers(world) == []

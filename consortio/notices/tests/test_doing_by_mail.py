"""Readings and promises are answered from a mail: without signing in, by one person, for one purpose; a POST decides."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client

from consortio.access import unscoped
from consortio.accounts.mail_ways import LASTS
from consortio.commitments.by_mail import STEP
from consortio.commitments.tests.builders import accepted, kept, offer, step
from consortio.kpis.by_mail import STANCE
from consortio.kpis.models import Reading, Stance
from consortio.kpis.tests.test_readings import TONNES, claim, said, watched
from consortio.notices.digest import sweep
from consortio.notices.wishes import keep_wishes
from consortio.partnerships.actions import unseat_person
from consortio.record import outbox
from consortio.record.models import Entry
from tests.world import NOON

MORNING = NOON.replace(hour=7, minute=15) + timedelta(days=1)
BO = "bo@Orchard"


@pytest.fixture(autouse=True)
def noon(world):
    with time_machine.travel(NOON, tick=False):
        for person in ("ada@Harbour", BO, "cy@Island", "bea@Orchard"):
            world.client(person)
        get_user_model().objects.update(made_at=NOON - timedelta(days=30))
        yield


def reading(world):
    kpi = watched(world, replace(TONNES, is_headline=True))
    claim(world, kpi, said(3, "38.4"))
    with unscoped("test"):
        return Reading.objects.get(kpi=kpi)


def delivered(world):
    made = accepted(world, who="ada@Harbour", promiser="Harbour", receiver="Orchard", by=BO)
    step(world, made, "delivered", "ada@Harbour", words="In the yard", at=NOON + timedelta(minutes=1))
    return made


def told(email="bo@example.org", morning=False):
    """Return what somebody is told by mail, with the links in it that want no signing in."""
    if morning:
        with time_machine.travel(MORNING, tick=False):
            sweep(lambda: MORNING)
    else:
        outbox.serve_due(clock=lambda: NOON + timedelta(hours=1))
    body = "".join(message.body for message in mail.outbox if email in message.to)
    return body, re.findall(r"http://127.0.0.1:8000(/(?:readings|commitments)/answers/\S+)", body)


def stances(row):
    with unscoped("test"):
        return list(Stance.objects.filter(reading=row).values_list("person_id", "is_confirming"))


def now_is(row):
    with unscoped("test"):
        return Reading.objects.get(pk=row.pk)


def test_a_reading_to_be_confirmed_stands_in_the_morning_s_mail_and_is_confirmed_from_it(world):
    row = reading(world)
    body, (way,) = told(morning=True)
    assert "To be confirmed or contested: 38.4 t for Dredged, March 2031" in body

    for _twice in range(2):
        page = Client().get(way).content.decode()
    Client().head(way)
    assert "What you say to it, for Orchard" in page and stances(row) == []

    answer = Client().post(way, {"word": "confirm", "version": row.version})

    assert (answer.status_code, answer["Location"]) == (302, way)
    assert stances(row) == [(world.ids["bo"], True)] and now_is(row).state == "confirmed"
    with unscoped("test"):
        last = Entry.objects.filter(subject_id=row.pk).order_by("number").last()
        assert '"door":"mail"' in last.body
    after = Client().get(way).content.decode()
    assert "bo confirmed it for Orchard" in after and "This link is spent" in after


def test_whoever_contests_from_a_mail_says_why(world):
    row = reading(world)
    _body, (way,) = told(morning=True)

    refused = Client().post(way, {"word": "contest", "version": row.version})
    assert refused.status_code == 422 and stances(row) == []

    said_so = {"word": "contest", "version": row.version, "figure": "37", "reason": "We weighed it"}
    assert Client().post(way, said_so).status_code == 302
    assert now_is(row).state == "contested"


def test_readings_that_are_due_and_ones_own_that_are_contested_stand_there_too(world):
    kpi = watched(world, replace(TONNES, organisation_id=world.ids["Harbour"]))
    claim(world, kpi, said(3, "38.4"))
    claim(world, kpi, said(3, "37.0", note="weighed"), who=BO)

    body, ways = told("ada@example.org", morning=True)

    assert "What you claim is contested: Dredged, March 2031" in body
    assert f"To be entered: Dredged, April 2031\n\n  http://127.0.0.1:8000/kpis/{kpi}#enter" in body
    assert ways == []


def test_of_readings_nobody_is_told_who_wishes_none(world):
    reading(world)
    keep_wishes(get_user_model().objects.get(email="bo@example.org").pk, {"readings": "off"})

    assert "To be confirmed" not in told(morning=True)[0]


@pytest.mark.parametrize(
    ("press", "state"), [("confirmed", "confirmed"), ("disputed", "disputed"), ("released", "delivered")]
)
def test_a_delivered_promise_is_confirmed_or_disputed_from_its_mail_and_nothing_else_is_done(world, press, state):
    made = delivered(world)
    _body, ways = told()
    way = ways[-1]
    assert "In the yard" in Client().get(way).content.decode() and kept(made).state == "delivered"

    answer = Client().post(way, {"step": press, "version": kept(made).version, "words": "The east end is missing"})

    assert answer.status_code == (302 if press != "released" else 403)
    assert kept(made).state == state
    if press != "released":
        assert "This link is spent" in Client().get(way).content.decode()


def test_an_offer_and_another_date_are_answered_from_their_mails(world):
    made = offer(world, who="ada@Harbour", promiser="Harbour", receiver="Orchard")
    _body, (first,) = told()
    assert Client().post(first, {"step": "accepted", "version": kept(made).version}).status_code == 302
    step(world, made, "asked", "ada@Harbour", due_on=kept(made).due_on + timedelta(days=9))
    _body, ways = told()

    assert Client().post(ways[-1], {"step": "moved", "version": kept(made).version}).status_code == 302
    assert (kept(made).due_on - kept(made).first_due_on).days == 9


def test_ones_own_promise_is_delivered_from_the_morning_s_mail(world):
    made = accepted(world)
    _body, (way,) = told(morning=True)

    answer = Client().post(way, {"step": "delivered", "version": kept(made).version, "words": "In the yard"})

    assert answer.status_code == 302 and kept(made).state == "delivered"


def test_a_link_is_spent_once_anybody_said_anything(world):
    row, made = reading(world), delivered(world)
    ways = told(morning=True)[1]
    claim(world, row.kpi_id, said(3, "38.4"), who="cy@Island")
    step(world, made, "confirmed", BO)

    said_so = {"word": "confirm", "step": "disputed", "version": 1, "words": "no"}
    assert [Client().post(way, said_so).status_code for way in ways] == [409] * len(ways) == [409, 409]
    assert stances(row) == [(world.ids["cy"], True)] and kept(made).state == "confirmed"


def ways_of(world, who, row, made):
    user = get_user_model().objects.get(email=f"{who.partition('@')[0]}@example.org").pk
    own = world.ids[who.partition("@")[2]]
    return STANCE.to(user, own, row.pk, str(row.version)), STEP.to(user, own, made, str(kept(made).version))


def test_a_link_ends_by_its_age_with_the_seat_and_for_another_purpose(world):
    row, made = reading(world), delivered(world)
    world.hire("eve", BO, "lead")
    world.client("eve@Orchard")
    there, lost = ways_of(world, BO, row, made), ways_of(world, "eve@Orchard", row, made)
    world.do("gone", unseat_person, BO, joint_id=world.ids["coast"], person_id=world.ids["eve"])

    crossed = [a.rpartition("/")[0] + "/" + b.rpartition("/")[2] for a, b in (there, there[::-1])]
    assert [Client().get(way).status_code for way in there] == [200, 200]
    for way in (*lost, *crossed, *(way + "x" for way in there)):
        assert (Client().get(way).status_code, Client().post(way).status_code) == (404, 404)
    with time_machine.travel(NOON + LASTS + timedelta(minutes=1), tick=False):
        assert [Client().get(way).status_code for way in there] == [404, 404]


def test_who_may_only_look_decides_nothing(world):
    row, made = reading(world), delivered(world)
    asked, said_so = ways_of(world, "bea@Orchard", row, made), {"word": "confirm", "step": "confirmed", "version": 1}

    assert ["answers for your organisation" in Client().get(way).content.decode() for way in asked] == [True, True]
    assert [Client().post(way, said_so).status_code for way in asked] == [403, 403]
    assert stances(row) == [] and kept(made).state == "delivered"


def test_a_post_from_another_site_is_refused(world):
    row, made = reading(world), delivered(world)

    for way in ways_of(world, BO, row, made):
        assert Client(enforce_csrf_checks=True).post(way, {"word": "confirm"}).status_code == 403

"""Mails as things happen: to whom they go, what they say, and that they go once."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from consortio.access import unscoped
from consortio.approvals.tests import builders
from consortio.approvals.tests.builders import named, put
from consortio.commitments.tests import builders as promises
from consortio.decisions.tests.builders import agreed, must_know, read
from consortio.invitations.suspending import propose_reinstatement, propose_suspension
from consortio.notices.models import Sent
from consortio.notices.wishes import keep_wishes
from consortio.partnerships.actions import unseat_person
from consortio.plans.actions import set_accountable
from consortio.plans.tests.builders import bring_in, quay
from consortio.plans.window import Look, tree_window
from consortio.record import outbox
from consortio.record.models import Effect
from consortio.remarks.actions import edit_remark, withdraw_remark, write_remark
from tests.world import NOON


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def item(world):
    plan_id = bring_in(world, quay(), organisations={}, name="Quay")
    rows = tree_window(actor=world.actor("ada@Harbour"), plan_id=plan_id, look=Look()).rows
    world.ids |= {"plan": plan_id, "item": next(row.id for row in rows if row.name == "Task t1")}
    for person in ("ada@Harbour", "abe@Harbour", "bo@Orchard", "bea@Orchard", "cy@Island"):
        world.client(person)  # who has an account
    serve()
    mail.outbox.clear()
    return world.ids["item"]


@pytest.fixture
def subject():
    with named() as held:
        yield held


def say(world, text, who="ada@Harbour", circle="coast"):
    about = {"circle_id": world.ids[circle], "subject_id": world.ids["item"]}
    return write_remark(actor=world.actor(who), text=text, at=NOON, **about)


def serve(at=NOON):
    return outbox.serve_due(clock=lambda: at)


def told():
    return sorted(to for message in mail.outbox for to in message.to)


def user_of(world, person):
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(email=f"{person}@example.org")


def test_whoever_is_named_is_told_with_the_words_and_the_way_and_why(world, item):
    made = say(world, "@bo, below −4 °C\nwe cannot dig <b>")
    serve()

    (message,) = mail.outbox
    assert (message.to, message.subject) == (["bo@example.org"], "ada names you: Task t1")
    assert "ada names you in a remark on “Task t1”:" in message.body and "we cannot dig <b>" in message.body
    assert f"http://127.0.0.1:8000/remarks/about/{item}#remark-{made}" in message.body
    assert "You get this because a remark names you." in message.body
    html = message.alternatives[0].content
    assert "below −4 °C<br>we cannot dig &lt;b&gt;" in html and "we cannot dig <b>" not in html
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_nobody_else_is_told_and_nobody_of_themselves(world, item):
    say(world, "@ada, a note to myself, and @nobody")
    say(world, "No names")
    serve()

    assert told() == []


def test_who_is_named_later_is_told_then_and_who_was_before_is_not_again(world, item):
    made = say(world, "@bo, look")
    serve()
    edit_remark(actor=world.actor("ada@Harbour"), remark_id=made, version=1, text="@bo and @cy, look", at=NOON)
    serve()

    assert told() == ["bo@example.org", "cy@example.org"]


def test_an_effect_that_is_tried_again_tells_nobody_twice(world, item):
    say(world, "@bo and @cy, look")
    serve()
    with unscoped("test"):
        effects = Effect.objects.filter(subscriber="notices.mail", entry__event="remark.written")
        delivery = outbox._delivery(effects.select_related("entry").get())
    outbox._functions["notices.mail"](delivery)

    assert told() == ["bo@example.org", "cy@example.org"] and Sent.objects.count() == 2


def test_where_one_cannot_be_reached_the_others_are_and_the_one_is_later(world, item, monkeypatch):
    sent = EmailBackend.send_messages
    away = ["bo@example.org"]

    def send(self, messages):
        if messages[0].to == away:
            raise OSError("the mail server refuses bo")
        return sent(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    say(world, "@bo and @cy, look")
    serve()
    assert told() == ["cy@example.org"]
    away.clear()
    serve(NOON + timedelta(hours=1))

    assert told() == ["bo@example.org", "cy@example.org"]
    numbers = {message.extra_headers["Message-ID"] for message in mail.outbox}
    assert len(numbers) == 2 and all(number.endswith("@localhost>") or "@" in number for number in numbers)


def test_whoever_has_lost_the_seat_meanwhile_is_told_nothing(world, item):
    say(world, "@bea, look", circle="coast")
    say(world, "@bo, look", circle="coast")
    unseat_person(actor=world.actor("bo@Orchard"), joint_id=world.ids["coast"], person_id=world.ids["bea"], at=NOON)
    serve()

    assert told() == ["bo@example.org"]


def test_what_was_taken_back_meanwhile_is_not_told(world, item):
    kept, gone = say(world, "@bo, look"), say(world, "@cy, look")
    withdraw_remark(actor=world.actor("ada@Harbour"), remark_id=gone, at=NOON)
    serve()

    assert told() == ["bo@example.org"] and kept


def test_a_remark_in_house_reaches_the_house_only(world, item):
    say(world, "@abe, @bo and @cy, look", circle="Harbour only")
    say(world, "@abe, @bo and @cy, look", circle="offer")
    serve()

    assert told() == ["abe@example.org", "abe@example.org", "cy@example.org"]


@pytest.mark.parametrize(("wish", "mails"), [("at once", 1), ("daily", 0), ("off", 0)])
def test_it_is_told_as_its_reader_wishes(world, item, wish, mails):
    keep_wishes(user_of(world, "bo").pk, {"mentions": wish})
    say(world, "@bo, look")
    serve()

    assert len(mail.outbox) == mails


def test_somebody_who_signs_in_no_more_is_told_nothing(world, item):
    user = user_of(world, "bo")
    user.is_active = False
    user.save()
    say(world, "@bo and @cy, look")
    serve()

    assert told() == ["cy@example.org"]


def test_whoever_is_asked_to_answer_for_an_item_is_told_and_nobody_else(world, item):
    ask = {"item_id": item, "person_id": world.ids["bo"], "version": 1, "at": NOON}
    set_accountable(actor=world.actor("ada@Harbour"), **ask)
    serve()

    (message,) = mail.outbox
    assert (message.to, message.subject) == (["bo@example.org"], "Will you answer for “Task t1”?")
    assert f"/items/{item}" in message.body and "ada asks you to answer for “Task t1”" in message.body


def test_whoever_is_asked_no_more_is_not_told(world, item):
    ask = {"item_id": item, "version": 1, "at": NOON}
    set_accountable(actor=world.actor("ada@Harbour"), person_id=world.ids["bo"], **ask)
    set_accountable(actor=world.actor("ada@Harbour"), person_id=None, **ask)
    serve()

    assert told() == []


def test_those_who_answer_for_an_organisation_that_is_waited_for_are_told_of_a_proposal(world, item, subject):
    made = put(world, reason="Because")
    serve()

    assert told() == ["bo@example.org", "cy@example.org"]  # ada's own yes is given; abe and bea do not answer
    assert all("/answers/" in message.body and "Because" in message.body for message in mail.outbox)
    (way,) = re.findall(r"http://127.0.0.1:8000(/answers/\S+)", mail.outbox[0].body)
    assert f"/proposals/{made}" not in way and "Your answer, for Orchard" in Client().get(way).content.decode()


def test_who_has_answered_before_the_mail_goes_is_not_asked(world, item, subject):
    builders.say(world, "bo@Orchard", put(world), at=NOON)
    serve()

    assert told() == ["cy@example.org"]


def test_the_one_that_a_proposal_is_about_is_told_of_it_and_not_asked(world, item):
    own = {"joint_id": world.ids["coast"], "organisation_id": world.ids["Island"], "reason": "Silent.", "days": 7}
    made = propose_suspension(actor=world.actor("ada@Harbour"), at=NOON, **own)
    serve()

    letters = {message.to[0]: message for message in mail.outbox}
    assert set(letters) == {"bo@example.org", "cy@example.org"}
    assert "Your answer is asked: Suspension of Island" in letters["bo@example.org"].subject
    told_cy = letters["cy@example.org"]
    assert told_cy.subject.startswith("About your organisation: Suspension of Island")
    assert "has no vote in it" in " ".join(told_cy.body.split()) and "Silent." in told_cy.body
    assert f"/proposals/{made}" in told_cy.body and "/answers/" not in told_cy.body


def test_it_is_told_at_once_also_where_one_reads_in_the_morning_and_when_its_vote_rests_and_counts_again(world, item):
    wishes = {"proposals": "daily", "changes": "off"}
    for person in ("bo", "cy"):
        keep_wishes(user_of(world, person).pk, wishes)
    own = {"joint_id": world.ids["coast"], "organisation_id": world.ids["Island"], "days": 7, "at": NOON}
    made = propose_suspension(actor=world.actor("ada@Harbour"), reason="Silent.", **own)
    serve()
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["cy@example.org"], "About your organisation: Suspension of Island, Coast")
    ]
    mail.outbox.clear()
    builders.say(world, "bo@Orchard", made, at=NOON)
    serve()
    back = propose_reinstatement(actor=world.actor("ada@Harbour"), **own)
    serve()
    builders.say(world, "bo@Orchard", back, at=NOON)
    serve()
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["cy@example.org"], "Island was suspended, Coast"),
        (["cy@example.org"], "Island has a vote again, Coast"),
    ]


def test_every_mail_has_a_way_out_of_its_own_kind(world, item):
    say(world, "@bo, look")
    serve()

    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/unsubscription/")
    assert headers["List-Unsubscribe"].strip("<>") in mail.outbox[0].body


def test_what_happened_long_ago_is_no_news(world, item):
    say(world, "@bo, look")
    with time_machine.travel(NOON + timedelta(days=4), tick=False):
        serve(NOON + timedelta(days=4))

    assert told() == []


def test_a_promise_is_told_to_those_who_may_answer_it_as_long_as_it_waits(world, item):
    made = promises.offer(world, name="Survey below −4 °C")
    serve()
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["ada@example.org"], "Your answer is asked: Survey below −4 °C, Orchard")
    assert "http://127.0.0.1:8000/commitments/answers/" in message.body and "Depths every ten metres" in message.body

    promises.step(world, made, "accepted", "ada@Harbour")
    promises.step(world, made, "asked", "bo@Orchard", due_on=promises.DUE + timedelta(days=3))
    promises.step(world, made, "delivered", "bo@Orchard")
    serve()

    assert [one.subject for one in mail.outbox[1:]] == ["Your answer is asked: Survey below −4 °C, Orchard"]
    assert "Only your confirmation makes it kept." in mail.outbox[-1].body


def test_a_promise_beside_is_told_to_nobody_else_and_to_nobody_who_wishes_none(world, item):
    keep_wishes(user_of(world, "ada").pk, {"promises": "off"})
    promises.offer(world, who="cy@Island", promiser="Island", receiver="Harbour", circle="offer")
    promises.offer(world, who="ada@Harbour", promiser="Harbour", receiver="Island", circle="offer")
    serve()

    assert told() == ["cy@example.org"]


def test_whoever_must_know_of_a_decision_is_told_unless_they_have_read_it(world, item):
    agreed(world, "sand")
    must_know(world, "sand", "abe", "bea", "cy")
    read(world, "sand", "cy@Island")
    mail.outbox.clear()
    serve()

    assert told() == ["abe@example.org", "bea@example.org"]
    message = next(one for one in mail.outbox if one.to == ["bea@example.org"])
    assert message.subject == "You must know: D-1 How is the sand taken away?"
    assert "By barge" in message.body and f"http://127.0.0.1:8000/decisions/{world.ids['sand']}" in message.body
    assert "named you among those who must know" in message.body


def test_nobody_is_told_of_a_decision_that_was_superseded_meanwhile_or_wishes_none(world, item):
    agreed(world, "sand")
    agreed(world, "mud")
    serve()
    mail.outbox.clear()
    keep_wishes(user_of(world, "bea").pk, {"decisions": "off"})
    must_know(world, "sand", "abe", "bea")
    must_know(world, "mud", "abe", "bea")
    agreed(world, "mud anew", supersedes_id=world.ids["mud"])
    serve()

    subjects = [(to, one.subject) for one in mail.outbox for to in one.to if "must know" in one.subject]
    assert subjects == [("abe@example.org", "You must know: D-1 How is the sand taken away?")]

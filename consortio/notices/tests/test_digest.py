"""The morning's mail: when it goes, what it tells to whom, and that it goes once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from consortio.accounts.readers import reader
from consortio.approvals.tests.builders import named, put
from consortio.commitments.tests import builders as promises
from consortio.decisions.tests.builders import agreed, must_know
from consortio.notices import digest
from consortio.notices.digest import due_on, sweep
from consortio.notices.models import Digest
from consortio.notices.wishes import USUAL, keep_wishes
from consortio.partnerships.actions import unseat_person
from consortio.plans.actions import create_plan, set_accountable
from consortio.plans.tests.builders import START, bring_in, quay
from consortio.plans.window import Look, tree_window
from consortio.remarks.actions import write_remark
from tests.world import NOON

MORNING = datetime(2031, 5, 7, 7, 15, tzinfo=UTC)  # the day after everything happened
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    """Return the world with accounts, whose people have read everything until now."""
    world.ids["plan"] = bring_in(world, quay(), organisations={}, name="Quay")
    for person in ("ada@Harbour", "abe@Harbour", "bo@Orchard", "cy@Island"):
        world.client(person)
    get_user_model().objects.update(made_at=NOON - 30 * DAY)
    go(MORNING - DAY)
    mail.outbox.clear()
    Digest.objects.update(taken_at=NOON)
    return world.ids["plan"]


def go(at=MORNING):
    with time_machine.travel(at, tick=False):
        sweep(lambda: at)


def say(world, text, who="ada@Harbour", circle="coast"):
    about = {"circle_id": world.ids[circle], "subject_id": world.ids["plan"]}
    return write_remark(actor=world.actor(who), text=text, at=NOON + timedelta(hours=1), **about)


def told() -> dict[str, str]:
    return {message.to[0].partition("@")[0]: message.body for message in mail.outbox}


def user_of(person):
    return get_user_model().objects.get(email=f"{person}@example.org")


def test_each_is_told_what_others_did_in_their_circles(world, plan):
    say(world, "Joint words")
    say(world, "In house words", circle="Harbour only")
    say(world, "Offered words", circle="offer")
    go()

    found = {who: [w for w in ("Joint", "In house", "Offered") if f"{w} words" in body] for who, body in told().items()}
    assert found == {"abe": ["Joint", "In house", "Offered"], "bo": ["Joint"], "cy": ["Joint", "Offered"]}
    subjects = {message.to[0].partition("@")[0]: message.subject for message in mail.outbox}
    assert subjects["bo"] == "Consortio this morning: 1 change"
    assert subjects["abe"] == "Consortio this morning: 3 changes"


def test_where_there_is_nothing_to_say_there_is_no_mail(world, plan):
    go()
    assert told() == {}
    say(world, "By bo", "bo@Orchard", "Orchard only")
    go(MORNING + DAY)

    assert told() == {}  # bo alone has an account there, and knows


def test_a_digest_goes_once_a_day_and_tells_nothing_again(world, plan):
    say(world, "First")
    go()
    go(MORNING + timedelta(minutes=1))
    assert len(mail.outbox) == 3 and Digest.objects.filter(on=MORNING.date()).count() == 4
    mail.outbox.clear()
    say(world, "Second")
    go(MORNING + DAY)

    assert "Second" in told()["bo"] and "First" not in told()["bo"]


def test_what_happens_after_one_digest_stands_in_the_next_whenever_it_was_recorded(world, plan):
    go()
    say(world, "Begun before the digest, recorded after it")
    go(MORNING + DAY)

    assert "Begun before the digest" in told()["bo"]


@pytest.mark.parametrize(
    ("zone", "at", "is_due"),
    [
        ("UTC", datetime(2031, 5, 7, 6, 59, tzinfo=UTC), False),
        ("UTC", datetime(2031, 5, 7, 7, 0, tzinfo=UTC), True),
        ("UTC", datetime(2031, 5, 7, 9, 59, tzinfo=UTC), True),
        ("UTC", datetime(2031, 5, 7, 10, 0, tzinfo=UTC), False),
        ("Asia/Tokyo", datetime(2031, 5, 6, 22, 30, tzinfo=UTC), True),
        ("Asia/Tokyo", datetime(2031, 5, 7, 7, 30, tzinfo=UTC), False),
        ("America/Lima", datetime(2031, 5, 7, 12, 30, tzinfo=UTC), True),
    ],
)
def test_it_goes_in_the_morning_of_the_readers_zone(world, plan, zone, at, is_due):
    get_user_model().objects.update(zone=zone)
    found = reader(user_of("bo").pk)

    assert due_on(found, at) == (at.astimezone(ZoneInfo(zone)).date() if is_due else None)


def test_a_new_account_is_left_alone_for_a_day(world, plan):
    get_user_model().objects.filter(email="bo@example.org").update(made_at=MORNING - timedelta(hours=3))
    say(world, "Words")
    go()
    assert "bo" not in told() and "cy" in told()


def test_whoever_has_lost_the_seat_by_then_is_told_nothing_of_the_circle(world, plan):
    say(world, "Joint words")
    coast, own = world.ids["coast"], {"person_id": world.ids["abe"], "at": NOON}
    unseat_person(actor=world.actor("ada@Harbour"), joint_id=coast, **own)
    go()

    assert "Joint words" in told()["bo"] and "Joint words" not in told().get("abe", "")


def test_ones_own_items_come_first(world, plan):
    rows = tree_window(actor=world.actor("ada@Harbour"), plan_id=plan, look=Look()).rows
    item = next(row.id for row in rows if row.name == "Task t1")
    mine = {"item_id": item, "person_id": world.ids["abe"], "version": 1, "at": NOON + timedelta(hours=1)}
    set_accountable(actor=world.actor("ada@Harbour"), **mine)
    say(world, "Later words")
    go()

    body = told()["abe"]
    assert body.index("WHAT IS YOURS") < body.index("Task t1") < body.index("Later words")
    assert "WHAT IS YOURS" not in told()["bo"]


def test_twenty_lines_are_told_and_the_rest_is_counted(world, plan):
    for nth in range(23):
        say(world, f"Words {nth}")
    for nth in range(9):
        say(world, f"Hidden {nth}", circle="offer")
    go()

    bo, cy = told()["bo"], told()["cy"]
    assert bo.count("Remark on") == cy.count("Remark on") == 20
    assert "and 3 more changes" in bo and "and 12 more changes" in cy
    assert "Words 22" in bo and "Words 2\n" not in bo


def test_what_waits_is_told_with_what_changed(world, plan):
    with named():
        made = put(world)
        say(world, "Words")
        go()

    assert f"/proposals/{made}" in told()["bo"] and "WAITS FOR YOU" in told()["bo"]
    assert "WAITS FOR YOU" not in told()["abe"]


def test_whoever_wishes_a_topic_daily_is_told_of_it_in_the_morning_and_off_is_off(world, plan):
    say(world, "@bo and @cy, look")
    say(world, "No names")
    keep_wishes(user_of("bo").pk, {"mentions": "daily", "changes": "off"})
    keep_wishes(user_of("cy").pk, dict.fromkeys(USUAL, "off"))
    go()

    assert "look" in told()["bo"] and "No names" not in told()["bo"] and "cy" not in told()


def test_two_workers_at_once_tell_once(world, plan):
    say(world, "Words")
    at = MORNING
    with time_machine.travel(at, tick=False):
        Digest.objects.create(user=user_of("bo"), on=at.date(), taken_at=at)  # by the other worker, a moment ago
        sweep(lambda: at)
    assert "bo" not in told()

    go(MORNING + timedelta(minutes=11))  # it died; after a pause it is done all the same
    assert "Words" in told()["bo"]


def test_a_mail_server_that_is_away_is_tried_three_times_with_one_number(world, plan, monkeypatch):
    tried = []

    def send(self, messages):
        tried.append(messages[0].extra_headers["Message-ID"])
        raise OSError("away")

    sent = EmailBackend.send_messages
    monkeypatch.setattr(EmailBackend, "send_messages", send)
    keep_wishes(user_of("abe").pk, {"changes": "off"})
    keep_wishes(user_of("cy").pk, {"changes": "off"})
    say(world, "Words")
    for minutes in (0, 5, 11, 22, 40, 60):
        go(MORNING + timedelta(minutes=minutes))
    assert len(tried) == 3 and len(set(tried)) == 1
    monkeypatch.setattr(EmailBackend, "send_messages", sent)
    go(MORNING + DAY)

    assert "Words" in told()["bo"]  # the next one tells what the lost one did not


def test_a_new_seat_is_not_told_a_years_history(world, plan):
    """Where nothing was told yet, a digest begins a day before, not at the beginning of the record."""
    Digest.objects.update(upto="", taken_at=MORNING + 29 * DAY)
    with time_machine.travel(NOON + 30 * DAY, tick=False):
        made = {"circle_id": world.ids["coast"], "name": "New plan", "start_at": START}
        create_plan(actor=world.actor("ada@Harbour"), at=NOON + 30 * DAY, **made)
    go(MORNING + 30 * DAY)

    assert "New plan" in told()["bo"] and "joined" not in told()["bo"]


def test_a_few_are_told_each_minute_and_all_of_them_in_the_end(world, plan, monkeypatch):
    monkeypatch.setattr(digest, "READERS_MAX", 2)
    say(world, "Words")
    go()
    assert Digest.objects.filter(on=MORNING.date()).count() == 2
    for minute in (1, 2, 3):
        go(MORNING + timedelta(minutes=minute))

    assert set(told()) == {"abe", "bo", "cy"} and len(mail.outbox) == 3


def test_a_minute_in_which_nobodys_morning_is_costs_one_query(world, plan, django_assert_num_queries):
    with django_assert_num_queries(1):
        sweep(lambda: MORNING + timedelta(hours=9))


def test_promises_that_wait_stand_in_the_morning_s_mail(world, plan):
    promises.offer(world, name="Survey")
    done = promises.accepted(world, name="Buoys")
    promises.step(world, done, "delivered", "bo@Orchard")
    promises.accepted(world, name="Nets")

    go()

    ada, bo = told()["ada"], told()["bo"]
    assert "yes or no to a promise: Survey" in ada and "waits for your confirmation: Buoys" in ada
    assert "To deliver to Harbour until 20 May: Nets" in bo and "Survey" not in bo.partition("WHAT IS YOURS")[0]


def test_what_must_be_read_stands_in_the_morning_of_whoever_wishes_it_so(world, plan):
    agreed(world, "sand")
    keep_wishes(user_of("abe").pk, {"decisions": "daily", "changes": "off"})
    keep_wishes(user_of("cy").pk, {"decisions": "off", "changes": "off"})
    must_know(world, "sand", "abe", "cy", at=NOON + timedelta(hours=1))
    go()

    assert "To be read by you: D-1 How is the sand taken away?" in told()["abe"]
    assert f"/decisions/{world.ids['sand']}" in told()["abe"] and "cy" not in told()

"""The outbox: every effect happens at least once, with one id, and not for ever."""

from datetime import timedelta

import pytest

from consortio.access import unscoped
from consortio.record import log, outbox
from consortio.record.models import Effect
from consortio.record.wake import wake
from tests.notes.actions import edit_note
from tests.world import NOON

MINUTE = timedelta(minutes=1)


@pytest.fixture
def told(monkeypatch):
    """A subscriber of edited notes; what it is told, and how often it is to fail first."""
    heard = Heard()
    monkeypatch.setattr(log, "_subscribers", log._subscribers.copy())
    monkeypatch.setitem(log._subscribers, "note.edited", [])
    monkeypatch.setattr(outbox, "_functions", {})
    outbox.subscriber("test", "note.edited")(heard)
    return heard


class Heard(list):
    failures = 0

    def __call__(self, delivery):
        self.append(delivery)
        if len(self) <= self.failures:
            raise OSError("the mail server is away")


def edit(world, title="x", version=1):
    actor = world.actor("ada@Harbour")
    edit_note(actor=actor, note_id=world.ids["lease"], version=version, title=title, text="x", at=NOON)


def serve(at=NOON):
    return outbox.serve_due(clock=lambda: at)


def effects():
    with unscoped("test"):
        return [
            (row.attempts, row.next_try_at, row.served_at)
            for row in Effect.objects.filter(subscriber="test").order_by("pk")
        ]


def test_an_effect_is_told_once_with_what_its_entry_says(world, told):
    edit(world)

    assert (serve(), serve()) == (1, 0)
    (delivery,) = told
    assert (delivery.event, delivery.circle_id) == ("note.edited", world.ids["Harbour only"])
    assert (delivery.subject_id, delivery.at, delivery.attempt) == (world.ids["lease"], NOON, 1)
    assert effects() == [(1, NOON + MINUTE, NOON)]


def test_a_subscriber_that_fails_twice_is_told_a_third_time_with_the_same_id(world, told):
    told.failures = 2
    edit(world)

    assert [serve(), serve(), serve(NOON + MINUTE), serve(NOON + MINUTE), serve(NOON + 5 * MINUTE)] == [1, 0, 1, 0, 1]
    assert len({delivery.effect_id for delivery in told}) == 1
    assert [delivery.attempt for delivery in told] == [1, 2, 3]
    assert effects()[0][2] == NOON + 5 * MINUTE


def test_a_server_that_dies_between_doing_and_marking_does_it_again(world, told, monkeypatch):
    edit(world)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(outbox, "_do", lambda *_: killed(told))
        serve()

    assert serve() == 0  # another server may still be at it
    assert serve(NOON + MINUTE) == 1
    assert [delivery.attempt for delivery in told] == [2]


def killed(told):
    raise KeyboardInterrupt


def test_it_gives_up_after_eight_tries_and_a_subscriber_that_works_is_served_meanwhile(world, told):
    told.failures = 99
    edit(world)
    at, pauses = NOON, []
    for _ in range(outbox.TRIES_MAX):
        assert serve(at) == 1
        ((attempts, next_try_at, _served),) = effects()
        pauses.append(next_try_at - at)
        at = next_try_at

    assert attempts == 8 and serve(at + timedelta(days=365)) == 0
    assert pauses == sorted(pauses) and pauses[0] == MINUTE and pauses[-1] == timedelta(hours=24)


def test_one_that_fails_does_not_hold_up_the_next(world, told):
    told.failures = 1
    edit(world), edit(world, "y", version=2)

    assert serve() == 2
    assert [served for _, _, served in effects()] == [None, NOON]


def test_an_effect_waits_as_long_as_its_subscriber_wants(world, told):
    outbox.subscriber("later", "note.edited", after=timedelta(hours=1))(told)
    edit(world)

    assert serve() == 1
    assert serve(NOON + timedelta(hours=1)) == 1


def test_an_action_that_fails_leaves_no_effect(world, told):
    from consortio.access import Stale

    with pytest.raises(Stale):
        edit(world, version=7)
    assert effects() == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_woken_when_the_action_has_ended(committed_world, told):
    wake.clear()
    edit(committed_world)
    assert wake.is_set()
    wake.clear()

"""Two who answer at the same moment: it is agreed once, by the last of them."""

from threading import Barrier, Thread

from django.db import connection

from consortio.access import Refused, unscoped
from consortio.approvals.models import Answer
from consortio.record.models import Entry

from .builders import named, put, say, state_of


def at_once(*acts):
    """Do all of this at one moment, and return what was refused."""
    start, refused = Barrier(len(acts)), []

    def run(act):
        start.wait()
        try:
            act()
        except Refused as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refused


def test_two_last_answers_at_once_agree_it_once(committed_world):
    world = committed_world
    with named() as held:
        proposal = put(world)

        refused = at_once(*(lambda who=who: say(world, who, proposal) for who in ("bo@Orchard", "cy@Island")))

        assert (refused, state_of(proposal), held.version) == ([], "agreed", 1)
    with unscoped("test"):
        assert Answer.objects.filter(proposal=proposal).count() == 3
        assert Entry.objects.filter(event="proposal.agreed").count() == 1


def test_of_two_proposals_agreed_at_once_one_is_outdated(committed_world):
    world = committed_world
    with named() as held:
        first, second = put(world, name="First"), put(world, name="Second")
        for proposal in (first, second):
            say(world, "bo@Orchard", proposal)

        at_once(*(lambda pk=pk: say(world, "cy@Island", pk) for pk in (first, second)))

        assert sorted([state_of(first), state_of(second)]) == ["agreed", "outdated"]
        assert held.version == 1


def test_a_yes_and_an_objection_at_once_leave_one_outcome(committed_world):
    world = committed_world
    with named() as held:
        proposal = put(world)
        say(world, "bo@Orchard", proposal)

        refused = at_once(
            lambda: say(world, "cy@Island", proposal),
            lambda: say(world, "ada@Harbour", proposal, "object"),
        )

        assert len(refused) == 1  # whoever came second found it closed
        assert (state_of(proposal), held.version) in (("agreed", 1), ("refused", 0))

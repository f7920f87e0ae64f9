"""Decisions as the tests of several files make them."""

from consortio.access import ANY
from consortio.decisions.actions import (
    confirm_decision,
    draft_decision,
    mark_read,
    name_readers,
    propose_decision,
    settle_decision,
    take_off_reader,
)
from consortio.decisions.models import Decision
from consortio.decisions.reads import decision_page
from consortio.decisions.rules import Draft, Option
from tests.agreed import agree
from tests.world import NOON

TODAY = NOON.date()
SAND = (Option("By barge", "Slow and cheap."), Option("By lorry", "Loud."))


def draft(question="How is the sand taken away?", **more):
    return Draft(question, **{"options": SAND, "choice": 0, "reasons": "It is cheap."} | more)


def drafted(world, name, who="ada@Harbour", circle="coast", said=None, **more):
    own = {"circle_id": world.ids[circle], "draft": said or draft()}
    return world.do(name, draft_decision, who, **own, **more)


def page_of(world, name, who="ada@Harbour", at=NOON):
    return decision_page(actor=world.actor(who), decision_id=world.ids[name], at=at, today=at.date())


def proposed(world, name, who="ada@Harbour", **more):
    version = page_of(world, name, who).row.version
    own = {"decision_id": world.ids[name], "version": version, "days": 7}
    return world.do(f"{name} proposed", propose_decision, who, **own, **more)


def agreed(world, name, who="ada@Harbour", **more):
    """Draft it in the joint circle, propose it, and let everybody say yes."""
    drafted(world, name, who, **more)
    agree(actor=world.actor(who), proposal_id=proposed(world, name, who), at=NOON)
    return world.ids[name]


def settled(world, name, who="ada@Harbour", circle="Harbour only", organisations=("Harbour",), **more):
    drafted(world, name, who, circle, **more)
    own = {"decision_id": world.ids[name], "version": page_of(world, name, who).row.version}
    named = [world.ids[one] for one in organisations]
    settle_decision(actor=world.actor(who), organisation_ids=named, at=NOON, **own)
    return world.ids[name]


def must_know(world, name, *people, who="ada@Harbour", at=NOON):
    own = {"decision_id": world.ids[name], "person_ids": [world.ids[one] for one in people]}
    name_readers(actor=world.actor(who), at=at, **own)


def read(world, name, who, at=NOON):
    mark_read(actor=world.actor(who), decision_id=world.ids[name], at=at)


def state_of(world, name):
    from consortio import access

    with access.unscoped("test"):
        return Decision.objects.get(pk=world.ids[name]).state


def reader_of(world, name, person, who="ada@Harbour"):
    """Return the id by which somebody who must know, or had read it, is named."""
    page = page_of(world, name, who)
    return next(row.id for row in page.readers + page.taken_off if row.person_id == world.ids[person])


def take_off(world, name, person, who="ada@Harbour", at=NOON):
    own = {"decision_id": world.ids[name], "reader_id": reader_of(world, name, person)}
    take_off_reader(actor=world.actor(who), at=at, **own)


def still_fits(world, name, who="ada@Harbour", at=NOON, version=ANY, **more):
    own = {"decision_id": world.ids[name], "version": version, "today": at.date()}
    confirm_decision(actor=world.actor(who), at=at, **own, **more)

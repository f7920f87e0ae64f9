"""
The power of the twins: each mutant weakens one place of the code, and the named observers must see it.

On SQLite all are caught. On PostgreSQL row-level security holds those that ask for too much; those that leak from
inside `access.unscoped`, or by what is computed there, are caught. A mutant that crashes has not been caught.
"""

import inspect
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import FunctionType

import pytest
from django.db import connection

from consortio.access import gate, middleware
from consortio.accounts import replies
from consortio.approvals import actions as approvals
from consortio.approvals import deciding
from consortio.approvals import reads as proposals
from consortio.attachments import reads as files
from consortio.charters import agreeing
from consortio.charters import reads as charters
from consortio.circles import reads as circles
from consortio.decisions import actions as decision_actions
from consortio.forecasts import actions as forecast_actions
from consortio.goals import actions as goal_actions
from consortio.goals import chances
from consortio.invitations import people as house_people
from consortio.invitations import reads as invitations
from consortio.jobs import reads as jobs
from consortio.levelling import finding as levelling_finding
from consortio.notices import activity, digest
from consortio.overview import finding as overview
from consortio.partnerships import reads as partnerships
from consortio.plans import actions as plan_actions
from consortio.plans import (
    adding,
    answering,
    estimates,
    exporting,
    finding,
    glance,
    loading,
    moving,
    owed,
    own_side,
    people,
    placing,
    reporting,
    rescheduling,
    rows,
    window,
    withdrawing,
)
from consortio.plans import reads as plans
from consortio.record import feed, log, reads
from consortio.remarks import reads as remarks
from consortio.risks import reads as risk_reads
from consortio.simulations import reads as simulation_reads

from .isolation import (
    costing_leaks,
    expecting_leaks,
    foreseeing_leaks,
    measuring_leaks,
    promising_leaks,
    results_leaks,
    ruling_leaks,
    timing_leaks,
    wanting_leaks,
)
from .isolation.heard import is_heard
from .isolation.observe import Observer, explore, repeat
from .isolation.routes import IS_WHOLE, routes
from .isolation.twins import Seen, beyond
from .isolation.wrong_ways import HELPERS
from .mutants import weaken
from .notes import actions as note_actions
from .notes import reads as notes

ACTING = {  # modules whose functions run while the story is told
    adding, agreeing, approvals, chances, deciding, decision_actions, digest, estimates, forecast_actions, glance,
    goal_actions, levelling_finding, loading, log, moving, note_actions, own_side, placing, plan_actions, replies,
    reporting, rescheduling, risk_reads, simulation_reads, withdrawing,
}  # fmt: skip
BESIDE = (
    costing_leaks,
    expecting_leaks,
    foreseeing_leaks,
    promising_leaks,
    wanting_leaks,
    measuring_leaks,
    results_leaks,
    ruling_leaks,
    timing_leaks,
)  # mutants that lie beside the story of their feature
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
OBSERVER = "bo@Orchard"
ON_SQLITE, EVERYWHERE = "on SQLite", "everywhere"  # where the twins catch it; elsewhere the wall holds it


@dataclass(frozen=True)
class Mutant:
    """
    One expression of a function, in another's place, and where an observer sees it.

    Args:
        seen_at: an address of the URLconf, or a name of what is obtained past addresses.
    """

    function: FunctionType
    old: str
    new: str
    seen_at: str
    caught: str = ON_SQLITE


NO_ACTOR = "[self.method, self.address, self.key]"
SEATS = "seats.filter(person=actor.person_id, organisation=actor.organisation_id)"
ANY_SEAT = "seats.filter(Q(person=actor.person_id, organisation=actor.organisation_id) | Q(pk__isnull=False))"
OWN_CIRCLES = "Q(**{f'{model.seen_by}__in': own})"
JOINT = "partial(access.common, actor, circle_id=plan.circle_id) if view == 'joint' else partial(access.visible, actor)"
PARTS = "[_within(part, wider) for part in (rows.items, rows.links, rows.calendars)]"
MUTANTS = {
    "gate: all rows": Mutant(
        gate.condition, OWN_CIRCLES, f"{OWN_CIRCLES} | Q(pk__isnull=False)", "/circles/<circle_id>/notes"
    ),
    "gate: whoever sits anywhere": Mutant(gate._seated, SEATS, ANY_SEAT, "/notes/<note_id>"),
    "gate: any row by its id": Mutant(
        gate._row_to_show, "visible(actor, model)", "_anybodys(actor, model)", "/jobs/<job_id>"
    ),
    "lock: 403 tells that it is there": Mutant(
        gate._row_to_write, "visible(actor, model)", "_anybodys(actor, model)", "/files/<attachment_id>/withdrawal"
    ),
    "a total over the partnership": Mutant(
        notes.notes_page, "access.common(actor, Note, circle_id)", "_all(Note)", "/circles/<circle_id>/notes"
    ),
    "the page of any note": Mutant(notes.note_page, "access.visible(actor, Note)", "_all(Note)", "/notes/<note_id>"),
    "changes of any circle": Mutant(
        reads.changes, "access.visible(actor, Entry)", "_all(Entry)", "/circles/<circle_id>/changes/<since>"
    ),
    "the history of any row": Mutant(reads.history, "access.visible(actor, Entry)", "_all(Entry)", "history"),
    "circles of whoever": Mutant(
        circles._places, "access.visible(actor, Place)", "_all(Place)", "/partnerships/<partnership_id>/circles"
    ),
    "partnerships of whoever, in the navigation": Mutant(
        partnerships._memberships, "access.visible(actor, Membership)", "_anybodys(actor, Membership)", "/account"
    ),
    "members of any partnership": Mutant(
        partnerships._memberships,
        "access.visible(actor, Membership)",
        "_anybodys(actor, Membership)",
        "/api/v1/partnerships/<partnership_id>/members",
    ),
    "how many are asked to answer, whoever and wherever": Mutant(
        answering.asked_beside,
        'Nomination.objects.filter(**whom, circle__partnership=OuterRef("circle__partnership"), circle__in=circles)',
        'Nomination.objects.filter(circle__partnership=OuterRef("circle__partnership"))',
        "/",
        EVERYWHERE,
    ),
    "open invitations of any house": Mutant(
        invitations._in,
        "access.visible(actor, Invitation).filter(circle=row.joint_id, kind__in=kinds, state=State.OPEN)",
        "_all(Invitation).filter(kind__in=kinds, state=State.OPEN)",
        "/partnerships/<partnership_id>/members",
    ),
    "invitations to any address wait for everybody": Mutant(
        invitations._letters_to,
        "Letter.objects.filter(email=email.lower(), invitation__state=State.OPEN)",
        "Letter.objects.filter(invitation__state=State.OPEN)",
        "/",
        EVERYWHERE,
    ),
    "a person with the circles that are not shared": Mutant(
        house_people.person_page,
        "access.visible(actor, Seat).filter(person=person_id)",
        "_all(Seat).filter(person=person_id, circle__partnership__in=[row.id for row in partnerships_of(actor=actor)])",
        "/people/<person_id>",
    ),
    "a download that asks nobody": Mutant(
        files.attachment,
        "access.get(actor, Attachment, attachment_id, 'organisation', 'person')",
        "_any(Attachment, attachment_id, 'organisation', 'person')",
        "/files/<attachment_id>",
    ),
    "the files of a plan, of all circles": Mutant(
        files.attachments_of, "access.visible(actor, Attachment)", "_all(Attachment)", "/plans/<plan_id>/settings"
    ),
    "anybody's job": Mutant(jobs.job_page, "access.get(actor, Job, job_id)", "_any(Job, job_id)", "/jobs/<job_id>"),
    "replies for whoever uses the same key": Mutant(
        replies.Asked.words.func,
        "[self.actor.person_id, self.actor.organisation_id, self.method, self.address, self.key]",
        NO_ACTOR,
        "/api/v1/partnerships",
        EVERYWHERE,
    ),
    "one counter for all notes": Mutant(
        note_actions._write,
        "next_number(circle.pk, 'N')",
        "100 + _count(Note)",
        "/circles/<circle_id>/notes",
        EVERYWHERE,
    ),
    "one counter for all entries": Mutant(
        log.next_number,
        "own.values_list('last', flat=True).get()",
        "sum(Counter.objects.filter(series=series).values_list('last', flat=True))",
        "stream",
        EVERYWHERE,
    ),
    "one counter for a plan's items": Mutant(
        plan_actions.add_item,
        "next_number(circle.pk, SERIES_OF_ITEMS)",
        "next_number(plan.circle_id, SERIES_OF_ITEMS)",
        "rows of plans.Item",
        EVERYWHERE,
    ),
    "one counter for all proposals": Mutant(
        approvals.propose,
        "next_number(joint.pk, SERIES_OF_PROPOSALS)",
        "100 + _count(Proposal)",
        "/partnerships/<partnership_id>/proposals",
        EVERYWHERE,
    ),
    "the rules of any partnership": Mutant(
        proposals.rules_page,
        "access.visible(actor, DecisionRule).filter(circle=here.joint_id)",
        "_all(DecisionRule)",
        "/partnerships/<partnership_id>/proposals/rules",
    ),
    "decided by the rule of another partnership": Mutant(
        deciding.terms_for,
        "access.visible(actor, DecisionRule).filter(circle=joint_id, kind=kind)",
        "_all(DecisionRule).filter(kind=kind)",
        "/proposals/<proposal_id>",
        EVERYWHERE,  # who proposes may sit in both
    ),
    "the charter of any partnership": Mutant(
        charters.charter_page,
        "access.visible(actor, CharterVersion).filter(circle=here.joint_id)",
        "_all(CharterVersion)",
        "/partnerships/<partnership_id>/charter",
    ),
    "the stages of any partnership": Mutant(
        charters.stage_page,
        "access.visible(actor, Stage).filter(circle=here.joint_id)",
        "_all(Stage)",
        "/partnerships/<partnership_id>/charter/stage",
    ),
    "a proposal beside the charter of another partnership": Mutant(
        agreeing.articles_of,
        "access.visible(actor, CharterVersion).filter(circle=circle_id, number=number)",
        "_all(CharterVersion).filter(number=number).exclude(circle=circle_id)",
        "/proposals/<proposal_id>",
    ),
    "the 404 says why": Mutant(
        middleware.missing,
        "refuse(request, 404)",
        "refuse(request, 404, _hint(request))",
        "/api/notes/<note_id>",
        EVERYWHERE,
    ),
    "plans of any circle": Mutant(plans.plans_of, "access.visible(actor, Plan)", "_all(Plan)", "/api/v1/plans"),
    "plans of any circle, at a glance": Mutant(
        glance._schedules, "access.visible(actor, Schedule)", "_all(Schedule)", "/partnerships/<partnership_id>"
    ),
    "items of any circle are found": Mutant(
        finding.found_items, "access.visible(actor, Item)", "_all(Item)", "found by words"
    ),
    "plans of any circle are found": Mutant(
        finding.found_plans, "access.visible(actor, Plan)", "_all(Plan)", "found by words"
    ),
    "people are found whom one shares nothing with": Mutant(
        overview._people, "access.visible(actor, Seat)", "_anybodys(actor, Seat)", "found by words"
    ),
    "what waits for whoever": Mutant(
        owed._mine,
        "access.visible(actor, Scheduled).filter(circle=F('item__circle'), item__person=actor.person_id)",
        "_all(Scheduled).filter(circle=F('item__circle'))",
        "/waiting",
    ),
    "what changed in any circle": Mutant(
        feed.happened_since,
        "access.visible(actor, Entry).filter(wanted)",
        "_all(Entry)",
        "/partnerships/<partnership_id>/since",
    ),
    "how far any circle's record goes": Mutant(
        feed._last_numbers,
        "access.visible(actor, Counter)",
        "_anybodys(actor, Counter)",
        "/partnerships/<partnership_id>/since",
    ),
    "activity of narrower circles": Mutant(
        feed.stream_of,
        "access.visible(actor, Entry).filter(_asked(asked), circle=circle_id)",
        "_all(Entry).filter(_asked(asked), circle__kind='body')",
        "/circles/<circle_id>/activity",
    ),
    "activity is of whoever acts anywhere": Mutant(
        activity._people,
        "access.visible(actor, Seat).filter(circle=circle_id)",
        "_all(Seat)",
        "/circles/<circle_id>/activity",
    ),
    "remarks of all circles": Mutant(
        remarks.remarks_of, "access.visible(actor, Remark)", "_all(Remark)", "/api/v1/remarks"
    ),
    "remarks of all circles are counted": Mutant(
        remarks.remarks_of,
        "_total(found, shown, is_all=not before and len(newest) == len(shown))",
        "_counted_where(Remark, subject_id=subject.id, withdrawn_at=None)",
        "/remarks/about/<subject_id>",
    ),
    "a remark is named by its id alone": Mutant(
        remarks.remark,
        "access.visible(actor, Remark)",
        "_all(Remark)",
        "/api/v1/remarks/<remark_id>",
    ),
    "the picker knows whoever sits anywhere": Mutant(
        remarks.people_of,
        "access.visible(actor, Seat).filter(circle=circle_id, ended_at=None)",
        "_all(Seat).filter(ended_at=None)",
        "/api/v1/remarks/people",
    ),
    "a digest with the rights of another": Mutant(
        digest.parts_of,
        "actor_for(reader.person_id, hat.id, 'mail')",
        "_lead_of_harbour()",
        "mails",
        EVERYWHERE,
    ),
    "joint counts of narrower rows": Mutant(
        rescheduling._computed,
        "compute(rows_within(rows, wider))",
        "_counting_all(rows, wider, rows_within, compute)",
        "/partnerships/<partnership_id>",
        EVERYWHERE,
    ),
    "the bars of any circle": Mutant(
        window._unfolded, "partial(access.visible, actor)", "partial(_anybodys, actor)", "/plans/<plan_id>"
    ),
    "the page of any item": Mutant(
        plans._item, "partial(access.visible, actor)", "partial(_anybodys, actor)", "/items/<item_id>"
    ),
    "the page of any withdrawn item": Mutant(
        plans.withdrawn_item,
        "access.visible(actor, Item).filter(pk=item_id)",
        "_all(Item).filter(pk=item_id)",
        "/items/<item_id>",
    ),
    "milestones of any circle": Mutant(
        plans._milestones, "access.visible(actor, Item)", "_anybodys(actor, Item)", "/plans/<plan_id>/milestones"
    ),
    "an export of any circle": Mutant(exporting.export_plan, JOINT, "_all", "/plans/<plan_id>/export.<format>"),
    "people named in any circle": Mutant(
        people._people, "access.visible(actor, Item)", "_all(Item)", "/plans/<plan_id>/table"
    ),
    "a fold that hides private children": Mutant(
        rows.with_children, "source(Item)", "_all(Item)", "/plans/<plan_id>/table"
    ),
    "a parent of private children is a summary": Mutant(
        moving.mark_summaries,
        "rows.filter(parent=OuterRef('pk'))",
        "Item.objects.filter(parent=OuterRef('pk'))",
        "rows of plans.Item",
        EVERYWHERE,
    ),
    "joint dates follow narrower links": Mutant(
        loading.rows_within, PARTS, "_with_links(rows, wider, _within)", "/plans/<plan_id>", EVERYWHERE
    ),
    "joint dates follow private children": Mutant(
        rescheduling._computed,
        "compute(rows_within(rows, wider))",
        "_with_children(rows, wider, rows_within, compute)",
        "/plans/<plan_id>/table",
        EVERYWHERE,
    ),
    "joint dates follow a person's calendar": Mutant(
        loading.rows_within, PARTS, "_with_calendars(rows, wider, _within)", "/plans/<plan_id>/table", EVERYWHERE
    ),
    "a report tells what it moved in our house": Mutant(
        reporting.set_progress,
        "moves.joint.facts",
        "(moves.house or moves.joint).facts",
        "rows of record.Entry",
        EVERYWHERE,
    ),
    "a private link keeps a joint item from moving": Mutant(
        placing._refuse_links, "access.common(actor, Link, item.circle_id)", "_all(Link)", "rows of plans.Item"
    ),
    "what leaves with a joint item is counted in all circles": Mutant(
        withdrawing._take_out, "access.common(actor, Item, item.circle_id)", "_all(Item)", "rows of record.Entry"
    ),
    "private siblings leave a trace in a joint place": Mutant(
        moving.siblings_in, "access.common(actor, Item, circle_id)", "_all(Item)", "rows of plans.Item"
    ),
    "the own side of any house": Mutant(
        own_side.own_side,
        "access.visible(actor, OwnSide).filter(circle=house_id, item=item.pk)",
        "_all(OwnSide).filter(item=item.pk)",
        "/items/<item_id>/own-side",
    ),
    "our own side lies where the item does": Mutant(
        own_side.write_own_side,
        "OwnSide(circle=house, item=item)",
        "OwnSide(circle_id=item.circle_id, item=item)",
        "rows of plans.OwnSide",
        EVERYWHERE,
    ),
    "an edit tells what it moved in our house": Mutant(
        rescheduling._computed,
        "moved.get(circle_id) or moved.get(plan.circle_id) or Moved()",
        "max(moved.values(), key=lambda one: one.finish_at)",
        "rows of record.Entry",
        EVERYWHERE,
    ),
    **{name: Mutant(*own) for leaks in BESIDE for name, own in leaks.LEAKS.items()},
}


@contextmanager
def weakened(mutant):
    with pytest.MonkeyPatch.context() as patch:
        for helper, made in HELPERS.items():
            patch.setitem(inspect.unwrap(mutant.function).__globals__, helper, made)
        weaken(patch, mutant.function, mutant.old, mutant.new)
        yield


def wanted(mutant):
    return connection.vendor == "sqlite" or mutant.caught == EVERYWHERE


def places(mutant):
    return [route for route in routes() if str(route) == mutant.seen_at]


def beyond_of(mutant, story):
    return {} if mutant.seen_at.startswith("/") else beyond(story, OBSERVER)


def is_seen(mutant, found, without):
    return any(getattr(one, "route", one) == mutant.seen_at for one in found.differs(without))


def acts(mutant):
    """Tell whether a mutant weakens what is done while the story is told; the others weaken what is read afterwards."""
    return inspect.getmodule(inspect.unwrap(mutant.function)) in ACTING


def is_told(mutant, act):
    return is_heard(mutant.function.__module__, act)


READING = [name for name, mutant in MUTANTS.items() if not acts(mutant)]

ACTS = [name for name in MUTANTS if name not in READING]


def marks(number):
    """Each of these takes two worlds of its own: a run has an eighth of them, on PostgreSQL half of those."""
    return [pytest.mark.whole] * (number % 8 > 0) + [pytest.mark.once] * (number % 16 > 0)


@pytest.mark.parametrize("name", [pytest.param(one, marks=marks(number)) for number, one in enumerate(ACTS)])
def test_a_leak_in_what_is_done_is_caught_by_the_twins_or_held_by_the_wall(twins, name):
    mutant = MUTANTS[name]

    with weakened(mutant):
        found, without = twins.twice(OBSERVER, places(mutant), told=partial(is_told, mutant))

    assert is_seen(mutant, found, without) == wanted(mutant)


def test_each_leak_in_what_is_read_is_caught_by_the_twins_or_held_by_the_wall(twins):
    """The two worlds are told once, and each mutant is asked in both of them; on PostgreSQL a run has every other one."""
    names = READING if connection.vendor == "sqlite" or IS_WHOLE else READING[::2]
    first, second = {}, {}
    with twins.world() as story:
        ids, sessions = story.ids, story.sessions
        for name in names:
            with weakened(MUTANTS[name]):
                answers = explore(Observer(story, OBSERVER, is_heard=True), places(MUTANTS[name]))
                first[name] = Seen(answers, beyond_of(MUTANTS[name], story))
    with twins.world(()) as story:
        story.ids, story.sessions = ids | story.ids, sessions
        for name in names:
            with weakened(MUTANTS[name]):
                answers = repeat(Observer(story, OBSERVER), first[name].answers)
                second[name] = Seen(answers, beyond_of(MUTANTS[name], story))

    seen = {name: is_seen(MUTANTS[name], first[name], second[name]) for name in names}
    assert all(places(MUTANTS[name]) for name in names if MUTANTS[name].seen_at.startswith("/"))
    assert len(names) > 20
    assert {name: was for name, was in seen.items() if was != wanted(MUTANTS[name])} == {}

"""Dates that fit: found, kept, put into the plan, proposed."""

from datetime import date, datetime

import pytest

from consortio.access import ANY, NotPermitted, NotVisible, Stale, unscoped
from consortio.approvals.actions import answer_proposal
from consortio.levelling.actions import Said, edit_capacity
from consortio.levelling.applying import (
    NothingToApply,
    NotTogether,
    PlanChanged,
    apply_levelling,
    propose_levelling,
)
from consortio.levelling.asking import ask_for_dates
from consortio.levelling.finding import NothingToFind, problem_of
from consortio.levelling.found import levelling_page
from consortio.levelling.models import Levelling
from consortio.levelling.settling import settle
from consortio.plans.actions import edit_item
from consortio.plans.reads import item_page
from consortio.plans.starting import CannotHold, Start, hold_starts
from consortio.plans.undoing import undo, undo_token
from consortio.record.models import Entry
from tests.world import NOON

from .builders import FIRST, SECOND, found, item, loads, need, say, works

pytestmark = pytest.mark.django_db
LATE = datetime(2031, 5, 19, 8)


def kept(levelling_id):
    with unscoped("test"):
        return Levelling.objects.get(pk=levelling_id)


def page(world, levelling_id, who="ada@Harbour"):
    return levelling_page(actor=world.actor(who), levelling_id=levelling_id)


def start_of(world, item_id, who="ada@Harbour"):
    return item_page(actor=world.actor(who), item_id=item_id).row.start_at


def version_of(world, item_id):
    return item_page(actor=world.actor("ada@Harbour"), item_id=item_id).row.version


def test_what_does_not_fit_is_put_one_after_the_other(world):
    made = works(world)
    say(world, 100, person="ada")

    shown = page(world, found(world, made.plan))

    assert (shown.status, shown.gap, shown.is_proved) == ("ok", 0, True)
    assert shown.finish_before == shown.finish_at == datetime(2031, 5, 23, 17)
    assert [(one.item.name, one.start_before, one.start_at, one.days, one.is_held) for one in shown.moved] == [
        ("Deck", datetime(2031, 5, 12, 8), LATE, 7, True)
    ]
    ada = next(one for one in shown.loads if one.who.name == "ada")
    assert [(week.begins_on, week.percent, week.capacity) for week in ada.before] == [(FIRST, 200, 100)]
    assert [(week.begins_on, week.percent) for week in ada.after] == [(FIRST, 100), (SECOND, 100)]
    assert (ada.over_before, ada.over_after) == (1, 0)
    assert shown.most == 0 and not shown.gains  # the links alone ask for this finish


def test_what_one_more_person_would_gain_is_told(world):
    made = works(world)
    say(world, 100, who="bo@Orchard")
    for own in (made.hull, made.deck, made.paint):
        need(world, own, "Orchard")

    shown = page(world, found(world, made.plan))

    assert shown.finish_at == datetime(2031, 5, 30, 17)
    assert [(one.who.name, one.minutes, one.is_proved) for one in shown.gains] == [("Orchard", 5 * 480, True)]
    assert shown.most == 5 * 480


def test_what_has_begun_or_is_bound_stays_and_is_listed(world):
    made = works(world)
    say(world, 100, person="ada")
    bound = {"constraint": "mso", "constraint_at": datetime(2031, 5, 12, 8)}
    edit_item(actor=world.actor("ada@Harbour"), item_id=made.deck, version=ANY, values=bound, at=NOON)

    shown = page(world, found(world, made.plan))

    assert [one.name for one in shown.untouched] == ["Deck"]
    assert [one.item.name for one in shown.moved] == ["Hull", "Paint"]
    assert [one.is_held for one in shown.moved] == [True, False]  # it follows by its link


def test_dates_come_into_the_plan_in_one_step_and_out_again(world):
    made = works(world)
    say(world, 100, person="ada")
    levelling_id, ada = found(world, made.plan), world.actor("ada@Harbour")

    moves = apply_levelling(actor=ada, levelling_id=levelling_id, at=NOON)

    assert moves.joint.items == 1 and start_of(world, made.deck) == LATE
    assert loads(world, made.plan)["ada"] == [(FIRST, 100, 100, 5.0), (SECOND, 100, 100, 5.0)]
    with unscoped("test"):
        told = list(Entry.objects.filter(circle=world.ids["coast"]).order_by("-number").values_list("event", flat=True))
    assert told[:2] == ["levelling.applied", "item.edited"]

    undo(actor=ada, token=undo_token(ada, moves.undo), at=NOON)
    assert start_of(world, made.deck) == datetime(2031, 5, 12, 8)


def test_dates_for_another_plan_than_the_one_there_is_are_refused(world):
    made = works(world)
    said = say(world, 100, person="ada")
    levelling_id, ada = found(world, made.plan), world.actor("ada@Harbour")
    assert page(world, levelling_id).may_apply

    edit_item(
        actor=ada, item_id=made.hull, version=version_of(world, made.hull), values={"duration_minutes": 480}, at=NOON
    )

    assert not page(world, levelling_id).fits
    with pytest.raises(PlanChanged, match="has changed since"):
        apply_levelling(actor=ada, levelling_id=levelling_id, at=NOON)
    again = found(world, made.plan)
    other = Said(50, date(2031, 1, 1), person_id=world.ids["ada"])
    edit_capacity(actor=ada, capacity_id=said, version=1, said=other, at=NOON)
    with pytest.raises(PlanChanged):
        apply_levelling(actor=ada, levelling_id=again, at=NOON)


def test_applying_twice_is_refused(world):
    made = works(world)
    say(world, 100, person="ada")
    levelling_id, ada = found(world, made.plan), world.actor("ada@Harbour")
    apply_levelling(actor=ada, levelling_id=levelling_id, at=NOON)

    with pytest.raises(PlanChanged):
        apply_levelling(actor=ada, levelling_id=levelling_id, at=NOON)


def test_where_nothing_has_to_move_there_is_nothing_to_apply(world):
    made = works(world)
    say(world, 100, who="bo@Orchard")
    levelling_id = found(world, made.plan)

    assert not page(world, levelling_id).moved
    with pytest.raises(NothingToApply):
        apply_levelling(actor=world.actor("ada@Harbour"), levelling_id=levelling_id, at=NOON)


def test_only_whoever_may_edit_the_plan_looks_for_dates_and_applies_them(world):
    made = works(world)
    say(world, 100, person="ada")
    levelling_id = found(world, made.plan)

    for act in (apply_levelling, lambda **own: propose_levelling(**own, days=7)):
        with pytest.raises(NotPermitted):
            act(actor=world.actor("bea@Orchard"), levelling_id=levelling_id, at=NOON)
    with pytest.raises(NotPermitted):
        found(world, made.plan, "bea@Orchard")
    assert (
        page(world, levelling_id, "bea@Orchard").total == 1 and not page(world, levelling_id, "bea@Orchard").may_apply
    )


def test_dates_that_all_agree_to_come_into_the_plan(world):
    made = works(world)
    say(world, 100, person="ada")
    proposal = propose_levelling(
        actor=world.actor("ada@Harbour"), levelling_id=found(world, made.plan), days=7, at=NOON, reason="ada is one"
    )
    own = {"proposal_id": proposal, "verdict": "approve", "version": 1, "at": NOON}

    answer_proposal(actor=world.actor("bo@Orchard"), **own)
    assert start_of(world, made.deck) == datetime(2031, 5, 12, 8)
    answer_proposal(actor=world.actor("cy@Island"), **own)

    assert start_of(world, made.deck) == LATE


def test_what_was_found_in_our_house_stays_there_and_moves_only_what_is_ours(world):
    made = works(world)
    say(world, 100, person="ada", circle="Harbour only")
    own = {"organisation_id": world.ids["Harbour"], "person_id": world.ids["ada"]}
    secret = item(world, made.plan, "Secret", "Harbour only", **own)
    levelling_id = found(world, made.plan, circle="Harbour only")

    shown = page(world, levelling_id)

    assert [one.item.name for one in shown.moved] == ["Secret"]
    assert {one.name for one in shown.untouched} == {"Hull", "Deck"}
    with pytest.raises(NotVisible):
        page(world, levelling_id, "bo@Orchard")
    with pytest.raises(NotTogether):
        propose_levelling(actor=world.actor("ada@Harbour"), levelling_id=levelling_id, days=7, at=NOON)
    apply_levelling(actor=world.actor("ada@Harbour"), levelling_id=levelling_id, at=NOON)
    assert start_of(world, secret) == LATE and start_of(world, made.deck) == datetime(2031, 5, 12, 8)


def test_a_joint_levelling_is_the_same_whatever_a_house_keeps_to_itself(world):
    made = works(world)
    say(world, 100, person="ada")
    before = kept(found(world, made.plan))
    own = {"organisation_id": world.ids["Harbour"], "person_id": world.ids["ada"]}
    item(world, made.plan, "Secret", "Harbour only", **own)
    say(world, 25, person="ada", circle="Harbour only")
    need(world, made.paint, "Harbour", 300, circle="Harbour only")

    after = kept(found(world, made.plan))

    for name in ("fingerprint", "moved", "holds", "loads", "bottlenecks", "findings", "untouched", "finish_at"):
        assert getattr(before, name) == getattr(after, name), name


def test_without_a_limit_there_is_nothing_to_look_for(world):
    made = works(world)
    own = {"plan_id": made.plan, "circle_id": world.ids["coast"], "objective": "finish", "seconds": 5, "at": NOON}

    with pytest.raises(NothingToFind, match="Nobody who is needed has said"):
        ask_for_dates(actor=world.actor("ada@Harbour"), **own)
    say(world, 100, person="ada")
    assert ask_for_dates(actor=world.actor("ada@Harbour"), **own)


def test_as_few_items_are_held_as_it_takes(world):
    made = works(world)
    say(world, 100, person="ada")
    problem = problem_of(actor=world.actor("ada@Harbour"), plan_id=made.plan, circle_id=world.ids["coast"])
    minute = int((LATE - datetime(1970, 1, 1)).total_seconds()) // 60

    settled = settle(problem.rows, {made.hull: minute, made.paint: minute + 7 * 1440}, ())

    assert settled.holds == {made.hull: LATE}  # what follows it comes to its place by itself
    assert settled.moved == [made.hull, made.paint]


def test_a_step_back_after_somebody_elses_change_is_refused(world):
    made = works(world)
    say(world, 100, person="ada")
    ada = world.actor("ada@Harbour")
    moves = apply_levelling(actor=ada, levelling_id=found(world, made.plan), at=NOON)
    token = undo_token(ada, moves.undo)
    edit_item(actor=world.actor("bo@Orchard"), item_id=made.deck, version=ANY, values={"name": "Decks"}, at=NOON)

    with pytest.raises(Stale):
        undo(actor=ada, token=token, at=NOON)
    assert start_of(world, made.deck) == LATE


def test_what_has_begun_is_put_to_no_other_day_with_others(world):
    made, ada = works(world), world.actor("ada@Harbour")
    began = {"actual_start_at": datetime(2031, 5, 5, 8), "percent": 10}
    edit_item(actor=ada, item_id=made.hull, version=ANY, values=began, at=NOON)

    with pytest.raises(CannotHold, match="Hull"):
        hold_starts(actor=ada, plan_id=made.plan, starts=[Start(made.deck, LATE), Start(made.hull, LATE)], at=NOON)
    assert start_of(world, made.deck) == datetime(2031, 5, 12, 8)
    with pytest.raises(NotVisible):
        hold_starts(actor=ada, plan_id=item_plan(world), starts=[Start(made.deck, LATE)], at=NOON)


def item_plan(world):
    """Return another plan."""
    return works(world).plan

"""A plan simulated from what a circle sees: estimates, risks, the job, what is kept, what stays hidden."""

from datetime import datetime

import pytest
from django.utils import timezone

from consortio import access
from consortio.access import Invalid, NotPermitted, NotVisible, unscoped
from consortio.jobs import worker
from consortio.jobs.models import Job
from consortio.plans.actions import Progress, set_progress
from consortio.plans.estimates import Said, StaleEstimates, estimate_items, estimates_page
from consortio.plans.glance import standings_of
from consortio.plans.models import Estimate, Item
from consortio.plans.own_side import write_own_side
from consortio.plans.tests.builders import DAY, NOON
from consortio.record.reads import told
from consortio.risks.tests.builders import add, quay_of
from consortio.simulations.actions import ask_for_simulation
from consortio.simulations.glance import simulated_of
from consortio.simulations.models import Simulation
from consortio.simulations.reads import asked_for, plan_simulation, simulation_page
from tests.agreed import baseline_of_all


@pytest.fixture
def plan(world):
    return quay_of(world)


def estimate(world, plan, item, *days, who="ada@Harbour", version=None):
    three = [None if one is None else one * DAY for one in days]
    said = Said(world.ids[item], version, *three)
    return estimate_items(actor=world.actor(who), plan_id=plan, said=[said], at=NOON)


def simulate(world, plan, who="ada@Harbour", circle="coast", trials=1_000, seed=7):
    own = {"plan_id": plan, "circle_id": world.ids[circle], "trials": trials, "seed": seed, "at": timezone.now()}
    job_id = ask_for_simulation(actor=world.actor(who), **own)
    assert worker.run_next()
    with unscoped("test"):
        return Job.objects.get(pk=job_id)


def newest(world, plan, who="ada@Harbour", **more):
    return plan_simulation(actor=world.actor(who), plan_id=plan, **more)


def test_a_simulation_is_kept_for_everybody_in_its_circle(world, plan):
    estimate(world, plan, "t1", 1, 2, 6)
    estimate(world, plan, "t2", 2, 3, 9)
    made = add(world, plan, item_ids=(world.ids["t2"],), chance=50)

    job = simulate(world, plan)

    assert (job.state, job.message) == ("done", "")
    page = newest(world, plan, "bea@Orchard")
    outcome = page.row.outcome
    assert (page.row.trials, page.row.seed, outcome.open, outcome.estimated) == (1_000, 7, 3, 2)
    assert outcome.planned == datetime(2031, 5, 9, 17)  # two days, then three
    assert outcome.finish[5] <= outcome.finish[50] < outcome.finish[80] <= outcome.finish[95]
    assert outcome.finish[50] > outcome.planned  # the long ends of the estimates, and the storm
    assert 0 < outcome.planned_chance.share < 0.5
    (effect,) = outcome.effects
    assert (effect.risk_id, page.risks[made]) == (made, ("R-1", "Storm"))
    assert 0.4 < effect.happened < 0.6 and effect.p80 > 0
    (reached,) = outcome.milestones
    assert (page.items[reached.item_id].name, reached.chance) == ("Opened", None)
    assert {page.items[one.item_id].name for one in outcome.items} >= {"Task t1", "Task t2"}
    assert world.ids["t3"] not in {one.item_id for one in outcome.items}  # always done in time
    (entry,) = told(actor=world.actor("bo@Orchard"), subject_ids=[page.row.id])
    assert (entry.event, entry.facts["trials"]) == ("plan.simulated", 1_000)


def test_the_same_seed_gives_the_same_answer(world, plan):
    estimate(world, plan, "t1", 1, 2, 6)
    for seed in (7, 7, 8):
        simulate(world, plan, seed=seed)

    other, again, first = newest(world, plan).earlier
    assert again.outcome.curve == first.outcome.curve != other.outcome.curve
    assert again.fingerprint == first.fingerprint != other.fingerprint


def test_an_agreed_date_has_a_chance(world, plan):
    baseline_of_all(actor=world.actor("ada@Harbour"), plan_id=plan, name="Agreed", at=NOON)
    estimate(world, plan, "t2", 2, 3, 9)
    simulate(world, plan)

    outcome = newest(world, plan).row.outcome
    assert outcome.agreed == outcome.planned
    assert outcome.agreed_chance == outcome.planned_chance
    assert outcome.milestones[0].chance == outcome.agreed_chance
    bo, here = world.actor("bo@Orchard"), newest(world, plan).head.partnership_id
    (standing,) = standings_of(actor=bo, partnership_ids=[here])
    assert simulated_of(standing.beside) == outcome
    (brief,) = standings_of(actor=bo, partnership_ids=[here], in_full=False)
    assert simulated_of(brief.beside) is None


def test_without_anything_uncertain_it_is_refused(world, plan):
    job = simulate(world, plan)

    assert (job.state, job.message.split(":")[0]) == ("refused", "Nothing is uncertain yet")
    assert newest(world, plan).row is None


def test_a_house_simulates_with_what_it_keeps_to_itself_and_nobody_else_does(world, plan):
    estimate(world, plan, "t1", 1, 2, 3)
    own = {"low_minutes": 9 * DAY, "likely_minutes": 10 * DAY, "high_minutes": 11 * DAY}
    write_own_side(actor=world.actor("abe@Harbour"), item_id=world.ids["t1"], note="They are late.", at=NOON, **own)
    add(world, plan, circle="Harbour only", name="Our crane is old", item_ids=(world.ids["t2"],))

    joint = simulate(world, plan)
    house = simulate(world, plan, circle="Harbour only")

    assert (joint.state, house.state) == ("done", "done")
    everybody, ours = newest(world, plan).row, newest(world, plan, in_house=True).row
    assert everybody.outcome.effects == () and len(ours.outcome.effects) == 1
    assert ours.outcome.finish[5] > everybody.outcome.finish[95]
    bo = world.actor("bo@Orchard")
    assert [row.id for row in newest(world, plan, "bo@Orchard").earlier] == [everybody.id]
    with pytest.raises(NotVisible):
        simulation_page(actor=bo, simulation_id=ours.id)
    with pytest.raises(NotVisible):
        asked_for(actor=bo, plan_id=plan, circle_id=world.ids["Harbour only"])
    with pytest.raises(NotVisible):
        simulate(world, plan, "bo@Orchard", circle="Harbour only")
    asked = asked_for(actor=world.actor("abe@Harbour"), plan_id=plan, circle_id=world.ids["coast"])
    (spread,) = asked.inputs.spreads.values()
    assert (spread.low, spread.likely, spread.high) == (DAY, 2 * DAY, 3 * DAY)


def test_only_who_takes_part_may_ask(world, plan):
    estimate(world, plan, "t1", 1, 2, 3)
    with pytest.raises(NotPermitted):
        simulate(world, plan, "bea@Orchard")
    with pytest.raises(Invalid) as refusal:
        simulate(world, plan, trials=77)
    assert refusal.value.field == "trials"
    with pytest.raises(Invalid) as refusal:
        simulate(world, plan, seed=-1)
    assert refusal.value.field == "seed"
    with unscoped("test"):
        assert not Job.objects.exists()


def test_what_has_begun_is_drawn_for_what_is_left_of_it(world, plan):

    estimate(world, plan, "t1", 1, 2, 6)
    begun = {"percent": 50, "actual_start_at": datetime(2031, 5, 5, 8)}
    set_progress(
        actor=world.actor("ada@Harbour"), item_id=world.ids["t1"], version=1, progress=Progress(**begun), at=NOON
    )

    asked = asked_for(actor=world.actor("ada@Harbour"), plan_id=plan, circle_id=world.ids["coast"])

    (spread,) = asked.inputs.spreads.values()
    assert (spread.low, spread.likely, spread.high) == (DAY / 2, DAY, 3 * DAY)


def test_estimates_are_written_all_or_none_over_what_was_seen(world, plan):
    ada = world.actor("ada@Harbour")
    both = [Said(world.ids["t1"], None, DAY, 2 * DAY, 3 * DAY), Said(world.ids["t2"], None, 0, DAY, DAY)]
    assert estimate_items(actor=ada, plan_id=plan, said=both, at=NOON) == 2
    again = [Said(one.item_id, 1, *one.three) for one in both]
    assert estimate_items(actor=ada, plan_id=plan, said=again, at=NOON) == 0

    with pytest.raises(StaleEstimates) as stale:
        estimate_items(actor=ada, plan_id=plan, said=[*again[:1], Said(world.ids["t2"], None, 1, 2, 3)], at=NOON)
    assert stale.value.item_ids == (world.ids["t2"],)
    taken_back = [Said(world.ids["t1"], 1), again[1]]
    assert estimate_items(actor=ada, plan_id=plan, said=taken_back, at=NOON) == 1

    asked = asked_for(actor=ada, plan_id=plan, circle_id=world.ids["coast"])
    assert [(one.low, one.likely, one.high) for one in asked.inputs.spreads.values()] == [(0, DAY, DAY)]
    with unscoped("test"):
        assert sorted(Estimate.objects.values_list("version", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("three", "field"), [((1, 2, None), "likely"), ((3, 2, 5), "likely"), ((1, 2, 366 * 3 * 60), "high")]
)
def test_an_estimate_that_cannot_be_is_refused_with_the_items_name(world, plan, three, field):
    with pytest.raises(Invalid) as refusal:
        estimate(world, plan, "t1", *three)
    assert refusal.value.field == field and str(refusal.value).startswith("Task t1: ")
    with unscoped("test"):
        assert not Estimate.objects.exists()


def test_who_may_not_change_the_work_may_not_estimate_it(world, plan):
    with pytest.raises(NotPermitted):
        estimate(world, plan, "t1", 1, 2, 3, who="bea@Orchard")
    with pytest.raises(NotPermitted):
        estimate(world, plan, "t1", 1, 2, 3, who="abe@Harbour")  # neither their item nor theirs to edit
    assert estimates_page(actor=world.actor("bea@Orchard"), plan_id=plan).total == 0
    page = estimates_page(actor=world.actor("ada@Harbour"), plan_id=plan)
    assert [one.row.name for one in page.rows] == ["Task t1", "Task t2", "Task t3"]


def test_what_is_done_is_not_offered_for_estimates_even_without_an_actual_finish(world, plan):
    with access.writing(ada := world.actor("ada@Harbour")):
        access.visible(ada, Item).filter(plan=plan, name="Task t2").update(percent=100)
    page = estimates_page(actor=ada, plan_id=plan)
    assert [one.row.name for one in page.rows] == ["Task t1", "Task t3"]


def test_a_job_that_runs_twice_keeps_one_simulation(world, plan):
    estimate(world, plan, "t1", 1, 2, 6)
    job = simulate(world, plan)
    job.attempts, job.state = 2, "running"
    worker.run(job)

    with access.reading(ada := world.actor("ada@Harbour")):
        assert access.visible(ada, Simulation).count() == 1

"""The demo world as its people see it."""

from collections import Counter

import pytest
from django.utils.timezone import now

from consortio import access
from consortio.accounts.models import User
from consortio.approvals.reads import rules_page
from consortio.attachments.models import Attachment
from consortio.costs.reads import value_page
from consortio.demo import reads
from consortio.demo.cast import COMPANIES, PARTNERSHIP, PEOPLE
from consortio.demo.crossing import NAME
from consortio.demo.doors import sign_in_links
from consortio.demo.measures import EVIDENCE
from consortio.demo.story import AGREED, REPLANNED, LoadedAlready, load
from consortio.partnerships.reads import members_page, partnerships_of
from consortio.plans.reads import item_page, milestones, plan_page, plans_of
from consortio.plans.window import Look, tree_window
from consortio.record.reads import stream

from .conftest import TODAY, acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.slow]


def partnership(actor):
    return next(row for row in partnerships_of(actor=actor) if not row.is_house)


def plans(actor) -> dict:
    return {row.name: row for row in plans_of(actor=actor, partnership_id=partnership(actor).id)}


def every_row(actor, **look) -> list:
    found, after = [], ""
    while True:
        asked = Look(level=5, after=after, **look)
        window = tree_window(actor=actor, plan_id=plans(actor)[NAME].id, look=asked)
        found += window.rows
        after = window.next
        if not after:
            return found


def rows(actor, **look) -> dict:
    return {row.name: row for row in every_row(actor, **look)}


def test_three_organisations_work_together():
    actor = acting("ingrid")
    page = members_page(actor=actor, partnership_id=partnership(actor).id)

    assert partnership(actor).name == PARTNERSHIP
    assert {(member.name, member.letters, member.part) for member in partnership(actor).members} == {
        (own.name, own.letters, own.part) for own in COMPANIES.values()
    }
    roles = Counter(row.role for people in page.people.values() for row in people)
    assert roles == {"lead": 3, "project manager": 3, "contributor": 2, "sponsor": 1, "observer": 1}


def test_they_have_agreed_on_how_they_decide_about_stages_and_goals():
    actor = acting("felix")
    page = rules_page(actor=actor, partnership_id=partnership(actor).id, at=now())

    assert {row.kind: (row.terms.rule, row.terms.quorum) for row in page.rows if row.agreed_at} == {
        "goal": ("majority", 100),
        "stage": ("majority", 66),
    }


def test_everybody_of_the_cast_can_come_in():
    assert [words for words, _ in sign_in_links()] == [one.words for one in PEOPLE]
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_one_person_acts_for_two_organisations():
    home, lent = acting("priya"), acting("priya", hat=1)

    assert "Offer for phase 2: the northern crossing" in plans(home)
    assert list(plans(lent)) == [NAME]
    own = next(m for m in partnership(lent).members if m.is_you)
    people = members_page(actor=lent, partnership_id=partnership(lent).id).people[own.organisation_id]
    assert [(row.role, row.employer) for row in people if row.is_you] == [("project manager", "Brightkeel Delivery")]


def test_the_joint_plan_is_a_real_one():
    actor = acting("tomas")
    found = every_row(actor, view="joint")
    kinds = Counter(row.kind for row in found)

    assert 150 <= plans(actor)[NAME].items <= 175
    assert len(found) == plans(actor)[NAME].items
    assert kinds["phase"] == 12 and kinds["milestone"] >= 20 and kinds["deliverable"] >= 8
    assert sum(row.organisation is None for row in found) in range(2, 8)
    assert sum(row.is_late for row in found) >= 5
    assert sum(row.actual_finish_at is not None for row in found) > 60
    assert sum(row.percent > 0 and row.actual_finish_at is None for row in found if row.kind == "task") >= 5


def test_milestones_slipped_and_the_baselines_show_it():
    actor = acting("per")
    page = plan_page(actor=actor, plan_id=plans(actor)[NAME].id)
    agreed, replanned = page.baselines

    assert {agreed.name, replanned.name} == {AGREED, REPLANNED}
    row = rows(actor, baseline=min(page.baselines, key=lambda one: one.number).id)["Both ferries in electric service"]
    assert (row.finish_at - row.baseline_finish_at).days in range(14, 60)
    assert row.is_critical and row.deadline_at > row.finish_at
    assert milestones(actor=actor, plan_id=plans(actor)[NAME].id).groups


def test_one_house_knows_that_it_will_be_later_and_the_others_do_not():
    insider, outsider = acting("yuna"), acting("tomas")
    name = "Both ferries in electric service"
    inside, outside = rows(insider)[name], rows(outsider)[name]

    assert inside.house_finish_at > inside.deadline_at > inside.finish_at
    assert (outside.house_finish_at, outside.finish_at) == (None, inside.finish_at)
    assert "Second supplier of cells qualified" in rows(insider)
    assert "Second supplier of cells qualified" not in rows(outsider)


def test_one_organisation_is_over_cost_and_spends_more_than_it_tells():
    tomas, yuna = acting("tomas"), acting("yuna")
    told = value_page(actor=tomas, plan_id=plans(tomas)[NAME].id, at=now())
    ours = value_page(actor=yuna, plan_id=plans(yuna)[NAME].id, at=now(), in_house=True)
    (joint,), (house,) = told.sections, ours.sections

    by_name = {line.name: line.sums for line in joint.earning}
    voltmere = by_name["Voltmere Systems"]
    assert joint.currency == "EUR" and joint.all.missing == 1
    assert voltmere.cost_index < 0.9 < by_name["Halvorsund Ferries"].cost_index
    assert voltmere.estimate > voltmere.budget
    spent = {line.name: line.sums.actual for line in house.earning}
    assert spent["Voltmere Systems"] > voltmere.actual


def test_the_client_hears_nothing_of_the_offer():
    offer = "Offer for phase 2: the northern crossing"
    insider = acting("felix")
    plan_id = plans(insider)[offer].id

    assert offer in plans(acting("tomas"))
    for who in ("ingrid", "per", "mette", "jonas"):
        outsider = acting(who)
        assert offer not in plans(outsider)
        with pytest.raises(access.NotVisible):
            plan_page(actor=outsider, plan_id=plan_id)
        assert plan_id not in happened_to(outsider)
    assert plan_id in happened_to(insider)


def happened_to(actor):
    """Return the rows of which somebody's record tells, to its end."""
    found, cursor = set(), ""
    while (some := stream(actor=actor, cursor=cursor)).changes:
        found |= {one.subject_id for one in some.changes}
        cursor = some.cursor
    return found


def test_the_committee_is_named_people():
    committee = "Steering committee: what waits for us"

    sees = {who for who in ("ingrid", "per", "felix", "tomas", "mette", "yuna") if committee in plans(acting(who))}

    assert sees == {"ingrid", "per", "felix", "tomas"}


def test_a_house_has_a_plan_of_its_own():
    house = next(row for row in partnerships_of(actor=acting("mette")) if row.is_house)

    names = [row.name for row in plans_of(actor=acting("mette"), partnership_id=house.id)]

    assert names == ["Timetable change and relief ferry"]


def test_the_record_tells_how_it_came_about():
    told = Counter(one.event for one in stream(actor=acting("tomas"), cursor="").changes)

    assert told["plan.imported_again"] == 8
    assert told["baseline.taken"] == 2
    assert told["item.progressed"] > 10
    trafo = rows(acting("tomas"))["Transformer manufactured"]
    history = item_page(actor=acting("tomas"), item_id=trafo.id).history
    assert len({row.at for row in history}) > 1
    assert all(row.at.date() < TODAY for row in history)


def test_the_file_that_the_plan_came_with_is_kept():
    actor = acting("jonas")
    with access.reading(actor):
        kept = set(access.visible(actor, Attachment).values_list("name", flat=True))
        assert kept - {proof[4] for proof in EVIDENCE} == {"quiet-crossing-1.xml"}


def test_readings_that_differ_carry_what_each_side_counted():
    actor = acting("jonas")
    with access.reading(actor):
        rows = access.visible(actor, Attachment).filter(name__in=[proof[4] for proof in EVIDENCE])
        assert rows.exclude(subject_id=None).count() == len(EVIDENCE) == 3
        assert len(set(rows.values_list("organisation", flat=True))) == 2


def test_there_is_one_demo_world():
    assert reads.is_loaded()
    with pytest.raises(LoadedAlready):
        load(TODAY)

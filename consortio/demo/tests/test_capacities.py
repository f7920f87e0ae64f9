"""Load and capacity of the demo world: two have said, one has not, somebody is needed twice, and dates were looked for."""

import pytest

from consortio.levelling.found import levelling_page
from consortio.levelling.reads import load_page
from consortio.plans.reads import plans_of

from .conftest import TODAY, acting
from .test_story import partnership

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.slow]


def page(who, **look):
    actor = acting(who)
    joint = partnership(actor).joint_id
    plan = next(row.id for row in plans_of(actor=actor, partnership_id=partnership(actor).id) if row.circle_id == joint)
    return load_page(actor=actor, plan_id=plan, today=TODAY, **look)


def test_somebody_is_needed_twice_and_one_organisation_has_not_said():
    found = page("jonas")

    first = found.rows[0]
    assert (first.who.name, first.worst.percent, first.worst.capacity) == ("Henrik Dahl", 200, 100)
    assert [member.letters for member in found.silent] == ["HAL"]


def test_one_house_knows_more_of_its_time_than_it_has_said():
    assert not any(row.is_private for row in page("ingrid", is_house=True).capacities)
    assert sum(row.is_private for row in page("felix", is_house=True).capacities) == 2
    assert not any(row.is_private for row in page("felix").capacities)


def test_dates_were_looked_for_that_still_fit():
    (found,) = page("priya").results

    shown = levelling_page(actor=acting("priya"), levelling_id=found.id)

    assert shown.fits and shown.may_apply and shown.may_propose and shown.moved
    assert sum(one.over_after for one in shown.loads) < sum(one.over_before for one in shown.loads)

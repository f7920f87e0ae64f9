"""The joint plan, written as a file of MS Project and read again: nothing has changed."""

import pytest

from consortio import access
from consortio.demo.crossing import NAME
from consortio.interchange.reading import read_bytes
from consortio.interchange.write_mspdi import write_mspdi
from consortio.plans.exporting import export_plan
from consortio.plans.importing import Choices, prepare_import
from consortio.plans.models import Plan
from consortio.plans.reimporting import difference_of

from .conftest import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.slow]


def test_the_export_of_the_joint_plan_changes_nothing_in_it():
    with access.reading(actor := acting("priya", hat=1)):
        plan = access.visible(actor, Plan).get(name=NAME)
    file = write_mspdi(export_plan(actor=actor, plan_id=plan.pk))
    again = read_bytes(file, "quiet-crossing.xml")
    prepared = prepare_import(plan=again, circle_id=plan.circle_id, choices=Choices(zone=plan.zone))

    found = difference_of(actor=actor, plan_id=plan.pk, prepared=prepared)

    assert found.changes == ()
    assert found.same == len(again.items)

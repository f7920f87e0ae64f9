"""Three hundred drawn plans per mode: ours against the open reference schedulers, item by item."""

import os
from dataclasses import replace

import pytest

from consortio.interchange.engine import schedule_plan
from tests.judge import reference
from tests.judge.explanations import EXPLANATIONS
from tests.judge.networks import draw_plan
from tests.judge.verdict import Verdict, judge

PLANS = 300
SIZES = (30, 60)

pytestmark = pytest.mark.judge


@pytest.fixture(autouse=True, scope="module")
def _java() -> None:
    reason = reference.missing()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(f"The judge cannot run: {reason}.")
    if reason:
        pytest.skip(f"The judge needs the mpxj package and Java: {reason}.")


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_no_difference_is_unexplained(mode):
    verdict = Verdict()

    for seed in range(PLANS):
        verdict.add(judge(draw_plan(mode, seed, SIZES), EXPLANATIONS))

    assert verdict.plans == PLANS
    assert verdict.unexplained == []
    assert verdict.computed_items > 20 * PLANS
    assert verdict.computed_agree / verdict.computed_items > 0.97


@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_a_longer_task_is_noticed(mode):
    plan = draw_plan(mode, 1)
    longer = [
        replace(item, duration_minutes=item.duration_minutes + 60, remaining_minutes=item.remaining_minutes + 60)
        if item.duration_minutes and not item.actual_start and not item.manual
        else item
        for item in plan.items
    ]

    verdict = judge(plan, EXPLANATIONS, ours=schedule_plan(replace(plan, items=tuple(longer))))

    assert verdict.unexplained
    assert judge(plan, EXPLANATIONS).unexplained == []

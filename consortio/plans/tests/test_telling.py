"""What is said after a step, and the way back that comes with it, however many rows it was about."""

import re
from datetime import timedelta

import pytest
import time_machine

from consortio.access import unscoped
from consortio.plans.models import Item
from tests.world import NOON

from .builders import bring_in, file_of, quay, task


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def add_lines(world, plan, count):
    lines = "\n".join(f"Line {one}" for one in range(count))
    said = {"lines": lines, "circle_id": str(world.ids["coast"]), "do": "add"}
    return world.client("ada@Harbour"), said, f"/plans/{plan}/items/new"


def way_back(page) -> str:
    (token,) = re.findall(r'name="token" value="([^"]+)"', page.content.decode())
    return token


def living(plan) -> int:
    with unscoped("test"):
        return Item.objects.filter(plan=plan, withdrawn_at=None).count()


@pytest.mark.parametrize("count", [3, 60, pytest.param(500, marks=[pytest.mark.slow, pytest.mark.once])])
def test_lines_are_taken_back_however_many(world, count):
    plan = bring_in(world, quay())
    client, said, address = add_lines(world, plan, count)
    before = living(plan)

    token = way_back(client.post(address, said, follow=True))

    assert living(plan) == before + count
    client.post("/undo", {"token": token})
    assert living(plan) == before


def test_a_long_way_back_holds_for_an_hour_and_for_whom_it_was_made(world, noon):
    plan = bring_in(world, quay())
    client, said, address = add_lines(world, plan, 60)
    before = living(plan)
    token = way_back(client.post(address, said, follow=True))

    world.client("abe@Harbour").post("/undo", {"token": token})
    noon.move_to(NOON + timedelta(minutes=61))
    client.post("/undo", {"token": token})

    assert living(plan) == before + 60
    noon.move_to(NOON + timedelta(minutes=59))
    client.post("/undo", {"token": token})
    assert living(plan) == before


def test_the_last_long_ways_back_are_kept_beside_each_other(world):
    plan = bring_in(world, quay())
    client, said, address = add_lines(world, plan, 60)
    before = living(plan)

    first, second = (way_back(client.post(address, said, follow=True)) for _ in range(2))
    for token in (first, second):
        client.post("/undo", {"token": token})

    assert living(plan) == before


def test_many_links_are_told_once_and_taken_back_together(world):
    plan = bring_in(world, file_of(*(task(f"t{n}", parent=None) for n in range(20))))
    client = world.client("ada@Harbour")
    with unscoped("test"):
        rows = [f"{row.pk}.{row.version}" for row in Item.objects.filter(plan=plan)]

    page = client.post(f"/plans/{plan}/rows", {"do": "link", "rows": rows}, follow=True)

    (said,) = re.findall(r'<toast-close class="toast"><span>(.*?)</span>', page.content.decode())
    assert said == "Linked in this order. 19 items moved. The plan ends on 30 May 2031, 25 days later."
    back = client.post("/undo", {"token": way_back(page)}, follow=True)
    assert b"It is as it was before." in back.content

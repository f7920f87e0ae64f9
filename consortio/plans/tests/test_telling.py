"""What is said after a step, and the way back that comes with it, however many rows it was about."""

import re
from datetime import timedelta

import pytest
import time_machine

from consortio.access import unscoped
from consortio.plans.actions import edit_item
from consortio.plans.models import Item
from consortio.plans.undoing import undo_token
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


def edited(world, item, name):
    with unscoped("test"):
        row = Item.objects.get(pk=item)
    said = {"version": row.version, "values": {"name": name}}
    return edit_item(actor=world.actor("bo@Orchard"), item_id=item, at=NOON, **said)


def test_a_step_that_somebody_came_after_is_not_taken_back_and_the_page_says_so(world, noon):
    plan = bring_in(world, quay())
    with unscoped("test"):
        item = Item.objects.get(plan=plan, external_id="t2").pk
    client, back = world.client("bo@Orchard"), f"/items/{item}"
    (first, second) = (undo_token(world.actor("bo@Orchard"), edited(world, item, name).undo) for name in ("One", "Two"))

    late = client.post("/undo", {"token": first, "back": back}, follow=True)

    assert late.redirect_chain == [(back, 302)]
    said = "Somebody has changed it since, so nothing was taken back: it stays as it is now."
    assert said in late.content.decode() and "you wrote" not in late.content.decode()
    noon.move_to(NOON + timedelta(minutes=61))
    old = client.post("/undo", {"token": second, "back": back}, follow=True).content.decode()
    assert "Nothing was taken back. This step can be taken back for an hour, and only once: it is too late." in old
    noon.move_to(NOON)
    assert (
        "It is as it was before." in client.post("/undo", {"token": second, "back": back}, follow=True).content.decode()
    )

"""An item that is taken out while somebody writes, by a person or by a file: who did it is said, and nothing is lost."""

import re
from datetime import timedelta

import pytest
import time_machine

from consortio.plans.actions import NewItem, add_item, restore_item, withdraw_item
from consortio.plans.importing import Choices, prepare_import
from consortio.plans.reimporting import reimport_plan
from tests.forms import form_at
from tests.world import NOON

from .builders import DAY, bring_in, file_of, quay
from .test_working_pages import item_of, know, said_of


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def plan(world):
    return know(world, bring_in(world, quay()))


def write_while_it_is_taken_out(world, client, item="t2", who="bo@Orchard"):
    """Return the answer to a form that was open as somebody withdrew the item."""
    address = f"/items/{world.ids[item]}/edit"
    said = form_at(client.get(address), address) | {"name": "Mine", "note": "Two\r\nlines"}
    withdraw_item(actor=world.actor(who), item_id=world.ids[item], version=1, at=NOON)
    return client.post(address, said)


def test_what_was_written_of_an_item_taken_out_meanwhile_is_kept_and_comes_back_with_it(world, plan):
    ada, pk = world.client("ada@Harbour"), world.ids["t2"]

    page = write_while_it_is_taken_out(world, ada)

    assert (page.status_code, said_of(page).split(":")[0]) == (409, "bo of Orchard took it out of the plan")
    told = re.search(r'<tbody><tr><th scope="row">Name</th>.*?</tbody>', page.content.decode(), re.DOTALL)[0]
    assert re.findall(r"<td[^>]*>(.*?)</td>", told, re.DOTALL) == ["Task t2", "Mine", "nothing", "Two\nlines"]
    form = ada.post(f"/items/{pk}/restoration", form_at(page, f"/items/{pk}/restoration"))
    assert (form.status_code, item_of(world, "t2").withdrawn_at, item_of(world, "t2").name) == (200, None, "Task t2")
    assert "It is back in the plan." in form.content.decode()
    assert ada.post(f"/items/{pk}/edit", form_at(form, f"/items/{pk}/edit")).status_code == 302
    assert (item_of(world, "t2").name, item_of(world, "t2").note.split()) == ("Mine", ["Two", "lines"])


def test_an_item_that_somebody_else_brought_back_first_keeps_what_was_written(world, plan):
    ada, pk = world.client("ada@Harbour"), world.ids["t2"]
    page = write_while_it_is_taken_out(world, ada)
    restore_item(actor=world.actor("bo@Orchard"), item_id=pk, version=2, at=NOON)

    form = ada.post(f"/items/{pk}/restoration", form_at(page, f"/items/{pk}/restoration"))

    assert (form.status_code, form_at(form, f"/items/{pk}/edit")["name"]) == (200, "Mine")
    assert ada.post(f"/items/{pk}/restoration", {"version": "2"}).status_code == 409


def test_of_an_item_taken_out_nobody_learns_by_writing_who_did_not_see_it(world, plan):
    own = NewItem("Own part", parent_id=world.ids["A"], duration_minutes=DAY)
    house = {"plan_id": plan, "circle_id": world.ids["Orchard only"], "item": own}
    world.do("own", add_item, "bo@Orchard", **house)
    bo = write_while_it_is_taken_out(world, world.client("bo@Orchard"), "own")

    hidden, nowhere = (
        world.client("ada@Harbour").post(f"/items/{pk}/edit", {"name": "Mine"}) for pk in (world.ids["own"], plan)
    )

    assert (bo.status_code, hidden.status_code, nowhere.status_code) == (409, 404, 404)
    assert hidden.content.replace(str(world.ids["own"]).encode(), b"") == nowhere.content.replace(
        str(plan).encode(), b""
    )
    withdraw_item(actor=world.actor("bo@Orchard"), item_id=world.ids["t2"], version=1, at=NOON)
    address = f"/items/{world.ids['t2']}/edit"
    assert world.client("bea@Orchard").post(address, {"name": "Mine"}).status_code == 403


def test_an_item_that_a_later_file_left_out_says_whose_and_which(world, plan):
    with world.step("prepare"):
        file = prepare_import(plan=file_of(*quay().items[:2]), circle_id=world.ids["coast"], choices=Choices())
    later = NOON + timedelta(hours=1)
    said = {"plan_id": plan, "version": 1, "prepared": file, "ticked": {"item:t2"}, "file_name": "later.xml"}
    with world.step("again"):
        reimport_plan(actor=world.actor("bo@Orchard"), **said, file=b"later", at=later)

    page = world.client("ada@Harbour").get(f"/items/{world.ids['t2']}")

    assert said_of(page).startswith("bo of Orchard applied the file “later.xml”, which does not hold it any more: ")
    assert (
        "was withdrawn: a later file does not hold it any more<small>file: later.xml</small>" in page.content.decode()
    )

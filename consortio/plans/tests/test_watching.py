"""Pages that show what others change watch for it."""

import re

import pytest

from consortio.plans.tests.builders import bring_in, quay
from consortio.plans.window import Look, tree_window


@pytest.fixture
def plan(world):
    return bring_in(world, quay(), organisations={}, name="Quay")


def since(page) -> list[str]:
    return re.findall(r'<live-refresh data-url="/changes/any" data-since="([0-9a-f:.]+)"', page.content.decode())


def test_a_plan_an_item_and_a_partnership_watch_and_settings_do_not(world, plan):
    bo = world.client("bo@Orchard")
    item = tree_window(actor=world.actor("bo@Orchard"), plan_id=plan, look=Look()).rows[0].id
    ways = [f"/plans/{plan}", f"/plans/{plan}/table", f"/plans/{plan}/milestones", f"/items/{item}"]

    for way in [*ways, f"/remarks/about/{plan}"]:
        (cursor,) = since(bo.get(way))
        assert world.ids["coast"].hex in cursor and world.ids["offer"].hex not in cursor
        assert bo.get("/changes/any", {"since": cursor}).status_code == 204
    assert since(bo.get(f"/plans/{plan}/settings")) == []
    refused = bo.post(f"/remarks/about/{plan}", {"text": ""})
    assert refused.status_code == 422 and since(refused) == []

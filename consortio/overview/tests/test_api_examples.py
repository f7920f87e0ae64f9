"""The examples of docs/api.md about what members promised each other are done as they stand there, in their order."""

import json
import re
from pathlib import Path
from uuid import UUID

import pytest
import time_machine

from consortio.access import unscoped
from consortio.plans.models import Item
from consortio.plans.tests.builders import bring_in, quay
from tests.agreed import agree
from tests.world import NOON

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
PART = TEXT.partition("## KPIs and readings")[2].partition("## Results from files")[0]
LATER = 5  # years from the days in the examples to those of the test's world


def examples():
    """Return method, headers, body and address of each command, with "…" for what only a hub knows."""
    for lines in re.findall(r"^    curl (.+?https://\S+)$", PART, re.MULTILINE | re.DOTALL):
        command = lines.replace("\\\n", " ")
        (method,), (address,) = re.findall(r"-X (\w+)", command), re.findall(r"https://hub\.example(\S+)", command)
        body = re.findall(r"-d '(.+?)' ", command, re.DOTALL)[0]
        match = re.findall(r"'If-Match: (.+?)'", command)
        yield method, match, _years_later(body), address


def _years_later(body):
    return re.sub(r"\b(20\d\d)-", lambda year: f"{int(year[1]) + LATER}-", body)


def filled(text, ids):
    parts = text.split("…")
    assert len(parts) == len(ids) + 1
    return "".join(part + str(pk) for part, pk in zip(parts, [*ids, ""], strict=True))


def test_each_example_is_done(world):
    ways, ids = iter(examples()), world.ids

    def done(who, name, *others):
        """Do the next example; `name` is whose id stands in its address, the others those in its body."""
        method, match, body, address = next(ways)
        path = filled(address, [name] if name else [])
        headers = {"If-Match": match[0]} if match else {}
        sent = filled(body, others)
        json.loads(sent)
        answer = world.client(who).generic(method, path, sent, "application/json", headers=headers)
        assert answer.status_code in (200, 201, 202), (path, answer.content)
        return answer.json()

    with time_machine.travel(NOON, tick=False):
        coast, harbour, orchard = ids["coast"], ids["Harbour"], ids["Orchard"]
        kpi = done("ada@Harbour", None, coast)["id"]
        assert done("ada@Harbour", kpi)["new"] == 1
        reading = world.client("bo@Orchard").get(f"/api/v1/kpis/{kpi}/readings").json()["rows"][0]["id"]
        assert done("bo@Orchard", reading)["state"] == "contested"
        goal = done("ada@Harbour", None, coast, kpi, harbour, orchard, ids["bea"])["goal"]["id"]
        agree_all(world, done("ada@Harbour", goal))
        asked = done("ada@Harbour", goal)["rows"][0]["id"]
        assert done("bo@Orchard", asked)["rows"][0]["own"]["p50"] == "430"
        decision = done("ada@Harbour", None, coast)["decision"]["id"]
        agree_all(world, done("ada@Harbour", decision))
    with time_machine.travel(NOON.replace(month=9), tick=False):
        assert done("ada@Harbour", decision)["reviews"][0]["words"] == "The barge is full."
    with time_machine.travel(NOON, tick=False):
        promise = done("bo@Orchard", None, coast, orchard, harbour, goal)["promise"]["id"]
        assert done("ada@Harbour", promise)["promise"]["state"] == "accepted"
        item = costed(world)
        assert done("ada@Harbour", item)["actual"] == "4350.50"
    assert next(ways, None) is None


def costed(world):
    """Return an item that has a budget already."""
    plan = bring_in(world, quay())
    with unscoped("test"):
        item = Item.objects.get(plan=plan, external_id="t1").pk
    said, address = {"currency": "EUR", "budget": "10000.00"}, f"/api/v1/plans/items/{item}/cost"
    answer = world.client("ada@Harbour").generic("PUT", address, json.dumps(said), "application/json")
    assert answer.status_code == 200, answer.content
    return item


def agree_all(world, answer):
    agree(actor=world.actor("ada@Harbour"), proposal_id=UUID(answer["proposal"]["id"]), at=NOON)

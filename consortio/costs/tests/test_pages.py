"""The pages of costs, and the same by API."""

import json
import re
from dataclasses import replace

import pytest

from tests.world import NOON

from .builders import bring_quay, priced_quay, rows, write


@pytest.fixture
def plan(world):
    return bring_quay(world)


def text_of(response):
    return " ".join(response.content.decode().split())


def get(world, path, who="ada@Harbour", status=200):
    response = world.client(who).get(path)
    assert response.status_code == status
    return text_of(response)


def test_the_page_says_first_what_was_planned_earned_and_spent(world, plan):
    text = get(world, f"/plans/{plan}/value", "bea@Orchard")

    assert "By 7 May 2031 work worth €2,900 was planned, and €2,100 was earned" in text
    assert "at least €2,100.50 were spent, the cost of one item in work is missing." in text
    assert "What all of it will cost cannot be said before that is known; the budget is €4,000." in text
    assert "Planned by the present dates" in text
    assert f"/items/{world.ids['t3']}/cost" in text
    assert "Write costs" not in text
    ours = get(world, f"/plans/{plan}/value")
    assert "Write costs" in ours
    assert f'href="/plans/{plan}/table"' in ours


def test_without_a_data_date_today_is_the_last_day_that_counts(world, time_machine):
    time_machine.move_to(NOON, tick=False)
    quay = priced_quay()
    plan = bring_quay(world, replace(quay, projects=(replace(quay.projects[0], data_date=None),)))

    text = get(world, f"/plans/{plan}/value")
    assert "By 6 May work worth" in text
    assert "Up to 6 May" in text
    assert "Tuesday 6 May 2031" in text


def test_with_all_costs_known_it_says_what_all_will_cost(world, plan):
    write(world, "t3", version=1, actual=10_000)

    text = get(world, f"/plans/{plan}/value")
    assert "; €2,200.50 were spent. At this rate all of it will cost €4,191; the budget is €4,000." in text


def test_figures_open_into_their_items(world, plan):
    text = get(world, f"/plans/{plan}/value?currency=EUR&earner={world.ids['Harbour']}")

    items = text.split('id="items-EUR"')[1]
    assert "Task t1" in items
    assert "Task t2" not in items
    assert "Task t2" in get(world, f"/plans/{plan}/value").split('id="items-EUR"')[1]


@pytest.mark.parametrize("query", ["?currency=EUR&missing=1", "?phase=x&from=99&payer=nobody", "?currency=QQQ&from=-1"])
def test_addresses_that_nobody_gave_are_answered(world, plan, query):
    get(world, f"/plans/{plan}/value{query}")


def test_what_our_house_keeps_is_in_our_view_alone(world, plan):
    write(world, "t1", circle="Harbour only", actual=777_700, currency="EUR")

    assert "€7,777" in get(world, f"/plans/{plan}/value?view=house")
    assert "€7,777" in get(world, f"/items/{world.ids['t1']}")
    for path in (f"/plans/{plan}/value", f"/plans/{plan}/value?view=house", f"/items/{world.ids['t1']}"):
        assert "7,777" not in get(world, path, "bo@Orchard")
    assert "7,777" not in get(world, f"/plans/{plan}/value")


def test_a_plan_without_costs_says_so_and_how_to_begin(world):
    from consortio.plans.tests.builders import bring_in, quay

    plan = bring_in(world, quay())

    text = get(world, f"/plans/{plan}/value")
    assert "Nobody has said yet what the items of this plan may cost" in text
    assert f"/plans/{plan}/costs?items=all" in text


def post(world, path, who="ada@Harbour", **sent):
    return world.client(who).post(path, sent)


def test_an_item_s_cost_is_written_in_a_form(world, plan):
    path = f"/items/{world.ids['t1']}/cost"
    sent = {"place": "joint", "version": "1", "currency": "EUR", "budget": "1,100.50", "actual": "", "earning": "0/100"}

    assert post(world, path, **sent).status_code == 302
    assert rows(world)["t1"] == (110_050, None, "EUR")
    stale = post(world, path, **sent | {"budget": "5"})
    assert stale.status_code == 409
    assert 'value="5"' in text_of(stale)
    refused = post(world, path, **sent | {"version": "2", "budget": "much", "currency": "QQQ"})
    assert refused.status_code == 422
    assert "Write an amount in this currency" in text_of(refused)
    assert post(world, path, "bea@Orchard", **sent).status_code == 403
    assert rows(world)["t1"] == (110_050, None, "EUR")


def test_our_house_s_cost_is_written_in_a_form_of_its_own(world, plan):
    path = f"/items/{world.ids['t2']}/cost"

    assert post(world, path, place="house", currency="EUR", actual="12").status_code == 302
    assert rows(world, "Harbour only") == {"t2": (None, 1_200, "EUR")}
    page = get(world, path)
    assert "Only Harbour sees this" in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert [one for one in ids if ids.count(one) > 1] == []
    assert 'value="12.00"' not in get(world, path, "bo@Orchard")


def test_a_currency_is_asked_for_where_an_item_has_none(world, plan):
    write(world, "t5", budget=1, currency="EUR")
    assert 'id="currency"' not in get(world, f"/plans/{plan}/costs?items=all&whose=all")

    ours = get(world, f"/plans/{plan}/costs?items=all&whose=all&view=house")
    assert 'id="currency"' in ours


@pytest.mark.parametrize("page", ["", "/table", "/simulation", "/estimates", "/risks", "/load", "/value"])
def test_each_page_about_the_whole_plan_leads_to_the_others(world, plan, page):
    text = get(world, f"/plans/{plan}{page}", "bea@Orchard")

    menu = text.split('id="leads"')[1].split("</div>")[0]
    others = [f"/plans/{plan}/{name}" for name in ("simulation", "risks", "load", "value")]
    assert [way for way in others if f'href="{way}"' not in menu] == []
    assert menu.count('aria-current="page"') == (f"/plans/{plan}{page}" in others)


def test_many_costs_are_written_in_one_form(world, plan):
    path = f"/plans/{plan}/costs?items=all&whose=all"
    t3, t5 = world.ids["t3"].hex, world.ids["t5"].hex
    text = get(world, path)
    assert f'name="spent-{t3}" value=""' in text
    sent = {f"version-{t3}": "1", f"spent-{t3}": "12.34", f"version-{t5}": "", f"budget-{t5}": "7", "currency": "eur"}

    assert post(world, path, **sent).status_code == 302
    assert {pk: rows(world)[pk] for pk in ("t3", "t5")} == {"t3": (40_000, 1_234, "EUR"), "t5": (700, None, "EUR")}
    stale = post(world, path, **sent | {f"spent-{t3}": "13"})
    assert stale.status_code == 409
    assert 'value="13"' in text_of(stale)
    refused = post(world, path, **sent | {f"version-{t3}": "2", f"spent-{t3}": "dear"})
    assert refused.status_code == 422
    assert rows(world)["t3"] == (40_000, 1_234, "EUR")


def test_many_costs_of_our_house(world, plan):
    path = f"/plans/{plan}/costs?items=all&view=house"
    t1 = world.ids["t1"].hex

    assert post(world, path, **{f"spent-{t1}": "3", "currency": "EUR"}).status_code == 302
    assert rows(world, "Harbour only") == {"t1": (None, 300, "EUR")}
    assert rows(world)["t1"] == (100_000, 120_050, "EUR")


def api(world, path, who="ada@Harbour", method="get", body=None, **headers):
    client = world.client(who)
    more = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
    return getattr(client, method)(f"/api/v1/plans/{path}", **more, headers=headers)


def test_earned_value_by_api(world, plan):
    found = api(world, f"{plan}/earned-value").json()

    (euro,) = found["currencies"]
    assert (found["view"], found["until"], found["from_baseline"]) == ("joint", "2031-05-07T17:00:00", 0)
    assert {name: euro["joint"][name] for name in ("budget", "planned", "earned", "actual", "missing")} == {
        "budget": "4000.00", "planned": "2900.00", "earned": "2100.00", "actual": None, "missing": 1,
    }  # fmt: skip
    assert [len(euro[name]) for name in ("earning", "paying", "phases", "items")] == [2, 2, 1, 4]
    assert api(world, f"{plan}/earned-value?view=house").json()["view"] == "house"
    assert api(world, f"{plan}/earned-value", "nobody").status_code == 401


def test_a_cost_by_api_names_the_version_it_saw(world, plan):
    path = f"items/{world.ids['t1']}/cost"
    seen = api(world, path)
    assert (seen["ETag"], seen.json()["budget"]) == ('"1"', "1000.00")
    assert api(world, path, method="put", body={"budget": "1"}).status_code == 428
    assert api(world, path, method="put", body={"budget": "1", "version": 7}).status_code == 412
    assert api(world, path, method="put", body={"budget": "1.001", "version": 1}).status_code == 422
    assert api(world, path, "bea@Orchard", method="put", body={"budget": "1", "version": 1}).status_code == 403

    made = api(world, path, method="put", body={"budget": "1.5", "payer_id": None}, **{"If-Match": '"1"'})
    assert (made.status_code, made["ETag"], made.json()["budget"], made.json()["actual"]) == (
        200,
        '"2"',
        "1.50",
        "1200.50",
    )


def test_our_house_s_cost_by_api(world, plan):
    path = f"items/{world.ids['t1']}/cost?view=house"

    made = api(world, path, method="put", body={"actual": "5", "currency": "EUR"})
    assert (made.status_code, made.json()["circle_id"]) == (200, str(world.ids["Harbour only"]))
    assert api(world, path, "bo@Orchard").json()["version"] is None

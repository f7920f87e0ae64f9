"""Working in a plan by API: what is written, what moved, what is refused; the same actions as the pages."""

from uuid import uuid4

import pytest

from consortio.access import unscoped
from consortio.plans.models import Item, Link, Plan
from tests.agreed import baseline_of_all

from .builders import DAY, bring_in, quay

JSON = {"content_type": "application/json"}


@pytest.fixture
def plan(world):
    pk = bring_in(world, quay())
    with unscoped("test"):
        world.ids |= {row.external_id: row.pk for row in Item.objects.filter(plan=pk)}
    return pk


@pytest.fixture
def call(world):
    """Return a function that calls the API as somebody, and answers status and what was said."""

    def ask(method: str, path: str, body=None, who: str = "ada@Harbour", **headers):
        client = world.client(who)
        sent = {} if body is None else {"data": body, **JSON}
        answer = getattr(client, method)(f"/api/v1{path}", **sent, headers=headers)
        return answer.status_code, answer.json() if answer.content else None

    return ask


def item_of(world, name):
    with unscoped("test"):
        return Item.objects.get(pk=world.ids[name])


def test_a_list_of_items_is_added_with_its_tree(world, plan, call):
    items = [{"name": "Rails", "kind": "phase"}, {"name": "Order", "depth": 1, "duration_minutes": 2 * DAY}]

    status, said = call("post", f"/plans/{plan}/items", {"items": items, "parent_id": str(world.ids["A"])})

    assert (status, len(said["ids"]), set(said["moved"])) == (201, 2, {"joint", "in_our_house"})
    with unscoped("test"):
        rails, order = (Item.objects.get(pk=pk) for pk in said["ids"])
    assert (rails.parent_id, order.parent_id, order.duration_minutes) == (world.ids["A"], rails.pk, 2 * DAY)


def test_what_a_private_step_moved_is_not_told_as_everybodys(world, plan, call):
    items = [{"name": "Our part", "duration_minutes": 90 * DAY}]
    own = {"parent_id": str(world.ids["t2"]), "circle_id": str(world.ids["Harbour only"])}

    status, said = call("post", f"/plans/{plan}/items", {"items": items, **own})

    moved = said["moved"]
    assert (status, moved["joint"]["items"], moved["joint"]["finish_at"]) == (201, 0, None)
    assert moved["in_our_house"]["items"] > 0 and moved["in_our_house"]["finish_at"] > "2031-08"


def test_only_what_is_sent_is_changed_and_the_answer_says_what_moved(world, plan, call):
    path = f"/plans/items/{world.ids['t2']}"

    status, said = call("patch", path, {"version": 1, "duration_minutes": 6 * DAY})

    assert (status, said["version"], said["moved"]["joint"]["items"]) == (200, 2, 2)
    assert (item_of(world, "t2").duration_minutes, item_of(world, "t2").name) == (6 * DAY, "Task t2")


def test_an_edit_names_the_version_by_header_or_body_and_a_stale_one_is_refused(world, plan, call):
    path, body = f"/plans/items/{world.ids['t2']}", {"name": "Two"}

    unnamed, _ = call("patch", path, body)
    named, _ = call("patch", path, body, **{"If-Match": '"1"'})
    stale, _ = call("patch", path, body | {"version": 1, "name": "Three"})

    assert (unnamed, named, stale) == (428, 200, 412)
    assert item_of(world, "t2").name == "Two"


def test_a_field_that_cannot_be_is_named_and_nothing_is_written(world, plan, call):
    path = f"/plans/items/{world.ids['t2']}"

    fields, said = call("patch", path, {"version": 1, "percent": 101})
    dates, refused = call("patch", path, {"version": 1, "constraint": "snet", "constraint_at": None})

    assert (fields, [one["field"] for one in said["errors"]]) == (422, ["percent"])
    assert (dates, [one["field"] for one in refused["errors"]]) == (422, ["constraint_at"])
    assert item_of(world, "t2").version == 1


def test_items_are_moved_withdrawn_and_brought_back(world, plan, call):
    one = f"/plans/items/{world.ids['t3']}"

    moved, said = call("put", f"{one}/place", {"version": 1, "parent_id": None})
    gone, _ = call("post", f"{one}/withdrawal", {"version": said["version"]})
    listed = call("get", f"/plans/{plan}/withdrawn")[1]["rows"]
    back, _ = call("post", f"{one}/restoration", {"version": listed[0]["version"]})

    assert (moved, gone, back) == (200, 200, 200)
    assert [row["item"]["name"] for row in listed] == ["Task t3"]
    assert (item_of(world, "t3").parent_id, item_of(world, "t3").withdrawn_at) == (None, None)


def test_a_withdrawn_item_says_who_took_it_out_and_what_comes_back_first(world, plan, call):
    phase, part = (f"/plans/items/{world.ids[name]}/withdrawal" for name in ("A", "t2"))
    assert [call("get", path)[0] for path in (phase, part)] == [404, 404]
    call("post", phase, {"version": 1}, who="bo@Orchard")

    status, said = call("get", part)
    holder = call("get", phase)[1]

    names = {key: said[key]["name"] for key in ("item", "with_item", "holder")}
    by = {key: said["by"][key] for key in ("event", "person", "organisation_id")}
    orchard = str(world.ids["Orchard"])
    assert (status, names) == (200, {"item": "Task t2", "with_item": "Phase A", "holder": "Phase A"})
    assert by == {"event": "item.withdrawn", "person": "bo", "organisation_id": orchard}
    assert (said["at"], said["can_restore"], holder["holder"]) == (holder["at"], True, None)
    assert call("get", part, who="bea@Orchard")[1] | {"can_restore": True} == said
    assert call("post", f"/plans/items/{world.ids['A']}/restoration", {"version": holder["version"]})[0] == 200
    assert call("get", phase)[0] == 404


def test_what_one_house_took_out_is_not_there_for_others(world, plan, call):
    own = {"items": [{"name": "Own part"}], "circle_id": str(world.ids["Orchard only"])}
    (pk,) = call("post", f"/plans/{plan}/items", own, who="bo@Orchard")[1]["ids"]
    path = f"/plans/items/{pk}/withdrawal"
    assert call("post", path, {"version": 1}, who="bo@Orchard")[0] == 200

    assert call("get", path, who="bo@Orchard")[1]["item"]["name"] == "Own part"
    assert call("get", path) == call("get", f"/plans/items/{plan}/withdrawal")


def test_links_are_made_changed_and_taken_away(world, plan, call):
    ends = {"predecessor_id": str(world.ids["t1"]), "successor_id": str(world.ids["t3"])}

    made, said = call("post", "/plans/links", ends)
    link = f"/plans/links/{said['ids'][0]}"
    again, _ = call("post", "/plans/links", ends)
    changed, _ = call("put", link, {"version": 1, "type": "SS", "lag_minutes": DAY})
    gone, _ = call("post", f"{link}/withdrawal", {"version": 2})

    assert (made, again, changed, gone) == (201, 409, 200, 200)
    with unscoped("test"):
        row = Link.objects.get(pk=said["ids"][0])
    assert (row.type, row.lag_minutes, row.withdrawn_at is None) == ("SS", DAY, False)


def test_a_link_is_shown_with_the_version_that_a_change_of_it_names(world, plan, call):
    made = call("post", "/plans/links", {"predecessor_id": str(world.ids["t1"]), "successor_id": str(world.ids["t3"])})
    path = f"/plans/links/{made[1]['ids'][0]}"
    call("put", path, {"version": 1, "type": "SS"})

    answer = world.client("bo@Orchard").get(f"/api/v1{path}")

    one = {
        "id": made[1]["ids"][0], "predecessor_id": str(world.ids["t1"]), "successor_id": str(world.ids["t3"]),
        "type": "SS", "lag_minutes": 0, "lag_kind": "working", "version": 2,
    }  # fmt: skip
    assert (answer.status_code, answer["ETag"], answer.json()) == (200, '"2"', one)
    assert one in call("get", f"/plans/{plan}/items")[1]["links"]
    before = call("get", f"/plans/items/{world.ids['t3']}")[1]["predecessors"]
    assert [(row["link_id"], row["version"]) for row in before] == [(one["id"], 2)]
    assert call("post", f"{path}/withdrawal", {"version": before[0]["version"]})[0] == 200
    assert call("get", path)[0] == 404


def test_a_link_of_one_house_is_not_there_for_others(world, plan, call):
    ends = {"predecessor_id": str(world.ids["t1"]), "successor_id": str(world.ids["t3"])}
    made = call("post", "/plans/links", ends | {"circle_id": str(world.ids["Harbour only"])})[1]["ids"][0]

    statuses = [call("get", f"/plans/links/{pk}", who="bo@Orchard")[0] for pk in (made, uuid4())]

    assert (statuses, call("get", f"/plans/links/{made}")[0]) == ([404, 404], 200)


def asked_for(call, world, name, who="ada@Harbour"):
    """Return who was asked to answer for an item, as its own answer names them."""
    return call("get", f"/plans/items/{world.ids[name]}", who=who)[1]["nominations"]


def test_a_nomination_is_named_by_its_item_and_taken_back(world, plan, call):
    call("put", f"/plans/items/{world.ids['t3']}/accountable", {"version": 1, "person_id": str(world.ids["bo"])})
    (asked,), (mine,) = asked_for(call, world, "t3"), asked_for(call, world, "t3", "bo@Orchard")
    path = f"/plans/nominations/{asked['id']}/withdrawal"

    refused, _ = call("post", path, {"version": asked["version"]}, who="bea@Orchard")
    stale, _ = call("post", path, {"version": asked["version"] + 1})
    back, _ = call("post", path, {"version": asked["version"]})

    assert (refused, stale, back) == (403, 412, 200)
    assert (asked["person"], asked["is_me"], mine["is_me"]) == ("bo", False, True)
    assert asked_for(call, world, "t3") == []
    again, _ = call("post", f"/plans/nominations/{asked['id']}/answer", {"version": 2, "accept": True}, "bo@Orchard")
    assert again in (409, 412)


def test_an_item_keeps_its_own_version_as_etag_beside_a_nomination(world, plan, call):
    call("put", f"/plans/items/{world.ids['t3']}/accountable", {"version": 1, "person_id": str(world.ids["bo"])})

    answer = world.client("ada@Harbour").get(f"/api/v1/plans/items/{world.ids['t3']}")

    assert (answer["ETag"], len(answer.json()["nominations"])) == (f'"{item_of(world, "t3").version}"', 1)


def test_somebody_of_another_organisation_is_asked_and_answers(world, plan, call):
    path, who = f"/plans/items/{world.ids['t3']}/accountable", str(world.ids["bo"])

    asked, _ = call("put", path, {"version": 1, "person_id": who})
    (nomination,) = asked_for(call, world, "t3", "bo@Orchard")
    answer = f"/plans/nominations/{nomination['id']}/answer"
    others, _ = call("post", answer, {"version": 1, "accept": True})
    own, _ = call("post", answer, {"version": 1, "accept": True}, who="bo@Orchard")

    assert (asked, others, own) == (200, 403, 200)
    assert item_of(world, "t3").person_id == world.ids["bo"]


def test_many_items_are_reported_in_one_call(world, plan, call):
    rows = [{"item_id": str(world.ids[name]), "version": 1, "percent": 50} for name in ("t1", "t3")]

    done, said = call("post", f"/plans/{plan}/progress", {"reports": rows})
    stale, _ = call("post", f"/plans/{plan}/progress", {"reports": rows})

    assert (done, stale, set(said)) == (200, 412, {"joint", "in_our_house"})
    assert (item_of(world, "t1").percent, item_of(world, "t3").percent) == (50, 50)


def test_a_report_of_many_items_names_the_version_of_each(world, plan, call):
    path, rows = f"/plans/{plan}/progress", [{"item_id": str(world.ids[name]), "percent": 50} for name in ("t1", "t3")]

    unnamed, told = call("post", path, {"reports": [rows[0] | {"version": 1}, rows[1]]})
    by_header, _ = call("post", path, {"reports": rows}, **{"If-Match": '"1"'})
    wrong, beside = call("post", path, {"reports": [rows[0] | {"percent": 101}]})

    assert (unnamed, [one["field"] for one in told["errors"]], by_header) == (428, ["reports/1/version"], 428)
    assert (wrong, [one["field"] for one in beside["errors"]]) == (422, ["reports/0/percent"])
    assert item_of(world, "t1").percent == item_of(world, "t3").percent == 0
    assert call("post", path, {"reports": [row | {"version": 1} for row in rows]})[0] == 200


def test_an_item_shows_what_is_written_of_it(world, plan, call):
    with unscoped("test"):
        calendar = str(Plan.objects.get(pk=plan).calendar_id)
    wanted = {"percent": 40, "remaining_minutes": DAY, "calendar_id": calendar, "is_manual": True}

    call("patch", f"/plans/items/{world.ids['t1']}", {"version": 1, **wanted})

    one = call("get", f"/plans/items/{world.ids['t1']}")[1]["item"]
    listed = next(row for row in call("get", f"/plans/{plan}/items")[1]["rows"] if row["id"] == one["id"])
    assert {name: one[name] for name in wanted} == {name: listed[name] for name in wanted} == wanted


def begun(world, call, plan, mode):
    """Let an item be begun, with work left said by hand."""
    call("put", f"/plans/{plan}/settings", {"version": 1, "mode": mode})
    said = {"percent": 40, "remaining_minutes": DAY, "actual_start_at": "2021-05-06T08:00:00"}
    assert call("post", f"/plans/{plan}/progress", {"reports": [report(world, **said)]})[0] == 200


def report(world, **said):
    return {"item_id": str(world.ids["t1"]), "version": item_of(world, "t1").version} | said


@pytest.mark.parametrize("mode", ["msp", "p6"])
def test_what_a_report_leaves_out_stands_and_what_it_empties_is_empty(world, plan, call, mode):
    begun(world, call, plan, mode)

    def left():
        return item_of(world, "t1").remaining_minutes, item_of(world, "t1").actual_start_at is not None

    kept, _ = call("post", f"/plans/{plan}/progress", {"reports": [report(world, percent=40)]})
    stands = left()
    null = report(world, percent=40, remaining_minutes=None)
    cleared, _ = call("post", f"/plans/{plan}/progress", {"reports": [null]})

    assert (kept, stands) == (200, (DAY, True))
    assert (cleared, left()) == (200, (None, True))


def test_dates_stand_apart_from_the_percent_where_a_plan_is_scheduled_as_p6_does(world, plan, call):
    begun(world, call, plan, "p6")

    call("post", f"/plans/{plan}/progress", {"reports": [report(world, percent=60)]})
    stands = item_of(world, "t1").actual_start_at
    call("post", f"/plans/{plan}/progress", {"reports": [report(world, percent=60, actual_start_at=None)]})

    assert stands is not None and item_of(world, "t1").actual_start_at is None


def test_our_own_side_is_kept_for_our_house_alone(world, plan, call):
    path = f"/plans/items/{world.ids['t2']}/own-side"

    written, ours = call("put", path, {"note": "twice as long", "likely_minutes": 5 * DAY})
    theirs = call("get", path, who="bo@Orchard")

    assert (written, ours["version"], ours["note"]) == (200, 1, "twice as long")
    assert theirs == (
        200,
        {"version": None, "note": "", "low_minutes": None, "likely_minutes": None, "high_minutes": None},
    )


def test_what_is_not_said_of_our_own_side_stands(world, plan, call):
    path = f"/plans/items/{world.ids['t2']}/own-side"
    assert call("put", path, {"version": 3, "note": "x"})[0] == 412  # nothing is there, and so no version of it
    call("put", path, {"note": "twice as long", "low_minutes": 100, "likely_minutes": 200, "high_minutes": 300})

    changed, ours = call("put", path, {"version": 1, "low_minutes": 110})
    cleared, then = call("put", path, {"version": 2, "likely_minutes": None})

    kept = {"note": "twice as long", "low_minutes": 110, "high_minutes": 300}
    assert (changed, ours) == (200, kept | {"version": 2, "likely_minutes": 200})
    assert (cleared, then) == (200, kept | {"version": 3, "likely_minutes": None})


def test_a_link_between_two_plans_is_told_as_such(world, plan, call):
    circle = str(world.ids["coast"])
    other = call("post", "/plans", {"circle_id": circle, "name": "Quay", "start_at": "2031-05-05T08:00"})[1]["id"]
    there = call("post", f"/plans/{other}/items", {"items": [{"name": "Piles"}]})[1]["ids"][0]

    def link(successor_id):
        ends = {"predecessor_id": str(world.ids["t2"]), "successor_id": str(successor_id)}
        return call("post", "/plans/links", ends)

    status, said = link(there)
    assert (status, said["detail"]) == (409, "“Task t2” and “Piles” lie in two plans: a link stays within one.")
    assert [link(uuid4())[0], link(world.ids["t3"])[0]] == [404, 201]


def test_what_is_not_said_of_a_link_stands(world, plan, call):
    ends = {"predecessor_id": str(world.ids["t2"]), "successor_id": str(world.ids["t3"])}
    pk = call("post", "/plans/links", ends | {"lag_minutes": 2 * DAY, "lag_kind": "elapsed"})[1]["ids"][0]

    assert call("put", f"/plans/links/{pk}", {"version": 1, "type": "SS"})[0] == 200

    link = call("get", f"/plans/links/{pk}")[1]
    assert (link["type"], link["lag_minutes"], link["lag_kind"]) == ("SS", 2 * DAY, "elapsed")


def test_an_item_stays_below_its_phase_unless_another_is_said(world, plan, call):
    path = f"/plans/items/{world.ids['t2']}/place"
    nowhere, said = call("put", path, {"version": 1})
    first, _ = call("put", path, {"version": 1, "is_first": True})
    assert (nowhere, said["errors"][0]["says"]) == (422, "say where: parent_id, after_id or is_first")
    assert (first, item_of(world, "t2").parent_id) == (200, world.ids["A"])


def test_two_baselines_are_compared_and_items_are_found(world, plan, call):
    first = world.do("first", baseline_of_all, "ada@Harbour", plan_id=plan, name="First")
    call("patch", f"/plans/items/{world.ids['t2']}", {"version": 1, "duration_minutes": 9 * DAY})

    compared = call("get", f"/plans/{plan}/comparison?first_id={first}")[1]
    found = call("get", f"/plans/{plan}/find?text=opened")[1]

    assert [row["item"]["name"] for row in compared["rows"]] == ["Phase A", "Task t2", "Opened"]
    assert [row["name"] for row in found] == ["Opened"]


@pytest.mark.parametrize("who", ["bea@Orchard", "quin@Quay"])
def test_who_may_not_change_is_refused_and_who_sees_nothing_finds_nothing(world, plan, call, who):
    pk = world.ids["t2"] if "bea" in who else uuid4()
    wanted = 403 if "bea" in who else 404

    assert call("patch", f"/plans/items/{pk}", {"version": 1, "name": "x"}, who=who)[0] in (wanted, 401)
    assert call("patch", f"/plans/items/{world.ids['t2']}", {"version": 1, "name": "x"})[0] == 200

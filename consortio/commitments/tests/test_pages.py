"""The pages of promises: nothing that was written is lost, and each number leads to what it was counted from."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import unscoped
from consortio.commitments.models import Commitment
from consortio.commitments.reads import Look, commitments_page
from consortio.partnerships.actions import found_partnership
from consortio.partnerships.reads import partnerships_of
from consortio.plans.actions import NewItem, add_item, create_plan
from consortio.plans.reads import item_page
from consortio.plans.tests.builders import asked
from tests.world import NOON

from .builders import ACCEPTS, PROMISES, accepted, kept, offer, step
from .test_reads import here

NEW = {"way": "give", "name": "Survey", "done_when": "Depths", "due_on": "2031-05-20", "size": "1"}


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOON, tick=False)


def way(world, more=""):
    return f"/partnerships/{here(world)}/commitments{more}"


def text(answer):
    return answer.content.decode()


def sent(world, partner="Harbour", circle="coast", **more):
    return NEW | {"partner": str(world.ids[partner]), "circle": str(world.ids[circle])} | more


def item_in(world, circle, name="Dredge"):
    own = {"actor": world.actor("ada@Harbour"), "circle_id": world.ids[circle], "at": NOON}
    plan = create_plan(**own, name="Plan", start_at=NOON.replace(tzinfo=None), zone="UTC")
    return add_item(**own, plan_id=plan, item=NewItem(name, duration_minutes=480))


def test_without_a_promise_the_page_says_what_one_is_and_leads_on(world):
    page = text(world.client("bo@Orchard").get(way(world)))

    assert "Nothing has been promised yet" in page and "New promise" in page
    assert "New promise" not in text(world.client("bea@Orchard").get(way(world)))


def test_whoever_is_alone_is_led_to_inviting_somebody(world):
    own = {"house_id": world.ids["Harbour's house"], "name": "Pier", "letters": "HAR"}
    world.do("pier", found_partnership, "ada@Harbour", **own)
    here = next(
        row.id for row in partnerships_of(actor=world.actor("ada@Harbour")) if row.joint_id == world.ids["pier"]
    )
    page = text(world.client("ada@Harbour").get(f"/partnerships/{here}/commitments"))
    assert (
        "nobody else has joined yet" in page and f"/partnerships/{here}/members" in page and "New promise" not in page
    )


def test_a_promise_is_made_and_taken_to_its_end_on_pages(world):
    bo, ada = world.client("bo@Orchard"), world.client("ada@Harbour")
    assert bo.get(way(world, "/new")).status_code == 200
    made = bo.post(way(world, "/new"), sent(world))["Location"]
    assert "Harbour accepts or declines" in text(ada.get(made))

    for client, kind, version in ((ada, "accepted", 1), (bo, "delivered", 2), (ada, "confirmed", 3)):
        assert client.post(f"{made}/steps", {"step": kind, "version": version, "words": "It is so"}).status_code == 302

    page = text(world.client("cy@Island").get(made))
    assert "It is done." in page and "delivered by the date that held" in page and "It is so" in page


def test_a_request_is_for_the_other_side_to_promise(world):
    world.client("bo@Orchard").post(way(world, "/new"), sent(world, way="ask"))

    with unscoped("test"):
        row = Commitment.objects.get()
    assert (row.promiser_id, row.receiver_id, row.offered_by_id) == (
        world.ids["Harbour"],
        world.ids["Orchard"],
        world.ids["Orchard"],
    )


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"partner": ""}, 422, "Choose an organisation."),
        ({"due_on": "soon"}, 422, "Write a day as"),
        ({"due_on": "2031-05-01"}, 422, "Write a day from today on"),
        ({"done_when": ""}, 422, "Done when"),
        ({"size": "0"}, 422, "Weight"),
        ({"about_item": "No such thing"}, 422, "No item of this partnership"),
        ({"our_person": "ada"}, 422, "Who at ours"),
    ],
)
def test_what_is_sent_wrongly_is_named_and_kept(world, wrong, status, sentence):
    answer = world.client("bo@Orchard").post(way(world, "/new"), sent(world, name="Survey of old") | wrong)

    assert answer.status_code == status and sentence in text(answer) and "Survey of old" in text(answer)
    with unscoped("test"):
        assert not Commitment.objects.exists()


def test_a_form_sent_twice_makes_one(world):
    bo = world.client("bo@Orchard")
    assert bo.post(way(world, "/new"), sent(world)).status_code == 302

    again = bo.post(way(world, "/new"), sent(world))

    assert again.status_code == 409 and "waits for an answer already" in text(again)


def test_whoever_may_not_promise_is_refused_before_anything_is_read(world):
    assert world.client("bea@Orchard").get(way(world, "/new")).status_code == 403
    assert world.client("bea@Orchard").post(way(world, "/new"), {}).status_code == 403
    assert world.client("quin@Quay").get(way(world)).status_code in (302, 404)


def test_it_is_about_an_item_by_its_number_and_stands_on_that_item_s_page(world):
    item = item_in(world, "coast")
    bo = world.client("bo@Orchard")
    assert 'value="I-1"' in text(bo.get(way(world, f"/new?item={item}")))

    bo.post(way(world, "/new"), sent(world, about_item="I-1"))

    with unscoped("test"):
        plan = Commitment.objects.select_related("item").get().item.plan_id
    for address in (f"/items/{item}", f"/plans/{plan}/table?peek={item.hex}", f"/plans/{plan}?peek={item.hex}"):
        page = text(bo.get(address))
        assert "Promises about this" in page and "Survey" in page, address


def test_a_promise_of_fewer_about_a_joint_item_says_who_sees_it(world):
    item = item_in(world, "coast")
    offer(world, who="ada@Harbour", promiser="Harbour", receiver="Island", circle="offer", item_id=item)

    page = text(world.client("cy@Island").get(f"/items/{item}"))
    assert "OFF/C-1" in page and "Harbour and Island see this" in page
    assert "Promises about this" not in text(world.client("bo@Orchard").get(f"/items/{item}"))


def test_promises_beside_an_item_are_those_of_the_list_and_cost_no_query(world):
    item, bo = item_in(world, "coast"), world.client("bo@Orchard")
    address = f"/items/{item}"
    before = count_of(bo, address)
    named = {"promiser_person_id": world.ids["bo"], "receiver_person_id": world.ids["ada"]}
    made = accepted(world, item_id=item, **named)
    step(world, made, "delivered", PROMISES)
    offer(world, item_id=item, due_on=date(2031, 8, 1))

    actor = world.actor("bo@Orchard")
    (part,) = item_page(actor=actor, item_id=item, with_beside=True).beside
    listed = commitments_page(actor=actor, partnership_id=here(world), at=NOON, look=Look()).rows

    assert part.values["rows"] == listed[::-1] and len(listed) == 2
    assert [row.promiser_person is not None for row in listed] == [True, False]
    assert count_of(bo, address) == before < 12


def count_of(client, address):
    """Return how many queries a page asks that was asked for once before."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return asked(queries)


def test_an_item_that_fewer_see_is_not_named(world):
    item_in(world, "Harbour only", "Secret dredging")

    for client, status in ((world.client("bo@Orchard"), 422), (world.client("ada@Harbour"), 422)):
        answer = client.post(
            way(world, "/new"), sent(world, partner="Island", about_item="secret dredging", name="Something")
        )
        assert answer.status_code == status
    assert "everybody in the chosen circle sees" in text(answer)


def test_a_step_over_what_somebody_did_meanwhile_keeps_the_words(world):
    made = accepted(world)
    step(world, made, "delivered", PROMISES)
    step(world, made, "disputed", ACCEPTS)

    stale = {"step": "delivered", "version": 2, "words": "My long words"}
    answer = world.client("bo@Orchard").post(f"/commitments/{made}/steps", stale)

    assert answer.status_code == 409 and "My long words" in text(answer) and "Nothing of yours is lost" in text(answer)
    assert 'name="version" value="4"' in text(answer)


def test_a_step_without_its_words_is_asked_for_them(world):
    made = accepted(world)

    answer = world.client("bo@Orchard").post(f"/commitments/{made}/steps", {"step": "delivered", "version": 2})

    assert answer.status_code == 422 and "Say it in words." in text(answer)
    assert kept(made).state == "accepted"


def test_a_step_that_is_none_and_one_of_a_third(world):
    made = accepted(world)
    bo = world.client("bo@Orchard")

    assert bo.post(f"/commitments/{made}/steps", {"step": "offered", "version": 2}).status_code == 422
    assert bo.post(f"/commitments/{made}/steps", {}).status_code == 422
    assert bo.post(f"/commitments/{made}/steps", {"step": "confirmed", "version": 2}).status_code == 409
    third = world.client("cy@Island").post(f"/commitments/{made}/steps", {"step": "confirmed", "version": 2})
    assert third.status_code == 403


def test_another_date_is_asked_for_with_its_day(world):
    made = accepted(world)
    bo = world.client("bo@Orchard")

    asked = {"step": "asked", "version": 2, "words": "The boat is late"}
    assert "The other date" in text(bo.post(f"/commitments/{made}/steps", asked))
    assert bo.post(f"/commitments/{made}/steps", asked | {"due_on": "2031-06-20"}).status_code == 302
    assert "20 Jun is asked for" in text(bo.get(way(world)))


def test_an_offer_is_changed_and_a_stale_change_is_kept(world):
    made = offer(world)
    bo, address = world.client("bo@Orchard"), f"/commitments/{made}/edit"
    said = {"version": 1, "name": "Wider survey", "done_when": "Depths", "due_on": "2031-05-22", "size": "2"}
    assert "Survey of the quay" in text(bo.get(address))

    assert bo.post(address, said).status_code == 302
    again = bo.post(address, said | {"name": "Narrower survey"})

    assert kept(made).name == "Wider survey"
    assert again.status_code == 409 and "Narrower survey" in text(again) and 'value="2"' in text(again)
    assert world.client("ada@Harbour").get(address).status_code == 403


def test_filters_stand_in_the_address_and_odd_ones_say_nothing(world):
    offer(world, name="Nets")
    bo = world.client("bo@Orchard")

    assert "Nets" in text(bo.get(way(world, "?way=given&text=net")))
    assert "No promise is as it is asked for" in text(bo.get(way(world, "?way=received")))
    assert "No promise is as it is asked for" in text(bo.get(way(world, "?way=between")))
    assert "Nets" in text(bo.get(way(world, "?state=nonsense&promiser=x&circle=&figure=huge&from=x")))
    assert bo.get(way(world, f"?circle={world.ids['offer']}")).status_code == 404


def test_few_promises_show_no_share_and_ten_do(world):
    def deliver(number):
        made = accepted(world, name=f"Number {number}")
        step(world, made, "delivered", PROMISES)
        step(world, made, "confirmed", ACCEPTS)

    bo = world.client("bo@Orchard")
    for number in range(9):
        deliver(number)
    assert "needs 10, has 9" in text(bo.get(way(world))) and "100%" not in text(bo.get(way(world)))
    deliver(9)

    page = text(bo.get(way(world)))
    assert "100%" in page and "72%–100%" in page
    listed = text(bo.get(way(world, f"?figure=kept&circle={world.ids['coast']}&promiser={world.ids['Orchard']}")))
    assert all(f"Number {number}" in listed for number in range(10)) and "10 promises: those that were kept" in listed


def test_a_list_costs_the_same_with_one_row_and_with_many(world):
    bo, counts = world.client("bo@Orchard"), []
    for number in range(4):
        made = accepted(world, name=f"Number {number}", receiver_person_id=world.ids["abe"])
        for address in (way(world), f"/commitments/{made}"):
            with CaptureQueriesContext(connection) as asked:
                assert bo.get(address).status_code == 200
            counts.append(len([one for one in asked if one["sql"].startswith("SELECT")]))

    assert len(set(counts[::2])) == len(set(counts[1::2])) == 1
    assert max(counts) <= 14, counts


def test_the_api_does_what_the_pages_do(world):
    bo, ada = world.client("bo@Orchard"), world.client("ada@Harbour")
    body = {
        "circle_id": str(world.ids["coast"]),
        "promiser_id": str(world.ids["Orchard"]),
        "receiver_id": str(world.ids["Harbour"]),
        "name": "Survey",
        "done_when": "Depths",
        "due_on": "2031-05-20",
    }
    call = lambda who, method, path, said=None, **more: getattr(who, method)(  # noqa: E731
        f"/api/v1/commitments{path}", json.dumps(said), "application/json", **more
    )

    made = call(bo, "post", "", body).json()
    pk = made["promise"]["id"]
    assert made["may"] == ["withdrawn"] and made["promise"]["waits_for_id"] == body["receiver_id"]
    assert call(bo, "patch", f"/{pk}", {"name": "Wider"}).status_code == 428
    assert (
        call(bo, "patch", f"/{pk}", {"name": "Wider"}, headers={"If-Match": '"1"'}).json()["promise"]["name"] == "Wider"
    )
    assert call(ada, "post", f"/{pk}/steps", {"step": "accepted", "version": 1}).status_code == 412
    taken = call(ada, "post", f"/{pk}/steps", {"step": "accepted", "version": 2})
    assert taken.status_code == 201 and taken["ETag"] == '"3"'
    assert call(bo, "post", f"/{pk}/steps", {"step": "confirmed", "version": 3}).status_code == 409
    assert call(bo, "post", f"/{pk}/steps", {"step": "delivered", "version": 3}).status_code == 422
    assert call(bo, "post", f"/{pk}/steps", {"step": "delivered", "version": 3, "words": "so"}).status_code == 201

    waiting = ada.get("/api/v1/commitments/waiting").json()["rows"]
    assert [(one["what"], one["promise"]["id"]) for one in waiting] == [("confirmation", pk)]
    listed = ada.get(f"/api/v1/commitments?partnership_id={here(world)}&state=open&text=wid").json()
    assert [row["id"] for row in listed["rows"]] == [pk] and listed["next"] == ""
    figures = ada.get(f"/api/v1/commitments/reliability?circle_id={world.ids['coast']}").json()
    assert [row["count"] for row in figures["organisations"]] == [0, 0, 0]
    steps = {one["kind"]: one["words"] for one in ada.get(f"/api/v1/commitments/{pk}").json()["steps"]}
    assert steps == {"offered": "", "accepted": "", "delivered": "so"}


def test_pages_of_the_api_s_list_go_on(world):
    for number in range(3):
        offer(world, name=f"Number {number}")
    bo, address = world.client("bo@Orchard"), f"/api/v1/commitments?partnership_id={here(world)}&limit=2"

    first = bo.get(address).json()
    second = bo.get(f"{address}&after={first['next']}").json()

    assert [row["name"] for row in first["rows"] + second["rows"]] == ["Number 0", "Number 1", "Number 2"]
    assert second["next"] == ""

"""The API drafts, proposes, settles and reads decisions as the pages do."""

import json

import pytest
import time_machine

from tests.world import NOON

from .builders import agreed, draft, drafted, must_know, page_of, settled


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def call(client, method, path, body=None, **headers):
    sent = json.dumps(body) if body is not None else ""
    answer = client.generic(method, f"/api/v1/{path}", sent, "application/json", headers=headers)
    return answer.status_code, answer.json() if answer.content else None


def body(world, circle="coast", **more):
    options = [{"name": "By barge", "words": "Slow."}, {"name": "By lorry"}]
    own = {"circle_id": str(world.ids[circle]), "question": "How is the sand taken away?", "options": options}
    return own | {"choice": 0, "reasons": "It is cheap."} | more


def test_a_decision_goes_all_its_way(world):
    ada = world.client("ada@Harbour")
    status, made = call(ada, "POST", "decisions", body(world))
    assert (status, made["decision"]["key"], made["decision"]["state"]) == (201, "D-1", "draft")
    way = f"decisions/{made['decision']['id']}"
    text = {name: value for name, value in body(world, choice=1).items() if name != "circle_id"}
    assert call(ada, "PUT", way, text)[0] == 428
    assert call(ada, "PUT", way, text, **{"If-Match": '"7"'})[0] == 412
    status, edited = call(ada, "PUT", way, text, **{"If-Match": '"1"'})
    assert (status, edited["decision"]["chosen"], edited["decision"]["version"]) == (200, "By lorry", 2)

    status, asked = call(ada, "POST", f"{way}/proposal", {"version": 2, "days": 7})

    assert (status, asked["proposal"]["headline"]) == (202, "D-1 How is the sand taken away?")
    assert call(ada, "PUT", way, text | {"version": 3})[0] == 409
    for who in ("bo@Orchard", "cy@Island"):
        said = {"version": asked["proposal"]["version"], "verdict": "approve"}
        assert call(world.client(who), "PUT", f"proposals/{asked['proposal']['id']}/answer", said)[0] == 200
    assert call(ada, "GET", way)[1]["decision"]["state"] == "agreed"
    people = {"person_ids": [str(world.ids["abe"]), str(world.ids["bea"])]}
    assert len(call(ada, "POST", f"{way}/readers", people)[1]["readers"]) == 2
    read = call(world.client("bea@Orchard"), "POST", f"{way}/reading")
    assert read[0] == 200 and [one["read_at"] is None for one in read[1]["readers"]] == [True, False]
    assert call(ada, "POST", f"{way}/reading")[0] == 404
    status, anew = call(ada, "POST", "decisions", body(world, supersedes_id=made["decision"]["id"], governs=["D-1"]))
    assert (status, anew["supersedes_id"], anew["governs"][0]["key"]) == (201, made["decision"]["id"], "D-1")
    assert call(ada, "GET", way)[1]["superseded_by"] == [anew["decision"]["id"]]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"question": ""}, 422),
        ({"question": " "}, 422),
        ({"question": "x" * 301}, 422),
        ({"question": "x\x00"}, 400),
        ({"choice": 2}, 422),
        ({"choice": 9}, 422),
        ({"options": [{"name": "a"}, {"name": "A"}]}, 422),
        ({"options": [{"name": "a"}] * 7}, 422),
        ({"options": [{"nome": "a"}]}, 422),
        ({"effective_on": "2031-06-02", "review_on": "2031-06-01"}, 422),
        ({"effective_on": "soon"}, 422),
        ({"governs": ["D-9"]}, 422),
        ({"supersedes": "x"}, 422),
    ],
)
def test_a_draft_is_refused(world, said, status):
    assert call(world.client("ada@Harbour"), "POST", "decisions", body(world) | said)[0] == status
    assert call(world.client("ada@Harbour"), "GET", f"decisions?partnership_id={here(world)}")[1]["rows"] == []


def here(world):
    from consortio.partnerships.reads import partnerships_of

    rows = partnerships_of(actor=world.actor("ada@Harbour"))
    return next(row.id for row in rows if row.joint_id == world.ids["coast"])


def test_a_narrower_circle_settles(world):
    ada = world.client("ada@Harbour")
    made = call(ada, "POST", "decisions", body(world, "Harbour only"))[1]
    way = f"decisions/{made['decision']['id']}"
    assert call(ada, "POST", f"{way}/proposal", {"version": 1, "days": 7})[0] == 409
    wrong = {"version": 1, "organisation_ids": [str(world.ids["Orchard"])]}
    assert call(ada, "POST", f"{way}/settlement", wrong)[0] == 422
    right = {"version": 1, "organisation_ids": [str(world.ids["Harbour"])]}
    status, held = call(ada, "POST", f"{way}/settlement", right)
    assert (status, held["decision"]["state"], held["agreed_by"]) == (200, "agreed", [str(world.ids["Harbour"])])
    for method, path in [("GET", way), ("POST", f"{way}/reading"), ("DELETE", f"{way}/governed/{world.ids['ada']}")]:
        assert call(world.client("bo@Orchard"), method, path)[0] == 404


def test_the_list_is_filtered_and_paged(world):
    for number in range(3):
        drafted(world, f"n{number}")
    agreed(world, "sand")
    settled(world, "at home")
    ada, own = world.client("ada@Harbour"), f"decisions?partnership_id={here(world)}"

    first = call(ada, "GET", f"{own}&limit=3&state=draft&circle_id={world.ids['coast']}")[1]
    assert ([row["key"] for row in first["rows"]], first["next"]) == (["D-3", "D-2", "D-1"], "")
    page = call(ada, "GET", f"{own}&limit=2")[1]
    rest = call(ada, "GET", f"{own}&limit=9&after={page['next']}")[1]
    assert len(page["rows"]) == 2 and len(rest["rows"]) == 3 and rest["next"] == ""
    assert call(ada, "GET", f"{own}&after=x")[0] == 422 and call(ada, "GET", f"{own}&state=x")[0] == 422
    bo = world.client("bo@Orchard")
    assert len(call(bo, "GET", own)[1]["rows"]) == 4
    assert call(bo, "GET", f"{own}&circle_id={world.ids['Harbour only']}")[1]["rows"] == []
    assert call(world.client("nobody@Nowhere"), "GET", own)[0] == 401


def test_what_is_governed_is_found_named_and_taken_off(world):
    agreed(world, "sand")
    agreed(world, "mud")
    ada, way = world.client("ada@Harbour"), f"decisions/{world.ids['sand']}"
    (found, *_) = call(ada, "GET", f"decisions/governable?circle_id={world.ids['coast']}&words=D-2")[1]
    assert (found["kind"], found["key"]) == ("other", "D-2")
    held = call(ada, "POST", f"{way}/governed", {"governs": [found["key"]]})[1]["governs"]
    assert [one["row_id"] for one in held] == [str(world.ids["mud"])]
    with time_machine.travel(NOON.replace(hour=13), tick=False):
        assert call(ada, "DELETE", f"{way}/governed/{held[0]['id']}")[1]["governs"] == []
        assert call(ada, "DELETE", f"{way}/governed/{held[0]['id']}")[0] == 404
    assert call(world.client("bea@Orchard"), "POST", f"{way}/governed", {"governs": ["D-2"]})[0] == 403


def test_a_draft_is_taken_back(world):
    drafted(world, "sand")
    ada, way = world.client("ada@Harbour"), f"decisions/{world.ids['sand']}"
    assert call(ada, "POST", f"{way}/withdrawal", {})[0] == 428
    assert call(ada, "POST", f"{way}/withdrawal", {"version": 1})[1]["decision"]["state"] == "withdrawn"
    assert call(ada, "POST", f"{way}/withdrawal", {"version": 2})[0] == 409


def test_what_waits_is_in_the_list_of_what_waits(world):
    agreed(world, "sand")
    must_know(world, "sand", "abe")

    rows = call(world.client("abe@Harbour"), "GET", "waiting")[1]["rows"]

    assert [(row["kind"], row["words"]) for row in rows] == [("decision", "Read decision D-1")]
    assert page_of(world, "sand").readers[0].name == "abe"


def test_a_reader_is_taken_off(world):
    agreed(world, "sand")
    must_know(world, "sand", "abe", "bea")
    way = f"decisions/{world.ids['sand']}"
    assert call(world.client("bea@Orchard"), "POST", f"{way}/reading")[0] == 200
    ada, cy = world.client("ada@Harbour"), world.client("cy@Island")
    readers = {one["person_id"]: one for one in call(ada, "GET", way)[1]["readers"]}
    abe, bea = (f"{way}/readers/{readers[str(world.ids[name])]['id']}" for name in ("abe", "bea"))
    assert readers[str(world.ids["bea"])]["may_take_off"] and call(cy, "DELETE", bea)[0] == 403

    assert call(ada, "DELETE", abe)[1]["taken_off"] == []
    status, left = call(ada, "DELETE", bea)

    assert (status, left["readers"]) == (200, [])
    assert [(one["person_id"], one["read_at"] is None) for one in left["taken_off"]] == [(str(world.ids["bea"]), False)]
    assert call(ada, "DELETE", f"{way}/readers/{world.ids['sand']}")[0] == 404


def test_a_decision_still_fits(world):
    agreed(world, "sand", said=draft(review_on=NOON.date()))
    way = f"decisions/{world.ids['sand']}"
    ada = world.client("ada@Harbour")
    page = call(ada, "GET", way)[1]
    version = page["decision"]["version"]
    assert (page["may_review"], call(world.client("bo@Orchard"), "GET", way)[1]["may_review"]) == (True, False)
    assert call(ada, "POST", f"{way}/reviews", {})[0] == 428
    assert call(ada, "POST", f"{way}/reviews", {"version": version, "next_on": "2031-05-06"})[0] == 422

    said = {"version": version, "words": "It is.", "next_on": "2031-12-01"}
    status, kept = call(ada, "POST", f"{way}/reviews", said)

    assert (status, kept["decision"]["review_on"], kept["decision"]["is_review_due"]) == (200, "2031-12-01", False)
    (review,) = kept["reviews"]
    assert (review["words"], review["due_on"], review["next_on"]) == ("It is.", "2031-05-06", "2031-12-01")
    assert kept["decision"]["reviewed_at"] == review["said_at"] and not kept["may_review"]
    assert call(ada, "POST", f"{way}/reviews", said | {"version": kept["decision"]["version"]})[0] == 409

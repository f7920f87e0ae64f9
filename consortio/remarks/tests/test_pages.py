"""Remarks as browsers and programs get them."""

import json
import re

import pytest
import time_machine

from consortio.partnerships.actions import unseat_person
from consortio.plans.tests.builders import bring_in, quay
from consortio.plans.window import Look, tree_window
from consortio.remarks.reads import remarks_of
from tests.world import NOON

HOSTILE = "<script>alert(1)</script> \"'><b>&amp; @bo"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def item(world):
    plan_id = bring_in(world, quay(), organisations={}, name="Quay")
    rows = tree_window(actor=world.actor("ada@Harbour"), plan_id=plan_id, look=Look()).rows
    world.ids |= {"plan": plan_id, "item": next(row.id for row in rows if row.name == "Task t1")}
    return world.ids["item"]


def post(world, text, who="ada@Harbour", circle="coast", about="item"):
    said = {"text": text} | ({"circle": str(world.ids[circle])} if circle else {})
    return world.client(who).post(f"/remarks/about/{world.ids[about]}", said)


def sent(world, method, path, body=None, who="ada@Harbour"):
    ask = getattr(world.client(who), method)
    return ask(f"/api/v1/remarks{path}", json.dumps(body), content_type="application/json") if body else ask(
        f"/api/v1/remarks{path}"
    )  # fmt: skip


def test_what_is_said_stands_on_the_page_of_its_item_and_the_button_names_the_circle(world, item):
    answer = post(world, "Below −4 °C we cannot dig.")
    assert answer.status_code == 302 and answer["Location"].startswith(f"/items/{item}#remark-")

    assert f'hx-get="/remarks/about/{item}"' in world.client("bo@Orchard").get(f"/items/{item}").content.decode()
    page = world.client("bo@Orchard").get(f"/remarks/about/{item}").content.decode()
    assert "Below −4 °C we cannot dig." in page and "Keep in house" in page and "Share with all 3" in page
    chosen = re.search(r'name="circle" value="([^"]+)" checked', page)[1]
    assert chosen == str(world.ids["Orchard only"])
    bea = world.client("bea@Orchard").get(f"/remarks/about/{item}").content.decode()
    assert "Below −4 °C we cannot dig." in bea and "Keep in house" not in bea


def test_who_left_is_a_former_member_beside_their_words(world, item):
    post(world, "Below −4 °C we cannot dig.", who="abe@Harbour")

    def told():
        page = world.client("bo@Orchard").get(f"/remarks/about/{item}").content.decode()
        (row,) = sent(world, "get", f"?subject_id={item}", who="bo@Orchard").json()["rows"]
        return "former member" in page, row["is_former"], row["person"]

    before = told()
    coast = world.ids["coast"]
    unseat_person(actor=world.actor("ada@Harbour"), joint_id=coast, person_id=world.ids["abe"], at=NOON)

    assert (before, told()) == ((False, False, "abe"), (True, True, "abe"))


def test_a_plan_has_a_page_of_its_own_for_remarks(world, item):
    post(world, "Of the plan", about="plan")

    page = world.client("cy@Island").get(f"/remarks/about/{world.ids['plan']}")
    assert page.status_code == 200 and "Of the plan" in page.content.decode()
    assert (
        str(f"/remarks/about/{world.ids['plan']}")
        in world.client("cy@Island").get(f"/plans/{world.ids['plan']}").content.decode()
    )


def test_what_was_written_wrongly_comes_back_with_the_words_and_a_sentence(world, item):
    for text, circle, sentence in (
        ("", "coast", "Write what you want to say."),
        ("x" * 10_001, "coast", "at most 10000 signs; this one has 10001"),
        ("Words", "offer", "Choose one of the circles"),
        ("Words", None, "Choose who sees it."),
    ):
        answer = post(world, text, "bo@Orchard", circle)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True), sentence
        assert text in answer.content.decode()
    assert post(world, "Words", "bo@Orchard").status_code == 302


def test_words_are_text_and_names_are_marked(world, item):
    post(world, HOSTILE)

    page = world.client("bo@Orchard").get(f"/remarks/about/{item}").content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert re.search(r'<b title="Orchard">@bo</b>', page)


def test_one_is_told_whom_one_has_named(world, item):
    ada = world.client("ada@Harbour")
    for text, circle, sentence in (
        ("@bo, look", "coast", "Named, and told: bo."),
        ("@bo, look", "Harbour only", "Nobody who sees this is named in it"),
    ):
        said = {"text": text, "circle": str(world.ids[circle])}
        page = ada.post(f"/remarks/about/{item}", said, follow=True)
        assert sentence in page.content.decode()


def test_a_remark_in_house_looks_to_others_like_none(world, item):
    post(world, "In house", circle="Harbour only")
    own = remarks_of(actor=world.actor("ada@Harbour"), subject_id=item).rows[0].id

    page = world.client("bo@Orchard").get(f"/remarks/about/{item}").content.decode()
    assert "In house" not in page.replace("Keep in house", "") and "Nobody has said anything about it" in page
    for path in (f"/remarks/{own}", f"/api/v1/remarks/{own}"):
        theirs, missing = (
            world.client("bo@Orchard").get(one) for one in (path, path.replace(str(own), str(world.ids["ada"])))
        )
        assert theirs.status_code == missing.status_code == 404
        assert world.client("abe@Harbour").get(path).status_code == 200
    assert world.client("bo@Orchard").post(f"/remarks/{own}/withdrawal").status_code == 404
    assert world.client("abe@Harbour").post(f"/remarks/{own}/withdrawal").status_code == 403
    assert world.client("ada@Harbour").post(f"/remarks/{own}/withdrawal").status_code == 302


def test_other_words_are_saved_over_the_version_that_was_seen(world, item):
    post(world, "First")
    own = remarks_of(actor=world.actor("ada@Harbour"), subject_id=item).rows[0].id
    ada = world.client("ada@Harbour")

    assert 'value="1"' in ada.get(f"/remarks/{own}").content.decode()
    assert ada.post(f"/remarks/{own}", {"text": "Second", "version": 1}).status_code == 302
    stale = ada.post(f"/remarks/{own}", {"text": "Third", "version": 1})
    assert stale.status_code == 409
    assert "Second" in stale.content.decode() and "Third" in stale.content.decode()
    assert ada.post(f"/remarks/{own}", {"text": "", "version": 2}).status_code == 422
    assert ada.post(f"/remarks/{own}", {"text": "Third", "version": 2}).status_code == 302
    assert world.client("bo@Orchard").post(f"/remarks/{own}", {"text": "Mine", "version": 3}).status_code == 403


def test_programs_read_and_write_remarks(world, item):
    said = {"subject_id": str(item), "circle_id": str(world.ids["coast"]), "text": "@bo, look"}
    made = sent(world, "post", "", said)
    assert made.status_code == 201 and made.json()["mentions"] == [str(world.ids["bo"])]

    listed = sent(world, "get", f"?subject_id={item}", who="bo@Orchard").json()
    assert [row["text"] for row in listed["rows"]] == ["@bo, look"] and listed["total"] == 1
    assert listed["circle_ids"] == [str(world.ids["Orchard only"]), str(world.ids["coast"])]
    way = f"/{made.json()['id']}"
    edit = {"text": "Better", "version": 1}
    assert sent(world, "put", way, edit, "bo@Orchard").status_code == 403
    assert sent(world, "put", way, edit).json()["text"] == "Better"
    assert sent(world, "put", way, edit).status_code == 412
    assert sent(world, "put", way, {"text": "", "version": 2}).status_code == 422
    assert sent(world, "delete", way, who="bo@Orchard").status_code == 403
    assert sent(world, "delete", way).status_code == 204
    assert sent(world, "get", way).json()["text"] == ""


def test_programs_are_told_who_can_be_named(world, item):
    asked = f"/people?circle_id={world.ids['coast']}&begins=be"
    assert sent(world, "get", asked, who="cy@Island").json() == [
        {"person_id": str(world.ids["bea"]), "name": "bea", "organisation": "Orchard", "label": "bea"}
    ]
    hidden = f"/people?circle_id={world.ids['offer']}&begins=be"
    assert sent(world, "get", hidden, who="bo@Orchard").status_code == 404
    assert sent(world, "get", hidden, who="cy@Island").json() == []

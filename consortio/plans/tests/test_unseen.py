"""Names of plans and items are one line that shows all its letters, whichever door they come through."""

import json

import pytest

from consortio.access import unscoped
from consortio.interchange.reading import read_bytes
from consortio.plans.entering import NotUnderstood, lines_of
from consortio.plans.fields import FieldRefused, checked
from consortio.plans.models import Item

from .builders import bring_in, quay

HIDDEN = ["\u202e", "\u200b", "\ufeff", "\t", "\u2028"]


@pytest.mark.parametrize("letter", HIDDEN)
@pytest.mark.parametrize("field", ["name", "code"])
def test_the_columns_of_an_item_take_none(letter, field):
    with pytest.raises(FieldRefused) as refusal:
        checked({field: f"Dre{letter}dge"})
    assert refusal.value.field == field
    assert checked({field: "می\u200cخواهم"}) == {field: "می\u200cخواهم"}  # a joiner is part of how Persian is written


@pytest.mark.parametrize("letter", ["\u202e", "\u200b", "\ufeff"])
def test_a_pasted_line_takes_none(letter):
    with pytest.raises(NotUnderstood, match=r"^Line 2: .*U\+"):
        lines_of(f"Survey\nDre{letter}dge", 480)


@pytest.mark.parametrize("letter", HIDDEN)
def test_the_api_takes_none(world, letter):
    ada, plan = world.client("ada@Harbour"), bring_in(world, quay())

    def post(path, body):
        answer = ada.post(f"/api/v1/plans{path}", json.dumps(body), "application/json")
        return answer.status_code, [fault["field"] for fault in answer.json().get("errors", ())]

    own = {"circle_id": str(world.ids["coast"]), "start_at": "2031-05-05T08:00"}
    assert post("", own | {"name": f"Qu{letter}ay"}) == (422, ["name"])
    assert post(f"/{plan}/items", {"items": [{"name": f"Dre{letter}dge"}]}) == (422, ["items/0/name"])
    assert post(f"/{plan}/items", {"items": [{"name": " Dredge "}]}) == (201, [])
    with unscoped("test"):
        assert Item.objects.filter(plan=plan, name="Dredge").count() == 1


@pytest.mark.parametrize("letter", ["\u202e", "\u200b"])
def test_a_form_takes_none(world, letter):
    ada, plan = world.client("ada@Harbour"), bring_in(world, quay())
    said = {"lines": f"Dre{letter}dge", "name": f"Dre{letter}dge", "kind": "task", "duration": "5 d"}
    said["circle_id"] = str(world.ids["coast"])
    answer = ada.post(f"/plans/{plan}/items/new", said)
    assert answer.status_code == 422 and "U+" in answer.content.decode()


def test_a_file_comes_in_without_them_and_says_so():
    plan = read_bytes("Name;Duration\nDre\u200bdge\u202e;5\nSurvey;3\n".encode(), "plan.csv")
    assert [item.name for item in plan.items] == ["Dredge", "Survey"]
    assert [(one.severity, one.message) for one in plan.findings if one.code == "unseen"] == [
        ("info", "name held characters that are not seen; it came in without them.")
    ]

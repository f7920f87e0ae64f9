"""Beginning an empty plan on its page: who may, where, and what comes of it."""

import pytest
import time_machine

from consortio.access import unscoped
from consortio.access.models import Circle
from consortio.plans.models import Plan
from consortio.plans.neutral import office_week
from tests.forms import form_at
from tests.world import NOON


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def way(world):
    with unscoped("test"):
        place = Circle.objects.get(pk=world.ids["coast"]).partnership_id
    return f"/partnerships/{place}/plans/new"


def plans():
    with unscoped("test"):
        return list(Plan.objects.select_related("calendar"))


def test_a_plan_is_begun_without_a_file(world, way):
    ada = world.client("ada@Harbour")
    shown = ada.get(way)
    said = form_at(shown, "") | {"name": "Quay", "calendar": "6", "circle": str(world.ids["coast"])}

    answer = ada.post(way, said)

    (plan,) = plans()
    assert (answer.status_code, answer["Location"]) == (302, f"/plans/{plan.pk}")
    assert (plan.name, plan.circle_id, plan.start_at.date()) == ("Quay", world.ids["coast"], NOON.date())
    assert plan.calendar.week == office_week(6) and plan.calendar.week[5] and not plan.calendar.week[6]
    assert "This plan has no items yet." in ada.get(answer["Location"]).content.decode()


def test_the_narrowest_circle_is_chosen_first(world, way):
    assert form_at(world.client("ada@Harbour").get(way), "")["circle"] == str(world.ids["Harbour only"])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "required"),
        ({"zone": "Nowhere"}, "Write the zone as in"),
        ({"start_at": "soon"}, "Write a day and a time"),
        ({"circle": "x"}, "Choose one of the circles shown."),
        ({"circle": "01c2b8c4-fa00-7003-99d6-989b8e959660"}, "Choose one of the circles shown."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_begun(world, way, wrong, says):
    ada = world.client("ada@Harbour")
    said = form_at(ada.get(way), "") | {"name": "Quay", "calendar": "5"} | wrong

    answer = ada.post(way, said)

    assert (answer.status_code, plans()) == (422, [])
    assert says in answer.content.decode()


def test_only_whoever_may_plan_begins_one(world, way):
    assert world.client("bea@Orchard").get(way).status_code == 403
    assert world.client("quin@Quay").get(way).status_code == 404
    page = way.removesuffix("/plans/new")
    assert way in world.client("ada@Harbour").get(page).content.decode()
    assert way not in world.client("bea@Orchard").get(page).content.decode()


def test_a_circle_of_others_is_none_to_begin_in(world, way):
    ada = world.client("ada@Harbour")
    said = form_at(ada.get(way), "") | {"name": "Quay", "calendar": "5", "circle": str(world.ids["Orchard only"])}

    assert (ada.post(way, said).status_code, plans()) == (422, [])

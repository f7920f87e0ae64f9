"""Which goals a page of a list shows: a page at a time, in the order of the address, without figures where none decide."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from consortio.goals.looking import Look, listing, look_in
from consortio.goals.outlines import Outline

from .test_goals import agreed, drafted, kpi, read  # noqa: F401  -- a fixture among them
from .test_pages import text, way

JOINT, SIDE = UUID(int=1), UUID(int=2)


def goal(number, state="agreed", circle=JOINT, parent=None, organisation=None):
    due_on = date(2031, 1, 1) + timedelta(days=number)
    parent_id = UUID(int=100 + parent) if parent else None
    return Outline(UUID(int=100 + number), circle, state, organisation, parent_id, f"Goal {number}", due_on, number)


def shown(found, **look):
    return listing(found, Look(**look), JOINT, lambda: pytest.fail("no figures are asked for"))


def numbers(page):
    return [pk.int - 100 for _, pk in page.places]


def test_a_page_shows_ten_and_says_where_one_is():
    many = [goal(number) for number in range(30)]

    first, second, last = (shown(many, page=page) for page in (1, 2, 9))

    assert numbers(first) == [*range(10)] and (first.first, first.last, first.total) == (1, 10, 30)
    assert numbers(second) == [*range(10, 20)]
    assert numbers(last) == [*range(20, 30)] and (last.first, last.last) == (21, 30)  # there is no ninth
    assert numbers(shown([], page=3)) == []


def test_the_board_begins_with_what_all_agreed_on_and_leaves_out_what_has_ended():
    found = [goal(1, "draft"), goal(2, circle=SIDE), goal(3, "missed"), goal(4), goal(5, "proposed"), goal(6)]

    page = shown(found)

    assert numbers(page) == [4, 6, 5, 1, 2]
    assert (page.total, page.ended) == (5, 1)
    assert numbers(shown(found, state="ended")) == [3]
    assert numbers(shown(found, view="list")) == [1, 2, 3, 4, 5, 6]


def test_order_and_filter_follow_the_address():
    found = [goal(1, organisation=SIDE), goal(2, "draft"), goal(3)]

    assert numbers(shown(found, view="list", sort="-due")) == [3, 2, 1]
    assert numbers(shown(found, organisation=SIDE)) == [1]
    assert numbers(shown(found, state="draft")) == [2]


def test_a_goal_stands_below_its_parent_on_whichever_page():
    found = [goal(1), goal(2, parent=3), goal(3), goal(4, parent=99)]

    assert [(depth, pk.int - 100) for depth, pk in shown(found, view="tree").places] == [(0, 1), (0, 3), (1, 2), (0, 4)]


@pytest.mark.parametrize(("said", "page"), [("2", 2), ("0", 1), ("-1", 1), ("x", 1), ("99999999", 1), ("²", 1)])
def test_a_page_that_cannot_be_is_the_first(said, page):
    assert look_in({"page": said}).page == page


@pytest.mark.django_db
def test_more_goals_than_a_page_are_turned_over(world, kpi, monkeypatch):  # noqa: F811
    monkeypatch.setattr("consortio.goals.looking.VIEWS", {"board": 2, "tree": 2, "list": 2})
    monkeypatch.setattr("consortio.goals.views.VIEWS", {"board": 2, "tree": 2, "list": 2})
    for name in ("One", "Two", "Three"):
        agreed(world, kpi, name=name)
    drafted(world, kpi, name="Four")
    read(world, kpi, "30", "40")
    client = world.client("ada@Harbour")

    first, second = text(client.get(way(world))), text(client.get(way(world, "?page=2")))

    assert "1–2 of 4" in first and 'rel="next"' in first and "One" in first and "Three" not in first
    assert "3–4 of 4" in second and 'rel="prev"' in second and "Three" in second and "Four" in second
    for page in (first, second):  # of three agreed goals two are here: what all come to is asked for elsewhere
        assert 'hx-select="#goals + span"' in page and "have gone" not in page
    assert '<h2 id="goals">Goals</h2><span>Together the 3 agreed goals' in text(client.get(way(world, "/glance")))
    listed = text(client.get(way(world, "?view=list&sort=-progress&page=2")))
    assert "3–4 of 4" in listed and "?view=list&amp;sort=-progress" in listed

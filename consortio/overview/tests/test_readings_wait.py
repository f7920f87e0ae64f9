"""Readings wait for whoever may enter or answer them, and for nobody else."""

from dataclasses import replace

import pytest

from consortio.kpis.terms import KpiTerms
from consortio.kpis.tests.test_readings import TONNES, claim, newest, said, watched
from consortio.overview.reads import waiting
from tests.world import NOON


def waits(world, who):
    found = waiting(actor=world.actor(who), at=NOON).all
    return [(wait.kind, wait.words) for wait in found if wait.kind.startswith("reading")]


def owned(world, name="Dredged", **more):
    return watched(world, replace(TONNES, name=name, organisation_id=world.ids["Harbour"], **more))


def test_one_due_reading_leads_to_its_kpi_and_several_to_the_check_in(world):
    kpi = owned(world)
    (only,) = (wait for wait in waiting(actor=world.actor("ada@Harbour"), at=NOON).all if wait.kind == "reading-due")
    assert (only.words, only.url) == ("Enter “Dredged” of April 2031", f"/kpis/{kpi}#enter")
    assert waits(world, "bo@Orchard") == []

    owned(world, "Sold")
    assert waits(world, "ada@Harbour") == [("reading-due", "Enter 2 readings")]
    claim(world, kpi, said(4, "5"))
    assert waits(world, "ada@Harbour") == [("reading-due", "Enter “Sold” of April 2031")]


@pytest.mark.parametrize(("who", "count"), [("bo@Orchard", 1), ("ada@Harbour", 0), ("bea@Orchard", 0)])
def test_a_headline_waits_to_be_confirmed_by_others_who_may(world, who, count):
    claim(world, watched(world, replace(TONNES, is_headline=True)), said(3, "38.4"))
    claim(world, watched(world, KpiTerms(name="No headline")), said(3, "1"))

    words = "Confirm 38.4 t for “Dredged” in March 2031, or contest it"
    assert waits(world, who) == [("reading", words)] * count


def test_it_is_confirmed_there_with_one_press(world):
    kpi = watched(world, replace(TONNES, is_headline=True))
    claim(world, kpi, said(3, "38.4"))
    (wait,) = (one for one in waiting(actor=world.actor("bo@Orchard"), at=NOON).all if one.done_url)

    answer = world.client("bo@Orchard").post(wait.done_url, dict(wait.done_fields) | {"back": "/waiting"})

    assert (answer.status_code, answer["Location"]) == (302, "/waiting")
    assert newest(world, kpi).state == "confirmed" and waits(world, "bo@Orchard") == []


def test_ones_own_contested_figure_waits(world):
    kpi = watched(world)
    claim(world, kpi, said(3, "38.4"))
    claim(world, kpi, said(3, "37.0"), who="bo@Orchard")

    assert [kind for kind, _words in waits(world, "ada@Harbour")] == ["reading-contested"]
    assert waits(world, "bo@Orchard") == []

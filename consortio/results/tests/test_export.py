"""Goals and readings as an IATI file: it follows the schema, and another world that reads it has the same figures."""

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

import pytest

from consortio import access
from consortio.goals.actions import draft_goal
from consortio.goals.models import Goal
from consortio.goals.terms import GoalTerms
from consortio.interchange.iati import read_iati
from consortio.interchange.tests.shared import folder_of
from consortio.interchange.tests.xsd import Schema
from consortio.kpis.actions import claim_readings, define_kpi, take_stance
from consortio.kpis.claims import Claim
from consortio.kpis.models import Kpi, Reading
from consortio.kpis.terms import KpiTerms

from .test_flow import bring_in, brought, draft_of, partnership_called, rows, run_jobs, upload  # noqa: F401

NOON = datetime(2021, 5, 6, 12, tzinfo=UTC)
YEAR = (date(2020, 1, 1), date(2021, 1, 1))


@cache
def schema() -> Schema:
    folder = folder_of("iati")
    if folder is None:
        pytest.skip("the folder shared/data/iati, with the schema of the standard, is not beside this checkout")
    return Schema(folder / "schema-2.03" / "iati-activities-schema.xsd")


def exported(client, here):
    answer = client.get(f"/partnerships/{here}/results.xml")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/xml; charset=utf-8"
    return answer.content


def figures(world, row, who):
    """Return what a partnership measures, wants and has read, without ids."""
    names = {kpi.pk: kpi.name for kpi in rows(world, Kpi, row, who)}
    own = ("definition", "unit", "decimals", "frequency", "fiscal_start", "aggregation", "better")
    kpis = {kpi.name: [getattr(kpi, name) for name in own] for kpi in rows(world, Kpi, row, who)}
    terms = ("name", "why", "direction", "baseline", "target", "start_on", "due_on")
    goals = [[names[one.kpi_id], *(getattr(one, name) for name in terms)] for one in rows(world, Goal, row, who)]
    readings = [
        (names[one.kpi_id], one.start_on, one.end_on, one.value)
        for one in rows(world, Reading, row, who)
        if one.state not in ("contested", "corrected")
    ]
    return kpis, sorted(goals), sorted(readings)


def brought_again(world, content, name, who="bo@Orchard"):
    """Return the figures of a partnership that another organisation makes of a file."""
    client = world.client(who)
    upload(client, content, "again.xml")
    run_jobs()
    draft = draft_of(world, who)
    assert bring_in(client, draft, **{"name-0": name}).status_code == 302
    run_jobs()
    return figures(world, partnership_called(world, name, who), who)


def test_what_came_in_goes_out_and_comes_in_again(world, brought):  # noqa: F811
    ada, draft = brought
    bring_in(ada, draft)
    run_jobs()
    here = partnership_called(world, "Clean lagoon")

    content = exported(ada, here.id)

    (activity,) = read_iati(content, "").activities
    assert activity.identifier == "XX-1-LAGOON" and activity.title == "Clean lagoon"
    (us,) = activity.organisations
    assert (us.name, us.ref, us.role, us.kind) == ("Harbour", "XX-1", "2", "40")
    assert [result.kind for result in activity.results] == ["2", "1"]
    mine = figures(world, here, "ada@Harbour")
    assert mine[2] and mine[1] and brought_again(world, content, "Lagoon again") == mine


def test_what_came_in_and_goes_out_follows_the_schema(world, brought):  # noqa: F811
    ada, draft = brought
    bring_in(ada, draft)
    run_jobs()

    content = exported(ada, partnership_called(world, "Clean lagoon").id)

    assert schema().faults(content) == []


@pytest.fixture
def measured(world):
    """A KPI of its own kind with two goals, readings in three states, and one that no goal has."""
    terms = KpiTerms("Cost", definition="All of it.\n\nEven tax.", unit="money:EUR|days", decimals=2, better="down")
    terms = _with(terms, frequency="quarter", fiscal_start=2, aggregation="sum")
    cost = world.do("cost", define_kpi, "ada@Harbour", circle_id=world.ids["coast"], terms=terms)
    boats = KpiTerms("Boats", unit="own:boats; all=of {them}", frequency="year")
    world.do("boats", define_kpi, "ada@Harbour", circle_id=world.ids["coast"], terms=boats)
    claims = [
        Claim(date(2020, 2, 1), date(2020, 5, 1), Decimal("12.50")),
        Claim(date(2020, 5, 1), date(2020, 8, 1), Decimal("11")),
        Claim(date(2020, 8, 1), date(2020, 11, 1), Decimal("10.75"), note="at last"),
    ]
    world.do("claims", claim_readings, "ada@Harbour", kpi_id=cost, claims=claims)
    world.do(
        "claim of boats", claim_readings, "bo@Orchard", kpi_id=world.ids["boats"], claims=[Claim(*YEAR, Decimal(3))]
    )
    with access.reading(bo := world.actor("bo@Orchard")):
        held = {one.start_on: one for one in access.visible(bo, Reading).filter(kpi=cost)}
    first, second = (held[claim.start_on] for claim in claims[:2])
    own = {"is_confirming": True, "version": first.version}
    world.do("confirmed", take_stance, "bo@Orchard", reading_id=first.pk, **own)
    own = {"is_confirming": False, "version": second.version, "value": Decimal("14.5"), "reason": "we paid more"}
    world.do("contested", take_stance, "bo@Orchard", reading_id=second.pk, **own)
    goal = GoalTerms("Cheaper", date(2020, 1, 15), date(2022, 1, 31), why="So that\nall can pay.", kpi_id=cost)
    goal = _with(goal, direction="down", baseline=Decimal("13"), target=Decimal("9.5"))
    world.do("cheaper", draft_goal, "ada@Harbour", circle_id=world.ids["coast"], terms=goal)
    later = _with(goal, name="Cheapest", due_on=date(2023, 6, 15), target=Decimal("8"))
    world.do("cheapest", draft_goal, "ada@Harbour", circle_id=world.ids["coast"], terms=later)
    return world


def _with(terms, **changes):
    return type(terms)(**{one.name: getattr(terms, one.name) for one in fields(terms)} | changes)


def test_a_partnership_made_by_hand_comes_in_elsewhere_with_the_same_figures(measured):
    coast = partnership_called(measured, "Coast")

    content = exported(measured.client("ada@Harbour"), coast.id)

    mine = figures(measured, coast, "ada@Harbour")
    assert len(mine[0]) == 2 and len(mine[1]) == 2 and len(mine[2]) == 3
    assert brought_again(measured, content, "Coast again") == mine


def test_it_follows_the_schema(measured):
    content = exported(measured.client("ada@Harbour"), partnership_called(measured, "Coast").id)

    assert schema().faults(content) == []


def test_a_contested_reading_has_a_range_in_words_and_no_value(measured):
    content = exported(measured.client("ada@Harbour"), partnership_called(measured, "Coast").id)

    (activity,) = read_iati(content, "").activities
    actuals = [one.actuals[0] for one in activity.results[0].indicators[0].periods if one.actuals]
    said = [" ".join(comment.text for comment in one.comments) for one in actuals]
    assert [one.value for one in actuals] == [Decimal("12.50"), None, Decimal("10.75")]
    assert said == [
        "",
        "Contested: the members say from 11 to 14.5, so no value stands here.",
        "at last Said by Harbour; no other member has confirmed it yet.",
    ]


def test_each_hands_it_out_as_the_one_who_reports(measured):
    here = partnership_called(measured, "Coast").id
    for who, name in (("ada@Harbour", "Harbour"), ("bo@Orchard", "Orchard")):
        (activity,) = read_iati(exported(measured.client(who), here), "").activities
        assert activity.reporting_names[0].text == name
        assert activity.reporting_ref == f"CONSORTIO-{measured.ids[name]}"
        assert activity.identifier == f"CONSORTIO-{here}"
        assert {one.name: one.role for one in activity.organisations} == {"Harbour": "4", "Island": "4", "Orchard": "4"}


def test_what_fewer_see_is_not_handed_out(measured):
    own = {"circle_id": measured.ids["Harbour only"]}
    measured.do("secret", define_kpi, "ada@Harbour", terms=KpiTerms("Secret cost"), **own)
    terms = GoalTerms("Secret goal", date(2020, 1, 1), date(2022, 1, 1), kpi_id=measured.ids["cost"])
    terms = _with(terms, direction="down", baseline=Decimal(13), target=Decimal(5))
    measured.do("secret goal", draft_goal, "ada@Harbour", terms=terms, **own)

    content = exported(measured.client("ada@Harbour"), partnership_called(measured, "Coast").id)

    assert b"Secret" not in content and b"Cheapest" in content


def test_an_outsider_finds_nothing(measured):
    here = partnership_called(measured, "Coast").id

    assert measured.client("ada@Harbour").get(f"/partnerships/{here}/results").status_code == 200
    for path in ("results", "results.xml"):
        assert measured.client("quin@Quay").get(f"/partnerships/{here}/{path}").status_code in (302, 404)

"""Claims on many KPIs at once: all or nothing, at a number of statements that does not grow."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio.access import Invalid, NotPermitted, NotVisible, unscoped
from consortio.kpis.actions import Retired, claim_many, retire_kpi
from consortio.kpis.claims import Claim
from consortio.kpis.models import Reading, Stance
from consortio.kpis.reads import kpi_page
from consortio.kpis.terms import KpiTerms
from consortio.record.models import Import
from tests.world import NOON

from .test_readings import TODAY, newest, said, watched


def weekly(world, name):
    return watched(world, KpiTerms(name=name, frequency="week"))


def weeks(count, value="1"):
    first = date(2025, 1, 6).toordinal()
    days = [date.fromordinal(first + 7 * n) for n in range(count + 1)]
    return [Claim(one, other, Decimal(value)) for one, other in zip(days, days[1:], strict=False)]


def many(world, claims, who="ada@Harbour", **more):
    return claim_many(actor=world.actor(who), joint_id=world.ids["coast"], claims=claims, at=NOON, **more)


def test_all_are_taken_with_the_file_they_stood_in(world):
    first, second = watched(world, KpiTerms(name="One")), watched(world, KpiTerms(name="Two"))

    done = many(world, {first: [said(3, "1")], second: [said(3, "2"), said(2, "3")]}, file=("two.csv", "ab" * 32))

    assert {pk: one.new for pk, one in done.items()} == {first: 1, second: 2}
    assert newest(world, second).value == 2
    with unscoped("test"):
        (brought,) = Import.objects.filter(name="two.csv")
        assert brought.rows == 3 and Reading.objects.filter(imported=brought).count() == 3


def test_one_that_cannot_be_taken_keeps_all_the_others_out(world):
    first, second = watched(world, KpiTerms(name="One")), watched(world, KpiTerms(name="Two"))
    own = watched(world, KpiTerms(name="Own"), who="bo@Orchard", circle="Orchard only")
    with pytest.raises(Invalid) as refusal:
        many(world, {first: [said(3, "1")], second: [said(6, "2")]})
    assert refusal.value.field == f"{second}.claims.0.start_on"
    with pytest.raises(NotVisible):
        many(world, {first: [said(3, "1")], own: [said(3, "2")]})
    with pytest.raises(NotPermitted):
        many(world, {first: [said(3, "1")]}, who="bea@Orchard")
    with pytest.raises(Invalid):
        many(world, {})
    world.do("gone", retire_kpi, "ada@Harbour", kpi_id=second, version=1)
    with pytest.raises(Retired):
        many(world, {first: [said(3, "1")], second: [said(3, "2")]})
    with unscoped("test"):
        assert not Reading.objects.exists()


def test_the_statements_do_not_grow_with_kpis_and_claims(world):
    few = {weekly(world, f"few {n}"): weeks(2) for n in range(2)}
    lots = {weekly(world, f"many {n}"): weeks(30) for n in range(12)}
    counts = []
    for claims in (few, lots):
        with CaptureQueriesContext(connection) as queries:
            many(world, claims)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.slow
def test_five_thousand_readings_are_one_import_and_few_entries(world):
    claims = {weekly(world, f"KPI {n}"): weeks(250) for n in range(20)}

    done = many(world, claims)
    assert sum(one.new for one in done.values()) == 5_000
    again = many(world, claims, who="bo@Orchard")

    assert sum(one.confirmed for one in again.values()) == 5_000
    with unscoped("test"):
        assert Stance.objects.count() == 5_000
    row = kpi_page(actor=world.actor("cy@Island"), kpi_id=next(iter(claims)), today=TODAY).row
    assert (row.readings, row.unconfirmed, len(row.points)) == (250, 0, 24)

"""What others have spoken by, or agreed on, is not redefined by one organisation alone."""

from decimal import Decimal

import pytest

from consortio.access import Invalid
from consortio.kpis.actions import change_kpi, define_kpi, retire_kpi
from consortio.kpis.steady import AgreedBy
from consortio.kpis.terms import KpiTerms
from tests.world import NOON

from .test_readings import claim, newest, page, said, stance, watched


def change(world, kpi, who="ada@Harbour", **changes):
    version = page(world, kpi).row.version
    change_kpi(actor=world.actor(who), kpi_id=kpi, version=version, changes=changes, at=NOON)


def refused(world, kpi, **changes):
    with pytest.raises(Invalid) as refusal:
        change(world, kpi, **changes)
    assert refusal.value.field == next(iter(changes))
    return str(refusal.value)


def test_a_calendar_changes_only_before_the_first_reading(world):
    kpi = watched(world)
    change(world, kpi, frequency="quarter")
    change(world, kpi, frequency="month", fiscal_start=4)
    claim(world, kpi, said(3, "38.4"))

    assert "each of its own period" in refused(world, kpi, frequency="quarter")
    assert "each of its own period" in refused(world, kpi, fiscal_start=1)
    change(world, kpi, name="Dredged at night", decimals=0)


def test_what_was_read_is_not_computed_afterwards(world):
    kpi, beside = watched(world), watched(world, KpiTerms(name="Beside", unit="own:t"))
    claim(world, kpi, said(3, "38.4"))

    assert "define another KPI" in refused(world, kpi, formula="[K-2] * 2")
    change(world, beside, formula="[K-1] * 2")


def test_a_unit_changes_only_as_long_as_nobody_else_has_spoken_by_it(world):
    kpi = watched(world)
    claim(world, kpi, said(3, "38.4"))
    change(world, kpi, unit="own:kg")
    stance(world, newest(world, kpi, "bo@Orchard"), "bo@Orchard", is_confirming=True)

    assert "Other organisations said figures" in refused(world, kpi, unit="own:t")


def test_a_unit_does_not_change_below_a_formula_that_rests_on_it(world):
    kpi = watched(world)
    watched(world, KpiTerms(name="Double", formula="[K-1] * 2", unit="own:t"))

    assert "K-2 is computed from it" in refused(world, kpi, unit="own:kg")


@pytest.fixture
def agreed_by(monkeypatch):
    """Let the members have agreed on something by some KPIs."""
    kpi_ids = set()
    names = {"test": lambda actor, asked: ("G-1",) if kpi_ids & set(asked) else ()}
    monkeypatch.setattr("consortio.kpis.uses._names", names)
    return kpi_ids


@pytest.mark.parametrize(
    "changes", [{"definition": "Paid for"}, {"unit": "own:kg"}, {"formula": "[K-3]"}, {"aggregation": "sum"}]
)
def test_what_all_agreed_to_be_measured_by_means_what_it_meant(world, agreed_by, changes):
    kpi, free = watched(world), watched(world, KpiTerms(name="Free", unit="own:t"))
    watched(world, KpiTerms(name="Third", unit="own:t"))
    agreed_by.add(kpi)

    assert "agreed on G-1 by this measure" in refused(world, kpi, **changes)
    change(world, kpi, name="Dredged so far", source="log", informs="The next season", warn_at=Decimal(10))
    if "unit" not in changes:
        change(world, free, **changes)


def test_so_does_what_it_is_computed_from(world, agreed_by):
    part = watched(world)
    agreed_by.add(watched(world, KpiTerms(name="Double", formula="[K-1] * 2", unit="own:t")))

    assert "agreed on G-1" in refused(world, part, definition="Paid for")
    with pytest.raises(AgreedBy, match="G-1"):
        retire_kpi(actor=world.actor("ada@Harbour"), kpi_id=part, version=1, at=NOON)
    agreed_by.clear()
    retire_kpi(actor=world.actor("ada@Harbour"), kpi_id=part, version=1, at=NOON)


def test_the_page_says_why_it_is_watched_on(world, agreed_by):
    kpi, ada = watched(world), world.client("ada@Harbour")
    agreed_by.add(kpi)

    answer = ada.post(f"/kpis/{kpi}/retirement", {"version": "1"}, follow=True)

    assert "The members agreed on G-1 by this measure" in answer.content.decode()
    assert page(world, kpi).row.retired_at is None


def test_a_measure_at_home_is_not_held_by_a_joint_one(world):
    kpi = world.do("own", define_kpi, "ada@Harbour", circle_id=world.ids["Harbour only"], terms=KpiTerms(name="Own"))

    change(world, kpi, definition="Whatever we like")

"""Readings are claims: what one organisation enters, the others confirm or contest, and all of it stays."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from consortio.access import Invalid, NotPermitted, NotVisible, Stale, unscoped
from consortio.approvals.models import Proposal
from consortio.approvals.reads import proposal_page
from consortio.kpis.actions import (
    Computed,
    OwnReading,
    ReasonMissing,
    Retired,
    Settled,
    WhichGoes,
    change_kpi,
    claim_readings,
    define_kpi,
    propose_value,
    retire_kpi,
    take_stance,
    watch_again,
)
from consortio.kpis.claims import Claim
from consortio.kpis.reads import dictionary, due_readings, kpi_page, reading_row, to_confirm
from consortio.kpis.terms import KpiTerms
from consortio.partnerships.reads import partnerships_of
from tests.agreed import agree
from tests.world import NOON

TODAY = NOON.date()  # 6 May 2031
TONNES = KpiTerms(name="Dredged", unit="own:t", decimals=1)


def here(world, who="ada@Harbour"):
    return next(row for row in partnerships_of(actor=world.actor(who)) if row.joint_id == world.ids["coast"])


def watched(world, terms=TONNES, who="ada@Harbour", circle="coast", **more):
    return world.do(f"watch {terms.name}", define_kpi, who, circle_id=world.ids[circle], terms=terms, **more)


def said(month, value, **more):
    end = date(2031, month + 1, 1)
    return Claim(date(2031, month, 1), end, Decimal(value), **more)


def claim(world, kpi, *claims, who="ada@Harbour", at=NOON):
    return claim_readings(actor=world.actor(who), kpi_id=kpi, claims=claims, at=at)


def page(world, kpi, who="ada@Harbour"):
    return kpi_page(actor=world.actor(who), kpi_id=kpi, today=TODAY)


def newest(world, kpi, who="ada@Harbour"):
    return page(world, kpi, who).readings[0]


def stance(world, reading, who, at=NOON, **own):
    return take_stance(actor=world.actor(who), reading_id=reading.id, version=reading.version, at=at, **own)


def test_what_one_enters_another_confirms(world):
    kpi = watched(world)
    assert claim(world, kpi, said(3, "38.4", source="log", note="all nights")).new == 1

    row = newest(world, kpi, "bo@Orchard")
    assert (row.state, row.value, row.source, row.may_answer) == ("proposed", Decimal("38.4"), "log", True)
    assert not newest(world, kpi).may_answer
    assert stance(world, row, "bo@Orchard", is_confirming=True) == "confirmed"
    assert [word.mark.name for word in newest(world, kpi).words] == ["Orchard"]


def test_another_figure_of_another_organisation_contests_and_makes_a_range(world):
    kpi = watched(world)
    claim(world, kpi, said(3, "38.4"))
    assert claim(world, kpi, said(3, "37.0"), who="bo@Orchard").contested == 1

    row = newest(world, kpi, "cy@Island")
    assert (row.state, row.low, row.high) == ("contested", Decimal("37.0"), Decimal("38.4"))
    assert [(mark.name, value) for mark, value in row.values] == [
        ("Harbour", Decimal("38.4")), ("Orchard", Decimal("37.0")),
    ]  # fmt: skip
    last = page(world, kpi).row.last
    assert (last.low, last.high, last.state) == (Decimal("37.0"), Decimal("38.4"), "contested")


@pytest.mark.parametrize("who", list(permutations(("ada@Harbour", "bo@Orchard", "cy@Island"))), ids=" ".join)
def test_no_organisation_has_more_of_a_say_than_another(world, who):
    first, second, third = who
    kpi = watched(world, who=first)
    claim(world, kpi, said(3, "38.4"), who=first)
    assert stance(world, newest(world, kpi), second, is_confirming=True) == "confirmed"
    assert claim(world, kpi, said(3, "37.0"), who=third).contested == 1
    row = newest(world, kpi, second)
    assert (row.state, row.low, row.high, row.may_answer, row.may_settle) == (
        "contested",
        37,
        Decimal("38.4"),
        True,
        True,
    )
    assert not newest(world, kpi, first).may_answer
    claim(world, kpi, said(3, "37.0"), who=first)
    assert (newest(world, kpi).state, len(newest(world, kpi).words)) == ("confirmed", 1)


def test_a_correction_keeps_the_old_and_whoever_claimed_its_figure_confirms_it(world):
    kpi = watched(world)
    claim(world, kpi, said(3, "38.4"))
    claim(world, kpi, said(3, "37.0"), who="bo@Orchard")
    assert claim(world, kpi, said(3, "37.0")).corrected == 1

    row = newest(world, kpi)
    assert (row.state, row.low, row.high, row.before) == ("confirmed", 37, 37, (Decimal("38.4"),))
    assert row.said_by(world.ids["Orchard"]).is_confirming
    assert page(world, kpi).row.contested == 0


def test_an_organisation_may_change_its_mind_and_its_newest_word_holds(world):
    kpi = watched(world)
    claim(world, kpi, said(3, "38.4"))
    own = {"is_confirming": False, "value": Decimal("30"), "reason": "Two nights were lost."}
    assert stance(world, newest(world, kpi), "bo@Orchard", **own) == "contested"
    assert stance(world, newest(world, kpi), "bo@Orchard", NOON + timedelta(hours=1), is_confirming=True) == "confirmed"
    assert newest(world, kpi).low == Decimal("38.4")


def test_who_contests_says_why_and_nobody_answers_their_own(world):
    kpi = watched(world)
    claim(world, kpi, said(3, "38.4"))
    row = newest(world, kpi)
    with pytest.raises(ReasonMissing) as refusal:
        stance(world, row, "bo@Orchard", is_confirming=False)
    assert refusal.value.field == "reason"
    with pytest.raises(OwnReading):
        stance(world, row, "abe@Harbour", is_confirming=True)
    with pytest.raises(NotPermitted):
        stance(world, row, "bea@Orchard", is_confirming=True)
    stance(world, row, "bo@Orchard", is_confirming=True)
    with pytest.raises(Stale):
        stance(world, row, "cy@Island", is_confirming=True)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+100", "0." + "1" * 60])
def test_a_figure_that_cannot_be_kept_is_refused_wherever_it_is_said(world, value):
    kpi = watched(world)
    claim(world, kpi, said(3, "38.4"))
    claim(world, kpi, said(3, "37.0"), who="bo@Orchard")
    row, odd = newest(world, kpi), Decimal(value)
    refused = []
    for way in (
        lambda: claim(world, kpi, said(4, value)),
        lambda: stance(world, row, "cy@Island", is_confirming=False, value=odd, reason="Otherwise."),
        lambda: propose_value(
            actor=world.actor("ada@Harbour"), reading_id=row.id, version=row.version, value=odd, days=7, at=NOON
        ),
        lambda: watched(world, KpiTerms(name="Odd", warn_at=odd)),
    ):
        with pytest.raises(Invalid) as refusal:
            way()
        refused.append(refusal.value.field)
    assert refused == ["claims.0.value", "value", "value", "warn_at"]


def test_the_members_settle_what_is_contested_and_then_it_stays(world):
    kpi = watched(world)
    claim(world, kpi, said(3, "38.4"))
    claim(world, kpi, said(3, "37.0"), who="bo@Orchard")
    row = newest(world, kpi)
    asked = {"reading_id": row.id, "version": row.version, "value": Decimal("37.5"), "days": 7}
    proposal = world.do("settle", propose_value, "ada@Harbour", **asked)
    claim(world, kpi, said(3, "36.0"), who="cy@Island")  # another word changes nothing of what was proposed
    agree(actor=world.actor("ada@Harbour"), proposal_id=proposal, at=NOON)

    row = newest(world, kpi)
    assert (row.state, row.low, row.high, row.proposal_id) == ("resolved", Decimal("37.5"), Decimal("37.5"), proposal)
    assert (row.value, len(row.words)) == (Decimal("38.4"), 2)
    with pytest.raises(Settled):
        claim(world, kpi, said(3, "38.4"))
    with pytest.raises(Settled):
        stance(world, row, "bo@Orchard", is_confirming=True)


def test_what_was_settled_is_settled_anew_by_another_decision(world):
    kpi = watched(world)
    claim(world, kpi, said(3, "38.4"))
    claim(world, kpi, said(3, "37.0"), who="bo@Orchard")

    def put(value, who):
        row = newest(world, kpi)
        asked = {"reading_id": row.id, "version": row.version, "value": Decimal(value), "days": 7}
        return world.do(f"settle on {value} by {who}", propose_value, who, **asked)

    agree(actor=world.actor("ada@Harbour"), proposal_id=put("37.0", "ada@Harbour"), at=NOON)
    with pytest.raises(Settled):
        put("37.0", "bo@Orchard")
    first, second = put("38.4", "bo@Orchard"), put("37.5", "cy@Island")
    lines = proposal_page(actor=world.actor("cy@Island"), proposal_id=first, at=NOON).difference
    assert [(line.before, line.after) for line in lines] == [("37.0 t", "38.4 t")]
    assert newest(world, kpi).may_settle and newest(world, kpi).low == Decimal("37.0")
    agree(actor=world.actor("ada@Harbour"), proposal_id=first, at=NOON)

    assert (newest(world, kpi).low, newest(world, kpi).state) == (Decimal("38.4"), "resolved")
    page_ = proposal_page(actor=world.actor("cy@Island"), proposal_id=first, at=NOON)
    assert [(line.before, line.after) for line in page_.difference] == [("37.0 t", "38.4 t")]
    with unscoped("test"):
        assert Proposal.objects.get(pk=second).state == "outdated"


def test_claims_are_taken_all_or_none(world):
    kpi = watched(world)
    with pytest.raises(Invalid) as refusal:
        claim(world, kpi, said(3, "1"), said(6, "2"))
    assert refusal.value.field == "claims.1.start_on" and "June 2031" in str(refusal.value)
    for claims, field in [
        ((), "claims"),
        ((said(3, "1"), said(3, "2")), "claims.1.start_on"),
        ((Claim(date(2031, 3, 2), date(2031, 4, 1), Decimal(1)),), "claims.0.start_on"),
        ((said(3, "NaN"),), "claims.0.value"),
        ((said(3, "1", as_of=date(2031, 6, 1)),), "claims.0.as_of"),
        ((said(3, "1", source="a\nb"),), "claims.0.source"),
    ]:
        with pytest.raises(Invalid) as refusal:
            claim(world, kpi, *claims)
        assert refusal.value.field == field
    assert page(world, kpi).readings == ()


def test_entering_the_same_again_changes_nothing(world):
    kpi = watched(world)
    claim(world, kpi, said(3, "38.4"), said(4, "39"))
    again = claim(world, kpi, said(3, "38.40"), said(4, "39"))
    assert (again.same, again.new, again.corrected) == (2, 0, 0)
    assert claim(world, kpi, said(3, "38.4"), who="bo@Orchard").confirmed == 1
    assert claim(world, kpi, said(3, "38.4"), who="bo@Orchard").same == 1


def test_a_computed_kpi_carries_ranges_and_says_what_is_missing(world):
    dredged = watched(world)
    days = watched(world, KpiTerms(name="Days at sea", unit="days"))
    rate = watched(world, KpiTerms(name="Rate", formula="[K-1] / [K-2]", unit="own:t|days", decimals=1))
    claim(world, dredged, said(2, "10"), said(3, "20"), said(4, "30"))
    claim(world, dredged, said(3, "40"), who="bo@Orchard")
    claim(world, days, said(2, "5"), said(3, "10"))

    row = page(world, rate, "cy@Island").row
    assert [(point.low, point.high) for point in row.points] == [(2, 2), (2, 4)]
    assert [point.state for point in row.points] == ["proposed", "contested"]
    assert row.missing is not None and row.missing.references == ("K-2",)
    with pytest.raises(Computed):
        claim(world, rate, said(3, "1"))


@pytest.mark.parametrize(
    "formula, unit, says",
    [
        ("[K-9] * 2", "number", "K-9"),
        ("[K-1] +", "own:t", "Column 8"),
        ("[K-1]", "number", "gives t, and number is declared"),
        ("[K-1] + 1", "own:t", "t and number cannot be added"),
    ],
)
def test_a_formula_that_cannot_be_is_refused_by_name(world, formula, unit, says):
    watched(world)
    with pytest.raises(Invalid) as refusal:
        watched(world, KpiTerms(name="Odd", formula=formula, unit=unit))
    assert refusal.value.field == "formula" and says in str(refusal.value)


def test_kpis_are_not_computed_from_each_other(world):
    watched(world)
    double = watched(world, KpiTerms(name="Double", formula="[K-1] * 2", unit="own:t"))
    watched(world, KpiTerms(name="Again", formula="[K-2] * 2", unit="own:t"))
    with pytest.raises(Invalid) as refusal:
        change_kpi(actor=world.actor("ada@Harbour"), kpi_id=double, version=1, changes={"formula": "[K-3]"}, at=NOON)
    assert "K-2 → K-3 → K-2" in str(refusal.value) or "K-3 → K-2 → K-3" in str(refusal.value)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(9999, 12, 31)])
def test_a_day_of_no_calendar_is_refused_by_name(world, day):
    kpi = watched(world)
    with pytest.raises(Invalid, match="1900 to 2199") as refusal:
        claim(world, kpi, Claim(day, day, Decimal(1)))
    assert refusal.value.field == "claims.0.start_on"


def test_an_eighth_headline_asks_which_one_goes(world):
    kpis = [watched(world, KpiTerms(name=f"Measure {n}", is_headline=True)) for n in range(7)]
    with pytest.raises(WhichGoes):
        watched(world, KpiTerms(name="One more", is_headline=True))
    watched(world, KpiTerms(name="One more", is_headline=True), instead_of=kpis[0])
    assert not page(world, kpis[0]).row.is_headline
    watched(world, KpiTerms(name="Yet another", is_headline=True), keeps_all=True)


def test_a_retired_kpi_takes_no_readings_until_it_is_watched_again(world):
    kpi = watched(world, KpiTerms(name="Dredged", is_headline=True))
    retire_kpi(actor=world.actor("ada@Harbour"), kpi_id=kpi, version=1, at=NOON)
    with pytest.raises(Retired):
        claim(world, kpi, said(3, "1"))
    assert not page(world, kpi).row.is_headline
    watch_again(actor=world.actor("ada@Harbour"), kpi_id=kpi, version=2, at=NOON)
    assert claim(world, kpi, said(3, "1")).new == 1


def test_what_is_due_is_asked_of_whom_it_belongs_to(world):
    own = KpiTerms(name="Dredged", organisation_id=world.ids["Orchard"], is_headline=True)
    kpi = watched(world, own)
    mine = due_readings(actor=world.actor("bo@Orchard"), partnerships=[here(world, "bo@Orchard")], today=TODAY)
    assert [(row.id, row.due_start) for row in mine] == [(kpi, date(2031, 4, 1))]
    assert due_readings(actor=world.actor("ada@Harbour"), partnerships=[here(world)], today=TODAY) == ()

    claim(world, kpi, said(4, "12"), who="bo@Orchard")
    assert due_readings(actor=world.actor("bo@Orchard"), partnerships=[here(world, "bo@Orchard")], today=TODAY) == ()
    waits = to_confirm(actor=world.actor("ada@Harbour"), partnership_ids=[here(world).id])
    assert [(one.kpi, one.claimant_id) for one in waits] == [("Dredged", world.ids["Orchard"])]
    assert to_confirm(actor=world.actor("bo@Orchard"), partnership_ids=[here(world).id]) == ()


def test_what_is_watched_in_house_nobody_else_sees_and_is_confirmed_by_being_said(world):
    watched(world)
    secret = watched(world, KpiTerms(name="Fuel", formula=""), circle="Harbour only")
    claim(world, secret, said(3, "7"))
    assert newest(world, secret).state == "confirmed"
    with pytest.raises(NotVisible):
        page(world, secret, "bo@Orchard")
    with pytest.raises(NotVisible):
        claim(world, secret, said(3, "8"), who="bo@Orchard")
    rows = dictionary(actor=world.actor("bo@Orchard"), partnership_id=here(world).id, today=TODAY).rows
    assert [row.name for row in rows] == ["Dredged"]


def test_a_corrected_reading_leads_to_the_one_in_its_place(world):
    kpi = watched(world)
    claim(world, kpi, said(3, "1"))
    old = newest(world, kpi)
    claim(world, kpi, said(3, "2"))
    row, _kpi, _here = reading_row(actor=world.actor("bo@Orchard"), reading_id=old.id)
    assert (row.value, row.before) == (Decimal(2), (Decimal(1),))


def test_fields_that_cannot_be_are_named(world):
    stranger = {"organisation_id": world.ids["Island"]}
    for terms, field, circle in [
        (KpiTerms(name="  "), "name", "coast"),
        (KpiTerms(name="A", unit="money:XYZ"), "unit", "coast"),
        (KpiTerms(name="A", frequency="day"), "frequency", "coast"),
        (KpiTerms(name="A", fiscal_start=13), "fiscal_start", "coast"),
        (KpiTerms(name="A", warn_at=Decimal(1), alarm_at=Decimal(2)), "alarm_at", "coast"),
        (KpiTerms(name="A", **stranger), "organisation_id", "Harbour only"),
        (KpiTerms(name="A", person_id=world.ids["ada"], **stranger), "person_id", "coast"),
    ]:
        with pytest.raises(Invalid) as refusal:
            watched(world, terms, circle=circle)
        assert refusal.value.field == field

"""Each organisation says what it expects before it sees the others; together they are never worse than on average."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortio.access import Invalid, NotPermitted, NotVisible, Stale, VersionMissing
from consortio.approvals.tests.builders import set_member
from consortio.forecasts import reads
from consortio.forecasts.actions import (
    AlreadyOpen,
    Closed,
    NotForecast,
    Said,
    give_forecast,
    let_be_scored,
    open_round,
)
from consortio.forecasts.engine import loss, pooled
from consortio.forecasts.reads import asked_forecasts, rounds_page
from consortio.forecasts.revealing import sweep
from consortio.goals.actions import draft_goal, propose_goal
from consortio.goals.terms import GoalTerms
from consortio.kpis.actions import change_kpi, claim_readings, define_kpi
from consortio.kpis.claims import Claim
from consortio.kpis.terms import KpiTerms
from consortio.partnerships.reads import partnerships_of
from tests.agreed import agree
from tests.world import NOON

TODAY, DUE = NOON.date(), date(2031, 12, 31)
LEADS = ("ada@Harbour", "bo@Orchard", "cy@Island")
TERMS = GoalTerms(name="Dredge", start_on=date(2031, 1, 1), due_on=DUE, baseline=Decimal(0), target=Decimal(400))


@pytest.fixture
def kpi(world):
    own = KpiTerms(name="Dredged", unit="own:t")
    return world.do("kpi", define_kpi, "ada@Harbour", circle_id=world.ids["coast"], terms=own)


@pytest.fixture
def goal(world, kpi):
    terms = replace(TERMS, kpi_id=kpi)
    return world.do("goal", draft_goal, "ada@Harbour", circle_id=world.ids["coast"], terms=terms)


def opened(world, goal, days=7, **more):
    return world.do(f"round of {goal} {more}", open_round, "ada@Harbour", goal_id=goal, days=days, **more)


def said(p10, p50, p90, words=""):
    return Said(Decimal(p10), Decimal(p50), Decimal(p90), words)


def give(world, found, who, answer, at=NOON, **more):
    return give_forecast(actor=world.actor(who), round_id=found, said=answer, at=at, **more)


def page(world, goal, who="ada@Harbour", today=TODAY):
    return rounds_page(actor=world.actor(who), goal_id=goal, today=today, at=NOON)


def newest(world, goal, who="ada@Harbour", today=TODAY):
    return page(world, goal, who, today).rounds[0]


def test_nobody_sees_a_forecast_before_all_have_given_theirs(world, goal):
    found = opened(world, goal)
    assert not give(world, found, "ada@Harbour", said(300, 350, 420, "Two dredgers."))
    assert not give(world, found, "bo@Orchard", said(200, 250, 300))

    row = newest(world, goal, "cy@Island")
    assert [(one.name, given) for one, given in row.asked] == [("Harbour", True), ("Island", False), ("Orchard", True)]
    assert (row.forecasts, row.own, row.pooled) == ((), None, None)
    assert newest(world, goal).own.p50 == Decimal(350) and newest(world, goal, "abe@Harbour").own.p50 == Decimal(350)
    assert newest(world, goal, "bo@Orchard").own.p50 == Decimal(250)

    assert give(world, found, "cy@Island", said(100, 300, 500))
    row = newest(world, goal, "bea@Orchard")
    assert [(one.member.name, one.p50) for one in row.forecasts] == [
        ("Harbour", 350),
        ("Island", 300),
        ("Orchard", 250),
    ]
    assert row.pooled == pytest.approx((200, 300, 1220 / 3)) and row.forecasts[0].words == "Two dredgers."


def test_the_form_says_in_what_and_of_which_day_the_figures_are(world, goal):
    opened(world, goal)

    told = world.client("bo@Orchard").get(f"/goals/{goal}/forecasts").content.decode()

    assert "Three figures in t, for 31 Dec 2031." in told


def test_a_forecast_may_be_changed_as_long_as_the_round_is_open(world, goal):
    found = opened(world, goal)
    give(world, found, "ada@Harbour", said(1, 2, 3))
    with pytest.raises(VersionMissing):
        give(world, found, "ada@Harbour", said(2, 3, 4))
    give(world, found, "ada@Harbour", said(2, 3, 4), version=1)
    with pytest.raises(Stale):
        give(world, found, "ada@Harbour", said(3, 4, 5), version=1)
    give(world, found, "bo@Orchard", said(1, 2, 3))
    give(world, found, "cy@Island", said(1, 2, 3))
    with pytest.raises(Closed):
        give(world, found, "ada@Harbour", said(3, 4, 5), version=2)
    assert newest(world, goal).forecasts[0].p50 == Decimal(3)


def test_when_the_time_is_up_those_that_were_given_are_revealed(world, goal):
    found = opened(world, goal, days=3)
    give(world, found, "ada@Harbour", said(1, 2, 3))
    sweep(lambda: NOON + timedelta(days=2))
    assert newest(world, goal, "bo@Orchard").forecasts == ()
    with pytest.raises(Closed):
        give(world, found, "bo@Orchard", said(1, 2, 3), at=NOON + timedelta(days=3))
    sweep(lambda: NOON + timedelta(days=3))
    row = newest(world, goal, "bo@Orchard")
    assert [one.member.name for one in row.forecasts] == ["Harbour"] and row.revealed_at
    opened(world, goal, days=7, about_on=DUE)


def test_a_round_waits_for_nobody_who_has_left(world, goal):
    found = opened(world, goal, days=7)
    for who in LEADS[:2]:
        give(world, found, who, said(1, 2, 3))
    sweep(lambda: NOON + timedelta(hours=1))
    assert newest(world, goal).revealed_at is None

    set_member(world, "Island", "left")
    sweep(lambda: NOON + timedelta(hours=2))

    row = newest(world, goal)
    assert row.revealed_at and [one.member.name for one in row.forecasts] == ["Harbour", "Orchard"]


def test_what_one_who_has_left_had_given_counts_and_the_page_says_so(world, goal, kpi):
    found = opened(world, goal, days=7, about_on=TODAY)
    for who, middle in (("ada@Harbour", 300), ("cy@Island", 100)):
        give(world, found, who, said(middle - 50, middle, middle + 50))
    for who in LEADS[:2]:
        let_be_scored(actor=world.actor(who), circle_id=world.ids["coast"], is_willing=True, at=NOON)
    claim_readings(actor=world.actor("ada@Harbour"), kpi_id=kpi, claims=[MAY], at=NOON)
    set_member(world, "Island", "left", NOON + timedelta(hours=1))
    give(world, found, "bo@Orchard", said(150, 200, 250), at=NOON + timedelta(hours=2))

    row = newest(world, goal, today=date(2031, 6, 1))

    assert [one.member.name for one in row.forecasts] == ["Harbour", "Island", "Orchard"]
    assert row.pooled == pytest.approx((150, 200, 250)) and [one.name for one in row.left] == ["Island"]
    assert [one.loss is not None for one in row.forecasts] == [True, False, True]  # Island never let it be shown
    told = world.client("ada@Harbour").get(f"/goals/{goal}/forecasts").content.decode()
    assert "Island had left before the forecasts were shown. What it had given stands" in told


def test_who_leaves_afterwards_had_not_left_when_they_were_shown(world, goal):
    found = opened(world, goal, days=7)
    for who in LEADS:
        give(world, found, who, said(1, 2, 3))
    set_member(world, "Island", "left", NOON + timedelta(hours=1))

    assert newest(world, goal).left == () and len(newest(world, goal).forecasts) == 3


def test_a_round_keeps_the_kpi_that_it_was_asked_in(world, goal, kpi):
    ada, money = world.actor("ada@Harbour"), KpiTerms(name="Earned", unit="money:EUR", decimals=2)
    other = world.do("other", define_kpi, "ada@Harbour", circle_id=world.ids["coast"], terms=money)
    agreed_on(world, goal, 1)
    revealed(world, goal)
    claim_readings(actor=ada, kpi_id=kpi, claims=[MAY], at=NOON)
    claim_readings(actor=ada, kpi_id=other, claims=[replace(MAY, value=Decimal(9))], at=NOON)

    agreed_on(world, goal, 2, changes={"kpi_id": other})
    revealed(world, goal)
    later, earlier = page(world, goal, today=date(2031, 6, 1)).rounds

    told = [(one.asked_in.name, one.asked_in.unit, one.asked_in.is_another, one.outcome) for one in (earlier, later)]
    assert told == [("Dredged", "own:t", True, Decimal(320)), ("Earned", "money:EUR", False, Decimal(9))]
    shown = world.client("bo@Orchard").get(f"/goals/{goal}/forecasts").content.decode()
    assert "2 t" in shown and "€2.00" in shown and "Asked of K-1 Dredged" in shown
    rows = world.client("bo@Orchard").get(f"/api/v1/goals/{goal}/forecasts").json()["rows"]
    assert [(one["asked_in"]["unit"], one["asked_in"]["is_another"]) for one in rows] == [
        ("money:EUR", False), ("own:t", True),
    ]  # fmt: skip


def test_a_round_keeps_its_unit_and_is_not_measured_in_another(world, goal, kpi):
    revealed(world, goal)
    claim_readings(actor=world.actor("ada@Harbour"), kpi_id=kpi, claims=[MAY], at=NOON)
    assert newest(world, goal, today=date(2031, 6, 1)).outcome == Decimal(320)

    change_kpi(actor=world.actor("ada@Harbour"), kpi_id=kpi, version=1, changes={"unit": "own:kg"}, at=NOON)

    row = newest(world, goal, today=date(2031, 6, 1))
    assert (row.asked_in.unit, row.outcome) == ("own:t", None)


MAY = Claim(date(2031, 5, 1), date(2031, 6, 1), Decimal(320))


def agreed_on(world, goal, version, **more):
    asked = {"goal_id": goal, "version": version, "days": 7} | more
    made = world.do(f"propose {goal} {more}", propose_goal, "ada@Harbour", **asked)
    agree(actor=world.actor("ada@Harbour"), proposal_id=made, at=NOON)


def revealed(world, goal):
    found = open_round(actor=world.actor("ada@Harbour"), goal_id=goal, days=7, about_on=TODAY, at=NOON)
    for who in LEADS:
        give(world, found, who, said(1, 2, 3))


def test_who_may_and_what_can_be(world, goal, kpi):
    found = opened(world, goal)
    with pytest.raises(AlreadyOpen):
        opened(world, goal, days=3)
    for who in ("abe@Harbour", "bea@Orchard"):
        with pytest.raises(NotPermitted):
            give(world, found, who, said(1, 2, 3))
    for answer, field in [(said(3, 2, 1), "p90"), (said("NaN", 2, 3), "p10"), (said(1, 2, 3, "x" * 1001), "words")]:
        with pytest.raises(Invalid) as refusal:
            give(world, found, "ada@Harbour", answer)
        assert refusal.value.field == field
    own = world.do(
        "own", draft_goal, "ada@Harbour", circle_id=world.ids["Harbour only"], terms=replace(TERMS, kpi_id=kpi)
    )
    with pytest.raises(NotForecast):
        opened(world, own)
    with pytest.raises(NotVisible):
        world.do("not theirs", open_round, "bo@Orchard", goal_id=own, days=7)
    for more, field in [({"days": 5}, "days"), ({"about_on": date(2031, 5, 1)}, "about_on")]:
        other = world.do(
            f"other {field}", draft_goal, "ada@Harbour", circle_id=world.ids["coast"], terms=replace(TERMS, kpi_id=kpi)
        )
        with pytest.raises(Invalid) as refusal:
            opened(world, other, **more)
        assert refusal.value.field == field


def test_they_are_scored_only_where_every_member_lets_them_be(world, goal, kpi):
    found = opened(world, goal, about_on=NOON.date())
    for who, middle in zip(LEADS, (350, 250, 300), strict=True):
        give(world, found, who, said(middle - 50, middle, middle + 50))
    read = [Claim(date(2031, 5, 1), date(2031, 6, 1), Decimal(320))]
    claim_readings(actor=world.actor("ada@Harbour"), kpi_id=kpi, claims=read, at=NOON)
    for who in LEADS[:2]:
        let_be_scored(actor=world.actor(who), circle_id=world.ids["coast"], is_willing=True, at=NOON)
    assert newest(world, goal).outcome is None  # May has not ended, whatever was read so far
    june = date(2031, 6, 1)
    row = newest(world, goal, today=june)
    assert (row.outcome, row.pooled_loss, {one.loss for one in row.forecasts}) == (Decimal(320), None, {None})

    let_be_scored(actor=world.actor(LEADS[2]), circle_id=world.ids["coast"], is_willing=True, at=NOON)
    row = newest(world, goal, today=june)
    losses = {one.member.name: one.loss for one in row.forecasts}
    assert losses["Harbour"] == pytest.approx((0.1 * 20 + 0.5 * 30 + 0.1 * 80) / 3)
    assert row.pooled_loss <= sum(losses.values()) / 3


def test_what_waits_for_an_organisation(world, goal):
    here = next(
        row.id for row in partnerships_of(actor=world.actor("bo@Orchard")) if row.joint_id == world.ids["coast"]
    )
    found = opened(world, goal)
    give(world, found, "ada@Harbour", said(1, 2, 3))
    asked = {
        who: [one.goal for one in asked_forecasts(actor=world.actor(who), partnership_ids=[here], at=NOON)]
        for who in (*LEADS, "bea@Orchard")
    }
    assert asked == {"ada@Harbour": [], "bo@Orchard": ["Dredge"], "cy@Island": ["Dredge"], "bea@Orchard": []}


amounts = st.decimals(-(10**6), 10**6, places=2)
answers = st.lists(st.tuples(amounts, amounts, amounts).map(lambda one: tuple(sorted(one))), min_size=1, max_size=6)


@given(answers, amounts)
def test_the_pooled_loss_is_never_above_the_mean_of_the_single_ones(answers, outcome):
    mean = sum(loss(one, outcome) for one in answers) / len(answers)
    assert loss(pooled(answers), outcome) <= mean * (1 + 1e-9) + 1e-6


def many(world, goal, count):
    """Let rounds begin and end, one after another."""
    for nth in range(count):
        found = opened(world, goal, about_on=DUE + timedelta(days=nth))
        for who in LEADS:
            give(world, found, who, said(1, 2, 3))


def test_older_rounds_stand_on_further_pages(world, goal):
    many(world, goal, 4)
    opened(world, goal)
    own = {"actor": world.actor("bo@Orchard"), "goal_id": goal, "today": TODAY, "at": NOON, "limit": 2}

    pages = [rounds_page(before=before, **own) for before in (None, 4, 2, 1)]

    assert [[row.number for row in page.rounds] for page in pages] == [[5, 4], [3, 2], [1], []]
    assert [page.next for page in pages] == [4, 2, None, None]
    assert [page.is_first for page in pages] == [True, False, False, False]
    own |= {"actor": world.actor("ada@Harbour")}
    assert not any(rounds_page(before=before, **own).may_open for before in (None, 4, 2))


def test_the_page_leads_to_older_rounds_and_back(world, goal, monkeypatch):
    monkeypatch.setattr(reads, "PAGE", 2)
    many(world, goal, 3)
    client, way = world.client("ada@Harbour"), f"/goals/{goal}/forecasts"

    first, last, none = (client.get(way + more).content.decode() for more in ("", "?before=2", "?before=1"))

    assert f'href="{way}?before=2"' in first and 'id="round-3"' in first and 'id="round-1"' not in first
    assert "Ask again" in first and "Ask again" not in last and "Ask everybody" not in last
    assert 'id="round-1"' in last and "Older rounds" not in last and f'href="{way}"' in last
    assert "There are no rounds before that one." in none and f'href="{way}"' in none
    assert client.get(f"{way}?before=x").content.decode().count('id="round-3"') == 1


def test_the_api_answers_rounds_a_page_at_a_time(world, goal):
    many(world, goal, 3)
    client, way = world.client("ada@Harbour"), f"/api/v1/goals/{goal}/forecasts"

    first = client.get(f"{way}?limit=2").json()
    last = client.get(f"{way}?limit=2&after={first['next']}").json()

    assert [[row["number"] for row in page["rows"]] for page in (first, last)] == [[3, 2], [1]]
    assert last["next"] == "" and client.get(f"{way}?after=x").status_code == 422
    asked = client.post(way, {"days": 7, "about_on": "2031-12-31"}, "application/json").json()
    assert ([row["number"] for row in asked["rows"]], asked["next"]) == ([4, 3, 2, 1], "")


def test_the_api_takes_figures_in_ascii_digits_only(world, goal):
    found, client = opened(world, goal), world.client("ada@Harbour")
    way = f"/api/v1/forecast-rounds/{found}/own"

    refused = client.put(way, {"p10": "1", "p50": "٣", "p90": "5"}, "application/json")

    assert refused.status_code == 422 and "digits 0 to 9" in refused.content.decode()
    refused = client.put(way, {"p10": "1", "p50": "3", "p90": 5}, "application/json")
    assert "digits 0 to 9" not in refused.content.decode()

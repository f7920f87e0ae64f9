"""A goal is what the members agreed on: drafted by one, agreed on by all, changed and ended by all."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from consortio.access import Invalid, NotPermitted, NotVisible, Stale
from consortio.approvals.actions import answer_proposal, withdraw_proposal
from consortio.approvals.reads import proposal_page
from consortio.goals.actions import (
    Agreed,
    Ended,
    NothingDifferent,
    WhichGoes,
    adopt_goal,
    change_goal,
    draft_goal,
    end_goal,
    give_opinion,
    link_items,
    propose_end,
    propose_goal,
    restore_goal,
    withdraw_goal,
)
from consortio.goals.looking_back import past_page
from consortio.goals.reads import all_goals, goal_page
from consortio.goals.terms import Contribution, GoalTerms, from_plain
from consortio.kpis.actions import change_kpi, claim_readings, define_kpi, retire_kpi
from consortio.kpis.attainment import Status
from consortio.kpis.claims import Claim
from consortio.kpis.steady import AgreedBy
from consortio.kpis.terms import KpiTerms
from consortio.partnerships.reads import partnerships_of
from consortio.record.outbox import serve_due
from tests.agreed import agree
from tests.world import NOON

TODAY = NOON.date()  # 6 May 2031
TERMS = GoalTerms(
    name="Dredge 400 t",
    start_on=date(2031, 1, 1),
    due_on=date(2031, 12, 31),
    baseline=Decimal(0),
    target=Decimal(400),
)


@pytest.fixture
def kpi(world):
    own = KpiTerms(name="Dredged", unit="own:t", aggregation="sum")
    return world.do("kpi", define_kpi, "ada@Harbour", circle_id=world.ids["coast"], terms=own)


def here(world, who="ada@Harbour"):
    return next(row for row in partnerships_of(actor=world.actor(who)) if row.joint_id == world.ids["coast"])


def drafted(world, kpi, circle="coast", **more):
    terms = replace(TERMS, kpi_id=kpi, **more)
    return world.do(f"draft {terms.name}", draft_goal, "ada@Harbour", circle_id=world.ids[circle], terms=terms)


def proposed(world, goal, version=1, who="ada@Harbour", **more):
    asked = {"goal_id": goal, "version": version, "days": 7} | more
    return world.do(f"propose {goal} {version} {more}", propose_goal, who, **asked)


def agreed(world, kpi, **more):
    goal = drafted(world, kpi, **more)
    agree(actor=world.actor("ada@Harbour"), proposal_id=proposed(world, goal), at=NOON)
    return goal


def page(world, goal, who="ada@Harbour", today=TODAY):
    return goal_page(actor=world.actor(who), goal_id=goal, today=today, at=NOON)


def past(world, goal, who="ada@Harbour"):
    return past_page(actor=world.actor(who), goal_id=goal)


def shown(world, who="ada@Harbour"):
    return all_goals(actor=world.actor(who), partnership_id=here(world, who).id, today=TODAY, at=NOON)


def read(world, kpi, *values, who="ada@Harbour"):
    claims = [
        Claim(date(2031, month, 1), date(2031, month + 1, 1), Decimal(value)) for month, value in enumerate(values, 1)
    ]
    claim_readings(actor=world.actor(who), kpi_id=kpi, claims=claims, at=NOON)


def test_a_draft_holds_nobody_before_all_have_agreed(world, kpi):
    goal = drafted(world, kpi)
    assert page(world, goal, "bo@Orchard").row.state == "draft"
    proposal = proposed(world, goal)
    assert page(world, goal, "bo@Orchard").row.state == "proposed"

    agree(actor=world.actor("ada@Harbour"), proposal_id=proposal, at=NOON)

    row = page(world, goal, "cy@Island").row
    assert (row.state, row.agreed_number, row.number) == ("agreed", 1, "G-1")
    assert row.agreed_by.id == proposal and row.proposal is None
    assert [one.number for one in past(world, goal).versions] == [1]


def test_what_was_agreed_on_is_changed_by_a_proposal_that_says_the_difference(world, kpi):
    goal = agreed(world, kpi)
    version = page(world, goal).row.version
    with pytest.raises(Agreed):
        change_goal(
            actor=world.actor("ada@Harbour"), goal_id=goal, version=version, changes={"target": Decimal(500)}, at=NOON
        )
    with pytest.raises(NothingDifferent):
        proposed(world, goal, version)
    changes = {"target": Decimal(500), "due_on": date(2032, 3, 31)}
    proposal = proposed(world, goal, version, "bo@Orchard", changes=changes)

    lines = proposal_page(actor=world.actor("cy@Island"), proposal_id=proposal, at=NOON).difference
    assert [(line.field, line.before, line.after) for line in lines] == [
        ("Target", "400 t", "500 t"), ("By", "31 Dec 2031", "31 Mar 2032"),
    ]  # fmt: skip
    assert page(world, goal).row.terms.target == Decimal(400)
    agree(actor=world.actor("ada@Harbour"), proposal_id=proposal, at=NOON)
    after = page(world, goal)
    assert (after.row.terms.target, after.row.agreed_number) == (Decimal(500), 2)
    newest, first = past(world, goal).versions
    assert [(line.field, line.before, line.after) for line in newest.difference] == [
        ("Target", "400 t", "500 t"), ("By", "31 Dec 2031", "31 Mar 2032"),
    ]  # fmt: skip
    assert {line.field: line.after for line in first.difference}["Target"] == "400 t"


@pytest.mark.parametrize("who", ["ada@Harbour", "bo@Orchard", "cy@Island"])
def test_whoever_proposes_all_have_to_agree(world, kpi, who):
    terms = replace(TERMS, kpi_id=kpi)
    goal = world.do("theirs", draft_goal, who, circle_id=world.ids["coast"], terms=terms)
    proposal = proposed(world, goal, who=who)
    others = sorted({"ada@Harbour", "bo@Orchard", "cy@Island"} - {who})
    for at, other in enumerate(others):
        assert page(world, goal, other).row.state == "proposed"
        said = {"proposal_id": proposal, "version": 1, "verdict": "approve", "at": NOON}
        assert answer_proposal(actor=world.actor(other), **said) == ("agreed" if at else "open")
    assert page(world, goal, who).row.state == "agreed"


def test_a_first_proposal_tells_every_field_in_words(world, kpi):
    own = {"why": "The channel silts up.", "organisation_id": world.ids["Harbour"], "person_id": world.ids["abe"]}
    brings = (Contribution(world.ids["Orchard"], "two barges", Decimal(150), world.ids["bea"]),)
    proposal = proposed(world, drafted(world, kpi, contributions=brings, **own))
    lines = proposal_page(actor=world.actor("cy@Island"), proposal_id=proposal, at=NOON).difference
    told = {line.field: line.after for line in lines}
    assert told["KPI"] == "Dredged" and told["Baseline"] == "0 t" and told["Why"] == "The channel silts up."
    assert told["In charge"] == "Harbour" and told["Accountable"] == "abe"
    assert told["What each organisation brings"] == "Orchard 150 t two barges (bea)"


def test_a_sum_counts_from_the_day_the_goal_begins(world, kpi):
    goal = agreed(world, kpi, start_on=date(2031, 2, 1))
    read(world, kpi, "100", "30", "40", "50")
    row = page(world, goal).row
    assert row.measured.actual.low == row.measured.actual.high == Decimal(120)
    assert row.measured.as_of == date(2031, 5, 1)
    assert row.measured.expected == Decimal(400) * 94 / 333
    assert row.status == Status.ON_TRACK


def test_a_contested_reading_makes_the_goal_a_range(world, kpi):
    goal = agreed(world, kpi)
    read(world, kpi, "50", "50", "50")
    read(world, kpi, "50", "50", "10", who="bo@Orchard")
    row = page(world, goal).row
    assert (row.measured.actual.low, row.measured.actual.high) == (Decimal(110), Decimal(150))
    assert row.status == Status.CONTESTED
    roll_up = shown(world).joint
    assert (roll_up.known.low, roll_up.known.high) == (Decimal("0.275"), Decimal("0.375"))


def test_the_chance_is_computed_after_the_reading_from_what_the_circle_sees(world, kpi):
    goal = agreed(world, kpi)
    own = drafted(world, kpi, circle="Harbour only", name="In our house", target=Decimal(500))
    read(world, kpi, "30", "35", "31", "36")
    assert not page(world, goal).row.chance or not page(world, goal).row.chance.is_current
    serve_due(clock=lambda: NOON)

    chance = page(world, goal, "bo@Orchard").row.chance
    assert chance.is_current and 0 < chance.low == chance.high < 1
    assert chance.start <= chance.low <= chance.end and chance.readings == 4 and chance.method
    mine = page(world, own).row.chance
    assert mine.is_current and mine.low < chance.low

    read(world, kpi, "30", "35", "31", "20", who="bo@Orchard")
    assert not page(world, goal).row.chance.is_current
    serve_due(clock=lambda: NOON)
    chance = page(world, goal).row.chance
    assert chance.is_current and chance.low < chance.high


def test_without_readings_nothing_is_claimed(world, kpi):
    goal = agreed(world, kpi)
    serve_due(clock=lambda: NOON)
    row = page(world, goal).row
    assert (row.status, row.chance.low, row.chance.findings) == (Status.UNKNOWN, None, ("no_readings",))


def test_a_sixth_goal_asks_which_one_goes(world, kpi):
    goals = [agreed(world, kpi, name=f"Goal {n}") for n in range(5)]
    sixth = drafted(world, kpi, name="The sixth")
    with pytest.raises(WhichGoes):
        proposed(world, sixth)
    with pytest.raises(Invalid) as refusal:
        proposed(world, sixth, instead_of=sixth)
    assert refusal.value.field == "instead_of"
    proposal = proposed(world, sixth, instead_of=goals[1])
    lines = proposal_page(actor=world.actor("bo@Orchard"), proposal_id=proposal, at=NOON).difference
    assert (lines[-1].field, lines[-1].after) == ("In its place is given up", "Goal 1")
    agree(actor=world.actor("ada@Harbour"), proposal_id=proposal, at=NOON)
    assert page(world, goals[1]).row.state == "retired"
    assert proposed(world, drafted(world, kpi, name="A seventh"), keeps_all=True)


def test_a_goal_ends_when_all_agree(world, kpi):
    goal = agreed(world, kpi)
    version = page(world, goal).row.version
    asked = {"goal_id": goal, "version": version, "end": "achieved", "days": 7}
    with pytest.raises(Agreed):
        end_goal(actor=world.actor("ada@Harbour"), goal_id=goal, version=version, end="achieved", at=NOON)
    proposal = world.do("end", propose_end, "ada@Harbour", **asked)
    agree(actor=world.actor("ada@Harbour"), proposal_id=proposal, at=NOON)
    row = page(world, goal).row
    assert row.state == "achieved"
    with pytest.raises(Ended):
        proposed(world, goal, row.version)
    with pytest.raises(Ended):
        give_opinion(actor=world.actor("abe@Harbour"), goal_id=goal, confidence=50, at=NOON)


def test_an_own_goal_is_adopted_changed_and_ended_by_its_own_side(world, kpi):
    goal = drafted(world, kpi, circle="Harbour only", name="Own")
    with pytest.raises(Agreed):
        proposed(world, goal)
    adopt_goal(actor=world.actor("ada@Harbour"), goal_id=goal, version=1, at=NOON)
    change_goal(actor=world.actor("ada@Harbour"), goal_id=goal, version=2, changes={"target": Decimal(9)}, at=NOON)
    end_goal(actor=world.actor("ada@Harbour"), goal_id=goal, version=3, end="missed", at=NOON)
    assert page(world, goal).row.state == "missed"
    with pytest.raises(NotVisible):
        page(world, goal, "bo@Orchard")
    assert [row.terms.name for row in shown(world, "bo@Orchard").rows] == []
    assert [row.terms.name for row in shown(world).narrower] == ["Own"]


def test_a_draft_is_taken_back_and_is_there_again(world, kpi):
    goal = drafted(world, kpi)
    withdraw_goal(actor=world.actor("ada@Harbour"), goal_id=goal, version=1, at=NOON)
    with pytest.raises(NotVisible):
        page(world, goal)
    restore_goal(actor=world.actor("ada@Harbour"), goal_id=goal, version=2, at=NOON)
    assert page(world, goal).row.state == "draft"
    with pytest.raises(Stale):
        withdraw_goal(actor=world.actor("ada@Harbour"), goal_id=goal, version=1, at=NOON)


def test_opinions_stand_beside_and_those_in_charge_first(world, kpi):
    goal = agreed(world, kpi, organisation_id=world.ids["Orchard"])
    give_opinion(actor=world.actor("abe@Harbour"), goal_id=goal, confidence=20, at=NOON, words="Fog.")
    give_opinion(actor=world.actor("bo@Orchard"), goal_id=goal, confidence=80, at=NOON, words="On our way.")
    found = page(world, goal, "cy@Island")
    assert (found.row.opinion.confidence, found.row.status) == (80, Status.UNKNOWN)
    assert {one.words for one in found.row.opinions} == {"Fog.", "On our way."}
    with pytest.raises(NotPermitted):
        give_opinion(actor=world.actor("bea@Orchard"), goal_id=goal, confidence=80, at=NOON)


def test_goals_form_a_tree_without_a_ring(world, kpi):
    upper = drafted(world, kpi, name="Upper")
    lower = drafted(world, kpi, name="Lower", parent_id=upper)
    own = drafted(world, kpi, circle="Harbour only", name="Own", parent_id=lower)
    assert [row.terms.name for row in page(world, upper).children] == ["Lower"]
    assert page(world, own).parent.id == lower and page(world, lower, "bo@Orchard").children == ()
    with pytest.raises(Invalid) as refusal:
        change_goal(actor=world.actor("ada@Harbour"), goal_id=upper, version=1, changes={"parent_id": lower}, at=NOON)
    assert refusal.value.field == "parent_id"
    with pytest.raises(Invalid):
        change_goal(actor=world.actor("ada@Harbour"), goal_id=upper, version=1, changes={"parent_id": own}, at=NOON)


@pytest.mark.parametrize(
    "field, changes",
    [
        ("name", {"name": " "}),
        ("due_on", {"due_on": date(2031, 1, 1)}),
        ("target", {"target": Decimal(0)}),
        ("target", {"target": None}),
        ("target", {"direction": "down"}),
        ("baseline", {"baseline": None}),
        ("band_high", {"direction": "band", "band_low": Decimal(2), "band_high": Decimal(1)}),
        ("weight", {"weight": 0}),
        ("kpi_id", {"kpi_id": None}),
        ("due_on", {"due_on": date(9999, 12, 31)}),
        ("start_on", {"start_on": date(1, 1, 1)}),
        ("kind", {"kind": "dream"}),
        ("direction", {"direction": "sideways"}),
        ("target", {"target": Decimal("NaN")}),
    ],
)
def test_fields_that_cannot_be_are_named(world, kpi, field, changes):
    with pytest.raises(Invalid) as refusal:
        drafted(world, kpi, **changes) if "kpi_id" not in changes else world.do(
            "odd", draft_goal, "ada@Harbour", circle_id=world.ids["coast"], terms=replace(TERMS, kpi_id=None)
        )
    assert refusal.value.field == field


def test_a_goal_waits_for_items_that_everybody_sees(world, kpi):
    goal = drafted(world, None, kind="milestone", name="Opened")
    assert page(world, goal).row.finished.of == 0 and page(world, goal).row.status == Status.UNKNOWN
    with pytest.raises(Invalid) as refusal:
        link_items(actor=world.actor("ada@Harbour"), goal_id=goal, version=1, item_ids=[world.ids["dredger"]], at=NOON)
    assert refusal.value.field == "items"


def test_a_kpi_of_a_narrower_circle_measures_no_joint_goal(world):
    own = KpiTerms(name="Secret", unit="own:t")
    secret = world.do("secret", define_kpi, "ada@Harbour", circle_id=world.ids["Harbour only"], terms=own)
    with pytest.raises(Invalid) as refusal:
        drafted(world, secret)
    assert refusal.value.field == "kpi_id"


def test_what_measures_an_agreed_goal_is_not_redefined_by_one_of_them(world, kpi):
    own = {"actor": world.actor("bo@Orchard"), "kpi_id": kpi, "at": NOON}
    goal = drafted(world, kpi)
    change_kpi(**own, version=1, changes={"definition": "Weighed at sea"})
    agree(actor=world.actor("ada@Harbour"), proposal_id=proposed(world, goal), at=NOON)

    with pytest.raises(Invalid, match="agreed on G-1 by this measure") as refusal:
        change_kpi(**own, version=2, changes={"definition": "Weighed on land"})
    assert refusal.value.field == "definition"
    with pytest.raises(AgreedBy):
        retire_kpi(**own, version=2)

    version = page(world, goal).row.version
    end = world.do("end", propose_end, "ada@Harbour", goal_id=goal, version=version, end="missed", days=7)
    agree(actor=world.actor("ada@Harbour"), proposal_id=end, at=NOON)
    retire_kpi(**own, version=2)


def test_what_a_proposed_goal_is_measured_by_means_the_same_until_the_last_has_answered(world, kpi):
    part = world.do("part", define_kpi, "bo@Orchard", circle_id=world.ids["coast"], terms=KpiTerms(name="Part"))
    own = {"actor": world.actor("bo@Orchard"), "at": NOON}
    goal = drafted(world, kpi)
    asked = proposed(world, goal)
    change_kpi(**own, kpi_id=part, version=1, changes={"definition": "Until noon"})

    with pytest.raises(Invalid, match="are asked about G-1 by this measure") as refusal:
        change_kpi(**own, kpi_id=kpi, version=1, changes={"definition": "Weighed on land"})
    assert refusal.value.field == "definition"
    with pytest.raises(AgreedBy, match="are asked about G-1"):
        retire_kpi(**own, kpi_id=kpi, version=1)
    withdraw_proposal(actor=world.actor("ada@Harbour"), proposal_id=asked, version=1, at=NOON)
    change_kpi(**own, kpi_id=kpi, version=1, changes={"definition": "Weighed on land"})


def test_so_does_the_measure_that_an_agreed_goal_is_to_have_from_now_on(world, kpi):
    terms = KpiTerms(name="Dredged by night", unit="own:t")
    other = world.do("other", define_kpi, "bo@Orchard", circle_id=world.ids["coast"], terms=terms)
    goal = agreed(world, kpi)
    asked = proposed(world, goal, page(world, goal).row.version, changes={"kpi_id": other})
    bo = world.actor("bo@Orchard")

    with pytest.raises(AgreedBy, match="are asked about G-1"):
        retire_kpi(actor=bo, kpi_id=other, version=1, at=NOON)
    object_to = {"proposal_id": asked, "version": 1, "verdict": "object", "reason": "No.", "at": NOON}
    answer_proposal(actor=bo, **object_to)
    retire_kpi(actor=bo, kpi_id=other, version=1, at=NOON)


def test_each_organisation_names_its_own_people_as_accountable(world, kpi):
    for person in ("ada", "fern", "nobody"):
        brings = (Contribution(world.ids["Orchard"], "two barges", None, world.ids.get(person, uuid4())),)
        with pytest.raises(Invalid) as refused:
            drafted(world, kpi, contributions=brings)
        assert refused.value.field == "contributions.0.person_id"
    brings = (Contribution(world.ids["Orchard"], "two barges", None, world.ids["bea"]),)

    row = page(world, drafted(world, kpi, contributions=brings), "cy@Island").row

    assert row.leads == {world.ids["Orchard"]: "bea"} and row.terms.contributions == brings


def test_what_was_written_before_anybody_was_named_still_reads(world):
    orchard = world.ids["Orchard"]
    kept = {"name": "Dredge", "start_on": "2031-01-01", "due_on": "2031-12-31"}
    before = kept | {"contributions": [{"organisation": str(orchard), "words": "two barges", "amount": None}]}

    assert from_plain(before).contributions == (Contribution(orchard, "two barges"),)

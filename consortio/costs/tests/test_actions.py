"""Who says what an item costs, where, and over which version."""

import pytest

from consortio import access
from consortio.access import Invalid, NotPermitted, NotVisible, Stale, VersionMissing
from consortio.costs.actions import NamedTwice, Report, Terms, TooMany, report_costs
from consortio.costs.models import Cost
from consortio.record.reads import told

from .builders import NOON, bring_quay, kept, rows, write


@pytest.fixture
def plan(world):
    return bring_quay(world)


def said(pk):
    row = kept(pk)
    return row.version, row.currency, row.budget, row.actual, row.payer_id, row.rule


def test_a_cost_is_said_for_all_and_told_to_all(world, plan):
    made = write(world, "t5", currency="eur", budget=70_000, actual=0, payer_id=world.ids["Island"], rule="0/100")

    assert said(made) == (1, "EUR", 70_000, 0, world.ids["Island"], "0/100")
    (entry,) = told(actor=world.actor("bo@Orchard"), subject_ids=[made])
    changed = ["actual_cost", "budget", "currency", "payer_id", "rule"]
    assert (entry.circle_id, entry.event, entry.facts) == (
        world.ids["coast"], "cost.written", {"item": str(world.ids["t5"]), "changed": changed}
    )  # fmt: skip
    assert {edit.field: (edit.before, edit.after) for edit in entry.edits}["budget"] == (None, "700.00")


def test_what_is_left_out_stands(world, plan):
    made = write(world, "t1", version=1, actual=None)

    assert said(made)[1:4] == ("EUR", 100_000, None)
    assert write(world, "t1", version=2, actual=None) == made
    assert said(made)[0] == 2


def test_it_is_written_over_the_version_that_was_seen(world, plan):
    with pytest.raises(VersionMissing):
        write(world, "t1", budget=1)
    with pytest.raises(Stale):
        write(world, "t1", version=2, budget=1)
    with pytest.raises(Stale):
        write(world, "t5", version=1, budget=1, currency="EUR")

    assert said(write(world, "t1", version=1, budget=1))[:3] == (2, "EUR", 1)


def test_our_house_keeps_its_own_beside_it(world, plan):
    made = write(world, "t1", "abe@Harbour", "Harbour only", actual=5, currency="EUR")

    assert rows(world)["t1"] == (100_000, 120_050, "EUR")
    assert rows(world, "Harbour only") == {"t1": (None, 5, "EUR")}
    with access.reading(bo := world.actor("bo@Orchard")):
        assert not access.visible(bo, Cost).filter(pk=made).exists()
    assert told(actor=bo, subject_ids=[made]) == ()
    assert len(told(actor=world.actor("ada@Harbour"), subject_ids=[made])) == 1


def test_nobody_writes_in_another_house_or_elsewhere(world, plan):
    for who, circle in (("ada@Harbour", "Orchard only"), ("bo@Orchard", "Harbour only"), ("ada@Harbour", "offer")):
        with pytest.raises(NotVisible):
            write(world, "t1", who, circle, actual=5, currency="EUR")

    write(world, "t1", "bo@Orchard", "Orchard only", actual=5, currency="EUR")


def test_who_only_looks_on_says_nothing(world, plan):
    with pytest.raises(NotPermitted):
        write(world, "t2", "bea@Orchard", version=1, actual=5)
    with pytest.raises(NotPermitted):
        write(world, "t2", "bea@Orchard", "Orchard only", actual=5, currency="EUR")

    write(world, "t2", "bo@Orchard", version=1, actual=5)


def test_who_answers_for_an_item_says_what_it_has_cost_and_no_more(world):
    bring_quay(world, people={"Orchard": world.ids["bo"]})
    with pytest.raises(NotPermitted):
        write(world, "t2", "abe@Harbour", version=1, actual=5)
    bring_quay(world, people={"Orchard": world.ids["abe"]}, step="second")
    with pytest.raises(NotPermitted):
        write(world, "t2", "abe@Harbour", version=1, actual=5, budget=1)
    with pytest.raises(NotPermitted):
        write(world, "t2", "abe@Harbour", version=1, rule="50/50")

    made = write(world, "t2", "abe@Harbour", version=1, actual=5)
    assert said(made)[2:4] == (200_000, 5)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("budget", {"budget": -1}),
        ("budget", {"budget": 10**15}),
        ("actual", {"actual": "12"}),
        ("currency", {"currency": "QQQ"}),
        ("currency", {"currency": ""}),
        ("rule", {"rule": "guess"}),
        ("payer_id", {"payer_id": "stranger"}),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(world, plan, field, said):
    said = said | ({"payer_id": world.ids["t1"]} if field == "payer_id" else {})

    with pytest.raises(Invalid) as refused:
        write(world, "t1", version=1, **said)

    assert refused.value.field == field


def report(world, plan, *reports, who="ada@Harbour", circle="coast"):
    made = [Report(world.ids[item], version, Terms(**said)) for item, version, said in reports]
    return report_costs(actor=world.actor(who), plan_id=plan, circle_id=world.ids[circle], reports=made, at=NOON)


def test_many_are_said_in_one_step_or_none(world, plan):
    assert report(world, plan, ("t1", 1, {"actual": 1}), ("t5", None, {"currency": "EUR", "budget": 2})) == 2
    before = rows(world)
    with pytest.raises(Stale, match="I-4"):
        report(world, plan, ("t1", 2, {"actual": 9}), ("t3", 7, {"actual": 9}))
    with pytest.raises(Invalid, match="I-4"):
        report(world, plan, ("t1", 2, {"actual": 9}), ("t3", 1, {"budget": -9}))
    with pytest.raises(NamedTwice):
        report(world, plan, ("t1", 2, {"actual": 9}), ("t1", 2, {"actual": 8}))
    with pytest.raises(TooMany):
        report(world, plan, *[("t1", 2, {"actual": 9})] * 201)

    assert rows(world) == before
    assert report(world, plan, ("t1", 2, {"actual": 1})) == 0


def test_an_item_of_another_plan_is_none_of_this_one(world, plan):
    other = world.ids["t1"]
    bring_quay(world, step="second")

    with pytest.raises(NotVisible):
        report_costs(
            actor=world.actor("ada@Harbour"),
            plan_id=plan,
            circle_id=world.ids["coast"],
            reports=[Report(world.ids["t1"], 1, Terms(actual=5))],
            at=NOON,
        )
    assert other != world.ids["t1"]

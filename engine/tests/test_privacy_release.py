"""What a release tells, figure by figure: steps, bands, earlier rounds, unions, and what its name is made of."""

from dataclasses import replace

import pytest
from privacy_attacks import CLOSE

from consortio_engine.privacy import Ballot, Banded, Dimension, InvalidSurvey, Plan, Round, release

TRUST = Dimension("trust")


def people(first: int, count: int) -> frozenset:
    return frozenset(range(first, first + count))


def plan_for(*sizes: int, **more) -> Plan:
    named = {"dimensions": [TRUST], "eligible": [people(100 * at, size) for at, size in enumerate(sizes)]}
    return Plan(**({"closes_at": CLOSE} | named | more))


def results(plan: Plan, *answers: list[float]):
    ballots = [Ballot(of, [value]) for of, values in enumerate(answers) for value in values]
    return release(ballots, plan, CLOSE).results[0]


@pytest.mark.parametrize(
    ("count", "band"),
    [
        (5, (5, 9)), (9, (5, 9)), (10, (10, 19)), (19, (10, 19)), (20, (20, 49)), (49, (20, 49)), (50, (50, 99)),
        (99, (50, 99)), (100, (100, None)),
    ],
)  # fmt: skip
def test_how_many_answered_is_told_as_a_band(count, band):
    assert results(plan_for(count), [3] * count).total.answers == band


@pytest.mark.parametrize(
    ("answers", "mean"),
    [
        ([1, 1, 1, 1, 3], Banded(1.5, "at_most")),
        ([1, 1, 1, 1, 2, 3], Banded(1.5, "at_most")),
        ([1, 1, 1, 2, 3], Banded(1.6)),
        ([5, 5, 5, 4, 4, 4], Banded(4.5, "at_least")),
        ([5, 5, 4, 4, 4], Banded(4.4)),
    ],
)
def test_towards_its_ends_a_mean_is_told_in_one_step(answers, mean):
    assert results(plan_for(9), answers).total.mean == mean


def test_steps_of_a_scale_may_be_finer_than_a_sixtieth():
    fine = Dimension("share", low=0.5, high=1, favourable=0.8)

    found = results(plan_for(5, 5, dimensions=[fine]), [0.7, 0.7, 0.7125, 0.725, 0.725], [0.75] * 5)

    # The steps are eightieths: 57 and 60 of them, and 58.5 between.
    assert [cell.mean for cell in found.slices.values()] == [Banded(0.7125), Banded(0.75)]
    assert (found.gap, found.over_organisations, found.total.mean) == (0.0375, 0.7375, Banded(0.7375))


def test_a_gap_is_told_to_the_sixth_place():
    thirds = Dimension("thirds", low=0, high=1 / 3, favourable=0.2)

    found = results(plan_for(5, 5, dimensions=[thirds]), [0.1] * 5, [25 / 120] * 5)

    assert found.gap == 0.108333


def test_beside_some_slices_stands_the_total_of_all_answers():
    found = results(plan_for(6, 6, 3, 3), [2] * 6, [4] * 6, [3] * 3, [5] * 3)

    assert found.release.reason == "some_slices"
    assert {one: cell.mean for one, cell in found.slices.items()} == {1: Banded(4)}
    assert (found.total.mean, found.total.favourable) == (Banded(3.3), Banded(0.5))
    assert (found.gap, found.over_organisations) == (None, None)


def test_without_slices_only_the_total_is_told():
    found = results(plan_for(5, 5, by_organisation=False), [2] * 5, [4] * 5)

    assert (found.release.reason, found.slices, found.total.mean) == ("total_only", {}, Banded(3))


def test_unions_that_were_named_hold_for_figures_and_for_texts():
    answers = [[3] * 6, [3] * 5, [3] * 3]
    ballots = [Ballot(of, values[:1], f"{of}.{at}") for of, values in enumerate(answers) for at in range(len(values))]

    alone, together = plan_for(6, 5, 3), plan_for(6, 5, 3, coalitions=[frozenset({0, 1})])

    assert results(alone, *answers).release.reason == "total_only"
    assert results(together, *answers).release.reason == "rest_too_small"
    assert (len(release(ballots, alone, CLOSE).texts), release(ballots, together, CLOSE).texts) == (14, ())


def test_what_was_told_in_earlier_rounds_counts():
    earlier = [Round((people(0, 12),), (12,), (0,), total=True)]
    plan = plan_for(11, earlier=[earlier])

    assert results(plan, [3] * 11).release.reason == "moved"
    assert results(replace(plan, earlier=[[]]), [3] * 11).release.reason == "everything"


def test_before_it_closes_only_whether_enough_have_answered_is_told():
    ballots = [Ballot(0, [3], "words")] * 6
    plan = plan_for(12)

    few, enough = release(ballots[:4], plan, CLOSE - 1), release(ballots, plan, CLOSE - 1)

    assert [(one.status, one.method, one.is_open, one.enough) for one in (few, enough)] == [
        ("no_answer", "insider rule", True, False),
        ("no_answer", "insider rule", True, True),
    ]
    assert [(one.results, one.texts, one.rate) for one in (few, enough)] == [((), (), None)] * 2
    assert len({one.fingerprint for one in (few, enough, release(ballots, plan, CLOSE))}) == 3
    assert release(ballots[:5], plan, CLOSE - 1).fingerprint == enough.fingerprint
    assert 0 < enough.elapsed < 60


def test_once_closed_the_rate_is_told_of_k_and_more():
    few, enough = (release([Ballot(0, [3])] * count, plan_for(12), CLOSE) for count in (4, 5))

    assert {(one.method, one.seed) for one in (few, enough)} == {("insider rule", 0)}
    assert [(one.status, one.is_open, one.enough, one.rate) for one in (few, enough)] == [
        ("no_answer", False, False, None),
        ("ok", False, True, 0.4),
    ]
    assert 0 <= enough.elapsed < 60


def test_a_name_holds_what_is_told_and_what_was_agreed():
    named = plan_for(12, 12)
    earlier = [[Round((people(0, 12), people(100, 12)), (12, 12), (), total=total)] for total in (False, True)]
    others = [
        plan_for(12, 13),
        replace(named, dimensions=[Dimension("hope")]),
        replace(named, coalitions=[frozenset({0, 1})]),
        *(replace(named, earlier=[rounds]) for rounds in earlier),
        replace(named, earlier=[[Round((people(0, 12), people(200, 12)), (12, 12))]]),
        replace(named, seed=1),
    ]
    ballots = [Ballot(of, [3]) for of in (0, 1) for _ in range(12)]

    names = {release(ballots, plan, CLOSE).fingerprint for plan in (named, *others)}
    shuffled = replace(named, eligible=[frozenset(sorted(some, reverse=True)) for some in named.eligible])

    assert len(names) == 1 + len(others)
    assert release(ballots, shuffled, CLOSE).fingerprint == release(ballots, named, CLOSE).fingerprint
    told = [release([Ballot(of, [value]) for of in (0, 1) for _ in range(12)], named, CLOSE) for value in (3, 4)]
    assert told[0].fingerprint != told[1].fingerprint


def test_more_ballots_than_people_are_refused():
    with pytest.raises(InvalidSurvey) as refused:
        release([Ballot(0, [3])] * 2, plan_for(1), CLOSE)

    assert [(fault.code, fault.index, fault.message) for fault in refused.value.faults] == [
        ("count", 0, "Of organisation 0 2 answered; 1 were asked.")
    ]


def test_plans_and_ballots_are_refused_in_words():
    with pytest.raises(InvalidSurvey) as plan:
        plan_for(
            5,
            k=4,
            text_k=3,
            earlier=[[], []],
            dimensions=[Dimension("a", low=3, high=3), TRUST, Dimension("c", high=1e7)],
        )
    with pytest.raises(InvalidSurvey) as ballots:
        release([Ballot(1, [3]), Ballot(0, [3, 3]), Ballot(0, [6]), Ballot(0, [True])], plan_for(5), CLOSE)

    assert [(fault.code, fault.index, fault.message) for fault in plan.value.faults] == [
        ("k", -1, "k is 4; a survey is agreed with 5 at least."),
        ("text_k", -1, "Texts are shown from 3 answers on; k is 4."),
        ("earlier", -1, "Earlier rounds of 2 dimensions; 3 are asked."),
        ("scale", 0, "Dimension 0 has the scale (3, 4, 3)."),
        ("scale", 2, "Dimension 2 has the scale (1, 4, 10000000.0)."),
    ]
    assert [(fault.code, fault.index, fault.message) for fault in ballots.value.faults] == [
        ("organisation", 0, "Ballot 0 is of organisation 1."),
        ("shapes", 1, "Ballot 1 has 2 values; 1 were asked."),
        ("value", 2, "Ballot 2 answers 6; trust goes from 1 to 5."),
        ("value", 3, "Ballot 3 answers True; trust goes from 1 to 5."),
    ]


def test_the_ends_of_what_may_be_agreed():
    plan = plan_for(5, k=5, text_k=5, dimensions=[Dimension("a", low=-1e6, high=1e6, favourable=1e6)])

    assert results(plan, [-1e6, 1e6, 0, 0, 0]).total.favourable == Banded(0.2, "at_most")

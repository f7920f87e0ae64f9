"""The attack suite: what may be told of surveys withstands it, and what is often told does not."""

from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from privacy_attacks import (
    CLOSE,
    RATES,
    SHAPES,
    attack_surveys,
    draw_survey,
    filter_by_two,
    follow_waves,
    plain_rule,
    singles,
    smallest_told,
)

from consortio_engine.privacy import Ballot, Dimension, Plan, publishable, release


def test_two_thousand_surveys_tell_of_no_small_group_and_the_plain_rule_does():
    found = attack_surveys(populations=50, seed=1)

    assert found.surveys == 50 * len(SHAPES) * len(RATES) == 2_000
    assert found.exposed == 0
    assert found.told > 2_000
    assert found.plain_exposed > 500


def test_two_partners_who_collude_learn_nothing_where_unions_are_named():
    named = attack_surveys(populations=10, seed=2, colluding=True)
    single = attack_surveys(populations=10, seed=2, colluding=True, named=False)

    assert (named.exposed, named.told > 200) == (0, True)
    assert single.exposed > 100


def test_all_counts_of_two_to_four_organisations():
    kept = leaked = 0
    every = [counts for size in (2, 3, 4) for counts in product(range(1, 10), repeat=size)]
    for counts in every:
        viewers, found = singles(len(counts)), publishable(counts)
        view = [*((one,) for one in found.slices), *([tuple(range(len(counts)))] if found.total else [])]
        kept += smallest_told(view, counts, viewers) > 0
        leaked += smallest_told(plain_rule(counts), counts, viewers) > 0

    assert (len(every), leaked, kept) == (7_371, 5_590, 0)


def test_pages_with_two_filters_that_hide_small_groups_only_tell_of_them():
    """The positive control: an attack that finds nothing here would be broken."""
    random = np.random.default_rng(3)

    found = [filter_by_two(random) for _ in range(100)]

    assert np.mean([people > 0 for people in found]) >= 0.4


def test_whoever_watches_while_people_answer_learns_nothing():
    plan, ballots = draw_survey(np.random.default_rng(4), (6, 5, 3), 1.0)
    opposite = [
        Ballot(one.organisation, [value and 6 - value for value in one.values], one.text and f"not {one.text}")
        for one in ballots
    ]

    watched = [release(ballots[:count], plan, CLOSE - 1) for count in range(len(ballots) + 1)]
    others = [release(opposite[:count], plan, CLOSE - 1) for count in range(len(ballots) + 1)]

    assert [(one.enough, one.fingerprint) for one in watched] == [(one.enough, one.fingerprint) for one in others]
    assert all((one.is_open, one.results, one.texts, one.rate) == (True, (), (), None) for one in watched)
    assert release(ballots, plan, CLOSE).results != release(opposite, plan, CLOSE).results


def test_twelve_waves_tell_little_of_those_who_come_and_go():
    worlds = [follow_waves(seed) for seed in range(100)]

    people = sum(world.people for world in worlds)
    gain = sum((world.guessed - world.base) * world.people for world in worlds) / people
    assert people > 4_000 and all(world.waves > 1 for world in worlds)
    assert gain <= 0.03
    assert {world.smallest for world in worlds} == {0}


def test_twelve_waves_without_protection_tell_of_single_people():
    worlds = [follow_waves(seed, protects=False) for seed in range(20)]

    people = sum(world.people for world in worlds)
    assert sum((world.guessed - world.base) * world.people for world in worlds) / people > 0.1
    assert {world.smallest for world in worlds} == {1}


@pytest.mark.parametrize("size", [5, 6, 7])
def test_alike_answers_cannot_be_told_from_others(size):
    """For everything that is told of a group there are answers that are not all the same."""
    plan = Plan(dimensions=[Dimension("a")], eligible=[frozenset(range(size))], closes_at=CLOSE)
    seen: dict = {}
    for answers in combinations_with_replacement(range(1, 6), size):
        cell = release([Ballot(0, [answer]) for answer in answers], plan, CLOSE).results[0].total
        seen.setdefault(cell, []).append(set(answers))

    assert all(any(len(answers) > 1 for answers in some) for some in seen.values())
    # The control: by exact means two of the five could be told.
    means = [sum(answers) for answers in combinations_with_replacement(range(1, 6), size)]
    assert [means.count(size * answer) for answer in (1, 5)] == [1, 1]


def test_a_total_beside_all_slices_tells_no_more_than_they_do():
    """All fives beside others: if the total were exact, it would say what the slice holds back."""
    plan = Plan(dimensions=[Dimension("a")], eligible=[frozenset(range(5)), frozenset(range(5, 10))], closes_at=CLOSE)

    def page(*answers):
        ballots = [Ballot(at // 5, [answer]) for at, answer in enumerate(answers)]
        found = release(ballots, plan, CLOSE).results[0]
        return found.slices, found.total, found.gap, found.over_organisations

    for others in combinations_with_replacement(range(1, 6), 5):
        assert page(5, 5, 5, 5, 5, *others) == page(5, 5, 5, 5, 3, *others)

"""What a survey may publish: known answers, the rule's own cases, and that nothing but counts decides."""

from itertools import product

import numpy as np
import pytest
from engine_cases import shared_cases
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from privacy_attacks import CLOSE, draw_survey, smallest_of_people, smallest_told

from consortio_engine.privacy import (
    Ballot,
    Banded,
    Cell,
    Dimension,
    Exposure,
    InvalidSurvey,
    Plan,
    Round,
    exposures,
    publishable,
    release,
)
from consortio_engine.privacy.groups import TooManyGroups, reduced, small_group


def people(first: int, count: int) -> frozenset:
    return frozenset(range(first, first + count))


def told(counts, **more) -> tuple:
    found = publishable(counts, **more)
    return found.slices, found.total, found.reason


def survey(*answers, **more) -> Plan:
    """A plan for as many people of one organisation."""
    named = {"dimensions": [Dimension("trust")], "eligible": [people(0, len(answers))], "closes_at": CLOSE}
    return Plan(**(named | more))


def published(*answers, **more):
    plan = survey(*answers, **more)
    return release([Ballot(0, [answer]) for answer in answers], plan, CLOSE).results[0]


def test_the_known_answers():
    known = shared_cases("survey.json")

    found = [publishable(case["counts"], k=known["k"]) for case in known["cases"]]

    assert [(list(one.slices), one.total) for one in found] == [(one["slices"], one["total"]) for one in known["cases"]]


def test_the_page_of_surveys_worked_by_hand():
    assert told([5, 5]) == ((0, 1), True, "everything")
    assert told([3, 3]) == ((), False, "rest_too_small")
    assert told([7, 4]) == ((), False, "rest_too_small")
    assert told([6, 5, 3]) == ((), True, "total_only")
    assert told([6, 6, 3, 3]) == ((1,), True, "some_slices")
    assert told([2, 2]) == ((), False, "too_few")


def test_gap_and_both_averages_only_beside_all_slices():
    everything, some = publishable([5, 0, 7]), publishable([6, 6, 3, 3])

    assert (everything.gap, everything.both_averages, everything.slices) == (True, True, (0, 2))
    assert (some.gap, some.both_averages) == (False, False)


def test_one_more_organisation_can_take_slices_away():
    assert told([6, 5])[0] == (0, 1)
    assert told([6, 5, 1])[0] == ()


def test_named_coalitions_are_asked_too():
    assert told([6, 5, 3]) == ((), True, "total_only")
    assert told([6, 5, 3], coalitions=[{0, 1}]) == ((), False, "rest_too_small")
    assert told([6, 5, 5], coalitions=[{0, 1}]) == ((0, 1, 2), True, "everything")


def test_without_slices_there_is_the_total_or_nothing():
    assert told([5, 5], slices=False) == ((), True, "total_only")
    assert told([9, 4], slices=False) == ((), False, "rest_too_small")
    assert told([9], slices=False) == ((), True, "total_only")


@pytest.mark.parametrize(
    ("change", "reason"),
    [((0, 0), "everything"), ((1, 0), "moved"), ((0, 4), "moved"), ((2, 2), "moved"), ((5, 0), "everything")],
)
def test_a_round_is_published_if_nobody_or_k_came_and_went(change, reason):
    leaving, joining = change
    first = Round((people(0, 12), people(100, 9)), (12, 9), (0, 1), total=True)
    now = [people(leaving, 12 - leaving + joining), people(100, 9)]

    found = publishable([len(now[0]), 9], now, [first])

    assert found.reason == reason
    assert found.total == (reason == "everything")


def test_all_earlier_rounds_count_and_not_the_last_one_only():
    one, two = people(0, 12), people(0, 6)
    rounds = [Round((one,), (12,), (0,), total=True), Round((two,), (6,), (0,), total=True)]

    assert told([11], eligible=[people(0, 11)], previous=rounds[1:])[2] == "everything"
    assert told([11], eligible=[people(0, 11)], previous=rounds) == ((), False, "moved")


def test_rounds_that_told_nothing_do_not_count():
    silent = Round((people(0, 12),), (3,))

    assert told([11], eligible=[people(0, 11)], previous=[silent])[2] == "everything"


def test_rounds_that_tell_of_one_person_together_although_any_two_differ_by_five():
    p, q, r, x = people(0, 5), people(5, 5), people(10, 5), people(15, 1)
    sets = [p | q, p | r, q | r | x]
    rounds = [Round((one,), (len(one),), (0,), total=True) for one in sets]

    found = told([15], eligible=[p | q | r], previous=rounds)

    # Twice the last less all three is, with its sign turned, what x answered.
    assert found == ((), False, "combination")
    assert told([15], eligible=[p | q | r], previous=rounds[:2])[2] == "everything"


def test_slices_of_different_rounds_are_one_view():
    asked = (people(0, 8), people(100, 8), people(200, 8), people(300, 8))
    first = Round(asked, (6, 6, 3, 3), (1,), total=True)

    # Alone, slice 0 and the total would do; with slice 1 of the first round the third learns of the fourth.
    assert told([7, 6, 3, 3])[0] == (0,)
    assert told([7, 6, 3, 3], eligible=asked, previous=[first]) == ((), False, "combination")
    assert told([6, 6, 3, 3], eligible=asked, previous=[first]) == ((1,), True, "some_slices")


def test_somebody_who_changes_sides_has_left_and_come():
    first = Round((people(0, 10), people(100, 10)), (10, 10), (0, 1), total=True)
    now = [people(0, 9), people(100, 10) | {9}]

    assert told([9, 11], eligible=now, previous=[first]) == ((), False, "moved")


def test_rounds_that_told_of_all_together_only_count_too():
    p, q, r, x = people(0, 5), people(5, 5), people(10, 5), people(15, 1)
    rounds = [Round((one,), (len(one),), total=True) for one in (p | q, p | r, q | r | x)]

    assert told([15], eligible=[p | q | r], previous=rounds, slices=False) == ((), False, "combination")
    assert told([15], eligible=[p | q | r], previous=rounds[:2], slices=False) == ((), True, "total_only")
    assert told([9], eligible=[p | q - {9}], previous=rounds[:1], slices=False) == ((), False, "moved")


def test_what_was_told_of_one_organisation_is_told_of_its_own_people_alone():
    p, q, r, x = people(0, 5), people(5, 5), people(10, 5), people(15, 1)
    others = people(100, 20)
    changing = [Round((one, others), (len(one), 20), (0,)) for one in (p | q, p | r, q | r | x)]
    staying = [Round((others, one), (20, len(one)), (0,)) for one in (p | q, p | r, q | r | x)]

    assert told([15, 20], eligible=[p | q | r, others], previous=changing) == ((), False, "combination")
    assert told([20, 15], eligible=[others, p | q | r], previous=staying) == ((0, 1), True, "everything")


def test_too_few_are_too_few_whatever_was_told_before():
    first = Round((people(0, 12),), (12,), (0,), total=True)

    found = publishable([4], [people(0, 11)], [first])

    assert (found.status, found.method, found.reason) == ("no_answer", "insider rule", "too_few")
    assert publishable([5]).status == "ok"


def test_an_organisation_may_come_later():
    first = Round((people(0, 12),), (12,), (0,), total=True)

    assert told([12, 6], eligible=[people(0, 12), people(100, 6)], previous=[first]) == ((0, 1), True, "everything")


def test_a_fingerprint_names_all_that_decides_and_nothing_else():
    asked = [people(0, 12)]
    plain, again, alone = publishable([12]), publishable([12]), publishable([12], coalitions=[{0}])
    rounds = [Round((people(0, 12),), (12,), (0,), total=total) for total in (False, True)]
    beside = [publishable([12], asked, [one]) for one in rounds]

    assert plain.fingerprint == again.fingerprint == alone.fingerprint
    assert len({one.fingerprint for one in (plain, publishable([12], asked), *beside)}) == 4
    assert 0 <= plain.elapsed < 60


@pytest.mark.parametrize(
    ("arguments", "faults"),
    [
        (
            {"counts": [5, -1, 2.5], "k": 1},
            [
                ("k", -1, "k is 1; it is whole and at least 2."),
                ("count", 1, "Organisation 1 has -1 answers."),
                ("count", 2, "Organisation 2 has 2.5 answers."),
            ],
        ),
        (
            {"counts": [5], "coalitions": [{0}, {0, 1}]},
            [("coalition", 1, "Coalition 1 names an organisation that is not there.")],
        ),
        (
            {"counts": [5], "previous": [Round((), ())]},
            [("eligible", -1, "Beside earlier rounds it must be known who was asked.")],
        ),
        (
            {"counts": [5, 5], "eligible": [people(0, 5)]},
            [("shapes", -1, "2 counts and 1 sets of people do not fit.")],
        ),
        (
            {"counts": [6, 2], "eligible": [people(0, 5), people(4, 5)]},
            [
                ("count", 0, "Of organisation 0 6 answered; 5 were asked."),
                ("twice", -1, "Somebody was asked for two organisations."),
            ],
        ),
        (
            {
                "counts": [5],
                "eligible": [people(0, 5)],
                "previous": [
                    Round((people(0, 5),), (5,), (0,)),
                    Round((people(0, 5), people(9, 5)), (5, 5)),
                    Round((people(0, 5),), (5, 5)),
                    Round((people(0, 5),), (5,), (1,)),
                ],
            },
            [("round", one, f"Round {one} holds organisations or counts that do not fit.") for one in (1, 2, 3)],
        ),
    ],
)
def test_counts_that_are_none_are_refused(arguments, faults):
    with pytest.raises(InvalidSurvey) as refused:
        publishable(**arguments)

    assert [(fault.code, fault.index, fault.message) for fault in refused.value.faults] == faults


counts = st.lists(st.integers(0, 12), min_size=1, max_size=5)


@settings(max_examples=150, deadline=None)
@given(counts, st.integers(2, 7), st.sets(st.integers(0, 4), min_size=2))
def test_no_viewer_is_told_of_fewer_than_k(numbers, k, union):
    union = frozenset(one for one in union if one < len(numbers))
    found = publishable(numbers, k=k, coalitions=[union])

    everybody = tuple(one for one, count in enumerate(numbers) if count)
    view = [*((one,) for one in found.slices), *([everybody] if found.total else [])]
    viewers = [(), *((one,) for one in range(len(numbers))), tuple(union)]
    assert smallest_told(view, numbers, viewers, k) == 0


@settings(max_examples=100, deadline=None)
@given(counts, st.randoms())
def test_the_order_of_organisations_changes_names_only(numbers, random):
    assume(len(set(numbers)) == len(numbers))
    order = random.sample(range(len(numbers)), len(numbers))

    found, again = publishable(numbers), publishable([numbers[one] for one in order])

    assert sorted(order[one] for one in again.slices) == list(found.slices)
    assert (again.total, again.reason) == (found.total, found.reason)


@st.composite
def views(draw):
    units = draw(st.integers(1, 6))
    row = st.lists(st.integers(0, 1), min_size=units, max_size=units)
    sums = draw(st.lists(row, min_size=1, max_size=5))
    return sums, draw(st.lists(st.integers(1, 6), min_size=units, max_size=units))


@settings(max_examples=200, deadline=None)
@given(views(), st.integers(2, 8))
def test_the_audit_finds_a_group_exactly_where_trying_every_group_does(view, k):
    sums, sizes = view

    found = exposures(sums, sizes, [0] * len(sizes), [()], k)

    slow = smallest_told([tuple(np.flatnonzero(row).tolist()) for row in sums], sizes, [()], k)
    assert bool(found) == bool(slow)
    assert all(slow <= one.people < k for one in found)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 6))
def test_the_audit_of_people_agrees_with_null_spaces(seed, k):
    random = np.random.default_rng(seed)
    sums = (random.random((4, 12)) < 0.6).astype(int)

    found = exposures(sums.tolist(), [1] * 12, [0] * 12, [()], k)

    assert bool(found) == bool(smallest_of_people(sums.astype(float), k))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 6), st.integers(2, 9))
def test_trying_every_group_at_once_agrees_with_null_spaces(seed, k, rows):
    random = np.random.default_rng(seed)
    table = (random.random((rows, 10)) < 0.6).astype(int)
    table = table[:, table.any(axis=0)]
    people = random.integers(1, 4, table.shape[1]).tolist()
    independent = reduced(table.tolist())[0]

    found = small_group(independent, people, k) if independent else None

    wide = np.repeat(table, people, axis=1).astype(float)
    slow = smallest_told([tuple(np.flatnonzero(row).tolist()) for row in table], people, [()], k)
    assert bool(found) == bool(slow) == bool(smallest_of_people(wide, k))
    assert found is None or slow <= sum(people[at] for at in found) < k


def test_where_too_many_groups_would_have_to_be_tried_it_counts_as_told():
    sums = (np.random.default_rng(1).random((12, 80)) < 0.5).astype(int).tolist()

    found = exposures(sums, [1] * 80, [0] * 80, [()], 5)

    assert found == (Exposure((), 0, ()),)
    with pytest.raises(TooManyGroups):
        small_group(reduced(sums)[0], [1] * 80, 5)
    assert exposures([row[:40] for row in sums], [1] * 40, [0] * 40, [()], 5) == ()


def test_what_shares_no_sum_is_searched_apart():
    """Sums of two organisations and of both: three people of the second can be told, whatever the first."""
    random = np.random.default_rng(2)
    north = (random.random((8, 30)) < 0.5).astype(int)
    south = np.array([[1] * 9 + [0], [1] * 6 + [0] * 3 + [1]])
    sums = [[*row, *[0] * 10] for row in north] + [[*[0] * 30, *row] for row in south]
    sums.append([a + b for a, b in zip(sums[0], sums[8], strict=True)])

    found = exposures(sums, [1] * 40, [0] * 30 + [1] * 10, [(), (0,)], 5)

    # The first less the second sum of the south: seats 6, 7 and 8 less seat 9.
    assert [(one.viewer, one.people) for one in found] == [((), 4), ((0,), 4)]


def test_the_audit_names_the_group_and_who_can_tell():
    found = exposures([[1, 1, 1], [1, 0, 0]], [6, 5, 3], [0, 1, 2], [(), (0,), (1,)], 5)

    assert found == (Exposure((1,), 3, (2,)),)


def test_a_cell_is_told_in_steps():
    found = published(2, 3, 4, 4, 5, 4)

    # 22 / 6 = 3.67; four of six are good answers.
    assert found.total == Cell(Banded(3.7), Banded(0.6), (5, 9))
    assert (found.gap, found.over_organisations, found.slices) == (0, 3.7, {0: found.total})


def test_towards_the_ends_only_that_it_lies_beyond():
    assert published(5, 5, 5, 5, 5).total == Cell(Banded(4.5, "at_least"), Banded(0.8, "at_least"), (5, 9))
    assert published(5, 5, 5, 5, 3).total == published(5, 5, 5, 5, 5).total
    assert published(1, 1, 1, 1, 4).total == Cell(Banded(1.6), Banded(0.2, "at_most"), (5, 9))


def test_all_organisations_side_by_side():
    plan = Plan(dimensions=[Dimension("trust")], eligible=[people(0, 6), people(10, 5)], closes_at=CLOSE)
    ballots = [Ballot(0, [4])] * 6 + [Ballot(1, [answer]) for answer in (2, 2, 3, 3, 3)]

    found = release(ballots, plan, CLOSE).results[0]

    assert [found.slices[one].mean.value for one in (0, 1)] == [4.0, 2.6]
    # (6 * 4 + 5 * 2.6) / 11 = 3.36 over answers, 3.3 over organisations.
    assert (found.total.mean.value, found.over_organisations, found.gap) == (3.4, 3.3, 1.4)


def test_a_reversed_question_is_turned_round():
    found = published(1, 2, 2, 2, 3, dimensions=[Dimension("pain", is_reversed=True)])

    assert found.total == published(5, 4, 4, 4, 3).total


def test_every_question_counts_its_own_answers():
    plan = Plan(dimensions=[Dimension("a"), Dimension("b")], eligible=[people(0, 6)], closes_at=CLOSE)
    ballots = [Ballot(0, [3, 3])] * 4 + [Ballot(0, [3, None])]

    found = release(ballots, plan, CLOSE)

    assert [one.release.reason for one in found.results] == ["everything", "too_few"]
    assert found.results[1].total is None
    assert found.rate == 0.8


def test_texts_need_ten_answers_and_five_writers_beyond_everybody():
    def texts(north: int, south: int, silent: int = 0, **more) -> tuple[str, ...]:
        eligible = [people(0, 30), people(100, 30)]
        plan = Plan(dimensions=[Dimension("a")], eligible=eligible, closes_at=CLOSE, **more)
        ballots = [Ballot(0, [3], f"n{at}") for at in range(north)] + [Ballot(1, [3], f"s{at}") for at in range(south)]
        return release([*ballots, *[Ballot(0, [3])] * silent], plan, CLOSE).texts

    assert len(texts(5, 5)) == 10
    assert texts(9, 4) == ()
    assert texts(5, 0) == ()
    assert len(texts(5, 0, silent=5)) == 5
    assert texts(5, 5) != texts(5, 5, seed=1)
    assert sorted(texts(5, 5)) == sorted(texts(5, 5, seed=1))


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"k": 4}, ["k"]),
        ({"text_k": 4}, ["text_k"]),
        ({"earlier": [[], []]}, ["earlier"]),
        ({"dimensions": [Dimension("a", low=5, high=1), Dimension("b", favourable=float("nan"))]}, ["scale", "scale"]),
        ({"dimensions": [Dimension("a", low=3, high=5, favourable=3)]}, ["scale"]),  # all answers would be favourable
    ],
)
def test_plans_that_promise_too_little_are_refused(change, codes):
    with pytest.raises(InvalidSurvey) as refused:
        survey(1, **change)

    assert [fault.code for fault in refused.value.faults] == codes
    assert survey(1).k == 5


def test_ballots_that_do_not_fit_are_refused():
    wrong = [Ballot(1, [3]), Ballot(0, [3, 3]), Ballot(0, [6]), Ballot(0, [float("nan")]), Ballot(0, [True])]

    with pytest.raises(InvalidSurvey) as refused:
        release(wrong, survey(1), CLOSE)
    with pytest.raises(InvalidSurvey, match="2 answered; 1 were asked"):
        release([Ballot(0, [3])] * 2, survey(1), CLOSE)

    assert [(fault.index, fault.code) for fault in refused.value.faults] == [
        (0, "organisation"), (1, "shapes"), (2, "value"), (3, "value"), (4, "value"),
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(6, 5, 3), (1, 1), (5, 4, 3, 2, 1)]), st.randoms())
def test_neither_the_order_of_ballots_nor_answers_decide_what_is_told(seed, shape, random):
    plan, ballots = draw_survey(np.random.default_rng(seed), shape, 0.8)
    mixed = random.sample(ballots, len(ballots))
    others = [
        Ballot(one.organisation, [value and random.randint(1, 5) for value in one.values], one.text) for one in ballots
    ]

    found, again, changed = (release(some, plan, CLOSE) for some in (ballots, mixed, others))

    assert (found.texts, found.fingerprint) == (again.texts, again.fingerprint)
    assert [repr_of(one) for one in found.results] == [repr_of(one) for one in again.results]
    assert [(one.release.slices, one.release.reason) for one in found.results] == [
        (one.release.slices, one.release.reason) for one in changed.results
    ]
    assert (found.texts, found.rate) == (changed.texts, changed.rate)


def repr_of(results) -> tuple:
    return (results.release.reason, results.slices, results.total, results.gap, results.over_organisations)


def test_a_fingerprint_is_no_way_to_try_answers_out():
    """Whoever knows all ballots but one cannot find it by its hash: what is told is the same, and so is the name."""
    plan = survey(*[3] * 12)
    first, second = ([*[Ballot(0, [3])] * 10, Ballot(0, [low]), Ballot(0, [high])] for low, high in ((2, 4), (3, 3)))

    found, again = release(first, plan, CLOSE), release(second, plan, CLOSE)

    assert found.results[0].total == again.results[0].total
    assert found.fingerprint == again.fingerprint


def test_all_small_surveys_answered_in_every_way():
    """Whatever is told of up to six people on a scale of three, nobody's answer is certain to anybody outside."""
    scale = Dimension("a", low=1, high=3, favourable=3)
    for sizes in [(5,), (6,), (5, 1), (1, 5), (3, 3), (4, 1, 1)]:
        owners = [one for one, size in enumerate(sizes) for _ in range(size)]
        plan = Plan(dimensions=[scale], eligible=[people(10 * o, n) for o, n in enumerate(sizes)], closes_at=CLOSE)
        seen: dict = {}
        for answers in product((1, 2, 3), repeat=len(owners)):
            ballots = [Ballot(owner, [answer]) for owner, answer in zip(owners, answers, strict=True)]
            page = repr_of(release(ballots, plan, CLOSE).results[0])
            seen.setdefault(repr(page), []).append(answers)
        for viewer in (None, *range(len(sizes))):
            others = [at for at, owner in enumerate(owners) if owner != viewer]
            for consistent in seen.values():
                known: dict = {}
                for answers in consistent:
                    own = tuple(answer for at, answer in enumerate(answers) if owners[at] == viewer)
                    known.setdefault(own, []).append(answers)
                assert all(len({answers[at] for answers in some}) > 1 for some in known.values() for at in others)
        assert (len(seen) > 1) == (sizes in [(5,), (6,)])

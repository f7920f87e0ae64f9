"""Pareto sets against every choice, agreement against published and enumerated values, mknap files."""

from itertools import permutations, product

import choice_twin as twin
import pytest
from engine_cases import shared_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import InvalidChoice
from consortio_engine.answers import Watch
from consortio_engine.choice import Budget, FrontPlan, Item, ItemViews, Limits, kendall_w, pareto, read_mknap
from consortio_engine.choice.pareto import EXACT, SAMPLED

EFFORT = 5.0


@st.composite
def shared_items(draw):
    """Items worth something to three organisations, under one budget."""
    count = draw(st.integers(1, 5))
    worth = st.fixed_dictionaries({who: st.sampled_from([-1, 0, 1, 2, 2.5, 7]) for who in "ABC"})
    items = [Item(value=1, uses={0: draw(st.integers(1, 4))}, worth=draw(worth)) for _ in range(count)]
    groups = draw(st.lists(st.lists(st.integers(0, count - 1), min_size=1, max_size=3, unique=True), max_size=1))
    return items, Limits(budgets=[Budget(most=draw(st.integers(0, 10)))], exclusions=groups)


@settings(max_examples=20, deadline=None)
@given(shared_items(), st.sampled_from(["AB", "ABC"]))
def test_the_set_is_that_of_every_choice(problem, who):
    items, limits = problem

    front = pareto(items, limits, list(who), effort=EFFORT)

    wanted = {tuple(map(float, point)) for point in twin.points(items, limits, who)}
    assert (front.status, front.method, front.findings, front.seed) == ("ok", EXACT, (), None)
    assert [plan.worth for plan in front.plans] == sorted(wanted, reverse=True)
    for plan in front.plans:
        assert twin.keeps(frozenset(plan.chosen), items, limits)
        assert plan.worth == tuple(float(sum(twin.number(items[i].worth[one]) for i in plan.chosen)) for one in who)


@settings(max_examples=5, deadline=None)
@given(shared_items(), st.integers(0, 5))
def test_a_sample_lies_on_the_set(problem, seed):
    items, limits = problem
    items = [Item(value=1, uses=item.uses, worth=item.worth | {"D": item.worth["A"]}) for item in items]

    front = pareto(items, limits, list("ABCD"), samples=8, seed=seed, effort=EFFORT)

    wanted = {tuple(map(float, point)) for point in twin.points(items, limits, "ABCD")}
    assert (front.status, front.method, front.findings, front.seed) == ("feasible", SAMPLED, ("sample",), seed)
    assert front.plans and {plan.worth for plan in front.plans} <= wanted


def test_a_point_between_others_is_found_that_no_weighted_sum_would_find():
    # One of three: (10, 0), (4, 4), (0, 10). No weights make the middle one best.
    items = [Item(value=0, worth={"A": a, "B": b}) for a, b in [(10, 0), (4, 4), (0, 10)]]

    front = pareto(items, Limits(exclusions=[[0, 1, 2]]), ["A", "B"])

    assert front.plans == (FrontPlan((0,), (10, 0)), FrontPlan((1,), (4, 4)), FrontPlan((2,), (0, 10)))


def test_no_point_is_weak():
    # Item 1 is as good for A as item 0, and better for B: item 0 is never shown.
    items = [Item(value=0, worth={"A": 5, "B": 1}), Item(value=0, worth={"A": 5, "B": 2})]

    assert pareto(items, Limits(exclusions=[[0, 1]]), ["A", "B"]).plans == (FrontPlan((1,), (5, 2)),)


def test_fine_numbers_have_a_set_too():
    items = [Item(value=0, worth={"A": a / 7, "B": b / 3}) for a, b in [(10, 1), (4, 4.1), (1, 10), (0.9, 9)]]

    front = pareto(items, Limits(exclusions=[[0, 1, 2, 3]]), ["A", "B"])

    assert [plan.chosen for plan in front.plans] == [(0,), (1,), (2,)]


def test_rules_that_cannot_hold_leave_no_set():
    items = [Item(value=1, uses={0: 2}, is_mandatory=True, worth={"A": 1, "B": 1, "C": 1, "D": 1})]
    limits = Limits(budgets=[Budget(most=1)])

    assert pareto(items, limits, ["A", "B"]).status == pareto(items, limits, list("ABCD")).status == "infeasible"


def test_a_limit_leaves_what_was_found():
    items = [Item(value=0, worth={"A": i, "B": 10 - i}) for i in range(11)]
    seen = []
    clock = iter([0.0, 0.0, 0.0, 0.0, *([1e9] * 1000)])

    cut = pareto(items, Limits(exclusions=[range(11)]), ["A", "B"], limit_s=5, watch=Watch(clock=lambda: next(clock)))
    ended = pareto(
        items,
        Limits(exclusions=[range(11)]),
        ["A", "B"],
        watch=Watch(lambda *told: seen.append(told), lambda: bool(seen)),
    )

    assert (cut.status, cut.findings, len(cut.plans)) == ("feasible", ("points_missing",), 1)
    assert (ended.status, len(ended.plans)) == ("cancelled", 1)


@pytest.mark.parametrize(
    ("who", "options", "code"),
    [(["A"], {}, "organisations"), (["A", "A"], {}, "organisations"), (["A", "Z"], {}, "unknown_organisation"), (["A", "B"], {"samples": 0}, "samples")],
)  # fmt: skip
def test_a_set_of_nobody_is_refused(who, options, code):
    with pytest.raises(InvalidChoice) as refusal:
        pareto([Item(value=0, worth={"A": 1, "B": 1})], Limits(), who, **options)

    assert [fault.code for fault in refusal.value.faults] == [code]


def test_the_known_concordances_are_found():
    cases = shared_cases("stats.json")["kendall_w"]
    assert len(cases) == 5
    for case in cases:
        found = kendall_w(case["scores"]).w
        assert found == (None if case["W"] is None else pytest.approx(case["W"], abs=1e-10))


def test_concordance_by_hand():

    # Two views of three items: ranks (1.5, 1.5, 3) and (1, 2, 3): sums 2.5, 3.5, 6.
    found = kendall_w([[1, 1, 2], [1, 2, 3]])

    sums = [2.5, 3.5, 6]
    s = sum((one - 4) ** 2 for one in sums)
    assert found.w == pytest.approx(12 * s / (4 * 24 - 2 * 6))
    assert found.items == (ItemViews(0, 1.25, 0.5, 1, 0), ItemViews(1, 1.75, 0.5, 0, 1), ItemViews(2, 3.0, 0.0, 0, 0))


def test_the_chance_is_that_of_all_orders():
    views = [[1, 2, 3, 4], [1, 3, 2, 4], [2, 1, 3, 4]]
    seen = kendall_w(views, permutations=1).w
    orders = list(permutations(range(1, 5)))
    all_w = [kendall_w([orders[0], *two], permutations=1).w for two in product(orders, repeat=2)]
    exact = sum(one >= seen - 1e-12 for one in all_w) / len(all_w)

    assert kendall_w(views, permutations=20_000, seed=3).p == pytest.approx(exact, abs=0.005)


def test_where_everybody_ties_there_is_no_answer():
    found = kendall_w([[1, 1, 1], [2, 2, 2]])

    assert (found.status, found.w, found.p) == ("no_answer", None, None)
    assert [one.spread for one in found.items] == [0, 0, 0]


def test_a_cancelled_chance_leaves_the_concordance():
    found = kendall_w([[1, 2, 3], [1, 2, 3]], watch=Watch(cancel=lambda: True))

    assert (found.status, found.w, found.p) == ("cancelled", 1.0, None)


views = st.integers(2, 4).flatmap(
    lambda items: st.lists(st.lists(st.integers(0, 4), min_size=items, max_size=items), min_size=2, max_size=5)
)


@settings(max_examples=100, deadline=None)
@given(views)
def test_only_the_order_of_scores_counts(rows):
    found = kendall_w(rows, permutations=20)
    stretched = kendall_w([[value * 10.5 - 3 for value in row] for row in rows], permutations=20)
    turned = kendall_w([[-value for value in row] for row in rows], permutations=20)

    assert (found.w, found.p, found.items) == (stretched.w, stretched.p, stretched.items)
    assert turned.w == found.w
    assert found.w is None or (0 <= found.w <= 1 and 0 < found.p <= 1)


@pytest.mark.parametrize(
    ("rows", "code"),
    [([[1, 2]], "too_few"), ([[1, 2], [1, 2, 3]], "shape"), ([[1], [1]], "shape"), ([[1, float("nan")], [1, 2]], "not_a_number"), ([["a", 1], [1, 2]], "not_a_number")],
)  # fmt: skip
def test_what_is_no_table_of_ranks_is_refused(rows, code):
    with pytest.raises(InvalidChoice) as refusal:
        kendall_w(rows)

    assert [fault.code for fault in refusal.value.faults] == [code]


@pytest.mark.parametrize("count", [0, 1_000_001])
def test_a_number_of_permutations_has_its_bounds(count):
    with pytest.raises(InvalidChoice):
        kendall_w([[1, 2], [1, 2]], permutations=count)


TWO = "2\n 2 1 9.5\n 5 4.5\n 1 2\n 3\n 1 1 0\n 7\n 1\n 1\n"


def test_an_mknap_file_is_read():
    first, second = read_mknap(TWO)

    assert [(item.value, dict(item.uses)) for item in first.items] == [(5, {0: 1}), (4.5, {0: 2})]
    assert ([budget.most for budget in first.limits.budgets], first.known) == ([3], 9.5)
    assert (len(second.items), second.known) == (1, None)


def test_a_file_of_one_problem_may_leave_out_how_many():
    (only,) = read_mknap("2 1 0  5 4  1 2  3")

    assert ([item.value for item in only.items], only.limits.budgets[0].most) == ([5, 4], 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "It ends where the number of problems should stand."),
        ("1 2 x", "Word 3 is 'x', and should be the number of budgets."),
        ("2 1 1 0 5 1", "It ends before 1 numbers of budgets."),
        ("1 1 1 0 5 1", "It ends before 1 numbers of budgets."),  # nor one item with one budget of 1
        ("1 1 1 0 5 1 3 4", "1 numbers are left over."),
        ("1 1 1 0 nan 1 3", "Word 5 is 'nan', and should be values."),
        ("1 -1 1 0", "It ends before -1 numbers of values."),
        ("1.5", "Word 1 is 1.5, and should be the number of problems."),
        ("0", "It holds 0 problems, and may hold 1 to 1000."),
    ],
)
def test_a_file_that_is_no_mknap_is_refused(text, said):
    with pytest.raises(InvalidChoice) as refusal:
        read_mknap(text)

    assert refusal.value.faults[0].message == said

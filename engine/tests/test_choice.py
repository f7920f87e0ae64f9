"""Choice: known optima, hand-worked cases, and every choice looked at."""

import threading

import choice_twin as twin
import pytest
from engine_cases import shared_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import InvalidChoice
from consortio_engine.answers import Watch
from consortio_engine.choice import Budget, Item, Limits, Plan, Price, Rule, choose
from consortio_engine.choice.program import SUM_MAX, program_of
from consortio_engine.choice.solving import METHODS, Search
from consortio_engine.errors import SolverMissing

EFFORT = 5.0
# Four things within a budget of ten: the best pair is 1 and 2 for 13; 0 and 3 would be worth 12.
FOUR = [
    Item(value=8, uses={0: 6}),
    Item(value=7, uses={0: 5}),
    Item(value=6, uses={0: 5}),
    Item(value=4, uses={0: 4}),
]
TEN = Limits(budgets=[Budget(most=10)])

amounts = st.one_of(st.integers(-3, 12), st.sampled_from([0.1, 0.2, 0.25, 1.5, 2.75]))
uses = st.one_of(st.integers(0, 9), st.sampled_from([0.1, 0.3, 2.5]))


@st.composite
def problems(draw, most=7):
    count, budgets = draw(st.integers(1, most)), draw(st.integers(0, 2))
    items = [
        Item(
            value=draw(amounts),
            uses={at: draw(uses) for at in range(budgets)},
            needs=draw(st.lists(st.integers(0, count - 1).filter(lambda other, i=index: other != i), max_size=1))
            if count > 1
            else (),
            is_mandatory=draw(st.integers(0, 9)) == 0,
            worth={"A": draw(st.integers(0, 5)), "B": draw(st.integers(0, 5))},
        )
        for index in range(count)
    ]
    limits = Limits(
        budgets=[Budget(most=draw(st.integers(0, 25))) for _ in range(budgets)],
        exclusions=draw(st.lists(st.lists(st.integers(0, count - 1), min_size=1, max_size=3, unique=True), max_size=2)),
        shares=draw(st.sampled_from([{}, {"A": 0.5}, {"A": 0.3, "B": 0.25}])),
    )
    return items, limits


@settings(max_examples=40, deadline=None)
@given(problems())
def test_looking_at_every_choice_finds_none_better(problem):
    items, limits = problem

    answer = choose(items, limits, effort=EFFORT, explain=False)

    best = twin.best_worth(items, limits)
    if best is None:
        assert (answer.status, answer.value, answer.chosen, answer.used) == ("infeasible", None, (), ())
    else:
        assert (answer.status, answer.value, answer.bound, answer.gap) == ("ok", float(best), float(best), 0.0)
        chosen = frozenset(answer.chosen)
        assert twin.keeps(chosen, items, limits) and twin.worth(chosen, items) == best


@settings(max_examples=25, deadline=None)
@given(problems(most=5))
def test_prices_conflicts_and_near_choices_are_those_of_every_choice(problem):
    items, limits = problem

    answer = choose(items, limits, effort=EFFORT)

    best = twin.best_worth(items, limits)
    if best is None:
        left = [(rule.kind, rule.index) for rule in answer.conflict]
        assert left and all(_holds_without(items, limits, left, rule) for rule in left)
        return
    for price in answer.prices:
        without = twin.best_worth(items, limits, (price.rule.kind, price.rule.index))
        assert (price.gain, price.is_proved) == (float(without - best), True)
    near = {(one, twin.worth(one, items)) for one in twin.allowed(items, limits)}
    near = {(one, value) for one, value in near if value >= best - abs(best) / 50 and one != frozenset(answer.chosen)}
    found = {(frozenset(plan.chosen), plan.value) for plan in answer.near}
    assert found <= {(one, float(value)) for one, value in near}
    assert (len(found), answer.near_is_complete) == (min(len(near), 10), len(near) <= 10)
    assert sorted((plan.value for plan in answer.near), reverse=True) == [plan.value for plan in answer.near]


def _holds_without(items, limits, rules, left_out):
    """Whether some choice keeps all of the rules but one."""

    def breaks(chosen):
        return [rule for rule in rules if rule != left_out and not _keeps_one(chosen, items, limits, rule)]

    return any(not breaks(chosen) for chosen in twin.every_choice(len(items)))


def _keeps_one(chosen, items, limits, rule):
    kind, at = rule
    if kind == "mandatory":
        return at in chosen
    if kind == "need":
        return at not in chosen or set(items[at].needs) <= chosen
    if kind == "exclusion":
        return len(chosen & set(limits.exclusions[at])) <= 1
    if kind == "share":
        who, share = list(limits.shares.items())[at]
        theirs = sum(twin.number(items[i].worth.get(who, 0)) for i in chosen)
        return theirs >= twin.number(share) * twin.worth(chosen, items)
    return sum(twin.number(items[i].uses.get(at, 0)) for i in chosen) <= twin.number(limits.budgets[at].most)


def test_the_published_optima_are_found():
    cases = shared_cases("mknap1.json")
    assert len(cases) == 7
    for case in cases:
        items = [
            Item(value=value, uses={at: row[index] for at, row in enumerate(case["weight"])})
            for index, value in enumerate(case["value"])
        ]

        answer = choose(items, Limits(budgets=[Budget(most=most) for most in case["capacity"]]), explain=False)

        assert (answer.status, answer.value, answer.bound) == ("ok", case["optimum"], case["optimum"])
        assert answer.method == METHODS["cp-sat"]


def test_the_best_pair_is_told_with_what_the_budget_costs():
    answer = choose(FOUR, TEN)

    assert (answer.chosen, answer.value, answer.used, answer.findings) == ((1, 2), 13.0, (10.0,), ())
    assert answer.prices == (Price(Rule("budget", 0), 12.0, True),)  # everything is worth 25
    assert answer.binding == (0,)
    assert (answer.near, answer.near_is_complete) == ((), True)


def test_near_choices_are_within_two_per_cent():
    items = [Item(value=value, uses={0: 1}) for value in (100, 99, 97.5)]

    answer = choose(items, Limits(budgets=[Budget(most=1)]))

    assert (answer.chosen, answer.near, answer.near_is_complete) == ((0,), (Plan((1,), 99.0),), True)


def test_rules_have_their_prices():
    items = [Item(value=8), Item(value=7), Item(value=-3, is_mandatory=True), Item(value=5, needs=[4]), Item(value=-1)]
    limits = Limits(exclusions=[[0, 1]], budgets=[Budget(most=5)])

    answer = choose(items, limits)

    assert (answer.chosen, answer.value) == ((0, 2, 3, 4), 9.0)
    assert {(price.rule.kind, price.rule.index): price.gain for price in answer.prices} == {
        ("exclusion", 0): 7.0,
        ("mandatory", 2): 3.0,
        ("need", 3): 1.0,
    }
    assert answer.binding == ()


def test_a_share_of_the_value_can_be_kept_for_an_organisation():
    items = [Item(value=10, worth={"A": 10}), Item(value=6, worth={"A": 2, "B": 4}), Item(value=3, worth={"B": 3})]
    budget = [Budget(most=2)]
    items = [Item(value=item.value, worth=item.worth, uses={0: 1}) for item in items]

    free = choose(items, Limits(budgets=budget), explain=False)
    fair = choose(items, Limits(budgets=budget, shares={"B": 0.5}), explain=False)

    assert (free.chosen, fair.chosen) == ((0, 1), (1, 2))
    assert 4 + 3 >= 0.5 * fair.value


def test_what_cannot_hold_together_is_named():
    items = [
        Item(value=1, uses={0: 6}, is_mandatory=True),
        Item(value=1, uses={0: 5}, is_mandatory=True),
        Item(value=1),
    ]
    limits = Limits(budgets=[Budget(most=10), Budget(most=3)], exclusions=[[1, 2]])

    answer = choose(items, limits)

    assert (answer.status, answer.value, answer.bound, answer.gap) == ("infeasible", None, None, None)
    assert answer.conflict == (Rule("budget", 0), Rule("mandatory", 0), Rule("mandatory", 1))


def test_a_budget_below_zero_that_nothing_uses_cannot_be_kept():
    assert choose([Item(value=1)], Limits(budgets=[Budget(most=-1)])).conflict == (Rule("budget", 0),)


def test_decimals_are_exact():
    # In binary floating point 0.1 + 0.2 is more than 0.3.
    items = [Item(value=0.1, uses={0: 0.1}), Item(value=0.2, uses={0: 0.2})]

    answer = choose(items, Limits(budgets=[Budget(most=0.3)]))

    assert (answer.chosen, answer.value, answer.used) == ((0, 1), 0.3, (0.3,))


FINE = [Item(value=10 + 1 / 3 + i / 7, uses={0: 1 + i / 97, 1: 2 - i / 89}) for i in range(8)]
FINE_LIMITS = Limits(budgets=[Budget(most=4.5), Budget(most=7 / 1.1)], exclusions=[[6, 7]], shares={})


def test_numbers_too_fine_for_whole_ones_go_to_the_other_solver():
    answer = choose(FINE, FINE_LIMITS)

    assert any(row.whole is None for row in program_of(FINE, FINE_LIMITS).rows) and SUM_MAX == 2**53
    assert (answer.status, answer.method) == ("ok", METHODS["highs"])
    assert answer.value == float(twin.best_worth(FINE, FINE_LIMITS))
    gains = {(price.rule.kind, price.rule.index): price.gain for price in answer.prices}
    for rule, gain in gains.items():
        assert gain == float(twin.best_worth(FINE, FINE_LIMITS, rule) - twin.best_worth(FINE, FINE_LIMITS))
    near = [one for one in twin.allowed(FINE, FINE_LIMITS) if float(twin.worth(one, FINE)) >= 0.98 * answer.value]
    assert {frozenset(plan.chosen) for plan in answer.near} <= set(near)
    assert len(answer.near) == min(len(near) - 1, 10)


def test_the_other_solver_breaks_no_budget_by_its_tolerance():
    # Together a billionth too much: within the tolerance of floating-point solvers, and refused here.
    fine = 1 / 3
    items = [Item(value=1, uses={0: fine}), Item(value=1, uses={0: 2 / 3 + 1e-10}), Item(value=0.5, uses={0: 1e-12})]

    answer = choose(items, Limits(budgets=[Budget(most=1)]), explain=False)

    assert (answer.method, answer.value) == (METHODS["highs"], 1.5)
    assert answer.used[0] <= 1


def test_the_other_solver_knows_when_nothing_fits():
    items = [Item(value=1 / 3, uses={0: 1 / 3 + 1e-14, 1: 1}, is_mandatory=True)]

    assert choose(items, Limits(budgets=[Budget(most=1 / 7), Budget(most=1)])).conflict == (
        Rule("budget", 0),
        Rule("mandatory", 0),
    )


def test_nothing_to_choose_from_is_an_answer():
    answer = choose([], Limits())

    assert (answer.status, answer.value, answer.chosen, answer.gap) == ("ok", 0.0, (), 0.0)


def test_the_same_question_has_the_same_answer():
    first, second = choose(FOUR, TEN), choose(FOUR, TEN)

    skipped = {"elapsed"}
    assert {k: v for k, v in vars(first).items() if k not in skipped} == {
        k: v for k, v in vars(second).items() if k not in skipped
    }
    assert choose(FOUR, TEN, effort=1.0).fingerprint != first.fingerprint


def hard(count=60, rows=12):
    """A knapsack that is not proved in a moment."""
    uses = [[(7919 * (i + 1) * (k + 3) + 104729 * i) % 996 + 5 for i in range(count)] for k in range(rows)]
    values = [sum(row[i] for row in uses) // rows + (15485863 * (i + 1)) % 500 for i in range(count)]
    items = [Item(value=values[i], uses={k: uses[k][i] for k in range(rows)}) for i in range(count)]
    return items, Limits(budgets=[Budget(most=sum(row) // 2) for row in uses])


def test_without_a_proof_there_is_a_bound_and_a_gap():
    answer = choose(*hard(rows=6), effort=0.02)

    assert answer.status == "feasible"
    assert answer.findings[0] == "unproved" and "near_missing" in answer.findings
    assert answer.value < answer.bound and answer.gap == pytest.approx((answer.bound - answer.value) / answer.value)
    assert answer.gap < 0.1 and not any(price.is_proved for price in answer.prices)


def test_a_limit_that_is_over_at_once_leaves_the_rest_out():
    ticks = iter([0.0, 0.0, *([1e9] * 1000)])

    answer = choose(FOUR, TEN, limit_s=30, watch=Watch(clock=lambda: next(ticks)))

    assert answer.status == "ok" and answer.value == 13.0
    assert answer.findings == ("near_missing", "prices_missing")
    assert (answer.near, answer.prices, answer.near_is_complete) == ((), (), False)


def test_a_search_is_cancelled_while_it_runs():
    asked = threading.Event()

    def cancel():
        asked.set()
        return True

    answer = choose(*hard(), watch=Watch(cancel=cancel))

    assert asked.is_set()
    assert (answer.status, answer.value, answer.chosen) == ("cancelled", None, ())


def test_cancelling_stops_the_solver_and_keeps_what_is_known():
    seen = []

    def progress(done, total, best):
        seen.append((done, best))

    answer = choose(FOUR, TEN, watch=Watch(progress=progress, cancel=lambda: bool(seen)))

    assert (answer.status, answer.value, answer.chosen) == ("cancelled", 13.0, (1, 2))
    running = [thread for thread in threading.enumerate() if thread is not threading.main_thread() and thread.daemon]
    assert [thread for thread in running if "Thread-" in thread.name and thread.is_alive()] == []


def test_progress_ends_where_it_should():
    seen = []
    choose(FOUR, TEN, watch=Watch(progress=lambda *told: seen.append(told)))

    assert seen[-1] == (12, 12, 13.0)  # itself, ten near choices, one rule


def test_without_the_solver_it_is_said(monkeypatch):
    monkeypatch.setattr("consortio_engine.choice.solving.find_spec", lambda name: None)

    with pytest.raises(SolverMissing, match=r"install consortio-engine\[solve\]") as refusal:
        choose(FOUR, TEN)
    assert refusal.value.code == "solver_missing"


def test_what_is_wrong_is_told_whole():
    items = [
        Item(value=float("nan"), uses={1: 1}, needs=[0, 5], worth={"A": "much"}),
        Item(value=True, uses={0: 10**16}),
    ]
    limits = Limits(budgets=[Budget(most=float("inf"))], exclusions=[[0, 7], [1, 1]], shares={"A": 1.5})

    with pytest.raises(InvalidChoice) as refusal:
        choose(items, limits)

    assert [(fault.code, fault.index) for fault in refusal.value.faults] == [
        ("not_a_number", 0),
        ("not_a_number", 0),
        ("unknown_budget", 0),
        ("needs_itself", 0),
        ("unknown_item", 0),
        ("not_a_number", 1),
        ("not_a_number", 1),
        ("not_a_number", -1),
        ("unknown_item", -1),
        ("item_twice", -1),
        ("no_share", -1),
        ("shares_above_one", -1),
    ]
    assert refusal.value.faults[4].message == "Item 0 needs item 5; there are 2."


@pytest.mark.parametrize("options", [{"limit_s": 0}, {"limit_s": -1}, {"effort": 0}, {"effort": float("inf")}])
def test_a_limit_is_above_zero(options):
    with pytest.raises(InvalidChoice):
        choose(FOUR, TEN, **options)


def test_more_items_than_can_be_chosen_from_are_refused():
    with pytest.raises(InvalidChoice, match="5,001 items"):
        choose([Item(value=1)] * 5001, Limits())


@settings(max_examples=12, deadline=None)
@given(problems(most=5), st.integers(0, 4))
def test_more_budget_never_makes_it_worse(problem, more):
    items, limits = problem
    search = Search(Watch(), effort=EFFORT)
    richer = Limits(
        budgets=[Budget(most=budget.most + more) for budget in limits.budgets],
        exclusions=limits.exclusions,
        shares=limits.shares,
    )

    before, after = search.best(program_of(items, limits)), search.best(program_of(items, richer))

    assert before.value is None or after.value >= before.value

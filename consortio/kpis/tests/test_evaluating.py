from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortio.kpis.evaluating import Missing, Reason, evaluate, evaluate_all, missing_words
from consortio.kpis.formulas import FormulasLoop, parse
from consortio.kpis.intervals import Interval

from .strategies import exact, formula_texts, intervals, point_in, shares

NUMBERS = ("K-1", "K-2", "K-3", "K-4")


def values_of(strategy):
    return st.fixed_dictionaries({number: strategy for number in NUMBERS})


def between(low, high):
    return Interval(D(low), D(high))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("[K-2] / [K-1] * 100", between("37.5", "37.5")),
        ("sum([K-1], [K-2]) - 1", between(10, 10)),
        ("max([K-1], [K-3])", between(8, 12)),
        ("min([K-1], [K-3])", between(6, 8)),
        ("mean([K-1], [K-3])", between(7, 10)),
        ("-[K-3] * 2", between(-24, -12)),
        ("[K-1] / 2 / 2", between(2, 2)),
        ("[K-1] - [K-2] + [K-2] * 0", between(5, 5)),
        ("[K-3] - [K-3]", between(-6, 6)),
    ],
)
def test_a_formula_is_computed(text, result):
    values = {"K-1": between(8, 8), "K-2": between(3, 3), "K-3": between(6, 12)}

    assert evaluate(parse(text), values) == result


def test_a_missing_value_is_named_and_never_zero():
    found = evaluate(parse("sum([K-1], [K-2], [K-3])"), {"K-1": None, "K-2": between(1, 1)})

    assert found == Missing(Reason.NOT_READ, ("K-1", "K-3"))
    assert missing_words(found) == "There is no reading of K-1 and K-3."


@pytest.mark.parametrize("divisor", ["[K-2]", "([K-1] - [K-1])", "(0 * [K-1])"])
def test_a_divisor_that_may_be_zero_gives_no_value(divisor):
    values = {"K-1": between(1, 2), "K-2": between(0, 5)}

    found = evaluate(parse(f"1 / {divisor}"), values)

    assert isinstance(found, Missing) and found.reason == Reason.MAY_DIVIDE_BY_ZERO
    assert missing_words(found) == f"The formula divides by what may be zero: {found.references[0]}."


def test_a_written_zero_gives_no_value():
    assert missing_words(evaluate(parse("1 / 0"), {})) == "The formula divides by zero."
    assert evaluate(parse("1 / 1"), {}) == between(1, 1)


def test_a_result_that_is_too_large_gives_no_value():
    found = evaluate(parse("*".join(["[K-1]"] * 12)), {"K-1": between(10**9, 10**9)})

    assert found == Missing(Reason.TOO_LARGE, ("K-1",))
    assert missing_words(found) == "The result is too large."


def test_derived_kpis_rest_on_each_other():
    formulas = {
        "K-3": parse("[K-2] / 2"),
        "K-2": parse("[K-1] + 1"),
        "K-5": parse("[K-4] + [K-2]"),
        "K-6": parse("[K-5]"),
    }

    found = evaluate_all(formulas, {"K-1": between(1, 3)})

    waits = Missing(Reason.NOT_READ, ("K-4",))
    assert found == {"K-2": between(2, 4), "K-3": between(1, 2), "K-5": waits, "K-6": waits}


def test_what_cannot_be_computed_is_named_by_those_that_rest_on_it():
    found = evaluate_all({"K-2": parse("1 / [K-1]"), "K-3": parse("[K-2] + 1")}, {"K-1": between(0, 0)})

    assert found["K-3"] == Missing(Reason.NOT_READ, ("K-2",))


def test_a_ring_is_not_computed():
    with pytest.raises(FormulasLoop):
        evaluate_all({"K-1": parse("[K-2]"), "K-2": parse("[K-1]")}, {})


@given(formula_texts, values_of(intervals), values_of(shares))
def test_a_result_holds_what_every_choice_of_points_gives(text, values, at):
    formula = parse(text)
    result = evaluate(formula, values)

    point = evaluate(formula, {number: point_in(values[number], at[number]) for number in NUMBERS})

    if isinstance(result, Interval):
        assert isinstance(point, Interval) and point.is_exact
        assert result.low <= point.low <= result.high


@given(formula_texts, values_of(exact))
def test_exact_values_give_exact_results(text, values):
    result = evaluate(parse(text), values)

    assert isinstance(result, Missing) or result.is_exact


@given(st.lists(st.sampled_from([f"[{number}]" for number in NUMBERS]), min_size=2), values_of(intervals), st.randoms())
def test_the_order_of_a_sum_does_not_matter(parts, values, random):
    parts = parts[:40]
    shuffled = random.sample(parts, len(parts))

    for between_parts in (" + ", ", "):
        texts = [f"sum({between_parts.join(one)})" for one in (parts, shuffled)]
        assert evaluate(parse(texts[0]), values) == evaluate(parse(texts[1]), values)

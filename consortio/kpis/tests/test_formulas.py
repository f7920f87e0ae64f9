from decimal import Decimal as D

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from consortio.kpis.formulas import (
    Call,
    Factor,
    FormulaRefused,
    FormulasLoop,
    FormulaTooLarge,
    Negative,
    NotAFormula,
    Number,
    Product,
    Reference,
    in_order,
    parse,
    references,
    written,
)

from .strategies import formula_texts

K1, K2, K3 = Reference("K-1"), Reference("K-2"), Reference("K-3")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("[K-3] / [K-1] * 100", Product((Factor(K3), Factor(K1, True), Factor(Number(D(100)))))),
        ("[K-1] + [K-2] - [K-3]", Call("sum", (K1, K2, Negative(K3)))),
        ("[K-1] + [K-2] * 1.5", Call("sum", (K1, Product((Factor(K2), Factor(Number(D("1.5")))))))),
        ("([K-1] + [K-2]) * [K-3]", Product((Factor(Call("sum", (K1, K2))), Factor(K3)))),
        ("-[K-1] * [K-2]", Product((Factor(Negative(K1)), Factor(K2)))),
        ("SUM( [k-1] , [ K-2 ] )", Call("sum", (K1, K2))),
        ("max([K-1],0)", Call("max", (K1, Number(D(0))))),
        ("[kran/K-3]", Reference("KRAN/K-3")),
        ("[K-1] \u2212 [K-2] \u00d7 [K-3] \u00f7 2", parse("[K-1] - [K-2] * [K-3] / 2")),
    ],
)
def test_a_formula_is_read_into_a_tree(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "The formula ends where a KPI as [K-1], a number, a function or ( was expected."),
        ("[K-1] +", 8, "The formula ends where a KPI as [K-1], a number, a function or ( was expected."),
        ("[K-1] [K-2]", 7, "[K-2] stands where + - * / or the end was expected."),
        ("([K-1]", 7, "The formula ends where + - * / or ) was expected."),
        ("sum([K-1]; 2)", 10, "; stands where + - * / , or ) was expected."),
        ("2 * avg([K-1])", 5, "There is no function avg; there are sum, mean, min, max."),
        ("sum [K-1]", 5, "[K-1] stands where ( was expected."),
        ("[K-1] * 1,5", 10, "A comma parts what a function takes; write one and a half as 1.5."),
        ("K-1 * 2", 1, "Write a KPI as its number in square brackets, as [K-1] or [KRAN/K-3]."),
        ("2 * [Revenue]", 5, "Write a KPI as its number in square brackets, as [K-1] or [KRAN/K-3]."),
        ("[K-0]", 1, "Write a KPI as its number in square brackets, as [K-1] or [KRAN/K-3]."),
        ("2 ** 3", 4, "* stands where a KPI as [K-1], a number, a function or ( was expected."),
        ("1e5", 2, "e stands where + - * / or the end was expected."),
        ("2 + \x00", 5, "U+0000 stands where a KPI as [K-1], a number, a function or ( was expected."),
        ("__import__('os')", 1, "_ stands where a KPI as [K-1], a number, a function or ( was expected."),
    ],
)
def test_what_is_no_formula_is_answered_with_the_column_and_what_was_expected(text, column, message):
    with pytest.raises(NotAFormula) as refusal:
        parse(text)

    assert (refusal.value.column, str(refusal.value)) == (column, f"Column {column}: {message}")


@pytest.mark.parametrize(
    ("allowed", "refused", "message"),
    [
        (" " * 499 + "1", " " * 500 + "1", "A formula has at most 500 signs."),
        ("(" * 20 + "1" + ")" * 20, "(" * 21 + "1" + ")" * 21, "A formula has at most 20 levels."),
        ("-" * 20 + "1", "-" * 21 + "1", "A formula has at most 20 levels."),
        ("+".join(["[K-1]"] * 50), "+".join(["[K-1]"] * 51), "A formula names KPIs at most 50 times."),
        ("9" * 28, "9" * 29, "A number has at most 28 digits."),
        ("0." + "0" * 27 + "1", "0." + "0" * 400 + "1", "A number has at most 28 digits."),
        ("0" * 99 + "." + "9" * 28, "1." + "9" * 28, "A number has at most 28 digits."),
    ],
)
def test_a_formula_keeps_its_limits(allowed, refused, message):
    parse(allowed)

    with pytest.raises(FormulaTooLarge, match=message):
        parse(refused)


def test_a_formula_names_each_kpi_once():
    assert references(parse("max([K-2], 0) / ([K-1] + [K-2]) - -[OFFER/K-7]")) == ("K-2", "K-1", "OFFER/K-7")


def test_derived_kpis_come_after_what_they_are_computed_from():
    formulas = {"K-3": parse("[K-2] + [K-9]"), "K-2": parse("[K-1] * 2"), "K-1": parse("[K-8]")}

    assert in_order(formulas) == ("K-1", "K-2", "K-3")


@pytest.mark.parametrize(
    ("formulas", "loop"),
    [
        ({"K-1": "[K-1] + 1"}, {"K-1"}),
        ({"K-1": "[K-2]", "K-2": "[K-3]", "K-3": "[K-1]", "K-4": "[K-1]"}, {"K-1", "K-2", "K-3"}),
    ],
)
def test_a_ring_of_formulas_is_named(formulas, loop):
    trees = {number: parse(text) for number, text in formulas.items()}

    with pytest.raises(FormulasLoop) as refusal:
        in_order(trees)

    found = refusal.value.loop
    assert set(found) == loop
    assert all(after in references(trees[one]) for one, after in zip(found, found[1:] + found[:1], strict=True))
    assert str(refusal.value).endswith(f"{' → '.join((*found, found[0]))}.")


@given(formula_texts)
def test_what_is_written_is_read_as_the_same_formula(text):
    tree = parse(text)
    again = written(tree)
    assume(len(again) <= 500)

    assert parse(again) == tree


@given(st.one_of(st.text(max_size=510), st.text(alphabet="[]K-123/KRAN().,+* \u2212summaxeanin\t", max_size=60)))
@example("(" * 500)
@example("[" * 500)
@example("\ud800")
def test_no_text_ends_in_another_error(text):
    try:
        assert parse(text)
    except FormulaRefused as refusal:
        assert str(refusal)


@given(formula_texts, st.data())
def test_damage_ends_in_no_other_error(text, data):
    at = data.draw(st.integers(0, len(text)))
    damaged = text[:at] + data.draw(st.text(max_size=2)) + text[at + data.draw(st.integers(0, 3)) :]
    try:
        parse(damaged)
    except NotAFormula as refusal:
        assert 1 <= refusal.column <= len(damaged) + 1
    except FormulaTooLarge:
        pass

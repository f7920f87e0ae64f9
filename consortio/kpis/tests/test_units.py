import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortio.kpis.formula_units import NoSuchKPI, check_units, unit_of_formula
from consortio.kpis.formulas import parse
from consortio.kpis.units import (
    DAYS,
    HOURS,
    NUMBER,
    PERCENT,
    NotAUnit,
    UnitsDisagree,
    code_of,
    divided,
    money,
    own,
    rate,
    times,
    together,
    unit_of,
    unit_words,
)

from .strategies import formula_texts

EUR, USD, USERS = money("EUR"), money("USD"), own("users")
SIMPLE = [NUMBER, PERCENT, DAYS, HOURS, EUR, USD, USERS, own("km/h"), own("Größe: 2")]
KPIS = {"K-1": EUR, "K-2": EUR, "K-3": USERS, "K-4": DAYS, "K-5": PERCENT, "K-6": NUMBER, "K-7": rate(EUR, DAYS)}
units = st.sampled_from([*SIMPLE, rate(EUR, DAYS), rate(NUMBER, DAYS), rate(PERCENT, USERS)])


def test_a_unit_is_kept_by_its_code():
    kept = [*SIMPLE, rate(EUR, DAYS), rate(own("km/h"), HOURS)]

    assert [unit_of(code_of(unit)) for unit in kept] == kept
    assert code_of(rate(EUR, USERS)) == "money:EUR|own:users"


def test_two_spellings_of_own_words_are_one_unit():
    assert own(" Active  users") == own("active users")
    assert unit_words(own(" Active  users")) == "Active users"
    assert own("users") != own("user")


@pytest.mark.parametrize(
    "code",
    ["", "metres", "money", "money:", "money:eur", "money:ABC", "own:", "own:a|b", "own:" + "x" * 41, "own:a\u0000"]
    + ["days|days", "days|percent", "money:EUR|number", "money:EUR|days|hours", "days:x", "number:"],
)
def test_what_is_no_unit_is_refused(code):
    with pytest.raises(NotAUnit):
        unit_of(code)


@pytest.mark.parametrize(
    ("unit", "words"),
    [(PERCENT, "percent"), (EUR, "EUR"), (rate(EUR, DAYS), "EUR per day"), (rate(USERS, HOURS), "users per hour")],
)
def test_a_unit_has_words(unit, words):
    assert unit_words(unit) == words


def test_units_are_computed_with():
    assert together([EUR, EUR]) == EUR
    assert times(EUR, NUMBER) == times(NUMBER, EUR) == EUR
    assert times(rate(EUR, DAYS), DAYS) == times(DAYS, rate(EUR, DAYS)) == EUR
    assert divided(EUR, NUMBER) == EUR
    assert divided(EUR, EUR) == divided(PERCENT, PERCENT) == divided(rate(EUR, DAYS), rate(EUR, DAYS)) == NUMBER
    assert divided(EUR, USERS) == rate(EUR, USERS)
    assert divided(NUMBER, DAYS) == rate(NUMBER, DAYS)
    assert divided(EUR, rate(EUR, DAYS)) == DAYS


@pytest.mark.parametrize(
    ("compute", "one", "other"),
    [
        (lambda one, other: together([one, other]), EUR, USD),
        (lambda one, other: together([one, other]), PERCENT, NUMBER),
        (lambda one, other: together([one, other]), DAYS, HOURS),
        (times, EUR, EUR),
        (times, EUR, PERCENT),
        (times, PERCENT, PERCENT),
        (divided, EUR, PERCENT),
        (divided, rate(EUR, DAYS), USERS),
    ],
)
def test_units_that_do_not_go_together_are_refused(compute, one, other):
    with pytest.raises(UnitsDisagree):
        compute(one, other)


@given(units, units)
def test_dividing_and_multiplying_again_gives_the_unit_back(one, other):
    try:
        quotient = divided(one, other)
        assert times(quotient, other) == one
    except UnitsDisagree as refusal:
        assert str(refusal)


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("[K-1] + [K-2]", EUR),
        ("max([K-1] - [K-2], 0)", EUR),
        ("mean(0, [K-4])", DAYS),
        ("[K-1] * 1.19", EUR),
        ("[K-1] / [K-2]", NUMBER),
        ("[K-1] / [K-2] * 100", NUMBER),
        ("[K-1] / [K-2] * 100", PERCENT),
        ("100 * [K-1] / [K-2]", PERCENT),
        ("[K-1] * 100 / [K-2]", PERCENT),
        ("100 - [K-1] / [K-2] * 100", PERCENT),
        ("(1 - [K-1] / [K-2]) * 100", PERCENT),
        ("100 - [K-5]", PERCENT),
        ("[K-1] / [K-2] * 100 + [K-5]", PERCENT),
        ("mean([K-1] / [K-2] * 100, [K-5])", PERCENT),
        ("([K-1] / [K-2] * 100 + 100) / 2", PERCENT),
        ("-[K-5]", PERCENT),
        ("[K-5] / 2", PERCENT),
        ("[K-5] / 100", NUMBER),
        ("[K-1] * [K-5] / 100", EUR),
        ("[K-5] / 100 * [K-1]", EUR),
        ("[K-5] * [K-5] / 100", PERCENT),
        ("[K-1] / [K-3]", rate(EUR, USERS)),
        ("[K-7] * [K-4] + [K-1]", EUR),
        ("[K-1] / [K-7]", DAYS),
        ("0", EUR),
        ("0 + 0", DAYS),
    ],
)
def test_a_formula_fits_the_unit_that_is_declared(text, declared):
    check_units(parse(text), KPIS, declared)


@pytest.mark.parametrize(
    ("text", "declared", "message"),
    [
        ("[K-1] + [K-2]", USD, "The formula gives EUR, and USD is declared."),
        ("[K-1] / [K-3]", EUR, "The formula gives EUR per users, and EUR is declared."),
        ("[K-5]", NUMBER, "The formula gives percent, and number is declared."),
        (
            "[K-1] / [K-2]",
            PERCENT,
            "The formula gives number, and percent is declared. Write * 100 to make it percent.",
        ),
        (
            "([K-1] / [K-2] * 100) / ([K-2] / [K-1] * 100)",
            PERCENT,
            "The formula gives number, and percent is declared. Write * 100 to make it percent.",
        ),
        (
            "[K-1] / [K-2] * 100 + [K-6]",
            PERCENT,
            "The formula gives number, and percent is declared. Write * 100 to make it percent.",
        ),
        ("2 * ([K-1] + [K-4])", EUR, "In [K-1] + [K-4]: EUR and days cannot be added or compared."),
        ("1 - [K-5]", PERCENT, "In 1 - [K-5]: number and percent cannot be added or compared."),
        ("max([K-1], 5)", EUR, "In max([K-1], 5): EUR and number cannot be added or compared."),
        ("[K-1] * [K-5]", EUR, "In [K-1] * [K-5]: EUR cannot be multiplied by percent."),
        ("[K-1] / [K-5]", EUR, "In [K-1] / [K-5]: EUR cannot be divided by percent."),
    ],
)
def test_a_formula_with_another_unit_is_refused_in_words(text, declared, message):
    with pytest.raises(UnitsDisagree) as refusal:
        check_units(parse(text), KPIS, declared)

    assert str(refusal.value) == message


def test_a_kpi_that_is_not_there_is_named():
    assert unit_of_formula(parse("[K-1] * 2"), KPIS) == EUR
    with pytest.raises(NoSuchKPI, match="There is no KPI OFFER/K-1."):
        unit_of_formula(parse("[OFFER/K-1] * 2"), KPIS)


@given(formula_texts, st.fixed_dictionaries({f"K-{number}": units for number in (1, 2, 3, 4)}), units)
def test_a_formula_fits_or_is_refused_in_words(text, kpis, declared):
    try:
        check_units(parse(text), kpis, declared)
    except UnitsDisagree as refusal:
        assert str(refusal)

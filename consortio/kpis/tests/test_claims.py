"""What organisations say of one reading, and what it comes to."""

from decimal import Decimal
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortio.kpis.claims import Word, carried_over, standing
from consortio.kpis.models import ReadingState

A, B, C = (UUID(int=number) for number in range(1, 4))
CONFIRMS, CONTESTS = Word(A, True), Word(B, False, Decimal("37.0"))
WORDS = st.lists(
    st.builds(Word, st.sampled_from([A, B, C]), st.booleans(), st.none() | st.decimals(-9, 9, places=1)), max_size=4
)


@pytest.mark.parametrize(
    "words, is_alone, state, low, high",
    [
        ([], False, "proposed", "38.4", "38.4"),
        ([], True, "confirmed", "38.4", "38.4"),
        ([CONFIRMS], False, "confirmed", "38.4", "38.4"),
        ([CONTESTS], False, "contested", "37.0", "38.4"),
        ([CONFIRMS, CONTESTS], False, "contested", "37.0", "38.4"),
        ([Word(A, False)], False, "contested", "38.4", "38.4"),
        ([CONTESTS, Word(C, False, Decimal("39.1"))], False, "contested", "37.0", "39.1"),
    ],
)
def test_what_words_come_to(words, is_alone, state, low, high):
    found = standing(Decimal("38.4"), words, is_alone=is_alone)
    assert (found.state, found.low, found.high) == (state, Decimal(low), Decimal(high))


@given(WORDS, st.decimals(-9, 9, places=1))
def test_a_contested_value_is_never_averaged_away_and_the_order_of_words_does_not_matter(words, value):
    found = standing(value, words, is_alone=False)
    claimed = [value, *(word.value for word in words if not word.is_confirming and word.value is not None)]
    assert found.low == min(claimed) and found.high == max(claimed)
    assert {found.low, found.high} <= set(claimed)
    assert (found.state == ReadingState.CONTESTED) == any(not word.is_confirming for word in words)
    assert {standing(value, order, is_alone=False) for order in permutations(words)} == {found}


def test_who_claimed_the_very_figure_of_a_correction_confirms_it():
    said = [Word(A, True), CONTESTS, Word(C, False, Decimal("36.0"))]
    assert carried_over(Decimal("37.0"), said) == [Word(B, True)]
    assert carried_over(Decimal("38.0"), said) == []

"""Every group at once: whether squares are singular modulo the prime, beside sums over all permutations."""

from itertools import permutations
from math import prod

import numpy as np
import pytest

from consortio_engine.privacy import audit
from consortio_engine.privacy.groups import PRIME, TooManyGroups, _chunks, _determinants, _kernel, small_group


def determinant(square: list[list[int]]) -> int:
    size = range(len(square))
    return sum(
        (-1) ** sum(order[a] > order[b] for a in size for b in range(a + 1, len(square)))
        * prod(square[row][column] for row, column in zip(size, order, strict=True))
        for order in permutations(size)
    )


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("values", [2, 3, PRIME])
def test_a_square_counts_as_singular_exactly_where_its_determinant_is_none(size, values):
    squares = np.random.default_rng(size).integers(0, values, size=(300, size, size))
    squares[::3, -1] = squares[::3, 0]  # singular where there are two rows, whatever was drawn
    squares[1::3, 0] = 0
    kept = squares.copy()

    found = _determinants(squares) == 0

    exact = [determinant(square.tolist()) % PRIME == 0 for square in squares]
    assert found.tolist() == exact and 90 < sum(exact)
    assert (squares == kept).all()


def test_groups_come_in_pieces_and_all_of_them(monkeypatch):
    monkeypatch.setattr("consortio_engine.privacy.groups.CHUNK", 4)

    found = list(_chunks(5, 2))

    assert [len(one) for one in found] == [4, 4, 2]
    assert np.concatenate(found).tolist() == [[a, b] for a in range(5) for b in range(a + 1, 5)]


@pytest.mark.parametrize("seed", range(20))
def test_every_row_takes_the_kernel_to_nothing(seed):
    draw = np.random.default_rng(seed)
    rows = draw.integers(-4, 5, size=(3, 7))

    kernel = np.array(_kernel(rows.tolist()))

    rank = np.linalg.matrix_rank(rows)
    assert kernel.shape == (7, 7 - rank) and np.linalg.matrix_rank(kernel) == 7 - rank
    assert not (rows @ kernel).any()


def test_what_only_looks_dependent_modulo_the_prime_is_no_group():
    assert small_group([[PRIME, 1]], [1, 1], 2) is None
    assert small_group([[0, 1]], [1, 1], 2) == [1]


def test_as_many_groups_as_can_be_tried_are_tried_and_no_more(monkeypatch):
    four = [[1, 1, 1, 1]], [1, 1, 1, 1], 3  # four columns, and six pairs

    monkeypatch.setattr("consortio_engine.privacy.groups.MOST_GROUPS", 10)
    assert small_group(*four) is None
    monkeypatch.setattr("consortio_engine.privacy.groups.MOST_GROUPS", 9)
    with pytest.raises(TooManyGroups):
        small_group(*four)


def test_rows_that_share_a_column_stay_together_also_over_others():
    first, second, like_the_first, apart = [1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [1, 0, 0, 1, 0], [0, 0, 0, 0, 1]

    parts = audit._parts([first, second, like_the_first, apart])

    assert sorted(map(sorted, parts)) == [[apart], sorted([first, second, like_the_first])]


@pytest.mark.parametrize(("steps", "asked"), [(9, "one by one"), (8, "all at once")])
def test_the_shorter_search_is_asked(monkeypatch, steps, asked):
    monkeypatch.setattr(audit, "MOST_STEPS", steps)
    monkeypatch.setattr(audit, "_search", lambda *_: "one by one")
    monkeypatch.setattr(audit, "small_group", lambda *_: "all at once")

    assert audit._found_in([[1, 0, 1], [0, 1, 1], [0, 0, 1]], [1, 1, 1], 3) == asked  # 3 × 3 steps

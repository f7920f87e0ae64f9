"""Paths sort depth first, whatever is put in between."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from consortio.plans.tree import end_of, key_between, key_of, keys, path_of, paths_above, paths_of

PARENTS = st.lists(st.integers(0, 1000), max_size=60).map(
    lambda picks: [pick % (index + 1) - 1 for index, pick in enumerate(picks)]
)


def depth_first(parents):
    """Order a tree slowly, children in the order they are listed in."""
    order = []

    def walk(parent):
        for index, own in enumerate(parents):
            if own == parent:
                order.append(index)
                walk(index)

    walk(-1)
    return order


@given(PARENTS)
def test_paths_sort_depth_first(parents):
    paths = paths_of(parents)

    assert sorted(range(len(paths)), key=paths.__getitem__) == depth_first(parents)


@given(PARENTS)
def test_what_lies_below_an_item_is_a_range(parents):
    paths = paths_of(parents)

    for path, parent in zip(paths, parents, strict=True):
        assert paths_above(path) == ([*paths_above(paths[parent]), paths[parent]] if parent >= 0 else [])
    for top in paths:
        inside = [path for path in paths if top < path < end_of(top)]
        assert inside == [path for path in paths if top in paths_above(path)]


def test_many_siblings_keep_their_order():
    made = list(keys(50_000))

    assert made == sorted(set(made))
    assert len({len(key) for key in made}) == 1


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 2**122)), max_size=60))
def test_between_two_siblings_there_is_always_another(steps):
    placed = list(keys(3))
    for place, number in steps:
        at = place % (len(placed) + 1)
        before, after = placed[at - 1] if at else "", placed[at] if at < len(placed) else ""
        placed.insert(at, key_between(before, after, UUID(int=number)))

    assert placed == sorted(set(placed))


def test_a_thousand_items_added_at_the_end_have_short_keys():
    key = ""
    for number in range(1000):
        key = key_between(key, "", UUID(int=number))

    assert len(key) == 8


def test_two_who_add_at_one_place_unseen_get_two_paths():
    one, other = (path_of("1120", key_between("112", "113", UUID(int=number))) for number in (1, 2))

    assert one != other
    assert "112" < key_of(one) < "113"
    assert "112" < key_of(other) < "113"

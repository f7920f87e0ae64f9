"""One question to many files fails with the names of all that answer otherwise."""

from pathlib import Path

import pytest

from .tree import of_each


def test_all_that_are_otherwise_are_named_and_fixtures_come_along():
    @of_each([Path("a"), Path("b"), Path("c")], str)
    def asked(path, allowed):
        assert str(path) in allowed, "not allowed"

    asked(allowed="abc")
    with pytest.raises(AssertionError) as refused:
        asked(allowed="b")
    assert [line[:14] for line in str(refused.value).splitlines() if "not allowed" in line] == [
        "a: not allowed",
        "c: not allowed",
    ]


def test_whoever_cannot_be_asked_is_named_too():
    with pytest.raises(AssertionError, match=r"^b: ValueError\('unreadable'\)$"):
        of_each([Path("b")], str)(unreadable)()


def unreadable(path):
    raise ValueError("unreadable")


def test_nothing_to_ask_is_a_mistake():
    with pytest.raises(AssertionError):
        of_each([], str)(lambda path: None)()

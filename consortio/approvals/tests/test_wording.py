"""Two texts in one: nothing of either is lost, and what is the same stands once."""

import pytest

from consortio.approvals.wording import PIECES_MAX, parts

LONG = "word " * PIECES_MAX


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "Dredge."),
        ("Dredge.", ""),
        ("Days on which weather stops work", "Days on which frost stops pit work"),
        ("one\n\ntwo", "one\ntwo"),
        ("Größe 3 % <b>", "Größe 4 % <b>"),
        (LONG, "word " + LONG),
    ],
)
def test_both_texts_can_be_read_out_of_it(before, after):
    found = parts(before, after)

    assert "".join(text for kind, text in found if kind != "new") == before
    assert "".join(text for kind, text in found if kind != "gone") == after
    assert all(text for _, text in found)


def test_what_is_the_same_stands_once():
    assert parts("frost stops work", "frost stops pit work") == (
        ("same", "frost stops "),
        ("new", "pit "),
        ("same", "work"),
    )

"""Whom “@Name” means, and how it is drawn."""

from uuid import UUID

import pytest

from consortio.remarks.naming import NamesTwo, Piece, nameable, named_in, pieces_of

ADA, BO, BO2, ADALYN = (UUID(int=nth) for nth in range(1, 5))
PEOPLE = nameable([(BO, "Bo", "Orchard"), (ADA, "Ada Low", "Harbour"), (ADALYN, "Ada", "Harbour")])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Bo, look", (BO,)),
        ("ask @bo.", (BO,)),
        ("@Ada Low and @Bo and @Bo", (ADA, BO)),
        ("@Ada lower", (ADALYN,)),
        ("@Bob", ()),
        ("mail bo@Bo.example", ()),
        ("@", ()),
        ("@Cy", ()),
        ("nothing", ()),
        ("(@Bo)\n@Ada", (BO, ADALYN)),
    ],
)
def test_a_name_is_taken_whole_and_the_longest_first(text, named):
    assert named_in(text, PEOPLE) == named


def test_two_of_one_name_are_told_apart_by_their_organisations():
    people = nameable([(BO, "Bo", "Orchard"), (BO2, "Bo", "Island")])

    assert [one.label for one in people] == ["Bo (Island)", "Bo (Orchard)"]
    assert named_in("@Bo (Orchard), and @bo (island)", people) == (BO, BO2)
    with pytest.raises(NamesTwo, match=r"@Bo \(Island\)"):
        named_in("@Bo, look", people)


def test_whoever_sits_for_two_organisations_is_one_person():
    people = nameable([(BO, "Bo", "Orchard"), (BO, "Bo", "Island")])

    assert [(one.person_id, one.label) for one in people] == [(BO, "Bo")]


def test_a_text_is_drawn_in_pieces_that_give_the_text_again():
    text = "Hello @Bo, and @Cy."

    pieces = pieces_of(text, PEOPLE)

    assert pieces == (Piece("Hello "), Piece("@Bo", "Orchard", is_name=True), Piece(", and @Cy."))
    assert "".join(piece.text for piece in pieces) == text

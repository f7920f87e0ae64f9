"""“@Ada Low” in a remark: whom that means among the people of its circle, and how it is drawn. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from consortio.access import Refused

SIGN = "@"


class NamesTwo(Refused):
    """A name is that of several people in the circle, and only their organisations tell them apart."""


@dataclass(frozen=True, slots=True)
class Nameable:
    """Somebody who can be named. `label` is what one writes after the sign; it means one person."""

    person_id: UUID
    name: str
    organisation: str
    label: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a remark: plain words, or the name of somebody with what tells who that is."""

    text: str
    organisation: str = ""
    is_name: bool = False


def nameable(people: Iterable[tuple[UUID, str, str]]) -> tuple[Nameable, ...]:
    """
    Return people (id, name, organisation) with their labels, in the order of their names.

    Whoever sits for two organisations is one person, under the first of them; two people of one name have their
    organisations in their labels.
    """
    first: dict[UUID, tuple[str, str]] = {}
    for pk, name, organisation in sorted(people, key=lambda one: (one[1].casefold(), one[2].casefold(), one[0])):
        first.setdefault(pk, (name, organisation))
    names = [name.casefold() for name, _organisation in first.values()]
    return tuple(
        Nameable(pk, name, organisation, full_label(name, organisation) if names.count(name.casefold()) > 1 else name)
        for pk, (name, organisation) in first.items()
    )


def full_label(name: str, organisation: str) -> str:
    return f"{name} ({organisation})"


def named_in(text: str, people: Sequence[Nameable]) -> tuple[UUID, ...]:
    """
    Return whom a text names, each once, in the order of the text.

    A name that nobody of these people has is no name: it stays text, as in an address for mail.

    Raises:
        NamesTwo: somebody is named by a name alone that two have.
    """
    found = {person.person_id: None for _at, _end, person in _places(text, people, is_strict=True)}
    return tuple(found)


def pieces_of(text: str, people: Sequence[Nameable]) -> tuple[Piece, ...]:
    """Return a text in pieces, the names of these people apart from the rest."""
    pieces, done = [], 0
    for at, end, person in _places(text, people, is_strict=False):
        pieces += [Piece(text[done:at]), Piece(text[at:end], person.organisation, is_name=True)]
        done = end
    return tuple(piece for piece in (*pieces, Piece(text[done:])) if piece.text)


def _places(text: str, people: Sequence[Nameable], *, is_strict: bool) -> Iterable[tuple[int, int, Nameable]]:
    longest = sorted(people, key=lambda one: -len(one.label))
    at = text.find(SIGN)
    while at >= 0:
        person = None if at and _is_in_word(text[at - 1]) else _at(text, at + 1, longest)
        if person:
            yield at, at + 1 + len(person.label), person
        elif is_strict and (not at or not _is_in_word(text[at - 1])):
            _refuse_double(text, at + 1, people)
        at = text.find(SIGN, at + 1 + (len(person.label) if person else 0))


def _at(text: str, start: int, longest: Sequence[Nameable]) -> Nameable | None:
    return next((one for one in longest if _stands(text, start, one.label)), None)


def _stands(text: str, start: int, words: str) -> bool:
    end = start + len(words)
    return text[start:end].casefold() == words.casefold() and (end == len(text) or not _is_in_word(text[end]))


def _is_in_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _refuse_double(text: str, start: int, people: Sequence[Nameable]) -> None:
    for one in people:
        if one.label != one.name and _stands(text, start, one.name):
            raise NamesTwo(
                _("Several people here are called %(name)s: write @%(label)s, so that the right one is told.")
                % {"name": one.name, "label": one.label}
            )

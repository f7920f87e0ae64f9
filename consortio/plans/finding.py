"""Records that somebody means by a few words, in whichever partnership they lie; plans and items among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import Length

from consortio import access
from consortio.access import Actor

from .models import Item, Plan


@dataclass(frozen=True, slots=True)
class FoundRow:
    id: UUID
    number: str  # as it is shown: "KRAN/I-3"
    name: str
    where: str  # what it lies in


@access.read
def found_plans(*, actor: Actor, words: Sequence[str], most: int) -> tuple[FoundRow, ...]:
    """Return plans whose name holds each of the words, or whose number is the only one; the best first."""
    rows = access.visible(actor, Plan).filter(withdrawn_at=None)
    return meant(rows, "P-", words, most)


@access.read
def found_items(*, actor: Actor, words: Sequence[str], most: int) -> tuple[FoundRow, ...]:
    """Return items whose name holds each of the words, or whose number or code is the only one; the best first."""
    rows = access.visible(actor, Item).filter(withdrawn_at=None, plan__withdrawn_at=None)
    also = Q(code__iexact=words[0]) if len(words) == 1 else Q(pk=None)
    return meant(rows, "I-", words, most, where="plan__name", also=also)


def meant(
    rows: QuerySet,
    sign: str,
    words: Sequence[str],
    most: int,
    *,
    name: str = "name",
    where: str = "circle__partnership__name",
    also: Q | None = None,
) -> tuple[FoundRow, ...]:
    """
    Return the rows whose name holds each of the words, or whose number is the only one of them; the best first.

    Args:
        sign: what stands before their numbers: "I-".
        also: another condition of those that are meant by a number.
    """
    named = Q(*(Q(**{f"{name}__icontains": word}) for word in words))
    same = _numbered(sign, words) | (also or Q(pk=None))
    begins = Q(**{f"{name}__istartswith": " ".join(words)})
    ranks = Case(When(same, then=0), When(begins, then=1), default=2)
    found = rows.filter(named | same).order_by(ranks, Length(name), name, "pk")
    columns = found.values_list("pk", "circle__mark", "number", name, where)[:most]
    return tuple(FoundRow(pk, f"{mark}{sign}{number}", called, place) for pk, mark, number, called, place in columns)


def _numbered(sign: str, words: Sequence[str]) -> Q:
    """Return the condition of a number as it is written: "I-19", "kran/i-3"."""
    mark, _sign, number = words[0].upper().rpartition(sign)
    if len(words) > 1 or not _sign or not number.isdecimal() or len(number) > 9:
        return Q(pk=None)
    return Q(number=int(number), circle__mark__iexact=mark)

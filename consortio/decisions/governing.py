"""
What a decision governs: items of plans, goals, KPIs and other decisions, by the keys that people write.

The rows are followed from `Governed`, so that nothing here needs the features they belong to. What a decision governs
lies in its own circle or a wider one, and everybody who sees the decision sees it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Length
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid
from consortio.access.models import Circle

from .models import DecisionState, Governed
from .rules import KEYS_MAX

FOUND_MAX, LETTERS_MIN = 8, 2


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of row by its column in `Governed`: the letter of its keys, what it is called, which ones are there."""

    column: str
    letter: str
    name: str
    there: Mapping[str, None]
    page: str


KINDS = {
    kind.column: kind
    for kind in (
        _Kind("item", "I", "name", {"withdrawn_at": None, "plan__withdrawn_at": None}, "item"),
        _Kind("goal", "G", "name", {"withdrawn_at": None}, "goal"),
        _Kind("kpi", "K", "name", {"retired_at": None}, "kpi"),
        _Kind("other", "D", "question", {"withdrawn_at": None}, "decision"),
    )
}
_KEY = re.compile(r"(?:([^/\s]{1,11})/)?([A-Z])-(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ref:
    """A row that can be governed; `is_gone` of one that was withdrawn since."""

    kind: str  # a column of Governed
    id: UUID
    key: str
    name: str
    is_gone: bool = False

    @property
    def url(self) -> str:
        return "" if self.is_gone else way_to(self.kind, self.id)


@dataclass(frozen=True, slots=True)
class GovernedRow:
    """What a decision governs, since when."""

    id: UUID  # of the newest word on it
    row: Ref
    said_at: datetime


def keys_agreed(state: str, content: Mapping[str, Any] | None) -> frozenset[str]:
    """Return the keys that members are asked about with a decision, or agreed to: `content` is that of its proposal."""
    if content is None or state not in (DecisionState.PROPOSED, DecisionState.AGREED):
        return frozenset()
    return frozenset(line.split(" ", 1)[0] for line in content["governs"])


def way_to(kind: str, pk: UUID) -> str:
    try:
        return reverse(KINDS[kind].page, args=[pk])
    except NoReverseMatch:  # that feature has no pages here
        return ""


def refs_by_keys(actor: Actor, circle_id: UUID, lines: Iterable[str]) -> tuple[Ref, ...]:
    """
    Return the rows that these lines name, each once: "I-12", "KRAN/G-2", an item's code; what follows a key is its name.

    Raises:
        Invalid: of `governs`, with every line that names nothing there, or several things.
    """
    asked = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if len(asked) > KEYS_MAX:
        raise Invalid("governs", _("Governs: name at most %(n)s things.") % {"n": KEYS_MAX})
    found = _found_by_keys(actor, circle_id, asked)
    if bad := [line for line in asked if len(found[line]) != 1]:
        words = _(
            "Governs: these name nothing, or more than one thing, that everybody who sees the decision sees: %(bad)s"
        )
        raise Invalid("governs", words % {"bad": ", ".join(f"“{line[:60]}”" for line in bad)})
    return tuple({found[line][0].id: found[line][0] for line in asked}.values())


def _found_by_keys(actor: Actor, circle_id: UUID, lines: Sequence[str]) -> dict[str, list[Ref]]:
    """Return what each line names: by a key at its beginning, else as the code of items."""
    keys = {line: match for line in lines if (match := _KEY.fullmatch(line.split()[0]))}
    by_key: dict[str, list[Ref]] = {line: [] for line in lines}
    by_code: dict[str, list[Ref]] = {line: [] for line in lines}
    for kind in KINDS.values():
        own = {line: match for line, match in keys.items() if match[2].upper() == kind.letter}
        codes = lines if kind.column == "item" else ()
        if not own and not codes:
            continue
        wanted = Q(number__in={int(match[3]) for match in own.values()})
        wanted |= Q(code__in=codes) if codes else Q(pk=None)
        for ref, code in _refs(_there(actor, kind, circle_id).filter(wanted), kind):
            for line in lines:
                if line in own and _written(own[line]) == ref.key.upper():
                    by_key[line].append(ref)
                elif code and line == code:
                    by_code[line].append(ref)
    return {line: by_key[line] or by_code[line] for line in lines}


def _written(key: re.Match[str]) -> str:
    return f"{key[1]}/{key[2]}-{int(key[3])}".upper() if key[1] else f"{key[2]}-{int(key[3])}".upper()


def _there(actor: Actor, kind: _Kind, circle_id: UUID) -> QuerySet:
    return access.common(actor, _model(kind), circle_id).filter(**kind.there)


def _model(kind: _Kind) -> Any:
    return Governed._meta.get_field(kind.column).related_model


def _refs(rows: QuerySet, kind: _Kind) -> list[tuple[Ref, str]]:
    columns = ("pk", "circle__mark", "number", kind.name, *(["code"] if kind.column == "item" else []))
    return [
        (Ref(kind.column, pk, f"{mark}{kind.letter}-{number}", name), code[0] if code else "")
        for pk, mark, number, name, *code in rows.values_list(*columns)
    ]


@access.read
def governable(*, actor: Actor, circle_id: UUID, text: str) -> tuple[Ref, ...]:
    """
    Return what a decision of a circle may govern and what these words mean: a few of each kind, the best first.

    Raises:
        NotVisible: there is no such circle for this actor.
    """
    access.get(actor, Circle, circle_id)
    words = text.split()
    if sum(map(len, words)) < LETTERS_MIN:
        return ()
    found = [_found_by_words(actor, kind, circle_id, words) for kind in KINDS.values()]
    return tuple(ref for refs in found for ref in refs)


def _found_by_words(actor: Actor, kind: _Kind, circle_id: UUID, words: Sequence[str]) -> list[Ref]:
    named = Q(*(Q(**{f"{kind.name}__icontains": word}) for word in words))
    key = _KEY.fullmatch(words[0])
    same = Q(number=int(key[3])) if key and key[2].upper() == kind.letter and len(words) == 1 else Q(pk=None)
    rank = Case(When(same, then=Value(0)), default=Value(1))
    rows = _there(actor, kind, circle_id).filter(named | same).order_by(rank, Length(kind.name), kind.name, "pk")
    return [ref for ref, _code in _refs(rows[:FOUND_MAX], kind)]


def governed_by(actor: Actor, decision_id: UUID) -> tuple[GovernedRow, ...]:
    """Return what a decision governs, in the order in which that was said: what the newest word on each row says."""
    words = access.visible(actor, Governed).filter(decision=decision_id).order_by("said_at", "pk")
    newest: dict[UUID, tuple[bool, GovernedRow]] = {}
    for pk, is_governed, said_at, *rest in words.values_list("pk", "is_governed", "said_at", *_ROW_COLUMNS):
        for nth, kind in enumerate(KINDS.values()):
            row_id, mark, count, name, gone = rest[nth * 5 : nth * 5 + 5]
            if row_id:
                ref = Ref(kind.column, row_id, f"{mark}{kind.letter}-{count}", name, gone is not None)
                newest.pop(row_id, None)
                newest[row_id] = is_governed, GovernedRow(pk, ref, said_at)
    return tuple(one for is_governed, one in newest.values() if is_governed)


_ROW_COLUMNS = tuple(
    f"{kind.column}{column}"
    for kind in KINDS.values()
    for column in ("_id", "__circle__mark", "__number", f"__{kind.name}", f"__{next(iter(kind.there))}")
)

"""
What a file says now, against what it said when it came in, and what people changed here since.

Pure: both sides are given as plain values by the ids that the file knows. A change of the file is offered; it is
ticked beforehand unless people here changed the same thing since, or took it away.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from uuid import UUID

State: TypeAlias = Literal["new", "changed", "gone"]
What: TypeAlias = Literal["plan", "calendar", "item", "link"]
Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldChange:
    key: str
    field: str
    then: Any  # the file's value when it came in
    here: Any
    now: Any  # the file's value now
    edited_here: bool


@dataclass(frozen=True, slots=True)
class Change:
    """
    One thing that the file says otherwise than is kept here. Of a changed one each field has a key of its own.

    A new one that was `edited_here` is one that people here took away.
    """

    key: str
    state: State
    what: What
    name: str
    row_id: UUID | None = None
    fields: tuple[FieldChange, ...] = ()
    edited_here: bool = False

    @property
    def ticked(self) -> bool:
        """Whether it is applied unless somebody says otherwise; of a changed one, at least one field."""
        return not self.edited_here

    @property
    def keys_ticked(self) -> tuple[str, ...]:
        if self.state != "changed":
            return (self.key,) if self.ticked else ()
        return tuple(one.key for one in self.fields if not one.edited_here)


@dataclass(frozen=True, slots=True)
class Difference:
    changes: tuple[Change, ...]
    same: int  # items that the file and this plan have alike
    edited_here: int  # items that people here changed since
    left_elsewhere: int = 0  # items of the file that lie here in another circle, and stay as they are there

    @property
    def keys_ticked(self) -> frozenset[str]:
        return frozenset(key for change in self.changes for key in change.keys_ticked)


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that came in with the file: its values then and here. A withdrawn one is still known."""

    row_id: UUID
    name: str
    then: Values
    here: Values
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What the file says of one row now."""

    name: str
    now: Values


@dataclass(frozen=True, slots=True)
class Side:
    """One kind of rows: what is kept here and what the file says now, by the file's ids, in the file's order."""

    what: What
    kept: Mapping[str, Kept]
    said: Mapping[str, Said]
    defaults: Values = field(default_factory=dict)  # the values that are left out


def difference_between(sides: Iterable[Side]) -> Difference:
    """Return everything that the file says otherwise, in the order of the sides; of each side what is gone comes last."""
    changes: list[Change] = []
    same = edited = 0
    for side in sides:
        found = list(_changes(side))
        changes += found
        if side.what == "item":
            changed = {change.row_id for change in found}
            same = sum(row.row_id not in changed for key, row in side.kept.items() if key in side.said)
            edited = sum(any(_edited(row, side.defaults)) or row.is_withdrawn for row in side.kept.values())
    return Difference(tuple(changes), same, edited)


def _changes(side: Side) -> Iterator[Change]:
    for external_id, said in side.said.items():
        key, kept = f"{side.what}:{external_id}", side.kept.get(external_id)
        if kept is None:
            yield Change(key, "new", side.what, said.name)
        elif kept.is_withdrawn:
            yield Change(key, "new", side.what, said.name, kept.row_id, edited_here=True)
        elif fields := tuple(_fields(key, kept, said, side.defaults)):
            all_edited = all(one.edited_here for one in fields)
            yield Change(key, "changed", side.what, kept.name, kept.row_id, fields, all_edited)
    for external_id, kept in side.kept.items():
        if external_id not in side.said and not kept.is_withdrawn:
            edited = any(_edited(kept, side.defaults))
            yield Change(f"{side.what}:{external_id}", "gone", side.what, kept.name, kept.row_id, edited_here=edited)


def _fields(key: str, kept: Kept, said: Said, defaults: Values) -> Iterator[FieldChange]:
    """Yield the fields that the file changed since, and that are not the same here already."""
    for name in dict.fromkeys([*kept.then, *said.now]):
        then, here, now = (values.get(name, defaults.get(name)) for values in (kept.then, kept.here, said.now))
        if now != then and now != here:
            yield FieldChange(f"{key}:{name}", name, then, here, now, edited_here=here != then)


def _edited(kept: Kept, defaults: Values) -> Iterator[bool]:
    for name in {*kept.then, *kept.here}:
        default = defaults.get(name)
        if kept.then.get(name, default) != kept.here.get(name, default):
            yield True

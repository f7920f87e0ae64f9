"""
What can be agreed, by name. A feature registers its kinds when it is loaded:

    @subject("charter", words=..., headline=..., difference=..., otherwise=..., may_propose=Permission.PLAN_EDIT)
    def put_in_force(actor, proposed, at): ...

The decorated function runs inside the action of the last yes, in its transaction, for the person who gave it. That
person may hold no other right than to answer, so it asks `access.visible` and records what it did; it calls no action.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from consortio.access import Actor, Permission


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as its subject is told of it. `snapshot` is there when it comes into force, and else nothing."""

    id: UUID
    circle_id: UUID
    partnership_id: UUID
    kind: str
    number: int
    subject_id: UUID | None
    subject_version: int | None
    content: Mapping[str, Any]
    snapshot: Any
    proposed_at: datetime
    is_agreed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the difference, in words: what it is, and what it becomes. A value is compared whole, a text by words."""

    field: str
    before: str
    after: str
    is_value: bool = False


Apply = Callable[[Actor, Proposed, datetime], None]
HasCome = Callable[[Actor, Proposed, datetime], bool]
AlikeFor = Callable[[Actor, Mapping[str, Any], Mapping[str, Any]], bool]
Recuses = Callable[[Mapping[str, Any]], UUID | None]
Ended = Callable[[UUID, str, datetime], None]  # the subject's id, and the state that its proposal has come to


def _no_version(actor: Actor, circle_id: UUID, subject_id: UUID | None) -> int | None:
    return None


def _by_content(actor: Actor, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return False


def _not_yet(actor: Actor, proposed: Proposed, at: datetime) -> bool:
    return False


def _no_way(proposed: Proposed) -> str:
    return ""


def _no_beginning(partnership_id: UUID) -> str:
    return ""


def _nobody(content: Mapping[str, Any]) -> UUID | None:
    return None


def _unmoved(subject_id: UUID, state: str, at: datetime) -> None:
    """Most subjects do not change by what is not agreed."""


@dataclass(frozen=True, slots=True)
class Subject:
    """
    One kind of thing that can be agreed.

    Attributes:
        words: what such a proposal is called, in the reader's language: "Charter".
        headline: one proposal in a few words, so that two open ones are told apart: "Charter, proposed on 6 May 2031, 12:00".
        difference: what would change, field by field; of a closed one what has, from what the proposal itself holds or
            from what was before it.
        otherwise: what stays as it is when nobody or not everybody agrees: "Version 1 stays".
        version: which version of the subject holds now; a proposal made to another one is outdated.
        has_come: whether what a proposal asks for has come about by another way; then it is outdated, too.
        way: the address where what was agreed is seen; "" for none.
        begin: the address where such a proposal to a partnership begins; "" for one that begins elsewhere.
        is_unanimous: whether members cannot agree on another rule for it.
        alike: by which parts of their content two open proposals about one thing ask for the same; all of it, if none.
        alike_for: whether two contents are for the same by what only their reader sees.
        recuses: the organisation that has no vote in a proposal of such content, because it is about that organisation.
        ended: told when a proposal about a row ends without being agreed, in the same transaction; often for nobody in
            particular, since a deadline passes for everybody. So it asks `access.unscoped`, and records what it did.
    """

    kind: str
    apply: Apply
    may_propose: Permission
    words: Callable[[], str]
    headline: Callable[[Proposed], str]
    difference: Callable[[Actor, Proposed], tuple[Line, ...]]
    otherwise: Callable[[Proposed], str]
    version: Callable[[Actor, UUID, UUID | None], int | None]
    has_come: HasCome
    way: Callable[[Proposed], str]
    begin: Callable[[UUID], str]
    is_unanimous: bool
    alike: tuple[str, ...]
    alike_for: AlikeFor
    recuses: Recuses
    ended: Ended

    def asks_the_same(self, actor: Actor, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        if not self.alike:
            return one == other
        is_plainly = all(_plain(one.get(name)) == _plain(other.get(name)) for name in self.alike)
        return is_plainly or self.alike_for(actor, one, other)

    def has_moved_on(self, actor: Actor, proposed: Proposed, at: datetime) -> bool:
        """Tell whether what a proposal would change is another than the one that it was made to."""
        now = self.version(actor, proposed.circle_id, proposed.subject_id)
        return now != proposed.subject_version or self.has_come(actor, proposed, at)


def _plain(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


_subjects: dict[str, Subject] = {}


def subject(
    kind: str,
    *,
    may_propose: Permission,
    words: Callable[[], str],
    headline: Callable[[Proposed], str],
    difference: Callable[[Actor, Proposed], tuple[Line, ...]],
    otherwise: Callable[[Proposed], str],
    version: Callable[[Actor, UUID, UUID | None], int | None] = _no_version,
    has_come: HasCome = _not_yet,
    way: Callable[[Proposed], str] = _no_way,
    begin: Callable[[UUID], str] = _no_beginning,
    is_unanimous: bool = False,
    alike: tuple[str, ...] = (),
    alike_for: AlikeFor = _by_content,
    recuses: Recuses = _nobody,
    ended: Ended = _unmoved,
) -> Callable[[Apply], Apply]:
    """Register the decorated function as what puts an agreed proposal of this kind in force."""

    def register(apply: Apply) -> Apply:
        told = (
            words,
            headline,
            difference,
            otherwise,
            version,
            has_come,
            way,
            begin,
            is_unanimous,
            alike,
            alike_for,
            recuses,
            ended,
        )
        _subjects[kind] = Subject(kind, apply, may_propose, *told)
        return apply

    return register


def subject_of(kind: str) -> Subject:
    return _subjects[kind]


def kinds() -> list[str]:
    return sorted(_subjects)

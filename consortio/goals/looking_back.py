"""What a goal was before: its versions with what is different in each, and what happened to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotVisible
from consortio.access.models import Seat
from consortio.approvals.registry import Line
from consortio.circles.reads import audience_of
from consortio.partnerships.reads import Member, PartnershipRow, partnership
from consortio.record.reads import Edit, Told, told
from consortio.record.words import Happened, saying_of, sentence
from consortio.ui.formats import listing
from consortio.ui.marks import Audience

from .agreeing import lines_between
from .models import Goal, GoalVersion
from .terms import from_plain
from .told import number_of
from .waited import lines_of_items
from .words import field_words

NAMED_ONLY = ("kpi_id", "organisation_id", "person_id", "parent_id", "contributions")  # their values are ids


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version that holds or held; of the first, `difference` tells every field."""

    number: int
    agreed_at: datetime
    proposal_id: UUID | None
    difference: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class HappenedRow:
    at: datetime
    sign: str
    words: str
    details: tuple[str, ...]
    person: str
    member: Member | None


@dataclass(frozen=True, slots=True)
class PastPage:
    partnership: PartnershipRow
    audience: Audience
    goal_id: UUID
    number: str
    name: str
    versions: tuple[VersionRow, ...]  # newest first
    history: tuple[HappenedRow, ...]  # newest first


@access.read
def past_page(*, actor: Actor, goal_id: UUID) -> PastPage:
    """
    Return the versions of a goal and its history.

    Raises:
        NotVisible.
    """
    goal = access.get(actor, Goal, goal_id, "circle")
    if goal.withdrawn_at:
        raise NotVisible
    here = partnership(actor=actor, partnership_id=goal.circle.partnership_id)
    circle = {"circle_id": goal.circle_id, "kind": goal.circle.kind, "members": here.members}
    return PastPage(
        partnership=here,
        audience=audience_of(actor=actor, **circle),
        goal_id=goal.pk,
        number=number_of(goal),
        name=goal.name,
        versions=tuple(reversed(_versions(actor, goal))),
        history=tuple(_history(actor, here, told(actor=actor, subject_ids=[goal.pk]))),
    )


def _versions(actor: Actor, goal: Goal) -> list[VersionRow]:
    kept = list(access.visible(actor, GoalVersion).filter(goal=goal).order_by("number"))
    terms = [from_plain(one.terms) for one in kept]
    lines = lines_between(actor, [*pairwise([None, *terms])])
    items = lines_of_items(actor, [(before, after) for before, after in pairwise([None, *(one.terms for one in kept)])])
    return [
        VersionRow(one.number, one.agreed_at, one.proposal_id, (*own, *waited))
        for one, own, waited in zip(kept, lines, items, strict=True)
    ]


def _history(actor: Actor, here: PartnershipRow, entries: Sequence[Told]) -> Iterator[HappenedRow]:
    people = {entry.person_id for entry in entries if entry.person_id}
    seats = access.visible(actor, Seat).filter(person__in=people).values_list("person_id", "person__name")
    names: Mapping[str, str] = {str(pk): name for pk, name in seats}
    for entry in entries:
        happened = _happened(entry)
        before, after, is_named = sentence(happened, names)
        words = f"{before}{_('this goal') if is_named else ''}{after}"
        own = (*saying_of(entry.event).details(happened, names), *_edited(entry.edits))
        member = here.member_ids.get(entry.organisation_id) if entry.organisation_id else None
        sign = saying_of(entry.event).sign
        yield HappenedRow(
            entry.at, sign, words[:1].upper() + words[1:], own, names.get(str(entry.person_id), ""), member
        )


def _happened(entry: Told) -> Happened:
    own = {name: getattr(entry, name) for name in Told.__slots__}
    return Happened(kind="goals.goal", **own)


def _edited(edits: Sequence[Edit]) -> Iterator[str]:
    names = field_words()
    for edit in edits:
        if edit.field in names and edit.field not in NAMED_ONLY:
            said = {"field": names[edit.field], "before": edit.before or "", "after": edit.after or ""}
            yield _("%(field)s: %(before)s → %(after)s") % said
    if others := [names[edit.field] for edit in edits if edit.field in NAMED_ONLY]:
        yield _("changed: %(fields)s") % {"fields": listing(others)}

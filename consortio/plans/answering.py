"""
Who answers for an item. An organisation names its own people; somebody else's person is asked, and says so themselves.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import ANY, Actor, NotPermitted, Permission, Refused
from consortio.access.beside_seats import circles_beside
from consortio.access.models import Circle, Seat
from consortio.partnerships.reads import partnership
from consortio.record.log import action, nothing_changed, record

from .editing import change, require_there
from .fields import FieldRefused
from .models import Item, Nomination
from .rescheduling import Moved, Moves, reschedule
from .steps import Step

REASON_MAX = 2_000
OPEN = Nomination.State.OPEN


class CannotAnswer(Refused):
    """The person's role does not let them say how far an item is, so they could not even answer."""


class AnsweredAlready(Refused):
    """The nomination is not open any more."""


@action
def set_accountable(*, actor: Actor, item_id: UUID, version: int, person_id: UUID | None, at: datetime) -> Moves:
    """
    Say who answers for an item, or that nobody does. Whoever was asked and has not answered is asked no more.

    A person of the organisation acted for is set at once; the organisation is put in charge where none is that takes
    part. Somebody
    else's person is nominated, and the item stays as it is until they accept.

    Returns:
        In `made`, the nomination's id, if there is one.

    Raises:
        NotVisible: there is no such person with an open seat in the item's circle.
        CannotAnswer: the other organisation's person may not report progress there.
    """
    item = access.lock(actor, Permission.PLAN_EDIT, Item, item_id, version=version)
    require_there(item)
    organisation_id = organisation_of(actor, item.circle_id, person_id)
    if organisation_id not in (None, actor.organisation_id):
        return nominate(actor, item, person_id, organisation_id, at)
    before = item.person_id
    was_asked = _ask_no_more(actor, item, at)
    charge = {"organisation_id": organisation_id} if organisation_id and not _is_in_good_hands(actor, item) else {}
    changed = change(item, {"person_id": person_id, **charge})
    if not changed and not was_asked:
        nothing_changed()
        return Moves(Moved())
    moves = reschedule(actor=actor, plan_id=item.plan_id, circle_id=item.circle_id, at=at, ties=False)
    if changed:
        record("item.accountable", item, changes=changed)
    return replace(moves, undo=_step_back(actor, item, before, bool(charge)))


def _is_in_good_hands(actor: Actor, item: Item) -> bool:
    """Tell whether an organisation is in charge that has not left."""
    if item.organisation_id is None:
        return False
    place = access.get(actor, Circle, item.circle_id).partnership_id
    member = partnership(actor=actor, partnership_id=place).member_ids.get(item.organisation_id)
    return member is None or not member.has_left


def organisation_of(actor: Actor, circle_id: UUID, person_id: UUID | None) -> UUID | None:
    """
    Return for which organisation a person sits in a circle; of several, the one acted for.

    Raises: NotVisible, for who does not sit there.
    """
    if person_id is None:
        return None
    seats = access.visible(actor, Seat).filter(circle=circle_id, person=person_id, ended_at=None)
    found = list(seats.order_by("pk").values_list("organisation_id", flat=True))
    if not found:
        raise access.NotVisible
    return actor.organisation_id if actor.organisation_id in found else found[0]


def nominate(actor: Actor, item: Item, person_id: Any, organisation_id: Any, at: datetime) -> Moves:
    """Ask somebody of another organisation; who was asked before is asked no more."""
    asked = {"item": item.pk, "state": OPEN, "person": person_id, "organisation": organisation_id}
    if access.visible(actor, Nomination).filter(circle=item.circle_id, **asked).exists() or item.person_id == person_id:
        nothing_changed()
        return Moves(Moved())
    _require_able(actor, item, person_id, organisation_id)
    _ask_no_more(actor, item, at)
    made = Nomination(circle_id=item.circle_id, item=item, person_id=person_id, organisation_id=organisation_id)
    made.nominated_by_id, made.nominated_at = actor.person_id, at
    made.save()
    record("item.nominated", item, nomination=str(made.pk), person=str(person_id), organisation=str(organisation_id))
    step = Step("withdraw_nomination", {"nomination_id": str(made.pk), "version": made.version})
    return Moves(Moved(), undo=step, made=(made.pk,))


def _require_able(actor: Actor, item: Item, person_id: UUID, organisation_id: UUID) -> None:
    seats = access.visible(actor, Seat).filter(circle=item.circle_id, person=person_id, organisation=organisation_id)
    granted = seats.filter(ended_at=None).values_list("role__permissions", flat=True).first()
    if Permission.PROGRESS_UPDATE not in (granted or ()):
        raise CannotAnswer(
            _("Their role does not let them report progress here: ask their organisation, or somebody else.")
        )


def _ask_no_more(actor: Actor, item: Item, at: datetime) -> bool:
    """Take an open nomination of the item back. Returns whether there was one."""
    rows = access.visible(actor, Nomination).filter(circle=item.circle_id, item=item.pk, state=OPEN)
    asked = rows.first()
    if asked is None:
        return False
    rows.update(state=Nomination.State.WITHDRAWN, answered_at=at)
    record("item.not_nominated", item, nomination=str(asked.pk), person=str(asked.person_id))
    return True


def _step_back(actor: Actor, item: Item, before: UUID | None, was_put_in_charge: bool) -> Step | None:
    """Return how to name who was named before; not where that is another organisation's to say."""
    own = {"item_id": str(item.pk), "version": item.version}
    if before is not None and organisation_of_or_none(actor, item.circle_id, before) != actor.organisation_id:
        return None
    if was_put_in_charge:
        return None  # two edits are not one step back
    return Step("set_accountable", own | {"person_id": before and str(before)})


def organisation_of_or_none(actor: Actor, circle_id: UUID, person_id: UUID) -> UUID | None:
    try:
        return organisation_of(actor, circle_id, person_id)
    except access.NotVisible:
        return None


@action
def answer_nomination(
    *, actor: Actor, nomination_id: UUID, version: int, accept: bool, at: datetime, reason: str = ""
) -> Moves:
    """
    Accept to answer for an item, or decline and say why. Only who was asked answers, for the organisation they sit for.

    Raises:
        AnsweredAlready: it was answered or taken back meanwhile.
        FieldRefused: "reason", where somebody declines without one.
    """
    item_id = access.get(actor, Nomination, nomination_id).item_id  # the item first, as when somebody is named
    item = access.lock(actor, Permission.PROGRESS_UPDATE, Item, item_id, version=ANY)
    asked = access.lock(actor, Permission.PROGRESS_UPDATE, Nomination, nomination_id, version=version)
    if (asked.person_id, asked.organisation_id) != (actor.person_id, actor.organisation_id):
        raise NotPermitted(Permission.PROGRESS_UPDATE)
    if asked.state != OPEN:
        raise AnsweredAlready(_("This was answered, or taken back, before."))
    if len(reason) > REASON_MAX or "\0" in reason:
        raise FieldRefused("reason", _("Write at most %(most)s signs of text.") % {"most": REASON_MAX})
    if not accept and not reason.strip():
        raise FieldRefused("reason", _("Say in a sentence why you decline."))
    asked.state = Nomination.State.ACCEPTED if accept else Nomination.State.DECLINED
    asked.reason, asked.answered_at = reason, at
    asked.save(update_fields=["state", "reason", "answered_at"])
    facts: dict[str, Any] = {"nomination": str(asked.pk), "texts": {"reason": reason} if reason else {}}
    before = {"person_id": item.person_id, "organisation_id": item.organisation_id}
    back = {"nomination_id": asked.pk, "version": asked.version} | before
    step = Step("take_answer_back", {name: str(own) if isinstance(own, UUID) else own for name, own in back.items()})
    if not accept:
        record("item.declined", item, **facts)
        return Moves(Moved(), undo=step)
    require_there(item)
    in_charge = item.organisation_id if _is_in_good_hands(actor, item) else asked.organisation_id
    changed = change(item, {"person_id": asked.person_id, "organisation_id": in_charge})
    moves = reschedule(actor=actor, plan_id=item.plan_id, circle_id=item.circle_id, at=at, ties=False)
    record("item.accepted", item, changes=changed, **facts)
    return replace(moves, undo=step)


@action
def take_answer_back(
    *,
    actor: Actor,
    nomination_id: UUID,
    version: int,
    person_id: UUID | None,
    organisation_id: UUID | None,
    at: datetime,
) -> Moves:
    """
    Leave a nomination open again that one has answered, and the item with whom it had before.

    Args:
        person_id, organisation_id: who answered for the item, and whose it was, when one accepted.

    Raises:
        AnsweredAlready: somebody else answers for the item by now, or was asked.
    """
    item_id = access.get(actor, Nomination, nomination_id).item_id
    item = access.lock(actor, Permission.PROGRESS_UPDATE, Item, item_id, version=ANY)
    asked = access.lock(actor, Permission.PROGRESS_UPDATE, Nomination, nomination_id, version=version)
    if (asked.person_id, asked.organisation_id) != (actor.person_id, actor.organisation_id):
        raise NotPermitted(Permission.PROGRESS_UPDATE)
    require_there(item)
    accepted = asked.state == Nomination.State.ACCEPTED
    others = access.visible(actor, Nomination).filter(circle=item.circle_id, item=item.pk, state=OPEN)
    if others.exists() or item.person_id != (asked.person_id if accepted else person_id):
        raise AnsweredAlready(_("Somebody else answers for it by now, or was asked."))
    asked.state, asked.reason, asked.answered_at = OPEN, "", None
    asked.save(update_fields=["state", "reason", "answered_at"])
    changed = change(item, {"person_id": person_id, "organisation_id": organisation_id}) if accepted else {}
    moves = reschedule(actor=actor, plan_id=item.plan_id, circle_id=item.circle_id, at=at, ties=False)
    if changed:
        record("item.accountable", item, changes=changed)
    record("item.unanswered", item, nomination=str(asked.pk))
    return moves


@action
def withdraw_nomination(*, actor: Actor, nomination_id: UUID, version: int, at: datetime) -> Moves:
    """Ask somebody no more who has not answered."""
    item_id = access.get(actor, Nomination, nomination_id).item_id
    item = access.lock(actor, Permission.PLAN_EDIT, Item, item_id, version=ANY)
    asked = access.lock(actor, Permission.PLAN_EDIT, Nomination, nomination_id, version=version)
    if asked.state != OPEN:
        raise AnsweredAlready(_("This was answered, or taken back, before."))
    _ask_no_more(actor, item, at)
    return Moves(Moved())


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who was asked to answer for an item and has not answered."""

    id: UUID
    version: int
    circle_id: UUID
    plan_id: UUID
    item_id: UUID
    item: str
    person_id: UUID
    person: str
    organisation_id: UUID
    nominated_by: str
    nominated_at: datetime
    accountable: str | None  # who is, until they answer
    is_me: bool


@access.read
def open_nominations(
    *, actor: Actor, item_id: UUID | None = None, partnership_id: UUID | None = None, mine: bool = False
) -> tuple[Asked, ...]:
    """Return who was asked and has not answered: about an item, in a partnership, or me; one query."""
    where = {"item": item_id, "circle__partnership": partnership_id}
    columns = {name: pk for name, pk in where.items() if pk}
    me = (actor.person_id, actor.organisation_id)
    found = _nominations_by(*columns, mine=mine).ask(actor, *columns.values())
    return tuple(Asked(*row, is_me=(row[6], row[8]) == me) for row in found)


@cache
def _nominations_by(*columns: str, mine: bool) -> access.Question:
    def found(actor: Actor, *values: UUID) -> QuerySet:
        rows = _nominations(actor).filter(**dict(zip(columns, values, strict=True)))
        return rows.filter(person=actor.person_id, organisation=actor.organisation_id) if mine else rows

    return access.Question(found, Actor, *[UUID] * len(columns))


def asked_beside() -> QuerySet:
    """
    Return how many nominations wait, in a partnership, for whoever has a seat in its joint circle, under that hat: to
    stand beside rows of open seats, with the gate open. Those of circles where they do not sit are left out.
    """
    circles = circles_beside()
    whom = {"person": OuterRef("person"), "organisation": OuterRef("organisation")}
    rows = Nomination.objects.filter(**whom, circle__partnership=OuterRef("circle__partnership"), circle__in=circles)
    rows = rows.filter(state=OPEN, item__withdrawn_at=None, item__plan__withdrawn_at=None).order_by()
    return rows.values("circle__partnership").annotate(n=Count("pk")).values("n")


def _nominations(actor: Actor) -> QuerySet:
    rows = access.visible(actor, Nomination).filter(state=OPEN, item__withdrawn_at=None)
    columns = ("pk", "version", "circle_id", "item__plan_id", "item_id", "item__name", "person_id", "person__name",
               "organisation_id", "nominated_by__name", "nominated_at", "item__person__name")  # fmt: skip
    return rows.order_by("nominated_at", "pk").values_list(*columns)

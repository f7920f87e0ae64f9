"""Promising, and every step until it is kept or not. Which step follows which is said in `rules`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid, NotPermitted, NotVisible, Permission, Refused
from consortio.access.models import Circle, Place, Seat
from consortio.access.models import Kind as CircleKind
from consortio.partnerships.reads import partnership
from consortio.record.log import action, next_number, nothing_changed, record

from .models import Commitment, Step
from .models import CommitmentState as State
from .rules import (
    BY_NAMED,
    NAME_MAX,
    SIZE_MAX,
    TEXT_MAX,
    WAYS,
    YEARS_MAX,
    Kind,
    No,
    Side,
    answers_to,
    day_of,
    is_past,
    side_of,
    standing_of,
    step_from,
)
from .words import refusal_words

SERIES = "C"
LINKS = ("item", "goal", "decision")


class CannotStep(Refused):
    """The state, the date or the side does not allow this step."""


class SaidByOneself(Refused):
    """Nobody answers, under another hat, what they said themselves."""


class AlreadyOffered(Refused):
    """The same waits for an answer: a form sent twice makes one."""


class NotOffered(Refused):
    """Only what nobody has accepted yet is edited, by whoever made it."""


class HasLeft(Refused):
    """One of the two takes no part any more."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised. The persons are of the two sides, and may stay unsaid."""

    name: str
    done_when: str
    due_on: date
    promiser_person_id: UUID | None = None
    receiver_person_id: UUID | None = None
    size: int = 1
    item_id: UUID | None = None
    goal_id: UUID | None = None
    decision_id: UUID | None = None


@action
def offer_commitment(
    *, actor: Actor, circle_id: UUID, promiser_id: UUID, receiver_id: UUID, terms: Terms, at: datetime
) -> UUID:
    """
    Promise something for the organisation acted for, or ask another one to promise it; the other side accepts.

    Raises:
        NotVisible: nothing is promised in such a circle.
        Invalid: names the field.
        AlreadyOffered.
    """
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    if circle.kind not in (CircleKind.JOINT, CircleKind.SIDE) or circle.organisation_id:
        raise NotVisible
    _require_sides(actor, circle, promiser_id, receiver_id)
    made = Commitment(circle=circle, promiser_id=promiser_id, receiver_id=receiver_id)
    _take_over(actor, made, terms, at)
    number = next_number(circle.pk, SERIES)  # others wait from here on, so two alike cannot pass side by side
    same = {"promiser": promiser_id, "receiver": receiver_id, "name": made.name, "due_on": made.due_on}
    if access.visible(actor, Commitment).filter(circle=circle, state=State.OFFERED, **same).exists():
        raise AlreadyOffered(_("The same waits for an answer already."))
    made.number, made.offered_by_id, made.offered_at = number, actor.organisation_id, at
    made.save()
    _keep_step(actor, made, Kind.OFFERED, "", at, due_after=made.due_on)
    is_asked = actor.organisation_id == receiver_id
    facts = {"organisation": str(promiser_id if is_asked else receiver_id), "is_asked": is_asked}
    texts = {"name": made.name, "done_when": made.done_when}
    record("commitment.offered", made, number=number, due=made.due_on.isoformat(), texts=texts, **facts)
    return made.pk


def _require_sides(actor: Actor, circle: Circle, promiser_id: UUID, receiver_id: UUID) -> None:
    """Refuse what the organisation acted for has no part in, and those who do not take part in the circle."""
    if promiser_id == receiver_id:
        raise Invalid("receiver_id", _("Choose two organisations: nobody promises to themselves here."))
    if actor.organisation_id not in (promiser_id, receiver_id):
        raise Invalid("promiser_id", _("Your organisation promises it, or asks for it: choose it on one side."))
    places = access.visible(actor, Place).filter(circle=circle)
    there = set(places.values_list("organisation_id", flat=True))
    present = {row.organisation_id for row in partnership(actor=actor, partnership_id=circle.partnership_id).present}
    for field, pk in (("promiser_id", promiser_id), ("receiver_id", receiver_id)):
        if pk not in there & present:
            raise Invalid(field, _("Choose an organisation that takes part in the chosen circle."))


def _take_over(actor: Actor, row: Commitment, terms: Terms, at: datetime) -> None:
    """Put what is promised into a row that nobody has accepted yet. Raises: Invalid."""
    row.name, row.done_when = _line(terms.name), _text("done_when", terms.done_when, is_needed=True)
    today = day_of(at)
    if not today <= terms.due_on <= today + timedelta(days=366 * YEARS_MAX):
        raise Invalid("due_on", _("Write a day from today on, within ten years."))
    if not 1 <= terms.size <= SIZE_MAX:
        raise Invalid("size", _("Write a whole number from 1 to %(most)s.") % {"most": SIZE_MAX})
    row.due_on = row.first_due_on = terms.due_on
    row.size = terms.size
    _require_seated(actor, row, "promiser", terms.promiser_person_id)
    _require_seated(actor, row, "receiver", terms.receiver_person_id)
    row.promiser_person_id, row.receiver_person_id = terms.promiser_person_id, terms.receiver_person_id
    for name in LINKS:
        _link(actor, row, name, getattr(terms, f"{name}_id"))


def _line(text: str) -> str:
    kept = " ".join(text.split())
    if not kept or len(kept) > NAME_MAX or "\0" in kept:
        raise Invalid("name", _("Say what is promised, in at most %(most)s signs.") % {"most": NAME_MAX})
    return kept


def _text(field: str, text: str, *, is_needed: bool) -> str:
    kept = text.replace("\r\n", "\n").strip()
    if is_needed and not kept:
        needed = (
            _("Say by what both sides will see that it is done.") if field == "done_when" else _("Say it in words.")
        )
        raise Invalid(field, needed)
    if len(kept) > TEXT_MAX or "\0" in kept:
        raise Invalid(field, _("Write at most %(most)s signs of text.") % {"most": TEXT_MAX})
    return kept


def _require_seated(actor: Actor, row: Commitment, side: str, person_id: UUID | None) -> None:
    if person_id is None or person_id == getattr(row, f"{side}_person_id"):
        return
    own = {"circle": row.circle_id, "person": person_id, "organisation": getattr(row, f"{side}_id")}
    if not access.visible(actor, Seat).filter(**own, ended_at=None).exists():
        raise Invalid(f"{side}_person_id", _("Choose somebody who sits for that organisation in the chosen circle."))


def _link(actor: Actor, row: Commitment, name: str, pk: UUID | None) -> None:
    """Let a commitment be about a row that everybody in its circle sees."""
    if pk is not None and pk != getattr(row, f"{name}_id"):
        model = Commitment._meta.get_field(name).related_model
        assert isinstance(model, type)
        found = access.common(actor, model, row.circle_id).filter(pk=pk, withdrawn_at=None)
        if not found.exists():
            raise Invalid(f"{name}_id", _("Choose one that everybody in the chosen circle sees."))
    setattr(row, f"{name}_id", pk)


@action
def edit_commitment(*, actor: Actor, commitment_id: UUID, version: int | None, terms: Terms, at: datetime) -> None:
    """
    Write an offer anew that nobody has accepted.

    Raises:
        NotOffered: it was answered, or another organisation made it.
        Invalid, Stale.
    """
    row = access.lock(actor, Permission.PLAN_EDIT, Commitment, commitment_id, version=version)
    if row.state != State.OFFERED or row.offered_by_id != actor.organisation_id:
        raise NotOffered(_("Only what nobody has answered yet is written anew, by whoever made it."))
    before = _plain(row)
    _take_over(actor, row, terms, at)
    changes = {name: (before[name], after) for name, after in _plain(row).items() if before[name] != after}
    if not changes:
        return nothing_changed()
    row.save()
    record("commitment.edited", row, changes=changes)


def _plain(row: Commitment) -> dict[str, Any]:
    """Return what may be edited as plain values."""
    values = {field.name: getattr(row, field.name) for field in fields(Terms)}
    return {name: str(value) if isinstance(value, UUID | date) else value for name, value in values.items()}


@action
def take_step(
    *,
    actor: Actor,
    commitment_id: UUID,
    version: int | None,
    step: str,
    at: datetime,
    words: str = "",
    due_on: date | None = None,
) -> str:
    """
    Take a step for the organisation acted for. Returns the state that follows.

    Args:
        step: one of `Step.Kind` but "offered".
        due_on: the date that is asked for, with the step "asked" only.

    Raises:
        CannotStep: says in words why it cannot be taken.
        SaidByOneself, HasLeft, Invalid, Stale.
    """
    row = access.lock(actor, _right(actor, commitment_id, step), Commitment, commitment_id, version=version)
    kind = Kind(step)
    side = side_of(row, actor.organisation_id)
    if side == Side.NEITHER:
        raise NotPermitted(Permission.PLAN_EDIT)
    after = step_from(standing_of(row, at), kind, side)
    if isinstance(after, No):
        raise CannotStep(refusal_words(after, kind, row.state))
    _require_both(actor, row, kind)
    said = _text("words", words, is_needed=WAYS[kind].wants_words)
    kept: dict[str, Any] = {"due_before": row.due_on}
    if kind == Kind.ASKED:
        row.asked_due_on = kept["due_after"] = _asked_date(row, due_on, at)
        kept["was_in_time"] = not is_past(row.due_on, at)
    elif kind in (Kind.MOVED, Kind.KEPT_DATE):
        kept |= _answer_date(actor, row, kind, at)
    _enter(actor, row, State(after), at)
    row.save()
    _keep_step(actor, row, kind, said, at, **kept)
    _TOLD[kind](row, {"words": said} if said else {}, _facts(kept))
    return str(after)


def _right(actor: Actor, commitment_id: UUID, step: str) -> Permission:
    """Return what a step asks for: whoever was named by the promiser speaks of their own work."""
    named = {"promiser": actor.organisation_id, "promiser_person": actor.person_id}
    is_named = step in BY_NAMED and access.visible(actor, Commitment).filter(pk=commitment_id, **named).exists()
    return Permission.PROGRESS_UPDATE if is_named else Permission.PLAN_EDIT


def _require_both(actor: Actor, row: Commitment, kind: Kind) -> None:
    """Refuse a yes to somebody who has left, and a yes to one's own words under another hat."""
    if kind == Kind.ACCEPTED:
        circle = access.get(actor, Circle, row.circle_id)
        here = partnership(actor=actor, partnership_id=circle.partnership_id)
        if not {row.promiser_id, row.receiver_id} <= {member.organisation_id for member in here.present}:
            raise HasLeft(_("The other organisation has left the partnership: nobody there could keep to it."))
    told = answers_to(kind, row.state)
    if told and _last_step(actor, row, told).person_id == actor.person_id:
        raise SaidByOneself(
            _("You said this yourself for the other organisation; somebody else of yours has to answer it.")
        )


def _last_step(actor: Actor, row: Commitment, kind: Kind) -> Step:
    steps = access.visible(actor, Step).filter(commitment=row, kind=kind).order_by("-taken_at", "-pk")
    found = steps.first()
    assert found is not None, "the state follows from it"
    return found


def _asked_date(row: Commitment, due_on: date | None, at: datetime) -> date:
    today = day_of(at)
    if due_on is None or not today <= due_on <= today + timedelta(days=366 * YEARS_MAX):
        raise Invalid("due_on", _("Write a day from today on, within ten years."))
    if due_on <= row.due_on:  # to deliver before it takes no question
        raise Invalid("due_on", _("Write a day after the one that holds."))
    return due_on


def _answer_date(actor: Actor, row: Commitment, kind: Kind, at: datetime) -> dict[str, Any]:
    """Let the date that was asked for hold, or not. Whether it was asked for in time is a matter of when it was asked."""
    asked_for = row.asked_due_on
    assert asked_for is not None, "a date waits"
    if kind == Kind.MOVED and is_past(asked_for, at):
        raise CannotStep(_("The date asked for has passed itself: keep the old one, or ask when it will really be."))
    kept = {"due_after": asked_for, "was_in_time": _last_step(actor, row, Kind.ASKED).was_in_time}
    row.asked_due_on = None
    if kind == Kind.MOVED:
        row.due_on = asked_for
    return kept


def _enter(actor: Actor, row: Commitment, state: State, at: datetime) -> None:
    """Put a row into a state. A date that was asked for waits no longer once somebody has delivered or ended it."""
    if row.state == state:
        return
    before, row.state, row.asked_due_on = row.state, state, None
    if before == State.DISPUTED and state == State.ACCEPTED:
        row.delivered_at = None  # with another date it is still to be delivered, as both say
    elif state == State.ACCEPTED:
        row.accepted_at = at
    elif state == State.DELIVERED:
        row.delivered_at = at
    elif state != State.DISPUTED:
        row.closed_at = at
    if state == State.CONFIRMED:
        assert row.delivered_at is not None
        row.was_on_time = not is_past(row.due_on, row.delivered_at)


def _keep_step(actor: Actor, row: Commitment, kind: Kind, words: str, at: datetime, **more: Any) -> None:
    taken = Step(circle_id=row.circle_id, commitment=row, kind=kind, words=words, taken_at=at, **more)
    taken.organisation_id, taken.person_id = actor.organisation_id, actor.person_id
    taken.save()


def _facts(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}


_TOLD = {
    Kind.ACCEPTED: lambda row, texts, facts: record("commitment.accepted", row, texts=texts, **facts),
    Kind.DECLINED: lambda row, texts, facts: record("commitment.declined", row, texts=texts, **facts),
    Kind.WITHDRAWN: lambda row, texts, facts: record("commitment.withdrawn", row, texts=texts, **facts),
    Kind.DELIVERED: lambda row, texts, facts: record("commitment.delivered", row, texts=texts, **facts),
    Kind.ASKED: lambda row, texts, facts: record("commitment.date_asked", row, texts=texts, **facts),
    Kind.MOVED: lambda row, texts, facts: record("commitment.moved", row, texts=texts, **facts),
    Kind.KEPT_DATE: lambda row, texts, facts: record("commitment.date_kept", row, texts=texts, **facts),
    Kind.CONFIRMED: lambda row, texts, facts: record("commitment.confirmed", row, texts=texts, **facts),
    Kind.DISPUTED: lambda row, texts, facts: record("commitment.disputed", row, texts=texts, **facts),
    Kind.BROKEN: lambda row, texts, facts: record("commitment.broken", row, texts=texts, **facts),
    Kind.RELEASED: lambda row, texts, facts: record("commitment.released", row, texts=texts, **facts),
}

"""Saying something about a row, saying it better, taking it back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotVisible, Permission, Refused
from consortio.access.models import Circle, Within
from consortio.record.log import action, nothing_changed, record

from .models import Mention, Remark
from .naming import named_in
from .reads import people_of
from .subjects import subject_of

TEXT_MAX = 10_000


class NothingSaid(Refused):
    """A remark without words."""


class TooLong(Refused):
    """A remark of more signs than are kept."""


@action
def write_remark(*, actor: Actor, circle_id: UUID, subject_id: UUID, text: str, at: datetime) -> UUID:
    """
    Say something about a row to the people of a circle: its own, or a narrower one.

    Raises:
        NothingSaid, TooLong, NamesTwo: what is wrong with the words.
    """
    circle = access.lock(actor, Permission.REMARK_WRITE, Circle, circle_id)
    subject = subject_of(actor, subject_id)
    if not access.visible(actor, Within).filter(circle=circle, wider=subject.circle_id).exists():
        raise NotVisible
    remark = Remark(circle=circle, subject_id=subject.id, subject_kind=subject.kind, text=_checked(text), made_at=at)
    remark.organisation_id, remark.person_id = actor.organisation_id, actor.person_id
    remark.save()
    told = _name(actor, remark)
    about = {"about": str(subject.id), "kind": subject.kind}
    record("remark.written", remark, **about, mentions=told, texts={"text": remark.text})
    return remark.pk


@action
def edit_remark(*, actor: Actor, remark_id: UUID, version: int | None, text: str, at: datetime) -> None:
    """Put other words in place of one's own; who is named for the first time is told."""
    remark = access.lock(actor, Permission.REMARK_WRITE, Remark, remark_id, version=version)
    before, remark.text = remark.text, _checked(text)
    if before == remark.text:
        return nothing_changed()
    remark.edited_at = at
    remark.save(update_fields=["text", "edited_at"])
    told = _name(actor, remark)
    about = {"about": str(remark.subject_id), "kind": remark.subject_kind}
    record("remark.edited", remark, **about, mentions=told, changes={"text": (before, remark.text)})


@action
def withdraw_remark(*, actor: Actor, remark_id: UUID, at: datetime) -> None:
    """Take words back: one's own, or as a lead those of one's organisation. That something was said is not hidden."""
    remark = access.lock(actor, _right_to_withdraw(actor, remark_id), Remark, remark_id, version=access.ANY)
    remark.withdrawn_at = at
    remark.save(update_fields=["withdrawn_at"])
    record("remark.withdrawn", remark, about=str(remark.subject_id), kind=remark.subject_kind)


def _right_to_withdraw(actor: Actor, remark_id: UUID) -> Permission:
    own = access.visible(actor, Remark).filter(person=actor.person_id, organisation=actor.organisation_id)
    return Permission.REMARK_WRITE if own.filter(pk=remark_id).exists() else Permission.CIRCLE_SEAT


def _name(actor: Actor, remark: Remark) -> Sequence[str]:
    """Keep whom a remark names and return the new ones; only people of its circle can be named."""
    named = named_in(remark.text, people_of(actor=actor, circle_id=remark.circle_id))
    mentions = access.visible(actor, Mention)
    there = set(mentions.filter(remark=remark).values_list("person_id", flat=True))
    new = [person_id for person_id in named if person_id not in there]
    mentions.bulk_create([Mention(circle_id=remark.circle_id, remark=remark, person_id=pk) for pk in new])
    return [str(person_id) for person_id in new]


def _checked(text: str) -> str:
    """Return a text as it is kept: line ends as one sign, without empty edges."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not kept:
        raise NothingSaid(_("Write what you want to say."))
    if len(kept) > TEXT_MAX:
        signs = {"size": len(kept), "most": TEXT_MAX}
        raise TooLong(_("A remark takes at most %(most)d signs; this one has %(size)d.") % signs)
    if any(sign < " " and sign not in "\n\t" for sign in kept):
        raise NothingSaid(_("A sign that is not seen is in the text: take it out."))
    return kept

"""
The digest: each morning, in the reader's own zone and language, what waits for them and what others changed since the last one.

It is taken from the record as the reader may see it at that minute, hat by hat. A row for each reader and day keeps two
workers, or a second try, from telling it twice. Where there is nothing to say, there is no mail.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio import access
from consortio.access import Actor, actor_for
from consortio.accounts.readers import MailReader, all_readers
from consortio.accounts.reads import Hat, hats_of
from consortio.approvals.by_mail import way_to_answer
from consortio.approvals.reads import ProposalRow, waiting_for
from consortio.commitments.by_mail import way_to_step
from consortio.commitments.waiting import Waiting
from consortio.commitments.waiting import waiting_for as promises_waiting_for
from consortio.decisions.reads import WaitingDecision, waiting_decisions
from consortio.jobs.periodic import Clock, every_minute
from consortio.kpis.by_mail import way_to_stance
from consortio.kpis.waiting import Wanted, wanted_in
from consortio.kpis.words import period_words, value_words
from consortio.partnerships.reads import partnerships_of
from consortio.plans.answering import Asked, open_nominations
from consortio.plans.mine import answered_for_by
from consortio.record.reads import cursor_of, parse_cursor

from . import letters
from .models import Digest
from .reads import Line, circle_names, last_numbers, numbers_before, told_since
from .wishes import DAILY, OFF, wishes_of

log = logging.getLogger(__name__)
BEGINS, ENDS = time(7), time(10)  # of the reader's day: whoever could not be told by then is told tomorrow
FIRST = timedelta(days=1)  # how far back the first digest looks; a new account waits for so long
LINES_MAX = 20
LOOKED_AT = 200  # entries among which one's own items are looked for
READERS_MAX = 50  # in one go
TRIES_MAX, PAUSE = 3, timedelta(minutes=10)
ITEM = "plans.item"
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Part:
    """What one hat sees: what waits, then what changed, one's own items first, circle by circle."""

    organisation_id: UUID
    organisation: str
    proposals: tuple[ProposalRow, ...]
    nominations: tuple[Asked, ...]
    promises: tuple[Waiting, ...]
    decisions: tuple[WaitingDecision, ...]  # to be read
    readings: Wanted
    mine: tuple[Line, ...]  # of items that the reader answers for, and remarks that name them
    others: tuple[tuple[str, tuple[Line, ...]], ...]  # by the circle's name
    more: int  # that the reader sees and that is not listed
    upto: Mapping[UUID, int]
    is_news: bool

    @property
    def waiting(self) -> int:
        readings = len(self.readings.due) + len(self.readings.asking)
        return len(self.proposals) + len(self.nominations) + len(self.promises) + len(self.decisions) + readings

    @property
    def changed(self) -> int:
        return len(self.mine) + sum(len(lines) for _name, lines in self.others) + self.more


@every_minute
def sweep(clock: Clock) -> None:
    """Tell those whose morning it is, a few each minute, so that other work is not held up."""
    at = clock()
    due = [(reader, on) for reader in all_readers() if (on := due_on(reader, at))]
    closed = _closed({on for _reader, on in due}, at)
    for reader, on in [one for one in due if (one[0].user_id, one[1]) not in closed][:READERS_MAX]:
        if taken := _take(reader, on, at):
            _tell(reader, taken, at)


def _closed(days: Collection[date], at: datetime) -> set[tuple[UUID, date]]:
    """Return whose digest of which day is done, given up, or in somebody's hands; one query, none where nothing is due."""
    if not days:
        return set()
    open_ones = Q(done_at=None, tries__lt=TRIES_MAX, taken_at__lte=at - PAUSE)
    return set(Digest.objects.filter(~open_ones, on__in=days).values_list("user_id", "on"))


def due_on(reader: MailReader, at: datetime) -> date | None:
    """Return the reader's day if its digest is due now."""
    local = at.astimezone(reader.zone)
    return local.date() if BEGINS <= local.time() < ENDS and reader.made_at <= at - FIRST else None


def _take(reader: MailReader, on: date, at: datetime) -> Digest | None:
    """Take the reader's digest of that day; nothing where it is done, or another worker has it."""
    own = Digest.objects.filter(user=reader.user_id, on=on)
    row = own.first()
    if row is None:
        try:
            with transaction.atomic():
                return Digest.objects.create(user_id=reader.user_id, on=on, taken_at=at)
        except IntegrityError:  # the other worker was quicker
            return None
    left = own.filter(done_at=None, tries=row.tries, tries__lt=TRIES_MAX, taken_at__lte=at - PAUSE)
    return row if left.update(tries=row.tries + 1, taken_at=at) else None


def _tell(reader: MailReader, taken: Digest, at: datetime) -> None:
    wishes = wishes_of(reader.user_id)
    last = Digest.objects.filter(user=reader.user_id).exclude(done_at=None).order_by("-on").first()
    seen = parse_cursor(last.upto) if last else {}
    since = last.taken_at if last else at - FIRST
    try:
        with reader.own_way():
            parts = parts_of(reader, wishes, seen, since=since, at=at)
            if any(part.is_news for part in parts):
                _send(reader, [part for part in parts if part.waiting or part.changed], taken)
    except OSError:
        log.exception("the digest of %s could not be sent", taken.on)
        return
    upto = seen | {circle_id: number for part in parts for circle_id, number in part.upto.items()}
    Digest.objects.filter(pk=taken.pk).update(done_at=at, upto=cursor_of(upto))


def parts_of(
    reader: MailReader, wishes: Mapping[str, str], seen: Mapping[UUID, int], *, since: datetime, at: datetime
) -> list[Part]:
    """Return what each hat has to be told; a circle that two hats see is told once."""
    parts: list[Part] = []
    if set(wishes.values()) == {OFF}:
        return parts
    for hat in hats_of(reader.person_id).organisations:
        actor = actor_for(reader.person_id, hat.id, "mail")
        told = {circle_id for part in parts for circle_id in part.upto}
        circles = [circle_id for circle_id in actor.permissions if circle_id not in told]
        with access.reading(actor):
            parts.append(_part(actor, hat, wishes, circles, seen, since, at))
    return parts


def _part(
    actor: Actor,
    hat: Hat,
    wishes: Mapping[str, str],
    circles: list[UUID],
    seen: Mapping[UUID, int],
    since: datetime,
    at: datetime,
) -> Part:
    proposals = waiting_for(actor=actor, at=at) if wishes["proposals"] != OFF else ()
    nominations = open_nominations(actor=actor, mine=True) if wishes["nominations"] != OFF else ()
    promises = promises_waiting_for(actor=actor, at=at) if wishes["promises"] != OFF else ()
    decisions = _to_read(actor, at) if wishes["decisions"] != OFF else ()
    readings = _readings(actor, at) if wishes["readings"] != OFF else Wanted((), ())
    part = _changes(actor, wishes, circles, seen, since)
    new = (
        part.changed
        or any(row.proposed_at > since for row in proposals if wishes["proposals"] == DAILY)
        or any(row.nominated_at > since for row in nominations if wishes["nominations"] == DAILY)
        or any(one.since > since for one in promises if wishes["promises"] == DAILY)
        or any(row.asked_at and row.asked_at > since for row in decisions if wishes["decisions"] == DAILY)
        or any(one.claimed_at > since for one in readings.asking)
        or any(one.end_on > timezone.localtime(since).date() for one in readings.due)
    )
    waiting: dict[str, Any] = {"proposals": proposals, "nominations": nominations}
    waiting |= {"promises": promises, "decisions": decisions, "readings": readings}
    return replace(part, organisation_id=hat.id, organisation=hat.name, **waiting, is_news=bool(new))


def _readings(actor: Actor, at: datetime) -> Wanted:
    here = [row.id for row in partnerships_of(actor=actor)]
    return wanted_in(actor=actor, partnership_ids=here, today=timezone.localtime(at).date())


def _to_read(actor: Actor, at: datetime) -> tuple[WaitingDecision, ...]:
    found = waiting_decisions(actor=actor, today=timezone.localtime(at).date())
    return tuple(row for row in found if row.is_to_be_read)


def _changes(
    actor: Actor, wishes: Mapping[str, str], circles: list[UUID], seen: Mapping[UUID, int], since: datetime
) -> Part:
    """Return what others did: all of it, or only what names the reader, as they wish."""
    begun = numbers_before(actor=actor, circle_ids=[pk for pk in circles if pk not in seen], at=since)
    numbers = {pk: seen.get(pk, begun.get(pk, 0)) for pk in circles}
    upto = last_numbers(actor=actor, circle_ids=circles)
    found = told_since(actor=actor, since=numbers, limit=LOOKED_AT, others_only=True)
    own = answered_for_by(actor=actor, item_ids={line.subject_id for line in found.lines if line.kind == ITEM})
    mine = [line for line in found.lines if line.subject_id in own or line.names_me and wishes["mentions"] != OFF]
    total = found.total
    if wishes["changes"] == OFF:
        mine = [line for line in mine if line.names_me and wishes["mentions"] == DAILY]
        total = len(mine)
    mine = mine[:LINES_MAX]
    rest = [line for line in found.lines if line not in mine] if wishes["changes"] != OFF else []
    shown = rest[: LINES_MAX - len(mine)]
    more = total - len(mine) - len(shown)
    return Part(
        NOBODY, "", (), (), (), (), Wanted((), ()), tuple(mine), _by_circle(actor, shown), more, upto, is_news=False
    )


def _by_circle(actor: Actor, lines: Iterable[Line]) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    grouped: dict[UUID, list[Line]] = {}
    for line in lines:
        grouped.setdefault(line.circle_id, []).append(line)
    names = circle_names(actor=actor, circle_ids=list(grouped))
    return tuple(sorted((names[pk], tuple(own)) for pk, own in grouped.items()))


def _send(reader: MailReader, parts: list[Part], taken: Digest) -> None:
    waiting, changed = sum(part.waiting for part in parts), sum(part.changed for part in parts)
    said = [ngettext("%(n)d thing waits for you", "%(n)d things wait for you", waiting) % {"n": waiting}] * bool(
        waiting
    )
    said += [ngettext("%(n)d change", "%(n)d changes", changed) % {"n": changed}] * bool(changed)
    words = {"parts": parts, "today": taken.on, "address": letters.address, "is_one": len(parts) == 1}
    ways: dict[str, Any] = {"way_to_answer": way_to_answer, "way_to_step": way_to_step, "way_to_stance": way_to_stance}
    words |= {name: partial(way, reader.user_id) for name, way in ways.items()}
    words |= {"value_words": value_words, "period_words": period_words}
    subject = _("Consortio this morning: %(what)s") % {"what": ", ".join(said)}
    number = f"{taken.on:%Y%m%d}.digest"
    letters.send(reader, kind="digest", topic="changes", subject=subject, words=words, number=number)

"""Who asks for something: the features, each as a source of what waits."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.access import Permission
from consortio.approvals import reads as approvals
from consortio.commitments import waiting as promises_waiting
from consortio.decisions.reads import waiting_decisions
from consortio.forecasts.reads import asked_forecasts
from consortio.goals.due import goals_held
from consortio.invitations.reads import SentTo, sent_to
from consortio.kpis.waiting import Asking, Due, wanted_in
from consortio.kpis.words import period_words, value_words
from consortio.partnerships.reads import Member, PartnershipRow
from consortio.plans.answering import open_nominations
from consortio.plans.glance import Standing
from consortio.plans.owed import Owed, owed_by
from consortio.ui.formats import day, days_late, number
from consortio.ui.marks import Mark

from . import doing
from .waiting import Asked, Source, Wait
from .wanted import Wanted, wanted_of

DUE_NAMED = 3


def counted(asked: Asked) -> Wanted:
    """Return what every page counts for the actor, so that nothing is asked for where there is nothing."""
    if asked.actor.person_id is None:
        return Wanted()
    return wanted_of(person_id=asked.actor.person_id, at=asked.at).of(asked.actor.organisation_id)


def invitations(email: str, at: datetime) -> Iterator[Wait]:
    """Invitations whose link went out to the address that somebody signs in with: they take no part there yet."""
    for one in sent_to(email=email, at=at) if email else ():
        yield Wait(
            kind="invitation",
            words=_invitation_words(one),
            url=reverse("invitation_mine", args=[one.id]),
            action=_("Answer"),
            partnership_id=None,
            partnership=one.partnership,
            details=(_("%(inviter)s invites you") % {"inviter": one.inviter},) if one.inviter else (),
            due_on=localtime(one.expires_at).date(),
            since=localtime(one.sent_at).date() if one.sent_at else None,
        )


def _invitation_words(one: SentTo) -> str:
    said = {"invited": one.invited, "partnership": one.partnership, "organisation": one.organisation}
    if one.partnership:
        return _("Say whether %(invited)s takes part in “%(partnership)s”") % said
    if one.inviter:
        return _("Say whether you work for %(organisation)s here") % said
    return _("Say whether you lead %(organisation)s here") % said


def proposals(asked: Asked) -> Iterator[Wait]:
    """Proposals that wait for the organisation's answer, for whoever may give it; asked for where some are counted."""
    if not set(asked.partnerships) & set(counted(asked).proposals):
        return
    for row in approvals.waiting_for(actor=asked.actor, at=asked.at):
        if row.partnership_id not in asked.partnerships:
            continue
        given = tuple(
            (one.mark, {"approve": "agreed", "object": "objects"}.get(one.verdict, "waiting")) for one in row.answers
        )
        yield Wait(
            kind="proposal",
            words=_("Answer: %(what)s") % {"what": row.headline},
            url=reverse("proposal", args=[row.id]),
            action=_("Answer"),
            partnership_id=row.partnership_id,
            partnership=row.partnership,
            details=(row.number,),
            due_on=localtime(row.deadline_at).date(),
            since=localtime(row.proposed_at).date(),
            answers=given,
            doing=doing.answer_to(row),
        )


def nominations(asked: Asked) -> Iterator[Wait]:
    """Items that somebody of another organisation asks the actor to answer for."""
    if not counted(asked).nominations:
        return
    places = {standing.plan_id: standing.partnership_id for standing in asked.standings}
    for one in open_nominations(actor=asked.actor, mine=True):
        place = places.get(one.plan_id)
        if place is None:
            continue
        row = asked.partnerships[place]
        yield Wait(
            kind="nomination",
            words=_("Take on “%(item)s”, or say no") % {"item": one.item},
            url=reverse("item", args=[one.item_id]),
            action=_("Answer"),
            partnership_id=row.id,
            partnership=row.name,
            details=(
                _("%(person)s names you") % {"person": one.nominated_by},
                _("until you say yes, %(person)s is accountable") % {"person": one.accountable}
                if one.accountable
                else _("until you answer nobody is accountable"),
            ),
            since=localtime(one.nominated_at).date(),
            nomination=one,
            doing=doing.answer_for(one),
        )


def items(asked: Asked) -> Iterator[Wait]:
    """Items that the actor answers for: late, due soon, or not heard of since the data date."""
    behind = {pk: own for standing in asked.standings for pk, own in standing.behind.items()}
    for owed in owed_by(actor=asked.actor, partnership_ids=list(asked.partnerships), at=asked.at):
        row = asked.partnerships[owed.partnership_id]
        yield Wait(
            kind="item",
            words=_("Say how “%(item)s” is going") % {"item": owed.name} if _is_question(owed) else owed.name,
            url=reverse("item", args=[owed.id]),
            action=_("Report") if _may_report(asked, owed) else _("Look"),
            partnership_id=row.id,
            partnership=row.name,
            details=tuple(_about(owed)),
            late=_late_words(owed),
            due_on=owed.finish_on,
            since=_owed_since(owed),
            holds_up=_others(asked, row, behind.get(owed.id, ())),
        )


def _may_report(asked: Asked, owed: Owed) -> bool:
    return Permission.PROGRESS_UPDATE in asked.actor.permissions.get(owed.circle_id, ())


def _owed_since(owed: Owed) -> date | None:
    """Return the day since which an item should have been heard of: its own days, or the last word about it."""
    days = [on for on in (owed.finish_on, owed.deadline_on) if on]
    if not owed.has_begun and owed.is_late and owed.start_on:
        days.append(owed.start_on)
    if owed.silent_since:
        days.append(localtime(owed.silent_since).date())
    return min(days, default=None)


def _is_question(owed: Owed) -> bool:
    return bool(owed.silent_since or _late_words(owed))


def _about(owed: Owed) -> Iterator[str]:
    yield owed.number
    if owed.silent_since:
        yield _("no progress since %(day)s") % {"day": day(owed.silent_since, owed.today)}
    elif owed.is_late and not _late_words(owed):
        yield _slip(owed)
    else:
        yield _("you are accountable")


def _late_words(owed: Owed) -> str:
    """
    Return how far behind the present an item is; empty where it is only going to be late.

    Late is what its plan counts as late, by its data date; what was only due before today says that.
    """
    missed = [on for on in (owed.finish_on, owed.deadline_on) if on and on < owed.today]
    if missed:
        days = (owed.today - min(missed)).days
        ago = ngettext("was due %(n)s day ago", "was due %(n)s days ago", days) % {"n": number(days)}
        return days_late(days) if owed.is_late else ago
    if owed.is_late and not owed.has_begun and owed.start_on and owed.start_on < owed.today:
        days = (owed.today - owed.start_on).days
        return ngettext("should have begun %(n)s day ago", "should have begun %(n)s days ago", days) % {
            "n": number(days)
        }
    return ""


def _slip(owed: Owed) -> str:
    """Say of an item that will be late, against what."""
    against = [(owed.deadline_on, "deadline"), (owed.agreed_on, "baseline")]
    for on, what in against:
        if on and owed.finish_on and owed.finish_on > on:
            days = (owed.finish_on - on).days
            words = (
                ngettext("%(n)s day after its deadline", "%(n)s days after its deadline", days)
                if what == "deadline"
                else ngettext("%(n)s day after the baseline", "%(n)s days after the baseline", days)
            )
            return words % {"n": number(days)}
    return _("late")


def _others(asked: Asked, row: PartnershipRow, organisation_ids: Sequence[UUID | None]) -> tuple[Mark, ...]:
    members = row.member_ids
    others = [pk for pk in organisation_ids if pk and pk != asked.actor.organisation_id and pk in members]
    return tuple(members[pk].mark for pk in others)


def promises(asked: Asked) -> Iterator[Wait]:
    """Promises that wait for the organisation's answer, and its own that are due soon or late."""
    if not counted(asked).may_have("promises", asked.partnerships):
        return
    for one in promises_waiting.waiting_for(actor=asked.actor, at=asked.at):
        if one.row.partnership_id not in asked.partnerships:
            continue
        words, action, step = _promise_words(one)
        is_own = one.what == "delivery"
        yield Wait(
            kind="delivery" if is_own else "promise",
            words=words,
            url=reverse("commitment", args=[one.row.id]) + f"#step-{step}",
            action=action,
            partnership_id=one.row.partnership_id,
            partnership=asked.name_of(one.row.partnership_id),
            details=tuple(_about_promise(asked, one)),
            late=days_late((asked.today - one.row.due_on).days) if is_own and one.row.is_overdue else "",
            due_on=None if one.what == "confirmation" else one.row.due_on,
            since=one.row.due_on if is_own else localtime(one.since).date(),
            doing=doing.step_of(one, asked.at),
            holds_up=(one.row.receiver.mark,) if is_own else (),
        )


def _promise_words(one: promises_waiting.Waiting) -> tuple[str, str, str]:
    """Return what to do, what the button says, and the form where it is done."""
    said = {"what": one.row.name, "promiser": one.row.promiser.name}
    if one.what == "answer":
        is_offer = one.row.offered_by_id == one.row.promiser.organisation_id
        words = (
            _("Accept or decline what %(promiser)s offers: %(what)s")
            if is_offer
            else _("Promise it, or decline: %(what)s")
        )
        return words % said, _("Answer"), "accepted"
    if one.what == "date":
        return _("%(promiser)s asks for another date: %(what)s") % said, _("Answer"), "moved"
    if one.what == "confirmation":
        return _("Confirm what %(promiser)s delivered: %(what)s") % said, _("Answer"), "confirmed"
    return _("Deliver: %(what)s") % said, _("Deliver"), "delivered"


def _about_promise(asked: Asked, one: promises_waiting.Waiting) -> Iterator[str]:
    yield one.row.number
    if one.what == "confirmation":
        yield _("delivered on %(day)s") % {"day": day(one.since, asked.today)}
    elif one.what == "date" and one.row.asked_due_on:
        yield _("%(day)s is asked for") % {"day": day(one.row.asked_due_on, asked.today)}


def unnamed(asked: Asked) -> Iterator[Wait]:
    """
    Items that nobody who takes part answers for, and nobody was asked about: of the actor's organisation, and of those
    that have left, for whoever may name somebody; one line for an organisation in a plan.
    """
    if asked.actor.organisation_id is None:
        return
    for standing in asked.standings:
        if Permission.PLAN_EDIT not in asked.actor.permissions.get(standing.circle_id, ()):
            continue
        for member in asked.partnerships[standing.partnership_id].members:
            count = standing.unnamed.get(member.organisation_id, 0)
            if count and (member.is_you or member.has_left):
                yield _to_name(asked, standing, member, count)


def _to_name(asked: Asked, standing: Standing, member: Member, count: int) -> Wait:
    words = ngettext(
        "Name somebody for %(n)s item of %(organisation)s",
        "Name somebody for %(n)s items of %(organisation)s",
        count,
    )
    row = asked.partnerships[standing.partnership_id]
    return Wait(
        kind="unnamed",
        words=words % {"n": number(count), "organisation": member.name},
        url=reverse("plan_table", args=[standing.plan_id])
        + f"?organisation={member.organisation_id.hex}&undone=1&nobody=1&sort=start",
        action=_("Name"),
        partnership_id=row.id,
        partnership=row.name,
        details=(standing.name, _("former member")) if member.has_left else (standing.name,),
    )


def decisions(asked: Asked) -> Iterator[Wait]:
    """Decisions that the actor must know of and has not read, and those of their organisation whose review is due."""
    found = counted(asked)
    if not found.decisions and not found.may_have("reviews", asked.partnerships):
        return
    for row in waiting_decisions(actor=asked.actor, today=asked.today):
        here = asked.partnerships.get(row.partnership_id)
        if here is None:
            continue
        own: dict[str, Any] = {
            "url": reverse("decision", args=[row.id]),
            "partnership_id": here.id,
            "partnership": here.name,
        }
        said = {"key": row.key}
        if row.is_to_be_read:
            yield Wait(
                kind="decision",
                words=_("Read decision %(key)s") % said,
                action=_("Read"),
                details=(row.question,),
                since=localtime(row.asked_at).date() if row.asked_at else None,
                done=_("I have read it"),
                done_url=reverse("decision_reading", args=[row.id]),
                **own,
            )
        if row.is_review_due:
            days = (asked.today - row.review_on).days if row.review_on else 0
            yield Wait(
                kind="review",
                words=_("Review decision %(key)s") % said,
                action=_("Look"),
                details=(row.question,),
                late=days_late(days) if days > 0 else "",
                due_on=row.review_on,
                since=row.review_on,
                **own,
            )


def readings(asked: Asked) -> Iterator[Wait]:
    """Readings that are due from the actor's organisation, and those that want its word."""
    if not counted(asked).may_have("readings", asked.partnerships):
        return
    wanted = wanted_in(actor=asked.actor, partnership_ids=list(asked.partnerships), today=asked.today)
    due: dict[UUID, list[Due]] = {}
    for one in wanted.due:
        due.setdefault(one.partnership_id, []).append(one)
    yield from (_to_enter(asked, own) for own in due.values())
    yield from (_to_look_at(asked, one) for one in wanted.asking)


def _to_enter(asked: Asked, due: Sequence[Due]) -> Wait:
    """Return one line for a partnership: the check-in, or the KPI where it is only one."""
    first, row = due[0], asked.partnerships[due[0].partnership_id]
    words = ngettext("Enter “%(kpi)s” of %(period)s", "Enter %(n)s readings", len(due))
    said = {"kpi": first.name, "period": period_words(first, first.start_on), "n": number(len(due))}
    is_one = len(due) == 1
    return Wait(
        kind="reading-due",
        words=words % said,
        url=reverse("kpi", args=[first.kpi_id]) + "#enter" if is_one else reverse("check_in", args=[row.id]),
        action=_("Enter") if is_one else _("Check in"),
        partnership_id=row.id,
        partnership=row.name,
        details=() if is_one else tuple(one.name for one in due[:DUE_NAMED]),
        since=min(one.end_on for one in due),
        doing=doing.check_in(row.id, due),
    )


def _to_look_at(asked: Asked, one: Asking) -> Wait:
    row = asked.partnerships[one.partnership_id]
    said = {"kpi": one.kpi, "period": period_words(one, one.start_on)}
    claimant = row.member_ids.get(one.claimant_id)
    common: dict[str, Any] = {
        "url": reverse("reading", args=[one.reading_id]),
        "action": _("Look"),
        "partnership_id": row.id,
        "partnership": row.name,
        "since": localtime(one.claimed_at).date(),
    }
    if one.is_contested:
        words = _("“%(kpi)s” of %(period)s, which you claim, is contested") % said
        return Wait(kind="reading-contested", words=words, **common)
    said["value"] = value_words(one, one.value)
    words = _("Confirm %(value)s for “%(kpi)s” in %(period)s, or contest it") % said
    by = (_("claimed by %(name)s") % {"name": claimant.name},) if claimant else ()
    fields = (("word", "confirm"), ("version", str(one.version)))
    yes: dict[str, Any] = {"done": _("Confirm"), "done_fields": fields}
    yes["done_url"] = reverse("reading_stance", args=[one.reading_id])
    return Wait(kind="reading", words=words, details=by, doing=doing.contest(one), **yes, **common)


def forecasts(asked: Asked) -> Iterator[Wait]:
    """Rounds that wait for the forecast of the actor's organisation. Where none is counted, none is asked for."""
    if not counted(asked).forecasts:
        return
    voting = [row.id for row in asked.partnerships.values() if row.own and row.own.is_active]
    for one in asked_forecasts(actor=asked.actor, partnership_ids=voting, at=asked.at):
        row = asked.partnerships[one.partnership_id]
        yield Wait(
            kind="forecast",
            words=_("Say what you expect of “%(goal)s”") % {"goal": one.goal},
            url=reverse("forecasts", args=[one.goal_id]) + "#own",
            action=_("Give"),
            partnership_id=row.id,
            partnership=row.name,
            details=(_("before you see what the others expect"),),
            due_on=localtime(one.closes_at).date(),
            since=localtime(one.opened_at).date(),
        )


def goals_past(asked: Asked) -> Iterator[Wait]:
    """Goals of the actor's organisation that hold and are past their date: whoever may says how they ended."""
    if not counted(asked).may_have("goals past", asked.partnerships):
        return
    for held in goals_held(actor=asked.actor, partnership_ids=list(asked.partnerships)):
        is_ours = held.organisation_id is not None and held.organisation_id == asked.actor.organisation_id
        if not (is_ours and held.may_end and held.due_on < asked.today):
            continue
        row = asked.partnerships[held.partnership_id]
        yield Wait(
            kind="goal",
            words=_("Say how “%(goal)s” ended") % {"goal": held.name},
            url=reverse("goal_end", args=[held.id]),
            action=_("Say it"),
            partnership_id=row.id,
            partnership=row.name,
            details=(held.number,),
            due_on=held.due_on,
            since=held.due_on,
        )


SOURCES: Sequence[Source] = (
    proposals,
    promises,
    nominations,
    decisions,
    items,
    unnamed,
    readings,
    forecasts,
    goals_past,
)

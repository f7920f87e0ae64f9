"""
What is told by mail as it happens: a proposal waits, somebody is asked to answer for an item, somebody must know of a
decision, a remark names somebody.

The entry of the record only says whom it may concern. Who is told is decided when the mail is written: each reader's own
actor reads what the mail tells, so whoever has lost the seat meanwhile, or has answered already, is told nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotVisible, Permission, actor_for
from consortio.access.models import Seat
from consortio.accounts.readers import MailReader, readers_of
from consortio.approvals.by_mail import way_to_answer
from consortio.approvals.reads import proposal_page, waiting_for
from consortio.approvals.rule_words import rule_sentence
from consortio.commitments.by_mail import way_to_step
from consortio.commitments.waiting import waiting_for as promises_waiting_for
from consortio.decisions.reads import waiting_decisions
from consortio.partnerships.reads import partnerships_of
from consortio.plans.answering import open_nominations
from consortio.record.outbox import Delivery, subscriber
from consortio.remarks.reads import remark
from consortio.remarks.subjects import subject_of
from consortio.ui.formats import date_long

from . import letters
from .models import Sent
from .wishes import AT_ONCE, OFF, wishes_of

ASKS = {  # what a promise waits for after an event
    "commitment.offered": "answer",
    "commitment.date_asked": "date",
    "commitment.delivered": "confirmation",
}
OLD = timedelta(days=3)  # what could not be told by then stands in the morning's mail, and is no news


class NotAllTold(RuntimeError):
    """Somebody could not be written to; the effect is tried again, and those who were are left alone."""


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    sentence: str
    quote: str  # in somebody's own words; may be empty
    path: str  # where it is seen and answered
    act: str  # what one does there
    why: str
    is_grave: bool = False  # told as it happens also to those who read of such things in the morning


Compose = Callable[[Actor, MailReader, Delivery], Letter | None]
Concerns = Callable[[Delivery, UUID, UUID, frozenset[str]], bool]  # a seat: person, organisation, what it grants


def _mention(actor: Actor, reader: MailReader, delivery: Delivery) -> Letter | None:
    row = remark(actor=actor, remark_id=delivery.subject_id)
    if actor.person_id not in row.mentions or actor.person_id == row.person_id:
        return None
    said = {"person": row.person, "subject": subject_of(actor, row.subject_id).name}
    return Letter(
        subject=_("%(person)s names you: %(subject)s") % said,
        sentence=_("%(person)s names you in a remark on “%(subject)s”:") % said,
        quote=row.text,
        path=reverse("remarks", args=[row.subject_id]) + f"#remark-{row.id}",
        act=_("Read it, and answer"),
        why=_("You get this because a remark names you."),
    )


def _is_named(delivery: Delivery, person_id: UUID, organisation_id: UUID, granted: frozenset[str]) -> bool:
    return str(person_id) in delivery.facts["mentions"]


def _nomination(actor: Actor, reader: MailReader, delivery: Delivery) -> Letter | None:
    asked = open_nominations(actor=actor, item_id=delivery.subject_id, mine=True)
    own = next((one for one in asked if str(one.id) == delivery.facts["nomination"]), None)
    if own is None:
        return None
    said = {"person": own.nominated_by, "item": own.item}
    return Letter(
        subject=_("Will you answer for “%(item)s”?") % said,
        sentence=_("%(person)s asks you to answer for “%(item)s”. It stays as it is until you say yes.") % said,
        quote="",
        path=reverse("item", args=[own.item_id]),
        act=_("Accept or decline"),
        why=_("You get this because you were asked by name."),
    )


def _is_asked(delivery: Delivery, person_id: UUID, organisation_id: UUID, granted: frozenset[str]) -> bool:
    return (str(person_id), str(organisation_id)) == (delivery.facts["person"], delivery.facts["organisation"])


def _proposal(actor: Actor, reader: MailReader, delivery: Delivery) -> Letter | None:
    waiting = waiting_for(actor=actor, at=timezone.now())
    own = next((row for row in waiting if row.id == delivery.subject_id), None)
    if own is None:
        return _about_us(actor, delivery)
    said = {"what": own.headline, "where": own.partnership, "who": own.proposer.name, "day": date_long(own.deadline_at)}
    return Letter(
        subject=_("Your answer is asked: %(what)s, %(where)s") % said,
        sentence=_(
            "%(who)s proposes in “%(where)s”: %(what)s. Members answer until %(day)s; until it is agreed nothing changes."
        )
        % said
        + " "
        + rule_sentence(own.terms, own.names, is_about_one=own.recused is not None),
        quote=own.reason,
        path=way_to_answer(reader.user_id, own),
        act=_("Look at it, and answer without signing in"),
        why=_("You get this because you answer proposals for your organisation."),
    )


def _about_us(actor: Actor, delivery: Delivery) -> Letter | None:
    """Tell of an open proposal to those who would answer it, were it not about their own organisation."""
    page = proposal_page(actor=actor, proposal_id=delivery.subject_id, at=timezone.now())
    row = page.row
    if row.state != "open" or row.recused is None or not row.recused.you:
        return None
    said = {"what": row.headline, "where": row.partnership, "who": row.proposer.name, "day": date_long(row.deadline_at)}
    return Letter(
        subject=_("About your organisation: %(what)s, %(where)s") % said,
        sentence=_(
            "%(who)s proposes in “%(where)s”: %(what)s. The other members answer until %(day)s; your organisation has no"
            " vote in it. Until it is agreed nothing changes."
        )
        % said,
        quote=row.reason,
        path=reverse("proposal", args=[row.id]),
        act=_("Read what each of them says"),
        why=_("You get this because you answer proposals for your organisation."),
        is_grave=True,
    )


def _standing(actor: Actor, reader: MailReader, delivery: Delivery) -> Letter | None:
    """Tell those who answer proposals for an organisation that its vote rests, or counts again."""
    here = next((row for row in partnerships_of(actor=actor) if row.joint_id == delivery.circle_id), None)
    if here is None or here.own is None or here.own.is_suspended != (delivery.event == "organisation.suspended"):
        return None
    said = {"organisation": here.own.name, "where": here.name}
    rests = _(
        "The other members of “%(where)s” have suspended %(organisation)s: its people see and do what they did, and it"
        " proposes and answers nothing until the others reinstate it."
    )
    counts = _("The members of “%(where)s” have reinstated %(organisation)s: it proposes and answers again.")
    return Letter(
        subject=(
            _("%(organisation)s was suspended, %(where)s")
            if here.own.is_suspended
            else _("%(organisation)s has a vote again, %(where)s")
        )
        % said,
        sentence=(rests if here.own.is_suspended else counts) % said,
        quote="",
        path=reverse("proposals", args=[here.id]),
        act=_("See the proposals"),
        why=_("You get this because you answer proposals for your organisation."),
        is_grave=True,
    )


def _is_ours(delivery: Delivery, person_id: UUID, organisation_id: UUID, granted: frozenset[str]) -> bool:
    return Permission.PROPOSAL_ANSWER in granted and str(organisation_id) == delivery.facts["organisation"]


def _promise(actor: Actor, reader: MailReader, delivery: Delivery) -> Letter | None:
    found = promises_waiting_for(actor=actor, at=timezone.now())
    own = next((one for one in found if one.row.id == delivery.subject_id and one.what == ASKS[delivery.event]), None)
    if own is None:
        return None
    row = own.row
    other = row.promiser if row.receiver.is_you else row.receiver
    said = {"what": row.name, "who": other.name, "day": date_long(row.asked_due_on or row.due_on)}
    sentence = {
        "commitment.offered": _("%(who)s waits for your organisation’s yes or no: %(what)s, until %(day)s."),
        "commitment.date_asked": _(
            "%(who)s asks for another date: %(what)s, until %(day)s. Until then the old one holds."
        ),
        "commitment.delivered": _("%(who)s says that it is delivered: %(what)s. Only your confirmation makes it kept."),
    }[delivery.event]
    return Letter(
        subject=_("Your answer is asked: %(what)s, %(who)s") % said,
        sentence=sentence % said,
        quote=row.done_when,
        path=way_to_step(reader.user_id, row),
        act=_("Look at it, and answer without signing in"),
        why=_("You get this because you answer for your organisation what others promise it, or ask of it."),
    )


def _may_answer(delivery: Delivery, person_id: UUID, organisation_id: UUID, granted: frozenset[str]) -> bool:
    return Permission.PLAN_EDIT in granted


def _answers(delivery: Delivery, person_id: UUID, organisation_id: UUID, granted: frozenset[str]) -> bool:
    return Permission.PROPOSAL_ANSWER in granted


def _decision(actor: Actor, reader: MailReader, delivery: Delivery) -> Letter | None:
    waiting = waiting_decisions(actor=actor, today=timezone.localdate())
    own = next((row for row in waiting if row.id == delivery.subject_id and row.is_to_be_read), None)
    if own is None:
        return None
    said = {"key": own.key, "question": own.question}
    return Letter(
        subject=_("You must know: %(key)s %(question)s") % said,
        sentence=_("It was decided, and you are asked to read it: %(key)s %(question)s") % said,
        quote=own.chosen,
        path=reverse("decision", args=[own.id]),
        act=_("Read it, and say that you have"),
        why=_("You get this because somebody named you among those who must know."),
    )


def _must_know(delivery: Delivery, person_id: UUID, organisation_id: UUID, granted: frozenset[str]) -> bool:
    return [str(person_id), str(organisation_id)] in delivery.facts["people"]


KINDS: Mapping[str, tuple[str, Compose, Concerns]] = {
    "proposal.made": ("proposals", _proposal, _answers),
    "organisation.suspended": ("proposals", _standing, _is_ours),
    "organisation.reinstated": ("proposals", _standing, _is_ours),
    **{event: ("promises", _promise, _may_answer) for event in ASKS},
    "item.nominated": ("nominations", _nomination, _is_asked),
    "decision.must_be_known": ("decisions", _decision, _must_know),
    "remark.written": ("mentions", _mention, _is_named),
    "remark.edited": ("mentions", _mention, _is_named),
}


@subscriber("notices.mail", *KINDS)
def tell(delivery: Delivery) -> None:
    """Write to each reader whom it concerns, once, and try again later where somebody could not be reached."""
    topic, compose, concerns = KINDS[delivery.event]
    is_for_nobody = delivery.event.startswith("remark.") and not delivery.facts["mentions"]
    if is_for_nobody or delivery.at < timezone.now() - OLD:
        return
    concerned = _concerned(delivery, concerns)
    told = set(Sent.objects.filter(effect_id=delivery.effect_id).values_list("user_id", flat=True))
    failed = []
    for reader in readers_of(list(concerned)):
        wish = wishes_of(reader.user_id)[topic]
        if reader.user_id in told or wish == OFF:
            continue
        try:
            _write(reader, concerned[reader.person_id], delivery, topic, compose, is_asked_daily=wish != AT_ONCE)
        except OSError as fault:
            failed.append(fault)
    if failed:
        raise NotAllTold(len(failed)) from failed[0]


def _concerned(delivery: Delivery, concerns: Concerns) -> Mapping[UUID, list[UUID]]:
    """Return the people whom it may concern, with the hats under which it may."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    with access.unscoped("whom an entry may concern is known before it is known who they are"):
        seats = Seat.objects.filter(circle=delivery.circle_id, ended_at=None).order_by("pk")
        rows = list(seats.values_list("person_id", "organisation_id", "role__permissions"))
    for person_id, organisation_id, granted in rows:
        if concerns(delivery, person_id, organisation_id, frozenset(granted or ())):
            found[person_id].append(organisation_id)
    return found


def _write(
    reader: MailReader,
    organisations: Iterable[UUID],
    delivery: Delivery,
    topic: str,
    compose: Compose,
    *,
    is_asked_daily: bool,
) -> None:
    """Read it as the reader would, under the first hat that is asked something, or else is told of it, and write that."""
    with reader.own_way():
        actors = (actor_for(reader.person_id, organisation_id, "mail") for organisation_id in organisations)
        found = [letter for actor in actors if (letter := _composed(actor, reader, delivery, compose))]
        wanted = [letter for letter in found if letter.is_grave or not is_asked_daily]
        if not wanted:
            return
        letter = min(wanted, key=lambda each: each.is_grave)
        words = {"letter": letter, "link": letters.address(letter.path)}
        number = delivery.effect_id.hex
        letters.send(reader, kind="notice", topic=topic, subject=letter.subject, words=words, number=number)
        Sent.objects.get_or_create(
            user_id=reader.user_id, effect_id=delivery.effect_id, defaults={"at": timezone.now()}
        )


def _composed(actor: Actor, reader: MailReader, delivery: Delivery, compose: Compose) -> Letter | None:
    try:
        with access.reading(actor):
            return compose(actor, reader, delivery)
    except NotVisible:  # it is not there any more, or not for them
        return None

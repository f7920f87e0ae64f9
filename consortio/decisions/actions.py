"""Drafting, proposing or settling a decision, superseding it; what it governs, who must know of it, who has read it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import ANY, Actor, Invalid, NotPermitted, NotVisible, Permission, Refused
from consortio.access.models import Circle, Kind, Place, Seat
from consortio.approvals.actions import propose
from consortio.record.log import action, next_number, nothing_changed, record

from .agreeing import (
    DECISION,
    SupersededAlready,
    come_into_force,
    draft_of,
    key_of,
    superseded_already,
    texts_of,
)
from .governing import Ref, governed_by, keys_agreed, refs_by_keys
from .models import Decision, DecisionState, Governed, MustKnow, Review
from .rules import (
    LIVE,
    OPTION_MAX,
    OPTIONS_MAX,
    QUESTION_MAX,
    REVIEW_MAX,
    SERIES,
    TEXT_MAX,
    Draft,
    is_open_draft,
    is_review_due,
    plain,
    tidied,
)

EDITED = ("question", "context", "options", "choice", "reasons", "effective_on", "review_on")


class NotADraft(Refused):
    """Only a draft is written on, proposed, settled or withdrawn."""


class NotDecidedHere(Refused):
    """The members of a partnership agree by a proposal; a narrower circle settles it without."""


class NotInForce(Refused):
    """Only a decision that holds is superseded, reviewed, and known to people."""


class ReviewNotDue(Refused):
    """A decision is reviewed once the day for it has come."""


class AgreedWithIt(Refused):
    """What members agreed that a decision rules is not taken off by one of them."""


@action
def draft_decision(
    *,
    actor: Actor,
    circle_id: UUID,
    draft: Draft,
    at: datetime,
    keys: Sequence[str] = (),
    supersedes_id: UUID | None = None,
) -> UUID:
    """
    Begin a decision in a circle, as a draft that only its people see.

    Args:
        keys: what it governs, as people write it.
        supersedes_id: the decision that it is to take the place of; of the same circle, and holding.

    Raises:
        Invalid, NotInForce.
    """
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    if circle.kind == Kind.PUBLIC:
        raise NotVisible
    _check(draft := tidied(draft))
    old = _superseded(actor, circle_id, supersedes_id) if supersedes_id else None
    refs = refs_by_keys(actor, circle_id, keys)
    made = Decision(circle=circle, number=next_number(circle.pk, SERIES), supersedes=old, raised_at=at)
    made.organisation_id, made.person_id = actor.organisation_id, actor.person_id
    _write(made, draft)
    made.save()
    _govern(made, refs, at)
    record("decision.drafted", made, number=made.number, texts=_texts(draft, refs))
    return made.pk


def _superseded(actor: Actor, circle_id: UUID, decision_id: UUID) -> Decision:
    old: Decision = access.get(actor, Decision, decision_id)
    if old.circle_id != circle_id:
        raise Invalid("circle", _("Who sees this: a decision is superseded in its own circle."))
    if old.state != DecisionState.AGREED:
        raise NotInForce(superseded_already())
    return old


def _write(decision: Decision, draft: Draft) -> None:
    kept = plain(draft) | {"effective_on": draft.effective_on, "review_on": draft.review_on}
    for name in EDITED:
        setattr(decision, name, kept[name])


def _texts(draft: Draft, refs: Sequence[Ref] = ()) -> dict[str, str]:
    said = texts_of(draft) | {"governs": " ".join(ref.key for ref in refs)}
    return {name: text for name, text in said.items() if text}


@action
def edit_draft(*, actor: Actor, decision_id: UUID, version: int | None, draft: Draft, at: datetime) -> None:
    """Put another text in place of a draft's."""
    decision = access.lock(actor, Permission.PLAN_EDIT, Decision, decision_id, version=version)
    _require_draft(decision)
    _check(draft := tidied(draft))
    before, after = texts_of(draft_of(decision)), texts_of(draft)
    changes = {name: (before[name], after[name]) for name in EDITED if before[name] != after[name]}
    if not changes:
        return nothing_changed()
    _write(decision, draft)
    decision.save(update_fields=list(EDITED))
    record("decision.edited", decision, number=decision.number, changes=changes)


@action
def withdraw_draft(*, actor: Actor, decision_id: UUID, version: int | None, at: datetime) -> None:
    """Take a draft back; it keeps its number, and is found among what was withdrawn."""
    decision = access.lock(actor, Permission.PLAN_EDIT, Decision, decision_id, version=version)
    _require_draft(decision)
    decision.withdrawn_at = at
    decision.save(update_fields=["withdrawn_at"])
    record("decision.withdrawn", decision, number=decision.number)


@action
def propose_decision(
    *, actor: Actor, decision_id: UUID, version: int | None, days: int, at: datetime, reason: str = ""
) -> UUID:
    """
    Put a draft of the joint circle to all members. Returns the proposal's id.

    Raises:
        NotADraft, NotDecidedHere, Invalid: nothing is chosen yet.
        SupersededAlready: what it supersedes holds no more.
    """
    decision = access.lock(actor, Permission.PLAN_EDIT, Decision, decision_id, version=version)
    circle = access.get(actor, Circle, decision.circle_id)
    if not _is_of_members(circle):
        raise NotDecidedHere(_("Only what all members see is proposed to them: settle it in its own circle."))
    _require_ready(actor, decision)
    decision.state = DecisionState.PROPOSED
    decision.save(update_fields=["state"])
    content = _content(actor, decision, circle.mark)
    own = {"circle_id": circle.pk, "kind": DECISION, "subject_id": decision.pk, "content": content}
    proposal_id = propose(actor=actor, days=days, reason=reason, at=at, **own)
    # Answers are to the version proposed, and which proposal it is changes nothing of it.
    access.visible(actor, Decision).filter(pk=decision.pk).update(proposal=proposal_id, version=F("version"))
    record("decision.proposed", decision, number=decision.number, proposal=str(proposal_id))
    return proposal_id


def _content(actor: Actor, decision: Decision, mark: str) -> dict[str, object]:
    old = access.get(actor, Decision, decision.supersedes_id, "circle") if decision.supersedes_id else None
    rows = governed_by(actor, decision.pk)
    return plain(draft_of(decision)) | {
        "key": key_of(mark, decision.number),
        "supersedes": str(old.pk) if old else None,
        "supersedes_key": key_of(old.circle.mark, old.number) if old else "",
        "governs": [f"{one.row.key} {one.row.name}" for one in rows],
    }


@action
def settle_decision(
    *, actor: Actor, decision_id: UUID, version: int | None, organisation_ids: Collection[UUID], at: datetime
) -> None:
    """
    Decide a draft of a side circle, of a body or in house, and say which organisations have agreed.

    Raises:
        NotADraft, NotDecidedHere, SupersededAlready.
        Invalid: nothing is chosen yet, or no organisation of the circle is named.
    """
    decision = access.lock(actor, Permission.PLAN_EDIT, Decision, decision_id, version=version)
    if _is_of_members(access.get(actor, Circle, decision.circle_id)):
        raise NotDecidedHere(_("What all members see is not settled by one of them: propose it."))
    _require_ready(actor, decision)
    places = access.visible(actor, Place).filter(circle=decision.circle_id, organisation__in=list(organisation_ids))
    agreed = sorted(str(pk) for pk in places.values_list("organisation_id", flat=True))
    if not agreed or len(agreed) != len(set(organisation_ids)):
        raise Invalid("organisation_ids", _("Who has agreed: name organisations of this circle, at least one."))
    decision.agreed_by = agreed
    come_into_force(actor, decision, at)


def _is_of_members(circle: Circle) -> bool:
    """Tell whether what a circle decides is agreed by all members of a partnership."""
    return bool(circle.kind == Kind.JOINT and circle.organisation_id is None)


def _require_draft(decision: Decision) -> None:
    if not is_open_draft(decision.state, decision.withdrawn_at):
        raise NotADraft(_("This is no draft any more, so it is not written on: supersede it by another decision."))


def _require_ready(actor: Actor, decision: Decision) -> None:
    _require_draft(decision)
    if decision.choice is None:
        raise Invalid("choice", _("Choice: say in the draft which option it is to be."))
    if decision.supersedes_id:
        old = access.get(actor, Decision, decision.supersedes_id)
        if old.state != DecisionState.AGREED:
            raise SupersededAlready(superseded_already())


def _check(draft: Draft) -> None:
    if not draft.question:
        raise Invalid("question", _("Question: write what is to be decided."))
    if len(draft.question) > QUESTION_MAX:
        raise Invalid("question", _("Question: write at most %(n)s characters.") % {"n": QUESTION_MAX})
    for name, text in (("context", draft.context), ("reasons", draft.reasons)):
        if len(text) > TEXT_MAX:
            raise Invalid(name, _("Write at most %(n)s characters.") % {"n": TEXT_MAX})
    _check_options(draft)
    if draft.review_on and draft.effective_on and draft.review_on < draft.effective_on:
        raise Invalid("review_on", _("Review on: this lies before the decision takes effect."))


def _check_options(draft: Draft) -> None:
    names = [one.name.casefold() for one in draft.options]
    if len(names) > OPTIONS_MAX:
        raise Invalid("options", _("Options: write at most %(n)s.") % {"n": OPTIONS_MAX})
    if "" in names:
        raise Invalid("options", _("Options: give each of them a name."))
    if len(set(names)) < len(names):
        raise Invalid("options", _("Options: two of them have the same name."))
    if any(len(one.name) > OPTION_MAX or len(one.words) > TEXT_MAX for one in draft.options):
        raise Invalid("options", _("Options: a name takes at most %(n)s characters.") % {"n": OPTION_MAX})
    if draft.choice is not None and not 0 <= draft.choice < len(names):
        raise Invalid("choice", _("Choice: choose one of the options that you have named."))


@action
def govern(*, actor: Actor, decision_id: UUID, keys: Sequence[str], at: datetime) -> None:
    """
    Say what else a decision rules. That edits nothing of its text.

    Raises:
        Invalid: a key names nothing there.
        NotInForce: the decision came to nothing, or another one holds in its place.
    """
    decision = access.lock(actor, Permission.PLAN_EDIT, Decision, decision_id, version=ANY)
    _require_live(decision)
    refs = refs_by_keys(actor, decision.circle_id, keys)
    if any(ref.id == decision.pk for ref in refs):
        raise Invalid("governs", _("Governs: a decision does not rule itself."))
    there = {one.row.id for one in governed_by(actor, decision.pk)}
    new = [ref for ref in refs if ref.id not in there]
    if not new:
        return nothing_changed()
    _govern(decision, new, at)
    keys_text = " ".join(ref.key for ref in new)
    record("decision.governs", decision, number=decision.number, texts={"governs": keys_text})


def _govern(decision: Decision, refs: Sequence[Ref], at: datetime) -> None:
    own = {"circle_id": decision.circle_id, "decision": decision, "said_at": at}
    for ref in refs:
        Governed(**own, **{f"{ref.kind}_id": ref.id}).save()


@action
def govern_no_more(*, actor: Actor, decision_id: UUID, governed_id: UUID, at: datetime) -> None:
    """
    Say that a decision does not rule a row any more; that it did stays in the record.

    Raises:
        AgreedWithIt: it was proposed to rule that row, so all members agreed to it, or are asked.
    """
    decision = access.lock(actor, Permission.PLAN_EDIT, Decision, decision_id, version=ANY)
    _require_live(decision)
    one = next((one for one in governed_by(actor, decision.pk) if one.id == governed_id), None)
    if one is None:
        raise NotVisible
    asked = access.visible(actor, Decision).filter(pk=decision.pk).values_list("proposal__content", flat=True).first()
    if one.row.key in keys_agreed(decision.state, asked):
        words = _(
            "That it rules %(key)s is what the members are asked, or agreed on: supersede it by another decision."
        )
        raise AgreedWithIt(words % {"key": one.row.key})
    own = {"circle_id": decision.circle_id, "decision": decision, "said_at": at, "is_governed": False}
    Governed(**own, **{f"{one.row.kind}_id": one.row.id}).save()
    record("decision.governs_no_more", decision, number=decision.number, texts={"governs": one.row.key})


def _require_live(decision: Decision) -> None:
    if decision.state not in LIVE or decision.withdrawn_at:
        raise NotInForce(_("This decision does not hold, so what it governs is not said any more."))


@action
def name_readers(*, actor: Actor, decision_id: UUID, person_ids: Collection[UUID], at: datetime) -> None:
    """
    Say who must know of a decision that holds: people of its circle; of other organisations only its author names any.

    Raises:
        NotInForce, NotPermitted.
        NotVisible: somebody has no seat in the circle.
    """
    decision = access.lock(actor, Permission.PLAN_EDIT, Decision, decision_id, version=ANY)
    if decision.state != DecisionState.AGREED:
        raise NotInForce(_("Who must know is chosen once the decision holds."))
    hats = _hats(actor, decision.circle_id, person_ids)
    _require_naming(actor, decision, hats.values())
    named = access.visible(actor, MustKnow).filter(decision=decision.pk)
    there = {(row.person_id, row.organisation_id): row for row in named}
    new = [pair for pair in hats.items() if pair not in there or there[pair].taken_off_at]
    if not new:
        return nothing_changed()
    for person_id, organisation_id in new:
        own = {"person_id": person_id, "organisation_id": organisation_id}
        again = there.get((person_id, organisation_id))
        row = again or MustKnow(circle_id=decision.circle_id, decision=decision, **own)
        row.asked_at, row.taken_off_at = at, None
        row.save()
    told = [[str(person_id), str(organisation_id)] for person_id, organisation_id in new]
    record("decision.must_be_known", decision, number=decision.number, people=told)


def _require_naming(actor: Actor, decision: Decision, organisation_ids: Collection[UUID]) -> None:
    """The author names people of every organisation, others those of their own."""
    is_author = (decision.person_id, decision.organisation_id) == (actor.person_id, actor.organisation_id)
    if not is_author and any(organisation_id != actor.organisation_id for organisation_id in organisation_ids):
        raise NotPermitted(Permission.PLAN_EDIT)


def _hats(actor: Actor, circle_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return for which organisation each of these people sits in the circle; of several, the one acted for."""
    seats = access.visible(actor, Seat).filter(circle=circle_id, person__in=list(person_ids), ended_at=None)
    found: dict[UUID, UUID] = {}
    for person_id, organisation_id in seats.order_by("pk").values_list("person_id", "organisation_id"):
        if person_id not in found or organisation_id == actor.organisation_id:
            found[person_id] = organisation_id
    if found.keys() != set(person_ids):
        raise NotVisible
    return found


@action
def take_off_reader(*, actor: Actor, decision_id: UUID, reader_id: UUID, at: datetime) -> None:
    """
    Ask somebody no more to read a decision; whoever may name them may do so. That they had read it stays.

    Raises:
        NotInForce, NotPermitted.
        NotVisible: nobody is named there under this id.
    """
    decision = access.lock(actor, Permission.PLAN_EDIT, Decision, decision_id, version=ANY)
    rows = access.visible(actor, MustKnow).filter(pk=reader_id, decision=decision.pk)
    row = rows.select_for_update(no_key=True, of=("self",)).first()
    if row is None:
        raise NotVisible
    if decision.state != DecisionState.AGREED:
        raise NotInForce(_("Who must know is chosen as long as the decision holds."))
    _require_naming(actor, decision, [row.organisation_id])
    if row.taken_off_at:
        return nothing_changed()
    row.taken_off_at = at
    row.save(update_fields=["taken_off_at"])
    told = [[str(row.person_id), str(row.organisation_id)]]
    record("decision.need_not_be_known", decision, number=decision.number, people=told)


@action
def mark_read(*, actor: Actor, decision_id: UUID, at: datetime) -> None:
    """Say that one has read a decision that one must know of; nobody says it for somebody else."""
    row = access.lock(
        actor, Permission.EXPORT, MustKnow, _own_row(actor, decision_id), version=ANY
    )  # whoever sees, reads
    if row.read_at:
        return nothing_changed()
    row.read_at = at
    row.save(update_fields=["read_at"])
    decision = access.get(actor, Decision, decision_id)
    record("decision.read", decision, number=decision.number)


def _own_row(actor: Actor, decision_id: UUID) -> UUID:
    own = access.visible(actor, MustKnow).filter(
        person=actor.person_id, organisation=actor.organisation_id, taken_off_at=None
    )
    pk: UUID | None = own.filter(decision=decision_id).values_list("pk", flat=True).first()
    if pk is None:
        raise NotVisible
    return pk


@action
def confirm_decision(
    *,
    actor: Actor,
    decision_id: UUID,
    version: int | None,
    at: datetime,
    today: date,
    words: str = "",
    next_on: date | None = None,
) -> None:
    """
    Say for the organisation that raised a decision that it still fits, once the day of its review has come.

    Args:
        next_on: when it is looked at again; none: never of itself.

    Raises:
        NotInForce, NotPermitted, ReviewNotDue.
        Invalid: of `words` or `next_on`.
    """
    decision = access.lock(actor, Permission.PLAN_EDIT, Decision, decision_id, version=version)
    if decision.organisation_id != actor.organisation_id:
        raise NotPermitted(Permission.PLAN_EDIT)
    if decision.state != DecisionState.AGREED:
        raise NotInForce(_("This decision does not hold, so it is not reviewed any more."))
    if not is_review_due(decision.review_on, today):
        raise ReviewNotDue(_("The day of its review has not come: until then it holds without a word."))
    words = _reviewed(words, next_on, today)
    own = {"organisation_id": actor.organisation_id, "person_id": actor.person_id, "due_on": decision.review_on}
    Review(circle_id=decision.circle_id, decision=decision, words=words, next_on=next_on, said_at=at, **own).save()
    decision.review_on = next_on
    decision.save(update_fields=["review_on"])
    texts = {"words": words} if words else {}
    next_day = next_on.isoformat() if next_on else None
    record("decision.still_fits", decision, number=decision.number, next_on=next_day, texts=texts)


def _reviewed(words: str, next_on: date | None, today: date) -> str:
    words = words.replace("\r\n", "\n").strip()
    if len(words) > REVIEW_MAX:
        raise Invalid("words", _("Write at most %(n)s characters.") % {"n": REVIEW_MAX})
    if next_on and next_on <= today:
        raise Invalid("next_on", _("Look at it again on: choose a day after today, or none."))
    return words

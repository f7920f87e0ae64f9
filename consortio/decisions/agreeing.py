"""
Decisions as something that members agree to: what one says in words, and how it comes into force, or does not.

What comes into force takes the place of the decision that it supersedes, which is closed in the same transaction.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotVisible, Permission, Refused
from consortio.approvals.registry import Line, Proposed, subject
from consortio.record.log import record

from .models import Decision, DecisionState
from .rules import Draft, Option, draft_in, options_in, options_text
from .wording import field_words, shown_day

DECISION = "decision"
ENDS = {"refused": DecisionState.REJECTED, "lapsed": DecisionState.LAPSED}  # other ends leave a draft


class SupersededAlready(Refused):
    """A decision is superseded once, by one that is agreed."""


def draft_of(decision: Decision) -> Draft:
    return Draft(
        question=decision.question,
        context=decision.context,
        options=options_in(decision.options),
        choice=decision.choice,
        reasons=decision.reasons,
        effective_on=decision.effective_on,
        review_on=decision.review_on,
    )


def key_of(mark: str, number: int) -> str:
    return f"{mark}D-{number}"


def lines_between(before: Draft | None, after: Draft) -> tuple[Line, ...]:
    """Return the parts that read differently, in their order; without one before, all that is written."""
    old = texts_of(before) if before else {}
    return tuple(
        Line(field_words()[name], old.get(name, ""), text, is_value=name in ("choice", "effective_on", "review_on"))
        for name, text in texts_of(after).items()
        if text != old.get(name, "")
    )


def texts_of(draft: Draft) -> dict[str, str]:
    return {
        "question": draft.question,
        "context": draft.context,
        "options": options_text([Option(*one) for one in draft.options]),
        "choice": draft.chosen,
        "reasons": draft.reasons,
        "effective_on": shown_day(draft.effective_on),
        "review_on": shown_day(draft.review_on),
    }


def come_into_force(actor: Actor, decision: Decision, at: datetime) -> None:
    """
    Let a decision hold, and the one before it no more. Runs inside an action; wants the row locked.

    Raises:
        SupersededAlready: another one has taken the place of the one before.
    """
    decision.state, decision.decided_at = DecisionState.AGREED, at
    decision.save(update_fields=["state", "decided_at", "proposal", "agreed_by"])
    record("decision.agreed", decision, number=decision.number, organisations=decision.agreed_by)
    if decision.supersedes_id:
        _close_the_one_before(actor, decision)


def _close_the_one_before(actor: Actor, decision: Decision) -> None:
    rows = access.visible(actor, Decision).filter(pk=decision.supersedes_id, circle=decision.circle_id)
    old = rows.select_for_update(no_key=True, of=("self",)).first()
    if old is None or old.state != DecisionState.AGREED:
        raise SupersededAlready(superseded_already())
    old.state = DecisionState.SUPERSEDED
    old.save(update_fields=["state"])
    record("decision.superseded", old, number=old.number, by=str(decision.pk))


def superseded_already() -> str:
    return _("What this was to supersede does not hold any more: write it anew, over the decision that holds now.")


def _version(actor: Actor, circle_id: UUID, subject_id: UUID | None) -> int:
    """Return the version of what is proposed; 0 where the decision that it supersedes holds no more."""
    rows = access.visible(actor, Decision).filter(pk=subject_id, circle=circle_id)
    version, before, state = rows.values_list("version", "supersedes_id", "supersedes__state").get()
    return 0 if before and state != DecisionState.AGREED else version


def _headline(proposed: Proposed) -> str:
    return f"{proposed.content['key']} {proposed.content['question']}"


def _difference(actor: Actor, proposed: Proposed) -> tuple[Line, ...]:
    content = proposed.content
    lines = lines_between(_before(actor, content), draft_in(content))
    return (*lines, *_governed_line(content))


def _before(actor: Actor, content: Mapping[str, Any]) -> Draft | None:
    old = access.visible(actor, Decision).filter(pk=content["supersedes"]).first() if content["supersedes"] else None
    return draft_of(old) if old else None


def _governed_line(content: Mapping[str, Any]) -> Iterator[Line]:
    if content["governs"]:
        yield Line(_("Governs"), "", "\n".join(content["governs"]))


def _otherwise(proposed: Proposed) -> str:
    if proposed.content["supersedes_key"]:
        return _("%(key)s goes on to hold.") % {"key": proposed.content["supersedes_key"]}
    return _("Nothing is decided.")


def _ended(subject_id: UUID, state: str, at: datetime) -> None:
    """Close what was refused or has lapsed; what was withdrawn or outdated can be written on, and is a draft again."""
    with access.unscoped("a proposal that is not agreed ends for everybody, whoever looks at it"):
        rows = Decision.objects.select_for_update(no_key=True, of=("self",))
        decision = rows.filter(pk=subject_id, state=DecisionState.PROPOSED).first()
        if decision is None:
            return
        end = ENDS.get(state)
        decision.state, decision.decided_at = end or DecisionState.DRAFT, at if end else None
        decision.save(update_fields=["state", "decided_at"])
    if end == DecisionState.REJECTED:
        record("decision.rejected", decision, number=decision.number)
    elif end == DecisionState.LAPSED:
        record("decision.lapsed", decision, number=decision.number)
    else:
        record("decision.taken_back", decision, number=decision.number)


@subject(
    DECISION,
    may_propose=Permission.PLAN_EDIT,
    words=lambda: _("Decision"),
    headline=_headline,
    difference=_difference,
    otherwise=_otherwise,
    version=_version,
    way=lambda proposed: reverse("decision", args=[proposed.subject_id]),
    begin=lambda partnership_id: reverse("decision_new", args=[partnership_id]),
    ended=_ended,
)
def agree_on_decision(actor: Actor, proposed: Proposed, at: datetime) -> None:
    """What was proposed has not changed since: nobody edits what members are asked about."""
    rows = access.visible(actor, Decision).filter(pk=proposed.subject_id, state=DecisionState.PROPOSED)
    decision = rows.select_for_update(no_key=True, of=("self",)).first()
    if decision is None:
        raise NotVisible
    decision.proposal_id = proposed.id
    come_into_force(actor, decision, at)

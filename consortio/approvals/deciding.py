"""By which rule proposals of a kind are decided: what the members agreed on last, and else unanimously."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission
from consortio.partnerships.reads import partnership
from consortio.record.log import record

from .models import Deciding, DecisionRule, Proposal, Rule, Silence, State
from .registry import Line, Proposed, kinds, subject, subject_of
from .rule_words import lines_of
from .rules import WEIGHT_MAX, Terms

RULE = "rule"


def rivals_of(actor: Actor, proposal: Proposal, at: datetime) -> QuerySet:
    """Return the other open proposals about the same: of them and this one, the first that is agreed outdates the others."""
    about: dict[str, Any] = {"subject_id": proposal.subject_id}
    if proposal.subject_id is None:
        about |= {"kind": proposal.kind}
    others = access.visible(actor, Proposal).filter(circle=proposal.circle_id, state=State.OPEN, deadline_at__gt=at)
    rivals = others.filter(**about, subject_version=proposal.subject_version).exclude(subject_version=None)
    return rivals.exclude(pk=proposal.pk).select_related("circle").order_by("number")


def terms_of(row: Deciding) -> Terms:
    """Return the terms that a proposal or an agreed rule keeps."""
    weights = {UUID(organisation_id): votes for organisation_id, votes in row.weights.items()}
    return Terms(row.rule, row.quorum, row.silence, weights, row.decider_id)


def with_a_vote(members: Collection[UUID], proposal: Proposal) -> Collection[UUID]:
    """Return those of the active members that decide a proposal: all but the one that it is about, if that is recused."""
    return [member for member in members if member != proposal.recused_id]


def keep_terms(row: Deciding, terms: Terms) -> None:
    row.rule, row.quorum, row.silence, row.decider_id = terms.rule, terms.quorum, terms.silence, terms.decider
    row.weights = {str(organisation_id): votes for organisation_id, votes in terms.weights.items()}


def terms_for(actor: Actor, joint_id: UUID, kind: str, members: Collection[UUID]) -> Terms:
    """Return how a proposal made now is decided. Where one member was to decide that has left, all must agree."""
    if subject_of(kind).is_unanimous:
        return Terms()
    agreed = access.visible(actor, DecisionRule).filter(circle=joint_id, kind=kind).order_by("-number").first()
    terms = terms_of(agreed) if agreed else Terms()
    return Terms() if terms.rule == Rule.LEAD and terms.decider not in members else terms


def refused_terms(kind: str, terms: Terms, members: Collection[UUID]) -> str:
    """Return what is wrong with a rule for proposals of this kind, naming the field; "" for nothing."""
    if kind not in kinds() or subject_of(kind).is_unanimous:
        return _("What: choose one of the things that members may decide by another rule.")
    if not 0 <= terms.quorum <= 100:
        return _("Quorum: give a whole number of percent from 0 to 100.")
    if terms.rule == Rule.LEAD and terms.decider not in members:
        return _("Who decides: choose an active member.")
    if terms.rule == Rule.LEAD and terms.silence == Silence.CONSENT:
        return _("At the deadline: where one member decides, that others say nothing cannot count as agreeing.")
    if terms.rule == Rule.WEIGHTED:
        return _refused_weights(terms.weights, members)
    return ""


def _refused_weights(weights: Mapping[UUID, int], members: Collection[UUID]) -> str:
    if set(weights) != set(members):
        return _("Votes: say how many each active member has, and name nobody else.")
    if not all(0 <= votes <= WEIGHT_MAX for votes in weights.values()) or not any(weights.values()):
        return _("Votes: give each member a whole number from 0 to %(most)s, and one of them more than 0.") % {
            "most": WEIGHT_MAX
        }
    return ""


def rules_number(actor: Actor, circle_id: UUID, subject_id: UUID | None = None) -> int:
    """Return how many rules were agreed on so far: whoever proposes another one has seen them."""
    numbers = access.visible(actor, DecisionRule).filter(circle=circle_id).order_by("-number")
    return numbers.values_list("number", flat=True).first() or 0


def terms_before(actor: Actor, circle_id: UUID, kind: str, number: int | None) -> Terms:
    """Return the terms of a kind when `number` rules had been agreed on."""
    rows = access.visible(actor, DecisionRule).filter(circle=circle_id, kind=kind, number__lte=number or 0)
    agreed = rows.order_by("-number").first()
    return terms_of(agreed) if agreed else Terms()


def content_of(kind: str, terms: Terms) -> dict[str, Any]:
    row = DecisionRule()
    keep_terms(row, terms)
    decider = str(terms.decider) if terms.decider else None
    own = {"rule": row.rule, "quorum": row.quorum, "silence": row.silence, "weights": row.weights}
    return {"kind": kind, "decider": decider, **own}


def terms_in(content: Mapping[str, Any]) -> Terms:
    decider = UUID(content["decider"]) if content["decider"] else None
    weights = {UUID(pk): votes for pk, votes in content["weights"].items()}
    return Terms(content["rule"], content["quorum"], content["silence"], weights, decider)


def _difference(actor: Actor, proposed: Proposed) -> tuple[Line, ...]:
    here = partnership(actor=actor, partnership_id=proposed.partnership_id)
    names = {member.organisation_id: member.mark.name for member in here.members}
    before = terms_before(actor, proposed.circle_id, proposed.content["kind"], proposed.subject_version)
    return lines_of(before, terms_in(proposed.content), names)


def _headline(proposed: Proposed) -> str:
    return _("How we decide: %(what)s") % {"what": subject_of(proposed.content["kind"]).words()}


def _way(proposed: Proposed) -> str:
    return reverse("decision_rules", args=[proposed.partnership_id])


@subject(
    RULE,
    may_propose=Permission.PLAN_EDIT,
    words=lambda: _("How we decide"),
    headline=_headline,
    difference=_difference,
    otherwise=lambda proposed: _("The rule stays as it is."),
    version=rules_number,
    way=_way,
    begin=lambda partnership_id: reverse("decision_rules", args=[partnership_id]),
    is_unanimous=True,
)
def put_rule_in_force(actor: Actor, proposed: Proposed, at: datetime) -> None:
    made = DecisionRule(circle_id=proposed.circle_id, number=(proposed.subject_version or 0) + 1, agreed_at=at)
    made.kind, made.proposal_id = proposed.content["kind"], proposed.id
    keep_terms(made, terms_in(proposed.content))
    made.save()
    record("rule.agreed", made, kind=made.kind, rule=made.rule, number=made.number)

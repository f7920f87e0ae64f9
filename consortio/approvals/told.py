"""What the record says of proposals, wherever it is read."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.record.words import Happened, Named, Names, Values, name_rows, say

from .models import DecisionRule, Proposal, Verdict
from .registry import subject_of
from .telling import proposed


def _answered(entry: Happened, names: Names) -> tuple[object, Values]:
    values = {"organisation": names.get(str(entry.organisation_id), "") or _lazy("somebody")}
    if entry.facts["verdict"] == Verdict.OBJECT:
        return _lazy("%(organisation)s objected to %(what)s"), values
    if entry.facts["verdict"] == Verdict.ABSTAIN:
        return _lazy("%(organisation)s abstained from %(what)s"), values
    return _lazy("%(organisation)s agreed to %(what)s"), values


def _reason(entry: Happened, names: Names) -> Sequence[str]:
    said = " ".join(entry.texts.get("reason", "").split())
    return [said] if said else []


def _proposals(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Proposal).filter(pk__in=ids).select_related("circle").defer("snapshot")
    return {row.pk: Named(_named(row), reverse("proposal", args=[row.pk])) for row in rows}


def _rules(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, DecisionRule).filter(pk__in=ids).select_related("circle")
    return {row.pk: Named(subject_of(row.kind).words(), _rules_page(row)) for row in rows}


def _rules_page(row: DecisionRule) -> str:
    return reverse("decision_rules", args=[row.circle.partnership_id])


def _named(row: Proposal) -> str:
    return f"{row.circle.mark}A-{row.number} {subject_of(row.kind).headline(proposed(row))}"


about = partial(say, topic="agreement")
about("proposal.made", _lazy("%(what)s was proposed"), sign="decision", details=_reason)
about("proposal.answered", _answered, sign="decision", details=_reason, is_step=True)
about("proposal.agreed", _lazy("%(what)s was agreed"), sign="check")
about("proposal.refused", _lazy("%(what)s was refused"), sign="close")
about("proposal.lapsed", _lazy("%(what)s lapsed"), sign="clock")
about("proposal.outdated", _lazy("%(what)s was closed as outdated"), sign="history")
about("proposal.withdrawn", _lazy("%(what)s was withdrawn"), sign="withdraw")
about("rule.agreed", _lazy("how it is decided about “%(what)s” was agreed"), sign="check")
name_rows("approvals.decisionrule", _lazy("a rule"), _rules)
name_rows("approvals.proposal", _lazy("a proposal"), _proposals)

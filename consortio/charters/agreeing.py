"""Charter and stage as things that are agreed: what would read differently, and how they come into force."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission
from consortio.approvals.registry import Line, Proposed, subject
from consortio.record.log import record
from consortio.ui.formats import instant

from .models import CharterVersion, Phase, Stage
from .rules import ARTICLES, whole
from .words import article_words, phase_words

CHARTER, STAGE = "charter", "stage"


def charter_number(actor: Actor, circle_id: UUID, subject_id: UUID | None) -> int:
    """Return the number of the version that holds, 0 before the first."""
    return _newest_number(actor, CharterVersion, circle_id)


def stage_number(actor: Actor, circle_id: UUID, subject_id: UUID | None) -> int:
    return _newest_number(actor, Stage, circle_id)


def _newest_number(actor: Actor, model: type[CharterVersion] | type[Stage], circle_id: UUID) -> int:
    numbers = access.visible(actor, model).filter(circle=circle_id).order_by("-number")
    return numbers.values_list("number", flat=True).first() or 0


def articles_of(actor: Actor, circle_id: UUID, number: int | None) -> dict[str, str]:
    """Return the articles of one version; before the first, all are empty."""
    kept = access.visible(actor, CharterVersion).filter(circle=circle_id, number=number)
    return whole(kept.values_list("articles", flat=True).first() or {})


def lines_between(before: dict[str, str], after: dict[str, str]) -> tuple[Line, ...]:
    """Return the articles that read differently, in their order."""
    names = article_words()
    return tuple(
        Line(names[article], before[article], after[article])
        for article in ARTICLES
        if before[article] != after[article]
    )


def _charter_difference(actor: Actor, proposed: Proposed) -> tuple[Line, ...]:
    before = articles_of(actor, proposed.circle_id, proposed.subject_version)
    return lines_between(before, whole(proposed.content["articles"]))


def _charter_headline(proposed: Proposed) -> str:
    """Return a version's number where it has one: that is given with the last yes, and two may be open at once."""
    if proposed.is_agreed:
        return _("Charter, version %(number)s") % {"number": (proposed.subject_version or 0) + 1}
    return _("Charter, proposed on %(when)s") % {"when": instant(proposed.proposed_at)}


def _charter_otherwise(proposed: Proposed) -> str:
    if proposed.subject_version:
        return _("Version %(number)s of the charter stays.") % {"number": proposed.subject_version}
    return _("The partnership stays without a charter.")


def _charter_way(proposed: Proposed) -> str:
    return reverse("charter_version", args=[proposed.partnership_id, (proposed.subject_version or 0) + 1])


@subject(
    CHARTER,
    may_propose=Permission.PLAN_EDIT,
    words=lambda: _("Charter"),
    headline=_charter_headline,
    difference=_charter_difference,
    otherwise=_charter_otherwise,
    version=charter_number,
    way=_charter_way,
    begin=lambda partnership_id: reverse("charter_change", args=[partnership_id]),
)
def put_charter_in_force(actor: Actor, proposed: Proposed, at: datetime) -> None:
    made = CharterVersion(circle_id=proposed.circle_id, number=(proposed.subject_version or 0) + 1, agreed_at=at)
    made.articles, made.proposal_id = whole(proposed.content["articles"]), proposed.id
    made.save()
    record("charter.agreed", made, number=made.number)


def phase_before(actor: Actor, circle_id: UUID, number: int | None) -> str:
    """Return the phase of the n-th stage; before the first it is exploring."""
    kept = access.visible(actor, Stage).filter(circle=circle_id, number=number or 0)
    return kept.values_list("phase", flat=True).first() or Phase.EXPLORING.value


def _stage_difference(actor: Actor, proposed: Proposed) -> tuple[Line, ...]:
    before = phase_before(actor, proposed.circle_id, proposed.subject_version)
    return (Line(_("Stage"), phase_words(before), phase_words(proposed.content["phase"]), is_value=True),)


def _stage_headline(proposed: Proposed) -> str:
    return _("Stage: %(stage)s") % {"stage": phase_words(proposed.content["phase"])}


@subject(
    STAGE,
    may_propose=Permission.PLAN_EDIT,
    words=lambda: _("Stage"),
    headline=_stage_headline,
    difference=_stage_difference,
    otherwise=lambda proposed: _("The stage stays as it is."),
    version=stage_number,
    way=lambda proposed: reverse("stage", args=[proposed.partnership_id]),
    begin=lambda partnership_id: reverse("stage", args=[partnership_id]),
)
def begin_stage(actor: Actor, proposed: Proposed, at: datetime) -> None:
    made = Stage(circle_id=proposed.circle_id, number=(proposed.subject_version or 0) + 1, began_at=at)
    made.phase, made.proposal_id = proposed.content["phase"], proposed.id
    made.save()
    record("stage.begun", made, phase=made.phase, number=made.number)

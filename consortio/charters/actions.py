"""Proposing a charter or a stage. Both come into force when every member has agreed: see `agreeing`."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission, Refused, Stale, VersionMissing
from consortio.access.models import Circle
from consortio.approvals.actions import propose
from consortio.record.log import action

from .agreeing import CHARTER, STAGE, articles_of, charter_number, phase_before, stage_number
from .rules import ARTICLE_MAX, FOLLOWING, whole
from .words import article_words, phase_words


class OtherVersion(Stale):
    """Another version was agreed while this one was written."""

    def __init__(self, now: int, seen: int) -> None:
        ValueError.__init__(self, f"this is version {now}, you saw {seen}")


class NothingDifferent(Refused):
    """A proposal changes something."""


class ArticleTooLong(Refused):
    """A charter is read in ten minutes."""


class NoSuchStep(Refused):
    """A stage is followed by certain others only."""


@action
def propose_charter(
    *,
    actor: Actor,
    joint_id: UUID,
    version: int | None,
    articles: Mapping[str, str],
    days: int,
    at: datetime,
    reason: str = "",
) -> UUID:
    """
    Propose a charter in place of the version seen, 0 where there is none. Returns the proposal's id.

    Args:
        articles: those that are to read otherwise; what is left out stands.

    Raises:
        OtherVersion, NothingDifferent, ArticleTooLong.
    """
    joint = access.lock(actor, Permission.PLAN_EDIT, Circle, joint_id)
    _require_version(charter_number(actor, joint.pk, None), version)
    before = articles_of(actor, joint.pk, version)
    wanted = whole(before | dict(articles))
    for name, text in wanted.items():
        if len(text) > ARTICLE_MAX:
            said = {"article": article_words()[name], "most": ARTICLE_MAX}
            raise ArticleTooLong(_("%(article)s: write at most %(most)s characters.") % said)
    if wanted == before:
        raise NothingDifferent(_("This is what holds already: change at least one article."))
    own = {"circle_id": joint.pk, "kind": CHARTER, "content": {"articles": wanted}}
    return propose(actor=actor, days=days, reason=reason, at=at, **own)


@action
def propose_stage(
    *, actor: Actor, joint_id: UUID, version: int | None, phase: str, days: int, at: datetime, reason: str = ""
) -> UUID:
    """
    Propose that the partnership's next stage begins. `version` is the number of the stage seen, 0 before the first.

    Raises:
        OtherVersion, NoSuchStep.
    """
    joint = access.lock(actor, Permission.PLAN_EDIT, Circle, joint_id)
    _require_version(stage_number(actor, joint.pk, None), version)
    now = phase_before(actor, joint.pk, version)
    if phase not in FOLLOWING[now]:
        raise NoSuchStep(_("Stage: after “%(now)s” follow %(then)s.") % {"now": phase_words(now), "then": _then(now)})
    own = {"circle_id": joint.pk, "kind": STAGE, "content": {"phase": phase}}
    return propose(actor=actor, days=days, reason=reason, at=at, **own)


def _then(now: str) -> str:
    return ", ".join(f"“{phase_words(phase)}”" for phase in FOLLOWING[now]) or _("none")


def _require_version(now: int, seen: int | None) -> None:
    if seen is None:
        raise VersionMissing
    if now != seen:
        raise OtherVersion(now, seen)

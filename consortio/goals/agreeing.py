"""What the members agree on about goals: a goal, another version of it, its end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Place, Seat
from consortio.approvals.registry import Line, Proposed, subject
from consortio.kpis.reads import named_kpis
from consortio.kpis.words import value_words
from consortio.record.log import record
from consortio.ui.formats import day, number

from .models import Goal, GoalState, GoalVersion
from .terms import Contribution, GoalTerms, as_kept, as_plain, from_plain
from .waited import keep_items, line_of_items
from .words import direction_words, end_words, field_words, kind_words

GOAL, GOAL_END = "goal", "goal-end"


def goal_number(actor: Actor, circle_id: UUID, subject_id: UUID | None) -> int | None:
    """Return which version of a goal holds, 0 before the first; none of one that has ended or was taken back."""
    found = access.visible(actor, Goal).filter(pk=subject_id, withdrawn_at=None)
    held = found.filter(state__in=[GoalState.DRAFT, GoalState.AGREED]).values_list("agreed_number", flat=True)
    return held.first()


def write_terms(goal: Goal, terms: GoalTerms) -> None:
    for name, value in as_kept(terms).items():
        setattr(goal, name, value)


def keep_version(
    goal: Goal, terms: GoalTerms, proposal_id: UUID | None, at: datetime, items: Sequence[str] | None = None
) -> None:
    """Let terms hold as the next version, of a milestone with its items; the goal itself is left to be saved."""
    goal.state, goal.agreed_number, goal.decided_at = GoalState.AGREED, goal.agreed_number + 1, at
    kept = as_plain(terms) | ({} if items is None else {"items": list(items)})
    made = GoalVersion(circle_id=goal.circle_id, goal=goal, number=goal.agreed_number, terms=kept)
    made.agreed_at, made.proposal_id = at, proposal_id
    made.save()


def _kept_before(actor: Actor, proposed: Proposed) -> Mapping[str, Any] | None:
    """Return what held when it was proposed, as its version keeps it; of a draft nothing did."""
    if not proposed.subject_version:
        return None
    kept = access.visible(actor, GoalVersion).filter(goal=proposed.subject_id, number=proposed.subject_version)
    return kept.values_list("terms", flat=True).first()


def _difference(actor: Actor, proposed: Proposed) -> tuple[Line, ...]:
    kept = _kept_before(actor, proposed)
    after, before = from_plain(proposed.content), from_plain(kept) if kept else None
    said = _Saying(actor, [one for one in (before, after) if one])
    lines = (*said.lines(before, after), *line_of_items(actor, kept, proposed.content))
    if goes := proposed.content.get("instead_of"):
        name = access.visible(actor, Goal).filter(pk=goes).values_list("name", flat=True).first() or ""
        lines = (*lines, Line(_("In its place is given up"), "", name, is_value=True))
    return lines


def lines_between(actor: Actor, pairs: Sequence[tuple[GoalTerms | None, GoalTerms | None]]) -> list[tuple[Line, ...]]:
    """Return how terms of a goal differ, field by field, for several pairs at once; within a reading."""
    said = _Saying(actor, [one for pair in pairs for one in pair if one])
    return [said.lines(before, after) for before, after in pairs if after]


class _Saying:
    """Terms of a goal in words; the names that they need are asked for once."""

    def __init__(self, actor: Actor, terms: list[GoalTerms]) -> None:
        self.kpis = named_kpis(actor=actor, kpi_ids=[one.kpi_id for one in terms if one.kpi_id])
        organisations = {one.organisation_id for one in terms if one.organisation_id}
        organisations |= {each.organisation_id for one in terms for each in one.contributions}
        places = access.visible(actor, Place).filter(organisation__in=organisations)
        self.names = dict(places.values_list("organisation_id", "organisation__name"))
        people = {one.person_id for one in terms if one.person_id}
        people |= {each.person_id for one in terms for each in one.contributions if each.person_id}
        seats = access.visible(actor, Seat).filter(person__in=people)
        self.names |= dict(seats.values_list("person_id", "person__name"))
        parents = [one.parent_id for one in terms if one.parent_id]
        self.goals = dict(access.visible(actor, Goal).filter(pk__in=parents).values_list("pk", "name"))

    def lines(self, before: GoalTerms | None, after: GoalTerms) -> tuple[Line, ...]:
        old, new = self._said(before) if before else {}, self._said(after)
        names = field_words()
        fields = [field for field in names if old.get(field, "") != new.get(field, "")]
        return tuple(
            Line(names[field], old.get(field, ""), new.get(field, ""), is_value=field not in ("why", "contributions"))
            for field in fields
        )

    def _said(self, terms: GoalTerms) -> dict[str, str]:
        kpi = self.kpis.get(terms.kpi_id) if terms.kpi_id else None

        def value(amount: Decimal | None) -> str:
            return "" if amount is None else value_words(kpi, amount) if kpi else number(amount)

        contributions = [self._brought(one, value(one.amount)) for one in terms.contributions]
        return {
            "name": terms.name,
            "why": terms.why,
            "kind": kind_words(terms.kind),
            "kpi_id": kpi.name if kpi else "",
            "direction": direction_words(terms.direction) if kpi else "",
            "baseline": value(terms.baseline),
            "target": value(terms.target),
            "band_low": value(terms.band_low),
            "band_high": value(terms.band_high),
            "start_on": day(terms.start_on),
            "due_on": day(terms.due_on),
            "weight": number(terms.weight),
            "organisation_id": self.names.get(terms.organisation_id, "") if terms.organisation_id else "",
            "person_id": self.names.get(terms.person_id, "") if terms.person_id else "",
            "parent_id": self.goals.get(terms.parent_id, ""),
            "contributions": "\n".join(contributions),
        }

    def _brought(self, one: Contribution, amount: str) -> str:
        """Return what an organisation brings: "Orchard 150 t two barges (bo)"."""
        person = self.names.get(one.person_id, "") if one.person_id else ""
        parts = (self.names.get(one.organisation_id, ""), amount, one.words, f"({person})" if person else "")
        return " ".join(part for part in parts if part)


def _headline(proposed: Proposed) -> str:
    name = proposed.content["name"]
    return _("Goal: %(name)s") % {"name": name}


def _otherwise(proposed: Proposed) -> str:
    if proposed.subject_version:
        return _("Version %(number)s of the goal stays.") % {"number": proposed.subject_version}
    return _("The goal stays a draft, and nobody is held to it.")


def _way(proposed: Proposed) -> str:
    return reverse("goal", args=[proposed.subject_id])


@subject(
    GOAL,
    may_propose=Permission.PLAN_EDIT,
    words=lambda: _("Goal"),
    headline=_headline,
    difference=_difference,
    otherwise=_otherwise,
    version=goal_number,
    way=_way,
    begin=lambda partnership_id: reverse("goal_new", args=[partnership_id]),
)
def put_in_force(actor: Actor, proposed: Proposed, at: datetime) -> None:
    goal = access.visible(actor, Goal).get(pk=proposed.subject_id)
    terms = from_plain(proposed.content)
    write_terms(goal, terms)
    items = proposed.content.get("items")
    if items is not None:
        keep_items(actor, goal, [UUID(pk) for pk in items], at)
    keep_version(goal, terms, proposed.id, at, items)
    goal.save()
    record("goal.agreed", goal, number=goal.agreed_number)
    if goes := proposed.content.get("instead_of"):
        _retire(actor, UUID(goes), at)


def _retire(actor: Actor, goal_id: UUID, at: datetime) -> None:
    other = access.visible(actor, Goal).filter(pk=goal_id, state=GoalState.AGREED).first()
    if other is not None:
        other.state, other.decided_at = GoalState.RETIRED, at
        other.save(update_fields=["state", "decided_at"])
        record("goal.ended", other, state=GoalState.RETIRED.value)


def _end_difference(actor: Actor, proposed: Proposed) -> tuple[Line, ...]:
    before = end_words(GoalState.AGREED)
    return (Line(_("The goal is"), before, end_words(proposed.content["state"]), is_value=True),)


@subject(
    GOAL_END,
    may_propose=Permission.PLAN_EDIT,
    words=lambda: _("End of a goal"),
    headline=lambda proposed: _("A goal is %(end)s") % {"end": end_words(proposed.content["state"])},
    difference=_end_difference,
    otherwise=lambda proposed: _("The goal goes on."),
    version=goal_number,
    way=_way,
)
def end(actor: Actor, proposed: Proposed, at: datetime) -> None:
    goal = access.visible(actor, Goal).get(pk=proposed.subject_id)
    goal.state, goal.decided_at = proposed.content["state"], at
    goal.save(update_fields=["state", "decided_at"])
    record("goal.ended", goal, state=goal.state)

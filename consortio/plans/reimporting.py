"""
A file read again: what it changed since, and the changes that somebody ticked.

What people changed here since the import stays unless its tick says otherwise; a tick that nobody set changes nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission, Refused
from consortio.record.imports import begin_import
from consortio.record.log import action, nothing_changed, record

from .applying import apply
from .bulk import uncollected
from .changes import EDITABLE, SETTINGS, editable_values, lag_words, plain_value
from .costed import KeptCost, keeper
from .difference import Change, Difference, Kept, Said, Side, difference_between
from .importing import Prepared
from .models import Calendar, Item, Kind, Link, Plan
from .neutral import without_contradicted
from .recognising import key_of, left_elsewhere, recognise, recognise_calendars
from .rescheduling import Moved, Moves, reschedule
from .restating import compared_extra, hours_of, values_said


class ChangedMeanwhile(Refused):
    """Somebody changed in the plan what the file was to change."""


@access.read
def difference_of(*, actor: Actor, plan_id: UUID, prepared: Prepared) -> Difference:
    """Return what the file says otherwise than the plan's circle, and what of it is ticked beforehand; seven queries."""
    plan = access.get(actor, Plan, plan_id)
    with uncollected():
        own = left_elsewhere(actor, plan, prepared)
        return replace(difference_between(sides_of(actor, plan, own)), left_elsewhere=own.left_elsewhere)


def sides_of(actor: Actor, plan: Plan, prepared: Prepared, *, held: bool = False) -> tuple[Side, ...]:
    """
    Return what is kept here and what the file says.

    Args:
        held: nobody changes a row of the plan's circle before the action ends.
    """
    here = {"plan": plan, "circle": plan.circle_id}
    items, links = access.visible(actor, Item).filter(**here), access.visible(actor, Link).filter(**here)
    if held:
        items, links = (rows.select_for_update(no_key=True, of=("self",)) for rows in (items, links))
    items, links = list(items.order_by("path", "pk")), list(links.order_by("pk"))
    costs = _Costs(prepared, _kept_costs(actor, plan))
    calendars = list(access.visible(actor, Calendar).filter(**here))
    recognise_calendars(prepared, calendars)
    recognise(prepared, {row.pk: key_of(row) for row in items if row.withdrawn_at is None})
    return (
        _settings(plan, prepared.plan),
        _calendars(calendars, prepared.calendars),
        _items(plan, items, calendars, prepared, costs),
        _links(links, items, prepared),
    )


def _settings(plan: Plan, new: Plan) -> Side:
    then = plan.options.get("imported", {})
    here, now = ({name: plain_value(getattr(row, name)) for name in SETTINGS} for row in (plan, new))
    kept = Kept(plan.pk, plan.name, {**here, **then}, here)
    return Side("plan", {"settings": kept}, {"settings": Said(plan.name, now)})


def _calendars(kept: Collection[Calendar], said: Collection[Calendar]) -> Side:
    """Nobody edits a calendar here, so what is kept is what the file said."""
    in_file = {row.external_id for row in said}
    own = {key_of(row): row for row in kept if row.external_id or key_of(row) in in_file}
    return Side(
        "calendar",
        {key: Kept(row.pk, row.name, hours_of(row), hours_of(row)) for key, row in own.items()},
        {row.external_id: Said(row.name, hours_of(row, own.get(row.external_id))) for row in said},
    )


def _items(
    plan: Plan, rows: Collection[Item], calendars: Collection[Calendar], prepared: Prepared, costs: "_Costs"
) -> Side:
    keys = {row.pk: row.external_id for row in calendars if row.external_id}
    in_file = {row.external_id for row in prepared.items}
    own = {key_of(row): row for row in rows if row.external_id or key_of(row) in in_file}
    names = {row.pk: key for key, row in own.items()}
    projects = len(plan.options.get("projects", ()))
    kept = {key: costs.kept(row.pk, _kept_item(row, names, keys, projects)) for key, row in own.items()}
    said = {
        row.external_id: costs.said(row, own.get(row.external_id), _said_item(row, own.get(row.external_id), prepared))
        for row in prepared.items
    }
    return Side("item", kept, said, EDITABLE | {"parent": "", "calendar": None, "extra": {}})


def _kept_costs(actor: Actor, plan: Plan) -> Mapping[UUID, KeptCost]:
    """Return what is kept of the plan's costs where everybody in its circle sees it; nothing where nobody keeps costs."""
    costs = keeper()
    return costs.kept(actor, plan.pk, plan.circle_id) if costs else {}


class _Costs:
    """What a file says of costs, beside what is kept. A file without a single cost says nothing of any."""

    def __init__(self, prepared: Prepared, here: Mapping[UUID, KeptCost]) -> None:
        self.prepared, self.here = prepared, here
        self.currencies = {one.currency for one in prepared.costs.values()}

    def kept(self, pk: UUID, row: Kept) -> Kept:
        own = self.here.get(pk)
        return replace(row, then={**row.then, **own.then}, here={**row.here, **own.here}) if own else row

    def said(self, new: Item, row: Item | None, said: Said) -> Said:
        now = self.prepared.costs.get(new.pk)
        own = self.here.get(row.pk) if row else None
        if now is not None:
            values = dict(now.values)
            if own and new.kind == Kind.PHASE and self.prepared.plan.source == "mspdi" and "actual_cost" in own.then:
                values["actual_cost"] = own.then["actual_cost"]  # it has no place for that of a phase
            return replace(said, now={**said.now, **values})
        return replace(said, now={**said.now, **own.then}) if own and self._has_no_word(own) else said

    def _has_no_word(self, own: KeptCost) -> bool:
        """Tell whether this file cannot say such a cost: it says none at all, or only those of another currency."""
        is_foreign = self.prepared.plan.source == "mspdi" and own.then.get("currency", "") not in self.currencies
        return not self.currencies or is_foreign


def _kept_item(row: Item, names: Mapping[UUID, str], calendars: Mapping[UUID, str], projects: int) -> Kept:
    here = editable_values(row, names.get(row.parent_id, "") if row.parent_id else "", calendars)
    besides = {"extra": compared_extra(row.extra, projects)}
    return Kept(row.pk, row.name, row.imported_values | besides, here | besides, row.withdrawn_at is not None)


def _said_item(new: Item, row: Item | None, prepared: Prepared) -> Said:
    """Of a row that people edited, leave out the words of the file that their edit contradicts."""
    file = prepared.plan
    extra = compared_extra(new.extra, len(file.options["projects"]))
    if row is None:
        return Said(new.name, new.imported_values | {"extra": extra})
    if row.version > 1:
        edited = [
            name
            for name in EDITABLE
            if plain_value(getattr(row, name)) != row.imported_values.get(name, EDITABLE[name])
        ]
        extra = without_contradicted(extra, edited)
    values = values_said(row, new, file.source, is_emptied=new.pk in prepared.emptied)
    return Said(new.name, values | {"extra": extra})


def _links(rows: Collection[Link], items: Collection[Item], prepared: Prepared) -> Side:
    new_names = {row.pk: row.external_id for row in prepared.items}
    in_file = {link_key(row, new_names) for row in prepared.links}
    names = {row.pk: key_of(row) for row in items}
    titles = {row.pk: row.name for row in items}
    kept = {}
    for row in sorted(rows, key=lambda one: one.withdrawn_at is None):  # one in use wins over one withdrawn before
        key = link_key(row, names)
        if row.imported_id or (row.withdrawn_at is None and key in in_file):
            title = f"{titles[row.predecessor_id]} → {titles[row.successor_id]}"
            then = {"lag": row.imported_lag}
            kept[key] = Kept(row.pk, title, then, {"lag": lag_words(row)}, row.withdrawn_at is not None)
    new_titles = {row.pk: row.name for row in prepared.items}
    said = {
        link_key(row, new_names): Said(
            f"{new_titles[row.predecessor_id]} → {new_titles[row.successor_id]}", {"lag": lag_words(row)}
        )
        for row in prepared.links
    }
    return Side("link", kept, said)


def link_key(row: Link, names: Mapping[UUID, str]) -> str:
    return f"{names[row.predecessor_id]}:{names[row.successor_id]}:{row.type}"


@action
def reimport_plan(
    *,
    actor: Actor,
    plan_id: UUID,
    version: int,
    prepared: Prepared,
    ticked: Collection[str],
    file_name: str,
    file: bytes,
    at: datetime,
    checked: Difference | None = None,
) -> Moves:
    """
    Apply what is ticked of a file that was read again.

    A changed thing's own key ticks those of its fields that nobody edited here; a field's key ticks just that.

    Args:
        checked: what was looked at when it was ticked; without it, what is there now counts.

    Raises:
        ChangedMeanwhile: something ticked is not as it was looked at.
    """
    plan = access.lock(actor, Permission.PLAN_EDIT, Plan, plan_id, version=version)
    if prepared.plan.circle_id != plan.circle_id:
        raise access.NotVisible
    with uncollected():
        prepared = left_elsewhere(actor, plan, prepared)
        difference = difference_between(sides_of(actor, plan, prepared, held=True))
        chosen = _chosen(difference, ticked)
        if checked is not None and _chosen(checked, ticked) != chosen:
            raise ChangedMeanwhile(changed_words())
        if not chosen:
            nothing_changed()
            return Moves(Moved())
        made = begin_import(plan.circle_id, name=file_name[:200], file=file, rows=len(chosen))
        apply(actor, plan, prepared, chosen, frozenset(ticked), made.pk, at)
    moves = reschedule(actor=actor, plan_id=plan.pk, circle_id=plan.circle_id, at=at)
    states = [change.state for change in chosen.values()]
    counts = {state: states.count(state) for state in ("new", "changed", "gone")}
    record("plan.imported_again", plan, file=made.file_hash, **counts, **moves.joint.facts)
    return moves


def changed_words() -> str:
    return _("The plan was changed since the file was compared with it: read the file again.")


def _chosen(difference: Difference, ticked: Collection[str]) -> dict[str, Change]:
    return {change.key: change for change in difference.changes if _is_chosen(change, ticked)}


def _is_chosen(change: Change, ticked: Collection[str]) -> bool:
    if change.state != "changed":
        return change.key in ticked
    whole = change.key in ticked
    return any(one.key in ticked or (whole and not one.edited_here) for one in change.fields)

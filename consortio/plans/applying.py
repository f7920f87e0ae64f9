"""The ticked changes of a file, written into a plan that is there already."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access import Actor
from consortio.record.log import next_number

from .changes import EDITABLE, lag_of, value_of
from .costed import COST_FIELDS, keeper
from .difference import Change, FieldChange
from .importing import SERIES_OF_ITEMS, Prepared
from .models import Calendar, Item, Link, Plan
from .moving import last_path, mark_summaries, move, path_after
from .recognising import key_of
from .restating import extra_beside, extra_with

ROWS_AT_ONCE = 500  # a longer CASE is walked through for every row


def apply(
    actor: Actor,
    plan: Plan,
    prepared: Prepared,
    chosen: Mapping[str, Change],
    ticked: frozenset[str],
    import_id: UUID,
    at: datetime,
) -> None:
    """Write what is ticked; ids of the file lead to rows here and to new ones."""
    _Applying(actor, plan, prepared, chosen, ticked, import_id, at).run()


class _Applying:
    def __init__(
        self,
        actor: Actor,
        plan: Plan,
        prepared: Prepared,
        chosen: Mapping[str, Change],
        ticked: frozenset[str],
        import_id: UUID,
        at: datetime,
    ) -> None:
        self.actor, self.plan, self.prepared = actor, plan, prepared
        self.chosen, self.ticked, self.import_id, self.at = chosen, ticked, import_id, at
        rows = access.visible(actor, Item).filter(plan=plan, circle=plan.circle_id).order_by("path", "pk")
        # Rows are locked before numbers are taken, in one order, as everywhere.
        rows = rows.select_for_update(no_key=True, of=("self",))
        self.items: dict[UUID, Item] = {row.pk: row for row in rows}
        self.by_key: dict[str, Item] = {key_of(row): row for row in self.items.values()}
        self.said = {row.external_id: row for row in prepared.items}
        self.names = {row.pk: row.external_id for row in prepared.items}
        self.calendars: dict[str, UUID] = {}
        self.dirty: dict[str, set[UUID]] = defaultdict(set)
        self.costs: dict[UUID, dict[str, Any]] = defaultdict(dict)
        self.children: dict[UUID | None, list[Item]] = defaultdict(list)
        for row in self.items.values():
            self.children[row.parent_id].append(row)
        self.in_file: dict[str, list[Item]] = defaultdict(list)  # by the id in the file of the one above
        for row in prepared.items:
            self.in_file[row.imported_values.get("parent", "")].append(row)

    def run(self) -> None:
        self._settings()
        self._calendars()
        self._gone_items()
        self._new_items()
        self._changed_items()
        self._write_items()
        self._write_costs()
        self._links()

    def _of(self, what: str, state: str) -> list[Change]:
        return [change for change in self.chosen.values() if (change.what, change.state) == (what, state)]

    def _fields(self, change: Change) -> list[FieldChange]:
        whole = change.key in self.ticked
        return [one for one in change.fields if one.key in self.ticked or (whole and not one.edited_here)]

    def _settings(self) -> None:
        """Keep what the file now says besides, and set what is ticked."""
        new, imported = self.prepared.plan, dict(self.plan.options.get("imported", {}))
        for change in self._of("plan", "changed"):
            for one in self._fields(change):
                setattr(self.plan, one.field, getattr(new, one.field))
                imported[one.field] = one.now
        self.plan.options = new.options | {"imported": imported}
        self.plan.save()

    def _calendars(self) -> None:
        rows = access.visible(self.actor, Calendar).filter(plan=self.plan, circle=self.plan.circle_id)
        kept = {key_of(row): row for row in rows}
        said = {row.external_id: row for row in self.prepared.calendars}
        names = {row.pk: row.external_id for row in self.prepared.calendars}
        self.calendars = {key: row.pk for key, row in kept.items()}
        new = [row for key, row in said.items() if f"calendar:{key}" in self.chosen and key not in kept]
        for row in new:  # each stands after its base
            self.calendars[row.external_id] = row.pk
            row.plan_id = self.plan.pk
            row.base_id = self.calendars.get(names[row.base_id]) if row.base_id else None
        access.visible(self.actor, Calendar).bulk_create(new)
        for change in self._of("calendar", "changed"):
            key = change.key.partition(":")[2]
            row, now = kept[key], said[key]
            for column in ("name", "week", "exceptions", "weeks"):
                setattr(row, column, getattr(now, column))
            row.day_minutes = now.day_minutes or row.day_minutes
            row.save()

    def _gone_items(self) -> None:
        """Withdraw what the file has no longer; what stays of its children moves up to what is left above."""
        gone = {change.row_id for change in self._of("item", "gone")}
        for pk in (pk for pk in gone if pk):
            self._set(self.items[pk], withdrawn_at=self.at)
        for row in list(self.items.values()):
            if row.withdrawn_at is None and row.parent_id in gone:
                self._place(row, self._living(row.parent_id))
        links = access.visible(self.actor, Link).filter(plan=self.plan, circle=self.plan.circle_id, withdrawn_at=None)
        for side in ("predecessor__in", "successor__in"):
            links.filter(**{side: gone}).update(withdrawn_at=self.at)

    def _living(self, pk: UUID | None) -> Item | None:
        """Return the item, or the nearest one above it that is not withdrawn."""
        while pk is not None:
            if self.items[pk].withdrawn_at is None:
                return self.items[pk]
            pk = self.items[pk].parent_id
        return None

    def _new_items(self) -> None:
        new = [row for key, row in self.said.items() if f"item:{key}" in self.chosen and key not in self.by_key]
        last = next_number(self.plan.circle_id, SERIES_OF_ITEMS, len(new)) if new else 0
        for number, row in enumerate(new, last - len(new) + 1):
            row.plan_id, row.number, row.imported_id = self.plan.pk, number, self.import_id
            row.calendar_id = self.calendars.get(row.imported_values.get("calendar", ""))
            parent = self._parent(row.imported_values.get("parent", ""))
            row.parent_id, row.depth = (parent.pk, parent.depth + 1) if parent else (None, 0)
            siblings, above = self.children[row.parent_id], parent.path if parent else ""
            if parent and key_of(parent) != row.imported_values.get("parent", ""):
                row.path = last_path(siblings, above, row.pk)  # its own parent is not here
            else:
                row.path = path_after(siblings, above, self._before(row, row.parent_id), row.pk)
            self.items[row.pk] = self.by_key[row.external_id] = row
            siblings.append(row)
        access.visible(self.actor, Item).bulk_create(new)
        if costs := keeper():
            said = {row.pk: self.prepared.costs[row.pk] for row in new if row.pk in self.prepared.costs}
            costs.bring(self.actor, self.plan.circle_id, said, self.import_id)
        for change in self._of("item", "new"):
            if change.row_id:
                self._restore(self.items[change.row_id])

    def _restore(self, row: Item) -> None:
        self._set(row, withdrawn_at=None)
        living = self._living(row.parent_id)
        if (living.pk if living else None) != row.parent_id:
            self._place(row, living)

    def _parent(self, key: str) -> Item | None:
        """Return the item that a file names as the one above; where that is not here, the next one above it."""
        while key and (key not in self.by_key or self.by_key[key].withdrawn_at):
            key = self.said[key].imported_values.get("parent", "") if key in self.said else ""
        return self.by_key.get(key)

    def _before(self, row: Item, parent_id: UUID | None) -> Item | None:
        """Return the nearest item before this one in the file that stands under the same parent here."""
        found = None
        for other in self.in_file[row.imported_values.get("parent", "")]:
            if other.external_id == row.external_id:
                break
            kept = self.by_key.get(other.external_id)
            found = kept if kept and kept.parent_id == parent_id else found
        return found

    def _changed_items(self) -> None:
        for change in self._of("item", "changed"):
            assert change.row_id
            row = self.items[change.row_id]
            for one in self._fields(change):
                self._change(row, one)

    def _write_costs(self) -> None:
        if (costs := keeper()) and self.costs:
            costs.change(self.actor, self.plan.circle_id, self.costs, self.import_id)

    def _change(self, row: Item, one: FieldChange) -> None:
        if one.field in COST_FIELDS:
            self.costs[row.pk][one.field] = one.now
            return
        imported, said = dict(row.imported_values), self.said[key_of(row)]
        if one.field == "parent":
            self._place(row, self._parent(one.now))
        elif one.field == "calendar":
            self._set(row, calendar_id=self.calendars.get(one.now or ""))
        elif one.field == "extra":
            return self._set(row, extra=extra_with(row.extra, said.extra, one.now))
        else:
            extra = extra_beside(row.extra, said.extra, one.field)
            self._set(row, **{one.field: value_of(one.field, one.now)}, extra=extra)
        if one.now == (EDITABLE | {"parent": "", "calendar": None})[one.field]:
            imported.pop(one.field, None)
        else:
            imported[one.field] = one.now
        self._set(row, imported_values=imported)

    def _set(self, row: Item, **values: Any) -> None:
        for column, value in values.items():
            setattr(row, column, value)
            self.dirty[column.removesuffix("_id")].add(row.pk)

    def _place(self, row: Item, parent: Item | None) -> None:
        """Move an item, and everything below it, under another parent."""
        if parent and parent.path.startswith(row.path):
            return  # the file turned a branch round, of which only this end was ticked
        own = parent.pk if parent else None
        path = last_path(self.children[own], parent.path if parent else "", row.pk)
        depth, old = (parent.depth + 1 if parent else 0), row.path
        move(row, path, depth)
        for other in self.items.values():
            if other is not row and other.path.startswith(old):
                other.path, other.depth = path + other.path[len(old) :], other.depth + depth - row.depth
        self.children[row.parent_id].remove(row)
        self.children[own].append(row)
        row.path, row.depth = path, depth
        self._set(row, parent_id=own)

    def _write_items(self) -> None:
        touched = [self.items[pk] for pk in sorted(set().union(*self.dirty.values()))] if self.dirty else []
        for row in touched:
            row.version, row.imported_id = row.version + 1, self.import_id
        columns = {"version", "imported"}
        for column, own in self.dirty.items():
            rows = [self.items[pk] for pk in sorted(own)]
            access.visible(self.actor, Item).bulk_update(rows, [column, *columns], batch_size=ROWS_AT_ONCE)
        mark_summaries(self.plan.pk, self.plan.circle_id)

    def _links(self) -> None:
        new: list[Link] = []
        said = {self._key(row): row for row in self.prepared.links}
        kept = access.visible(self.actor, Link).filter(plan=self.plan, circle=self.plan.circle_id)
        for change in self._of("link", "new"):
            new += self._new_link(said[change.key.partition(":")[2]])
        access.visible(self.actor, Link).bulk_create(new)
        kept.filter(pk__in=[change.row_id for change in self._of("link", "gone")], withdrawn_at=None).update(
            withdrawn_at=self.at
        )
        changed = self._of("link", "changed")
        rows = {row.pk: row for row in kept.filter(pk__in=[change.row_id for change in changed])}
        for change in changed:
            for one in self._fields(change):
                row = rows[change.row_id]  # type: ignore[index]  # what is changed has a row
                row.lag_minutes, row.lag_kind = lag_of(one.now)
                row.imported_lag, row.version = one.now, row.version + 1
        columns = ["lag_minutes", "lag_kind", "imported_lag", "version"]
        access.visible(self.actor, Link).bulk_update(list(rows.values()), columns, batch_size=ROWS_AT_ONCE)

    def _key(self, row: Link) -> str:
        return f"{self.names[row.predecessor_id]}:{self.names[row.successor_id]}:{row.type}"

    def _new_link(self, row: Link) -> Iterable[Link]:
        """Yield the link between the rows here, if both ends are."""
        ends = [self.by_key.get(self.names[pk]) for pk in (row.predecessor_id, row.successor_id)]
        if all(end is not None and end.withdrawn_at is None for end in ends):
            row.predecessor_id, row.successor_id = (end.pk for end in ends if end)
            row.plan_id, row.imported_id = self.plan.pk, self.import_id
            yield row

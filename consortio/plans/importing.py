"""
A plan that was read from a file becomes rows of a circle.

`prepare_import` does everything that takes time, before any lock is taken: rows with their ids, paths and dates. The
action writes them in bulk, all or nothing, and leaves one entry in the record.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Circle
from consortio.ids import uuid7
from consortio.interchange import plan as neutral
from consortio.interchange.plan_json import encode
from consortio.interchange.repair import SOME_MONDAY, earliest_date
from consortio.record.imports import begin_import
from consortio.record.log import action, next_number

from .bulk import uncollected
from .changes import SETTINGS, editable_values, plain_value
from .costed import ItemCost, cost_said, keeper
from .engine import Result, compute
from .models import Baseline, BaselineItem, Calendar, Item, Link, Plan, Scheduled
from .neutral import ID_MAX, Rows, calendar_row, item_row, link_row
from .rescheduling import keep_schedule, scheduled_rows
from .tree import paths_of

SERIES_OF_PLANS, SERIES_OF_ITEMS = "P", "I"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan ready to be written in one circle. It can be written once."""

    plan: Plan
    calendar_id: UUID | None  # the plan's own, set when both are there
    calendars: Sequence[Calendar]
    items: Sequence[Item]
    links: Sequence[Link]
    baselines: Sequence[Baseline]
    baseline_items: Sequence[BaselineItem]
    result: Result
    scheduled: Sequence[Scheduled] = ()
    guids: Mapping[UUID, UUID] = field(default_factory=dict)  # what the file calls an item among all files
    emptied: frozenset[UUID] = frozenset()  # items that are phases in the file by nothing but what was left out
    costs: Mapping[UUID, ItemCost] = field(default_factory=dict)  # of items that the file says some of
    left_elsewhere: int = 0  # items that lie here in another circle

    @property
    def start_at(self) -> datetime | None:
        return self.result.start_at

    @property
    def finish_at(self) -> datetime | None:
        return self.result.finish_at

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many of each kind will come in, with "links", "calendars" and "baselines"."""
        others = {"links": len(self.links), "calendars": len(self.calendars), "baselines": len(self.baselines)}
        return Counter(str(item.kind) for item in self.items) | others

    @property
    def findings(self) -> Sequence[Mapping[str, Any]]:
        """Return what scheduling has to say; what reading had to say is the neutral plan's."""
        return self.result.findings


@dataclass(frozen=True, slots=True)
class Choices:
    """
    What people say of a file before it comes in.

    Names are those that `names_in` finds; who is not named here stays a name in the item's words.
    """

    name: str = ""
    zone: str = "UTC"
    start_at: datetime | None = None
    begins_at: datetime = SOME_MONDAY  # what starts a plan whose file has no date at all
    organisations: Mapping[str, UUID] = field(default_factory=dict)
    people: Mapping[str, UUID] = field(default_factory=dict)


def names_in(plan: neutral.Plan) -> Mapping[str, int]:
    """Return the names of people, organisations and groups in a file, each with the number of its items."""
    resources = {one.id: one for one in plan.resources}
    return Counter(name for item in plan.items for name in dict.fromkeys(_names(item, resources)))


def _names(item: neutral.Item, resources: Mapping[str, neutral.Resource]) -> Iterable[str]:
    yield from item.responsible
    for assignment in item.assignments:
        if resource := resources.get(assignment.resource or ""):
            yield from (name for name in (resource.name, resource.group) if name)


def prepare_import(*, plan: neutral.Plan, circle_id: UUID, choices: Choices | None = None) -> Prepared:
    """
    Return the file's plan as rows of a circle, with their dates.

    Cost:
        Linear in items and links; some 0.2 milliseconds for each item.
    """
    with uncollected():
        return _Preparing(plan, circle_id, choices or Choices()).prepared()


class _Preparing:
    def __init__(self, plan: neutral.Plan, circle_id: UUID, choices: Choices) -> None:
        self.file, self.circle_id, self.choices = plan, circle_id, choices
        self.root = _root(plan)
        self.sources = [item for item in plan.items if item is not self.root]
        self.calendar_ids = {one.id: uuid7() for one in plan.calendars}
        self.item_ids = {item.id: uuid7() for item in self.sources}
        self.plan = self._plan()

    def prepared(self) -> Prepared:
        calendars = [calendar_row(one, self.calendar_ids) for one in _bases_first(self.file.calendars)]
        items = self._items()
        links = [self._of_plan(link_row(one, self.item_ids)) for one in _each_once(self.file.links, self.item_ids)]
        self._own(calendars)
        main = self.calendar_ids.get(self.file.projects[0].calendar or "")
        self.plan.calendar_id = main
        baselines, baseline_items = self._baselines()
        newest = max(baselines, key=lambda one: one.number).pk if baselines else None
        agreed = {row.item_id: row.finish_at for row in baseline_items if row.baseline_id == newest and row.finish_at}
        result = compute(Rows(self.plan, items, links, calendars, agreed))
        self.plan.calendar_id = None
        scheduled = scheduled_rows(self.plan.pk, self.circle_id, result.dates)
        return Prepared(
            self.plan, main, calendars, items, links, baselines, baseline_items, result, scheduled, self._guids(),
            costs={self.item_ids[item.id]: said for item in self.sources if (said := cost_said(item))},
        )  # fmt: skip

    def _guids(self) -> dict[UUID, UUID]:
        return {self.item_ids[item.id]: UUID(item.guid) for item in self.sources if item.guid}

    def _plan(self) -> Plan:
        first = self.file.projects[0]
        plan = Plan(
            circle_id=self.circle_id,
            name=(self.choices.name or first.name or self.file.file)[:200],
            start_at=self.choices.start_at or first.start or self._earliest(),
            data_at=first.data_date,
            finish_by=first.must_finish_by,
            zone=self.choices.zone,
            mode=self.file.mode,
            float_limit_minutes=max(first.critical_float_minutes, 0),
            day_minutes=first.minutes_per_day,
            source=self.file.format,
            options=self._options(),
        )
        plan.options["imported"] = {name: plain_value(getattr(plan, name)) for name in SETTINGS}
        return plan

    def _earliest(self) -> datetime:
        return earliest_date(self.file.items) or self.file.data_date or self.choices.begins_at

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {
            "projects": [encode(one, sparse=True) for one in self.file.projects],
            "resources": [encode(one, sparse=True) for one in self.file.resources],
            "program": self.file.program,
        }
        if self.root:
            options["root"] = encode(self.root, sparse=True)
        return options

    def _items(self) -> list[Item]:
        places = {item.id: index for index, item in enumerate(self.sources)}
        parents = [places.get(item.parent or "", -1) for item in self.sources]
        paths, holding = paths_of(parents), set(parents)
        keys = {pk: external for external, pk in self.calendar_ids.items()}
        resources = {one.id: one for one in self.file.resources}
        rows: list[Item] = []
        for index, (item, parent, path) in enumerate(zip(self.sources, parents, paths, strict=True)):
            pk = self.item_ids[item.id]
            keys[pk] = item.id
            row = self._of_plan(item_row(item, pk, self.calendar_ids, keys))
            row.parent_id, row.path = (rows[parent].pk if parent >= 0 else None), path
            row.depth, row.is_summary = (rows[parent].depth + 1 if parent >= 0 else 0), index in holding
            row.external_id = external_key(item.id)
            self._put_in_charge(row, item, resources)
            row.imported_values = editable_values(row, rows[parent].external_id if parent >= 0 else "", keys)
            rows.append(row)
        return rows

    def _put_in_charge(self, row: Item, item: neutral.Item, resources: Mapping[str, neutral.Resource]) -> None:
        names = list(_names(item, resources))
        row.organisation_id = _first(names, self.choices.organisations)
        row.person_id = _first(names, self.choices.people)

    def _of_plan(self, row: Any) -> Any:
        row.circle_id, row.plan_id = self.circle_id, self.plan.pk
        return row

    def _own(self, calendars: Iterable[Calendar]) -> None:
        for row in calendars:
            self._of_plan(row)

    def _baselines(self) -> tuple[list[Baseline], list[BaselineItem]]:
        made, rows = [], []
        for one in self.file.baselines:
            made.append(self._of_plan(Baseline(number=one.number, name=_baseline_name(one))))
            for item in one.items:
                if item.item in self.item_ids:
                    rows.append(
                        BaselineItem(
                            circle_id=self.circle_id,
                            baseline_id=made[-1].pk,
                            item_id=self.item_ids[item.item],
                            start_at=item.start,
                            finish_at=item.finish,
                            duration_minutes=item.duration_minutes,
                        )
                    )
        return made, rows


def _root(plan: neutral.Plan) -> neutral.Item | None:
    """Return the row that stands for the whole file, if one does: it is the plan, and no item of it."""
    heads = [item for item in plan.items if item.parent is None]
    joined = {end for link in plan.links for end in (link.pred, link.succ)}
    alone = len(heads) == 1 and heads[0].kind == "project" and heads[0].id not in joined
    return heads[0] if alone and len(plan.projects) == 1 else None


def _bases_first(calendars: Sequence[neutral.Calendar]) -> list[neutral.Calendar]:
    """Return the calendars so that each stands after the one it rests on; bases that are not there are dropped."""
    known = {one.id: one for one in calendars}
    placed: dict[str, neutral.Calendar] = {}
    for one in calendars:
        line, following = [], one
        while following.id not in placed and following not in line:
            line.append(following)
            following = known.get(following.base or "", following)
        for each in reversed(line):
            placed[each.id] = each if each.base in placed else replace(each, base=None)
    return list(placed.values())


def _each_once(links: Iterable[neutral.Link], ids: Mapping[str, UUID]) -> list[neutral.Link]:
    """Return the links between items that come in; of several of one kind between two, the last."""
    found = {(one.pred, one.succ, one.kind): one for one in links if one.pred in ids and one.succ in ids}
    return list(found.values())


def _first(names: Iterable[str], ids: Mapping[str, UUID]) -> UUID | None:
    return next((ids[name] for name in names if name in ids), None)


def external_key(identifier: str) -> str:
    """Return an item's id in its file, as it is kept; one that is too long keeps its end, where ids differ."""
    return identifier[-ID_MAX:]


@action
def import_plan(
    *, actor: Actor, circle_id: UUID, prepared: Prepared, file_name: str, file: bytes, at: datetime
) -> UUID:
    """Write a prepared plan in its circle; all or nothing, one entry. Returns the plan's id."""
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    if prepared.plan.circle_id != circle.pk:
        raise access.NotVisible
    plan = prepared.plan
    plan.number = next_number(circle.pk, SERIES_OF_PLANS)
    first = next_number(circle.pk, SERIES_OF_ITEMS, len(prepared.items)) - len(prepared.items) + 1
    made = begin_import(circle.pk, name=file_name[:200], file=file, rows=len(prepared.items))
    plan.organisation_id, plan.imported_id = actor.organisation_id, made.pk
    for number, item in enumerate(prepared.items, first):
        item.number, item.imported_id = number, made.pk
    for row in prepared.links:
        row.imported_id = made.pk
    for baseline in prepared.baselines:
        baseline.taken_at = at
    with uncollected():
        _write(actor, prepared, at)
        if costs := keeper():
            costs.bring(actor, circle.pk, prepared.costs, made.pk)
    return plan.pk


def _write(actor: Actor, prepared: Prepared, at: datetime) -> None:
    """Write what others refer to first: each statement is checked by itself."""
    plan = prepared.plan
    plan.save()
    access.visible(actor, Calendar).bulk_create(prepared.calendars)
    if prepared.calendar_id:
        access.visible(actor, Plan).filter(pk=plan.pk).update(calendar=prepared.calendar_id, version=plan.version)
    access.visible(actor, Item).bulk_create(prepared.items)
    access.visible(actor, Link).bulk_create(prepared.links)
    access.visible(actor, Baseline).bulk_create(prepared.baselines)
    access.visible(actor, BaselineItem).bulk_create(prepared.baseline_items)
    with access.unscoped("computed dates are written by the system only"):
        Scheduled.objects.bulk_create(prepared.scheduled)
        keep_schedule(plan.pk, plan.circle_id, prepared.result, at)


def _baseline_name(one: neutral.Baseline) -> str:
    """Return the name in the file; MS Project writes none, and calls them "Baseline", "Baseline 1" and so on."""
    if one.name:
        return one.name[:100]
    return _("Baseline %(number)s") % {"number": one.number} if one.number else _("Baseline")

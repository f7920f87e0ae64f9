"""
A window of a plan's tree: at most 150 rows, whatever the plan's size.

The tree is one order of paths, so a window of it is a range of an index; what is folded is left out of the range.
With a sort or a filter the list is flat and each row names what stands above it.
"""

from bisect import bisect_right
from collections import namedtuple
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, Value

from consortio import access
from consortio.access import Actor

from .heads import BaselineRef, PlanHead, baselines_of, head_of
from .models import Item, Plan, Scheduled
from .rows import (
    COLUMNS,
    DATE_COLUMNS,
    Beside,
    LinkRow,
    Ref,
    Row,
    Source,
    agreed_of,
    beside,
    dates_of,
    has_nobody,
    is_gone,
    links_among,
    ref_of,
    row_of,
    values_of,
    with_children,
)
from .tree import end_of, paths_above

LIMIT = 150
ROW_BYTES, NAMED = 1_600, 2  # what a row with all its signs takes on a page, and how often its name stands there
NO_NAMES: Mapping[str, str] = MappingProxyType({})
FOLDS_MAX = 300  # opened and folded ids that one address is taken to hold
SORTS = {
    "name": "item__name",
    "number": "item__number",
    "code": "item__code",
    "start": "start_at",
    "finish": "finish_at",
    "organisation": "item__organisation__name",
    "person": "item__person__name",
    "duration": "item__duration_minutes",
    "percent": "percent",
    "float": "total_float_minutes",
}


_Dates = namedtuple("_Dates", DATE_COLUMNS)  # type: ignore[misc]  # as `rows` asks for them beside items
_Item = namedtuple("_Item", (*COLUMNS, "is_gone", "holds"))  # type: ignore[misc]
ITEM_ID, ITEM_FROM = DATE_COLUMNS.index("item_id"), len(DATE_COLUMNS)


@dataclass(frozen=True, slots=True)
class Look:
    """
    What an address asks for.

    Rows of depth up to `level` are there, and the children of `opened` items; what lies below `folded` ones is not.
    `view` "joint" shows what everybody in the plan's circle sees, "house" also what the actor sees besides.
    `after` is the `next` of the window before. `sort` is one of `SORTS`, with "-" before it for the other way round.
    """

    level: int = 1
    opened: Sequence[UUID] = ()
    folded: Sequence[UUID] = ()
    after: str = ""
    organisation: UUID | None = None
    person: UUID | None = None
    critical: bool = False
    late: bool = False
    undone: bool = False
    nobody: bool = False  # accountable
    text: str = ""
    sort: str = ""
    view: Literal["house", "joint"] = "house"
    baseline: UUID | None = None
    limit: int = LIMIT
    bytes_max: int | None = None  # that its rows take on a page, so that one of long names ends sooner
    links: bool = True  # a table has no use for them

    @property
    def is_filtered(self) -> bool:
        marks = (self.critical, self.late, self.undone, self.nobody)
        return bool(self.organisation or self.person or any(marks) or self.text.strip())

    @property
    def is_flat(self) -> bool:
        return self.is_filtered or self.sort.removeprefix("-") in SORTS


@dataclass(frozen=True, slots=True)
class Window:
    """`before` rows stand before these and `total` are there in all; `previous` is None on the first page."""

    head: PlanHead
    rows: tuple[Row, ...]
    links: tuple[LinkRow, ...]
    above: tuple[Ref, ...]  # what stands above the first row, on later pages of the tree
    total: int
    before: int
    next: str
    previous: str | None
    is_flat: bool
    baseline: BaselineRef | None  # the one whose dates are beside the rows
    baselines: tuple[BaselineRef, ...]

    @property
    def start_at(self) -> datetime | None:
        """Return the first date that a picture of the whole plan has to hold."""
        return min(
            (at for at in (self.head.start_at, self.head.house and self.head.house.start_at) if at), default=None
        )

    @property
    def finish_at(self) -> datetime | None:
        found = (self.head.finish_at, self.head.house and self.head.house.finish_at)
        return max((at for at in found if at), default=None)


@access.read
def tree_window(*, actor: Actor, plan_id: UUID, look: Look | None = None) -> Window:
    """
    Return a window of a plan's tree, or of a flat list of its items; eight queries, on later pages nine.

    Raises:
        NotVisible: there is no such plan for this actor.
    """
    look = look or Look()
    look = replace(look, limit=max(1, min(look.limit, LIMIT)))
    plan, head = head_of(actor, plan_id)
    return _Reading(actor, plan, head, look).window()


class _Reading:
    def __init__(self, actor: Actor, plan: Plan, head: PlanHead, look: Look) -> None:
        self.actor, self.plan, self.head, self.look = actor, plan, head, look
        self.source: Source = partial(_joint, actor, plan) if look.view == "joint" else partial(access.visible, actor)
        self.baselines = baselines_of(actor, plan)
        chosen = [one for one in self.baselines if one.id == look.baseline]
        self.baseline = chosen[0] if chosen else self.baselines[0] if self.baselines else None

    def window(self) -> Window:
        return self._flat() if self.look.is_flat else self._tree()

    def _tree(self) -> Window:
        named, upper = self._named()
        shown = self._shown(named)
        if self.look.view == "house" and not named and not self._cursor:
            found = _first_rows(self.look.level, self.look.limit).ask(self.actor, self.plan.pk)
        else:
            found = list(self._full(shown)[: self.look.limit + 1])
        items = self._fitting(found[: self.look.limit])
        before, previous, total = self._around(shown, found)
        more = beside(self.actor, self.head, items, self._baseline_id(), ours=self.look.view == "house")
        ways_up = paths_above(items[0].path) if items else ()
        return self._made(
            rows=tuple(row_of(self.actor, self.head, item, more, is_open=self._is_open(item)) for item in items),
            above=tuple(ref_of(self.head, upper[path]) for path in ways_up if path in upper),
            total=total,
            before=before,
            next=items[-1].path if len(found) > len(items) else "",
            previous=previous,
        )

    @property
    def _cursor(self) -> str:
        """Return the path after which the window begins. What stands above the next row stands above or at it."""
        after = self.look.after
        return after if after.isascii() and after.isalnum() and after == after.lower() else ""

    def _named(self) -> tuple[Mapping[UUID, Any], Mapping[str, Any]]:
        """Return the items that the address names by id, and those at the cursor and above it by path; one query."""
        pks = {*self.look.opened[:FOLDS_MAX], *self.look.folded[:FOLDS_MAX]}
        paths = [*paths_above(self._cursor), self._cursor] if self._cursor else []
        if not pks and not paths:
            return {}, {}
        found = self.source(Item).filter(Q(pk__in=pks) | Q(path__in=paths), plan=self.plan, withdrawn_at=None)
        columns = ("pk", "circle_id", "parent_id", "path", "depth", "number", "name")
        rows = list(found.values_list(*columns, named=True))
        return {row.pk: row for row in rows if row.pk in pks}, {row.path: row for row in rows}

    def _shown(self, marks: Mapping[UUID, Any]) -> QuerySet:
        """Return the rows that the folds leave, in their order."""
        items = self.source(Item).filter(plan=self.plan, withdrawn_at=None)
        opened: list[UUID] = []
        for item in sorted((marks[pk] for pk in self.look.opened if pk in marks), key=lambda one: one.path):
            # A branch is open only where everything above it is.
            if item.depth <= self.look.level or item.parent_id in opened:
                opened.append(item.pk)
        down_to = Q(depth__lte=self.look.level)
        items = items.filter(down_to | Q(parent__in=opened)) if opened else items.filter(down_to)
        for item in (marks[pk] for pk in self.look.folded if pk in marks):
            items = items.exclude(path__gt=item.path, path__lt=end_of(item.path))
        return items.order_by("path", "pk")

    def _full(self, shown: QuerySet) -> QuerySet:
        """Return the rows after the cursor with what is shown of them, and with what lies round them."""
        if not self._cursor:
            return _from_the_first(shown, self.source)
        rows = with_children(shown, self.source).annotate(total=_count_of(shown))
        earlier = shown.filter(path__lte=self._cursor)
        back = earlier.order_by("-path", "-pk").values("path")[self.look.limit : self.look.limit + 1]
        rows = rows.filter(path__gt=self._cursor).annotate(before=_count_of(earlier), back=Subquery(back))
        return values_of(rows, self.source, "holds", "total", "before", "back")

    def _around(self, shown: QuerySet, found: Sequence[Any]) -> tuple[int, str | None, int]:
        """Return how many rows come before the window, the cursor of the window before, and how many rows there are."""
        if not found:  # an empty plan, or a cursor at its end
            total = shown.count()
            return (total, "", total) if self._cursor else (total, None, total)
        if not self._cursor:
            return 0, None, found[0].total
        return found[0].before or 0, found[0].back or "", found[0].total

    def _is_open(self, item: Any) -> bool:
        if item.pk in self.look.folded:
            return False
        return item.depth < self.look.level or item.pk in self.look.opened

    def _flat(self) -> Window:
        found = self._filtered()
        before = int(self.look.after) if self.look.after.isdecimal() and len(self.look.after) < 7 else 0
        page = self._page(found, before)
        total = page[0][-1] if page else found.count()
        items = [_Item(*row[ITEM_FROM:-1]) for row in page]
        upper = self._above(items)
        items = self._fitting(items, upper)
        dated = {row[ITEM_ID]: _Dates(*row[:ITEM_FROM]) for row in page[: len(items)]}
        more = Beside(dated, self._house(items), agreed_of(self.actor, items, self._baseline_id()))
        return self._made(
            rows=tuple(row_of(self.actor, self.head, one, more, parents=_names(upper, one.path)) for one in items),
            above=(),
            total=total,
            before=before,
            next=str(before + len(dated)) if before + len(dated) < total else "",
            previous=None if before == 0 else str(max(before - self.look.limit, 0) or ""),
        )

    def _fitting(self, items: Sequence[Any], upper: Mapping[str, str] = NO_NAMES) -> Sequence[Any]:
        """Return the first of these rows, one at least, that a page has room for."""
        if self.look.bytes_max is None:
            return items
        names = (sum(len(name.encode()) for name in (one.name, *_names(upper, one.path))) for one in items)
        taken = accumulate(ROW_BYTES + NAMED * size for size in names)
        return items[: max(1, bisect_right(list(taken), self.look.bytes_max))]

    def _page(self, found: QuerySet, before: int) -> Sequence[Any]:
        look = self.look
        if look.view == "house" and self._is_alone and not look.is_filtered and not before:
            return _first_in_order(look.sort, look.limit).ask(self.actor, self.plan.pk, self.plan.circle_id)
        return list(_in_order(found, self.source, look.sort)[before : before + look.limit])

    def _above(self, items: Sequence[Any]) -> Mapping[str, str]:
        """Return the names of what stands above these items, by path; one query."""
        paths = {path for item in items for path in paths_above(item.path)}
        depths = range(max((item.depth for item in items), default=0))
        if self.look.view == "house":
            return dict(_NAMES_AT.ask(self.actor, self.plan.pk, paths, depths))
        return dict(_names_at(self.source, self.plan.pk, paths, depths))

    def _house(self, items: Sequence[Any]) -> Mapping[UUID, Any]:
        ours = self.look.view == "house" and self.head.house is not None
        return dates_of(self.actor, self.head, items)[1] if ours else {}

    def _filtered(self) -> QuerySet:
        """Return one row for each item: its dates in its own circle. What was withdrawn has none."""
        look, own = self.look, self.plan.circle_id
        # Without a narrower circle there is nothing to compare: the index of the plan's circle alone gives the order.
        alone = look.view == "joint" or self._is_alone
        rows = self.source(Scheduled).filter(plan=self.plan, circle=own if alone else F("item__circle"))
        if look.organisation:
            rows = rows.filter(item__organisation=look.organisation)
        if look.person:
            rows = rows.filter(item__person=look.person)
        if look.critical:
            rows = rows.filter(is_critical=True, item__is_summary=False)
        if look.late:
            rows = rows.filter(is_late=True)
        if look.undone:
            rows = rows.filter(item__percent__lt=100, item__actual_finish_at=None)
            rows = rows.filter(item__is_summary=False, item__is_active=True)
        if look.nobody:
            rows = rows.filter(has_nobody(self.source, "item__"), item__is_summary=False)
        for word in look.text.split()[:8]:
            rows = rows.filter(Q(item__name__icontains=word) | Q(item__code__icontains=word))
        return rows

    @property
    def _is_alone(self) -> bool:
        """Tell whether the actor sees no item of the plan in a narrower circle."""
        return set(self.head.circles) == {self.plan.circle_id}

    def _baseline_id(self) -> UUID | None:
        return self.baseline.id if self.baseline else None

    def _made(self, *, rows: tuple[Row, ...], **more: Any) -> Window:
        return Window(
            head=self.head,
            rows=rows,
            links=self._links(rows),
            is_flat=self.look.is_flat,
            baseline=self.baseline,
            baselines=self.baselines,
            **more,
        )

    def _links(self, rows: tuple[Row, ...]) -> tuple[LinkRow, ...]:
        if not rows or not self.look.links:
            return ()
        return links_among(self.actor, self.head, [row.id for row in rows], is_joint=self.look.view == "joint")


@lru_cache
def _first_rows(level: int, limit: int) -> access.Question:
    """Ask for the first rows of a tree, of which nothing was opened or folded."""
    return access.Question(lambda actor, plan_id: _unfolded(actor, plan_id, level)[: limit + 1], Actor, UUID)


def _unfolded(actor: Actor, plan_id: UUID, level: int) -> QuerySet:
    source: Source = partial(access.visible, actor)
    shown = source(Item).filter(plan=plan_id, withdrawn_at=None, depth__lte=level)
    return _from_the_first(shown.order_by("path", "pk"), source)


def _from_the_first(shown: QuerySet, source: Source) -> QuerySet:
    return values_of(with_children(shown, source).annotate(total=_count_of(shown)), source, "holds", "total")


@lru_cache
def _first_in_order(sort: str, limit: int) -> access.Question:
    """Ask for the first rows of a list that leaves nothing out, of a plan without narrower circles."""

    def rows(actor: Actor, plan_id: UUID, circle_id: UUID) -> QuerySet:
        source = partial(access.visible, actor)
        return _in_order(source(Scheduled).filter(plan=plan_id, circle=circle_id), source, sort)[:limit]

    return access.Question(rows, Actor, UUID, UUID)


def _in_order(dated: QuerySet, source: Source, sort: str) -> QuerySet:
    """Return dates with their items: the columns of `_Dates`, those of `_Item`, and the number of all rows."""
    holds = Exists(source(Item).filter(parent=OuterRef("item_id"), withdrawn_at=None))
    rows = dated.order_by(*_order(sort)).annotate(
        is_gone=is_gone(source, "item__"), holds=holds, total=_count_of(dated)
    )
    return rows.values_list(*DATE_COLUMNS, *(f"item__{column}" for column in COLUMNS), "is_gone", "holds", "total")


def _order(sort: str) -> list[Any]:
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        return ["item__path", "pk"]
    way = F(column).desc(nulls_last=True) if sort.startswith("-") else F(column).asc(nulls_last=True)
    return [way, "item__path", "pk"]


def _names_at(source: Source, plan_id: UUID, paths: Collection[str], depths: Collection[int]) -> QuerySet:
    """Return the paths and names of items. With their depths, or the database would walk the whole plan."""
    found = source(Item).filter(plan=plan_id, depth__in=depths, path__in=paths, withdrawn_at=None)
    return found.values_list("path", "name")


_NAMES_AT = access.Question(
    lambda actor, *where: _names_at(partial(access.visible, actor), *where), Actor, UUID, [str], [int]
)


def _count_of(rows: QuerySet) -> Subquery:
    """Return the number of rows as a column, so that it costs no query of its own."""
    one = rows.order_by().annotate(one=Value(1)).values("one")
    return Subquery(one.annotate(n=Count("*")).values("n"))


def _joint(actor: Actor, plan: Plan, model: type[Model]) -> QuerySet:
    return access.common(actor, model, plan.circle_id)


def _names(upper: Mapping[str, str], path: str) -> tuple[str, ...]:
    return tuple(upper[one] for one in paths_above(path) if one in upper)

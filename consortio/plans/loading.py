"""The rows of a plan, as the engine and exports take them."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Model, QuerySet

from .models import Baseline, BaselineItem, Calendar, Item, Link, Plan
from .neutral import CALENDAR_COLUMNS, ITEM_COLUMNS, LINK_COLUMNS, Rows

Source: TypeAlias = Callable[[type[Model]], QuerySet]


def load(plan: Plan, source: Source) -> Rows:
    """Return the rows of a plan that are in use, in the order of its tree; five queries of what `source` answers."""
    items = source(Item).filter(plan=plan, withdrawn_at=None).order_by("path", "pk")
    links = source(Link).filter(plan=plan, withdrawn_at=None).order_by("pk")
    calendars = source(Calendar).filter(plan=plan).order_by("pk")
    return Rows(
        plan,
        list(items.values_list(*ITEM_COLUMNS, named=True)),
        list(links.values_list(*LINK_COLUMNS, named=True)),
        list(calendars.values_list(*CALENDAR_COLUMNS, named=True)),
        _agreed(plan, source),
    )


def _agreed(plan: Plan, source: Source) -> Mapping[UUID, datetime]:
    newest = source(Baseline).filter(plan=plan, circle=plan.circle_id).order_by("-number", "pk").first()
    if newest is None:
        return {}
    rows = source(BaselineItem).filter(baseline=newest).exclude(finish_at=None)
    return dict(rows.values_list("item_id", "finish_at"))


def rows_within(rows: Rows, wider: Collection[UUID]) -> Rows:
    """Return the rows of these circles only: of one circle and the wider ones, what everybody in it sees."""
    seen = [_within(part, wider) for part in (rows.items, rows.links, rows.calendars)]
    return Rows(rows.plan, seen[0], seen[1], seen[2], rows.agreed)


def _within(rows: Any, wider: Collection[UUID]) -> list[Any]:
    return [row for row in rows if row.circle_id in wider]

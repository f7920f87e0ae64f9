"""The rows of a plan, as the engine and exports take them."""

from collections.abc import Callable, Collection
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Model, QuerySet

from .models import Calendar, Item, Link, Plan
from .neutral import CALENDAR_COLUMNS, ITEM_COLUMNS, LINK_COLUMNS, Rows

Source: TypeAlias = Callable[[type[Model]], QuerySet]


def load(plan: Plan, source: Source) -> Rows:
    """Return the rows of a plan that are in use, in the order of its tree; three queries of what `source` answers."""
    items = source(Item).filter(plan=plan, withdrawn_at=None).order_by("path", "pk")
    links = source(Link).filter(plan=plan, withdrawn_at=None).order_by("pk")
    calendars = source(Calendar).filter(plan=plan).order_by("pk")
    return Rows(
        plan,
        list(items.values_list(*ITEM_COLUMNS, named=True)),
        list(links.values_list(*LINK_COLUMNS, named=True)),
        list(calendars.values_list(*CALENDAR_COLUMNS, named=True)),
    )


def rows_within(rows: Rows, wider: Collection[UUID]) -> Rows:
    """Return the rows of these circles only: of one circle and the wider ones, what everybody in it sees."""
    return Rows(rows.plan, _within(rows.items, wider), _within(rows.links, wider), _within(rows.calendars, wider))


def _within(rows: Any, wider: Collection[UUID]) -> list[Any]:
    return [row for row in rows if row.circle_id in wider]

"""Rows of another table as one column beside a row: what would be a query of its own comes with the first one."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Aggregate, DateTimeField, Model, QuerySet, Subquery, TextField


class _Lists(Aggregate):
    """Columns of several rows as one JSON list of lists, in no order."""

    output_field = TextField()
    template = "CAST(JSON_AGG(JSON_BUILD_ARRAY(%(expressions)s)) AS text)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        words = "JSON_GROUP_ARRAY(JSON_ARRAY(%(expressions)s))"
        return super().as_sql(compiler, connection, template=words, **context)


def gathered(rows: QuerySet, by: str, *columns: str) -> Subquery:
    """Return columns of guarded rows, which an `OuterRef` ties to the outer row by the column `by`, for `annotate`."""
    return Subquery(rows.order_by().values(by).annotate(lists=_Lists(*columns)).values("lists"))


def lists_in(column: str | None) -> list[list[Any]]:
    """Return what `gathered` brought: texts, numbers and None; ids and instants as texts."""
    return json.loads(column) if column else []


def values_in(model: type[Model], columns: Sequence[str], gathered: Sequence[Any]) -> dict[str, Any]:
    """Return columns of one row, which `lists_in` brought first, as the model has them."""
    fields = (model._meta.get_field(name) for name in columns)
    return {name: _value(field, kept) for name, field, kept in zip(columns, fields, gathered, strict=False)}


def _value(field: Any, kept: Any) -> Any:
    if kept is None:
        return None
    return instant_in(kept) if isinstance(field, DateTimeField) else field.to_python(kept)


def instant_in(text: str) -> datetime:
    """Return an instant as either database writes it into JSON."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def document_in(kept: str | dict[str, Any] | Sequence[Any]) -> Any:
    """Return a JSON column, which SQLite hands over as text."""
    return json.loads(kept) if isinstance(kept, str) else kept

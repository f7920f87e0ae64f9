"""Decimal numbers, kept as they were said."""

from decimal import Decimal
from typing import Any

from django.db import models


class ExactField(models.CharField):
    """A decimal number as text, digit by digit as it was said: SQLite keeps no more than fifteen of a number's digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"max_length": 40})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("max_length", None)
        return name, path, args, options

    def from_db_value(self, value: Any, expression: object, connection: object) -> Decimal | None:
        return None if value is None else Decimal(value)

    def to_python(self, value: Any) -> Decimal | None:
        return Decimal(value) if isinstance(value, str) and value else value or None

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else format(Decimal(value), "f")

"""The bodies that operations of the API take: each derives from `Body`, and a test finds those that do not."""

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


def _without_default(shape: dict[str, Any]) -> None:
    shape.pop("default", None)


KEPT: Any = Field(default=None, json_schema_extra=_without_default)  # is said by leaving it out


class Body(Schema):
    """A name that is not known is refused (422): what has a slip in its name would be done otherwise than meant."""

    model_config = ConfigDict(extra="forbid")

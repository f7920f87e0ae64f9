"""
The bodies that operations of the API take: each derives from `Body`, and a test finds those that do not. And what they
have in common.
"""

from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from consortio.lines import line


def _without_default(shape: dict[str, Any]) -> None:
    shape.pop("default", None)


KEPT: Any = Field(default=None, json_schema_extra=_without_default)  # is said by leaving it out


class Body(Schema):
    """A name that is not known is refused (422): what has a slip in its name would be done otherwise than meant."""

    model_config = ConfigDict(extra="forbid")


def composed(value: Any) -> Any:
    return line(value) if isinstance(value, str) else value


Name = Annotated[str, BeforeValidator(composed), StringConstraints(min_length=1, max_length=100)]
LongName = Annotated[str, BeforeValidator(composed), StringConstraints(max_length=200)]
Letters = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,4}$"), AfterValidator(str.upper)]
CircleLetters = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,11}$"), AfterValidator(str.upper)]
Part = Annotated[str, BeforeValidator(composed), StringConstraints(max_length=60)]

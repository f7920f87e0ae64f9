"""The formats in which a plan leaves."""

from collections.abc import Callable
from dataclasses import dataclass

from consortio.interchange.plan import Plan
from consortio.interchange.write_mspdi import write_mspdi
from consortio.interchange.write_sheet import write_csv, write_xlsx


@dataclass(frozen=True, slots=True)
class Written:
    name: str
    media_type: str
    content: bytes


FORMATS: dict[str, tuple[str, Callable[[Plan], bytes]]] = {
    "xml": ("application/xml", write_mspdi),
    "csv": ("text/csv; charset=utf-8", write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
}


def written(plan: Plan, format: str) -> Written:
    """Return the plan as a file of this format."""
    media_type, write = FORMATS[format]
    return Written(f"{plan.name or 'plan'}.{format}", media_type, write(plan))

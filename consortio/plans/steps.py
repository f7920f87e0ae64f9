"""How a step is taken back: by which action, with what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """An action by its name and its arguments, `actor` and `at` apart, as plain values; ids are text."""

    action: str
    arguments: Mapping[str, Any]

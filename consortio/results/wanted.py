"""One activity as somebody wants it brought in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from consortio.interchange.results import Activity

from .sketching import Sketch, sketches_of
from .summary import chosen, head_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Attributes:
        at: the activity's place in the file, from 0.
        us: the place of our organisation among those that the activity names; None where it names us not.
        kinds: of each KPI, what kind of result it belongs to, by external id.
        invited: organisations by name, with the address that their invitation goes to.
        into: the partnership that takes its readings; None for a new one.
    """

    at: int
    name: str
    letters: str
    identifier: str
    us: int | None
    head: Mapping[str, Any]
    kinds: Mapping[str, str]
    sketches: tuple[Sketch, ...]
    invited: tuple[tuple[str, str], ...]
    into: UUID | None = None


def wanted_of(activity: Activity, choice: Mapping[str, Any], letters: str, *, source: str, today: date) -> Wanted:
    """Return an activity with what was chosen of it, as `choices.choices_of` keeps it."""
    sketches = chosen(sketches_of(activity, source=source, today=today), set(choice["without"]))
    return Wanted(
        at=choice["at"],
        name=choice["name"],
        letters=letters,
        identifier=activity.identifier,
        us=choice["us"],
        head=head_of(activity),
        kinds=_kinds(activity, sketches),
        sketches=sketches,
        invited=tuple((name, email) for name, email in choice["invited"]),
        into=UUID(choice["into"]) if choice.get("into") else None,
    )


def _kinds(activity: Activity, sketches: tuple[Sketch, ...]) -> dict[str, str]:
    kinds = [result.kind for result in activity.results for _ in result.indicators]
    return {one.external_id: kinds[one.at] for one in sketches}

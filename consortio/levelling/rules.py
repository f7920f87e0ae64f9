"""What can be said of capacity, and which of it holds for a circle."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

WHOLE = 100  # percent: one full-time person
PERSON_STEPS = (0, 25, 50, 75, 100)  # coarse on purpose: nobody's week is measured
STEP, PERCENT_MAX = 25, 100_000
WORK_MAX = 100
FAR = date.max
SECONDS = (5, 30, 120)  # that may be spent on finding dates
YEARS_MAX = 50


class Key(NamedTuple):
    """Who is needed: a person, an organisation as a whole, or one kind of its work."""

    organisation_id: UUID
    person_id: UUID | None = None
    work: str = ""

    @property
    def text(self) -> str:
        """Return it as an address says it."""
        return "~".join(
            part for part in (self.organisation_id.hex, self.person_id and self.person_id.hex, self.work) if part
        )

    @property
    def plain(self) -> list[str]:
        return [str(self.organisation_id), str(self.person_id or ""), self.work]

    @classmethod
    def from_plain(cls, kept: Sequence[str]) -> "Key":
        return cls(UUID(kept[0]), UUID(kept[1]) if kept[1] else None, kept[2])


class Band(NamedTuple):
    """So much from a day to a day, both of them included."""

    from_on: date
    until_on: date
    percent: int


class Need(NamedTuple):
    """An item needs so much of somebody while it is worked on."""

    item_id: UUID
    key: Key
    percent: int


class Held(NamedTuple):
    """
    What is known of how much time there is.

    Attributes:
        bands: by whom; whoever is not in it is not limited.
        assumed: people of whom nothing was said though their organisation said something: one full-time person each.
        silent: organisations that have said nothing.
    """

    bands: Mapping[Key, tuple[Band, ...]]
    assumed: frozenset[Key]
    silent: frozenset[UUID]


def held_by(rows: Iterable[Any], needs: Iterable[Need], narrow_first: Sequence[UUID]) -> Held:
    """
    Return what holds for a circle.

    An organisation that has said nothing is not limited; of one that has, each person counts as one full-time person
    where nothing else is said of them. Between bands there is none. What is said of somebody in a narrower circle holds
    there instead of what is said of them in a wider one.

    Args:
        rows: capacities with the columns of `Capacity`.
        narrow_first: ids of the circles that they lie in.
    """
    said: dict[Key, dict[UUID, list[Band]]] = {}
    for row in rows:
        key = Key(row.organisation_id, row.person_id, row.work)
        band = Band(row.from_on, row.until_on or FAR, row.percent)
        said.setdefault(key, {}).setdefault(row.circle_id, []).append(band)
    bands = {key: _narrowest(own, narrow_first) for key, own in said.items()}
    _add_up(bands)
    speaking = {key.organisation_id for key in bands}
    wanted = {need.key for need in needs}
    assumed = {key for key in wanted if key.person_id and key not in bands and key.organisation_id in speaking}
    bands |= {key: (Band(date.min, FAR, WHOLE),) for key in assumed}
    silent = {key.organisation_id for key in wanted} - speaking
    return Held(bands, frozenset(assumed), frozenset(silent))


def _narrowest(own: Mapping[UUID, Sequence[Band]], narrow_first: Sequence[UUID]) -> tuple[Band, ...]:
    circle_id = next(pk for pk in narrow_first if pk in own)
    return tuple(sorted(own[circle_id]))


def _add_up(bands: dict[Key, tuple[Band, ...]]) -> None:
    """Let an organisation that speaks of kinds of work alone have as a whole what these add up to."""
    kinds: dict[UUID, list[Band]] = {}
    for key, own in bands.items():
        if key.work and not key.person_id:
            kinds.setdefault(key.organisation_id, []).extend(own)
    for organisation_id, parts in kinds.items():
        bands.setdefault(Key(organisation_id), _summed(parts))


def _summed(parts: Sequence[Band]) -> tuple[Band, ...]:
    """Return bands that do not overlap, with the sum of those that hold on each day."""
    edges = sorted({one.from_on.toordinal() for one in parts} | {one.until_on.toordinal() + 1 for one in parts})
    made = []
    for begin, end in zip(edges, edges[1:], strict=False):
        first, last = date.fromordinal(begin), date.fromordinal(end - 1)
        percent = sum(one.percent for one in parts if one.from_on <= first and last <= one.until_on)
        made.append(Band(first, last, percent))
    return tuple(made)


def needs_of(items: Iterable[Any], demands: Iterable[Any], home: Mapping[UUID, UUID]) -> tuple[Need, ...]:
    """
    Return whom each item needs, in the order of the items.

    Without a demand of its own an item needs the person who answers for it, else one of the organisation in charge.
    Somebody's time is their organisation's, too.

    Args:
        items: with the columns of `Span`.
        demands: with the columns of `Demand`.
        home: the organisation of people, where it is another than the one in charge.
    """
    own: dict[UUID, list[Any]] = {}
    for row in demands:
        own.setdefault(row.item_id, []).append(row)
    found: list[Need] = []
    for item in items:
        if item.id in own:
            wanted = [(row.organisation_id, row.person_id, row.work, row.percent) for row in own[item.id]]
        else:
            organisation_id = home.get(item.person_id, item.organisation_id) if item.person_id else item.organisation_id
            wanted = [(organisation_id, item.person_id, "", WHOLE)] if organisation_id else []
        totals: dict[Key, int] = {}
        for organisation_id, person_id, work, percent in wanted:
            for key in keys_of(organisation_id, person_id, work):
                totals[key] = totals.get(key, 0) + percent
        found += [Need(item.id, key, percent) for key, percent in totals.items() if percent]
    return tuple(found)


def keys_of(organisation_id: UUID, person_id: UUID | None, work: str) -> tuple[Key, ...]:
    """Return whose time is taken: the person's, that of the kind of work, and the whole organisation's."""
    person = (Key(organisation_id, person_id),) if person_id else ()
    kind = (Key(organisation_id, None, work),) if work else ()
    return (*person, *kind, Key(organisation_id))


def overlaps(one: Band, other: Band) -> bool:
    return one.from_on <= other.until_on and other.from_on <= one.until_on

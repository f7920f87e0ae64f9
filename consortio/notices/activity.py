"""The page of a circle's record: what happened there, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from consortio import access
from consortio.access import Actor
from consortio.access.models import Circle, Seat
from consortio.circles.reads import CircleRow, circles_in
from consortio.partnerships.reads import PartnershipRow, partnership
from consortio.record.feed import Asked, stream_of
from consortio.record.words import TOPICS, events_about

from .reads import Line, in_words

PAGE = 40


@dataclass(frozen=True, slots=True)
class ActivityPage:
    circle_id: UUID
    partnership: PartnershipRow
    circles: tuple[CircleRow, ...]  # of the partnership, that the reader sits in; the narrowest first
    people: tuple[tuple[UUID, str], ...]  # who sit here or sat here
    lines: tuple[Line, ...]  # the newest first
    earlier: int | None  # give it back as `before`


@access.read
def activity_page(
    *,
    actor: Actor,
    circle_id: UUID,
    about: str = "",
    person_id: UUID | None = None,
    organisation_id: UUID | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> ActivityPage:
    """
    Return what happened in a circle, as far as it is asked for.

    Args:
        about: one of `TOPICS`; what is none of them is not asked.
        before: the number of an entry; what came before it is returned.

    Raises:
        NotVisible: there is no such circle for this actor.
    """
    circle = access.get(actor, Circle, circle_id)
    row = partnership(actor=actor, partnership_id=circle.partnership_id)
    events = events_about(about) if about in TOPICS else ()
    asked = Asked(events, person_id, organisation_id, before)
    found = stream_of(actor=actor, circle_id=circle.pk, asked=asked, limit=limit + 1)
    shown = found[:limit]
    return ActivityPage(
        circle_id=circle.pk,
        partnership=row,
        circles=circles_in(actor=actor, partnership_id=row.id),
        people=tuple(sorted(_people(actor, circle.pk).items(), key=lambda one: (one[1].casefold(), one[0]))),
        lines=in_words(actor, sorted(shown, key=lambda one: (one.at, one.number), reverse=True)),
        earlier=shown[-1].number if len(found) > limit else None,
    )


def _people(actor: Actor, circle_id: UUID) -> Mapping[UUID, str]:
    seats = access.visible(actor, Seat).filter(circle=circle_id)
    return dict(seats.values_list("person_id", "person__name"))

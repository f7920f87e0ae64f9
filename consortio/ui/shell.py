"""What stands around a page: the places that exist for this reader, who they are, and for whom they act."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpRequest

from .marks import Face, Mark

TABS_MAX = 5


@dataclass(frozen=True)
class Place:
    """Somewhere one can go. `keys` leads there, as "g m"; `where` is the soft word beside it in the palette."""

    label: str
    url: str
    icon: str
    keys: str = ""
    count: int = 0
    current: bool = False
    where: str = ""


@dataclass(frozen=True)
class PlaceGroup:
    title: str
    places: Sequence[Place]
    name: str = ""  # by which a key opens the palette with this group alone


@dataclass(frozen=True)
class Crumb:
    """A step on the way down to this page; the last one has no address."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Hat:
    """An organisation the person may act for. Choosing another one is a POST of `value`."""

    mark: Mark
    value: str
    current: bool = False


@dataclass(frozen=True)
class Shell:
    """
    Everything page.html needs besides the page itself. What is empty is not drawn.

    Args:
        home: where the brand leads.
        places: the reader's own places (Home, …), only those that exist.
        partnership: the partnership the page lies in, with its places.
        person: who is reading; None before sign-in.
        hats: the organisations they may act for, by name; with one, nothing is offered.
        hat_url: where choosing another hat is posted, as `organisation`.
        begins: what the reader may begin from any page, each with an address: the palette's own acts.
        palette: further groups for the command palette, below the places above.
        find_url: where records are found by words, as `q`; without it only what the palette holds is.
        owner: who reads, and for whom: what the browser remembers of one is not shown to another.
        notice: what holds for every page of this partnership, in a sentence.
        settings_url, sign_out_url: the person's own; signing out is a POST.
    """

    home: str = "/"
    places: Sequence[Place] = ()
    partnership: PlaceGroup | None = None
    partnership_url: str = ""
    person: Face | None = None
    hats: Sequence[Hat] = ()
    hat_url: str = ""
    begins: Sequence[Place] = ()
    palette: Sequence[PlaceGroup] = ()
    find_url: str = ""
    owner: str = ""
    notice: str = ""
    settings_url: str = ""
    sign_out_url: str = ""

    @property
    def tabs(self) -> Sequence[Place]:
        """The places at the foot of a phone: home first, then the partnership's; a single one is no choice."""
        found = [*self.places, *(self.partnership.places if self.partnership else ())][:TABS_MAX]
        return found if len(found) > 1 else ()

    @property
    def groups(self) -> Sequence[PlaceGroup]:
        """All places for the palette, the nearest first."""
        own = [PlaceGroup(title="", places=self.places)] if self.places else []
        near = [self.partnership] if self.partnership else []
        return [*near, *own, *self.palette]

    def at(self, url: str) -> "Shell":
        """Return this shell with the place of `url` (the longest one it begins with) marked as current; home holds no others."""
        found = [*self.places, *(self.partnership.places if self.partnership else ())]
        held = [
            one.url for one in found if url == one.url or (one.url != self.home and url.startswith(_below(one.url)))
        ]
        here = max(held, key=len, default="")
        partnership = self.partnership and replace(self.partnership, places=_marked(self.partnership.places, here))
        return replace(self, places=_marked(self.places, here), partnership=partnership)


def _below(url: str) -> str:
    return url.rstrip("/") + "/"


def _marked(places: Sequence[Place], here: str) -> Sequence[Place]:
    return [replace(place, current=place.url == here) for place in places]


def stand_in(request: HttpRequest, partnership_id: UUID) -> None:
    """Say in which partnership a page lies, so that what stands round it shows that partnership's places."""
    request.partnership_id = partnership_id  # type: ignore[attr-defined]  # read by consortio.navigation

"""Addresses that say themselves who asks: a signed link in a mail stands for one person, whoever is signed in or nobody."""

from collections.abc import Callable
from uuid import UUID

from .actor import Actor

Bearer = tuple[UUID, UUID]  # a person, and the organisation acted for
_doors: dict[str, Callable[[str], Bearer | None]] = {}


def link_door(begins: str) -> Callable[[Callable[[str], Bearer | None]], Callable[[str], Bearer | None]]:
    """Register the decorated function as what reads from the rest of such an address who asks; None for nobody."""

    def register(read: Callable[[str], Bearer | None]) -> Callable[[str], Bearer | None]:
        _doors[begins] = read
        return read

    return register


def asked_by_link(path: str) -> Actor | None:
    """Return who asks through a link, as yet without permissions; None where the session says it."""
    for begins, read in _doors.items():
        if path.startswith(begins) and (bearer := read(path.removeprefix(begins))):
            return Actor(*bearer, door="mail")
    return None

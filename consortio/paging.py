"""
Lists of the API, a page at a time: `rows`, and as `next` the cursor from which `after` goes on; "" at the end.

A cursor names the place of the last row that was shown, by what it is sorted by, and is sealed for its address. So a
page goes on where it stopped though rows come and go meanwhile, and it can tell of no row that was not shown.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.http import HttpRequest
from ninja import Schema
from ninja.errors import ValidationError
from pydantic import Field

LIMIT, LIMIT_MAX = 50, 200
SALT = "consortio.paging "
Row = TypeVar("Row")
Place = tuple[str | int, ...]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class After(Schema):
    """What a list takes whose pages have a size of their own: `paging: Query[After]`."""

    after: Annotated[str, Field(max_length=2000, description="the `next` of the page before")] = ""


class Paging(After):
    """What every other list takes: `paging: Query[Paging]`."""

    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = LIMIT


class Page(Schema, Generic[Row]):
    """What every list answers: `response=Page[PlanRowOut]`."""

    rows: list[Row]
    next: str


def paged(
    request: HttpRequest,
    rows: Iterable[Row],
    paging: Paging,
    key: Callable[[Row], tuple[Any, ...]],
    *,
    newest_first: bool = False,
) -> dict[str, Any]:
    """
    Return one page of the rows that an actor sees.

    Args:
        rows: all of them; or, where the read begins at `place` itself, `limit` and one more.
        key: what they are sorted by, an id last, so that no two have the same: texts, numbers, ids, instants.
        newest_first: by the key the other way round.

    Raises:
        ValidationError: `after` is no `next` of this list.
    """
    start = place(request, paging)
    placed = sorted(((_plain(key(row)), row) for row in rows), key=lambda pair: pair[0], reverse=newest_first)
    left = [pair for pair in placed if start is None or _is_after(pair[0], start, newest_first)]
    shown = left[: paging.limit]
    more = seal(request, *shown[-1][0]) if len(left) > len(shown) else ""
    return {"rows": [row for _, row in shown], "next": more}


def counted(request: HttpRequest, start: int, shown: int, total: int) -> str:
    """Return the `next` of a page of what is computed whole, where the place of a row is how many come before it."""
    return seal(request, start + shown) if start + shown < total else ""


def start_of(request: HttpRequest, paging: After) -> int:
    """Return how many rows of a counted list come before a page."""
    start = place(request, paging)
    return int(start[0]) if start else 0


def seal(request: HttpRequest, *parts: Any, address: str = "") -> str:
    """Return the cursor of a place in the list of an address: of the one that is asked for, unless it is another's."""
    return _signer(address or request.path).sign_object(list(_plain(parts)))


def place(request: HttpRequest, paging: After) -> Place | None:
    """Return the key of the row after which a page begins, its parts as texts and numbers; none at the beginning."""
    if not paging.after:
        return None
    try:
        return tuple(_signer(request.path).unsign_object(paging.after))
    except (signing.BadSignature, ValueError):
        fault = {"loc": ("query", "paging", "after"), "msg": "This is no `next` of this list."}
        raise ValidationError([fault]) from None


def _is_after(key: Place, start: Place, newest_first: bool) -> bool:
    return key < start if newest_first else key > start


def _signer(address: str) -> signing.Signer:
    return signing.Signer(salt=SALT + address)


def _plain(key: tuple[Any, ...]) -> Place:
    return tuple(_part(part) for part in key)


def _part(part: Any) -> str | int:
    if isinstance(part, datetime):
        return (part - EPOCH) // (datetime.resolution)
    if isinstance(part, UUID):
        return part.hex
    assert isinstance(part, str | int), f"{part!r}: sort by texts, numbers, ids or instants"
    return part

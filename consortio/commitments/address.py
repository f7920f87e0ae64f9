"""How a list of commitments is looked at, all of it in the address. What nobody could have been given says nothing."""

from dataclasses import fields, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from .counting import FIGURES
from .models import CommitmentState as State
from .reads import Look

WAYS = ("given", "received", "between")
STATES = ("open", "closed", "all", *State.values)
PAGES_MAX = 100_000
USUAL = "open"


def look_of(sent: QueryDict, own_id: UUID | None) -> Look:
    """Read an address for a reader of an organisation; without a word on states, what is still open."""
    figure, state = sent.get("figure", ""), sent.get("state", "")
    way = sent.get("way", "")
    usual = "" if figure in FIGURES else USUAL
    return Look(
        state={"all": ""}.get(state, state) if state in STATES else usual,
        way=way if way in WAYS and own_id else "",
        promiser_id=id_in(sent.get("promiser", "")),
        receiver_id=id_in(sent.get("receiver", "")),
        organisation_id=id_in(sent.get("organisation", "")),
        circle_id=id_in(sent.get("circle", "")),
        overdue=sent.get("overdue") == "1",
        text=sent.get("text", "")[:100].replace("\x00", "").strip(),
        figure=figure if figure in FIGURES else "",
    )


def query_of(look: Look, **changes: Any) -> str:
    """Return the query of an address, with something else in it."""
    return "?" + urlencode(list(said(replace(look, **changes))))


def said(look: Look) -> list[tuple[str, str]]:
    """Return what an address says, name by name."""
    usual = "" if look.figure else USUAL
    found = [("state", look.state or "all")] if look.state != usual else []
    for field in fields(Look):
        value = getattr(look, field.name)
        if value and field.name not in ("state", "besides_id"):
            found.append((field.name.removesuffix("_id"), "1" if value is True else _word(value)))
    return found


def before_of(sent: QueryDict) -> int:
    """Return how many rows come before the page that is asked for."""
    text = sent.get("from", "")
    return min(int(text), PAGES_MAX) if text.isascii() and text.isdecimal() and len(text) < 8 else 0


def _word(value: Any) -> str:
    return value.hex if isinstance(value, UUID) else str(value)


def id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

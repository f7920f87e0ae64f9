"""What is found by words beside a field for keys, to be ticked instead of typed: it goes along with what was written."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict

WORDS_MAX = 100


class Pick(NamedTuple):
    """A row that may be ticked: its key and name, and what it is or lies in."""

    key: str
    name: str
    note: str = ""


class PicksField(forms.MultipleChoiceField):
    """Keys that were ticked, whichever were found; whoever reads them looks whether they name anything."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def valid_value(self, value: Any) -> bool:
        return len(str(value)) <= WORDS_MAX


def words_of(sent: QueryDict) -> str:
    """Return what an address asks to be found; "" for nothing."""
    return sent.get("find", "").replace("\x00", "")[:WORDS_MAX].strip()


def to_tick(found: Sequence[Pick], ticked: Sequence[str]) -> list[tuple[Pick, bool]]:
    """Return what was found, and what was ticked before, each with whether it is ticked."""
    known = {pick.key for pick in found}
    before = [Pick(key, "") for key in dict.fromkeys(ticked) if key not in known]
    return [(pick, pick.key in ticked) for pick in [*before, *found]]

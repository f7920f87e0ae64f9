"""What is found by words beside a field for keys, to be ticked instead of typed: it goes along with what was written."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from consortio.access import Actor

from .aimed import items_meant

WORDS_MAX = 100
LINES_MAX_BYTES = 60_000


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


class ItemLines(forms.Form):
    """A field of items, one on each line, beside those that were found and ticked; `items` holds what was written."""

    items = forms.CharField(
        label=_("Items"),
        required=False,
        max_length=LINES_MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One on each line: its number, as I-12, or its whole name."),
    )
    picked = PicksField()

    def lines(self) -> list[str]:
        """Return what was written and what was ticked, each once."""
        written = [line.strip() for line in self.cleaned_data["items"].splitlines() if line.strip()]
        return list(dict.fromkeys([*written, *self.cleaned_data["picked"]]))

    def meant(self, actor: Actor, circle_id: UUID, unknown: str) -> list[UUID] | None:
        """
        Return the items that the lines mean, of those that everybody in a circle sees, or none: the form says why.

        Args:
            unknown: the sentence about a line that means none, with its words as %(words)s.
        """
        lines = self.lines()
        found = items_meant(actor=actor, circle_id=circle_id, words=lines)
        for line in lines:
            if len(found[line]) != 1:
                said = now("“%(words)s” means several items: write its number.") if found[line] else unknown
                self.add_error("items", said % {"words": line})
        return None if self.errors else [found[line][0] for line in lines]


def words_of(sent: QueryDict) -> str:
    """Return what an address asks to be found; "" for nothing."""
    return sent.get("find", "").replace("\x00", "")[:WORDS_MAX].strip()


def to_tick(found: Sequence[Pick], form: forms.Form, asked: QueryDict) -> list[tuple[Pick, bool]]:
    """Return what was found, and what was ticked before in the form or the address, each with whether it is ticked."""
    ticked = form["picked"].value() or [key[:WORDS_MAX] for key in asked.getlist("picked")]
    known = {pick.key for pick in found}
    before = [Pick(key, "") for key in dict.fromkeys(ticked) if key not in known]
    return [(pick, pick.key in ticked) for pick in [*before, *found]]

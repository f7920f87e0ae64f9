"""What the readers of files and the engine say, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _lazy

from consortio.interchange.wording import Wording, filled

from .formats import number

PLACE_CHARS_MAX = 120
PLACES: dict[str, str | Promise] = {
    "table": _lazy("table %(name)s"),
    "line": _lazy("line %(name)s"),
    "row": _lazy("row %(name)s"),
    "cell": _lazy("cell %(name)s"),
    "column": _lazy("column %(name)s"),
    "uid": _lazy("item %(name)s"),
    "task_id": _lazy("item %(name)s"),
    "predecessor": _lazy("predecessor %(name)s"),
    "calendar": _lazy("calendar %(name)s"),
    "project": _lazy("project %(name)s"),
    "element": _lazy("element %(name)s"),
    "member": _lazy("part %(name)s"),
}


def said(wording: Wording) -> str:
    """Return the wording translated, with its values and numbers as the reader writes them."""
    values = {name: said(one) if isinstance(one, Wording) else one for name, one in wording.values.items()}
    return filled(gettext(wording.text), values, _number) if wording else ""


def _number(value: float, form: str) -> str:
    return number(value, 1 if form == ".1f" else None)


def place_words(where: Mapping[str, Any]) -> str:
    """Return "row 2, line 7, cell B2", in the order of `PLACES`: what is kept in a database has none of its own."""
    places = [str(words) % {"name": where[name]} for name, words in PLACES.items() if name in where]
    return ", ".join(places)[:PLACE_CHARS_MAX]

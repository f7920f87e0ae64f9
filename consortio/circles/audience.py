"""Who sees a circle, in words: the same on every form, record and page."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.ui.formats import listing
from consortio.ui.marks import Audience, Mark, look

GLYPHS = {"joint": "joint", "house": "in-house", "side": "side", "body": "body", "public": "public"}


def audience(
    kind: str, members: Sequence[Mark], *, name: str = "", people: int = 0, value: str = "", is_house: bool = False
) -> Audience:
    """
    Return a circle as pages name it.

    Args:
        members: the organisations in the circle, by name.
        name: of a body or side circle.
        people: how many sit in a body.
        is_house: the partnership is an organisation's own house, so its joint circle is in-house too.
    """
    names = listing([member.name for member in members])
    hue = members[0].hue if len(members) == 1 else ""
    if kind == "house" or is_house:
        return Audience("in-house", _("Only %(name)s sees this") % {"name": names}, hue, value)
    if kind == "joint":
        return Audience("joint", _joint(members), "", value, names)
    if kind == "side":
        return Audience("side", _("%(names)s see this") % {"names": names}, hue, value, name)
    if kind == "body":
        count = ngettext("%(n)d person", "%(n)d people", people) % {"n": people}
        return Audience("body", _("%(body)s, %(people)s") % {"body": name, "people": count}, "", value, names)
    return Audience("public", _("Anyone with the link"), "", value)


def _joint(members: Sequence[Mark]) -> str:
    if len(members) == 1:
        return _("Joint: %(name)s, and whoever joins") % {"name": members[0].name}
    if len(members) == 2:
        return _("Joint: both organisations see this")
    return _("Joint: all %(n)d organisations see this") % {"n": len(members)}


def marks(rows: Iterable[tuple[str, str, int, bool]]) -> list[Mark]:
    """Return marks from (name, letters, number in the order of joining, is you)."""
    return [Mark(name, letters, *look(number), you=you) for name, letters, number, you in rows]

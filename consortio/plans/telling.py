"""What a step did, in a sentence for the toast: what moved for everybody, what in our house, and how to take it back."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.ui.formats import day

from .rescheduling import Moved, Moves
from .undoing import undo_token

TOKEN_MAX = 1_200  # signs: a message travels in a cookie; a longer way back is not offered there


def moved_words(moves: Moves) -> str:
    """Return what an edit moved: for everybody in its circle, and what else in our house."""
    joint = _moved(moves.joint)
    if moves.narrow == "house":
        return _("In our house: %(said)s") % {"said": joint}
    if moves.narrow:
        joint = _("In its circle: %(said)s") % {"said": joint}
    if moves.house is None:
        return joint
    house = _moved(moves.house)
    return joint if house == joint else f"{joint} " + _("In our house: %(said)s") % {"said": house}


def _moved(moved: Moved) -> str:
    if moved.job_id:
        return _("The dates are being computed.")
    if not moved.items:
        return _("No date moved.")
    said = ngettext("One item moved.", "%(n)d items moved.", moved.items) % {"n": moved.items}
    before, after = moved.finish_before, moved.finish_at
    if not before or not after or before.date() == after.date():
        return said
    count = abs((after - before).days) or 1
    ends = {"day": day(after), "n": count}
    if after > before:
        later = ngettext("The plan ends on %(day)s, a day later.", "The plan ends on %(day)s, %(n)d days later.", count)
        return f"{said} {later % ends}"
    sooner = ngettext("The plan ends on %(day)s, a day sooner.", "The plan ends on %(day)s, %(n)d days sooner.", count)
    return f"{said} {sooner % ends}"


def tell(request: HttpRequest, words: str) -> None:
    """Say something on the next page."""
    messages.success(request, words)


def tell_moves(request: HttpRequest, words: str, *moves: Moves) -> None:
    """Say on the next page what was done and what it moved, with the way back where there is one."""
    told = [one for one in moves if one.joint.items or (one.house and one.house.items)] or list(moves[:1])
    said = " ".join([words, *(moved_words(one) for one in told)])
    steps = [one.undo for one in reversed(moves)]
    token = undo_token(request.actor, *steps) if steps and all(steps) else ""
    messages.success(request, said.strip(), extra_tags=token if len(token) <= TOKEN_MAX else "")

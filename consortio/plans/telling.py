"""What a step did, in a sentence for the toast: what moved for everybody, what in our house, and how to take it back."""

import secrets
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.ui.formats import day

from .rescheduling import Moved, Moves
from .steps import Step
from .undoing import undo_token

TOKEN_MAX = 1_200  # signs: a message travels in a cookie; a longer way back waits in the session
KEPT, KEPT_MAX = "ways_back", 3  # the longer ones of a session, the last few


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
    said = f"{words} {moved_words(_together(moves))}" if moves else words
    steps = [one.undo for one in reversed(moves)]
    token = undo_token(request.actor, *steps) if steps and all(steps) else ""
    messages.success(request, said.strip(), extra_tags=token if len(token) <= TOKEN_MAX else _keep(request, token))


def tell_step(request: HttpRequest, words: str, back: str, **arguments: Any) -> None:
    """Say on the next page what was done, with the way back: an action by its name, and what it takes."""
    plain = {name: str(value) if isinstance(value, UUID) else value for name, value in arguments.items()}
    messages.success(request, words, extra_tags=undo_token(request.actor, Step(back, plain)))


def token_in(request: HttpRequest) -> str:
    """Return the token that the button of a toast sent, or stands for."""
    said = request.POST.get("token", "")
    return str(request.session.get(KEPT, {}).get(said, said))


def _keep(request: HttpRequest, token: str) -> str:
    """Keep a token in the session. Returns what stands for it."""
    name = secrets.token_urlsafe(16)
    kept = [*request.session.get(KEPT, {}).items(), (name, token)]
    request.session[KEPT] = dict(kept[-KEPT_MAX:])
    return name


def _together(moves: Sequence[Moves]) -> Moves:
    """Return what the edits of one step moved, as if it were one."""
    if len({one.narrow for one in moves}) == 1 and all(one.house is None for one in moves):
        return Moves(_sum([one.joint for one in moves]), narrow=moves[0].narrow)
    # What was edited in the house itself joins there what the others moved.
    joint = [one.joint for one in moves if one.narrow != "house"]
    return Moves(_sum(joint), _sum([one.house or one.joint for one in moves]))


def _sum(moved: Sequence[Moved]) -> Moved:
    """Count each item once; the plan's end is told where each edit begins with the end that the one before left."""
    found = [one for one in moved if one.items or one.job_id]
    if len(found) < 2:
        return found[0] if found else Moved()
    which = frozenset[UUID]().union(*(one.which for one in found))
    job_id = next((one.job_id for one in found if one.job_id), None)
    if any(one.finish_at != after.finish_before for one, after in pairwise(found)):
        return Moved(len(which), job_id=job_id)
    return Moved(len(which), found[0].finish_before, found[-1].finish_at, job_id)

"""What states, steps and refusals are called, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from consortio.ui.formats import number

from .counting import COUNTED, DISPUTED, KEPT, MISSED, MOVED, SLIPPED, WAITED
from .models import CommitmentState as State
from .rules import Kind, No, Side

STATE_WORDS: Mapping[str, Any] = {
    State.OFFERED: _lazy("offered"),
    State.ACCEPTED: _lazy("accepted"),
    State.DELIVERED: _lazy("delivered"),
    State.CONFIRMED: _lazy("confirmed"),
    State.DISPUTED: _lazy("disputed"),
    State.BROKEN: _lazy("broken"),
    State.RELEASED: _lazy("released"),
    State.DECLINED: _lazy("declined"),
    State.WITHDRAWN: _lazy("withdrawn"),
}
ACTS: Mapping[str, Any] = {  # on buttons
    Kind.ACCEPTED: _lazy("Accept"),
    Kind.DECLINED: _lazy("Decline"),
    Kind.WITHDRAWN: _lazy("Take it back"),
    Kind.DELIVERED: _lazy("Say that it is delivered"),
    Kind.ASKED: _lazy("Ask for this date"),
    Kind.MOVED: _lazy("Take the new date"),
    Kind.KEPT_DATE: _lazy("Keep the old date"),
    Kind.CONFIRMED: _lazy("Confirm"),
    Kind.DISPUTED: _lazy("Dispute"),
    Kind.BROKEN: _lazy("Say that it is broken"),
    Kind.RELEASED: _lazy("Release them from it"),
}


def state_words(state: str) -> str:
    return str(STATE_WORDS[state])


def badge_kind(state: str) -> str:
    return {State.CONFIRMED: "kept", State.BROKEN: "late", State.DISPUTED: "late", State.OFFERED: "proposed"}.get(
        State(state), ""
    )


def step_words(kind: str, names: Mapping[str, Any]) -> str:
    """Return a step as a sentence; `names` holds who took it, and the days before and after."""
    return {
        Kind.OFFERED: _("%(organisation)s wrote it down"),
        Kind.ACCEPTED: _("%(organisation)s accepted"),
        Kind.DECLINED: _("%(organisation)s declined"),
        Kind.WITHDRAWN: _("%(organisation)s took it back"),
        Kind.ASKED: _("%(organisation)s asked for another date: %(after)s instead of %(before)s"),
        Kind.MOVED: _("%(organisation)s took the new date: %(after)s instead of %(before)s"),
        Kind.KEPT_DATE: _("%(organisation)s kept the date: %(before)s"),
        Kind.DELIVERED: _("%(organisation)s said that it is delivered"),
        Kind.CONFIRMED: _("%(organisation)s confirmed"),
        Kind.DISPUTED: _("%(organisation)s disputed it"),
        Kind.BROKEN: _("%(organisation)s said that it is broken"),
        Kind.RELEASED: _("%(organisation)s released the other side from it"),
    }[Kind(kind)] % names


def done_words(kind: str) -> str:
    """Say what was done, to whoever did it."""
    return {
        Kind.ACCEPTED: _("Accepted: it is promised now."),
        Kind.DECLINED: _("Declined: nothing was promised."),
        Kind.WITHDRAWN: _("Taken back: nothing was promised."),
        Kind.DELIVERED: _("It waits for the receiver to confirm."),
        Kind.ASKED: _("The other date waits for the receiver’s answer; until then the old one holds."),
        Kind.MOVED: _("The new date holds."),
        Kind.KEPT_DATE: _("The old date stays."),
        Kind.CONFIRMED: _("Confirmed."),
        Kind.DISPUTED: _("Disputed; the promiser may deliver again. It counts as disputed, neither kept nor broken."),
        Kind.BROKEN: _("Kept in the record as broken."),
        Kind.RELEASED: _("Released: nobody waits for it any more."),
    }[Kind(kind)]


def filter_words(state: str) -> str:
    groups = {"open": _("Open"), "closed": _("Closed"), "all": _("All")}
    return groups[state] if state in groups else state_words(state)


def figure_words(figure: str) -> str:
    """Say which promises a figure was counted from."""
    return {
        COUNTED: _("those whose outcome is known"),
        KEPT: _("those that were kept"),
        MISSED: _("those that were not kept"),
        SLIPPED: _("those whose first date did not hold"),
        MOVED: _("those that got another date before the old one had passed"),
        WAITED: _("those that were confirmed"),
        DISPUTED: _("those whose delivery is disputed"),
    }[figure]


def days_words(days: float) -> str:
    return ngettext("%(n)s day", "%(n)s days", round(days)) % {"n": number(days, 1 if days < 10 else 0)}


def refusal_words(no: No, kind: Kind, state: str) -> str:
    if no == No.OTHER_STATE:
        return _("It is %(state)s by now, so this cannot be said of it.") % {"state": state_words(state)}
    if no == No.PAST:
        return _("Its date has passed, so it would be broken at once: decline it, and ask for another date.")
    return {
        No.NOT_PROMISER: _("Only the organisation that promised can say this."),
        No.NOT_RECEIVER: _("Only the organisation that it was promised to can say this."),
        No.NOT_MAKER: _("Only the organisation that wrote it down takes it back."),
        No.NOT_ASKED: _("Only the organisation that was asked answers."),
        No.DISPUTED: _(
            "They say that it was delivered, you dispute it, and neither word stands above the other: only they can say that it "
            "is broken. Wait for another delivery or date, or release them."
        ),
        No.NOT_PAST: _("Its date has not passed everywhere yet: nothing is broken before."),
        No.ASKED_ALREADY: _("Another date waits for an answer already."),
        No.NO_DATE_ASKED: _("No other date waits for an answer."),
    }[no]


def next_words(state: str, waiting: Side | None, date_waits: bool, names: Mapping[str, str]) -> str:
    """Say what happens next; `names` holds the promiser and the receiver."""
    if state == State.OFFERED:
        asked = {"asked": names["promiser" if waiting == Side.PROMISER else "receiver"]}
        return _("%(asked)s accepts or declines; until then nobody has promised anything.") % asked
    if date_waits:
        return _("%(receiver)s takes the new date or keeps the old one; until then the old one holds.") % names
    if state == State.DELIVERED:
        return _("%(receiver)s confirms or disputes; only that makes it kept.") % names
    if state == State.ACCEPTED:
        return _("%(promiser)s delivers, or asks for another date before this one has passed.") % names
    if state == State.DISPUTED:
        words = _(
            "%(promiser)s delivers again, asks for another date, or says that it is broken; %(receiver)s may release it. Until "
            "then it stays disputed."
        )
        return words % names
    return {
        State.CONFIRMED: _("It is done."),
        State.BROKEN: _("It is over; what is still wanted is promised anew."),
        State.RELEASED: _("It is over, and counts neither as kept nor as broken."),
        State.DECLINED: _("Nothing was promised."),
        State.WITHDRAWN: _("Nothing was promised."),
    }[State(state)]

"""The forms by which what waits is done in its own line of the list, each by the same address as on the page of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio.approvals.reads import ProposalRow
from consortio.commitments.rules import Kind, is_past
from consortio.commitments.stepping import SIGNS
from consortio.commitments.waiting import Waiting
from consortio.commitments.words import ACTS
from consortio.kpis.waiting import Asking, Due
from consortio.kpis.words import is_plain, period_words, unit_words_of
from consortio.plans.answering import Asked as Nominated

ENTERED_MAX = 6  # more are entered on the page that is made for it


@dataclass(frozen=True, slots=True)
class Blank:
    """What is written: a figure, or words."""

    name: str
    label: str
    is_figure: bool = False
    unit: str = ""
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the form; those of one form weigh the same."""

    words: str
    sign: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Doing:
    """
    A form in a line.

    Args:
        key: tells it from the others of a page.
        opens: what is said where it opens.
    """

    key: str
    opens: str
    url: str
    presses: tuple[Press, ...]
    blanks: tuple[Blank, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


def answer_to(row: ProposalRow) -> Doing:
    return Doing(
        key=row.id.hex,
        opens=_("Answer"),
        url=reverse("answer", args=[row.id]),
        presses=(
            Press(_("Agree"), "check", "verdict", "approve"),
            Press(_("Object"), "close", "verdict", "object"),
            Press(_("Abstain"), "abstain", "verdict", "abstain"),
        ),
        blanks=(Blank("reason", _("A word with it; whoever objects says why")),),
        fields=(("version", str(row.version)),),
    )


def answer_for(asked: Nominated) -> Doing:
    return Doing(
        key=asked.id.hex,
        opens=_("Answer"),
        url=reverse("nomination", args=[asked.id]),
        presses=(Press(_("Accept"), "check", "answer", "yes"), Press(_("Decline"), "close", "answer", "no")),
        blanks=(Blank("reason", _("Why, if you decline")),),
        fields=(("version", str(asked.version)),),
    )


def step_of(waiting: Waiting, at: datetime) -> Doing:
    kinds = {
        "answer": [Kind.DECLINED] if is_past(waiting.row.due_on, at) else [Kind.ACCEPTED, Kind.DECLINED],
        "date": [Kind.MOVED, Kind.KEPT_DATE],
        "confirmation": [Kind.CONFIRMED, Kind.DISPUTED],
        "delivery": [Kind.DELIVERED],
    }[waiting.what]
    labels = {
        "confirmation": _("A word with it; whoever disputes says what is missing"),
        "delivery": _("What was delivered, and where it is"),
    }
    is_delivery = waiting.what == "delivery"
    return Doing(
        key=waiting.row.id.hex,
        opens=_("Deliver") if is_delivery else _("Answer"),
        url=reverse("commitment_steps", args=[waiting.row.id]),
        presses=tuple(Press(str(ACTS[kind]), SIGNS[kind], "step", kind) for kind in kinds),
        blanks=(Blank("words", labels.get(waiting.what, _("A word with it")), is_needed=is_delivery),),
        fields=(("version", str(waiting.row.version)),),
    )


def check_in(partnership_id: UUID, due: Sequence[Due]) -> Doing | None:
    """Return a form for all that is due in a partnership; none where that is more than a line holds."""
    if len(due) > ENTERED_MAX:
        return None
    is_one = len(due) == 1
    blanks = [
        Blank(
            f"value-{one.kpi_id.hex}",
            _("Value") if is_one else f"{one.name}, {period_words(one, one.start_on)}",
            is_figure=True,
            unit="" if is_plain(one) else unit_words_of(one),
        )
        for one in due
    ]
    return Doing(
        key=partnership_id.hex,
        opens=_("Enter"),
        url=reverse("check_in", args=[partnership_id]),
        presses=(Press(_("Enter it") if is_one else _("Enter them"), "check", "", ""),),
        blanks=(*blanks, *([Blank(f"note-{due[0].kpi_id.hex}", _("Note"))] if is_one else [])),
        fields=tuple((f"start-{one.kpi_id.hex}", one.start_on.isoformat()) for one in due),
    )


def contest(one: Asking) -> Doing:
    return Doing(
        key=one.reading_id.hex,
        opens=_("Contest it"),
        url=reverse("reading_stance", args=[one.reading_id]),
        presses=(Press(_("Contest it"), "contest", "word", "contest"),),
        blanks=(
            Blank("figure", _("Our own figure"), is_figure=True, unit="" if is_plain(one) else unit_words_of(one)),
            Blank("reason", _("Why"), is_needed=True),
        ),
        fields=(("version", str(one.version)),),
    )

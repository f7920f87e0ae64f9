"""The forms of the steps that a reader may take, as their page shows them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .forms import StepForm, StepWithFileForm
from .rules import Kind

SIGNS = {
    Kind.ACCEPTED: "check",
    Kind.DECLINED: "close",
    Kind.WITHDRAWN: "withdraw",
    Kind.DELIVERED: "send",
    Kind.ASKED: "clock",
    Kind.MOVED: "calendar",
    Kind.KEPT_DATE: "clock",
    Kind.CONFIRMED: "check",
    Kind.DISPUTED: "contest",
    Kind.BROKEN: "late",
    Kind.RELEASED: "close",
}
TOGETHER = (  # one form each, the first ones first
    (Kind.ACCEPTED, Kind.DECLINED),
    (Kind.CONFIRMED, Kind.DISPUTED),
    (Kind.MOVED, Kind.KEPT_DATE),
    (Kind.DELIVERED,),
    (Kind.ASKED,),
    (Kind.WITHDRAWN,),
    (Kind.BROKEN,),
    (Kind.RELEASED,),
)
FIRST = {Kind.ACCEPTED, Kind.CONFIRMED, Kind.MOVED, Kind.DELIVERED}  # what is waited for stands open


@dataclass(frozen=True, slots=True)
class Group:
    """Steps that are chosen between in one form. `is_asked`: it was sent just now, and is shown again."""

    id: str
    title: str
    words: str
    acts: tuple[tuple[str, str], ...]  # each step with its sign
    form: StepForm
    is_dated: bool
    is_aside: bool
    is_asked: bool


def groups_of(may: Collection[str], sent: StepForm | None) -> list[Group]:
    """Return a form for each thing that the reader may do; one that was sent and refused holds what was written."""
    asked = sent["step"].value() if sent else ""
    return [
        _group(own, sent if asked in own else None) for kinds in TOGETHER if (own := [k for k in kinds if k in may])
    ]


def _group(kinds: list[Kind], sent: StepForm | None) -> Group:
    first = kinds[0]
    form = sent or StepWithFileForm(auto_id=f"{first}-%s")
    title, words = _said(first)
    acts = tuple((str(kind), SIGNS[kind]) for kind in kinds)
    more: dict[str, Any] = {"is_dated": first == Kind.ASKED, "is_aside": first not in FIRST}
    return Group(str(first), title, words, acts, form, is_asked=sent is not None, **more)


def _said(first: Kind) -> tuple[str, str]:
    """Return what a form is called, and what it means."""
    return {
        Kind.ACCEPTED: (_("Answer"), _("With a yes it is promised. A word with it helps where you decline.")),
        Kind.DECLINED: (_("Answer"), _("Its date has passed, so it can only be declined: ask for another date.")),
        Kind.CONFIRMED: (
            _("Confirm or dispute"),
            _("Is it done as it was promised? Whoever disputes says what is missing."),
        ),
        Kind.DISPUTED: (_("Dispute"), _("Say what is missing.")),
        Kind.MOVED: (
            _("Another date"),
            _("The other side asks for another date. Until you answer, the old one holds."),
        ),
        Kind.KEPT_DATE: (_("Another date"), _("The date asked for can only be refused.")),
        Kind.DELIVERED: (_("Deliver"), _("Say what was delivered and where it is; the other side confirms it.")),
        Kind.ASKED: (
            _("Ask for another date"),
            _(
                "Before the date it is told in time; afterwards the promise counts as not kept, whatever is agreed then."
            ),
        ),
        Kind.WITHDRAWN: (_("Take it back"), _("Nobody has accepted it yet; nothing was promised then.")),
        Kind.BROKEN: (_("Say that it is broken"), _("Its date has passed and it is not done. Say why; that ends it.")),
        Kind.RELEASED: (_("Release them from it"), _("You do not want it any more. It counts neither way then.")),
    }[first]

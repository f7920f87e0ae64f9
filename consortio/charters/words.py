"""What articles and stages are called, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from .models import Phase

ARTICLE_WORDS = {
    "purpose": _lazy("Purpose"),
    "vision": _lazy("Vision"),
    "wants": _lazy("What each organisation wants"),
    "scope_in": _lazy("What belongs to it"),
    "scope_out": _lazy("What does not belong to it"),
    "principles": _lazy("Principles"),
    "cadence": _lazy("Ways of working and cadence"),
    "sharing": _lazy("What we share, and what we do not"),
    "deciding": _lazy("How we decide"),
    "disagreeing": _lazy("How we disagree"),
    "ending": _lazy("How we end"),
}
ARTICLE_HINTS = {
    "purpose": _lazy("Why these organisations do this together, in two sentences."),
    "vision": _lazy("The future state that all members want to reach."),
    "wants": _lazy("One paragraph for each organisation: what it wants jointly, and what for itself."),
    "scope_in": _lazy("What the partnership does."),
    "scope_out": _lazy("What it leaves to each organisation."),
    "principles": _lazy("What holds when nothing else is written down."),
    "cadence": _lazy("Who meets how often, and what is read before."),
    "sharing": _lazy("Data, people, costs, results: what is common and what stays in house."),
    "deciding": _lazy("Who decides what, and who is heard before."),
    "disagreeing": _lazy("Who is asked when two cannot agree, and within how many days."),
    "ending": _lazy("What triggers an end, how much notice, and who carries on with what is open."),
}


def article_words() -> dict[str, str]:
    return {name: str(words) for name, words in ARTICLE_WORDS.items()}


def phase_words(phase: str) -> str:
    return {
        Phase.EXPLORING: _("exploring"),
        Phase.DESIGNING: _("designing"),
        Phase.ACTIVE: _("active"),
        Phase.RENEWING: _("renewing"),
        Phase.WINDING_DOWN: _("winding down"),
        Phase.CLOSED: _("closed"),
    }[Phase(phase)]


def phase_hint(phase: str) -> str:
    return {
        Phase.EXPLORING: _("The organisations find out whether they want to do something together."),
        Phase.DESIGNING: _("They agree on the charter, the goals and the first plan."),
        Phase.ACTIVE: _("The joint work is under way."),
        Phase.RENEWING: _("They look at what was reached and agree anew on what follows."),
        Phase.WINDING_DOWN: _("They bring the joint work to its end."),
        Phase.CLOSED: _("The joint work is over; everything stays to be read."),
    }[Phase(phase)]

"""What articles and stages are called, in the reader's language."""

from django.utils.translation import gettext as _

from .models import Phase


def article_words() -> dict[str, str]:
    return {
        "purpose": _("Purpose"),
        "vision": _("Vision"),
        "wants": _("What each organisation wants"),
        "scope_in": _("What belongs to it"),
        "scope_out": _("What does not belong to it"),
        "principles": _("Principles"),
        "cadence": _("Ways of working and cadence"),
        "sharing": _("What we share, and what we do not"),
        "deciding": _("How we decide"),
        "disagreeing": _("How we disagree"),
        "ending": _("How we end"),
    }


def article_hints() -> dict[str, str]:
    return {
        "purpose": _("Why these organisations do this together, in two sentences."),
        "vision": _("The future state that all members want to reach."),
        "wants": _("One paragraph for each organisation: what it wants jointly, and what for itself."),
        "scope_in": _("What the partnership does."),
        "scope_out": _("What it leaves to each organisation."),
        "principles": _("What holds when nothing else is written down."),
        "cadence": _("Who meets how often, and what is read before."),
        "sharing": _("Data, people, costs, results: what is common and what stays in house."),
        "deciding": _("Who decides what, and who is heard before."),
        "disagreeing": _("Who is asked when two cannot agree, and within how many days."),
        "ending": _("What triggers an end, how much notice, and who carries on with what is open."),
    }


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

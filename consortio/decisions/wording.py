"""What the parts of a decision are called, in the reader's language."""

from datetime import date

from django.utils.translation import gettext as _

from consortio.ui.formats import day


def field_words() -> dict[str, str]:
    """Return what the parts of a decision are called, in their order."""
    return {
        "question": _("Question"),
        "context": _("Context"),
        "options": _("Options"),
        "choice": _("Choice"),
        "reasons": _("Reasons"),
        "effective_on": _("Effective from"),
        "review_on": _("Review on"),
    }


def shown_day(on: date | None) -> str:
    return day(on) if on else ""
